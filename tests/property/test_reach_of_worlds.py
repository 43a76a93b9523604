"""How far sums differ between nations that look alike: worked out for all at once, and one by one, by hand."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.disclosure import KEPT_BACK, Block, Figure, Pattern, Term, World, finest, steps_of, told
from fordel_dask.disclosure.precision import NOISE, drift_of
from fordel_dask.disclosure.reach import reach_of

ROWS, LEVELS = 6, 3
GROUP = np.array([0, 0, 1, 1, 2, -1])


def block():
    """Six areas in three councils, the last one in none and told by nobody; one trait of three levels."""
    return Block(
        name="areas",
        rows=tuple("abcdef"),
        told=np.array([True] * 5 + [False]),
        group=GROUP,
        groups=("x", "y", "z"),
        groups_told=True,
        near=np.zeros(ROWS, np.int64),
        persons=np.full(ROWS, 300),
        terms=(Term("trait", ("one", "two", "three")),),
        counts=(np.full((ROWS, LEVELS), 100),),
    )


worlds = st.tuples(
    st.integers(0, ROWS - 1), st.integers(0, LEVELS - 1), st.integers(0, ROWS - 1), st.integers(0, LEVELS - 1)
).filter(lambda one: one[0] != one[2] and one[1] != one[3])
numbers = st.floats(0, 5).map(lambda number: round(number, 3))
drawn_figures = st.fixed_dictionaries(
    {
        "weights": st.lists(numbers, min_size=LEVELS, max_size=LEVELS),
        "spread": st.sampled_from([0.0, 1.5]),
        "factor": st.lists(st.sampled_from([0.9, 1.0, 1.1]), min_size=ROWS, max_size=ROWS),
        "sums": st.lists(st.floats(300, 4000), min_size=ROWS, max_size=ROWS),
        "bounded": st.booleans(),
    }
)


def figure_of(drawn):
    sums = np.array(drawn["sums"])
    groups = np.array([sums[group == GROUP].sum() for group in range(3)])
    free = np.full(ROWS, np.inf)
    return Figure(
        name="a model",
        weights=(np.array(drawn["weights"]),),
        spread=(drawn["spread"],),
        factor=np.array(drawn["factor"]),
        sums=sums,
        group_sums=groups,
        low=-free,
        high=free,
        group_low=-free[:3],
        group_high=free[:3],
        bounded=drawn["bounded"],
    )


def pattern_of(drawn):
    pattern = Pattern.nothing_hidden(block())
    for row, level, partner, other in drawn:
        pattern.add(World(0, row, level, partner, other, 4))
    return pattern


def possible(world, drawn):
    """Give shifts of row and partner that may be, each at its ends: exact, or within what is known."""
    raw = world.moved * (drawn["weights"][world.level] - drawn["weights"][world.other])
    more = world.moved * drawn["spread"]
    parts = (0.0, 1.0) if drawn["bounded"] else (1.0,)
    for own in (raw - more, raw + more):
        for theirs in (-raw - more, -raw + more):
            for one in parts:
                for other in parts:
                    factor = drawn["factor"]
                    yield own * factor[world.row] * one, theirs * factor[world.partner] * other


@settings(max_examples=150, deadline=None)
@given(st.lists(worlds, max_size=6), drawn_figures)
def test_no_nation_would_be_told_otherwise(worlds_drawn, drawn):
    pattern, figure = pattern_of(worlds_drawn), figure_of(drawn)
    rows, groups = steps_of(pattern, figure)
    for world in pattern.worlds:
        for own, theirs in possible(world, drawn):
            of_groups = {}
            for row, shift in ((world.row, own), (world.partner, theirs)):
                of_groups[GROUP[row]] = of_groups.get(GROUP[row], 0.0) + shift
                if pattern.block.told[row] and rows[row] != KEPT_BACK:
                    assert told(figure.sums[row] + shift, rows[row]) == told(figure.sums[row], rows[row])
            for group, shift in of_groups.items():
                if group >= 0 and groups[group] != KEPT_BACK:
                    after = told(figure.group_sums[group] + shift, groups[group])
                    assert after == told(figure.group_sums[group], groups[group])


@settings(max_examples=80, deadline=None)
@given(st.lists(worlds, min_size=1, max_size=6), drawn_figures)
def test_no_finer_step_would_do(worlds_drawn, drawn):
    pattern, figure = pattern_of(worlds_drawn), figure_of(drawn)
    steps, _ = steps_of(pattern, figure)
    for row in range(ROWS - 1):
        ends = [
            shift
            for world in pattern.worlds
            for own, theirs in possible(world, drawn)
            for at, shift in ((world.row, own), (world.partner, theirs))
            if at == row
        ]
        value = float(figure.sums[row])
        noise = NOISE + value * drift_of(reach_of(pattern, figure), figure)
        assert steps[row] == (finest(value, ends, noise) if any(ends) or noise > NOISE else 1)


def test_what_two_exchanged_citizens_weigh_need_not_be_the_same():
    """Where a model groups a trait otherwise, one may gain and the other lose nothing: their council's sum moves."""
    pattern = pattern_of([(0, 0, 1, 1)])
    drawn = {"weights": [0.0] * 3, "spread": 1.0, "factor": [1.0] * ROWS, "sums": [1000.0] * ROWS, "bounded": False}
    down, up = reach_of(pattern, figure_of(drawn)).groups.furthest(3)
    assert (down[0], up[0]) == (-8, 8)


def test_need_that_is_moved_may_move_any_sum():
    pattern = pattern_of([(0, 0, 1, 1)])
    drawn = {"weights": [1.0, 0, 0], "spread": 0.0, "factor": [1.0] * ROWS, "sums": [1000.0] * ROWS, "bounded": False}
    reach = reach_of(pattern, replace(figure_of(drawn), elsewhere=True))
    assert (reach.rows.furthest(ROWS)[1] == 8).all()
    assert (reach.groups.furthest(3)[0] == -8).all()
