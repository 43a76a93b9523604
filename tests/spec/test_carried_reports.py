"""A clinic without a report of a month counts as last reported, else as registered; never as nothing."""

from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.cycle.capacity_report import standing, vacancies
from fordel_dask.cycle.carrying import CARRIED, REGISTERED, REPORTED, clinic_counts_in, unreported
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.occupancy import Occupancy
from tests.lib.published import register_row, two_councils
from tests.spec.test_capacity_register import day, row

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
VACANT = row("b", JULY, "000810", share=0, since="2024-01-01")
REPORTS = [row("a", JULY, "000810"), VACANT, row("c", AUGUST, "000820", reported="2025-09-10")]


def counts_in(month, reports=REPORTS, nation=None):
    return clinic_counts_in(nation or two_councils(), standing(reports), month)


@pytest.mark.rule("R11", "R49")
def test_a_report_that_has_not_come_makes_no_room():
    found = counts_in(AUGUST)
    assert found["000810"].source == CARRIED
    assert found["000810"].occupancy == Occupancy(Fraction(2), Fraction(1))


@pytest.mark.rule("R21", "R49")
def test_a_vacancy_stays_vacant_while_no_later_report_fills_it():
    [found] = vacancies((one for clinic in counts_in(AUGUST).values() for one in clinic.rows), day("2025-08-31"))
    assert (found.capacity_id, found.month, found.may_be_taken_back) == ("b", JULY, True)


@pytest.mark.rule("R49")
def test_a_clinic_never_reported_counts_as_registered_and_all_occupied():
    found = counts_in(AUGUST)
    assert found["000830"].source == REGISTERED
    assert found["000830"].occupancy == Occupancy(Fraction(2), Fraction(2))


@pytest.mark.rule("R49")
def test_a_report_of_the_month_counts_and_a_later_months_does_not():
    assert (counts_in(AUGUST)["000820"].source, counts_in(JULY)["000820"].source) == (REPORTED, REGISTERED)


@pytest.mark.rule("R49")
def test_a_clinic_that_has_ended_is_carried_no_further():
    nation = two_councils()
    ended = [register_row(one, last_day=day("2025-07-31")) for one in nation.clinics.values()]
    found = counts_in(AUGUST, nation=replace(nation, register=tuple(ended)))
    assert set(found) == {"000820"}


@pytest.mark.rule("R49")
def test_a_capacity_that_another_clinic_reports_is_not_counted_twice():
    taken_over = [*REPORTS, row("b", AUGUST, "000820", reported="2025-09-10")]
    found = counts_in(AUGUST, taken_over)
    assert [one.capacity_id for one in found["000810"].rows] == ["a"]
    assert found["000820"].occupancy.allocated == 2


def test_a_clinic_all_of_whose_capacities_were_taken_over_counts_no_more():
    both = [row(one, AUGUST, "000820", reported="2025-09-10") for one in ("a", "b", "c")]
    assert "000810" not in counts_in(AUGUST, [*REPORTS, *both])


@pytest.mark.rule("R49")
def test_a_clinic_never_reported_is_not_counted_beside_its_successor():
    nation = two_councils()
    followed_by = [replace(one, predecessor="000810") if one.ydernummer == "000820" else one for one in nation.register]
    succeeded = replace(nation, register=tuple(followed_by))
    assert "000810" not in counts_in(AUGUST, REPORTS[2:], succeeded)
    assert counts_in(JULY, REPORTS[2:], succeeded)["000810"].source == REGISTERED


def test_clinics_without_a_report_are_added_up_by_what_they_count_as():
    found = unreported(counts_in(AUGUST).values())
    assert (found.carried, found.carried_as.allocated) == (1, 2)
    assert (found.registered, found.registered_as.allocated) == (2, 3)
    assert found.occupancy == Occupancy(Fraction(5), Fraction(4))
