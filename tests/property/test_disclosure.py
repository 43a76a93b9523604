"""Disclosure control on tables of any kind: nothing of too few persons is shown, and every other nation looks alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.disclosure import Block, Figure, Rules, Term, faults_of, protect, steps_of, term_of, told
from fordel_dask.disclosure.rules import is_few
from fordel_dask.errors import UsageError

LEVELS = (("old", "older", "oldest"), ("ill",))


@st.composite
def tables(draw):
    """Rows of areas in groups, with or without a row that no table lists, by the levels of two terms."""
    rows = draw(st.integers(2, 7))
    groups = draw(st.integers(1, 3))
    group = np.array(draw(st.lists(st.integers(0, groups - 1), min_size=rows, max_size=rows)))
    told_rows = np.ones(rows, bool)
    told_rows[-1] = draw(st.booleans())
    number = st.one_of(st.integers(0, 9), st.integers(0, 4000))
    counts = [
        np.array(draw(st.lists(st.lists(number, min_size=n, max_size=n), min_size=rows, max_size=rows)), np.int64)
        for n in (4, 1)
    ]
    persons = counts[0].sum(axis=1)
    ill = np.minimum(counts[1], persons[:, None])
    found = [(Term("age", ("child", *LEVELS[0])), counts[0]), *term_of("ill", LEVELS[1], ill, persons)]
    terms, of_terms = zip(*found, strict=True)
    names = tuple(f"row {at}" for at in range(rows))
    return Block(
        "areas",
        names,
        told_rows,
        group,
        tuple(f"group {at}" for at in range(groups)),
        draw(st.booleans()),
        group,
        persons,
        tuple(terms),
        tuple(of_terms),
    )


@st.composite
def figures(draw, block):
    """Weighted citizens of a table, with whole numbers of the law at any distance."""
    weight = st.floats(0, 5, allow_nan=False)
    weights = tuple(
        np.array(draw(st.lists(weight, min_size=n, max_size=n))) for n in (len(t.levels) for t in block.terms)
    )
    factor = np.array(draw(st.lists(st.floats(0.9, 1.1), min_size=len(block.rows), max_size=len(block.rows))))
    sums = factor * sum(counts @ of for counts, of in zip(block.counts, weights, strict=True))
    group_sums = np.zeros(len(block.groups))
    np.add.at(group_sums, block.group, sums)
    near = draw(st.floats(0.5, 1000))
    return Figure(
        "model",
        weights,
        tuple(0.0 for _ in weights),
        factor,
        sums,
        group_sums if block.groups_told else np.zeros(0),
        *(sums - near, sums + near),
        *(group_sums - 2 * near, group_sums + 2 * near),
    )


@st.composite
def cases(draw):
    block = draw(tables())
    return (
        block,
        draw(figures(block)),
        Rules(draw(st.sampled_from([3, 5, 10])), draw(st.sampled_from(["show", "hide"]))),
    )


@given(cases())
def test_no_count_of_too_few_persons_is_shown(case):
    block, figure, rules = case
    pattern = protect(block, [figure], rules)
    for term, counts, hidden, groups in zip(
        block.terms, block.counts, pattern.hidden, pattern.hidden_groups, strict=True
    ):
        assert not (is_few(counts, rules) & block.told[:, None] & term.listed & ~hidden).any()
        if block.groups_told:
            assert not (is_few(block.of_groups(counts), rules) & term.listed & ~groups).any()


@given(cases())
def test_the_programs_own_audit_finds_no_fault(case):
    block, figure, rules = case
    pattern = protect(block, [figure], rules)
    assert faults_of(pattern, rules, [figure], [steps_of(pattern, figure)]) == []


@given(cases())
def test_every_other_nation_leaves_all_that_is_shown(case):
    block, figure, rules = case
    pattern = protect(block, [figure], rules)
    steps = steps_of(pattern, figure)
    for world in pattern.worlds:
        after = block.counts[world.term].copy()
        for row, level, moved in world.corners():
            after[row, level] += moved
        before, hidden = block.counts[world.term], pattern.hidden[world.term]
        assert (after >= 0).all()
        assert (after.sum(axis=0) == before.sum(axis=0)).all()
        assert (after.sum(axis=1) == before.sum(axis=1)).all()
        assert not ((after != before) & ~hidden & block.told[:, None]).any()
        more = figure.factor * ((after - before) @ figure.weights[world.term])
        for row in np.flatnonzero(block.told & (steps[0] > 0)):
            assert told(figure.sums[row] + more[row], steps[0][row]) == told(figure.sums[row], steps[0][row])
        if block.groups_told:
            assert not ((block.of_groups(after) != block.of_groups(before)) & ~pattern.hidden_groups[world.term]).any()


@given(cases())
def test_a_count_kept_back_beside_shown_ones_is_another_number_in_some_nation(case):
    block, figure, rules = case
    pattern = protect(block, [figure], rules)
    for at, term in enumerate(block.terms):
        if at not in pattern.given_up:
            few = is_few(block.counts[at], rules) & block.told[:, None] & term.listed
            few &= ~(
                pattern.withheld[:, None] & (block.counts[at] == block.persons[:, None])
            )  # no more than the persons
            rows, _ = pattern.proven(at)
            several = np.count_nonzero(block.counts[at].sum(axis=0)) > 1
            assert not several or not (few & ~rows).any()


@given(st.integers(-3, 2))
def test_a_threshold_below_three_is_refused(threshold):
    with pytest.raises(UsageError, match="never shown"):
        Rules(threshold)


@settings(max_examples=30)
@given(cases())
def test_whoever_may_not_be_told_by_a_low_threshold_is_not_told_by_a_higher_one(case):
    block, figure, rules = case
    higher = protect(block, [figure], Rules(rules.threshold + 4, rules.zero))
    for term, counts, hidden in zip(block.terms, block.counts, higher.hidden, strict=True):
        assert not (is_few(counts, rules) & block.told[:, None] & term.listed & ~hidden).any()
