"""How sentences are said and numbers and days written, in English and Danish."""

import datetime
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import ClassVar

from fordel_dask.law.rounding import half_up_to_step
from fordel_dask.law.words import CLINIC_TYPES, CLINIC_TYPES_DA, grouped, level_words, term_words

SWAPPED = str.maketrans(",.", ".,")
ENGLISH, DANISH = "en", "da"
LANGUAGES = (ENGLISH, DANISH)
NINE = 9
NO_BREAK = "\N{NO-BREAK SPACE}"
MONTHS = {
    DANISH: (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    ENGLISH: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


@functools.cache
def texts_of(package: str, *files: str) -> dict[str, dict[str, str]]:
    """Give the sentences of a package by word and language, from its files of words.

    Raises
    ------
    ValueError
        Two files have the same word: nobody would know which one is said.
    """
    found: dict[str, dict[str, str]] = {}
    for file in files:
        texts = tomllib.loads(resources.files(package).joinpath(file).read_text("utf-8"))
        twice = found.keys() & texts.keys()
        if twice:
            raise ValueError(f"{', '.join(sorted(twice))} of {file} stand in another file of {package} too")
        found |= texts
    return found


@dataclass(frozen=True)
class Language:
    """English or Danish: how sentences are said and numbers written; whose sentences, a subclass says."""

    code: str = ENGLISH
    package: ClassVar[str]
    files: ClassVar[tuple[str, ...]] = ("words.toml",)

    def say(self, word: str, **filled: object) -> str:
        """Give a sentence, its places filled in."""
        return self._texts[word][self.code].format_map(filled)

    def knows(self, word: str) -> bool:
        """Tell whether there is such a sentence."""
        return word in self._texts

    def words(self) -> Mapping[str, str]:
        """Give all sentences, places not filled in."""
        return {word: text[self.code] for word, text in self._texts.items()}

    @property
    def _texts(self) -> dict[str, dict[str, str]]:
        return texts_of(self.package, *self.files)

    def number(self, value: Fraction | int, places: int = 0) -> str:
        """Write a number with its thousands and that many decimals, half to even: ``1,234.5`` or ``1.234,5``."""
        text = f"{value:,}".replace("-", "−") if isinstance(value, int) and not places else grouped(value, places)
        return text.translate(SWAPPED) if self.code == DANISH else text

    def exactly(self, value: Fraction) -> str:
        """Write a number with nine decimals; without any if it is whole."""
        return self.number(value, 0 if value.denominator == 1 else NINE)

    def shortest(self, value: Fraction) -> str:
        """Write a decimal with the decimals that it has."""
        text = self.number(value, NINE)
        return text.rstrip("0").rstrip(",.")

    def signed(self, value: Fraction | int, places: int = 0) -> str:
        """Write a number with its sign."""
        text = self.number(value, places)
        return f"+{text}" if value > 0 and text.strip("0,.") else text

    def whole(self, value: Fraction) -> str:
        """Write a number that is not negative as whole patients, a half up."""
        return self.number(half_up_to_step(value, 1))

    def percent(self, share: Fraction | None, places: int = 1) -> str:
        """Write a share in percent; nothing for none."""
        return "" if share is None else f"{self.number(share * 100, places)}{NO_BREAK}%"

    def date(self, day: datetime.date) -> str:
        """Write a day: ``1. januar 2026`` or ``1 January 2026``."""
        dot = "." if self.code == DANISH else ""
        return f"{day.day}{dot} {MONTHS[self.code][day.month - 1]} {day.year}"

    def term(self, term: str) -> str:
        """Name a term."""
        return term_words(term, self.code)

    def level(self, term: str, level: str) -> str:
        """Name the citizens with a level."""
        return level_words(term, level, self.code)

    def clinic_type(self, kind: str) -> str:
        """Name a kind of clinic."""
        return (CLINIC_TYPES_DA if self.code == DANISH else CLINIC_TYPES).get(kind, kind)
