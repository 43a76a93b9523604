"""Laws that the arithmetic of variants keeps, whatever the numbers: nobody is lost, and less is never more."""

from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.capacity.area import (
    AreaNeed,
    AreaSums,
    Expected,
    expected_in,
    moved_to_clinics,
    project,
    rounded_sum,
)
from fordel_dask.capacity.council import CouncilNumber
from fordel_dask.capacity.floor import clinics_within
from fordel_dask.law.capacities import number_rounded
from fordel_dask.law.rounding import half_even
from fordel_dask.model import load_model
from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.model.together import combine
from fordel_dask.nation import Municipality, Nation, Projection
from fordel_dask.pass_rules import total
from fordel_dask.scoring.weighting import LARGEST_SURE, scaled
from fordel_dask.weights.estimators import _powers_of_e

CASES = [case for scenario in packaged_scenarios() for case in scenario.cases]
LAW = load_model().capacity
NANO = 10**9
PLACES = range(4)  # municipalities, of two councils
HIGHEST_AGE = 2
AGES = 2 * (HIGHEST_AGE + 1)  # of men, then of women
NEEDS = st.fractions(0, 500, max_denominator=10**12)
PERSONS = st.fractions(0, 10**6, max_denominator=1000)
NANOS = st.integers(0, 10**14)


def municipality(place):
    council = "north" if place < 2 else "south"
    return Municipality(f"{place + 101}", f"Place {place}", council, council, "Region", Fraction(100), Fraction(80))


def nation(projection=None):
    return Nation(2026, Fraction(80), tuple(map(municipality, PLACES)), (), projection)


@st.composite
def enrolled(draw):
    """Citizens and weights of each municipality, and those of them with a clinic in each other one."""
    flows, citizens, weights = {}, [], []
    for home in PLACES:
        away = [draw(st.tuples(st.integers(0, 5000), NANOS)) for _ in PLACES]
        flows |= {(home, place): pair for place, pair in enumerate(away) if place != home}
        citizens.append(sum(number for number, _ in away))
        weights.append(sum(nano for _, nano in away))
    nobody = np.zeros((len(PLACES), AGES), np.int64)
    return AreaSums(citizens, citizens, weights, nobody, nobody, flows)


@given(
    sums=enrolled(), expected=st.lists(st.tuples(PERSONS, NANOS), min_size=4, max_size=4), percent=st.integers(0, 100)
)
def test_moving_need_to_clinics_loses_nobody_and_no_weight(sums, expected, percent):
    expected = tuple(
        Expected(*(there if sums.citizens[place] else (Fraction(0), 0))) for place, there in enumerate(expected)
    )
    for rules in (replace(LAW, area_by="clinic"), replace(LAW, commuters_percent=percent)):
        moved = moved_to_clinics(nation(), expected, sums, rules)
        assert sum(one.citizens for one in moved) == sum(one.citizens for one in expected)
        assert sum(one.nano for one in moved) == sum(one.nano for one in expected)
        assert all(one.citizens >= 0 and one.nano >= 0 for one in moved)


@given(sums=enrolled())
def test_all_commuters_moved_within_no_council(sums):
    now = tuple(Expected(Fraction(n), nano) for n, nano in zip(sums.citizens, sums.weighted_nano, strict=True))
    moved = moved_to_clinics(nation(), now, sums, replace(LAW, commuters_percent=100))
    for council in (PLACES[:2], PLACES[2:]):
        out = sum(sums.enrolled[home, place][0] for home in council for place in PLACES if place not in council)
        into = sum(sums.enrolled[home, place][0] for home in PLACES if home not in council for place in council)
        own = sum(sums.citizens[place] for place in council)
        assert sum(moved[place].citizens for place in council) == own - out + into


@st.composite
def projected(draw):
    """A nation with a projection, and the sums of citizens that live in it today."""
    cells = [(place, sex, age) for place in PLACES for sex in (1, 2) for age in range(HIGHEST_AGE + 1)]
    persons = {cell: draw(st.fractions(0, 3000, max_denominator=100)) for cell in cells}
    there = np.array([[draw(st.integers(0, 1000)) for _ in range(AGES)] for _ in PLACES])
    weights = np.array([[int(n) and draw(st.integers(0, 10**13)) for n in row] for row in there])
    citizens = there.sum(axis=1).tolist()
    everybody = [n + draw(st.integers(0, 50)) for n in citizens]
    sums = AreaSums(citizens, everybody, weights.sum(axis=1).tolist(), weights, there)
    return nation(Projection(persons, HIGHEST_AGE)), sums


@given(world=projected(), percent=st.integers(0, 200))
def test_so_many_percent_of_the_projection_lie_on_the_line_from_today_to_the_years_end(world, percent):
    where, sums = world
    for place in PLACES:
        found = expected_in(where, place, sums, replace(LAW, projection_percent=percent))
        citizens, nano = project(where.projection, place, sums)
        now, way = sums.citizens[place], Fraction(percent, 100)
        assert found.citizens == max(now + way * (citizens - now), 0)
        weighted = sums.weighted_nano[place]
        assert abs(found.nano - max(weighted + way * (nano - weighted), 0)) <= Fraction(1, 2)


