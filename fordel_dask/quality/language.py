"""Words and numbers of a language, for the quality page and the summary on a terminal."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import Any

from fordel_dask.law.rounding import decimals, scaled
from fordel_dask.quality.rules import BLOCK, PAIR, kind_of

SWAPPED = str.maketrans(",.", ".,")
NO_BREAK = "\N{NO-BREAK SPACE}"
STEP_OF_BYTES = 1000
SMALLEST_PERCENT = Fraction(1, 1000)


@functools.cache
def all_words() -> dict[str, dict[str, dict[str, Any]]]:
    """Give ``words.toml``: section, word, language."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Language:
    """English or Danish: how words are said and numbers written."""

    code: str

    def say(self, section: str, word: str, **filled: object) -> str:
        """Give a word or sentence, its places filled in."""
        return str(all_words()[section][word][self.code]).format(**filled)

    def words(self, section: str) -> Mapping[str, str]:
        """Give a section, places not filled in."""
        return {word: text[self.code] for word, text in all_words()[section].items()}

    def number(self, value: Fraction | float, places: int = 0) -> str:
        """Write a number with its thousands: ``6,025,603`` or ``6.025.603``."""
        units = scaled(Fraction(str(value)), 10**places)
        integer, _, rest = decimals(abs(units), places).partition(".") if places else (str(abs(units)), "", "")
        text = f"{'−' if units < 0 else ''}{int(integer):,}{'.' if rest else ''}{rest}"
        return text.translate(SWAPPED) if self.code == "da" else text

    def signed(self, value: float, places: int = 0) -> str:
        """Write a number with its sign."""
        return f"{'+' if value > 0 else ''}{self.number(value, places)}"

    def percent(self, share: Fraction) -> str:
        """Write a share: two decimals, three where it would look like nothing, ``< 0.001 %`` below that."""
        percent = 100 * share
        if 0 < percent < SMALLEST_PERCENT:
            return f"<{NO_BREAK}{self.number(SMALLEST_PERCENT, 3)}{NO_BREAK}%"
        places = 3 if 0 < percent < Fraction(1, 20) else 2 if percent < 10 else 1
        return f"{self.number(percent, places)}{NO_BREAK}%"

    def plain_percent(self, percent: Fraction | float) -> str:
        """Write a threshold in percent, with the decimals it has."""
        value = Fraction(str(percent))
        return f"{self.number(value, 0 if value.denominator == 1 else 1)}{NO_BREAK}%"

    def counted(self, count: int, unit: str) -> str:
        """Write a count with its unit: ``1 row``, ``2 rows``."""
        one, many = all_words()["units"][unit][self.code]
        return f"{self.number(count)}{NO_BREAK}{one if count == 1 else many}"

    def things(self, count: int) -> str:
        """Write how many things."""
        return self.say("things", "one" if count == 1 else "many", n=self.number(count))

    def register(self, name: str) -> str:
        """Name a register; of a pair or a block with its number."""
        word = self.say("registers", kind_of(name))
        for what, form in (("pair", PAIR), ("block", BLOCK)):
            if numbered := form.fullmatch(name):
                return f"{word}, {self.say('registers', what, n=numbered[1])}"
        return word

    def source(self, source: str) -> str:
        """Give the source of a rule, its few words in the language."""
        for words in all_words()["source_words"].values():
            source = source.replace(words["en"], words[self.code])
        return source

    def kroner(self, oere: int) -> str:
        """Write an amount of øre in kroner."""
        return f"{self.number(Fraction(oere, 100), 2)}{NO_BREAK}kr."

    def size(self, size: int) -> str:
        """Write a size of a file."""
        units, value = ["bytes", "kB", "MB", "GB", "TB"], Fraction(size)
        while value >= STEP_OF_BYTES and len(units) > 1:
            value, units = value / STEP_OF_BYTES, units[1:]
        return f"{self.number(value, 0 if value.denominator == 1 else 1)}{NO_BREAK}{units[0]}"

    def month(self, name: str) -> str:
        """Name a month given as ``2019-03``."""
        return f"{all_words()['months']['short'][self.code][int(name[5:]) - 1]} {name[:4]}"
