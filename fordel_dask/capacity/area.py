"""Need of municipalities by residence, now or at the year's end (model section 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.capacity.floor import municipal_floors
from fordel_dask.law.capacities import need_of, with_floor
from fordel_dask.law.rounding import NANO, half_even, half_up_to_step
from fordel_dask.model.model import Capacity
from fordel_dask.nation import Municipality, Nation, Projection
from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]
WHOLE = 100
BITS = 64


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
class Expected:
    """Citizens expected in a municipality, and their weight in 10⁻⁹."""

    citizens: Fraction
    nano: int


@redacted
@dataclass(frozen=True)
class AreaSums:
    """What is known of the citizens of each municipality before need is computed.

    ``citizens`` N and ``persons`` by municipality, ``weighted_nano`` Σ w; the age arrays have
    shape (municipalities, sexes × ages) and are used with a projection only. ``enrolled`` are citizens and their
    weights (10⁻⁹) by municipality of residence and of their clinic, where the model moves need to clinics.
    """

    citizens: Sequence[int]
    persons: Sequence[int]
    weighted_nano: Sequence[int]
    age_nano: Integers
    age_citizens: Integers
    enrolled: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def area_needs(nation: Nation, sums: AreaSums, rules: Capacity) -> tuple[AreaNeed, ...]:
    """Give the need of every municipality, in the order of the nation.

    Raises
    ------
    CoverageError
        The floor asks where there are two offers, and the clinic register has no coordinates.
    """
    expected = tuple(expected_in(nation, position, sums, rules) for position in range(len(nation.municipalities)))
    counted = moved_to_clinics(nation, expected, sums, rules)
    floors = municipal_floors(nation, rules)
    return tuple(
        AreaNeed(
            municipality=municipality,
            citizens=int(sums.citizens[position]),
            weighted_nano=int(sums.weighted_nano[position]),
            projected=counted[position].citizens,
            projected_nano=counted[position].nano,
            need=need_of(Fraction(counted[position].nano, NANO), rules.citizens_per_capacity),
            floor=floors[position],
        )
        for position, municipality in enumerate(nation.municipalities)
    )


def expected_in(nation: Nation, position: int, sums: AreaSums, rules: Capacity) -> Expected:
    """Give who is expected in a municipality: at the year's end, or so many percent of the way there (V58)."""
    now = Expected(Fraction(int(sums.citizens[position])), int(sums.weighted_nano[position]))
    if nation.projection is None:
        return now
    then = Expected(*project(nation.projection, position, sums))
    if rules.projection_percent == WHOLE:
        return then
    citizens = now.citizens + (then.citizens - now.citizens) * rules.projection_percent / WHOLE
    nano = half_even(now.nano * WHOLE + (then.nano - now.nano) * rules.projection_percent, WHOLE)
    return Expected(max(citizens, Fraction(0)), max(nano, 0))


def project(projection: Projection, position: int, sums: AreaSums) -> tuple[Fraction, int]:
    """Give P and S (10⁻⁹) of a municipality at the year's end (R4).

    Each cell of sex and age counts its mean weight × projected persons × the share of persons
    that is in group 1; a cell without citizens takes the municipality's mean weight.
    """
    citizens, weighted = int(sums.citizens[position]), int(sums.weighted_nano[position])
    if citizens == 0:
        return Fraction(0), 0
    share = Fraction(citizens, int(sums.persons[position]))
    expected, unit = projection.whole[position], projection.unit
    means = [
        (number, nano, there) if there else (number, weighted, citizens)
        for number, nano, there in zip(
            expected, sums.age_nano[position].tolist(), sums.age_citizens[position].tolist(), strict=True
        )
        if number
    ]
    return share * Fraction(sum(expected), unit), rounded_sum(means, share / unit)


def rounded_sum(terms: Sequence[tuple[int, int, int]], factor: Fraction) -> int:
    """Give factor × Σ number × nano ÷ there, exact and rounded once, half to even.

    Whole numbers of 2⁻⁶⁴ tell where the sum lies: only if a half lies there too, all is added as fractions, whose
    denominators grow with every term.
    """
    below = sum((number * nano << BITS) // there for number, nano, there in terms)
    low, high = (
        half_even(units * factor.numerator, factor.denominator << BITS) for units in (below, below + len(terms))
    )
    if low == high:
        return low
    exact = factor * sum((Fraction(number * nano, there) for number, nano, there in terms), Fraction(0))
    return half_even(exact.numerator, exact.denominator)


def moved_to_clinics(
    nation: Nation, expected: tuple[Expected, ...], sums: AreaSums, rules: Capacity
) -> tuple[Expected, ...]:
    """Give who counts in each municipality once need is moved to that of the clinic (V04), or a share of it (V05).

    Nobody and no weight is lost: what leaves one municipality enters another, and never more than it has.
    """
    citizens, nano = [one.citizens for one in expected], [one.nano for one in expected]
    left = list(nano)
    for (home, place), (patients, weighted) in sums.enrolled.items():
        share = share_moved(nation, home, place, rules)
        if share and patients:
            moved = share * patients * expected[home].citizens / sums.citizens[home]
            weight = share * weighted * expected[home].nano / (sums.weighted_nano[home] or 1)
            lighter = min(half_even(weight.numerator, weight.denominator), left[home])  # all may move, rounded up
            left[home] -= lighter
            citizens[home], citizens[place] = citizens[home] - moved, citizens[place] + moved
            nano[home], nano[place] = nano[home] - lighter, nano[place] + lighter
    return tuple(map(Expected, citizens, nano))


def share_moved(nation: Nation, home: int, place: int, rules: Capacity) -> Fraction:
    """Give the share of the need of citizens of one municipality with a clinic in another that counts there."""
    if home == place:
        return Fraction(0)
    if rules.area_by == "clinic":
        return Fraction(1)
    here, there = nation.municipalities[home].council_id, nation.municipalities[place].council_id
    return Fraction(rules.commuters_percent, WHOLE) if here != there else Fraction(0)


def moves_need(rules: Capacity) -> bool:
    """Tell whether a model moves need from where citizens live to where their clinic lies."""
    return rules.area_by == "clinic" or rules.commuters_percent > 0
