"""Keeping cells back until nobody can work out what must not be told.

A cell that tells too much is kept back together with three others: citizens could be exchanged between two areas and
two levels without any sum changing, and without anything that is shown of weighted sums changing. The exchange that
takes fewest further cells is chosen. So each cell kept back comes with the proof that it could be another number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fordel_dask.disclosure.block import Block
from fordel_dask.disclosure.figure import Figure, Floats
from fordel_dask.disclosure.pattern import Pattern, World
from fordel_dask.disclosure.rows import withhold_rows
from fordel_dask.disclosure.rules import Marks, Rules, tells_too_much

LOOKED_AT_FIRST = 64
"""Exchanges with the fewest further cells, held against the weighted sums before all others are."""

FOR_A_GROUP, FOR_SIZE, FOR_DISTANCE = 40.0, 0.05, 0.3
"""What keeping a cell of a group back costs in cells of rows, what a tenfold count adds, and what distance does."""


@dataclass(frozen=True)
class Changed:
    """What differs by too few persons from what was shown of about the same citizens: a corrected register, say.

    ``cells`` by term of a block, (rows, levels); ``rows`` where the number of persons does.
    """

    cells: tuple[Marks, ...]
    rows: Marks


@dataclass
class _Term:
    """A term while it is worked on: counts and what keeping back a further cell costs, for rows and groups."""

    index: int
    counts: NDArray[np.int64]
    cost: Floats
    group_cost: Floats
    unsafe: Marks
    group_unsafe: Marks
    margin: NDArray[np.int64] = field(repr=False)
    """Citizens that must stay in a cell: one where a table lists it, for an empty cell is shown."""

    def as_it_is(self, pattern: Pattern, row: int) -> None:
        """Leave a row open."""

    def close(self, pattern: Pattern, row: int) -> None:
        """Keep all levels of a row back."""
        pattern.close(self.index, row)
        self.cost[row] = 0
        self.margin[row] = 0


def protect(block: Block, figures: Sequence[Figure], rules: Rules, changed: Changed | None = None) -> Pattern:
    """Keep back what must not be told of a block, and as little else as can be found.

    Returns
    -------
    Pattern
        Terms for which no exchange was found are given up as a whole.
    """
    pattern = Pattern.nothing_hidden(block)
    withhold_rows(pattern, rules, changed.rows if changed else None)
    for index in range(len(block.terms)):
        term = _opened(pattern, index, rules, changed)
        if not all(_cover(pattern, term, figures, rules, *cell) for cell in _unsafe_cells(pattern, term)):
            pattern.give_up(index)
    return pattern


def _cover(
    pattern: Pattern, term: _Term, figures: Sequence[Figure], rules: Rules, row: int, level: int, of_group: bool
) -> bool:
    """Find an exchange by which a cell could be another number; tell whether there is one.

    Where an area is too small for that, none of its levels is told any more: then not even that some are empty.
    """
    for attempt in (term.as_it_is, term.close):
        attempt(pattern, row)
        if _exchange(pattern, term, figures, rules, row, level, of_group):
            return True
    return False


def _opened(pattern: Pattern, index: int, rules: Rules, changed: Changed | None) -> _Term:
    block, counts, term = pattern.block, pattern.block.counts[index], pattern.block.terms[index]
    listed = block.told[:, None] & term.listed
    unsafe = tells_too_much(counts, block.persons, term.listed, rules)
    if changed:
        unsafe |= changed.cells[index] & listed
    group_unsafe = tells_too_much(block.of_groups(counts), block.of_groups(block.persons), term.listed, rules)
    pattern.hidden[index] |= pattern.withheld[:, None]
    pattern.hidden_groups[index] |= pattern.withheld_groups[:, None]
    cost = np.where(listed & ~pattern.hidden[index], 1 + FOR_SIZE * np.log10(counts + 1.0), 0.0)
    group_cost = np.where(term.listed & ~pattern.hidden_groups[index], FOR_A_GROUP, 0.0)
    margin = listed.astype(np.int64)
    return _Term(index, counts, cost, group_cost, unsafe, group_unsafe & block.groups_told, margin)


def _unsafe_cells(pattern: Pattern, term: _Term) -> Iterator[tuple[int, int, bool]]:
    """Give row, level and whether the group's cell is meant: groups first, then rows that are told, then the others."""
    block = pattern.block
    grouped = block.of_groups(term.counts)
    for group, level in zip(*np.nonzero(term.group_unsafe), strict=True):
        members = np.flatnonzero(block.group == group)
        members = members[term.counts[members, level] > 0] if grouped[group, level] else members
        if len(members):
            yield int(members[np.argmax(block.persons[members])]), int(level), True
    for told in (True, False):
        rows, levels = np.nonzero(term.unsafe & (block.told == told)[:, None])
        order = np.lexsort((term.counts[rows, levels], rows))
        for row, level in zip(rows[order], levels[order], strict=True):
            yield int(row), int(level), False


