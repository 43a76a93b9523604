"""Weighted citizens minus citizens, part by part: linear, in no order, exact (model section 7).

With x̄ the mean of a dummy and r̄ the mean raw weight of all group-1 citizens, the part of a
level is Σ (x − x̄) β ÷ r̄ over the citizens of the area; the clamp, the correction for life
expectancy and the rounding of weights make up the rest, so that the parts add up exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from fordel_dask.law.rounding import NANO

CLAMP, LIFE_EXPECTANCY, ROUNDING, PROJECTION = "clamp", "life_expectancy", "rounding", "projection"


@dataclass(frozen=True)
class NationalMeans:
    """What parts are measured from: N, Σ r and Σ (r − x'β) of all group-1 citizens, and each level's
    column, term, name, coefficient (10⁻⁶ kroner) and citizens."""

    citizens: int
    raw_total: int
    clamp_total: int
    levels: tuple[tuple[int, str, str, int, int], ...]


@dataclass(frozen=True)
class AreaGroup:
    """The citizens of one area: counts by column, sums of raw weight and clamp (10⁻⁶ kroner), exact and rounded Σ w.

    ``projection`` is what a projection adds to weighted citizens minus citizens, if there is one.
    """

    kind: str
    code: str
    citizens: int
    by_column: Sequence[int]
    raw: int
    clamp: int
    below_zero: int
    exact_weight: Fraction
    weighted_nano: int
    projection: Fraction | None = None


class Part(NamedTuple):
    """One part of an area's number: ``numerator ÷ denominator`` weighted citizens, exact and not reduced.

    A nation has ninety thousand of them: to reduce each to a fraction takes as long as all else that is done with it.
    """

    term: str
    level: str
    citizens: int
    numerator: int
    denominator: int


def parts_of(area: AreaGroup, nation: NationalMeans) -> Iterator[Part]:
    """Give the parts of an area: every level, then clamp, life expectancy, rounding (and projection)."""
    for column, term, level, beta, everywhere in nation.levels:
        here = area.by_column[column]
        excess = here * nation.citizens - area.citizens * everywhere
        yield Part(term, level, here, excess * beta, nation.raw_total)
    clamp = area.clamp * nation.citizens - area.citizens * nation.clamp_total
    yield Part(CLAMP, "", area.below_zero, clamp, nation.raw_total)
    weight, of = area.exact_weight.as_integer_ratio()
    life_expectancy = weight * nation.raw_total - area.raw * nation.citizens * of
    yield Part(LIFE_EXPECTANCY, "", area.citizens, life_expectancy, of * nation.raw_total)
    yield Part(ROUNDING, "", area.citizens, area.weighted_nano * of - weight * NANO, of * NANO)
    if area.projection is not None:
        yield Part(PROJECTION, "", area.citizens, *area.projection.as_integer_ratio())
