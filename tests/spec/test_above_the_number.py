"""What lets a region stand above a council's number (R19, R47, R48), moves (R20) and the supplement (R17, R53)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.moving import judged_moves
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.cycle.stand import Stand, occupancy_by_council
from fordel_dask.cycle.supplement import money_on, supplement
from tests.lib.country import clinic, municipality, published, register_row
from tests.spec.test_council_numbers import statuses

FULL, FREE, SPARE = municipality("461", "fyn", 2), municipality("621", "lillebaelt", 3), municipality("580", "syd", 5)
RUN = published([FULL, FREE, SPARE], [clinic("000001", FULL, 4), clinic("000002", FREE, 2), clinic("000003", SPARE, 3)])
DAY, AFTER = date(2026, 6, 1), date(2027, 1, 1)


def measure(kind, capacities, first_day=date(2025, 1, 1), last_day=date(2026, 12, 31), council_id="fyn", to=""):
    amount = Fraction(capacities)
    return Measure(kind, council_id, to, "", amount, first_day, last_day, True, "reason")


COVERED = {  # measures, day → above without ground (2 capacities are above the number)
    "nothing covers it": ([], DAY, 2),
    "capacities in flight cover it in the transition": ([measure("in_flight", 2)], DAY, 0),
    "capacities in flight cover it no longer after the transition": ([measure("in_flight", 2)], AFTER, 2),
    "shared practice covers part of it": ([measure("shared_practice", 1)], DAY, 1),
    "shared practice covers nothing from 2027": ([measure("shared_practice", 1)], AFTER, 2),
    "both together": ([measure("in_flight", 1), measure("shared_practice", 1)], DAY, 0),
    "an extraordinary situation while it lasts": ([measure("extraordinary", 2)], DAY, 0),
    "an extraordinary situation after its end": ([measure("extraordinary", 2, last_day=date(2026, 3, 1))], DAY, 2),
    "more than is needed covers no more": ([measure("in_flight", 5)], DAY, 0),
    "measures of another council": ([measure("in_flight", 2, council_id="lillebaelt")], DAY, 2),
}


@pytest.mark.rule("R11", "R19", "R47", "R48")
@pytest.mark.parametrize(("measures", "day", "expected"), COVERED.values(), ids=COVERED)
def test_capacities_above_the_number_are_lawful_by_measures_in_force(measures, day, expected):
    found = statuses(RUN, day, measures)["fyn"]
    assert (found.above_number, found.above_without_ground) == (2, expected)


@pytest.mark.rule("R19", "R47", "R48")
def test_measures_are_shown_apart_and_never_change_the_number():
    measures = [measure("in_flight", 1), measure("shared_practice", 2), measure("extraordinary", 3)]
    found = statuses(RUN, DAY, measures)["fyn"]
    assert (found.in_flight, found.shared_practice, found.extraordinary) == (1, 2, 3)
    assert (found.council.maximum, found.room) == (2, -2)


def move(here, there, capacities=1, first_day=date(2026, 3, 1), last_day=None):
    return measure("move", capacities, first_day, last_day, here, there)


MOVES = {  # moves → verdicts
    "into a council with room": ([move("syd", "lillebaelt")], ["allowed"]),
    "into a full council": ([move("syd", "fyn")], ["refused"]),
    "out of a full council": ([move("fyn", "lillebaelt")], ["allowed"]),
    "until the number is reached and no further": (
        [move("syd", "lillebaelt"), move("syd", "lillebaelt", first_day=date(2026, 4, 1))],
        ["allowed", "refused"],
    ),
    "one makes room for the other": (
        [move("syd", "lillebaelt", 2), move("lillebaelt", "syd", 1, date(2026, 4, 1))],
        ["allowed", "allowed"],
    ),
    "what was made when capacities were counted": ([move("syd", "fyn", first_day=date(2025, 12, 1))], ["made"]),
    "what was made on the day they were counted": ([move("syd", "fyn", first_day=date(2026, 1, 1))], ["made"]),
    "what ended before the day": ([move("syd", "fyn", last_day=date(2026, 5, 1))], ["ended"]),
    "more than there is to give": ([move("lillebaelt", "syd", Fraction("2.5"))], ["refused"]),
    "what rests on a refused move is refused too": (
        [move("syd", "lillebaelt", 2), move("lillebaelt", "fyn", 3, date(2026, 4, 1))],
        ["refused", "refused"],
    ),
}


@pytest.mark.rule("R20")
@pytest.mark.parametrize(("moves", "expected"), MOVES.values(), ids=MOVES)
def test_moves_are_lawful_while_every_council_stays_within_its_number(moves, expected):
    stand = Stand(DAY, date(2026, 1, 1), {}, tuple(moves))
    by_council = {one: Occupancy(Fraction(n), Fraction(n)) for one, n in (("fyn", 2), ("lillebaelt", 2), ("syd", 3))}
    found = judged_moves(RUN, by_council, stand)
    verdicts = {id(one.measure): one.verdict for one in found}
    assert [verdicts[id(one)] for one in moves] == expected
    assert all(one.reason for one in found if one.verdict == "refused")


@pytest.mark.rule("R20")
def test_room_after_moves_is_that_of_allowed_moves_alone():
    found = statuses(RUN, DAY, [move("syd", "lillebaelt"), move("syd", "fyn")])
    assert [found[one].room_after_moves for one in ("fyn", "lillebaelt", "syd")] == [-2, 0, 3]


SUPPLEMENT = {  # region, maximum, without floor, allocated, day → state
    "room in the period": ("Region Nordjylland", 10, 10, 9, DAY, "room"),
    "the last day of the period": ("Region Nordjylland", 10, 10, 9, date(2026, 12, 31), "room"),
    "after the period": ("Region Nordjylland", 10, 10, 9, AFTER, "no_period"),
    "before the period": ("Region Nordjylland", 10, 10, 9, date(2025, 6, 30), "no_period"),
    "no room": ("Region Nordjylland", 10, 10, 10, DAY, "no_room"),
    "room that only the floor gives": ("Region Nordjylland", 12, 10, 11, DAY, "floor_only"),
    "all that need alone would give is allocated": ("Region Nordjylland", 12, 10, 10, DAY, "floor_only"),
    "no room, but the region's own money": ("Region Syddanmark", 10, 10, 10, DAY, "whole_region"),
    "room in the region with own money": ("Region Syddanmark", 10, 10, 9, DAY, "room"),
}


@pytest.mark.rule("R17", "R53")
@pytest.mark.parametrize(
    ("region", "maximum", "without_floor", "allocated", "day", "expected"), SUPPLEMENT.values(), ids=SUPPLEMENT
)
def test_the_supplement_is_for_councils_that_may_allocate_new_capacities(
    region, maximum, without_floor, allocated, day, expected
):
    council = published([municipality("860", "vendsyssel", maximum)], region_of={"vendsyssel": region}).councils
    assert supplement(council["vendsyssel"], Fraction(allocated), without_floor, day) == expected


MONEY = {
    "85 million in 2025": (date(2025, 12, 31), 85),
    "163 million in 2026": (date(2026, 1, 1), 163),
    "nothing set aside in this way from 2027": (AFTER, None),
}


@pytest.mark.rule("R53")
@pytest.mark.parametrize(("day", "million"), MONEY.values(), ids=MONEY)
def test_money_for_weak_coverage_is_that_of_the_year(day, million):
    found = money_on(day)
    assert (found.million if found else None) == million
    if found:
        assert (found.region, found.everywhere_million) == ("Syddanmark", 15)
        assert (found.first_year, found.last_year) == (2025, 2026)  # together, not in each


def test_a_clinic_counts_in_the_council_where_it_lay_when_capacities_were_counted():
    moved = [
        register_row(RUN.clinics["000003"], last_day=date(2026, 3, 31)),
        register_row(RUN.clinics["000003"], first_day=date(2026, 4, 1), municipality_code="621"),
    ]
    run = replace(RUN, register=moved)
    held = {"000003": Occupancy(Fraction(3), Fraction(3))}
    for counted_on, council_id in ((date(2026, 3, 31), "syd"), (date(2026, 4, 30), "lillebaelt")):
        assert occupancy_by_council(run, Stand(DAY, counted_on, held))[council_id].allocated == 3


def test_occupancy_of_councils_is_that_of_their_clinics():
    found = occupancy_by_council(RUN, Stand(DAY, DAY, {"000001": Occupancy(Fraction(4), Fraction(3))}))
    assert (found["fyn"].allocated, found["fyn"].occupied, found["syd"].allocated) == (4, 3, 0)
