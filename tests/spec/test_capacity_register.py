"""The regions' capacity register: which report counts, what is occupied, what may be taken back, what cannot be."""

import datetime
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.cycle.capacity_report import (
    CapacityRow,
    clinic_counts,
    counted,
    occupancy_of,
    standing,
    vacancies,
)
from fordel_dask.cycle.months import Month, month_of, months_from, months_later, period_of, whole_months
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.errors import DecisionError
from fordel_dask.extracts.declaration import Source
from fordel_dask.registers.capacity_register import read_capacity_register
from fordel_dask.synthetic import Nation, write_tables
from fordel_dask.synthetic.clinics import clinics_of
from tests.lib.published import register_row, two_councils

JULY, AUGUST = Month(2025, 7), Month(2025, 8)
KNOWN = frozenset({"000810", "000820"})
COLUMNS = [
    "MONTH",
    "YDERNR",
    "CAPACITY_ID",
    "ALLOCATED_FROM",
    "OCCUPIED_SHARE",
    "SPECIALIST",
    "VACANT_SINCE",
    "REPORTED_ON",
]
GOOD = ["2025-07", "000810", "a", "2010-01-01", "1", "1", "", "2025-08-10"]


def day(text):
    return datetime.date.fromisoformat(text)


def row(capacity="a", month=JULY, clinic="000810", share=1, since=None, reported="2025-08-10", **changes):
    return CapacityRow(
        month=month,
        ydernummer=clinic,
        capacity_id=capacity,
        allocated_from=changes.pop("allocated", day("2010-01-01")),
        share=Fraction(share),
        is_specialist=changes.pop("specialist", True),
        vacant_since=since and day(since),
        reported_on=day(reported),
        **changes,
    )


def occupancy_by_clinic(rows, month, as_of=None, by_share=False):
    """Give what each clinic that reported the month has of allocated and occupied capacities."""
    counting = standing(rows, as_of).items()
    return {clinic: occupancy_of(own, by_share) for (its_month, clinic), own in counting if its_month == month}


def occupied(*rows, **how):
    return occupancy_by_clinic(rows, JULY, **how)["000810"].occupied


# --- what is occupied ---------------------------------------------------------------------------------


@pytest.mark.rule("R23")
def test_a_part_filled_capacity_counts_as_occupied():
    assert occupied(row(share="0.5")) == 1
    assert occupied(row(share="0.01")) == 1


@pytest.mark.rule("R23")
def test_counted_by_share_it_is_what_is_filled_of_it():
    assert occupied(row(share="0.5"), by_share=True) == Fraction(1, 2)
    assert occupied(row(share="0.5", capacities=Fraction(2, 5)), by_share=True) == Fraction(1, 5)


def test_a_capacity_that_nobody_fills_is_allocated_and_vacant():
    found = occupancy_by_clinic([row(share=0)], JULY)["000810"]
    assert (found.allocated, found.occupied, found.vacant) == (1, 0, 1)


@pytest.mark.rule("R22")
def test_a_doctor_without_the_speciality_occupies_no_capacity():
    assert occupied(row(specialist=False)) == 0
    assert vacancies([row(specialist=False)], day("2025-12-31"))[0].filled_by_other


@pytest.mark.rule("R22")
def test_whoever_is_not_told_to_be_a_specialist_is_taken_as_one():
    assert occupied(row(specialist=None)) == 1


def test_the_size_of_a_capacity_counts():
    rows = [row("a"), row("b", share=0, capacities=Fraction(1, 2))]
    assert occupancy_by_clinic(rows, JULY) == {"000810": Occupancy(Fraction(3, 2), Fraction(1))}


@pytest.mark.rule("R26")
def test_an_island_clinic_with_fewer_than_500_patients_is_left_out():
    rows = [row("a"), row("i", clinic="000825")]
    found = occupancy_by_clinic(rows, JULY)
    assert set(found) == {"000810", "000825"}
    assert set(counted(found, two_councils())) == {"000810"}


@pytest.mark.rule("R26")
@pytest.mark.parametrize(("kind", "counts"), [("island", False), ("plo", True)])
def test_a_new_island_clinic_has_no_patients_at_the_status_date_and_is_left_out(kind, counts):
    nation = two_councils()
    island = nation.clinics["000825"]
    opened = replace(island, ydernummer="000826", kind="", capacities=None, patients=0, status="no_patients")
    later = register_row(opened, kind=kind, capacities=Fraction(1), first_day=day("2026-03-01"))
    run = replace(nation, clinics={**nation.clinics, "000826": opened}, register=(*nation.register, later))
    assert clinic_counts("000826", run) is counts


# --- which report counts ------------------------------------------------------------------------------

FIRST = [row("a"), row("b")]
REVISED = [row("a", share=0, reported="2025-10-01")]


