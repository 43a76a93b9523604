"""The reference's choices about need, councils and clinics, each worked out by hand."""

from fractions import Fraction

import pandas as pd
import pytest

from tests.reference import ReferenceError
from tests.reference.capacity import Area, maximum_capacities, municipality_areas, need_before_rounding
from tests.reference.clinics import Facts, clinic, clinic_figures, existing_capacities
from tests.reference.floors import floors_of, without_two_offers
from tests.reference.model import resolve
from tests.reference.registers import OPEN_END, Registers

NANO = 10**9

ROUNDINGS = {  # need → up, nearest, down, none
    "a little": ("449.2", (450, 449, 449, Fraction("449.2"))),
    "a half": ("449.5", (450, 450, 449, Fraction("449.5"))),
    "much": ("449.7", (450, 450, 449, Fraction("449.7"))),
    "whole": ("450", (450, 450, 450, Fraction(450))),
}


@pytest.mark.parametrize(("need", "expected"), ROUNDINGS.values(), ids=ROUNDINGS)
def test_rounding_of_a_councils_need(need, expected):
    ways = ("up", "nearest", "down", "none")
    assert tuple(maximum_capacities(Fraction(need), way) for way in ways) == expected


def area(need, floor):
    return Area(1, Fraction(1), Fraction(1), Fraction(need), Fraction(floor))


FLOORS = {  # need and floor of municipalities → before rounding by municipality, by council
    "a floor inside one municipality": ([(1, 10), (100, 1)], 110, 101),
    "a floor of the whole council": ([(1, 10), (5, 1)], 15, 11),
    "no floor": ([(1, 0), (5, 0)], 6, 6),
}


@pytest.mark.parametrize(("municipalities", "inside", "whole"), FLOORS.values(), ids=FLOORS)
def test_floor_by_municipality_and_by_council(municipalities, inside, whole):
    areas = [area(*one) for one in municipalities]
    assert need_before_rounding(areas) == need_before_rounding(areas, "municipality") == inside
    assert need_before_rounding(areas, "council") == whole


def nation():
    """Give three municipalities, A and B of council x and C of council y, with one clinic in each.

    Of A's four citizens two are enrolled at home, one in B and one in C; of B's two one is in no clinic and one in a
    clinic that is gone; C's one is at home. They weigh 1, but those of A away from home ½ and 1½.
    """
    registers = Registers(2026, None)
    registers.municipalities = pd.DataFrame(
        {"council_id": ["x", "x", "y"], "area_km2": ["35", "70", "105"]}, index=list("ABC")
    )
    registers.clinics = pd.DataFrame(
        {"municipality": ["A", "B", "C", ""], "capacities": ["1", "1", "2", ""], "kind": ["plo"] * 3 + [""]},
        index=["a", "b", "c", "gone"],
    ).assign(registered=[True, True, True, False])
    rows = [
        *(("A", "a", 2), ("A", "a", 2), ("A", "b", 1), ("A", "c", 3)),
        *(("B", "", 2), ("B", "gone", 2), ("C", "c", 2)),
    ]
    citizens = pd.DataFrame(rows, columns=["municipality", "clinic", "weight"])
    citizens["weight"] *= NANO // 2
    citizens = citizens.assign(sex="1", years=40, registered=citizens["clinic"].isin(["a", "b", "c"]))
    registers.population = citizens[["municipality"]]
    return registers, citizens


def figures(changes, projection=None):
    """Give persons and weighted persons of A, B and C."""
    registers, citizens = nation()
    if projection:
        registers.projection = pd.DataFrame(
            [(code, "1", 40, Fraction(persons)) for code, persons in projection.items()],
            columns=["municipality", "sex", "age", "persons"],
        )
    areas = municipality_areas(citizens, registers, resolve(changes))
    return [(areas[code].projected, areas[code].weighted) for code in "ABC"]


HALF = Fraction(1, 2)
MOVED = {
    "need counts where citizens live": ({}, [(4, 4), (2, 2), (1, 1)]),
    "need counts in the clinic's municipality, if any (V04)": (
        {"capacity.area_by": "clinic"},
        [(2, 2), (3, 2 + HALF), (2, 2 + HALF)],
    ),
    "need of commuters to another council (V05)": (
        {"capacity.commuters_percent": 100},
        [(3, 2 + HALF), (2, 2), (2, 2 + HALF)],
    ),
    "half of it": (
        {"capacity.commuters_percent": 50},
        [(4 - HALF, 4 - 3 * HALF / 2), (2, 2), (1 + HALF, 1 + 3 * HALF / 2)],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), MOVED.values(), ids=MOVED)
def test_need_that_moves(changes, expected):
    assert figures(changes) == expected


