"""Finding the exchange of citizens that nobody would notice, and that takes fewest further cells to hide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fordel_dask.disclosure.figure import Figure, Floats
from fordel_dask.disclosure.pattern import Pattern, World
from fordel_dask.disclosure.rules import Counts, Marks
from fordel_dask.privacy import redacted

LOOKED_AT_FIRST = 64
"""Exchanges with the fewest further cells, held against the weighted sums before all others are."""

FOR_A_GROUP, FOR_SIZE, FOR_DISTANCE = 40.0, 0.05, 0.3
"""What keeping a cell of a group back costs in cells of rows, what a tenfold count adds, and what distance does."""

UNKNOWN = -1


@redacted
@dataclass
class Search:
    """The search in one term of a pattern, while cells of it are kept back one after the other.

    ``cost`` and ``group_cost`` are what keeping back a further cell costs, by row or group and level; 0 where it is
    kept back, or told by no table. ``margin`` are citizens that must stay in a cell: one where a table lists it, for
    an empty cell is shown. ``proven`` cells differ in some exchange that was found.
    """

    pattern: Pattern
    index: int
    figures: Sequence[Figure]
    cost: Floats
    group_cost: Floats
    margin: Counts
    proven: Marks

    @classmethod
    def opened(cls, pattern: Pattern, index: int, figures: Sequence[Figure]) -> "Search":
        """Open the search in a term."""
        listed = pattern.block.terms[index].listed
        cells = pattern.block.told[:, None] & listed
        size = 1 + FOR_SIZE * np.log10(pattern.block.counts[index] + 1.0)
        return cls(
            pattern,
            index,
            figures,
            np.where(cells & ~pattern.hidden[index], size, 0.0),
            np.where(listed & ~pattern.hidden_groups[index], FOR_A_GROUP, 0.0),
            cells.astype(np.int64),
            np.zeros(cells.shape, bool),
        )

    @property
    def counts(self) -> Counts:
        """Citizens by row and level."""
        return self.pattern.block.counts[self.index]

    def spare(self, row: int, level: int) -> int:
        """Give how many citizens a cell could lose."""
        return int(self.counts[row, level] - self.margin[row, level])

    def close(self, row: int) -> None:
        """Keep all levels of a row back, and so not even tell which are empty."""
        self.pattern.close(self.index, row)
        self.cost[row] = 0
        self.margin[row] = 0

    def hide(self, row: int, level: int, moves: Iterator[int], beyond_group: bool) -> bool:
        """Keep a cell back with the cheapest exchange of the first number of citizens that has any.

        ``beyond_group`` asks for a partner in another group. Tells whether there was one.
        """
        for moved in moves:
            world = self._cheapest(World(self.index, row, level, UNKNOWN, UNKNOWN, moved), beyond_group)
            if world is not None:
                self._add(world)
                return True
        return False

    def repeat(self, earlier: World, moves: Iterator[int]) -> None:
        """Take the same four cells again, with the first number of citizens that they bear, if there is one."""
        at = (earlier.partner, earlier.other)
        for moved in moves:
            world = replace(earlier, moved=moved)
            partners, others = (np.array([place]) for place in at)
            if self._possible(world, False)[at] and self._borne(world, partners, others)[0]:
                self._add(world)
                return

    def _add(self, world: World) -> None:
        self.pattern.add(world)
        for at, where, _ in world.corners():
            self.cost[at, where] = 0
            self.proven[at, where] = True
        self.group_cost[self.pattern.hidden_groups[self.index]] = 0

    def _cheapest(self, asked: World, beyond_group: bool) -> World | None:
        possible = self._possible(asked, beyond_group)
        if not possible.any():
            return None
        cost = np.where(possible, self._costs(asked), np.inf).ravel()
        first = np.argpartition(cost, min(LOOKED_AT_FIRST, cost.size - 1))[:LOOKED_AT_FIRST]
        for some in (first, np.arange(cost.size)):
            candidates = some[np.isfinite(cost[some])]
            borne = candidates[self._borne(asked, *np.divmod(candidates, self.counts.shape[1]))]
            if len(borne):
                best = borne[np.lexsort((borne, cost[borne]))[0]]
                partner, other = divmod(int(best), self.counts.shape[1])
                return replace(asked, partner=partner, other=other)
        return None

    def _possible(self, asked: World, beyond_group: bool) -> Marks:
        """Tell for which partners and other levels so many citizens could be exchanged: (rows, levels)."""
        row, level, group = asked.row, asked.level, self.pattern.block.group
        spare = self.counts - self.margin
        stays, loses_up, loses_down = (spare >= least for least in (0, max(asked.moved, 0), max(-asked.moved, 0)))
        possible = loses_up[:, level, None] & stays[:, level, None] & loses_up[row] & stays[row] & loses_down & stays
        possible[row] = False
        possible[:, level] = False
        if beyond_group:
            possible &= (group != group[row])[:, None]
        return np.asarray(possible & self._has_room(asked) & self._leaves_part(asked))

    def _has_room(self, asked: World) -> Marks:
        """Tell which exchanges leave in both rows enough citizens of what other terms ask for: (rows, levels)."""
        block, marks = self.pattern.block, np.ones(self.counts.shape, bool)
        for limit in block.limits:
            taken, room = limit.taken(self.index, self.counts.shape[1]), limit.room(block.counts)
            more = asked.moved * (taken[asked.level] - taken)
            marks &= (more <= room[asked.row]) & (-more <= room[:, None])
        return marks

    def _leaves_part(self, asked: World) -> Marks:
        """Tell which exchanges leave enough of each level in the rows that hold the part: (rows, levels)."""
        part = self.pattern.block.part
        if part is None:
            return np.ones(self.counts.shape, bool)
        spare, moved = part.spare[self.index], asked.moved
        gains = (spare[asked.level] >= -moved) & (spare >= moved)
        loses = (spare[asked.level] >= moved) & (spare >= -moved)
        inside = part.rows[asked.row]
        return np.where((part.rows == inside)[:, None], True, gains if inside else loses)

    def _costs(self, asked: World) -> Floats:
        """Give what the other cells of an exchange cost: (rows, levels)."""
        block, row, level = self.pattern.block, asked.row, asked.level
        cost = self.cost + self.cost[:, level, None] + self.cost[row]
        cost += FOR_DISTANCE * (block.near != block.near[row])[:, None]
        if block.groups_told:
            of, mine = self.group_cost[block.group], self.group_cost[block.group[row]]
            crossing = of + of[:, level, None] + mine + mine[level]
            cost += np.where((block.group != block.group[row])[:, None], crossing, 0)
        return np.asarray(cost)

    def _borne(self, asked: World, partners: NDArray[np.int64], others: NDArray[np.int64]) -> Marks:
        """Tell which exchanges leave all that the law makes of weighted sums as it is."""
        borne = np.ones(len(partners), bool)
        rows = np.full(len(partners), asked.row)
        for figure in self.figures:
            raw = figure.shift(asked.term, asked.level, others, asked.moved)
            mine, theirs = raw * figure.factor[asked.row], -raw * figure.factor[partners]
            silent = self.pattern.withheld | self.pattern.unbound
            borne &= (figure.bears(rows, mine) | silent[rows]) & (figure.bears(partners, theirs) | silent[partners])
            own, of = self.pattern.block.group[rows], self.pattern.block.group[partners]
            both = np.where(of == own, mine + theirs, 0)
            for group, shift in ((own, mine), (of, theirs)):  # alone where the floor takes no part of the other's
                borne &= figure.groups_bear(group, shift) & figure.groups_bear(group, np.where(of == own, both, shift))
        return borne
