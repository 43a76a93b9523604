"""The reference's choices about need of municipalities and numbers of councils, each worked out by hand."""

from fractions import Fraction

import pandas as pd
import pytest

from tests.lib.reference_people import three_municipalities
from tests.reference import ReferenceError
from tests.reference.capacity import Area, maximum_capacities, municipality_areas, need_before_rounding
from tests.reference.clinics import clinic_figures
from tests.reference.floors import floors_of, without_two_offers
from tests.reference.model import resolve
from tests.reference.results import councils_table, municipalities_table

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


def figures(changes, projection=None):
    """Give persons and weighted persons of A, B and C."""
    registers, citizens = three_municipalities()
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
    registers, citizens = three_municipalities()
    citizens["weight"] = [1, *[0] * 6]
    registers.projection = pd.DataFrame(
        [(code, "1", 40, Fraction(persons)) for code, persons in {"A": 8, "B": 2, "C": 1}.items()],
        columns=["municipality", "sex", "age", "persons"],
    )
    model = resolve({"capacity.projection_percent": 50})
    assert municipality_areas(citizens, registers, model)["A"].weighted == Fraction(2, NANO)  # 1 and half of 1


def placed(**areas):
    """Give the nation with planning areas (municipality: metres east of the clinics a and b) and c far away."""
    registers, _ = three_municipalities()
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
        without_two_offers(three_municipalities()[0])
    assert refusal.value.exit_code == 11


def test_persons_are_printed_in_parts_only_where_parts_move():
    registers, citizens = three_municipalities()
    registers.municipalities = registers.municipalities.assign(name="", council="", region="")
    printed = []
    for percent in (0, 50, 100):
        model = resolve({"capacity.commuters_percent": percent})
        areas = municipality_areas(citizens, registers, model)
        printed.append(municipalities_table(registers, areas, model)["projected_citizens"][0])
    assert printed == ["4", "3.500000000", "3"]


def test_a_number_that_is_not_rounded_is_printed_with_its_decimals():
    registers, citizens = three_municipalities()
    registers.municipalities = registers.municipalities.assign(name="", council="", region="")
    registers.spells = pd.DataFrame(columns=["pnr", "clinic", "group", "start", "end"])
    printed = []
    for rounding in ("none", "nearest", "up"):
        model = resolve({"capacity.rounding": rounding, "capacity.citizens_per_capacity": 4, "capacity.floor": False})
        areas, clinics = municipality_areas(citizens, registers, model), clinic_figures(citizens, registers, model)
        printed.append(councils_table(registers, areas, clinics, model)["maximum_capacities"].tolist())
    # six weighted citizens in x, one in y
    assert printed == [["1.500000000", "0.250000000"], ["2", "0"], ["2", "1"]]


def test_the_addition_of_a_councils_floor_is_what_its_need_lacks():
    registers, citizens = three_municipalities()
    registers.municipalities = registers.municipalities.assign(name="", council="", region="")
    registers.spells = pd.DataFrame(columns=["pnr", "clinic", "group", "start", "end"])
    added = []
    for level in ("municipality", "council"):
        model = resolve({"capacity.floor_level": level, "capacity.citizens_per_capacity": 1, "capacity.floor_km2": 20})
        areas, clinics = municipality_areas(citizens, registers, model), clinic_figures(citizens, registers, model)
        added.append(councils_table(registers, areas, clinics, model)["floor_addition"].tolist())
    # x needs 4 + 2 and has floors of 1¾ + 3½, y needs 1 and has 5¼
    assert added == [["1.500000000", "4.250000000"], ["0.000000000", "4.250000000"]]
