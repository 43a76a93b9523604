"""The half-yearly follow-up: coverage, development, vacancy, late reports and vintages, and that parts are wholes."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.cycle.clinic_months import AWAITED, LATE, MISSING, REPORTED, Place, clinic_months, due_day
from fordel_dask.cycle.follow_up import COUNCIL, COUNTRY, MUNICIPALITY, REGION, not_in_time
from fordel_dask.cycle.months import Month, months_from
from fordel_dask.cycle.occupancy import NONE, Occupancy
from fordel_dask.errors import DecisionError, LawError, UsageError
from fordel_dask.yearly.follow_up import followed
from fordel_dask.yearly.follow_up_rows import rows_of
from fordel_dask.yearly.follow_up_summary import summary_of, summary_text
from tests.lib.published import register_row, two_councils
from tests.spec.test_capacity_register import day, row

JULY, DECEMBER = Month(2025, 7), Month(2025, 12)
CLINICS = {"000810": 2, "000820": 1, "000830": 2}


def told(month, day_of_report=10, **vacant):
    """Give the report of every clinic but the island's, ``vacant`` by capacity: since when, or its share."""
    reported = month.later(1).first_day.replace(day=day_of_report).isoformat()
    return [
        row(f"{clinic}-{n}", month, clinic, *vacant.get(f"c{clinic}_{n}", (1,)), reported=reported)
        for clinic, capacities in CLINICS.items()
        for n in range(1, capacities + 1)
    ]


def half_year(**vacant_at_the_end):
    months = months_from(JULY, DECEMBER)
    return [one for month in months for one in told(month, **(vacant_at_the_end if month == DECEMBER else {}))]


def of(found, kind, code):
    return next(one for one in found.by_area if (one.last.area.kind, one.last.area.code) == (kind, code))


LONG, SHORT = (0, "2024-11-30"), (0, "2025-12-01")


@pytest.fixture(scope="module")
def found():
    return followed(two_councils(), half_year(c000810_1=LONG, c000830_1=SHORT, c000830_2=("0.5",)))


# --- coverage -----------------------------------------------------------------------------------------


@pytest.mark.rule("R50")
def test_coverage_is_occupied_capacities_over_need(found):
    north, south = of(found, COUNCIL, "north"), of(found, COUNCIL, "south")
    assert (north.last.occupancy, north.last.coverage) == (Occupancy(Fraction(3), Fraction(2)), Fraction(2, 4))
    assert (south.last.occupancy, south.last.coverage) == (Occupancy(Fraction(2), Fraction(1)), Fraction(1, 2))
    assert (south.first.coverage, south.development) == (1, -1)


@pytest.mark.rule("R50")
def test_the_shortage_is_need_less_occupied(found):
    assert of(found, COUNTRY, "DK").last.shortage == 6 - 3


@pytest.mark.rule("R23")
def test_counted_by_share_less_is_filled(found):
    assert of(found, COUNCIL, "south").last.filled == Fraction(1, 2)


@pytest.mark.rule("R21", "R50")
def test_what_is_vacant_for_a_year_at_the_end_is_counted(found):
    assert of(found, COUNCIL, "north").vacant_over_a_year == 1
    assert of(found, COUNCIL, "south").vacant_over_a_year == 0
    assert of(found, MUNICIPALITY, "810").vacant_over_a_year == 1
    assert of(found, REGION, "Region Nord").vacant_over_a_year == 1


@pytest.mark.rule("R12", "R50")
def test_parts_add_up_to_wholes(found):
    figures = {}
    for one in found.areas:
        kept = figures.setdefault((one.area.kind, one.month), [0, 0, 0, 0])
        for place, value in enumerate((one.area.need, one.occupancy.allocated, one.occupancy.occupied, one.filled)):
            kept[place] += value
    for month in months_from(JULY, DECEMBER):
        assert len({tuple(figures[kind, month]) for kind in (COUNTRY, REGION, COUNCIL, MUNICIPALITY)}) == 1


shares = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)])
reports_of_any_kind = st.lists(
    st.builds(
        lambda month, clinic, share, told_on, size: row(
            f"{clinic}-1", Month(2025, month), clinic, share, reported=told_on, capacities=size
        ),
        st.integers(7, 12),
        st.sampled_from(["000810", "000820", "000825", "000830", "000899"]),
        shares,
        st.sampled_from(["2026-01-10", "2026-02-10", "2026-03-10"]),
        st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(5, 2)]),
    ),
    min_size=1,
    unique_by=lambda one: (one.month, one.ydernummer, one.reported_on),
)


