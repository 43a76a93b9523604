"""Decisions of the region on minimum numbers of patients: when they hold, which one holds, which cannot be."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.cycle.decision import IN_FORCE, Decision, decision_in_force, pending, settled, states_on
from fordel_dask.cycle.notice import complaint_body, earliest_if_told_on, earliest_lowering, earliest_raise
from fordel_dask.cycle.registered import Registered, registered_clinics
from fordel_dask.errors import LawError
from tests.lib.country import clinic, municipality, published, register_row

CLINIC, OTHER = "000001", "000002"
LIMIT = 1600
TOWN = municipality("101", "hovedstaden", 10)


def day(text):
    return datetime.date.fromisoformat(text)


def decision(number, decided_on, told=None, shown=None, effective=None, **changed):
    days = [None if one is None else day(one) for one in (told, shown, effective)]
    year = changed.pop("planning_year", day(decided_on).year)
    return Decision(changed.pop("clinic", CLINIC), number, day(decided_on), *days, "agreed", year)


def faults(*decisions, limit=LIMIT):
    return [complaint.fault for complaint in settled(decisions, {CLINIC: limit, OTHER: limit})[1]]


def effect(*decisions, limit=LIMIT):
    found, complaints = settled(decisions, {CLINIC: limit, OTHER: limit})
    assert complaints == ()
    return [one.effective_from for one in found]


# --- R33, R34: notice -----------------------------------------------------------------------------------


@pytest.mark.rule("R33")
@pytest.mark.parametrize(
    ("told", "shown", "first"),
    [
        ("2026-02-01", "2026-02-01", "2026-03-03"),
        ("2026-02-01", "2026-02-11", "2026-03-13"),
        ("2026-02-11", "2026-02-01", "2026-03-13"),
        (None, "2026-02-01", None),
        ("2026-02-01", None, None),
    ],
    ids=[
        "both_on_one_day",
        "calculation_told_later",
        "decision_told_later",
        "decision_not_told",
        "calculation_not_told",
    ],
)
def test_a_higher_number_holds_thirty_days_after_the_later_notice(told, shown, first):
    days = [None if one is None else day(one) for one in (told, shown)]
    assert earliest_raise(day("2026-01-20"), *days) == (day(first) if first else None)


@pytest.mark.rule("R34")
def test_a_lower_number_holds_from_the_day_of_its_decision():
    assert earliest_lowering(day("2026-01-20")) == day("2026-01-20")


@pytest.mark.rule("R33", "R34")
def test_what_is_told_today_holds_in_thirty_days_if_it_is_higher_and_at_once_if_not():
    assert earliest_if_told_on(day("2026-01-01"), 1700, 1600) == day("2026-01-31")
    assert earliest_if_told_on(day("2026-01-01"), 1600, 1600) == day("2026-01-01")
    assert earliest_if_told_on(day("2026-01-01"), 1500, 1600) == day("2026-01-01")
    assert earliest_if_told_on(day("2026-01-01"), 1500, None) == day("2026-01-31")


@pytest.mark.rule("R33")
def test_before_the_law_there_is_no_period_of_notice():
    with pytest.raises(LawError, match=r"notice\.raise_days"):
        earliest_if_told_on(day("2025-06-30"), 1700, 1600)


@pytest.mark.rule("R44")
@pytest.mark.parametrize(
    ("on", "body"), [("2025-07-01", "region"), ("2026-12-31", "region"), ("2027-01-01", "praksisklagenævn")]
)
def test_complaints_go_to_the_region_until_2027_and_then_to_the_complaints_board(on, body):
    assert complaint_body(day(on)) == body


@pytest.mark.rule("R44")
def test_before_the_law_nobody_hears_complaints():
    with pytest.raises(LawError, match=r"complaint\.body"):
        complaint_body(day("2025-06-30"))


# --- a blank day of effect is computed ------------------------------------------------------------------


@pytest.mark.rule("R33")
def test_a_raise_without_a_day_holds_from_the_first_one_allowed():
    assert effect(decision(1700, "2026-01-20", "2026-01-22", "2026-02-01")) == [day("2026-03-03")]


@pytest.mark.rule("R34")
def test_a_lowering_without_a_day_holds_from_its_decision():
    assert effect(decision(1500, "2026-01-20")) == [day("2026-01-20")]


@pytest.mark.rule("R33")
def test_a_raise_whose_notice_is_missing_waits_for_it():
    assert effect(decision(1700, "2026-01-20", "2026-01-22")) == [None]


@pytest.mark.rule("R33")
def test_where_no_limit_is_known_any_number_is_a_raise():
    assert effect(decision(10, "2026-01-20"), limit=None) == [None]


@pytest.mark.rule("R33")
def test_a_raise_is_held_against_the_decision_before_not_the_limit_of_the_register():
    lowered = decision(1400, "2026-01-20")
    assert faults(lowered, decision(1500, "2026-02-01", "2026-02-01", "2026-02-01", "2026-02-02")) == ["too_early"]


@pytest.mark.rule("R33")
def test_steps_decided_on_one_day_are_each_a_raise_on_the_one_before_whatever_their_order():
    steps = [
        decision(1800, "2026-01-20", "2026-01-20", "2026-01-20", "2027-01-01"),
        decision(1700, "2026-01-20", "2026-01-20", "2026-01-20", "2026-02-19"),
    ]
    found, complaints = settled(steps, {CLINIC: LIMIT})
    assert complaints == ()
    assert [(one.before, one.number) for one in found] == [(1600, 1700), (1700, 1800)]


# --- which decision holds -------------------------------------------------------------------------------


@pytest.mark.rule("R29", "R36")
def test_the_region_decides_another_number_than_was_calculated_and_says_why():
    found, _ = settled([decision(1300, "2026-01-20")], {CLINIC: LIMIT})
    held = decision_in_force(found, CLINIC, day("2026-06-01"))
    assert (held.number, held.reason) == (1300, "agreed")


@pytest.mark.rule("R29")
def test_before_its_day_a_decision_does_not_hold_and_another_clinics_never_does():
    found, _ = settled([decision(1500, "2026-01-20")], {CLINIC: LIMIT})
    assert decision_in_force(found, CLINIC, day("2026-01-19")) is None
    assert decision_in_force(found, OTHER, day("2026-06-01")) is None


@pytest.mark.rule("R29")
def test_a_later_decision_replaces_one_whose_day_has_not_come():
    raised = decision(1700, "2026-01-20", "2026-01-20", "2026-01-20", "2026-06-01")
    lowered = decision(1500, "2026-03-01")
    found, complaints = settled([raised, lowered], {CLINIC: LIMIT})
    assert complaints == ()
    assert pending(found, CLINIC, day("2026-02-01")).number == 1700
    assert decision_in_force(found, CLINIC, day("2026-07-01")).number == 1500
    assert pending(found, CLINIC, day("2026-03-02")) is None


# --- where a decision stands on a day -------------------------------------------------------------------

RAISED = decision(1700, "2026-01-20", "2026-01-20", "2026-01-20", "2026-06-01")
LOWERED = decision(1500, "2026-03-01")
LATER_STEP = decision(1400, "2026-03-01", effective="2026-08-01")
UNTOLD = decision(1900, "2026-01-20", "2026-01-22")
STANDS = {
    "dated after the day": ([RAISED], "2026-01-19", ["dated_after_the_day"]),
    "still to come": ([RAISED], "2026-05-31", ["to_come"]),
    "in force from its day": ([RAISED], "2026-06-01", ["in_force"]),
    "replaced before its day came": ([RAISED, LOWERED], "2026-03-01", ["replaced", "in_force"]),
    "not replaced before the other is decided": ([RAISED, LOWERED], "2026-02-28", ["to_come", "dated_after_the_day"]),
    "not replaced by one whose day comes later": ([RAISED, LATER_STEP], "2026-06-01", ["in_force", "to_come"]),
    "replaced once that day comes": ([RAISED, LATER_STEP], "2026-08-01", ["replaced", "in_force"]),
    "waits for a notice": ([UNTOLD], "2026-12-31", ["waits_for_notice"]),
    "waits no longer if another was decided": ([UNTOLD, LOWERED], "2026-03-01", ["replaced", "in_force"]),
}


@pytest.mark.rule("R29", "R33")
@pytest.mark.parametrize(("decisions", "on", "expected"), STANDS.values(), ids=STANDS)
def test_where_a_decision_stands_on_a_day(decisions, on, expected):
    found, complaints = settled(decisions, {CLINIC: LIMIT})
    assert complaints == ()
    assert list(states_on(found, day(on))) == expected


# --- what cannot be -------------------------------------------------------------------------------------

CANNOT_BE = {
    "unknown": decision(1500, "2026-01-20", clinic="999999"),
    "before_power": decision(1500, "2025-06-30"),
    "before_calculation": decision(1500, "2025-12-31", planning_year=2026),
    "before_law": decision(1500, "2026-01-20", planning_year=2024),
    "calculation_reversed": decision(1500, "2026-01-20", "2026-01-20", "2025-12-31"),
    "notice_reversed": decision(1500, "2026-01-20", told="2026-01-19"),
    "effect_reversed": decision(1500, "2026-01-20", effective="2026-01-19"),
    "no_notice": decision(1700, "2026-01-20", "2026-01-20", None, "2026-06-01"),
    "too_early": decision(1700, "2026-01-20", "2026-01-20", "2026-01-21", "2026-02-19"),
}


@pytest.mark.rule("R29", "R33")
@pytest.mark.parametrize("fault", CANNOT_BE)
def test_a_decision_that_cannot_be_is_named(fault):
    assert faults(CANNOT_BE[fault]) == [fault]


@pytest.mark.rule("R33")
def test_on_the_thirtieth_day_a_raise_may_take_effect():
    assert faults(decision(1700, "2026-01-20", "2026-01-20", "2026-01-20", "2026-02-19")) == []


def test_on_the_first_day_of_its_planning_year_a_calculation_may_be_decided_by():
    assert faults(decision(1500, "2026-01-01", planning_year=2026)) == []


def test_two_decisions_of_a_clinic_do_not_take_effect_on_one_day():
    one, two = decision(1500, "2026-01-20"), decision(1400, "2026-01-18", effective="2026-01-20")
    assert faults(one, two) == ["same_day"]
    assert faults(one, decision(1400, "2026-01-20", clinic=OTHER)) == []


@pytest.mark.rule("R29")
def test_a_clinic_is_gone_once_its_last_row_has_ended():
    one, other = clinic("000001", TOWN), clinic("000002", TOWN)
    rows = [
        register_row(one, last_day=day("2025-12-31")),
        register_row(one, first_day=day("2026-01-01"), last_day=day("2026-03-31"), capacities=Fraction(2)),
        register_row(other, last_day=day("2025-12-31")),
        register_row(other, first_day=day("2026-01-01")),
    ]
    found = registered_clinics(published([TOWN], [one, other], register=rows))
    assert found["000001"] == Registered(Fraction(2), day("2026-03-31"))
    assert found["000002"].last_day is None


# --- the property ---------------------------------------------------------------------------------------

DAYS = st.dates(datetime.date(2025, 7, 1), datetime.date(2025, 10, 31))
MAYBE = st.none() | DAYS


@st.composite
def any_decision(draw):
    decided = draw(DAYS)
    number = draw(st.integers(1, 6))
    return Decision(CLINIC, number, decided, draw(MAYBE), draw(MAYBE), draw(MAYBE), "", decided.year)


@pytest.mark.rule("R33")
@given(st.lists(any_decision(), max_size=5), st.none() | st.integers(1, 6))
def test_a_decided_increase_never_takes_effect_before_both_notice_periods_end(decisions, limit):
    lawful = []
    for one in decisions:  # keep what can be, so that there are orders to look at
        if not settled([*lawful, one], {CLINIC: limit})[1]:
            lawful.append(one)
    found, _ = settled(lawful, {CLINIC: limit})
    before = limit
    for number in range(180):
        today = datetime.date(2025, 7, 1) + datetime.timedelta(days=number)
        held = decision_in_force(found, CLINIC, today)
        in_force = [one for one, state in zip(found, states_on(found, today), strict=True) if state == IN_FORCE]
        assert in_force == ([] if held is None else [held])
        now = limit if held is None else held.number
        if now is not None and (before is None or now > before):
            assert held.notice_decision is not None
            assert held.notice_calculation is not None
            assert today - max(held.notice_decision, held.notice_calculation) >= datetime.timedelta(days=30)
        before = now
