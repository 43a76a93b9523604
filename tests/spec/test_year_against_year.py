"""Why numbers change from one year to the next: nations on paper in which one thing changes at a time."""

from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.diagnostics.stability import Moved, Steadiness, steadiness_of
from fordel_dask.explanation.change import CAUSES, Side, mean_weight_change
from fordel_dask.explanation.drift import disease_drift
from fordel_dask.explanation.figures_changed import (
    COMPARED,
    FIRST_NUMBER,
    GONE,
    LOST_NUMBER,
    MAXIMUM,
    MINIMUM,
    MINIMUM_PER_CAPACITY,
    NEED,
    NEW,
    NO_NUMBER,
    PER_CAPACITY,
    figure_changes,
    pair_of,
)
from fordel_dask.explanation.found import Country
from fordel_dask.explanation.models_changed import model_changes
from tests.lib.paper_runs import OLD, SICK, YOUNG, Paper, Practice, Town, manifest_of, run_on_paper

NORTH = Town("101", "north", young=16_000, old=4_000, sick=1_000, km2=350)
FENS = Town("102", "north", young=3_200, old=800, sick=200, km2=350)
SOUTH = Town("201", "south", young=24_000, old=6_000, sick=1_500, km2=35)
YOUNG_CLINIC = Practice("000001", "101", Fraction(2), young=3_000, old=100)
OLD_CLINIC = Practice("000002", "201", Fraction("1.4"), young=1_000, old=700, sick=200)
PAPER = Paper([NORTH, FENS, SOUTH], [YOUNG_CLINIC, OLD_CLINIC])
TINY = Fraction(1, 10**5)
"""More than what tables with nine decimals leave over in a clinic's patients, and less than one can see."""


def changes_of(before, after):
    found = figure_changes(pair_of(run_on_paper(before), run_on_paper(after)))
    return {(one.code, one.figure): one for one in found}


def causes_in(changes, code, figure):
    """Give the causes of a figure that did more than print can."""
    return {cause for cause, amount in changes[code, figure].by_cause().items() if abs(amount) > TINY}


def doubled(paper):
    towns = [replace(t, young=2 * t.young, old=2 * t.old, sick=2 * t.sick) for t in paper.towns]
    clinics = [replace(c, young=2 * c.young, old=2 * c.old, sick=2 * c.sick) for c in paper.clinics]
    return paper.but(towns=towns, clinics=clinics)


OLDER_SOUTH = replace(SOUTH, young=20_000, old=10_000, sick=3_000)
MIXED = PAPER.but(towns=[NORTH, FENS, OLDER_SOUTH])
ALONE = {
    "only the norm is lowered: rules": (MIXED.but(norm=1500), "rules"),
    "only the citizens double: population": (doubled(MIXED), "population"),
    "only what the old consume rises: weights": (MIXED.but(kroner={YOUNG: 800, OLD: 2600, SICK: 400}), "weights"),
    "only one town's life expectancy falls: life expectancy": (
        MIXED.but(towns=[replace(NORTH, factor=Fraction(103, 100)), FENS, OLDER_SOUTH]),
        "life_expectancy",
    ),
    "only the other model counts psychiatric disease: weights": (
        MIXED.but(kroner={YOUNG: 800, OLD: 2000}),
        "weights",
    ),
    "only expected citizens are counted: population, and other": (
        MIXED.towns_but(expected=Fraction(11, 10)).but(projected=True),
        "population other",
    ),
}


@pytest.mark.parametrize(("after", "expected"), ALONE.values(), ids=ALONE)
@pytest.mark.parametrize("figure", [NEED, MAXIMUM])
def test_when_one_thing_changes_all_of_a_councils_change_is_its_doing(after, expected, figure):
    changes = changes_of(MIXED, after)
    for council in ("north", "south"):
        assert causes_in(changes, council, figure) - {"rounding"} <= set(expected.split())
    assert any(changes[code, NEED].change for code in ("101", "201"))


@pytest.mark.rule("R2")
def test_a_lower_norm_is_told_to_the_last_capacity():
    changes = changes_of(PAPER, PAPER.but(norm=1500))
    need = changes["south", NEED]
    assert need.before * 1600 == pytest.approx(30_000) and need.change == need.before * 100 / 1500
    assert need.parts["rules", "norm"] == pytest.approx(need.change)
    patients = changes["000001", MINIMUM_PER_CAPACITY]
    assert patients.change == patients.parts["rules", "norm"] + patients.parts["rounding", ""]
    assert causes_in(changes, "000001", MINIMUM_PER_CAPACITY) <= {"rules", "rounding"}