@given(reports_of_any_kind)
@pytest.mark.rule("R49", "R50")
def test_whatever_is_reported_parts_add_up_and_vintages_end_at_what_is_known(reports):
    """Also with a clinic of which nobody knows where it lies, 000899."""
    found = followed(two_councils(), reports, as_of=day("2026-02-10") if reports[0].reported_on.month < 3 else None)
    for month in {one.month for one in found.areas}:
        here = [one for one in found.areas if one.month == month]
        sums = {
            kind: sum((one.occupancy for one in here if one.area.kind == kind), Occupancy(Fraction(0), Fraction(0)))
            for kind in (COUNTRY, REGION, COUNCIL, MUNICIPALITY)
        }
        assert len(set(sums.values())) == 1
        last = [one for one in found.vintages if (one.month, one.kind) == (month, COUNTRY)][-1:]
        carried = sum((one.unreported.occupancy for one in here if one.area.kind == COUNTRY), NONE)
        assert all(one.known + carried == sums[COUNTRY] for one in last)
        assert all(one.occupancy.occupied <= one.occupancy.allocated for one in here)
    assert set(found.months) <= {one.month for one in reports}


# --- small islands, places ----------------------------------------------------------------------------


@pytest.mark.rule("R26")
def test_a_small_islands_capacities_are_in_no_sum_but_in_the_table_of_clinics():
    found = followed(two_councils(), [*half_year(), row("i", DECEMBER, "000825", reported="2026-01-10")])
    assert of(found, COUNCIL, "north").last.occupancy.allocated == 3
    lines = [line for line in rows_of(found)["capacity_clinics"] if line[1] == "000825" and line[0] == "2025-12"]
    assert [line[4:9] for line in lines] == [("no", "reported", "reported", "1", "1")]
    assert summary_of(found)["island_clinics_left_out"] == 1


@pytest.mark.rule("R21", "R26")
def test_what_stands_vacant_on_a_small_island_is_in_no_sum_either():
    vacant = row("i", DECEMBER, "000825", *LONG, reported="2026-01-10")
    found = followed(two_councils(), [*half_year(), vacant])
    assert of(found, COUNCIL, "north").vacant_over_a_year == 0
    assert [one.ydernummer for one in found.vacant] == ["000825"]


def test_a_clinic_that_moved_counts_where_it_was_in_that_month():
    nation = two_councils()
    moved = nation.clinics["000830"]
    rows = [
        *(one for one in nation.register if one.ydernummer != "000830"),
        register_row(moved, last_day=day("2025-09-30"), municipality_code="810"),
        register_row(moved, first_day=day("2025-10-01")),
    ]
    found = followed(replace(nation, register=tuple(rows)), half_year())
    south = of(found, COUNCIL, "south")
    assert (south.first.occupancy.allocated, south.last.occupancy.allocated) == (0, 2)


# --- reports in time, late, missing -------------------------------------------------------------------


@pytest.mark.rule("R49")
def test_a_report_is_due_31_days_after_the_months_end():
    assert due_day(JULY) == day("2025-08-31")


@pytest.mark.rule("R49")
def test_before_1_july_2025_no_report_was_due():
    assert due_day(Month(2025, 5)) is None


@pytest.mark.rule("R49")
@pytest.mark.parametrize(
    ("reported", "as_of", "status", "days_late"),
    [
        ("2025-08-31", "2025-12-31", REPORTED, None),
        ("2025-09-01", "2025-12-31", LATE, 1),
        (None, "2025-08-31", AWAITED, None),
        (None, "2025-09-02", MISSING, 2),
    ],
    ids=["in time", "a day late", "not yet due", "missing"],
)
def test_a_clinics_report_is_in_time_late_awaited_or_missing(reported, as_of, status, days_late):
    rows = [row(clinic="000820", reported=reported)] if reported else []
    clinics = {one.ydernummer: one for one in clinic_months(two_councils(), rows, [JULY], day(as_of))}
    assert (clinics["000820"].status, clinics["000820"].days_late) == (status, days_late)
    assert clinics["000820"].registered == 1


