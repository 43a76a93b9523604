"""Words and numbers of an explanation, in English and Danish."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources

from fordel_dask.law.rounding import half_up
from fordel_dask.law.words import (
    CLINIC_TYPES,
    CLINIC_TYPES_DA,
    STATUSES,
    STATUSES_DA,
    grouped,
    level_words,
    term_words,
)

SWAPPED = str.maketrans(",.", ".,")
ENGLISH, DANISH = "en", "da"
LANGUAGES = (ENGLISH, DANISH)
NINE = 9
NO_BREAK = "\N{NO-BREAK SPACE}"


@functools.cache
def all_words() -> dict[str, dict[str, str]]:
    """Give ``words.toml``: every sentence by language."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Language:
    """English or Danish: how sentences are said and numbers written."""

    code: str = ENGLISH

    def say(self, word: str, **filled: object) -> str:
        """Give a sentence, its places filled in."""
        return all_words()[word][self.code].format_map(filled)

    def knows(self, word: str) -> bool:
        """Tell whether there is such a sentence."""
        return word in all_words()

    def words(self) -> Mapping[str, str]:
        """Give all sentences, places not filled in."""
        return {word: text[self.code] for word, text in all_words().items()}

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
        return self.number(half_up(value.numerator, value.denominator))

    def percent(self, share: Fraction | None) -> str:
        """Write a share in percent with one decimal; nothing for none."""
        return "" if share is None else f"{self.number(share * 100, 1)} %"

    def day(self, year: int) -> str:
        """Write the status date of a year."""
        return self.say("day", year=year)

    def term(self, term: str) -> str:
        """Name a term."""
        return term_words(term, self.code)

    def level(self, term: str, level: str) -> str:
        """Name the citizens with a level."""
        return level_words(term, level, self.code)

    def clinic_type(self, kind: str) -> str:
        """Name a kind of clinic."""
        return (CLINIC_TYPES_DA if self.code == DANISH else CLINIC_TYPES).get(kind, kind)

    def status(self, status: str) -> str:
        """Say why a clinic has no number."""
        known = STATUSES_DA if self.code == DANISH else STATUSES
        return known.get(status, self.say("nobody_weighs"))