@pytest.mark.rule("R49")
def test_a_later_report_of_a_clinic_revises_the_month_whole():
    assert occupancy_by_clinic(FIRST + REVISED, JULY) == {"000810": Occupancy(Fraction(1), Fraction(0))}


@pytest.mark.rule("R49")
def test_what_was_known_before_stays():
    rows = REVISED + FIRST
    assert occupancy_by_clinic(rows, JULY, day("2025-09-30"))["000810"].occupied == 2
    assert occupancy_by_clinic(rows, JULY, day("2025-10-01"))["000810"].occupied == 0
    assert occupancy_by_clinic(rows, JULY, day("2025-08-09")) == {}


@pytest.mark.rule("R49")
def test_a_report_of_one_clinic_leaves_the_others_as_they_were():
    rows = [*FIRST, row("c", clinic="000820"), *REVISED]
    assert occupancy_by_clinic(rows, JULY)["000820"].occupied == 1


# --- what may be taken back ---------------------------------------------------------------------------

VACANT = row(share=0, since="2024-07-31")


@pytest.mark.rule("R21")
@pytest.mark.parametrize(("on", "may"), [("2025-07-30", False), ("2025-07-31", True), ("2026-03-01", True)])
def test_a_capacity_vacant_for_twelve_months_may_be_taken_back(on, may):
    [found] = vacancies([VACANT], day(on))
    assert found.may_be_taken_back == may
    assert found.may_be_taken_back_from == day("2025-07-31")


@pytest.mark.rule("R21")
@pytest.mark.parametrize(("on", "is_long"), [("2025-07-30", False), ("2025-07-31", True)])
def test_a_year_of_vacancy_is_full_on_the_same_day_of_the_next_year(on, is_long):
    [found] = vacancies([VACANT], day(on))
    assert found.is_over_a_year == is_long


@pytest.mark.rule("R21", "R23")
def test_a_partly_vacant_capacity_is_occupied_and_may_not_be_taken_back():
    assert vacancies([row(share="0.1", since="2020-01-01")], day("2025-12-31")) == ()


@pytest.mark.rule("R21")
def test_of_a_vacancy_without_a_day_nothing_is_said():
    [found] = vacancies([row(share=0)], day("2025-12-31"))
    assert (found.since, found.months, found.may_be_taken_back) == (None, None, False)


@pytest.mark.rule("R21")
def test_on_a_day_before_the_rule_nothing_may_be_taken_back():
    [found] = vacancies([row(month=Month(2025, 5), share=0, since="2020-01-01")], day("2025-06-30"))
    assert (found.may_be_taken_back_from, found.may_be_taken_back) == (None, False)


@pytest.mark.parametrize(
    ("first", "months", "then"),
    [("2024-02-29", 12, "2025-02-28"), ("2025-01-31", 1, "2025-02-28"), ("2024-12-15", 12, "2025-12-15")],
)
def test_months_later_is_the_same_day_or_the_months_last(first, months, then):
    assert months_later(day(first), months) == day(then)
    assert whole_months(day(first), day(then)) == months
    assert whole_months(day(first), day(then) - datetime.timedelta(1)) == months - 1


def test_months_and_half_years_are_read_strictly():
    assert month_of("2025-07") == JULY
    assert [month_of(text) for text in ("2025-13", "2025-7", "07-2025", "", "2025-00", "0000-01")] == [None] * 6
    assert period_of("2025-2", 6).months == months_from(JULY, Month(2025, 12))
    assert [period_of(text, 6) for text in ("2025-3", "2025-0", "2025", "25-1", "2025-x")] == [None] * 5


# --- what cannot be -----------------------------------------------------------------------------------


def delivered(tmp_path, *rows, columns=COLUMNS):
    path = tmp_path / "capacity_register.csv"
    path.write_text("\n".join(map(",".join, [columns, *rows])) + "\n", "utf-8")
    return Source("capacity_register", (path,))


def told(tmp_path, *rows, columns=COLUMNS):
    with pytest.raises(DecisionError) as refusal:
        read_capacity_register(delivered(tmp_path, *rows, columns=columns), KNOWN)
    assert refusal.value.exit_code == 22
    return str(refusal.value)


def changed(**values):
    return [values.get(column, value) for column, value in zip(COLUMNS, GOOD, strict=True)]


