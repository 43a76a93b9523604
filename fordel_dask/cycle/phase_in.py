"""Numbers brought in step by step over years (R39, V49)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.provisions import holds
from fordel_dask.law.rounding import half_up

WHOLE, TRANSITION, AGREEMENT = "whole", "transition", "agreement"
"""What a year's number rests on: it is the end; a step while the transition rule holds; a step after its end, for
which only a voluntary agreement (R35) is a ground."""

LAST_MONTH, LAST_DAY = 12, 31


@dataclass(frozen=True)
class Step:
    """The number of a year, and what it rests on."""

    year: int
    number: int
    ground: str


def steps(present: int | None, end: int, years: Sequence[int]) -> tuple[Step, ...]:
    """Give the number of each year on the way from the present limit to the end, in equal steps, the last the end.

    Without a present limit there is nothing to go from, and the end holds from the first year.
    """
    return tuple(_step(present, end, year, Fraction(at, len(years))) for at, year in enumerate(years, 1))


def _step(present: int | None, end: int, year: int, share: Fraction) -> Step:
    exact = Fraction(end) if present is None else present + (end - present) * share
    number = half_up(exact.numerator, exact.denominator)
    return Step(year, number, WHOLE if number == end else _ground(year))


def _ground(year: int) -> str:
    """Tell what a step rests on: the transition rule if it holds to the end of the year."""
    return TRANSITION if holds("transition.phase_in", datetime.date(year, LAST_MONTH, LAST_DAY)) else AGREEMENT
