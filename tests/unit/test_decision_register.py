"""The register of decisions: read from any small table, all that cannot be told at once."""

import datetime
from fractions import Fraction

import pytest

from fordel_dask.cycle.registered import Registered
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


REGISTERED = {
    "000001": Registered(Fraction(1), None),
    "000002": Registered(Fraction(5, 2), datetime.date(2026, 1, 19)),
    "000003": Registered(None, None),
}


@pytest.mark.rule("R29")
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1,10000,2026-01-20,2026-01-20,2026-01-20,,", ""),
        ("1,10001,2026-01-20,2026-01-20,2026-01-20,,", r"more patients than anybody can mean.*1 capacities"),
        ("2,500,2026-01-19,,,,", ""),
        ("2,500,2026-01-20,,,,", "had ended by then.*gone since 2026-01-19"),
        ("3,50000,2026-01-20,2026-01-20,2026-01-20,,", ""),
    ],
)
def test_a_decision_is_held_against_the_register_of_clinics(tmp_path, line, told):
    path = tmp_path / "decisions.csv"
    path.write_text(f"{HEAD}\n{line}\n", "utf-8")
    if not told:
        assert len(read_decisions(Source("decisions", (path,)), LIMITS, REGISTERED)) == 1
        return
    with pytest.raises(DecisionError, match=told):
        read_decisions(Source("decisions", (path,)), LIMITS, REGISTERED)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_can_be_edited_and_read_again(tmp_path, kind):
    found = read(tmp_path, *GOOD)
    rows = list(decision_rows(found, datetime.date(2026, 1, 1)))
    path = tmp_path / f"again.{kind}"
    text = csv_text([column.name for column in DECISIONS.columns], rows).encode()
    path.write_bytes(text if kind == "csv" else workbook_bytes([DECISIONS], {"decisions": rows}))
    assert read_decisions(Source("decisions", (path,)), LIMITS) == found


def test_a_reason_with_signs_that_a_workbook_cannot_hold_is_written_all_the_same(tmp_path):
    rows = list(decision_rows(read(tmp_path, "1,1500,2026-01-20,,,,be\x0bcause"), datetime.date(2026, 3, 1)))
    path = tmp_path / "again.xlsx"
    path.write_bytes(workbook_bytes([DECISIONS], {"decisions": rows}))
    assert read_decisions(Source("decisions", (path,)), LIMITS)[0].reason == "be cause"


WRONG = {
    "1,0,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,-5,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,1600.5,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,many,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,20260110,2026-01-20,,,,": "NUMBER that is no positive whole number",
    "1,,2026-01-20,,,,": "NUMBER that is no positive whole number",
    ",1500,2026-01-20,,,,": "without YDERNR",
    "1,1500,,,,,": "without DECIDED_ON",
    "1,1500,2026-02-30,,,,": "DECIDED_ON that is no date",
    "1,1500,2026-01-20,soon,,,": "NOTICE_DECISION that is no date",
    "1,1500,2026-01-20,,2026-13-01,,": "NOTICE_CALCULATION that is no date",
    "1,1500,2026-01-20,,,31.02.2026,": "EFFECTIVE_FROM that is no date",
    "1,1700,2026-01-20,2026-01-20,9999-12-31,,": "NOTICE_CALCULATION that is no date",
    "9,1500,2026-01-20,,,,": "neither in the RUN nor in its register",
    "1,1500,2025-06-30,,,,": "before regions could decide",
    "1,1500,2026-01-20,2026-01-19,,,": "notice was given before the decision",
    "1,1500,2026-01-20,,,2026-01-19,": "taking effect before they were decided",
    "1,1500,1.13.2026,,,,": r"DECIDED_ON that is no date \(row \d\)\. Expected is for instance 2026-01-31",
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


@pytest.mark.parametrize(
    ("year", "told"),
    [
        ("2027", "before 1 January of the planning year"),
        ("last", "is no year"),
        ("2024", "calculation for a year before the law.*by the calculation of 2024"),
    ],
)
def test_a_decision_before_its_calculation_is_refused(tmp_path, year, told):
    with pytest.raises(DecisionError, match=told):
        read(tmp_path, f"1,1500,2026-12-31,,,,,{year}", head=f"{HEAD},PLANNING_YEAR")


def test_everything_wrong_is_told_at_once_with_how_many_and_where(tmp_path):
    with pytest.raises(DecisionError) as refused:
        read(tmp_path, *WRONG, "1,1500,2026-01-20,,,,", "2,700,2026-01-20,,,,", "2,750,2026-01-20,,,,")
    told = str(refused.value).splitlines()
    assert len(told) == len(set(WRONG.values()))  # one is told twice, and another comes below
    assert any("6 rows with a NUMBER" in line and "row 3 with '-5'" in line for line in told)
    assert any("take effect on the same day" in line for line in told)


def test_a_row_with_one_fault_is_looked_at_for_all_others(tmp_path):
    with pytest.raises(DecisionError) as refused:
        read(
            tmp_path,
            "999999,0,2025-06-30,2025-06-29,soon,2025-06-01,,last",
            "999999,many,2025-06-30,2025-06-29,soon,2025-06-01,,2025",
            "888888,1500,never,,,,,",
            ",1500,2025-06-30,,,,,",
            head=f"{HEAD},PLANNING_YEAR",
        )
    told = str(refused.value)
    for words in (
        "2 rows with a NUMBER that is no positive whole number of patients, of at most 7 digits (row 2 with '0'; row 3",
        "1 row with a PLANNING_YEAR that is no year, such as 2026 (row 2 with 'last')",
        "2 rows with NOTICE_CALCULATION that is no date (row 2; row 3)",
        "1 row with DECIDED_ON that is no date (row 4)",
        "1 row without YDERNR (row 5)",
        "in its register of clinics (row 2, clinic 999999; row 3, clinic 999999: decided on 2025-06-30, from",
        "row 4, clinic 888888)",
        "2 rows decided before regions could decide (row 3, clinic 999999",
        "1 row whose notice was given before the decision (row 3",
        "1 row taking effect before they were decided (row 3",
    ):
        assert words in told


@pytest.mark.parametrize("written", ["1.3.2026", "1-3-2026", "1/3/2026", "01.03.2026", "1.03.2026", " 1.3.2026 "])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_day_as_danes_type_it_is_day_before_month(tmp_path, written, kind):
    from openpyxl import Workbook

    path = tmp_path / f"decisions.{kind}"
    row = ("1", "1500", written, "", "", "", "")
    if kind == "csv":
        path.write_text(f"{HEAD}\n{','.join(row)}\n", "utf-8")
    else:
        book = Workbook()
        book.active.append(NEEDED)
        book.active.append(row)
        book.save(path)
    assert read_decisions(Source("decisions", (path,)), LIMITS)[0].decided_on == datetime.date(2026, 3, 1)


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