@pytest.mark.rule("R49")
def test_a_clinic_without_report_is_missing_and_counts_as_last_reported():
    reports = [one for one in half_year() if (one.ydernummer, one.month) != ("000830", DECEMBER)]
    found = followed(two_councils(), reports, as_of=day("2026-03-01"))
    south = of(found, COUNCIL, "south").last
    assert (south.missing, south.unreported.carried_as.allocated, south.occupancy.allocated) == (1, 2, 2)
    assert of(found, COUNCIL, "south").development == 0
    [line] = [line for line in rows_of(found)["capacity_clinics"] if line[:2] == ("2025-12", "000830")]
    assert line[5:11] == ("missing", "carried", "2", "2", "2", "0")
    text = summary_text(summary_of(found))
    assert "Missing reports of clinics with capacities (R49): 1." in text
    assert "Clinics without a report of 2025-12, counted as last reported: 1 (2.0 capacities)." in text


@pytest.mark.rule("R49")
def test_missing_and_awaited_reports_are_told_apart_and_sum_to_the_table():
    reports = [one for one in half_year() if (one.ydernummer, one.month) != ("000830", DECEMBER)]
    reports = [one for one in reports if (one.ydernummer, one.month) != ("000820", JULY)]
    summary = summary_of(followed(two_councils(), reports, as_of=day("2026-01-15")))
    assert (summary["missing_reports"], summary["awaited_reports"]) == (1, 1)
    assert sum(month["clinics_missing"] for month in summary["months"]) == 1
    assert [month["clinics_registered"] for month in summary["months"]] == [1, 0, 0, 0, 0, 0]
    text = summary_text(summary)
    assert "Missing reports of clinics with capacities (R49): 1." in text
    assert "Reports awaited, not yet due: 1." in text


@pytest.mark.rule("R49")
def test_a_clinic_that_is_not_in_the_register_that_month_owes_no_report():
    nation = two_councils()
    rows = [register_row(one, first_day=day("2025-08-01")) for one in nation.clinics.values()]
    later = replace(nation, register=tuple(rows))
    assert clinic_months(later, [], [JULY], day("2026-03-01")) == ()
    assert len(not_in_time(clinic_months(later, [], [JULY.later(1)], day("2026-03-01")))) == 4


@pytest.mark.rule("R49")
def test_a_month_of_which_nothing_came_is_shown_when_it_is_overdue():
    reports = [one for one in half_year() if one.month < DECEMBER]
    early, late = (followed(two_councils(), reports, as_of=day(on)) for on in ("2026-01-31", "2026-02-01"))
    assert {one.month for one in early.areas} == {one.month for one in reports}
    assert {one.month for one in late.areas} == {*{one.month for one in reports}, DECEMBER}
    assert of(late, COUNTRY, "DK").last.month == Month(2025, 11)


def test_a_clinic_of_which_the_run_does_not_know_where_it_lies_is_told_as_such():
    found = followed(two_councils(), [*half_year(), row("x", DECEMBER, "000899", reported="2026-01-10")])
    assert next(one for one in found.clinics if one.ydernummer == "000899").place == Place()
    assert of(found, COUNCIL, "").last.occupancy.allocated == 1
    assert of(found, COUNTRY, "DK").last.occupancy.allocated == 6


# --- vintages -----------------------------------------------------------------------------------------


@pytest.mark.rule("R49")
def test_a_late_report_revises_an_earlier_month_and_both_stay():
    revision = row("000820-1", JULY, "000820", 0, reported="2025-12-24")
    found = followed(two_councils(), [*half_year(), revision])
    july = [one for one in found.vintages if one.month == JULY and one.kind == COUNTRY]
    assert [(one.reported_on, one.known.occupied, one.revised.occupied) for one in july] == [
        (day("2025-08-10"), 5, 0),
        (day("2025-12-24"), 4, -1),
    ]
    assert [(one.new, one.again, one.reported) for one in july] == [(3, 0, 3), (0, 1, 3)]
    assert [one.code for one in found.vintages if (one.month, one.kind) == (JULY, COUNCIL)] == [
        "north", "south", "north",
    ]  # fmt: skip
    assert of(found, COUNTRY, "DK").first.occupancy.occupied == 4
    before = followed(two_councils(), [*half_year(), revision], as_of=day("2025-12-23"))
    assert of(before, COUNTRY, "DK").first.occupancy.occupied == 5
    assert summary_of(found)["revised_reports"] == 1


# --- which half-year ----------------------------------------------------------------------------------


@pytest.mark.rule("R50")
def test_the_last_complete_half_year_is_taken_unless_another_is_asked_for():
    reports = [*half_year(), *told(Month(2026, 1))]
    found = followed(two_councils(), reports)
    assert str(found.period) == "2025-2"
    assert found.why == (
        "the last complete one, since 2026-1 is not complete: of 2026-01 3 of 4 clinics have reported "
        "(--half-year 2026-1 shows it)"
    )
    assert str(followed(two_councils(), reports, "2026-1").period) == "2026-1"
    asked = followed(two_councils(), reports, "2025-2")
    assert (str(asked.months[0]), str(asked.months[-1])) == ("2025-07", "2025-12")
    known = followed(two_councils(), reports, as_of=day("2025-10-31"))
    assert (str(known.period), str(known.months[-1])) == ("2025-2", "2025-09")


