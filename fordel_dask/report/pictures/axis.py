"""A scale: from values to pixels, with round values to write beside it.

Floats are fine here: nothing that is counted or printed depends on where a mark stands; round values are exact.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

STEPS_OF_TEN = (Fraction(1), Fraction(2), Fraction(5), Fraction(10))


@dataclass(frozen=True)
class Axis:
    """A scale from ``low`` to ``high`` between the pixels ``left`` and ``right``; upwards where ``right`` is less."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float | Fraction) -> float:
        """Give the pixel of a value; values outside stand at the edge."""
        share = (min(max(float(value), self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)

    def round_values(self, most: int) -> tuple[Fraction, ...]:
        """Give round values on the scale, at most so many."""
        step = round_step(Fraction(self.high) - Fraction(self.low), most - 1)
        first, last = math.ceil(self.low / float(step) - 1e-9), math.floor(self.high / float(step) + 1e-9)
        return tuple(n * step for n in range(first, last + 1))


def round_step(length: Fraction, most: int) -> Fraction:
    """Give the least of 1, 2, 5 times a power of ten of which at most so many fill a length.

    Raises
    ------
    ValueError
        The length is not positive.
    """
    if length <= 0:
        raise ValueError("Only a positive length has round steps.")
    return next(step for step in _steps(length / most) if step * most >= length)


def _steps(about: Fraction) -> Iterator[Fraction]:
    power = Fraction(10) ** (math.floor(math.log10(float(about))) - 1)
    while True:
        yield from (one * power for one in STEPS_OF_TEN)
        power *= 10


def places_of(step: Fraction) -> int:
    """Give the decimals that a round step needs."""
    places = 0
    while (step * 10**places).denominator != 1:
        places += 1
    return places
