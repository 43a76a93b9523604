"""Where a clinic stands: its limit, may it close, opens it again, does an agreement come first, what is proposed."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.cycle.clinic_status import clinic_statuses, present_limits, reopens
from fordel_dask.cycle.decision import Decision, settled
from fordel_dask.cycle.dialogue import dialogue_first, surroundings
from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.neighbours import Neighbour, neighbours
from fordel_dask.cycle.permission import permissions_on
from fordel_dask.cycle.phase_in import AGREEMENT, TRANSITION, WHOLE, Step, steps
from fordel_dask.cycle.policy import policy_of_the_law
from fordel_dask.cycle.proposal import Proposal, proposal
from tests.lib.country import clinic, municipality, published, register_row

DAY = datetime.date(2026, 1, 1)
TOWN = municipality("101", "hovedstaden", 10)
LAW = policy_of_the_law(DAY, 2026)


def nation(*clinics, **rows):
    """Give a RUN of clinics; ``rows`` changes the rows of the register of all of them."""
    return published([TOWN], clinics, register=[register_row(one, **rows) for one in clinics])


def status(calculated=1600, patients=1600, limit=1600, decided=None, capacities=1, **row):
    """Give one clinic on the status date, with a decision in force if a number is decided."""
    per_capacity = Fraction(calculated) / Fraction(capacities)
    one = clinic(
        "000001", TOWN, capacities, patients, minimum_patients=calculated, minimum_per_capacity=int(per_capacity)
    )
    run = nation(one, present_limit=limit, **row)
    made = Decision("000001", decided or 1, DAY, DAY, DAY, None, "local matters", 2026)
    decisions = settled([replace(made, effective_from=DAY)], {"000001": 9999})[0] if decided else ()
    return clinic_statuses(run, decisions, DAY)[0]


# --- R29, R36: guidance, and a decision -----------------------------------------------------------------


@pytest.mark.rule("R29")
def test_until_the_region_decides_the_limit_of_the_register_stands_whatever_was_calculated():
    found = status(calculated=1700, limit=1500)
    assert (found.limit, found.limit_by, found.change, found.direction) == (1500, "register", 200, "up")


@pytest.mark.rule("R29", "R36")
def test_what_the_region_decided_is_the_limit_also_where_it_differs_from_the_calculated_number():
    found = status(calculated=1700, limit=1500, decided=1400)
    assert (found.limit, found.limit_by, found.calculated) == (1400, "decision", 1700)
    assert found.decision.reason == "local matters"


@pytest.mark.rule("R29")
@pytest.mark.parametrize(("calculated", "direction"), [(1700, "up"), (1500, "down"), (1600, "unchanged")])
def test_the_change_is_from_the_present_limit_to_the_calculated_number(calculated, direction):
    found = status(calculated=calculated, limit=1600)
    assert (found.change, found.direction) == (calculated - 1600, direction)


def test_without_any_limit_no_change_can_be_told():
    found = status(limit=None)
    assert (found.limit, found.limit_by, found.change, found.direction, found.may_close) == (None, "", None, "", None)


def test_the_present_limit_of_a_clinic_is_that_of_its_row_at_the_status_date():
    one = clinic("000001", TOWN)
    old = register_row(one, present_limit=1000, last_day=datetime.date(2025, 12, 31))
    new = register_row(one, present_limit=1200, first_day=DAY)
    assert present_limits(published([TOWN], [one], register=[new, old])) == {"000001": 1200}


# --- R30: closing ---------------------------------------------------------------------------------------


@pytest.mark.rule("R30")
@pytest.mark.parametrize(("patients", "may_close"), [(1399, False), (1400, True), (1401, True)])
def test_a_clinic_may_close_once_it_has_the_decided_number_of_patients(patients, may_close):
    assert status(patients=patients, decided=1400).may_close is may_close


# --- R43: opening again ---------------------------------------------------------------------------------


@pytest.mark.rule("R43")
@pytest.mark.parametrize(
    ("patients", "is_open", "again"),
    [(1551, False, False), (1550, False, True), (1000, True, False), (1000, None, False)],
)
def test_a_closed_clinic_opens_again_once_it_is_the_margin_below_its_number(patients, is_open, again):
    assert reopens(status(patients=patients, limit=1600, is_open=is_open), LAW.reopening_margin) is again


@pytest.mark.rule("R43")
def test_the_margin_of_opening_again_is_the_regions():
    found = status(patients=1590, limit=1600, is_open=False)
    assert reopens(found, 10)
    assert not reopens(found, 11)


@pytest.mark.rule("R30", "R43")
@pytest.mark.parametrize(("patients", "again"), [(1600, False), (1599, True)])
def test_without_a_margin_a_clinic_that_may_close_does_not_open_again(patients, again):
    found = status(patients=patients, limit=1600, is_open=False)
    assert reopens(found, 0) is again
    assert found.may_close is not again


# --- R35: dialogue first --------------------------------------------------------------------------------

DIALOGUE = {
    "above_both": (1760, 1600, 1600, True),
    "just_under_the_margin_above_the_limit": (1759, 1600, 1500, False),
    "above_the_limit_alone": (1760, 1600, 1700, False),
    "above_the_list_alone": (1760, 1700, 1600, False),
    "below_both": (1400, 1600, 1600, False),
    "no_limit_and_above_the_list": (1760, None, 1600, True),
}


@pytest.mark.rule("R35")
@pytest.mark.parametrize("case", DIALOGUE)
def test_a_voluntary_agreement_comes_first_where_the_number_is_well_above_both_limit_and_list(case):
    calculated, limit, patients, first = DIALOGUE[case]
    assert dialogue_first(status(calculated, patients, limit), LAW.dialogue_margin) is first


@pytest.mark.rule("R35")
def test_how_much_is_well_above_is_a_parameter_and_nothing_is_not():
    assert dialogue_first(status(1680, 1600, 1600), Fraction(5, 100))
    assert not dialogue_first(status(1600, 1600, 1600), Fraction(0))


@pytest.mark.rule("R35", "R52")
def test_neighbours_above_their_number_lessen_the_pressure_and_open_ones_may_be_told_of():
    heavy = clinic("000002", TOWN, patients=1700)
    light = clinic("000003", TOWN, patients=1500)
    rows = [register_row(heavy, is_open=False), register_row(light, is_open=True)]
    run = published([TOWN], [heavy, light], register=rows)
    by_clinic = {one.ydernummer: one for one in clinic_statuses(run, (), DAY)}
    near = [Neighbour("000002", 100), Neighbour("000003", None), Neighbour("unknown", 1)]
    found = surroundings(near, by_clinic)
    assert (found.above_their_number, found.surplus, found.open_clinics) == (("000002",), 100, ("000003",))
    assert by_clinic["000002"].patients == 1700  # nobody is moved (R52)


@pytest.mark.rule("R35")
def test_neighbours_are_those_of_the_municipality_and_those_within_reach():
    elsewhere = municipality("147", "hovedstaden", 1)
    here = register_row(clinic("000001", TOWN), east=Fraction(0), north=Fraction(0))
    same_town = register_row(clinic("000002", TOWN), east=Fraction(40_000), north=Fraction(0))
    no_address = register_row(clinic("000003", TOWN))
    at_the_edge = register_row(clinic("000004", elsewhere), east=Fraction(9_000), north=Fraction(-12_000))
    beyond = register_row(clinic("000005", elsewhere), east=Fraction(9_001), north=Fraction(-12_000))
    found = neighbours([here, same_town, no_address, at_the_edge, beyond], 15)["000001"]
    assert [(one.ydernummer, one.metres) for one in found] == [("000004", 15_000), ("000002", 40_000), ("000003", None)]


# --- R37, R38, V44: what is proposed --------------------------------------------------------------------


@pytest.mark.rule("R37")
def test_the_model_puts_no_upper_limit_on_a_number():
    assert proposal(status(calculated=2500, limit=1600), LAW) == Proposal(2500, ())


@pytest.mark.rule("R37")
@pytest.mark.parametrize(
    ("calculated", "number", "bound_by"), [(3600, 3400, ("cap",)), (3400, 3400, ()), (3200, 3200, ())]
)
def test_the_region_may_put_an_upper_limit_on_it(calculated, number, bound_by):
    capped = replace(LAW, cap_per_capacity=1700)
    assert proposal(status(calculated, capacities=2), capped) == Proposal(number, bound_by)


@pytest.mark.rule("R38")
@pytest.mark.parametrize(
    ("calculated", "above", "number"), [(2000, True, 1900), (1900, False, 1900), (1800, False, 1800)]
)
def test_the_agreements_maximum_goes_on_applying(calculated, above, number):
    found = status(calculated, maximum=1900)
    assert (found.is_above_maximum, proposal(found, LAW).number) == (above, number)


@pytest.mark.rule("R38")
def test_a_decided_number_above_the_maximum_is_flagged_too():
    assert status(calculated=1600, decided=2000, maximum=1900).is_above_maximum


@pytest.mark.rule("R37")
@pytest.mark.parametrize(("calculated", "number"), [(1800, 1651), (1651, 1651), (1400, 1451), (1451, 1451)])
def test_a_corridor_keeps_the_number_near_the_present_limit_in_whole_patients_inside_it(calculated, number):
    within = replace(LAW, corridor=Fraction("0.065"))
    assert proposal(status(calculated, limit=1551), within).number == number


@pytest.mark.rule("R37", "R38")
def test_cap_and_maximum_are_not_passed_for_the_corridors_sake():
    policy = replace(LAW, corridor=Fraction(5, 100), cap_per_capacity=1450)
    assert proposal(status(1400, limit=1600, maximum=1440), policy) == Proposal(1440, ("corridor", "cap", "maximum"))


def test_nothing_is_proposed_where_nothing_was_calculated():
    one = clinic("000001", TOWN, patients=0, minimum_patients=None, minimum_per_capacity=None, status="no_patients")
    assert proposal(clinic_statuses(nation(one), (), DAY)[0], LAW) is None


# --- R39: step by step ----------------------------------------------------------------------------------


@pytest.mark.rule("R39")
def test_while_the_transition_lasts_numbers_may_come_step_by_step():
    assert steps(1600, 1700, (2025, 2026)) == (Step(2025, 1650, TRANSITION), Step(2026, 1700, WHOLE))


@pytest.mark.rule("R39")
def test_steps_after_the_transition_are_said_to_need_an_agreement():
    found = steps(1600, 1700, (2026, 2027, 2028))
    assert [(one.number, one.ground) for one in found] == [(1633, TRANSITION), (1667, AGREEMENT), (1700, WHOLE)]


@pytest.mark.rule("R39")
def test_numbers_fall_in_steps_too_and_without_a_limit_there_is_nothing_to_step_from():
    assert [one.number for one in steps(1700, 1600, (2026, 2027))] == [1650, 1600]
    assert [one.ground for one in steps(None, 1600, (2026, 2027))] == [WHOLE, WHOLE]


@pytest.mark.rule("R39")
def test_a_region_that_chose_no_steps_has_the_whole_number_in_the_planning_year():
    assert steps(1600, 1700, LAW.phase_in_years) == (Step(2026, 1700, WHOLE),)


# --- R46: permissions -----------------------------------------------------------------------------------


def permission(last_day=None):
    return Measure("permission", "hovedstaden", "", "000001", None, None, last_day, False, "employed doctor")


@pytest.mark.rule("R46")
@pytest.mark.parametrize(
    ("on", "own_end", "end"),
    [
        ("2026-12-31", None, "2026-12-31"),
        ("2026-03-01", "2026-06-30", "2026-06-30"),
        ("2026-07-01", "2026-06-30", None),
        ("2027-01-01", None, None),
    ],
    ids=["last_day_of_the_rule", "own_end", "after_its_own_end", "after_the_rules_end"],
)
def test_what_the_agreement_permitted_holds_to_its_end_and_not_after_2026(on, own_end, end):
    day = datetime.date.fromisoformat
    found = permissions_on([permission(day(own_end) if own_end else None)], day(on))
    assert [str(one.last_day) for own in found.values() for one in own] == ([end] if end else [])


@pytest.mark.rule("R46")
def test_a_permission_does_not_change_the_number_that_is_proposed():
    found = status(calculated=1700, limit=1500)
    assert permissions_on([permission()], DAY)["000001"]
    assert proposal(found, LAW).number == 1700