IN_ONE_ROW = {
    "a month that is none": ({"MONTH": "2025-13"}, "whose MONTH is no month"),
    "a clinic unknown to the RUN": ({"YDERNR": "999999"}, "of a clinic that the RUN does not know"),
    "no clinic": ({"YDERNR": ""}, "of a clinic that the RUN does not know"),
    "no name of the capacity": ({"CAPACITY_ID": ""}, "without CAPACITY_ID"),
    "a share above 1": ({"OCCUPIED_SHARE": "1.5"}, "no number from 0 to 1"),
    "a share below 0": ({"OCCUPIED_SHARE": "-0.5"}, "no number from 0 to 1"),
    "a share that is no number": ({"OCCUPIED_SHARE": "half"}, "no number from 0 to 1"),
    "no share": ({"OCCUPIED_SHARE": ""}, "no number from 0 to 1"),
    "a speciality that is not told": ({"SPECIALIST": "perhaps"}, "neither 1, 0 nor blank"),
    "no day of allocation": ({"ALLOCATED_FROM": "2025-02-30"}, "ALLOCATED_FROM is no date"),
    "a day that nobody can mean": ({"VACANT_SINCE": "9999-12-01"}, "VACANT_SINCE is no date"),
    "a month that nobody can mean": ({"MONTH": "9999-12"}, "whose MONTH is no month"),
    "no day of vacancy": ({"VACANT_SINCE": "long ago"}, "VACANT_SINCE is no date"),
    "no day of report": ({"REPORTED_ON": ""}, "REPORTED_ON is blank or no date"),
    "vacant before allocated": ({"ALLOCATED_FROM": "2025-07-02", "VACANT_SINCE": "2025-07-01"}, "dates reversed"),
    "allocated after the month": ({"ALLOCATED_FROM": "2025-08-01"}, "dates reversed"),
    "vacant after the month": ({"VACANT_SINCE": "2025-08-01"}, "dates reversed"),
    "reported before the month": ({"REPORTED_ON": "2025-06-30"}, "dates reversed"),
    "vacant after the report": ({"VACANT_SINCE": "2025-07-20", "REPORTED_ON": "2025-07-10"}, "dates reversed"),
    "vacant and filled": ({"VACANT_SINCE": "2025-06-30"}, "vacant since before a month in which it was filled"),
}


@pytest.mark.rule("R49")
@pytest.mark.parametrize(("values", "said"), IN_ONE_ROW.values(), ids=IN_ONE_ROW)
def test_a_row_that_cannot_be_is_refused(tmp_path, values, said):
    message = told(tmp_path, changed(**values), changed(CAPACITY_ID="b"))
    assert said in message and "1 row" in message
    assert message.count("capacity_register:") == 1


def test_a_size_of_nothing_is_refused(tmp_path):
    assert "no number above 0" in told(tmp_path, [*GOOD, "0"], columns=[*COLUMNS, "CAPACITIES"])


def test_a_blank_size_beside_others_is_refused_as_nobody_knows_what_it_is(tmp_path):
    sized, blank = [*GOOD, "0.5"], [*changed(CAPACITY_ID="b"), ""]
    message = told(tmp_path, sized, blank, columns=[*COLUMNS, "CAPACITIES"])
    assert "1 row whose CAPACITIES is no number above 0, or blank while others are filled" in message
    [alone] = read_capacity_register(delivered(tmp_path, blank, columns=[*COLUMNS, "CAPACITIES"]), KNOWN)
    assert alone.capacities == 1


@pytest.mark.parametrize("month", ["2025-07", "202507", "2025-07-01", "2025-07-01 00:00:00"])
def test_a_month_is_read_also_as_a_spreadsheet_makes_a_date_of_it(tmp_path, month):
    [found] = read_capacity_register(delivered(tmp_path, changed(MONTH=month)), KNOWN)
    assert found.month == JULY


