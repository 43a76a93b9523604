"""Measures that regions keep: in flight (R47), shared practice (R48), extraordinary (R19), moves (R20), permissions."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from fordel_dask.cycle.measure import Measure, in_force_on, last_lawful_day, problems
from fordel_dask.errors import DecisionError, SchemaError
from fordel_dask.extracts.declaration import Source
from fordel_dask.registers.measures import read_measures
from tests.lib.country import clinic, municipality, published

ODENSE, KOLDING = municipality("461", "fyn", 100), municipality("621", "lillebaelt", 50)
AARHUS = municipality("751", "aarhus", 200)
CAPITAL, RINGSTED = municipality("101", "hovedstaden", 400), municipality("329", "midt-vestsjaelland", 20)
RUN = published(
    [ODENSE, KOLDING, AARHUS, CAPITAL, RINGSTED],
    [clinic("012345", ODENSE)],
    region_of={
        "aarhus": "Region Midtjylland",
        **dict.fromkeys(("hovedstaden", "midt-vestsjaelland"), "Region Østdanmark"),
    },
)
IN_FLIGHT = Measure("in_flight", "fyn", "", "", Fraction(2), date(2025, 3, 1), date(2026, 12, 31), True, "Built")
SHARED = Measure("shared_practice", "fyn", "", "012345", Fraction(1), date(2024, 1, 1), date(2026, 12, 31), False, "")
EXTRAORDINARY = Measure("extraordinary", "fyn", "", "", Fraction(1), date(2026, 2, 1), date(2026, 8, 1), False, "Fire")
MOVE = Measure("move", "fyn", "lillebaelt", "", Fraction(1), date(2026, 2, 1), None, False, "")
PERMISSION = Measure("permission", "", "", "012345", None, date(2020, 1, 1), None, False, "Employed doctor")

ACCEPTED = {
    "an allocation in flight, begun before the order and invested in": IN_FLIGHT,
    "an allocation in flight with no last day: it ends with the transition": replace(IN_FLIGHT, last_day=None),
    "an allocation begun on the last day before the order": replace(IN_FLIGHT, first_day=date(2025, 6, 30)),
    "a right to shared practice to the last day of 2026": SHARED,
    "an extraordinary situation with its end and reason": EXTRAORDINARY,
    "a move within a region": MOVE,
    "a move within a region that the reform forms, from its first day": replace(
        MOVE, council_id="hovedstaden", to_council_id="midt-vestsjaelland", first_day=date(2027, 1, 1)
    ),
    "a permission that names no capacities": PERMISSION,
}
REFUSED = {
    "a kind that nobody knows": (replace(IN_FLIGHT, kind="inflight"), "did you mean in_flight?"),
    "a kind like no other": (replace(IN_FLIGHT, kind="zzz"), "known are in_flight"),
    "a council that the RUN does not have": (replace(IN_FLIGHT, council_id="fyen"), "did you mean fyn?"),
    "no council": (replace(EXTRAORDINARY, council_id=""), "known are aarhus, fyn"),
    "a clinic that the RUN does not have": (replace(SHARED, ydernummer="012346"), "the nearest is 012345"),
    "a permission for no clinic": (replace(PERMISSION, ydernummer=""), "has no YDERNR"),
    "a clinic of another council": (replace(SHARED, council_id="aarhus"), "lies in fyn"),
    "no capacities": (replace(MOVE, capacities=None), "has no CAPACITIES"),
    "capacities of nothing": (replace(MOVE, capacities=Fraction(0)), "0 or less"),
    "capacities below nothing": (replace(MOVE, capacities=Fraction(-1)), "0 or less"),
    "days turned round": (replace(EXTRAORDINARY, first_day=date(2026, 9, 1)), "after it ends"),
    "no first day": (replace(MOVE, first_day=None), "has no FROM"),
    "in flight, but begun on the day of the order": (replace(IN_FLIGHT, first_day=date(2025, 7, 1)), "only what was"),
    "in flight, but nothing invested": (replace(IN_FLIGHT, is_invested=False), "INVESTED"),
    "in flight beyond the transition": (replace(IN_FLIGHT, last_day=date(2027, 1, 1)), "ends on 2026-12-31"),
    "shared practice beyond 2026": (replace(SHARED, last_day=date(2027, 1, 1)), "ends on 2026-12-31"),
    "shared practice that begins after 2026": (
        replace(SHARED, first_day=date(2027, 1, 1), last_day=None),
        "begins on 2027-01-01",
    ),
    "a permission beyond 2026": (replace(PERMISSION, last_day=date(2027, 6, 30)), "ends on 2026-12-31"),
    "an extraordinary situation without end": (replace(EXTRAORDINARY, last_day=None), "is temporary"),
    "an extraordinary situation without reason": (replace(EXTRAORDINARY, reason=""), "has no REASON"),
    "a move to the same council": (replace(MOVE, to_council_id="fyn"), "to itself"),
    "a move to no council": (replace(MOVE, to_council_id="nowhere"), "TO_COUNCIL_ID 'nowhere'"),
    "a move between two regions that become one the day after": (
        replace(MOVE, council_id="hovedstaden", to_council_id="midt-vestsjaelland", first_day=date(2026, 12, 31)),
        "from Region Hovedstaden to Region Sjælland",
    ),
    "a move out of the region": (replace(MOVE, to_council_id="aarhus"), "between its own councils"),
}


@pytest.mark.rule("R19", "R20", "R46", "R47", "R48")
@pytest.mark.parametrize("measure", ACCEPTED.values(), ids=ACCEPTED)
def test_a_lawful_measure_is_accepted(measure):
    assert problems(measure, RUN) == ()


@pytest.mark.rule("R19", "R20", "R46", "R47", "R48")
@pytest.mark.parametrize(("measure", "told"), REFUSED.values(), ids=REFUSED)
def test_an_unlawful_measure_is_refused(measure, told):
    found = problems(measure, RUN)
    assert any(told in one for one in found), found


IN_FORCE = {
    "in flight on the last day of the transition": (IN_FLIGHT, date(2026, 12, 31), True),
    "in flight after the transition, though no end was written": (
        replace(IN_FLIGHT, last_day=None),
        date(2027, 1, 1),
        False,
    ),
    "in flight before the order": (IN_FLIGHT, date(2025, 6, 30), False),
    "shared practice in 2026": (SHARED, date(2026, 6, 1), True),
    "shared practice in 2027, though no end was written": (replace(SHARED, last_day=None), date(2027, 1, 1), False),
    "a permission in 2027, though no end was written": (PERMISSION, date(2027, 1, 1), False),
    "an extraordinary situation on its first day": (EXTRAORDINARY, date(2026, 2, 1), True),
    "an extraordinary situation after its last day": (EXTRAORDINARY, date(2026, 8, 2), False),
    "a move before its day": (MOVE, date(2026, 1, 31), False),
    "a move stays": (MOVE, date(2030, 1, 1), True),
}


@pytest.mark.rule("R19", "R20", "R46", "R47", "R48")
@pytest.mark.parametrize(("measure", "day", "expected"), IN_FORCE.values(), ids=IN_FORCE)
def test_a_measure_is_in_force_by_day(measure, day, expected):
    assert bool(in_force_on([measure], day)) is expected


def test_kinds_without_transition_have_no_last_lawful_day():
    assert last_lawful_day("move") is None
    assert last_lawful_day("shared_practice") == date(2026, 12, 31)


HEADER = "KIND,COUNCIL_ID,TO_COUNCIL_ID,YDERNR,CAPACITIES,FROM,UNTIL,INVESTED,REASON\n"


def written(tmp_path, text):
    path = tmp_path / "measures.csv"
    path.write_text(text, "utf-8")
    return Source("measures", (path,))


def test_a_table_is_read_in_the_order_of_its_rows(tmp_path):
    text = HEADER + "in_flight,fyn,,,2,2025-03-01,31-12-2026,1,Built\nMove,Fyn,lillebaelt,,1,20260201,,,\n"
    assert read_measures(written(tmp_path, text), RUN) == (IN_FLIGHT, MOVE)


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    rows = ["in_flight,fyen,,,two,soon,,maybe,", "extraordinary,fyn,,,1,2026-02-01,,,"]
    with pytest.raises(DecisionError) as refused:
        read_measures(written(tmp_path, HEADER + "\n".join(rows) + "\n"), RUN)
    message = str(refused.value)
    for told in ("did you mean fyn?", "'two' is no number", "FROM is no date", "neither 1 nor 0", "row 2"):
        assert told in message
    assert refused.value.exit_code == 22


def test_a_table_without_its_columns_is_refused(tmp_path):
    with pytest.raises(SchemaError, match="CAPACITIES"):
        read_measures(written(tmp_path, "KIND,COUNCIL_ID,FROM,UNTIL\n"), RUN)


SAME_COUNCIL = {"its id": "Fyn", "its id in capitals": "FYN", "its name": "øst-fyn", "in capitals": "ØST-FYN"}


@pytest.mark.parametrize("called", SAME_COUNCIL.values(), ids=SAME_COUNCIL)
def test_a_council_may_be_called_by_its_id_or_name_in_any_letter_case(tmp_path, called):
    run = replace(RUN, councils={**RUN.councils, "fyn": replace(RUN.councils["fyn"], name="Øst-Fyn")})
    text = HEADER + f"in_flight,{called},,,2,2025-03-01,2026-12-31,1,Built\n"
    assert read_measures(written(tmp_path, text), run) == (IN_FLIGHT,)


@pytest.mark.rule("R48")
def test_the_council_of_shared_practice_is_that_of_its_clinic(tmp_path):
    text = HEADER + "shared_practice,,,012345,1,2024-01-01,2026-12-31,,\n"
    assert read_measures(written(tmp_path, text), RUN) == (SHARED,)


@pytest.mark.rule("R47")
def test_the_same_measure_twice_does_not_count_twice(tmp_path):
    line = "in_flight,fyn,,,2,2025-03-01,2026-12-31,1,Built\n"
    with pytest.raises(DecisionError, match=r"row 2 \(in_flight\): is the same measure as row 1"):
        read_measures(written(tmp_path, HEADER + line * 2), RUN)
    other = line.replace("Built", "Built in Assens")
    assert len(read_measures(written(tmp_path, HEADER + line + other), RUN)) == 2


def test_a_cell_that_cannot_be_read_is_told_once(tmp_path):
    text = HEADER + "in_flight,fyn,,,two,soon,2026-12-31,perhaps,Built\n"
    with pytest.raises(DecisionError) as refused:
        read_measures(written(tmp_path, text), RUN)
    message = str(refused.value)
    assert "CAPACITIES 'two' is no number" in message and "FROM is no date" in message and "'perhaps'" in message
    assert "has no" not in message