def test_twice_as_many_citizens_of_the_same_kind_need_twice_as_much_and_no_clinic_gets_another_number():
    changes = changes_of(PAPER, doubled(PAPER))
    assert changes["101", NEED].change == pytest.approx(changes["101", NEED].before)
    assert changes["101", PER_CAPACITY].change == 0
    for clinic in ("000001", "000002"):
        assert changes[clinic, MINIMUM].change == 0 and not causes_in(changes, clinic, MINIMUM)


def test_two_capacities_instead_of_one_are_the_clinics_capacities():
    more = replace(YOUNG_CLINIC, capacities=Fraction(4))
    changes = changes_of(PAPER, PAPER.but(clinics=[more, OLD_CLINIC]))
    assert causes_in(changes, "000001", MINIMUM) <= {"capacities", "rounding"}
    assert changes["000001", MINIMUM].change == changes["000001", MINIMUM].before
    assert changes["000001", MINIMUM_PER_CAPACITY].change == 0


@pytest.mark.rule("R31")
def test_another_rounding_step_is_a_rule():
    changes = changes_of(PAPER, PAPER.but(step=1))
    one = changes["000002", MINIMUM_PER_CAPACITY]
    assert one.change and {key: amount for key, amount in one.parts.items() if amount} == {
        ("rules", "step"): one.change
    }


def test_older_patients_are_composition_and_the_weights_of_a_country_grown_older_weights():
    older = replace(OLD_CLINIC, young=500, old=1_200)
    changes = changes_of(PAPER, PAPER.but(clinics=[YOUNG_CLINIC, older]))
    assert causes_in(changes, "000002", MINIMUM_PER_CAPACITY) <= {"composition", "rounding"}
    assert changes["000002", MINIMUM_PER_CAPACITY].parts["composition", "age_sex"] < 0
    assert not causes_in(changes, "000001", MINIMUM_PER_CAPACITY)


def test_by_hand_a_level_twice_as_common_as_in_the_country():
    """100 of 1,000 become 200 of 1,000 old; in the country 0.15 then and now; weight 2 then, 3 now.

    Composition (0.2 − 0.1) · (2 + 3) ÷ 2 = 0.25; weights ((0.1 − 0.15) + (0.2 − 0.15)) ÷ 2 · (3 − 2) = 0.
    """
    sides = [_side(100, 2), _side(200, 3)]

    parts = mean_weight_change(*sides)
    assert parts["composition", "age_sex"] == Fraction(1, 4)
    assert parts["weights", "age_sex"] == 0
    assert sum(parts.values()) == sides[1].mean_weight - sides[0].mean_weight


def _side(old, weight):

    mean = 1 + (Fraction(old, 1000) - Fraction(15, 100)) * weight
    return Side(
        citizens=1000,
        by_level={OLD: old},
        persons=Fraction(1000),
        weighted=1000 * mean,
        country=Country(20_000, {OLD: 3_000}, Fraction(1), Fraction(0)),
        weights_nano={OLD: weight * 10**9},
        life_expectancy=Fraction(0),
        clamp=Fraction(0),
        projection=Fraction(0),
    )


WITH_FLOOR = PAPER.but(floor_km2=35)


@pytest.mark.rule("R14", "R15")
def test_the_floor_taken_away_is_a_rule_where_it_carried_and_nothing_elsewhere():
    changes = changes_of(WITH_FLOOR, PAPER)
    assert changes["north", MAXIMUM].parts["rules", "floor"] == pytest.approx(Fraction("2.5") - 10)
    assert causes_in(changes, "north", MAXIMUM) <= {"rules", "rounding"}
    assert changes["south", MAXIMUM].change == 0 and not causes_in(changes, "south", MAXIMUM)
    assert changes["north", NEED].change == 0


@pytest.mark.rule("R15")
def test_citizens_who_come_to_where_the_floor_carries_raise_the_need_and_not_the_maximum():
    more = replace(FENS, young=6_400, old=1_600, sick=400)
    changes = changes_of(WITH_FLOOR, WITH_FLOOR.but(towns=[NORTH, more, SOUTH]))
    assert changes["north", NEED].parts["population", ""] == pytest.approx(Fraction("2.5"))
    assert changes["north", MAXIMUM].change == 0 and not causes_in(changes, "north", MAXIMUM)


