"""Weighted citizens minus citizens, part by part: linear, in no order, exact (model section 7).

With x̄ the mean of a dummy and r̄ the mean raw weight of all group-1 citizens, the part of a
level is Σ (x − x̄) β ÷ r̄ over the citizens of the area; the clamp, the correction for life
expectancy and the rounding of weights make up the rest, so that the parts add up exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

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


@dataclass(frozen=True)
class Part:
    """One part of an area's number, exact."""

    term: str
    level: str
    citizens: int
    weighted: Fraction


def parts_of(area: AreaGroup, nation: NationalMeans) -> Iterator[Part]:
    """Give the parts of an area: every level, then clamp, life expectancy, rounding (and projection)."""
    per_kroner = Fraction(nation.citizens, nation.raw_total)
    for column, term, level, beta, everywhere in nation.levels:
        here = int(area.by_column[column])
        excess = here * nation.citizens - area.citizens * everywhere
        yield Part(term, level, here, Fraction(excess * beta, nation.raw_total))
    clamp = area.clamp - Fraction(area.citizens * nation.clamp_total, nation.citizens)
    yield Part(CLAMP, "", area.below_zero, clamp * per_kroner)
    yield Part(LIFE_EXPECTANCY, "", area.citizens, area.exact_weight - area.raw * per_kroner)
    yield Part(ROUNDING, "", area.citizens, Fraction(area.weighted_nano, NANO) - area.exact_weight)
    if area.projection is not None:
        yield Part(PROJECTION, "", area.citizens, area.projection)