@pytest.mark.rule("R50")
def test_one_report_of_a_far_month_does_not_change_the_half_year():
    found = followed(two_councils(), [*half_year(), row("000820-1", Month(2027, 1), "000820", reported="2027-02-01")])
    assert str(found.period) == "2025-2" and "of 2027-01 1 of 4 clinics have reported" in found.why


@pytest.mark.rule("R50")
def test_before_the_law_there_was_no_follow_up():
    with pytest.raises(LawError, match=r"follow_up\.months"):
        followed(two_councils(), told(Month(2025, 5)))


@pytest.mark.rule("R21", "R50")
def test_a_half_year_before_the_law_may_be_looked_back_at_but_nothing_could_be_taken_back():
    june = told(Month(2025, 6), c000810_1=(0, "2020-01-01"))
    found = followed(two_councils(), june)
    assert (str(found.period), of(found, COUNTRY, "DK").vacant_over_a_year) == ("2025-1", 1)
    assert summary_of(found)["may_be_taken_back"] == 0
    assert "no rule" in rows_of(found)["vacancies"][0][11]
    told_of = "None of them may be taken back: no rule on it was in force on 2025-06-30 (R21)."
    assert told_of in summary_text(summary_of(found))
    after = summary_text(summary_of(followed(two_councils(), half_year(c000810_1=LONG))))
    assert "None of them may be taken back" not in after


@pytest.mark.parametrize(
    ("half", "as_of", "said"),
    [
        ("2025-3", None, "--half-year 2025-3 cannot be read"),
        ("autumn", None, "such as 2025-2"),
        ("2024-2", None, "No month of 2024-2 was reported by 2026-01-10; reported are 2025-07 to 2025-12"),
        (None, "2025-08-09", "Nothing was reported by 2025-08-09"),
    ],
)
def test_a_half_year_of_which_nothing_is_known_is_refused(half, as_of, said):
    with pytest.raises(UsageError, match=said):
        followed(two_councils(), half_year(), half, as_of and datetime.date.fromisoformat(as_of))


def test_a_register_without_rows_is_refused():
    with pytest.raises(DecisionError, match="there are no rows"):
        followed(two_councils(), [])


# --- what is said -------------------------------------------------------------------------------------


def test_what_is_not_as_it_should_be_is_said():
    reports = [
        replace(one, is_specialist=None) if one.capacity_id == "000810-2" else one
        for one in half_year(c000810_1=LONG, c000820_1=(0,))
    ]
    reports = [replace(one, is_specialist=False) if one.capacity_id == "000830-1" else one for one in reports]
    found = followed(two_councils(), reports)
    text = summary_text(summary_of(found))
    assert "Capacities that stand vacant: 3, of which 1 may be taken back (R21)." in text
    assert "Vacant ones of which it is not told since when: 2." in text
    assert "Filled by a doctor without the speciality, and so vacant (R22): 1." in text
    assert "Not told whether a specialist fills them, taken as one (R22): 1." in text
    assert "Small island clinics left out (R26): 1." in text
    assert "Occupied are 2.0, 2.0 fewer than in the first month. Doctors are short by 4.0." in text
    notes = {line[3]: line[11] for line in rows_of(found)["vacancies"]}
    assert notes == {
        "000810-1": "",
        "000820-1": "since when is not told",
        "000830-1": "filled by a doctor without the speciality (R22); since when is not told",
    }


@pytest.mark.rule("R11", "R50")
def test_councils_lie_in_the_regions_of_the_last_month():
    nation = two_councils()
    capital = replace(nation.councils["north"], council_id="hovedstaden", region="Region Østdanmark")
    places = {code: replace(one, council_id="hovedstaden") for code, one in nation.municipalities.items()}
    changed = replace(nation, councils={"hovedstaden": capital}, municipalities=places)
    before, after = (followed(changed, told(Month(year, month))) for year, month in ((2026, 12), (2027, 1)))
    assert [one.last.area.code for one in before.by_area if one.last.area.kind == REGION] == ["Region Hovedstaden"]
    assert [one.last.area.code for one in after.by_area if one.last.area.kind == REGION] == ["Region Østdanmark"]
