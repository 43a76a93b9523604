"""The binding number of a council (R3, R14-R16), what stands against it (R11, R12, R26), and its ends in time (R13)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask import law
from fordel_dask.capacity.clinic import ClinicNumber, left_out
from fordel_dask.cycle.area_status import municipality_statuses
from fordel_dask.cycle.binding_number import BindingNumber, binding_number, binding_numbers
from fordel_dask.cycle.council_status import council_statuses
from fordel_dask.cycle.moving import judged_moves
from fordel_dask.cycle.norm_path import floor_ends, floor_lifts_no_council, goal_on, norm_path
from fordel_dask.cycle.stand import occupancy_by_council, registered_stand, without_place
from fordel_dask.law.rounding import decimals, scaled
from fordel_dask.model import load_model
from fordel_dask.nation import Clinic as InRegister
from tests.lib.country import FLOOR_KM2, NORM, clinic, municipality, published

STATUS_DATE = date(2026, 1, 1)


def statuses(run, day=STATUS_DATE, measures=()):
    stand = registered_stand(run, day, tuple(measures))
    by_council = occupancy_by_council(run, stand)
    moves = judged_moves(run, by_council, stand)
    return {one.council.council_id: one for one in council_statuses(run, stand, by_council, moves)}


def denmark():
    """Everybody weighs 1, in the packaged municipalities."""
    rows = law.rows("geography/municipalities")
    need = {row["kommunekode"]: Fraction(row["folketal_2026"]) / NORM for row in rows}
    return published(
        [
            municipality(
                *(row["kommunekode"], row["sundhedsraad_id"], need[row["kommunekode"]]),
                floor=Fraction(row["areal_km2"]) / FLOOR_KM2,
                name=row["navn"],
            )
            for row in rows
            if row["sundhedsraad_id"]
        ]
    )


@pytest.mark.rule("R14", "R15", "R16")
def test_the_floor_adds_38_328_in_exactly_ten_municipalities_when_everybody_weighs_one():
    run = denmark()
    added = {
        one.area.name: one.floor_addition for one in municipality_statuses(run, registered_stand(run, STATUS_DATE))
    }
    assert {name for name, addition in added.items() if addition} == {
        *("Lolland", "Langeland", "Tønder", "Varde", "Lemvig", "Samsø", "Ringkøbing-Skjern"),
        *("Thisted", "Læsø", "Jammerbugt"),
    }
    assert decimals(scaled(sum(added.values(), Fraction(0)), 1000), 3) == "38.328"


@pytest.mark.rule("R3", "R14")
def test_councils_sum_to_3774_without_the_floor_and_3812_with_it():
    numbers = binding_numbers(denmark()).values()
    assert sum(one.without_floor for one in numbers) == 3_774
    assert sum(one.with_floor for one in numbers) == 3_812


@pytest.mark.rule("R15")
def test_soenderjylland_gains_through_the_floor_of_one_municipality_though_not_of_its_whole_area():
    run = denmark()
    own = binding_numbers(run)["soenderjylland"]
    assert own.with_floor > own.without_floor
    whole_area = sum(
        (one.km2 for one in run.municipalities.values() if one.council_id == "soenderjylland"), Fraction(0)
    )
    assert whole_area / FLOOR_KM2 < own.need


ROUNDED = {  # need → rounded up (in force), to the nearest (draft)
    "449.2 becomes 450, in the draft 449": ("449.2", 450, 449),
    "exactly 450 stays 450": ("450", 450, 450),
    "a hair above 450 becomes 451, in the draft 450": ("450.000000001", 451, 450),
    "449.5 becomes 450 in both": ("449.5", 450, 450),
    "nothing stays nothing": ("0", 0, 0),
}


@pytest.mark.rule("R3")
@pytest.mark.parametrize(("need", "in_force", "draft"), ROUNDED.values(), ids=ROUNDED)
def test_a_number_is_rounded_up_once_and_was_rounded_ordinarily_in_the_draft(need, in_force, draft):
    found = BindingNumber(Fraction(need), Fraction(0))
    assert (found.with_floor, found.without_floor) == (in_force, in_force)
    assert (found.draft_with_floor, found.draft_without_floor) == (draft, draft)


@pytest.mark.rule("R3", "R16")
def test_municipalities_are_not_rounded_before_they_are_added():
    halves = [municipality(str(code), "fyn", Fraction(1, 2)) for code in (410, 420)]
    assert binding_number(halves, NORM, FLOOR_KM2).with_floor == 1


FLOORED = {  # need, floor → with, without, addition
    "a floor above need counts instead": ("1.2", "3.5", 4, 2, "2.3"),
    "a floor below need adds nothing": ("3.5", "1.2", 4, 4, "0"),
    "a floor equal to need adds nothing": ("2", "2", 2, 2, "0"),
}


@pytest.mark.rule("R14", "R15")
@pytest.mark.parametrize(("need", "floor", "on", "off", "added"), FLOORED.values(), ids=FLOORED)
def test_the_floor_counts_where_it_is_above_need(need, floor, on, off, added):
    found = binding_number([municipality("550", "soenderjylland", Fraction(need), Fraction(floor))], NORM, FLOOR_KM2)
    assert (found.with_floor, found.without_floor, found.floor_addition) == (on, off, Fraction(added))


@pytest.mark.rule("R14")
def test_a_run_without_floor_is_told_what_the_floor_of_the_law_would_add():
    run = published([municipality("550", "soenderjylland", 1, floor=3)])
    off = replace(run, rules=replace(run.rules, floor_km2=None))
    assert binding_numbers(off)["soenderjylland"].with_floor == 3


@pytest.mark.rule("R14")
def test_a_run_with_another_floor_is_held_against_its_own():
    run = published([municipality("550", "soenderjylland", 1, floor=3)])
    half = replace(run, rules=replace(run.rules, floor_km2=2 * FLOOR_KM2))
    assert binding_numbers(half)["soenderjylland"].with_floor == 2


weights = st.lists(st.tuples(st.integers(0, 10**13), st.integers(0, 2_000)), min_size=1, max_size=6)


@pytest.mark.rule("R3", "R15")
@given(weights, st.integers(0, 5), st.integers(1, 10**13))
def test_raising_any_citizens_weight_never_lowers_a_councils_number(country, which, more):
    def number_of(nano):
        areas = [municipality(str(n), "fyn", 0, km2=Fraction(km2)) for n, (_, km2) in enumerate(country)]
        weighted = [replace(area, weighted=Fraction(one, 10**9)) for area, one in zip(areas, nano, strict=True)]
        return binding_number(weighted, NORM, FLOOR_KM2)

    before = [one for one, _ in country]
    after = [one + more * (n == which % len(before)) for n, one in enumerate(before)]
    low, high = number_of(before), number_of(after)
    assert high.with_floor >= low.with_floor
    assert high.without_floor >= low.without_floor


ODENSE, AEROE = municipality("461", "fyn", Fraction("2.5")), municipality("492", "fyn", Fraction("0.5"))
AABENRAA = municipality("580", "soenderjylland", 2)
RUN = published(
    [ODENSE, AEROE, AABENRAA],
    [
        clinic("000001", ODENSE, 2),
        clinic("000002", AEROE, 1, kind="island", patients=400),
        clinic("000003", AEROE, 1, patients=400),
        clinic("000004", AABENRAA, 3),
    ],
)


@pytest.mark.rule("R11")
def test_room_is_what_the_number_leaves_and_below_nothing_above_it():
    found = statuses(RUN)
    assert found["fyn"].room == 0
    assert (found["soenderjylland"].room, found["soenderjylland"].above_number) == (-1, 1)


@pytest.mark.rule("R11")
def test_what_is_allocated_above_the_number_without_a_measure_has_no_ground():
    assert statuses(RUN)["soenderjylland"].above_without_ground == 1


@pytest.mark.rule("R26")
def test_a_small_island_clinic_does_not_count_and_another_small_clinic_does():
    assert statuses(RUN)["fyn"].occupancy.allocated == 3


@pytest.mark.rule("R26")
@pytest.mark.parametrize(("patients", "capacities"), [(499, 0), (500, 1)])
def test_an_island_clinic_with_500_patients_is_not_small(patients, capacities):
    run = published([AEROE], [clinic("000002", AEROE, 1, kind="island", patients=patients)])
    assert statuses(run)["fyn"].occupancy.allocated == capacities
    assert left_out(of_the_run(patients), load_model().clinics) is not bool(capacities)


def of_the_run(patients):
    """The same clinic as a run counts it."""
    return ClinicNumber(InRegister("000002", kind="island", capacities=Fraction(1)), patients, patients, NORM, 50)


def test_a_clinic_in_no_known_municipality_counts_in_no_council_and_is_told():
    nowhere = published([ODENSE], [clinic("000009", replace(ODENSE, code="999"), 1)])
    stand = registered_stand(nowhere, STATUS_DATE)
    assert occupancy_by_council(nowhere, stand)["fyn"].allocated == 0
    assert set(without_place(nowhere, stand)) == {"000009"}


@pytest.mark.rule("R12")
def test_municipalities_have_guidance_whose_parts_sum_to_the_council():
    own = municipality_statuses(RUN, registered_stand(RUN, STATUS_DATE))
    for council_id, council in statuses(RUN).items():
        parts = [one for one in own if one.area.council_id == council_id]
        assert sum((one.need for one in parts), Fraction(0)) == council.number.need
        assert sum((one.occupancy.allocated for one in parts), Fraction(0)) == council.occupancy.allocated


@pytest.mark.rule("R12")
def test_a_municipality_may_have_more_than_its_guidance_for_it_binds_nobody():
    own = {one.area.code: one for one in municipality_statuses(RUN, registered_stand(RUN, STATUS_DATE))}
    assert own["492"].coverage == 2


GROWING = published([municipality("101", "hovedstaden", 3000), municipality("550", "soenderjylland", 30, floor=32)])


@pytest.mark.rule("R13")
def test_the_goal_is_5000_doctors_in_2035():
    goal = goal_on(STATUS_DATE, Fraction(5, 4))
    assert (goal.year, goal.doctors, goal.capacities) == (2035, 5000, 4000)


@pytest.mark.rule("R13")
def test_the_norm_comes_down_in_equal_steps_to_what_the_goal_gives():
    path = norm_path(GROWING, goal_on(STATUS_DATE, Fraction(1)))
    assert (path[0].year, path[0].norm, path[-1].year) == (2026, NORM, 2035)
    assert path[-1].need == 5000
    assert len({after.norm - before.norm for before, after in pairwise(path)}) == 1


@pytest.mark.rule("R13")
def test_the_goal_counts_doctors_of_whom_several_may_make_a_capacity():
    path = norm_path(GROWING, goal_on(STATUS_DATE, Fraction(5, 4)))
    assert path[-1].need == 4000


@pytest.mark.rule("R13")
def test_the_path_follows_a_projection():
    growth = {(year, code): Fraction(1) for year in range(2026, 2036) for code in ("101", "550")}
    path = norm_path(GROWING, goal_on(STATUS_DATE, Fraction(1)), growth | {(2035, "101"): Fraction(11, 10)})
    assert path[-1].weighted == (3300 + 30) * NORM
    assert path[-1].need == 5000


@pytest.mark.rule("R14")
def test_the_floor_ends_by_itself_in_the_first_year_in_which_it_binds_nowhere():
    path = norm_path(GROWING, goal_on(STATUS_DATE, Fraction(1)))
    ends = floor_ends(path)
    assert ends == 2028
    assert [bool(year.floor_addition) for year in path] == [year.year < ends for year in path]
    assert floor_lifts_no_council(path) <= ends


@pytest.mark.rule("R14")
def test_a_floor_that_nothing_lifts_does_not_end():
    island = published([municipality("101", "hovedstaden", 3000), municipality("825", "vendsyssel", 1, floor=9)])
    path = norm_path(island, goal_on(STATUS_DATE, Fraction(1)))
    assert floor_ends(path) is None
    assert floor_lifts_no_council(path) is None