@pytest.mark.parametrize("changes", [changes for changes, _ in MOVED.values()], ids=MOVED)
def test_need_that_moves_is_neither_lost_nor_made(changes):
    projection = {"A": 7, "B": 3, "C": 2}
    assert sum(persons for persons, _ in figures(changes, projection)) == 12
    weighted = [sum(weighted for _, weighted in figures(one, projection)) for one in (changes, {})]
    assert weighted[0] == weighted[1]


def test_need_moves_after_the_projection():
    # A grows from 4 to 8: its 1 commuter of 4 moves 2 of 8 persons, and 1½ of 4 weights 3 of 8
    assert figures({"capacity.commuters_percent": 100}, {"A": 8, "B": 2, "C": 1}) == [(6, 5), (2, 2), (3, 4)]


PROJECTIONS = {  # percent → persons of A, who are 4 now and 6 at the year's end; of B, who are 2 now and 0 then
    "the status date (V58)": (0, 4, 2),
    "half-way": (50, 5, 1),
    "the year's end": (100, 6, 0),
    "as much growth once more, but nobody less than nobody": (200, 8, 0),
}


@pytest.mark.parametrize(("percent", "of_a", "of_b"), PROJECTIONS.values(), ids=PROJECTIONS)
def test_part_of_the_expected_growth(percent, of_a, of_b):
    found = figures({"capacity.projection_percent": percent}, {"A": 6, "B": 0, "C": 1})
    assert found == [(of_a, of_a), (of_b, of_b), (1, 1)]


def test_without_a_projection_no_part_of_it_counts():
    assert figures({"capacity.projection_percent": 50}) == figures({})


def test_half_way_weights_are_rounded_to_the_half_even():
    registers, citizens = nation()
    citizens["weight"] = [1, *[0] * 6]
    registers.projection = pd.DataFrame(
        [(code, "1", 40, Fraction(persons)) for code, persons in {"A": 8, "B": 2, "C": 1}.items()],
        columns=["municipality", "sex", "age", "persons"],
    )
    model = resolve({"capacity.projection_percent": 50})
    assert municipality_areas(citizens, registers, model)["A"].weighted == Fraction(2, NANO)  # 1 and half of 1


def placed(**areas):
    """Give the nation with planning areas (municipality: metres east of the clinics a and b) and c far away."""
    registers, _ = nation()
    zero = Fraction(0)
    registers.points = {"a": (zero, zero), "b": (zero, zero), "c": (Fraction(10**6), zero), "gone": (zero, zero)}
    registers.areas = pd.DataFrame(
        [(code, None if metres is None else Fraction(metres), zero) for code, metres in areas.items()],
        columns=["municipality", "east", "north"],
        dtype=object,
    )
    return registers


OFFERS = {
    "two clinics in 15 km": ({"A": 15_000}, "BC"),
    "a metre further": ({"A": 15_001}, "ABC"),
    "an area without a point tells nothing": ({"A": None}, "ABC"),
    "one clinic is no choice": ({"A": 0, "C": 10**6}, "BC"),
    "two clinics near every area": ({"A": 0, "B": 9, "C": 99}, ""),
}


@pytest.mark.parametrize(("areas", "expected"), OFFERS.values(), ids=OFFERS)
def test_where_there_are_no_two_offers(areas, expected):
    assert "".join(sorted(without_two_offers(placed(**areas)))) == expected


def test_a_clinic_without_capacities_is_no_offer():
    registers = placed(A=0)
    registers.clinics.loc["b", "capacities"] = "0"
    assert without_two_offers(registers) == {"A", "B", "C"}


def test_the_floor_holds_only_where_there_are_no_two_offers():
    model = resolve({"capacity.floor_where": "without_two_offers"})
    assert floors_of(placed(A=0), model) == {"A": 0, "B": 2, "C": 3}
    assert floors_of(placed(A=0), resolve({})) == {"A": 1, "B": 2, "C": 3}
    assert floors_of(placed(A=0), {**model, "capacity.floor": False}) == {"A": 0, "B": 0, "C": 0}


def test_offers_need_points_on_the_map():
    with pytest.raises(ReferenceError) as refusal:
        without_two_offers(nation()[0])
    assert refusal.value.exit_code == 11


