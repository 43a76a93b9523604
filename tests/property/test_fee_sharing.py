"""Money re-shared by weight: to the øre, monotone, never negative, whatever the order (R54)."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fordel_dask.errors import ModelError
from fordel_dask.fees.differentiated import UNBOUND, Bounds, Load, differentiate, factors
from fordel_dask.fees.remainder import share_out
from fordel_dask.fees.supplements import CouncilState, temporary_budgets, temporary_supplement

pytestmark = pytest.mark.rule("R54")
ONE = Fraction(1)

weights = st.integers(0, 4_000_000).map(lambda micro: Fraction(micro, 1_000_000))
clinics = st.lists(st.tuples(st.integers(0, 6_000), weights), min_size=1, max_size=12).map(
    lambda rows: [Load(f"{n:06}", patients, patients * weight) for n, (patients, weight) in enumerate(rows)]
)
shares = st.fractions(0, 1, max_denominator=100)
bounds = st.builds(
    Bounds,
    floor=st.none() | st.fractions(0, 1, max_denominator=50),
    cap=st.none() | st.fractions(1, 3, max_denominator=50),
)
totals = st.integers(0, 10**14)


def shared(loads, total, share, within):
    assume(any(load.patients for load in loads))
    try:
        return differentiate(loads, total, share, within)
    except ModelError:  # a cap that too few clinics have weight for
        assume(False)


@given(total=totals, parts=st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**9), min_size=1))
def test_what_is_shared_out_adds_up_to_the_oere_and_is_less_than_one_from_exact(total, parts):
    assume(any(parts.values()))
    given_to = share_out(total, parts)
    assert sum(given_to.values()) == total
    assert all(abs(oere - Fraction(total * parts[key], sum(parts.values()))) < 1 for key, oere in given_to.items())


@given(loads=clinics, total=totals, share=shares, within=bounds)
def test_the_basic_fee_of_all_stays_what_it_was_to_the_oere(loads, total, share, within):
    assert sum(shared(loads, total, share, within).values()) == total


@given(loads=clinics, total=totals, share=shares, within=bounds)
def test_no_clinic_gets_a_negative_fee(loads, total, share, within):
    assert min(shared(loads, total, share, within).values()) >= 0


@given(loads=clinics, total=totals, share=shares, within=bounds, data=st.data())
def test_the_order_of_clinics_does_not_matter(loads, total, share, within, data):
    other = data.draw(st.permutations(loads))
    assert shared(loads, total, share, within) == differentiate(other, total, share, within)


@given(loads=clinics, total=totals, share=shares)
def test_of_two_clinics_as_large_the_heavier_gets_no_less(loads, total, share):
    given_to = shared(loads, total, share, UNBOUND)
    for one, other in heavier_pairs(loads, share):
        assert given_to[one] >= given_to[other]


@given(loads=clinics, total=totals, share=shares, within=bounds)
def test_with_bounds_neither_but_for_the_last_oere_of_two_at_the_same_bound(loads, total, share, within):
    given_to = shared(loads, total, share, within)
    factor = factors(loads, share, within)
    for one, other in heavier_pairs(loads, share):
        assert factor[one] >= factor[other]
        assert given_to[one] >= given_to[other] - (factor[one] == factor[other])


def heavier_pairs(loads, share):
    """Give pairs of clinics with as many patients, the heavier first; none where no weight counts."""
    return [
        (one.ydernummer, other.ydernummer)
        for one in loads
        for other in loads
        if share and one.patients == other.patients and one.weighted > other.weighted
    ]


@given(loads=clinics, total=totals, share=shares, more=weights)
def test_a_clinic_whose_patients_grow_heavier_gets_no_less(loads, total, share, more):
    before, after = before_and_after(loads, more)
    first = loads[0].ydernummer
    assert shared(after, total, share, UNBOUND)[first] >= shared(before, total, share, UNBOUND)[first]


@given(loads=clinics, total=totals, share=shares, within=bounds, more=weights)
def test_with_bounds_its_factor_does_not_fall_and_its_fee_by_no_whole_oere(loads, total, share, within, more):
    before, after = before_and_after(loads, more)
    first = loads[0].ydernummer
    fees = shared(before, total, share, within)[first], shared(after, total, share, within)[first]
    assert factors(after, share, within)[first] >= factors(before, share, within)[first]
    assert fees[1] >= fees[0] - 1  # when one is bound the others' remainders are dealt anew


def before_and_after(loads, more):
    """Give the clinics, and the same where the first one's patients weigh more."""
    first, *rest = loads
    assume(first.patients)
    return loads, [Load(first.ydernummer, first.patients, first.weighted + more * first.patients), *rest]


@given(loads=clinics, share=shares, within=bounds)
def test_factors_hold_their_bounds_and_are_one_on_average(loads, share, within):
    try:
        found = factors(loads, share, within)
    except ModelError:
        assume(False)
    patients = {load.ydernummer: load.patients for load in loads if load.patients}
    assert sum(patients[clinic] * factor for clinic, factor in found.items()) == sum(patients.values())
    assert all(factor >= (within.floor or 0) for factor in found.values())
    assert all(within.cap is None or factor <= within.cap for factor in found.values())


@given(loads=clinics, total=totals)
def test_without_a_share_nothing_changes(loads, total):
    fee = 53_870
    given_to = differentiate(loads, fee * sum(load.patients for load in loads), Fraction(0))
    assert given_to == {load.ydernummer: fee * load.patients for load in loads}


capacities = st.integers(0, 400).map(lambda half: Fraction(half, 2))
councils = st.lists(
    st.tuples(st.sampled_from(["Region Syddanmark", "Region Nord"]), capacities, capacities, st.integers(0, 200)),
    min_size=1,
    max_size=8,
).map(
    lambda rows: [
        CouncilState(f"c{n}", region, need, occupied, occupied, maximum, need * 1600)
        for n, (region, need, occupied, maximum) in enumerate(rows)
    ]
)


@pytest.mark.rule("R53")
@given(of=councils, by=st.sampled_from(["room", "shortage"]))
def test_the_temporary_supplement_is_never_more_than_its_budget_and_all_of_it_where_councils_lack(of, by):
    for budget in temporary_budgets({2025: 85, 2026: 163}, "Syddanmark", 15):
        found = temporary_supplement(budget, of, by)
        total = sum(one.by_rule_oere + one.everywhere_oere for one in found)
        assert total <= budget.total_oere
        if any(one.room if by == "room" else one.shortage for one in of):
            assert total == budget.total_oere
        assert all(one.by_rule_oere >= 0 and one.everywhere_oere >= 0 for one in found)
