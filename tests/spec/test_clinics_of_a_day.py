"""What ``fordel clinics`` makes of a small RUN on a day: the day's law, the region's margins, places, neighbours."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.yearly.clinic_rows import clinics_of_year
from fordel_dask.yearly.clinics import Asked, reckon
from tests.lib.country import clinic, municipality, published, register_row
from tests.lib.published import write_published

TOWN = municipality("101", "hovedstaden", 10, patients_per_capacity_rounded=1500)
NEXT = municipality("147", "hovedstaden", 1)
OLD = clinic("000001", TOWN, patients=1590)
OPENED = replace(
    clinic("000002", TOWN, 0, 0, kind="", mean_weight=None, minimum_exact=None, status="no_patients"),
    **{"capacities": None, "minimum_patients": None, "minimum_per_capacity": None},
)
NEAR, FAR = clinic("000003", NEXT, patients=1700), clinic("000004", NEXT, patients=1700)
MARCH = datetime.date(2026, 3, 1)
ROWS = [
    register_row(OLD, present_limit=1400, is_open=False, east=Fraction(0), north=Fraction(0)),
    register_row(OPENED, kind="plo", capacities=Fraction(2), first_day=datetime.date(2026, 2, 1)),
    register_row(NEAR, present_limit=1705, is_open=False, east=Fraction(15_000), north=Fraction(0)),
    register_row(FAR, present_limit=1750, is_open=False, east=Fraction(15_001), north=Fraction(0)),
]
NATION = published([TOWN, NEXT], [OLD, OPENED, NEAR, FAR], register=ROWS)
POLICY = "reopening_margin = 5\nphase_in_years = [2026, 2027]\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day")
    write_published(NATION, folder / "run")
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    return folder


def asked(folder, day=MARCH):
    return Asked(folder / "run", policy=folder / "policy.toml", day=day)


def rows_of(found, table):
    names = [column.name for one in found.declared if one.name == table for column in one.columns]
    return [dict(zip(names, row, strict=True)) for row in found.tables[table]]


@pytest.mark.rule("R44")
@pytest.mark.parametrize(
    ("day", "body"), [(datetime.date(2026, 12, 31), "region"), (datetime.date(2027, 1, 1), "praksisklagenævn")]
)
def test_complaints_go_where_the_law_of_the_day_sends_them(folder, day, body):
    found = clinics_of_year(asked(folder, day))
    assert found.summary["complaint_body"] == body
    assert {row["complaint_body"] for row in rows_of(found, "clinic_status")} == {body}


@pytest.mark.rule("R33", "R39")
def test_a_step_holds_after_its_notice_and_never_before_its_year(folder):
    steps = {(row["ydernummer"], row["year"]): row for row in rows_of(clinics_of_year(asked(folder)), "phase_in")}
    assert [steps["000001", year]["number"] for year in ("2026", "2027")] == ["1500", "1600"]
    assert [steps["000001", year]["earliest_effect"] for year in ("2026", "2027")] == ["2026-03-31", "2027-01-01"]


@pytest.mark.rule("R43")
def test_a_closed_clinic_opens_again_by_the_margin_that_the_region_chose(folder):
    found = {row["ydernummer"]: row["may_reopen"] for row in rows_of(clinics_of_year(asked(folder)), "clinic_status")}
    assert (found["000003"], found["000004"]) == ("1", "1")  # 5 and 50 patients below
    law = clinics_of_year(Asked(folder / "run", day=MARCH))
    assert {row["ydernummer"]: row["may_reopen"] for row in rows_of(law, "clinic_status")}["000003"] == "0"


@pytest.mark.rule("R35")
def test_neighbours_elsewhere_are_those_within_15_km(folder):
    assert reckon(asked(folder)).around["000001"].above_their_number == ("000003",)


@pytest.mark.rule("R40")
def test_a_new_clinic_has_the_places_of_its_estimate(folder):
    found = reckon(asked(folder))
    assert found.estimates["000002"].patients == 3000
    town = {one.year: (one.clinics, one.places) for one in found.places if one.code == "101"}
    assert town == {2026: (2, 1590 + 3000), 2027: (2, 1600 + 3000)}


@pytest.mark.rule("R30", "R36")
def test_a_decided_number_holds_for_the_places_whatever_is_calculated(folder, tmp_path):
    head = "YDERNR,NUMBER,DECIDED_ON,NOTICE_DECISION,NOTICE_CALCULATION,EFFECTIVE_FROM,REASON"
    (tmp_path / "decisions.csv").write_text(f"{head}\n000001,1300,2026-02-01,,,2026-02-01,local\n", "utf-8")
    found = reckon(replace(asked(folder), decisions=tmp_path / "decisions.csv"))
    own = {one.year: one.places for one in found.places if one.code == "101"}
    assert own == {2026: 1590 + 3000, 2027: 1590 + 3000}  # the list of 1,590 is above 1,300; 1,600 was calculated
