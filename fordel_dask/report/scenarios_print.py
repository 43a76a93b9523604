"""How the page of scenarios says things: words, numbers with what they are measured from, and how sure they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.language import Language
from fordel_dask.law.language import texts_of
from fordel_dask.scenarios.change import BEYOND, WITHIN, Change, Number

NONE = "–"
NEED_PLACES = 3
MARKS = {WITHIN: " ○", BEYOND: " ●"}
"""After a changed number: whether it lies within or beyond the base's 90 % interval."""


def all_words() -> dict[str, dict[str, str]]:
    """Give the words of the page by language."""
    return texts_of("fordel_dask.report", "scenarios_words.toml")


@dataclass(frozen=True)
class Printer:
    """Says words and numbers in English (``en``) or Danish (``da``)."""

    lang: str

    @property
    def language(self) -> Language:
        """How numbers, terms and kinds of clinic are written."""
        return Language(self.lang)

    def words(self) -> Mapping[str, str]:
        """Give all words, places not filled in."""
        return {word: text[self.lang] for word, text in all_words().items()}

    def say(self, word: str, **filled: object) -> str:
        """Give a word or sentence, its places filled in."""
        return all_words()[word][self.lang].format_map(filled)

    def number(self, value: Number | None, places: int = 0) -> str:
        """Write a number; one that is not whole with at least three decimals; a dash for none."""
        if value is None:
            return NONE
        exact = Fraction(value)
        return self.language.number(exact, places if exact.denominator == 1 else max(places, NEED_PLACES))

    def signed(self, value: Number | None, places: int = 0) -> str:
        """Write a change with its sign; 0 for none of it."""
        if value is None:
            return NONE
        text = self.number(value, places if value else 0)
        return f"+{text}" if value > 0 else text

    def of_base(self, change: Change, places: int = 0, sure: str = "") -> str:
        """Write a change with what it is measured from: ``+2 of 61``."""
        if change.amount is None:
            return f"{self.number(change.before, places)} → {self.number(change.after, places)}"
        mark = MARKS.get(sure, "") if change.differs else ""
        return f"{self.signed(change.amount, places)} {self.say('of')} {self.number(change.before, places)}{mark}"

    def percent(self, share: Fraction | None) -> str:
        """Write a share in percent with one decimal; a dash for none."""
        return self.language.percent(share) or NONE

    def signed_percent(self, share: Fraction | None) -> str:
        """Write a change in percent with its sign."""
        text = self.percent(share)
        return f"+{text}" if share and share > 0 else text
