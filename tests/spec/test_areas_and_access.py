"""Planning areas below the council (R20), where clinics lie, access to open clinics (R14), flows (R9)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.cycle.access import open_clinics, smallest_areas
from fordel_dask.cycle.area_status import municipality_statuses, not_summing, planning_area_statuses
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.cycle.reach import reach_of
from fordel_dask.cycle.stand import Stand, registered_stand
from fordel_dask.cycle.whereabouts import area_by_clinic
from fordel_dask.yearly.council_rows import access_rows, area_rows, flow_rows
from tests.lib.country import clinic, municipality, planning_area, published, register_row

DAY = date(2026, 1, 1)
KM = 1000
ODENSE = municipality("461", "fyn", 5)
WEST = planning_area("461-01", ODENSE, 2, east=Fraction(0), north=Fraction(0))
EAST = planning_area("461-02", ODENSE, 2, east=Fraction(20 * KM), north=Fraction(0))
REST = planning_area("", ODENSE, 1)
AEROE = municipality("492", "fyn", 1)


def nation(points=(), areas=(WEST, EAST, REST), marks=None):
    """Clinics of Odense at these points (km from the west, km from the south); open unless marked otherwise."""
    clinics = [clinic(f"{n:06}", ODENSE) for n, _ in enumerate(points, 1)]
    marks = [True] * len(clinics) if marks is None else marks
    rows = [
        register_row(one, is_open=mark, **_at(point)) for one, point, mark in zip(clinics, points, marks, strict=True)
    ]
    return published([ODENSE, AEROE], clinics, areas=areas, register=rows)


def _at(point):
    return {} if point is None else {"east": Fraction(point[0]) * KM, "north": Fraction(point[1]) * KM}


LIES = {
    "nearest to the west": ((1, 1), "461-01"),
    "nearest to the east": ((19, 1), "461-02"),
    "as near to both: the first by code": ((10, 0), "461-01"),
    "without a point: in none that is known": (None, ""),
}


@pytest.mark.rule("R20")
@pytest.mark.parametrize(("point", "expected"), LIES.values(), ids=LIES)
def test_a_clinic_lies_in_the_area_of_its_municipality_whose_point_is_nearest(point, expected):
    assert area_by_clinic(nation([point]), DAY) == {"000001": ("461", expected)}


def test_areas_without_points_leave_clinics_in_none_that_is_known():
    blind = tuple(replace(area, east=None) for area in (WEST, EAST))
    assert area_by_clinic(nation([(1, 1)], blind), DAY) == {"000001": ("461", "")}


def test_a_clinic_of_a_municipality_without_areas_lies_in_none():
    run = published([ODENSE, AEROE], [clinic("000009", AEROE)], areas=(WEST, EAST, REST))
    assert area_by_clinic(run, DAY) == {}


points = st.lists(st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


@pytest.mark.rule("R20")
@given(points)
def test_areas_sum_to_their_municipality_exactly(where):
    run = nation(where)
    stand = registered_stand(run, DAY)
    (own,) = (one for one in municipality_statuses(run, stand) if one.area.code == "461")
    areas = planning_area_statuses(run, stand)
    assert sum(one.area.citizens for one in areas) == own.area.citizens
    assert sum((one.need for one in areas), Fraction(0)) == own.need
    assert sum(one.clinics for one in areas) == own.clinics
    assert sum((one.occupancy for one in areas), Occupancy(Fraction(0), Fraction(0))) == own.occupancy


def test_clinics_in_no_known_area_have_a_row_of_their_own_where_nobody_lives_outside():
    run = nation([None], (WEST, replace(EAST, citizens=4800, weighted=Fraction(4800))))
    rows = {one.area.code: one for one in planning_area_statuses(run, registered_stand(run, DAY))}
    assert (rows[""].area.citizens, rows[""].clinics, rows[""].coverage) == (0, 1, None)


@pytest.mark.rule("R20")
def test_of_an_area_without_a_point_neither_capacities_nor_coverage_are_told():
    run = nation([(1, 1)], (WEST, replace(EAST, east=None), REST))
    rows = {row[0]: row[6:] for row in area_rows(planning_area_statuses(run, registered_stand(run, DAY)))}
    assert rows["461-02"] == ("", "", "", "", "")
    assert rows["461-01"][0] == "1" and rows["461-01"][3] == "0.500000000"
    assert rows[""] == ("0", "0.000000000", "0.000000000", "", "")


@pytest.mark.rule("R20")
def test_where_no_clinic_of_a_municipality_has_a_point_its_areas_are_not_said_to_have_none():
    run = nation([None, None])
    found = {one.area.code: one for one in planning_area_statuses(run, registered_stand(run, DAY))}
    assert [one.is_told for one in found.values()] == [False] * 3
    assert (found[""].clinics, found[""].coverage) == (2, None)
    assert [one.is_told for one in planning_area_statuses(nation(), registered_stand(nation(), DAY)) if one.area.code]


SUMS = {
    "areas that sum": ((WEST, EAST, REST), ()),
    "a citizen lost": ((WEST, EAST, replace(REST, citizens=REST.citizens - 1)), ("461",)),
    "half the last decimal an area is printing": (
        (WEST, EAST, replace(REST, weighted=Fraction(1600) + Fraction(1, 10**9))),
        (),
    ),
    "weight lost": ((WEST, EAST, replace(REST, weighted=Fraction(1599))), ("461",)),
    "no areas": ((), ()),
}


@pytest.mark.rule("R20")
@pytest.mark.parametrize(("areas", "expected"), SUMS.values(), ids=SUMS)
def test_areas_that_do_not_sum_are_found(areas, expected):
    assert not_summing(nation(areas=areas)) == expected


def reach(run, day=DAY):
    return reach_of(smallest_areas(run), open_clinics(run, day))


ACCESS = {  # points of clinics, open or not → citizens who can choose, of 1,600 × (2 west, 2 east)
    "nobody with one clinic": ([(0, 0)], [True], 0),
    "two near the west": ([(0, 0), (0, 15)], [True, True], 3200),
    "exactly 15 km is near enough": ([(15, 0), (0, 15)], [True, True], 3200),
    "a metre more is too far": ([(0, 0), (0, Fraction(15001, 1000))], [True, True], 0),
    "as the crow flies, not along both axes": ([(0, 0), (9, 12)], [True, True], 3200 + 0),
    "both sides from the middle": ([(10, 0), (10, 1)], [True, True], 6400),
    "a closed clinic does not count": ([(0, 0), (0, 1)], [True, False], 0),
    "one of which it is not told does not count": ([(0, 0), (0, 1)], [True, None], 0),
    "one without a point does not count": ([(0, 0), None], [True, True], 0),
}


@pytest.mark.rule("R14")
@pytest.mark.parametrize(("where", "marks", "reached"), ACCESS.values(), ids=ACCESS)
def test_who_can_choose_between_two_open_clinics_within_15_km(where, marks, reached):
    found = reach(nation(where, marks=marks)).access()
    assert found.reached == reached
    assert found.located == 6400


@pytest.mark.rule("R14")
def test_what_has_no_point_or_mark_is_counted_and_said():
    run = nation([(0, 0), None, (1, 1)], marks=[True, True, None])
    clinics = open_clinics(run, DAY)
    assert (len(clinics.points), clinics.without_point, clinics.without_mark) == (1, 1, 1)
    found = reach(run)
    assert found.without_point == 2  # the rest of Odense, and Ærø, which has no areas
    assert found.access().unlocated == 1600 + 1600
    assert reach(nation(areas=())).access().share is None


def test_a_clinic_whose_row_has_ended_is_open_no_more():
    one = clinic("000001", ODENSE)
    row = register_row(one, is_open=True, last_day=date(2026, 3, 31), **_at((0, 0)))
    run = published([ODENSE], [one], areas=(WEST, EAST, REST), register=[row])
    assert len(open_clinics(run, DAY).points) == 1
    assert len(open_clinics(run, date(2026, 4, 1)).points) == 0


@pytest.mark.rule("R14")
def test_access_rows_sum_from_areas_to_the_country():
    run = nation([(0, 0), (0, 1)])
    rows = [*access_rows(run, reach(run))]
    by_kind = {kind: [row for row in rows if row[0] == kind] for kind in ("country", "council", "municipality", "area")}
    assert by_kind["country"][0][3:6] == ("9600", "6400", "3200")
    assert [sum(int(row[5]) for row in by_kind[kind]) for kind in ("council", "municipality", "area")] == [3200] * 3
    assert [row[1] for row in by_kind["area"]] == ["461-01", "461-02"]


@pytest.mark.rule("R9")
def test_flows_are_shown_as_shares_of_residents_and_of_patients():
    run = replace(nation(), flows={("fyn", "fyn"): 90, ("fyn", "syd"): 10, ("syd", "syd"): 30})
    rows = {(home, clinic): shares for home, clinic, _, *shares in flow_rows(run)}
    assert rows["fyn", "syd"] == ["0.100000000", "0.250000000"]
    assert rows["fyn", "fyn"] == ["0.900000000", "1.000000000"]


@pytest.mark.rule("R23")
def test_coverage_is_occupied_over_need():
    run = nation([(0, 0)])
    stand = Stand(DAY, DAY, {"000001": Occupancy(Fraction(2), Fraction(1))})
    found = {one.area.code: one for one in planning_area_statuses(run, stand)}
    assert (found["461-01"].coverage, found["461-01"].unmet) == (Fraction(1, 2), 1)
