"""Sums of clinics' money: no clinic is seen in what is told, nor in what told sums leave between them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.disclosure import Rules, shows_a_contributor
from fordel_dask.errors import UsageError
from fordel_dask.releasing.money import CLINIC_TYPE, COUNCIL, COUNTRY, NATION, REGION, Earner, Earners

RULES = Rules()


def clinic(number, council, kronor=1_000_000, kind="plo", patients=1600):
    """A clinic of a council; councils a… lie in region A, b… in region B."""
    region = council[0].upper()
    return Earner(f"{number:06}", region, council, kind, patients, Fraction(1), {"income_kr": Fraction(kronor)})


def earners(clinics, withheld=()):
    return Earners(clinics, frozenset(withheld), RULES)


def many(council, number, first=0):
    return [clinic(first + at, council) for at in range(number)]


def test_a_clinic_with_nine_tenths_of_the_money_keeps_its_group_back():
    assert shows_a_contributor([900, 50, 50], RULES)
    assert not shows_a_contributor([400, 300, 300], RULES)


def test_two_clinics_could_each_take_the_own_money_away():
    assert shows_a_contributor([500, 500], RULES)


def test_the_second_largest_cannot_work_out_the_largest_to_within_ten_percent():
    assert shows_a_contributor([800, 790, 60], RULES)
    assert not shows_a_contributor([800, 790, 90], RULES)


def test_where_nobody_has_any_money_nothing_is_shown():
    assert not shows_a_contributor([0, 0], RULES)


def test_a_council_kept_back_takes_another_of_its_region_with_it():
    found = earners([*many("a1", 2), *many("a2", 4, 10), *many("a3", 9, 20), *many("b1", 9, 40), *many("b2", 9, 60)])
    assert found.kept_back == {(COUNCIL, "a1"), (COUNCIL, "a2")}


def test_the_councils_of_a_region_that_is_kept_back_are_kept_back():
    found = earners([*many("a1", 1), *many("a2", 1, 10), *many("b1", 9, 20), *many("c1", 8, 40)])
    assert {(REGION, "A"), (REGION, "C"), (COUNCIL, "a1"), (COUNCIL, "a2"), (COUNCIL, "c1")} <= found.kept_back
    assert (REGION, "B") not in found.kept_back


def test_a_group_does_not_tell_the_patients_of_a_clinic_whose_number_is_kept_back():
    clinics = [*many("a1", 9), *many("a2", 9, 20), *many("a3", 9, 40)]
    found = earners(clinics, withheld=("000000", "000020"))
    assert {(COUNCIL, "a1"), (COUNCIL, "a2")} <= found.kept_back
    assert (COUNTRY, NATION) not in found.kept_back


def test_the_percentages_must_be_percentages():
    for options in ({"dominance": 100}, {"prior": 0}):
        with pytest.raises(UsageError):
            Rules(**options)


clinics_of = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2", "a3", "b1", "b2", "c1"]),
        st.sampled_from([0, 1, 500_000, 1_000_000, 1_200_000, 90_000_000]),
        st.sampled_from(["plo", "plo", "plo", "region", "island"]),
        st.sampled_from([0, 3, 1600]),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(clinics_of, st.integers(0, 4))
def test_what_is_told_and_what_told_sums_leave_is_never_one_clinics_money(drawn, number_withheld):
    clinics = [clinic(at, council, *rest) for at, (council, *rest) in enumerate(drawn)]
    found = earners(clinics, [one.ydernummer for one in clinics[:number_withheld]])
    members, hidden = found.members, found.kept_back
    assert not [group for group in members if group not in hidden and found.is_unsafe(members[group])]
    if (COUNTRY, NATION) in hidden or not clinics:
        return
    parts = {kind: [group for group in members if group[0] == kind] for kind in (REGION, CLINIC_TYPE)}
    sums = [*parts.values()]
    for region in parts[REGION]:
        councils = [(COUNCIL, code) for code in sorted({one.council_id for one in members[region]})]
        if region in hidden:
            assert set(councils) <= hidden
        else:
            sums.append(councils)
    for groups in sums:
        gone = [group for group in groups if group in hidden]
        if gone and len(gone) < len(groups):
            assert len(gone) > 1
            assert not found.is_unsafe([one for group in gone for one in members[group]])