def test_a_month_in_a_cell_of_a_workbook_may_be_a_date(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    book.active.append([datetime.date(2025, 7, 1), *changed()[1:]])
    book.save(tmp_path / "capacity_register.xlsx")
    source = Source("capacity_register", (tmp_path / "capacity_register.xlsx",))
    assert [row.month for row in read_capacity_register(source, KNOWN)] == [JULY]


VACANT_JULY = {"OCCUPIED_SHARE": "0", "VACANT_SINCE": "2025-01-15"}
IN_AUGUST = {"MONTH": "2025-08", "REPORTED_ON": "2025-09-10"}
BETWEEN_ROWS = {
    "one capacity twice in a report": ([{}, {}], "more than once in a month of one report"),
    "one capacity at two clinics": ([{}, {"YDERNR": "000820"}], "at two clinics in a month"),
    "a vacancy that begins in another one": (
        [VACANT_JULY, {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2025-07-20"}],
        "vacancies of one capacity that overlap",
    ),
    "a vacancy that began before another one ended": (
        [VACANT_JULY, {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2024-12-01"}],
        "vacancies of one capacity that overlap",
    ),
    "vacant since before a month in which it was filled": (
        [{}, {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2025-06-30"}],
        "vacant since before a month in which it was filled",
    ),
}


@pytest.mark.rule("R49")
@pytest.mark.parametrize(("rows", "said"), BETWEEN_ROWS.values(), ids=BETWEEN_ROWS)
def test_rows_that_contradict_one_another_are_refused(tmp_path, rows, said):
    message = told(tmp_path, *(changed(**values) for values in rows))
    assert said in message
    assert message.count("capacity_register:") == 1


POSSIBLE = {
    "vacant, filled, and vacant again": [
        VACANT_JULY,
        IN_AUGUST,
        {**VACANT_JULY, "VACANT_SINCE": "2025-09-05", "MONTH": "2025-09", "REPORTED_ON": "2025-10-10"},
    ],
    "vacant, and filled and vacant again within the next month": [
        VACANT_JULY,
        {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2025-08-20"},
    ],
    "partly vacant, and within the month wholly": [
        {**VACANT_JULY, "OCCUPIED_SHARE": "0.5"},
        {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2025-07-20"},
    ],
    "left in the middle of a month that was filled until then": [
        {},
        {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2025-07-20"},
    ],
    "filled by a doctor without the speciality, and hence vacant": [
        {"VACANT_SINCE": "2025-01-15", "SPECIALIST": "0"},
    ],
    "moved to another clinic the month after": [{}, {**IN_AUGUST, "YDERNR": "820"}],
    "a contradiction that a later report has done away with": [
        VACANT_JULY,
        {**VACANT_JULY, **IN_AUGUST, "VACANT_SINCE": "2025-07-20"},
        {"REPORTED_ON": "2025-09-11"},
    ],
    "another clinic's by mistake, until it reported again": [
        {"YDERNR": "000820"},
        {"CAPACITY_ID": "b", "YDERNR": "000820", "REPORTED_ON": "2025-08-12"},
        {"REPORTED_ON": "2025-08-11"},
    ],
    "allocated nobody knows when": [{"ALLOCATED_FROM": "", "SPECIALIST": ""}],
}


@pytest.mark.parametrize("rows", POSSIBLE.values(), ids=POSSIBLE)
def test_what_can_be_is_read(tmp_path, rows):
    read = read_capacity_register(delivered(tmp_path, *(changed(**values) for values in rows)), KNOWN)
    assert len(read) == len(rows)


def test_everything_wrong_is_told_at_once_and_no_more_than_five_rows_of_a_kind(tmp_path):
    many = [changed(OCCUPIED_SHARE="2", CAPACITY_ID=f"s{n}") for n in range(7)]
    message = told(
        tmp_path,
        *many,
        changed(MONTH="July"),
        changed(YDERNR="999999", CAPACITY_ID="x"),
        changed(REPORTED_ON="2025-01-01", CAPACITY_ID="y"),
    )
    assert message.count("capacity_register:") == 4
    assert "7 rows whose OCCUPIED_SHARE" in message and "; and 2 more" in message
    assert "clinic 000810 in July, capacity a" in message
    assert "clinic 999999 in 2025-07, capacity x" in message
    assert "capacity y (REPORTED_ON 2025-01-01 lies before the month's beginning 2025-07-01)" in message


# --- how it is written --------------------------------------------------------------------------------


def test_names_dates_and_numbers_may_be_written_as_in_other_registers(tmp_path):
    path = tmp_path / "capacity_register.parquet"
    values = ["2025-07", 810, "a", datetime.date(2010, 1, 1), 0.1, True, None, "10-08-2025", 0.4]
    pq.write_table(
        pa.Table.from_pylist([dict(zip([*map(str.lower, COLUMNS), "capacities"], values, strict=True))]), path
    )
    [read] = read_capacity_register(Source("capacity_register", (path,)), KNOWN)
    assert read == row(share=Fraction(1, 10), capacities=Fraction(2, 5))


def test_rows_are_sorted_however_they_were_delivered(tmp_path):
    rows = [changed(**IN_AUGUST), changed(CAPACITY_ID="b"), changed(REPORTED_ON="2025-09-01"), changed()]
    once = read_capacity_register(delivered(tmp_path, *rows), KNOWN)
    assert once == read_capacity_register(delivered(tmp_path, *rows[::-1]), KNOWN)


def test_an_invented_nations_register_is_in_order_and_holds_its_capacities(tmp_path):
    nation = Nation(30_000, seed=3, extras=True)
    write_tables(nation, tmp_path)
    clinics = clinics_of(nation)
    numbers = [f"{number:06}" for number in clinics.ydernr[: clinics.n_open].tolist()]
    source = Source("capacity_register", (tmp_path / "capacity_register.csv",))
    reports = read_capacity_register(source, frozenset(numbers))
    found = occupancy_by_clinic(reports, Month(2025, 12))
    sizes = clinics.capacities[: clinics.n_open].tolist()
    assert {clinic: one.allocated for clinic, one in found.items()} == {
        number: Fraction(f"{size:g}") for number, size in zip(numbers, sizes, strict=True)
    }
    assert any(one.vacant for one in found.values())
