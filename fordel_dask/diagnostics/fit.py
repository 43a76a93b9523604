"""How well predictions meet consumption: R², Cumming's prediction measure, mean absolute error.

All three weigh by exposure, in kroner a year. With a citizen's (clinic's, municipality's) yearly consumption a,
prediction p and exposure e, and the mean ā of the sample:

- R² = 1 − Σ e (a − p)² ÷ Σ e (a − ā)²
- CPM = 1 − Σ e |a − p| ÷ Σ e |a − ā|
- MAE = Σ e |a − p| ÷ Σ e

Source: Cumming et al. 2002, A Comparative Analysis of Claims-Based Methods of Health Risk Assessment.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.law.rounding import MICRO
from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
FEWEST_CLINICS = 30
"""From fewer clinics nothing is said of clinics: they may be told apart, and one of them decides."""

SQUARE_LIMB = 18
"""Squares of fees are summed in parts of 18 bits: fees of 36 bits, and no sum over a hundred million leaves 64."""

OERE_PER_KRONE = 100


@dataclass(frozen=True)
class Fitness:
    """The three measures of ``units`` citizens, clinics or municipalities; none with a word why in ``note``."""

    units: int
    r2: float | None = None
    cpm: float | None = None
    mae_kr: float | None = None
    note: str = ""


@redacted
@dataclass(frozen=True)
class CitizenSpread:
    """Σ y² of citizens by days of exposure, exact: ``sums`` (3, days + 1) of y = high · 2¹⁸ + low.

    The lines are Σ high², Σ high · low, Σ low²; fees in øre.
    """

    sums: Integers

    def __add__(self, other: "CitizenSpread") -> "CitizenSpread":
        return CitizenSpread(self.sums + other.sums)

    def annual_squares(self) -> Fraction:
        """Give Σ y² ÷ e, in øre² ÷ days: Σ e (y ÷ e)²."""
        total = Fraction(0)
        for days, (high, mixed, low) in enumerate(self.sums.T.tolist()):
            if days:
                square = (high << 2 * SQUARE_LIMB) + (mixed << SQUARE_LIMB + 1) + low
                total += Fraction(square, days)
        return total


def spread_of(fee: Integers, days: Integers, longest: int) -> CitizenSpread:
    """Give the squares of some citizens' fees by their days, at most ``longest``."""
    high, low = fee >> SQUARE_LIMB, fee & ((1 << SQUARE_LIMB) - 1)
    sums = np.zeros((3, longest + 1), np.int64)
    for line, product in zip(sums, (high * high, high * low, low * low), strict=True):
        np.add.at(line, days, product)
    return CitizenSpread(sums)


def squared_error(
    spread: CitizenSpread, days: Integers, fee: Integers, prediction: Integers, year_days: int
) -> Fraction:
    """Give Σ (e ÷ D) (y D ÷ e − p)² in kroner², exact.

    ``days``, ``fee`` (øre) are sums by class of citizens of one ``prediction`` (10⁻⁶ kroner a year), of those citizens
    of whom ``spread`` has the squares.
    """
    crossed = squares = 0
    for e, y, p in zip(days.ravel().tolist(), fee.ravel().tolist(), prediction.ravel().tolist(), strict=True):
        crossed += y * p
        squares += e * p * p
    own = spread.annual_squares() * year_days / OERE_PER_KRONE**2
    return own - Fraction(2 * crossed, OERE_PER_KRONE * MICRO) + Fraction(squares, MICRO * MICRO * year_days)


def fitness_of_citizens(
    citizens: int, squared: tuple[Fraction, Fraction], absolute: tuple[int, int], days: int
) -> Fitness:
    """Give the measures of citizens from exact sums.

    ``squared`` Σ e (a − p)² and Σ e (a − ā)²; ``absolute`` Σ e |a − p| and Σ e |a − ā| in 10⁻⁶ kroner × days;
    ``days`` Σ e.
    """
    (error, spread), (gap, mean_gap) = squared, absolute
    return Fitness(
        units=citizens,
        r2=float(1 - error / spread) if spread > 0 else None,
        cpm=float(1 - Fraction(gap, mean_gap)) if mean_gap else None,
        mae_kr=float(Fraction(gap, days * MICRO)) if days else None,
        note="" if spread > 0 and mean_gap else "all consume the same",
    )


@redacted
@dataclass(frozen=True)
class Units:
    """Clinics or municipalities: days of exposure, actual and predicted kroner a year of their citizens (n each)."""

    days: Floats
    actual: Floats
    predicted: Floats


def fitness_of_units(units: Units, fewest: int) -> Fitness:
    """Give the measures of clinics or municipalities; nothing is said of fewer than ``fewest``.

    The mean is that of all citizens of these units. Sums are rounded once, so the order of units does not matter.
    """
    n = int(units.days.size)
    if n < fewest:
        return Fitness(n, note=f"fewer than {fewest}")
    days = math.fsum(units.days)
    mean = math.fsum(units.days * units.actual) / days
    off, spread = units.actual - units.predicted, units.actual - mean
    gap, mean_gap = math.fsum(units.days * np.abs(off)), math.fsum(units.days * np.abs(spread))
    if not mean_gap:
        return Fitness(n, mae_kr=gap / days, note="all consume the same")
    r2 = 1 - math.fsum(units.days * off**2) / math.fsum(units.days * spread**2)
    return Fitness(n, r2, 1 - gap / mean_gap, gap / days)
