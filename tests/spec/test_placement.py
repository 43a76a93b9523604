"""Where the next capacity should go: most unmet need first (V53), within the numbers (R11), returned ones (R21)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.cycle.capacity_report import CapacityRow, standing, vacancies
from fordel_dask.cycle.carrying import clinic_counts_in
from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.placement import NO_NEED, NO_ROOM, place
from fordel_dask.cycle.reach import Reach
from fordel_dask.cycle.stand import Stand, registered_stand
from fordel_dask.errors import UsageError
from fordel_dask.yearly.councils import position_of
from fordel_dask.yearly.placing import Asked, board_of, find_places, passed_text, placement_row
from fordel_dask.yearly.standing import Kept
from tests.lib.country import clinic, municipality, planning_area, published, register_row

DAY = date(2026, 1, 1)
KM = 1000


def position(run, measures=()):
    return position_of(run, Kept(registered_stand(run, DAY, tuple(measures)), None, (), {}, {}))


def placed(run, capacities=1, by="council", council=None, returned=False, measures=()):
    return place(board_of(position(run, measures), Asked(capacities, by, council, returned)), by, capacities)


def country(*needs, taken=()):
    """Councils a, b, c … of one municipality each, with what clinics of them occupy."""
    places = [
        municipality(str(n), name, need) for n, (name, need) in enumerate(zip("abcdef", needs, strict=False), 101)
    ]
    clinics = [
        clinic(f"{n:06}", place, held) for n, (place, held) in enumerate(zip(places, taken, strict=False)) if held
    ]
    return published(places, clinics)


ORDER = {  # needs, taken → councils in the order of placements, and why there are not more (3 asked for)
    "the largest unmet need first": ((5, 9, 7), (1, 1, 1), "bbb"),
    "as if the first were filled": ((5, 5, 4), (1, Fraction(3, 2), 1), "aba"),
    "a full council is passed over": ((Fraction("9.9"), 7), (10, 1), "bbb"),
}


@pytest.mark.rule("R11")
@pytest.mark.parametrize(("needs", "taken", "expected"), ORDER.values(), ids=ORDER)
def test_capacities_go_one_by_one_where_most_need_is_unmet(needs, taken, expected):
    placements, ended = placed(country(*needs, taken=taken), 3)
    assert "".join(one.unit.code for one in placements) == expected
    assert ended == ""


FLOORED = municipality("550", "soenderjylland", 1, floor=5)
ENDS = {
    "no council has room for a whole capacity": (country(Fraction("1.5"), taken=(Fraction("1.5"),)), NO_ROOM),
    "the floor leaves room where no need is unmet": (published([FLOORED], [clinic("000001", FLOORED, 1)]), NO_NEED),
    "nobody is made to use what is left": (country(3, 2, taken=(3, 2)), NO_ROOM),
}


@pytest.mark.rule("R11")
@pytest.mark.parametrize(("run", "reason"), ENDS.values(), ids=ENDS)
def test_placing_ends_where_room_or_need_ends_and_says_which(run, reason):
    placements, ended = placed(run, 5)
    assert ended == reason
    assert len(placements) < 5


TIES = {
    "larger need goes first": ((3, 4), (1, 2), "b", "same unmet need as a: larger need goes first"),
    "equal need: by id": ((4, 4), (2, 2), "a", "same unmet need as b: equal need too, so by id"),
    "no tie": ((4, 5), (2, 2), "b", ""),
}


@pytest.mark.parametrize(("needs", "taken", "first", "told"), TIES.values(), ids=TIES)
def test_ties_are_decided_the_same_way_every_time_and_explained(needs, taken, first, told):
    ((one,), _) = placed(country(*needs, taken=taken))
    assert (one.unit.code, one.tie) == (first, told)


@pytest.mark.rule("R11")
def test_what_was_passed_over_is_named_with_its_limit():
    run = country(12, 5, taken=(7, 2))
    run = replace(run, councils={**run.councils, "a": replace(run.councils["a"], maximum=7)})
    ((one,), _) = placed(run)
    assert one.unit.code == "b"
    assert passed_text(one) == "a: council full, 7 of 7 allocated in a"


@pytest.mark.rule("R21")
def test_a_returned_capacity_stays_in_its_council_and_leaves_room_there():
    place_of_all = municipality("461", "fyn", 2)
    found = reported(published([place_of_all], [clinic("000001", place_of_all, 2)]), date(2025, 12, 1), filled=1)
    _, why = place(board_of(found, Asked(1, "council", "fyn", False)), "council", 1)
    assert why == NO_ROOM
    (one,), _ = place(board_of(found, Asked(1, "council", "fyn", True)), "council", 1)
    assert (one.unit.code, one.after.room("fyn")) == ("fyn", 0)


def reported(run, vacant_since, filled=0, ydernummer="000001"):
    """Where everything stands by one report: a vacant capacity of a clinic, beside so many that are filled."""
    month = Month(2025, 12)
    rows = [CapacityRow(month, ydernummer, "v", None, Fraction(0), None, vacant_since, DAY)]
    rows += [CapacityRow(month, "000001", str(n), None, Fraction(1), True, None, DAY) for n in range(filled)]
    counts = clinic_counts_in(run, standing(rows, DAY), month)
    stand = Stand(DAY, month.last_day, {code: one.occupancy for code, one in counts.items()})
    return position_of(run, Kept(stand, month, vacancies(rows, DAY), counts, {}))


@pytest.mark.rule("R21")
@pytest.mark.parametrize(("since", "back"), [(date(2025, 1, 1), {"fyn": 1}), (date(2025, 1, 2), {})])
def test_only_what_stands_vacant_for_a_year_may_be_taken_back(since, back):
    place = municipality("461", "fyn", 3)
    found = reported(published([place], [clinic("000001", place)]), since)
    assert found.returnable == back


@pytest.mark.rule("R20", "R21")
def test_what_was_handed_back_may_be_given_anew_at_once_and_no_more_than_stands_vacant():
    place = municipality("461", "fyn", 3)
    found = reported(published([place], [clinic("000001", place)]), date(2025, 12, 1))
    assert board_of(found, Asked(1, "council", "fyn", True)).allocated["fyn"] == 0
    with pytest.raises(UsageError, match="2 capacities cannot be returned in fyn"):
        board_of(found, Asked(2, "council", "fyn", True))


@pytest.mark.rule("R21", "R26")
def test_a_small_islands_capacity_was_not_counted_and_so_leaves_no_room_when_it_is_returned():
    place = municipality("492", "fyn", 3)
    run = published([place], [clinic("000001", place, 3), clinic("000002", place, kind="island", patients=400)])
    found = reported(run, date(2024, 1, 1), filled=3, ydernummer="000002")
    assert found.returnable == found.vacant == {}
    with pytest.raises(UsageError, match="none is vacant"):
        board_of(found, Asked(1, "council", "fyn", True))


@pytest.mark.rule("R21")
def test_a_returned_capacity_needs_its_council():
    with pytest.raises(UsageError, match="stays in its council"):
        placed(country(2), returned=True)
    with pytest.raises(UsageError, match="known are a"):
        placed(country(2), council="z")


@pytest.mark.rule("R20")
def test_moves_that_are_allowed_are_counted_as_made():
    move = Measure("move", "b", "a", "", Fraction(1), date(2026, 3, 1), None, False, "")
    run = country(3, 3, taken=(2, 1))
    assert placed(run, measures=[move], council="a")[1] == NO_ROOM
    assert placed(run, council="a")[1] == ""


BIG = municipality("461", "fyn", 6)
NEAR = planning_area("461-01", BIG, 2, east=Fraction(0), north=Fraction(0))
FAR = planning_area("461-02", BIG, 4, east=Fraction(40 * KM), north=Fraction(0))
SMALL = municipality("492", "fyn", 1)
HELD = [clinic("000001", BIG, 2), clinic("000002", BIG, 1), clinic("000003", SMALL, 1)]
ROWS = [
    register_row(HELD[0], is_open=True, east=Fraction(0), north=Fraction(0)),
    register_row(HELD[1], is_open=True, east=Fraction(41 * KM), north=Fraction(0)),
    register_row(HELD[2], is_open=True),
]
FYN = published([BIG, SMALL], HELD, areas=(NEAR, FAR), register=ROWS)


@pytest.mark.parametrize("by", ["council", "municipality", "area"])
def test_below_what_is_ranked_the_place_with_most_unmet_need_is_named(by):
    ((one,), _) = placed(FYN, by=by)
    assert (one.council.code, one.municipality.code, one.area.code) == ("fyn", "461", "461-02")
    assert one.unit.kind == by


@pytest.mark.rule("R20")
def test_an_area_without_a_point_is_not_ranked():
    blind = replace(FYN, areas=(NEAR, replace(FAR, east=None)))
    assert [unit.code for unit in board_of(position(blind), Asked(1, "area", None, False)).ranked("area")] == ["461-01"]
    with pytest.raises(UsageError, match="not told of any planning area"):
        find_places(position(replace(FYN, areas=(replace(FAR, east=None),))), Asked(1, "area", None, False))


@pytest.mark.rule("R14")
def test_the_consequence_of_a_placement_is_shown():
    ((one,), _) = placed(FYN, by="area")
    row = placement_row(one)
    assert row[7:13] == ("3.000000000", "2.000000000", "0.250000000", "0.500000000", "3.000000000", "2.000000000")
    assert row[13:16] == ("0.000000000", "0.666666667", "6400")


@pytest.mark.rule("R14")
@pytest.mark.parametrize(("east", "gained"), [(15_000, 1), (15_001, 0)])
def test_a_placed_clinic_is_near_who_lives_fifteen_kilometres_away(east, gained):
    reach = Reach((NEAR,), 15_000, 1, {0: 0})
    assert reach.with_clinic_at((east, 0)).clinics_around == {0: gained}


def test_a_municipality_without_areas_takes_a_capacity_without_a_point():
    ((one,), _) = placed(country(3, taken=(1,)))
    assert one.area is None
    assert placement_row(one)[13:15] == ("", "")


needs = st.lists(st.fractions(0, 6, max_denominator=4), min_size=1, max_size=4)


@pytest.mark.rule("R11")
@given(needs, st.lists(st.fractions(0, 7, max_denominator=5), min_size=4, max_size=4), st.integers(1, 12))
def test_no_placement_exceeds_a_maximum(wanted, taken, capacities):
    run = country(*wanted, taken=taken)
    placements, ended = placed(run, capacities)
    assert ended or len(placements) == capacities
    for one in placements:
        assert one.after.allocated[one.unit.council_id] <= run.councils[one.unit.council_id].maximum
        assert one.before.unmet(one.unit) > 0
        free = (unit for unit in one.before.ranked("council") if not one.before.limit(unit))
        assert all(one.before.unmet(unit) <= one.before.unmet(one.unit) for unit in free)


@given(needs, st.integers(1, 6))
def test_placed_capacities_are_in_the_council_the_municipality_and_the_country(wanted, capacities):
    placements, _ = placed(country(*wanted), capacities)
    if placements:
        before, after = placements[0].before, placements[-1].after
        for kind in ("council", "municipality"):
            added = [after.occupied[unit] - before.occupied[unit] for unit in after.units if unit.kind == kind]
            assert sum(added) == len(placements)


@pytest.mark.rule("R11")
@pytest.mark.parametrize(
    ("day", "region"), [(date(2026, 12, 31), "Region Hovedstaden"), (date(2027, 1, 1), "Region Østdanmark")]
)
def test_a_council_is_shown_in_the_region_of_the_day(day, region):
    run = published([municipality("101", "hovedstaden", 5)], [], region_of={"hovedstaden": "Region Østdanmark"})
    [found] = position_of(run, Kept(registered_stand(run, day), None, (), {}, {})).councils
    assert found.council.region == region