# two capacities of patients who weigh 1,000 of 1,031: exactly 1,649.6 a capacity, rounded 1,650, so 3,300
OF_TWO = Facts(patients=1_031, weighted=Fraction(1_000), capacities=Fraction(2), limit=Fraction(3_200))
EXACT = Fraction("1649.6")
NUMBERS = {  # changes, facts → minimum per capacity, minimum patients
    "rounded to the step": ({}, {}, (1_650, 3_300)),
    "no less than the lowest (V44)": ({"clinics.lowest_per_capacity": 1_700}, {}, (1_700, 3_400)),
    "no more than the highest (V44)": ({"clinics.highest_per_capacity": 1_600}, {}, (1_600, 3_200)),
    "bounds hold after rounding": ({"clinics.highest_per_capacity": 1_649}, {}, (1_649, 3_298)),
    "within the tolerance the limit stays (V45)": ({"clinics.tolerance_patients": 50}, {}, (1_650, 3_200)),
    "beyond it it does not: 49.6 a capacity": ({"clinics.tolerance_patients": 49}, {}, (1_650, 3_300)),
    "the tolerance itself is within": (
        {"clinics.tolerance_patients": 50},
        {"limit": 2 * EXACT - 100},
        (1_650, 3_199),  # 3,199.2
    ),
    "no tolerance without a limit": ({"clinics.tolerance_patients": 1_000}, {"limit": None}, (1_650, 3_300)),
    "a third of the way (V49)": ({"clinics.phase_in_percent": 33}, {}, (1_650, 3_233)),
    "a quarter of the way down": ({"clinics.phase_in_percent": 25}, {"limit": Fraction(3_302)}, (1_650, 3_302)),
    "no way to go without a limit": ({"clinics.phase_in_percent": 0}, {"limit": None}, (1_650, 3_300)),
    "tolerance comes before the way": (
        {"clinics.tolerance_patients": 50, "clinics.phase_in_percent": 50},
        {},
        (1_650, 3_200),
    ),
    "no more than were on the list (V47)": ({}, {"list_then": 3_100}, (1_650, 3_100)),
    "a longer list changes nothing": ({}, {"list_then": 9_000}, (1_650, 3_300)),
    "the cap comes last": ({"clinics.phase_in_percent": 50}, {"list_then": 3_249}, (1_650, 3_249)),
    "bounds come before the way": (
        {"clinics.lowest_per_capacity": 1_700, "clinics.phase_in_percent": 50},
        {},
        (1_700, 3_300),
    ),
}


@pytest.mark.parametrize(("changes", "facts", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_number_of_a_clinic(changes, facts, expected):
    own = Facts(**{**vars(OF_TWO), **facts})
    found = clinic(own, resolve(changes))
    assert (found.rounded_minimum, found.minimum_patients) == expected
    assert found.exact_minimum == EXACT


def trained(percent, **trainees):
    registers, citizens = nation()
    registers.covariates = {"YDERNR": {"TRAINEES": {code: Fraction(n) for code, n in trainees.items()}}}
    model = resolve({"clinics.trainee_percent": percent, "clinics.rounding_step": 1})
    found = clinic_figures(citizens, registers, model)
    return found, existing_capacities(registers, found, model)


def test_trainees_take_capacity():
    found, existing = trained(25, a=2, c=1)
    assert found["a"].minimum_patients == 800
    assert found["b"].minimum_patients == 3_200  # one patient who weighs ½
    assert existing == {"x": Fraction(3, 2), "y": Fraction(7, 4)}


def test_a_clinic_of_trainees_has_no_capacities_left():
    found, existing = trained(50, a=3)
    assert (found["a"].status, found["a"].minimum_patients) == ("no_capacities", None)
    assert existing == {"x": 1, "y": 2}


def test_trainee_positions_must_be_delivered():
    registers, citizens = nation()
    with pytest.raises(ReferenceError) as refusal:
        clinic_figures(citizens, registers, resolve({"clinics.trainee_percent": 25}))
    assert refusal.value.exit_code == 11


def test_a_list_of_a_day_caps_the_numbers_of_its_clinics():
    registers, citizens = nation()
    registers.spells = pd.DataFrame(
        [
            ("1", "a", "1", "2020-01-01", "2025-07-01"),
            ("2", "a", "2", "2020-01-01", OPEN_END),
            ("3", "a", "1", "2025-07-02", OPEN_END),
            ("4", "gone", "1", "2020-01-01", "2025-12-31"),
        ],
        columns=["pnr", "clinic", "group", "start", "end"],
    )
    found = clinic_figures(citizens, registers, resolve({"clinics.capped_at_list_of": "2025-07-01"}))
    assert [found[code].minimum_patients for code in ("a", "b")] == [1, 3_200]


def test_existing_capacities_are_less_those_left_out():
    registers, citizens = nation()
    registers.spells = pd.DataFrame(columns=["pnr", "clinic", "group", "start", "end"])
    registers.clinics.loc["b", "kind"] = "tender"
    model = resolve({"clinics.left_out_types": ["tender"]})
    assert existing_capacities(registers, clinic_figures(citizens, registers, model), model) == {"x": 1, "y": 2}
