"""Groups of citizens: what they consumed and what the model predicted, side by side.

Lines of sums of a group, whole numbers: citizens, days of exposure, fees in øre, and what was predicted for those
days in two parts, whole kroner and millionths of them, so that no national sum leaves 64 bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.law.rounding import MICRO

Integers = NDArray[np.int64]
MEMBERS, DAYS, FEE, WHOLE, REST = range(5)
LINES = 5
OERE_PER_KRONE = 100
SAME, FINER, NOT_IN_MODEL, CONSUMPTION = "yes", "coarser", "no", "outcome"
"""Whether the model knows a trait: as it is, only coarser, not at all; or it is made of the consumption itself."""

TENTHS = 10


@dataclass(frozen=True)
class Group:
    """Citizens of the sample with a trait; kroner a year are exact, none where nobody was enrolled.

    ``known`` is one of the four words above, ``clinics`` how many there are where clinics were grouped.
    """

    trait: str
    level: str
    known: str
    citizens: int
    exposure_years: Fraction
    actual_total_kr: Fraction
    predicted_total_kr: Fraction
    clinics: int | None = None

    @property
    def actual_kr(self) -> Fraction | None:
        """Consumption of a citizen in a year."""
        return self.actual_total_kr / self.exposure_years if self.exposure_years else None

    @property
    def predicted_kr(self) -> Fraction | None:
        """What the model predicts for a citizen in a year."""
        return self.predicted_total_kr / self.exposure_years if self.exposure_years else None

    @property
    def ratio(self) -> Fraction | None:
        """The predictive ratio, predicted ÷ actual: below 1 the group is compensated too little."""
        return self.predicted_total_kr / self.actual_total_kr if self.actual_total_kr > 0 else None

    @property
    def difference_kr(self) -> Fraction | None:
        """Predicted less actual for a citizen in a year."""
        if not self.exposure_years:
            return None
        return (self.predicted_total_kr - self.actual_total_kr) / self.exposure_years

    @property
    def note(self) -> str:
        """Why there is no ratio, in a word."""
        if not self.citizens:
            return "nobody"
        return "" if self.actual_total_kr > 0 else "consumed nothing"


def lines_of(citizens: Integers, days: Integers, fee: Integers, prediction: Integers) -> Integers:
    """Give the lines (LINES, n) of n citizens or cells; ``prediction`` in 10⁻⁶ kroner a year."""
    whole, rest = np.divmod(prediction, MICRO)
    return np.stack([citizens, days, fee, days * whole, days * rest])


def sums_by(place: Integers, lines: Integers, places: int) -> Integers:
    """Sum lines (lines, n) by place: shape (places, lines)."""
    sums = np.zeros((len(lines), places), np.int64)
    for line, values in zip(sums, lines, strict=True):
        np.add.at(line, place, values)
    return sums.T


def predicted_micro_days(sums: Integers) -> int:
    """Give what was predicted for the days of a group, in 10⁻⁶ kroner × days, from its lines."""
    return int(sums[WHOLE]) * MICRO + int(sums[REST])


def group_of(name: tuple[str, str], known: str, sums: Integers, year_days: int, clinics: int | None = None) -> Group:
    """Give a group from its trait and level, and its lines of sums (LINES)."""
    return Group(
        *name,
        known,
        int(sums[MEMBERS]),
        Fraction(int(sums[DAYS]), year_days),
        Fraction(int(sums[FEE]), OERE_PER_KRONE),
        Fraction(predicted_micro_days(sums), MICRO * year_days),
        clinics,
    )


def tenths(members: Sequence[int]) -> list[int]:
    """Give the tenth (0 … 9) of each class of citizens who are alike, classes in ascending order.

    A class is not torn apart: it goes to the tenth in which its middle lies, so that some tenth may be empty.
    """
    everybody, below, found = sum(members), 0, []
    for own in members:
        found.append(min((2 * below + own) * TENTHS // (2 * everybody), TENTHS - 1) if everybody else 0)
        below += own
    return found
