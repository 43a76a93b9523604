"""How reports and letters say things: their sentences, and what stands where there is no number."""

from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import ClassVar

from fordel_dask.law.language import Language
from fordel_dask.report import naming

PACKAGE = "fordel_dask.report"
NONE = "–"
CAPACITY_PLACES = 2
"""Most decimals of capacities that are given."""


def _files() -> tuple[str, ...]:
    names = (file.name for file in resources.files(PACKAGE).joinpath("words").iterdir())
    return tuple(f"words/{name}" for name in sorted(names) if name.endswith(".toml"))


@dataclass(frozen=True)
class Wording(Language):
    """English or Danish, with the sentences of reports and letters (``words/*.toml``).

    ``in_points`` where the model measures somatic disease by the points of an index.
    """

    package: ClassVar[str] = PACKAGE
    files: ClassVar[tuple[str, ...]] = _files()
    in_points: bool = False

    def term(self, term: str) -> str:
        """Name a term, also one of a variant."""
        return naming.term_name(self, term)

    def level(self, term: str, level: str) -> str:
        """Name the citizens with a level, also one of a variant."""
        return naming.level_name(self, term, level, self.in_points)

    def figure(self, text: str, places: int = 0) -> str:
        """Write a figure of a table as it is read, with so many decimals; a dash where it is empty."""
        return self.number(Fraction(text), places) if text else NONE

    def capacities(self, value: Fraction | int) -> str:
        """Write capacities that are given: with the decimals that they have, at most two, for they come in quarters."""
        return self.number(Fraction(value), CAPACITY_PLACES).rstrip("0").rstrip(",.")

    def signed_capacities(self, value: Fraction | int) -> str:
        """Write a difference of capacities that are given, with its sign."""
        text = self.capacities(value)
        return f"+{text}" if value > 0 and text != "0" else text

    def between(self, low: str, high: str, places: int = 0) -> str:
        """Write from where to where a figure may lie; once where that reads the same, a dash where it is empty."""
        first, last = self.figure(low, places), self.figure(high, places)
        return first if first == last else self.say("from_to", low=first, high=last)

    def given(self, text: str) -> str:
        """Write a figure of a table with the decimals that it has; a dash where it is empty."""
        return self.shortest(Fraction(text)) if text else NONE
