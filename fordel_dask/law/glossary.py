"""The words of the project: each with its Danish term, meaning, source and the words not to use."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Word:
    """One word of the project.

    ``official`` tells whether the Danish term is that of the law, the memo, the fee table or
    the registers; ``avoid`` are the words not to use for it.
    """

    term: str
    danish: str
    official: bool
    definition: str
    definition_da: str
    source: str
    avoid: tuple[str, ...]


@functools.cache
def glossary() -> tuple[Word, ...]:
    """Give every word in the order of ``law/glossary.toml``."""
    text = resources.files("fordel_dask.law").joinpath("glossary.toml").read_text("utf-8")
    return tuple(Word(**{**entry, "avoid": tuple(entry["avoid"])}) for entry in tomllib.loads(text)["word"])


def find_words(query: str) -> tuple[Word, ...]:
    """Give the words a reader may mean: by term or Danish term, by a word not to use, or by a piece of either.

    An exact hit alone, else all words that hold the query.
    """
    wanted = _plain(query)
    exact = tuple(word for word in glossary() if wanted in map(_plain, _names(word)))
    return exact or tuple(word for word in glossary() if any(wanted in _plain(name) for name in _names(word)))


def _names(word: Word) -> tuple[str, ...]:
    return (word.term, word.danish, *word.danish.replace("(", "").replace(")", "").split(), *word.avoid)


def _plain(text: str) -> str:
    return text.casefold().replace("_", " ").strip()