@pytest.mark.rule("R15")
def test_a_need_that_grows_past_its_floor_counts_from_there():
    more = replace(FENS, young=16_000, old=4_000, sick=1_000)
    changes = changes_of(WITH_FLOOR, WITH_FLOOR.but(towns=[NORTH, more, SOUTH]))
    assert changes["102", NEED].change == pytest.approx(10)
    maximum = changes["north", MAXIMUM]
    assert maximum.parts["population", ""] == pytest.approx(Fraction("2.5"))  # from the floor of 10 to 12.5
    assert causes_in(changes, "north", MAXIMUM) <= {"population", "rounding"}


def test_a_town_that_moves_to_another_council_moves_its_need_as_borders():
    changes = changes_of(PAPER, PAPER.but(towns=[NORTH, replace(FENS, council="south"), SOUTH]))
    for figure in (NEED, MAXIMUM):
        moved = [changes[council, figure].parts["other", "borders"] for council in ("north", "south")]
        assert moved[1] == -moved[0] == pytest.approx(Fraction("2.5"))
    assert changes["102", NEED].status == COMPARED and changes["102", NEED].change == 0


def test_a_larger_town_raises_its_floor_and_that_is_no_rule():
    wider = replace(FENS, km2=700)
    changes = changes_of(WITH_FLOOR, WITH_FLOOR.but(towns=[NORTH, wider, SOUTH]))
    assert changes["north", MAXIMUM].parts["other", "area_km2"] == 10
    assert changes["north", MAXIMUM].parts["rules", "floor"] == 0


EMPTY = replace(YOUNG_CLINIC, ydernummer="000003", young=0, old=0)
STATUSES = {
    "listed only now": ([], [YOUNG_CLINIC], "000001", NEW),
    "listed no longer": ([YOUNG_CLINIC], [], "000001", GONE),
    "a number only now": ([EMPTY], [replace(EMPTY, young=900)], "000003", FIRST_NUMBER),
    "a number no longer": ([replace(EMPTY, young=900)], [EMPTY], "000003", LOST_NUMBER),
    "no number in either": ([EMPTY], [EMPTY], "000003", NO_NUMBER),
}


@pytest.mark.parametrize(("before", "after", "code", "status"), STATUSES.values(), ids=STATUSES)
def test_what_only_one_year_has_is_listed_without_causes(before, after, code, status):
    one = changes_of(PAPER.but(clinics=before), PAPER.but(clinics=after))[code, MINIMUM]
    assert (one.status, one.change, dict(one.parts)) == (status, None, {})
    assert one.main_cause is None and one.main_detail is None


def test_a_town_that_was_empty_has_population_for_its_only_cause():
    empty = replace(FENS, young=0, old=0, sick=0)
    changes = changes_of(PAPER.but(towns=[NORTH, empty, SOUTH]), PAPER)
    assert causes_in(changes, "102", NEED) == {"population"}
    assert changes["102", PER_CAPACITY].status == FIRST_NUMBER


def test_the_main_cause_is_what_did_most_towards_the_change_and_never_rounding():
    one = changes_of(PAPER, PAPER.but(norm=1500))["south", MAXIMUM]
    assert one.main_cause == ("rules", one.parts["rules", "norm"]) and one.main_detail == "norm"
    same = changes_of(PAPER, PAPER)["south", MAXIMUM]
    assert same.main_cause is None and set(same.by_cause()) == set(CAUSES)


def test_what_ends_where_it_began_has_no_main_cause_whatever_moved_below_it():
    more = replace(SOUTH, young=SOUTH.young + 1)
    changes = changes_of(PAPER, PAPER.but(towns=[NORTH, FENS, more]))
    same = changes["south", MAXIMUM]
    assert same.change == 0 and any(same.parts.values())
    assert same.main_cause is None and same.main_detail is None
    assert changes["south", NEED].main_cause[0] == "population"


