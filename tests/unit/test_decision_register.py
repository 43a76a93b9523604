"""The register of decisions: read from any small table, all that cannot be told at once."""

import datetime

import pytest

from fordel_dask.errors import DecisionError, SchemaError
from fordel_dask.extracts.declaration import Source
from fordel_dask.printing import csv_text
from fordel_dask.registers.decisions import NEEDED, read_decisions
from fordel_dask.schema.clinics_cycle import DECISIONS
from fordel_dask.workbook import workbook_bytes
from fordel_dask.yearly.clinic_rows import decision_rows

LIMITS = {"000001": 1600, "000002": 800, "000003": None}
HEAD = ",".join(NEEDED)
GOOD = (
    "1,1700,2026-01-20,2026-01-21,2026-02-01,,more patients",
    "000001,1500,2026-06-01,,,,",
    "000002,900,01-02-2026,02-02-2026,02-02-2026,2026-04-01,agreed",
    "000003,500,20260201,20260201,,,waits",
)


def read(folder, *lines, head=HEAD):
    path = folder / "decisions.csv"
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return read_decisions(Source("decisions", (path,)), LIMITS)


@pytest.mark.rule("R33", "R34")
def test_decisions_are_read_with_the_days_they_may_hold(tmp_path):
    found = read(tmp_path, *GOOD)
    days = [(one.ydernummer, one.number, one.before, str(one.effective_from)) for one in found]
    assert days == [
        ("000001", 1700, 1600, "2026-03-03"),
        ("000001", 1500, 1700, "2026-06-01"),
        ("000002", 900, 800, "2026-04-01"),
        ("000003", 500, None, "None"),
    ]
    assert {one.planning_year for one in found} == {2026}


def test_the_planning_year_may_be_told(tmp_path):
    found = read(tmp_path, f"{GOOD[0]},2025", head=f"{HEAD},PLANNING_YEAR")
    assert found[0].planning_year == 2025


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_can_be_edited_and_read_again(tmp_path, kind):
    found = read(tmp_path, *GOOD)
    rows = list(decision_rows(found, datetime.date(2026, 1, 1)))
    path = tmp_path / f"again.{kind}"
    text = csv_text([column.name for column in DECISIONS.columns], rows).encode()
    path.write_bytes(text if kind == "csv" else workbook_bytes([DECISIONS], {"decisions": rows}))
    assert read_decisions(Source("decisions", (path,)), LIMITS) == found


WRONG = {
    "1,0,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,-5,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,1600.5,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,many,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,,2026-01-20,,,,": "NUMBER that is no positive whole number",
    ",1500,2026-01-20,,,,": "without YDERNR",
    "1,1500,,,,,": "without DECIDED_ON",
    "1,1500,2026-02-30,,,,": "DECIDED_ON that is no date",
    "1,1500,2026-01-20,soon,,,": "NOTICE_DECISION that is no date",
    "1,1500,2026-01-20,,2026-13-01,,": "NOTICE_CALCULATION that is no date",
    "1,1500,2026-01-20,,,31.02.2026,": "EFFECTIVE_FROM that is no date",
    "9,1500,2026-01-20,,,,": "neither in the RUN nor in its register",
    "1,1500,2025-06-30,,,,": "before regions could decide",
    "1,1500,2026-01-20,2026-01-19,,,": "notice was given before the decision",
    "1,1500,2026-01-20,,,2026-01-19,": "taking effect before they were decided",
    "2,1900,2026-01-20,2026-01-20,,2026-05-01,": "one of its two notices is missing",
    "1,1700,2026-01-20,2026-01-20,2026-01-21,2026-02-19,": "before both periods.*at the earliest 2026-02-20",
}


@pytest.mark.rule("R33")
@pytest.mark.parametrize("line", WRONG)
def test_a_decision_that_cannot_be_is_refused_by_name(tmp_path, line):
    with pytest.raises(DecisionError, match=WRONG[line]) as refused:
        read(tmp_path, *GOOD[2:], line)
    assert refused.value.exit_code == 22
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(("year", "told"), [("2027", "before 1 January of the planning year"), ("last", "is no year")])
def test_a_decision_before_its_calculation_is_refused(tmp_path, year, told):
    with pytest.raises(DecisionError, match=told):
        read(tmp_path, f"1,1500,2026-12-31,,,,,{year}", head=f"{HEAD},PLANNING_YEAR")


def test_everything_wrong_is_told_at_once_with_how_many_and_where(tmp_path):
    with pytest.raises(DecisionError) as refused:
        read(tmp_path, *WRONG, "1,1500,2026-01-20,,,,", "2,700,2026-01-20,,,,", "2,750,2026-01-20,,,,")
    told = str(refused.value).splitlines()
    assert len(told) == len(set(WRONG.values())) + 1
    assert any("5 rows with a NUMBER" in line and "row 2 with '-5'" in line for line in told)
    assert any("take effect on the same day" in line for line in told)


def test_a_register_without_a_column_is_refused(tmp_path):
    with pytest.raises(SchemaError, match="NOTICE_CALCULATION"):
        read(tmp_path, "1,1500,2026-01-20", head="YDERNR,NUMBER,DECIDED_ON")


def test_days_of_a_spreadsheet_are_days(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(NEEDED)
    book.active.append((1, 1500, datetime.datetime(2026, 1, 20), None, None, None, None))
    book.save(tmp_path / "decisions.xlsx")
    found = read_decisions(Source("decisions", (tmp_path / "decisions.xlsx",)), LIMITS)
    assert [(one.ydernummer, str(one.effective_from), one.reason) for one in found] == [("000001", "2026-01-20", "")]