def _exchange(
    pattern: Pattern, term: _Term, figures: Sequence[Figure], rules: Rules, row: int, level: int, of_group: bool
) -> bool:
    block = pattern.block
    group = int(block.group[row])
    count = int(block.of_groups(term.counts)[group, level]) if of_group else int(term.counts[row, level])
    for moved in _moves(count, int(term.counts[row, level] - term.margin[row, level]), rules):
        world = _cheapest(pattern, term, figures, World(term.index, row, level, -1, -1, moved), of_group)
        if world is not None:
            pattern.add(world)
            for at, where, _ in world.corners():
                term.cost[at, where] = 0
            term.group_cost[pattern.hidden_groups[term.index]] = 0
            return True
    return False


def _moves(count: int, spare: int, rules: Rules) -> Iterator[int]:
    """Give how many citizens to exchange, best first: so many that the cell could be one that may be shown.

    ``spare`` of them the row could lose.
    """
    enough = rules.threshold - count if count < rules.threshold else rules.threshold
    yield from range(enough, 0, -1)
    yield from (-moved for moved in range(1, min(spare, rules.threshold) + 1))


def _cheapest(
    pattern: Pattern, term: _Term, figures: Sequence[Figure], asked: World, of_group: bool
) -> World | None:
    possible = _possible(pattern.block, term, asked, of_group)
    if not possible.any():
        return None
    cost = np.where(possible, _costs(pattern.block, term, asked), np.inf).ravel()
    first = np.argpartition(cost, min(LOOKED_AT_FIRST, cost.size - 1))[:LOOKED_AT_FIRST]
    for candidates in (first, np.flatnonzero(np.isfinite(cost))):
        candidates = candidates[np.isfinite(cost[candidates])]
        partners, others = np.divmod(candidates, term.counts.shape[1])
        borne = _borne(pattern.block, figures, asked, partners, others)
        if borne.any():
            best = candidates[borne][np.lexsort((candidates[borne], cost[candidates[borne]]))[0]]
            partner, other = divmod(int(best), term.counts.shape[1])
            return World(asked.term, asked.row, asked.level, partner, other, asked.moved)
    return None


def _possible(block: Block, term: _Term, asked: World, of_group: bool) -> Marks:
    """Tell for which partners and other levels so many citizens could be exchanged: (rows, levels)."""
    counts, margin, row, level = term.counts, term.margin, asked.row, asked.level
    up, down = max(asked.moved, 0), max(-asked.moved, 0)
    lose_up, lose_down = counts - margin >= up, counts - margin >= down
    stay = counts >= margin
    possible = lose_up[:, level, None] & stay[:, level, None] & lose_up[row] & stay[row] & lose_down & stay
    possible[row] = False
    possible[:, level] = False
    if of_group:
        possible &= (block.group != block.group[row])[:, None]
    return np.asarray(possible)


def _costs(block: Block, term: _Term, asked: World) -> Floats:
    """Give what the other cells of an exchange cost: (rows, levels)."""
    row, level = asked.row, asked.level
    cost = term.cost + term.cost[:, level, None] + term.cost[row]
    cost += FOR_DISTANCE * (block.near != block.near[row])[:, None]
    if block.groups_told:
        of, mine = term.group_cost[block.group], term.group_cost[block.group[row]]
        crossing = of + of[:, level, None] + mine + mine[level]
        cost += np.where((block.group != block.group[row])[:, None], crossing, 0)
    return np.asarray(cost)


def _borne(
    block: Block, figures: Sequence[Figure], asked: World, partners: NDArray[np.int64], others: NDArray[np.int64]
) -> Marks:
    """Tell which exchanges leave all that is shown of weighted sums as it is."""
    borne = np.ones(len(partners), bool)
    for figure in figures:
        raw = figure.shift(asked.term, asked.level, others, asked.moved)
        mine, theirs = raw * figure.factor[asked.row], -raw * figure.factor[partners]
        borne &= figure.bears(np.full(len(partners), asked.row), mine) & figure.bears(partners, theirs)
        if block.groups_told:
            own, of = block.group[asked.row], block.group[partners]
            net = np.where(of == own, mine + theirs, mine)
            for shift in (mine, net):  # alone where the floor takes no part of the other's
                borne &= figure.groups_bear(np.full(len(of), own), shift)
            for shift in (theirs, np.where(of == own, net, theirs)):
                borne &= figure.groups_bear(of, shift)
    return borne
