"""Clinics that nothing was calculated for: what the region may start from, and who would have no place."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.cycle.clinic_status import clinic_statuses
from fordel_dask.cycle.new_clinic import Estimate, estimate, origin_of
from fordel_dask.cycle.places import places_by_area, places_of
from fordel_dask.cycle.whereabouts import area_by_clinic, rows_on
from tests.lib.country import clinic, municipality, published, register_row

DAY = datetime.date(2026, 1, 1)
GONE = datetime.date(2025, 12, 31)
TOWN = municipality("101", "hovedstaden", 10, patients_per_capacity_rounded=1500)


def part(code, north, citizens, rounded):
    """A planning area of the town, with its point."""
    figures = {"citizens": citizens, "patients_per_capacity_rounded": rounded}
    return replace(TOWN, code=code, name=code, km2=None, east=Fraction(0), north=Fraction(north), **figures)


NORTH, SOUTH = part("101-01", 1000, 9000, 1400), part("101-02", -1000, 7000, None)


def new(ydernummer="000009", capacities=2, **changed):
    """A clinic that opened without patients."""
    nothing = {"minimum_exact": None, "minimum_per_capacity": None, "minimum_patients": None, "mean_weight": None}
    return clinic(ydernummer, TOWN, capacities, 0, **{**nothing, "status": "no_patients", **changed})


def estimated(run, ydernummer="000009"):
    statuses = {one.ydernummer: one for one in clinic_statuses(run, (), DAY)}
    origin = origin_of(run, rows_on(run, DAY), area_by_clinic(run, DAY))
    return estimate(statuses[ydernummer], origin)


# --- R40: a new clinic ----------------------------------------------------------------------------------


@pytest.mark.rule("R40")
def test_a_new_clinic_starts_from_the_need_of_its_municipality():
    assert estimated(published([TOWN], [new()])) == Estimate("area", "101", 1500, 3000)


@pytest.mark.rule("R40")
def test_a_new_clinic_starts_from_its_planning_area_where_one_can_be_told():
    one = new()
    row = register_row(one, east=Fraction(0), north=Fraction(400))
    run = published([TOWN], [one], areas=(NORTH, SOUTH), register=[row])
    assert estimated(run) == Estimate("area", "101-01", 1400, 2800)


@pytest.mark.rule("R40")
def test_a_planning_area_without_a_figure_or_a_clinic_without_an_address_leads_to_the_municipality():
    one = new()
    in_south = register_row(one, east=Fraction(0), north=Fraction(-400))
    for row in (in_south, register_row(one)):
        run = published([TOWN], [one], areas=(NORTH, SOUTH), register=[row])
        assert estimated(run) == Estimate("area", "101", 1500, 3000)


@pytest.mark.rule("R40")
def test_where_nobody_lives_there_is_nothing_to_start_from():
    empty = municipality("101", "hovedstaden", 0)
    assert estimated(published([empty], [new()])) is None


# --- R41, R42: split and handed over --------------------------------------------------------------------


@pytest.mark.rule("R41")
def test_a_clinic_split_from_one_that_goes_on_starts_from_its_number_per_capacity():
    old, half = clinic("000001", TOWN, minimum_per_capacity=1450), new(capacities=Fraction(1, 2))
    run = published([TOWN], [old, half], register=[register_row(old), register_row(half, predecessor="000001")])
    assert estimated(run) == Estimate("split", "000001", 1450, 725)


@pytest.mark.rule("R41")
def test_a_clinic_that_was_divided_among_several_is_split_too():
    old = clinic("000001", TOWN, minimum_per_capacity=1450)
    one, other = new(), new("000008")
    rows = [register_row(old, last_day=GONE), *(register_row(heir, predecessor="000001") for heir in (one, other))]
    assert estimated(published([TOWN], [old, one, other], register=rows)) == Estimate("split", "000001", 1450, 2900)


@pytest.mark.rule("R42")
def test_a_clinic_handed_over_under_a_new_number_starts_from_its_predecessor():
    old, heir = clinic("000001", TOWN, minimum_per_capacity=1450), new()
    rows = [register_row(old, last_day=GONE), register_row(heir, predecessor="000001")]
    assert estimated(published([TOWN], [old, heir], register=rows)) == Estimate("handover", "000001", 1450, 2900)


@pytest.mark.rule("R31", "R42")
def test_a_predecessor_that_is_gone_has_an_exact_figure_that_is_rounded_to_the_step():
    old = clinic("000001", TOWN, minimum_exact=Fraction(1474), minimum_per_capacity=None, status="unregistered")
    heir = new()
    rows = [register_row(old, last_day=GONE), register_row(heir, predecessor="000001")]
    assert estimated(published([TOWN], [old, heir], register=rows)) == Estimate("handover", "000001", 1450, 2900)


@pytest.mark.rule("R40", "R42")
def test_a_predecessor_of_whom_nothing_is_known_leads_to_the_area():
    heir = new()
    run = published([TOWN], [heir], register=[register_row(heir, predecessor="000001")])
    assert estimated(run) == Estimate("area", "101", 1500, 3000)


# --- no number, and why ---------------------------------------------------------------------------------


@pytest.mark.rule("R40")
def test_a_clinic_with_patients_and_no_capacities_is_measured_by_its_patients_without_a_total():
    one = clinic(
        "000009", TOWN, 0, 800, minimum_exact=Fraction(1520), minimum_per_capacity=None, status="no_capacities"
    )
    assert estimated(published([TOWN], [one])) == Estimate("own_patients", "000009", 1500, None)


def test_a_clinic_that_is_gone_gets_no_estimate():
    one = clinic("000009", TOWN, 1, 30, status="unregistered")
    assert estimated(published([TOWN], [one], register=[register_row(one, last_day=GONE)])) is None


def test_clinics_that_are_gone_with_all_their_patients_are_not_listed():
    one = new()
    assert clinic_statuses(published([TOWN], [one], register=[register_row(one, last_day=GONE)]), (), DAY) == ()


# --- citizens without a place ---------------------------------------------------------------------------


@pytest.mark.parametrize(("minimum", "patients", "places"), [(1600, 1500, 1600), (1600, 1700, 1700), (None, 300, 300)])
def test_a_clinic_has_places_for_its_number_or_its_patients_if_they_are_more(minimum, patients, places):
    assert places_of(minimum, patients) == places


@pytest.mark.rule("R52")
def test_open_clinics_are_counted_by_area_and_those_of_which_it_is_not_told_are_not():
    marks = {"000001": True, "000002": False, "000003": None, "000004": True}
    clinics = [clinic(number, TOWN) for number in marks]
    points = {number: {"east": Fraction(0), "north": Fraction(900)} if number < "000004" else {} for number in marks}
    rows = [register_row(one, is_open=marks[one.ydernummer], **points[one.ydernummer]) for one in clinics]
    run = published([TOWN], clinics, areas=(NORTH, SOUTH), register=rows)
    found = places_by_area(run, clinic_statuses(run, (), DAY), {}, area_by_clinic(run, DAY), (2026,))
    told = {(one.kind, one.code): (one.open_clinics, one.clinics) for one in found}
    assert told["council", "hovedstaden"] == told["municipality", "101"] == (2, 4)
    assert (told["planning_area", "101-01"], told["planning_area", ""]) == ((1, 3), (1, 1))


def test_citizens_less_places_are_told_for_every_area_and_year_and_parts_sum_to_the_whole():
    north, nowhere = clinic("000001", TOWN, patients=1500), clinic("000002", TOWN, patients=1700)
    gone = clinic("000003", TOWN, patients=40)
    rows = [register_row(north, east=Fraction(0), north=Fraction(900)), register_row(nowhere)]
    run = published([TOWN], [north, nowhere, gone], areas=(NORTH, SOUTH), register=rows)
    minimum = {"000001": {2026: 1600, 2027: 1800}, "000002": {2026: 1600, 2027: 1600}}
    statuses = clinic_statuses(run, (), DAY)
    found = places_by_area(run, statuses, minimum, area_by_clinic(run, DAY), (2026, 2027))
    told = {(one.kind, one.code, one.year): (one.clinics, one.places, one.without_place) for one in found}
    assert told["council", "hovedstaden", 2026] == (2, 3300, 12_700) == told["municipality", "101", 2026]
    assert told["planning_area", "101-01", 2026] == (1, 1600, 7400)
    assert told["planning_area", "101-01", 2027] == (1, 1800, 7200)
    assert told["planning_area", "101-02", 2026] == (0, 0, 7000)
    assert told["planning_area", "", 2026] == (1, 1700, -1700)  # a clinic of which no address is known
    parts = [one for one in found if one.kind == "planning_area" and one.year == 2027]
    assert sum(one.without_place for one in parts) == told["council", "hovedstaden", 2027][2]
