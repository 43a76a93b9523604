"""The differentiated basic fee of 2027 and the temporary supplement before it, branch by branch (R53, R54, V61)."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.errors import ModelError
from fordel_dask.fee_work.differentiate import Asked, differentiated, known_incomes, temporary_supplements
from fordel_dask.fee_work.differentiate_summary import summary_of
from fordel_dask.fee_work.differentiate_text import summary_text
from fordel_dask.fee_work.effects import Known, council_states, lists_that_shrink, losses_oere
from fordel_dask.fee_work.groups import deprived_patients
from fordel_dask.fees.differentiated import Bounds, Load, differentiate, factors
from fordel_dask.fees.fee_rule import AreaSupplement, FeeRule
from fordel_dask.fees.remainder import share_out
from fordel_dask.fees.supplements import temporary_budgets
from tests.lib.published import clinic, council, municipality, published

ALL, HALF = Fraction(1), Fraction(1, 2)
FEE = 53_870  # øre a patient and year, the table of 1 October 2025
IN_2027 = datetime.date(2027, 1, 1)
MILLION = 100_000_000


def load(ydernummer, patients, weight):
    return Load(ydernummer, patients, patients * Fraction(weight))


EVEN = [load("light", 1000, "0.8"), load("mean", 1000, 1), load("heavy", 1000, "1.2")]


# --- by weight -----------------------------------------------------------------------------------------


@pytest.mark.rule("R54")
def test_a_clinic_s_basic_fee_follows_its_weighted_patients():
    found = differentiate(EVEN, 3000 * FEE, ALL)
    assert found == {"light": 800 * FEE, "mean": 1000 * FEE, "heavy": 1200 * FEE}


@pytest.mark.rule("R54")
def test_of_half_the_fee_half_the_difference_follows():
    found = differentiate(EVEN, 3000 * FEE, HALF)
    assert found == {"light": 900 * FEE, "mean": 1000 * FEE, "heavy": 1100 * FEE}


@pytest.mark.rule("R54")
def test_weights_are_held_against_the_mean_of_all_patients():
    assert factors([load("a", 1000, 2), load("b", 3000, 2)], ALL) == {"a": 1, "b": 1}


@pytest.mark.rule("R54")
def test_clinics_without_patients_get_nothing_and_have_no_factor():
    empty = [*EVEN, load("empty", 0, 1)]
    assert differentiate(empty, 3000 * FEE, ALL)["empty"] == 0
    assert "empty" not in factors(empty, ALL)


@pytest.mark.rule("R54")
def test_where_nobody_has_a_weight_all_stays_as_it_was():
    assert factors([load("a", 10, 0), load("b", 20, 0)], ALL) == {"a": 1, "b": 1}


@pytest.mark.rule("R54")
def test_equal_remainders_go_to_the_lowest_ydernummer():
    assert share_out(2, {"000003": 1, "000001": 1, "000002": 1}) == {"000001": 1, "000002": 1, "000003": 0}


# --- floor and cap -------------------------------------------------------------------------------------


@pytest.mark.rule("R54")
def test_what_a_floor_adds_is_taken_from_those_above_it_in_proportion():
    found = factors(EVEN, ALL, Bounds(floor=Fraction(9, 10)))
    assert found["light"] == Fraction(9, 10)
    assert found["heavy"] / found["mean"] == Fraction(12, 10)
    assert sum(found.values()) == 3


@pytest.mark.rule("R54")
def test_what_a_cap_takes_is_given_to_those_below_it_in_proportion():
    found = factors(EVEN, ALL, Bounds(cap=Fraction(11, 10)))
    assert found["heavy"] == Fraction(11, 10)
    assert found["light"] / found["mean"] == Fraction(8, 10)
    assert sum(found.values()) == 3


@pytest.mark.rule("R54")
@pytest.mark.parametrize("bounds", [Bounds(floor=ALL), Bounds(cap=ALL), Bounds(floor=ALL, cap=ALL)])
def test_a_floor_or_cap_of_the_fee_itself_leaves_all_as_it_was(bounds):
    assert set(factors(EVEN, ALL, bounds).values()) == {1}


@pytest.mark.rule("R54")
def test_a_cap_that_cannot_be_held_is_refused():
    with pytest.raises(ModelError, match="cap cannot be held"):
        factors([load("a", 10, 1), load("b", 90, 0)], ALL, Bounds(cap=Fraction(3, 2)))


# --- the phase-in --------------------------------------------------------------------------------------

STEPS = FeeRule(share=HALF, phase_in=((2027, Fraction(1, 4)), (2029, ALL)))


@pytest.mark.rule("R54")
@pytest.mark.parametrize(
    ("year", "share"),
    [(2026, 0), (2027, Fraction(1, 8)), (2028, Fraction(1, 8)), (2029, HALF), (2040, HALF)],
    ids=["before_the_first_step", "first_step", "between_steps", "last_step", "long_after"],
)
def test_a_step_holds_until_the_next_begins(year, share):
    assert STEPS.share_in(year) == share


# --- before and after, at the present and the minimum list ---------------------------------------------


def with_weight(ydernummer, code, council_id, patients, weight, capacities=1):
    weighted = patients * Fraction(weight)
    exact = 1600 * patients / weighted
    rounded = 50 * round(exact / 50)
    return clinic(
        *(ydernummer, code, council_id, capacities),
        patients=patients,
        weighted=weighted,
        mean_weight=weighted / patients,
        minimum_exact=exact,
        minimum_per_capacity=rounded,
        minimum_patients=capacities * rounded,
    )


def nation():
    """Give a RUN of three clinics in two councils, one of them short of doctors."""
    return published(
        [
            council("north", 4, existing=Fraction(3)),
            council("south", 2, existing=Fraction(2), region="Region Syddanmark"),
        ],
        [municipality("810", "north", 4), municipality("830", "south", 2)],
        [
            with_weight("000001", "810", "north", 2000, "0.8"),
            with_weight("000002", "810", "north", 1500, 1, 2),
            with_weight("000003", "830", "south", 1200, "1.25"),
        ],
    )


def found_by(rule=None, run=None, before=None, **asked):
    run, asked = run or nation(), Asked(**asked)
    known = before or known_incomes(run, asked)
    return differentiated(run, known, (rule or FeeRule(), IN_2027, None), asked, {"000003": 300})


@pytest.mark.rule("R54")
def test_before_every_patient_brings_the_fee_of_the_table():
    assert known_incomes(nation(), Asked())["000002"] == Known(1500 * FEE)


@pytest.mark.rule("R54")
def test_at_the_minimum_number_every_clinic_has_the_same_basic_fee_per_capacity():
    clinics = found_by().effects.clinics
    per_capacity = {one.basic_at("exact_minimum", True) / one.clinic.capacities for one in clinics}
    assert per_capacity == {1600 * FEE * Fraction(4700, 1600 + 1500 + 1500)}  # norm × fee × patients ÷ weighted
    assert len({one.basic_at("exact_minimum", False) / one.clinic.capacities for one in clinics}) == 3


@pytest.mark.rule("R54")
def test_only_half_differentiated_light_lists_still_pay_more_for_an_equal_load():
    light, _, heavy = found_by(FeeRule(share=HALF)).effects.clinics
    assert light.basic_at("exact_minimum", True) > heavy.basic_at("exact_minimum", True)


@pytest.mark.rule("R54")
def test_the_published_minimum_differs_from_equal_by_its_rounding_alone():
    for one in found_by().effects.clinics:
        rounding = one.clinic.minimum_patients - one.exact_minimum
        assert one.basic_at("minimum", True) - one.basic_at("exact_minimum", True) == rounding * one.fee * one.factor


@pytest.mark.rule("R54")
def test_services_follow_the_patients_and_practice_cost_does_not():
    before = {number: Known(2000 * FEE, 500, 8000) for number in ("000001", "000002", "000003")}
    light = found_by(before=before).effects.clinics[0]
    assert light.income_at("minimum", False) == 2000 * FEE + 500 + 8000  # 2,000 patients are its minimum
    twice = replace(light, clinic=replace(light.clinic, minimum_patients=4000))
    assert twice.income_at("minimum", False) == 2 * (2000 * FEE + 8000) + 500


@pytest.mark.rule("R54")
def test_full_compensation_is_what_losers_lose():
    effects = found_by().effects
    changes = [one.basic_change for one in effects.clinics]
    assert sum(changes) == 0
    assert losses_oere(effects) == sum(change for change in changes if change > 0)


@pytest.mark.rule("R54")
def test_a_list_that_shrinks_to_its_minimum_loses_less_where_patients_are_heavy():
    heavy = replace(with_weight("000003", "830", "south", 2000, "1.25"))
    run = published(
        [council("south", 2)],
        [municipality("830", "south", 2)],
        [heavy, with_weight("000009", "830", "south", 1000, "0.5")],
    )
    shrinking, before, after = lists_that_shrink(found_by(run=run).effects)
    assert shrinking == 1
    assert before == (2000 - 1300) * FEE
    assert after < before


@pytest.mark.rule("R54")
def test_who_wins_and_who_loses_is_told_by_what_clinics_share():
    groups = {(one.grouping, one.name): one for one in found_by().groups}
    assert (groups["country", "DK"].winners, groups["country", "DK"].losers) == (2, 1)
    assert groups["region", "Region Syddanmark"].winners == 1
    assert len(groups["capacities", "2"].members) == 1
    assert [one.clinic.ydernummer for one in groups["mean_weight_tenth", "01"].members] == ["000001"]
    assert [one.clinic.ydernummer for one in groups["deprivation_tenth", "07"].members] == ["000003"]


def test_the_proxy_of_deprivation_counts_patients_outside_the_labour_market_and_of_an_origin():
    rows = [
        ("clinic", "000001", "labour_market", 3),
        ("clinic", "000001", "origin", 4),
        ("clinic", "000001", "somatic", 9),
        ("council", "north", "origin", 99),
    ]
    names = ("area_kind", "code", "term", "citizens")
    assert deprived_patients([dict(zip(names, map(str, row), strict=True)) for row in rows]) == {"000001": 7}


# --- money for areas short of doctors ------------------------------------------------------------------


@pytest.mark.rule("R54")
def test_a_rule_s_supplement_goes_to_councils_short_of_doctors_by_weighted_patients():
    effects = found_by(FeeRule(supplement=AreaSupplement(3_100))).effects
    assert effects.supplement_oere == {"north": 3_100, "south": 0}
    assert [one.supplement for one in effects.clinics] == [1_600, 1_500, 0]
    assert sum(one.basic_after for one in effects.clinics) == effects.total_oere


@pytest.mark.rule("R54")
def test_a_supplement_may_be_taken_from_the_basic_fee():
    effects = found_by(FeeRule(supplement=AreaSupplement(MILLION, "basic_fee"))).effects
    assert sum(one.basic_after + one.supplement for one in effects.clinics) == effects.total_oere
    assert sum(one.factor * one.clinic.patients for one in effects.clinics) * FEE == effects.total_oere - MILLION


@pytest.mark.rule("R54")
def test_a_supplement_larger_than_the_basic_fee_it_is_taken_from_is_refused():
    with pytest.raises(ModelError, match="Lower its budget"):
        found_by(FeeRule(supplement=AreaSupplement(100 * MILLION, "basic_fee")))


@pytest.mark.rule("R54")
def test_where_no_council_is_short_no_supplement_is_given():
    run = published(
        [council("south", 2, existing=Fraction(2))], [municipality("830", "south")], [clinic("000003", "830", "south")]
    )
    assert found_by(FeeRule(supplement=AreaSupplement(3_100)), run).effects.supplement_oere == {"south": 0}


def three_councils():
    return council_states(
        published(
            [
                council("north", Fraction("3.5"), maximum=5, existing=Fraction(3)),
                council("south", 2, maximum=3, existing=Fraction(2), region="Region Syddanmark"),
                council("west", 1, maximum=1, existing=Fraction(2), region="Region Syddanmark"),
            ],
            [municipality(code, area) for code, area in (("810", "north"), ("830", "south"), ("840", "west"))],
            [],
        )
    )


@pytest.mark.rule("R53")
def test_each_year_has_its_own_budget_and_a_region_s_part_is_split_as_they_are():
    early, late = temporary_budgets({2026: 163, 2025: 85}, "Syddanmark", 15)
    assert (early.year, early.total_oere, late.total_oere) == (2025, 85 * MILLION, 163 * MILLION)
    assert early.everywhere_oere + late.everywhere_oere == 15 * MILLION
    assert early.everywhere_oere == round(Fraction(15 * 85 * MILLION, 248))


@pytest.mark.rule("R53", "R17")
def test_the_temporary_supplement_goes_where_new_capacities_may_be_allocated():
    found = {one.council.council_id: one for one in temporary_supplements(three_councils(), "room") if one.year == 2025}
    assert found["west"].by_rule_oere == 0  # has more capacities than it may have
    assert found["north"].by_rule_oere in (2 * found["south"].by_rule_oere + n for n in (-1, 0, 1, 2))


@pytest.mark.rule("R53", "R17", "R22")
def test_room_is_what_is_not_allocated_and_shortage_what_is_not_occupied():
    run = published([council("north", 4, maximum=5)], [municipality("810", "north")], [])
    state = council_states(run, {"north": Occupancy(Fraction(4), Fraction(1))})[0]
    assert (state.room, state.shortage) == (1, 3)


@pytest.mark.rule("R53")
def test_one_region_may_use_part_of_it_in_all_its_councils():
    found = temporary_supplements(three_councils(), "room")
    assert sum(one.everywhere_oere for one in found) == 15 * MILLION
    assert [one.everywhere_oere > 0 for one in found if one.year == 2026] == [False, True, True]


@pytest.mark.rule("R53")
@pytest.mark.parametrize("by", ["room", "shortage"])
def test_each_year_s_budget_is_spent_to_the_oere(by):
    found = temporary_supplements(three_councils(), by)
    for year, millions in ((2025, 85), (2026, 163)):
        assert sum(o.by_rule_oere + o.everywhere_oere for o in found if o.year == year) == millions * MILLION


@pytest.mark.rule("R53")
def test_where_no_council_lacks_only_what_may_be_used_everywhere_is_shared():
    full = [replace(one, allocated=Fraction(9), occupied=Fraction(9)) for one in three_councils()]
    found = temporary_supplements(full, "room")
    assert sum(one.by_rule_oere for one in found) == 0
    assert sum(one.everywhere_oere for one in found) == 15 * MILLION


@pytest.mark.rule("R53")
def test_by_shortage_the_money_goes_where_doctors_are_short_of_need():
    found = temporary_supplements(three_councils(), "shortage")
    assert [one.by_rule_oere > 0 for one in found if one.year == 2025] == [True, False, False]


# --- what a person is shown ----------------------------------------------------------------------------


def shown(deprived=None, **rule):
    run, asked = nation(), Asked()
    counted = {"000003": 300} if deprived is None else deprived
    found = differentiated(run, known_incomes(run, asked), (FeeRule(**rule), IN_2027, None), asked, counted)
    return summary_text(summary_of(found))


def test_the_first_and_last_tenth_say_which_clinics_they_are():
    text = shown()
    for told in ("weight tenth 01 (lightest)", "weight tenth 07 (heaviest)", "deprivation tenth 07 (most deprived)"):
        assert told in text


def test_where_nobody_counts_as_deprived_there_are_no_tenths_by_it():
    text = shown(deprived={})
    assert "deprivation tenth" not in text
    assert "No tenths by deprivation" in text


def test_bounds_are_shown_as_they_were_given_and_of_what():
    bounds = Bounds(floor=Fraction(33, 40), cap=Fraction(13, 10))
    assert "floor 82.5 %, cap 130 % (holds" in shown(bounds=bounds)
    taken = AreaSupplement(MILLION, "basic_fee")
    assert "cap 130 % of what the supplement leaves of the fee (holds" in shown(bounds=bounds, supplement=taken)


def test_no_gain_is_a_loss_and_no_loss_a_gain():
    for one in summary_of(found_by())["groups"]:
        assert one["largest_gain_share"] >= 0 >= one["largest_loss_share"]
