"""Need of municipalities by residence, now or at the year's end (model section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.law.capacities import floor_of, need_of, with_floor
from fordel_dask.law.rounding import NANO, half_even, half_up_to_step
from fordel_dask.model.model import Capacity
from fordel_dask.nation import Municipality, Nation, Projection

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class AreaNeed:
    """Need of one municipality.

    ``weighted_nano`` is S before projection and ``projected_nano`` after it, in 10⁻⁹;
    ``projected`` is P; ``floor`` the least number of capacities, 0 while the floor is off.
    """

    municipality: Municipality
    citizens: int
    weighted_nano: int
    projected: Fraction
    projected_nano: int
    need: Fraction
    floor: Fraction

    @property
    def need_with_floor(self) -> Fraction:
        """Capacities that the municipality counts for in its council (R15)."""
        return with_floor(self.need, self.floor)

    def patients_per_capacity(self, norm: int) -> Fraction | None:
        """Citizens that make up one capacity; none where nobody has a weight."""
        return norm * NANO * self.projected / self.projected_nano if self.projected_nano else None


def rounded_patients(patients_per_capacity: Fraction, step: int) -> int:
    """Round patients per capacity to the step, a half up (R31)."""
    return half_up_to_step(patients_per_capacity, step)


@dataclass(frozen=True)
class AreaSums:
    """What is known of the citizens of each municipality before need is computed.

    ``citizens`` N and ``persons`` by municipality, ``weighted_nano`` Σ w; the age arrays have
    shape (municipalities, sexes × ages) and are used with a projection only.
    """

    citizens: Sequence[int]
    persons: Sequence[int]
    weighted_nano: Sequence[int]
    age_nano: Integers
    age_citizens: Integers


def area_needs(nation: Nation, sums: AreaSums, rules: Capacity) -> tuple[AreaNeed, ...]:
    """Give the need of every municipality, in the order of the nation."""
    return tuple(_area_need(nation, position, sums, rules) for position in range(len(nation.municipalities)))


def _area_need(nation: Nation, position: int, sums: AreaSums, rules: Capacity) -> AreaNeed:
    municipality = nation.municipalities[position]
    citizens, weighted = int(sums.citizens[position]), int(sums.weighted_nano[position])
    projected, projected_nano = Fraction(citizens), weighted
    if nation.projection is not None:
        projected, projected_nano = project(nation.projection, position, sums)
    return AreaNeed(
        municipality=municipality,
        citizens=citizens,
        weighted_nano=weighted,
        projected=projected,
        projected_nano=projected_nano,
        need=need_of(Fraction(projected_nano, NANO), rules.citizens_per_capacity),
        floor=floor_of(municipality.area_km2, rules.floor_km2) if rules.floor else Fraction(0),
    )


def project(projection: Projection, position: int, sums: AreaSums) -> tuple[Fraction, int]:
    """Give P and S (10⁻⁹) of a municipality at the year's end (R4).

    Each cell of sex and age counts its mean weight × projected persons × the share of persons
    that is in group 1; a cell without citizens takes the municipality's mean weight.
    """
    citizens, weighted = int(sums.citizens[position]), int(sums.weighted_nano[position])
    if citizens == 0:
        return Fraction(0), 0
    share = Fraction(citizens, int(sums.persons[position]))
    ages = projection.highest_age + 1
    persons, total = Fraction(0), Fraction(0)
    for sex in (1, 2):
        for age in range(ages):
            expected = projection.persons.get((position, sex, age), Fraction(0))
            cell = (sex - 1) * ages + age
            there, nano = int(sums.age_citizens[position, cell]), int(sums.age_nano[position, cell])
            persons += expected
            total += expected * (Fraction(nano, there) if there else Fraction(weighted, citizens))
    exact = share * total
    return share * persons, half_even(exact.numerator, exact.denominator)