@pytest.mark.rule("R3")
def test_twenty_citizens_more_than_a_whole_number_are_the_cause_of_a_capacity_and_rounding_is_not():
    more = replace(NORTH, young=16_016, old=4_004, sick=1_001)
    one = changes_of(PAPER, PAPER.but(towns=[more, FENS, SOUTH]))["north", MAXIMUM]
    assert (one.before, one.after) == (15, 16)
    assert one.main_cause[0] == "population" and one.main_detail is None
    assert one.parts["rounding", ""] == pytest.approx(1 - Fraction(20, 1600))


def test_more_diagnoses_here_than_in_the_country_are_drift_and_as_many_are_none():
    sicker = replace(NORTH, sick=3_000)
    runs = [run_on_paper(PAPER), run_on_paper(PAPER.but(towns=[sicker, FENS, SOUTH]))]
    drifts = {(one.kind, one.code): one for one in disease_drift(pair_of(*runs))}
    here, elsewhere = drifts["municipality", "101"], drifts["municipality", "201"]
    assert here.change == Fraction(2_000, 20_000) and here.country[1] - here.country[0] == Fraction(2_000, 54_000)
    assert here.beyond == Fraction(1, 10) - Fraction(1, 27) and elsewhere.beyond == -Fraction(1, 27)
    everywhere = PAPER.but(towns=[replace(t, sick=2 * t.sick) for t in PAPER.towns])
    drifts = disease_drift(pair_of(runs[0], run_on_paper(everywhere)))
    assert {one.beyond for one in drifts if one.kind != "clinic"} == {0}


def test_the_effect_of_drift_is_its_part_of_composition():
    sicker = PAPER.but(towns=[replace(NORTH, sick=3_000), FENS, SOUTH])
    pair = pair_of(run_on_paper(PAPER), run_on_paper(sicker))
    drift = next(one for one in disease_drift(pair) if one.code == "101")
    need = next(one for one in figure_changes(pair) if (one.code, one.figure) == ("101", NEED))
    assert drift.effect * 20_000 / 1600 == need.parts["composition", "psychiatric"]


def test_largest_drift_comes_first():
    pair = pair_of(run_on_paper(PAPER), run_on_paper(PAPER.but(towns=[NORTH, FENS, replace(SOUTH, sick=4_000)])))
    own = [one for one in disease_drift(pair) if one.kind == "municipality"]
    assert own[0].code == "201" and [one.beyond for one in own] == sorted((d.beyond for d in own), reverse=True)


def test_what_differs_between_models_is_told_in_words():
    after = PAPER.but(norm=1500, floor_km2=35, projected=True, kroner={YOUNG: 800, OLD: 2000})
    pair = pair_of(run_on_paper(PAPER), run_on_paper(after))
    found = {one.key: one for one in model_changes(manifest_of(PAPER), manifest_of(after, 2027), pair)}
    assert {key: (one.before, one.after) for key, one in found.items()} == {
        "year": ("2026", "2027"),
        "projection": ("off", "on"),
        "capacity.citizens_per_capacity": ("1600", "1500"),
        "capacity.floor": ("off", "on"),
        "psychiatric any": ("on", "off"),
    }
    assert found["capacity.citizens_per_capacity"].words == "Weighted citizens that one capacity covers."
    assert "at least one psychiatric disease" in found["psychiatric any"].words
    assert (
        model_changes(manifest_of(PAPER), manifest_of(PAPER), pair_of(run_on_paper(PAPER), run_on_paper(PAPER))) == ()
    )


def test_how_steady_a_group_of_numbers_is():
    numbers = [(1600, 1600), (1600, 1650), (1600, 1500), (1550, 1600), (1500, 1500)]
    weights = [(Fraction(1), Fraction(n, 10)) for n in (9, 10, 11, 12, 13)]
    moved = [Moved(*ends, Fraction(50), mean) for ends, mean in zip(numbers, weights, strict=True)]
    found = steadiness_of(moved)
    assert (found.numbers, found.unchanged, found.higher, found.lower, found.beyond_a_step) == (5, 2, 2, 1, 1)
    assert (found.mean, found.median, found.nine_tenths, found.correlation) == (40, 50, 100, None)
    ten = [Moved(0, n, Fraction(50), (Fraction(n), Fraction(2 * n))) for n in range(1, 11)]
    assert (steadiness_of(ten).median, steadiness_of(ten).nine_tenths) == (Fraction(11, 2), 9)
    assert steadiness_of(ten).correlation == pytest.approx(1)
    assert steadiness_of([]) == Steadiness(0, 0, 0, 0, 0, None, None, None, None)
