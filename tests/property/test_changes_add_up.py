"""Whatever changes between two RUNs, the causes add up to it, and backwards they are the same with the other sign."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.explanation.change import ROUNDING, ROUNDING_OF_WEIGHTS
from fordel_dask.explanation.figures_changed import (
    COMPARED,
    MAXIMUM,
    MINIMUM,
    MINIMUM_PER_CAPACITY,
    NEED,
    PER_CAPACITY,
    PER_CAPACITY_ROUNDED,
    figure_changes,
    pair_of,
)
from fordel_dask.explanation.found import COUNCIL, MUNICIPALITY
from tests.lib.paper_runs import OLD, SICK, YOUNG, Paper, Practice, Town, run_on_paper

COUNCILS = {"1": "north", "2": "south"}
PRINT = Fraction(1, 10**6)
"""Far more than nine decimals can leave over of any figure here."""


@st.composite
def towns(draw):
    found = []
    for code in ("101", "102", "103", "201"):
        young, old = draw(st.integers(0, 5_000)), draw(st.integers(0, 3_000))
        found.append(
            Town(
                code=code,
                council=draw(st.sampled_from(["north", "south"]))
                if code == "103"
                else {"1": "north"}.get(code[0], "s"),
                young=young,
                old=old,
                sick=draw(st.integers(0, young + old)),
                km2=draw(st.integers(0, 200)),
                factor=draw(st.fractions(Fraction(9, 10), Fraction(11, 10), max_denominator=1000)),
                expected=draw(st.fractions(Fraction(1, 2), 2, max_denominator=100)),
            )
        )
    return [Town("001", "south", young=500, old=500), *found]


@st.composite
def nations(draw):
    where = draw(towns())
    clinics = []
    for number in range(draw(st.integers(0, 4))):
        young, old = draw(st.integers(0, 3_000)), draw(st.integers(0, 2_000))
        capacities = draw(st.sampled_from([Fraction(0), Fraction("0.4"), Fraction(1), Fraction("2.5")]))
        sick = draw(st.integers(0, young + old))
        clinics.append(Practice(f"{number:06}", where[number].code, capacities, young, old, sick))
    kroner = {YOUNG: draw(st.integers(100, 2_000)), OLD: draw(st.integers(100, 5_000))}
    if draw(st.booleans()):
        kroner[SICK] = draw(st.integers(1, 3_000))
    return Paper(
        where,
        clinics,
        kroner,
        norm=draw(st.integers(1_000, 2_000)),
        step=draw(st.sampled_from([1, 10, 50])),
        floor_km2=draw(st.sampled_from([None, 35, 50])),
        projected=draw(st.booleans()),
    )


@settings(max_examples=120)
@given(nations(), nations())
def test_causes_add_up_and_turn_their_sign_backwards(one, other):
    before, after = run_on_paper(one), run_on_paper(other)
    there = {(c.kind, c.code, c.figure): c for c in figure_changes(pair_of(before, after))}
    back = {(c.kind, c.code, c.figure): c for c in figure_changes(pair_of(after, before))}
    assert there.keys() == back.keys()
    for key, change in there.items():
        if change.status != COMPARED:
            assert not change.parts and change.change is None
            continue
        assert sum(change.parts.values()) == change.change
        assert sum(change.by_cause().values()) == change.change
        assert nonzero(change.parts) == {cause: -amount for cause, amount in nonzero(back[key].parts).items()}


def nonzero(parts):
    return {cause: amount for cause, amount in parts.items() if amount}


@settings(max_examples=40)
@given(nations())
def test_a_run_against_itself_has_not_changed(one):
    run = run_on_paper(one)
    for change in figure_changes(pair_of(run, run)):
        assert not change.change and not nonzero(change.parts)


@settings(max_examples=120)
@given(nations(), nations())
def test_rounding_takes_no_more_than_rounding_can(one, other):
    step = max(one.step, other.step)
    most = {
        NEED: PRINT,
        PER_CAPACITY: PRINT,
        MAXIMUM: 1 + PRINT,
        PER_CAPACITY_ROUNDED: step,
        MINIMUM_PER_CAPACITY: step,
    }
    capacities = max([clinic.capacities for clinic in (*one.clinics, *other.clinics)], default=0)
    most[MINIMUM] = step * capacities + 1
    for change in figure_changes(pair_of(run_on_paper(one), run_on_paper(other))):
        assert abs(change.parts.get((ROUNDING, ""), 0)) <= most[change.figure]
        size = max(abs(change.before or 0), abs(change.after or 0), 1)
        assert abs(change.parts.get(("other", ROUNDING_OF_WEIGHTS), 0)) <= PRINT * size * 10


@settings(max_examples=60)
@given(nations(), nations())
def test_a_council_is_the_sum_of_its_municipalities(one, other):
    pair = pair_of(run_on_paper(one), run_on_paper(other))
    needs = [change for change in figure_changes(pair) if change.figure == NEED]
    towns = {change.code: change.parts for change in needs if change.kind == MUNICIPALITY}
    for council in (change for change in needs if change.kind == COUNCIL and change.status == COMPARED):
        stayed = [
            code
            for code in towns
            if all(found.rows[MUNICIPALITY][code]["council_id"] == council.code for found in (pair.before, pair.after))
        ]
        for cause, amount in council.parts.items():
            if cause not in ((ROUNDING, ""), ("other", "borders")):
                assert amount == sum(towns[code].get(cause, 0) for code in stayed)