@given(world=projected())
def test_no_percent_is_today_and_a_hundred_the_years_end(world):
    where, sums = world
    for place in PLACES:
        today = expected_in(where, place, sums, replace(LAW, projection_percent=0))
        assert today == Expected(Fraction(sums.citizens[place]), sums.weighted_nano[place])
        then = expected_in(where, place, sums, LAW)
        assert then == Expected(*project(where.projection, place, sums))


@given(need=NEEDS)
def test_rounding_up_is_never_less_than_to_the_nearest_and_that_never_less_than_down(need):
    up, nearest, down, exact = (number_rounded(need, how) for how in ("up", "nearest", "down", "none"))
    assert up >= nearest >= down
    assert up >= exact == need >= down
    assert up - down in (0, 1)
    assert abs(nearest - need) <= Fraction(1, 2)


@given(areas=st.lists(st.tuples(NEEDS, NEEDS), min_size=1, max_size=6))
def test_a_floor_for_the_council_never_gives_more_than_one_for_each_municipality(areas):
    of = tuple(AreaNeed(municipality(0), 1, 1, Fraction(1), 1, need, floor) for need, floor in areas)
    council = CouncilNumber("north", "North", "Region", of, Fraction(0), LAW)
    together = replace(council, rules=replace(LAW, floor_level="council"))
    assert council.need <= together.need_before_rounding <= council.need_before_rounding


@given(cases=st.lists(st.sampled_from(CASES), min_size=1, max_size=1), times=st.integers(2, 4))
def test_a_variant_made_together_with_itself_is_that_variant(cases, times):
    assert combine(cases * times).model.values() == cases[0].model.values()


@st.composite
def values_by_factor(draw):
    """Values and factors whose product lies on a half, beside one by next to nothing, anywhere, or is very large."""
    value = draw(st.integers(1, 10**12))
    aim = draw(
        st.integers(0, 10**10) | st.integers(int(LARGEST_SURE) - 10, int(LARGEST_SURE) + 10) | st.integers(0, 10**17)
    )
    aside = draw(st.sampled_from([0, 1, -1])) * Fraction(1, draw(st.integers(1, 10**25)))
    half = Fraction(2 * aim + 1, 2)
    return value, abs(draw(st.sampled_from([half, half + aside, Fraction(aim) + aside]))) / value


@given(pairs=st.lists(values_by_factor(), min_size=1, max_size=8))
def test_weights_are_rounded_half_to_even_exactly(pairs):
    values, factors = zip(*pairs, strict=True)
    found = scaled(np.array(values, np.int64), np.arange(len(values)), factors)
    assert found.tolist() == [half_even(v * f.numerator, f.denominator) for v, f in pairs]


METRES = st.fractions(0, 10**7, max_denominator=8) | st.decimals(0, 10**7, places=5).map(Fraction)
POINTS = st.lists(st.tuples(METRES, METRES), max_size=5)


@given(areas=POINTS, clinics=POINTS, metres=st.integers(0, 10**7))
def test_clinics_within_reach_are_those_that_squares_of_fractions_tell(areas, clinics, metres):
    def near(one, other):
        return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= metres**2

    assert clinics_within(areas, clinics, metres) == [sum(near(area, clinic) for clinic in clinics) for area in areas]


@given(logarithms=st.lists(st.integers(-30 * 10**6, 20 * 10**6), min_size=1, max_size=30))
def test_kroner_of_logarithms_are_powers_of_e_rounded_once(logarithms):
    with localcontext() as context:
        context.prec = 60
        exact = [int(((Decimal(one) / 10**6).exp() * 10**6).to_integral_value()) for one in logarithms]
    everybody = np.ones(len(logarithms), bool)
    assert _powers_of_e(np.array(logarithms, np.int64), everybody, load_model().weights).tolist() == exact


TERMS = st.tuples(st.integers(0, 10**7), st.integers(0, 10**13), st.integers(1, 10**4))


@given(terms=st.lists(TERMS, max_size=12), factor=st.fractions(0, 2, max_denominator=10**6))
def test_projected_weights_are_the_sum_of_fractions_rounded_once(terms, factor):
    exact = factor * sum((Fraction(number * nano, there) for number, nano, there in terms), Fraction(0))
    assert rounded_sum(terms, factor) == half_even(exact.numerator, exact.denominator)


@given(parts=st.lists(st.lists(st.integers(), min_size=1, max_size=3), min_size=1, max_size=40))
def test_a_total_is_the_sum_of_its_parts_in_order(parts):
    assert total(iter(parts)) == reduce(lambda one, other: one + other, parts)
