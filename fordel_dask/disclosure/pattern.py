"""Which cells of a block are kept back, and the other nation that each of them could belong to."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from fordel_dask.disclosure.block import Block
from fordel_dask.disclosure.rules import Counts, Marks
from fordel_dask.privacy import redacted


@dataclass(frozen=True)
class World:
    """Another nation of which everything that leaves would be the same to the last digit.

    In ``row``, ``moved`` more citizens have ``level`` and as many fewer have ``other``; in ``partner`` it is the other
    way round. So every sum over areas and over levels stays. ``moved`` may be below 0.
    """

    term: int
    row: int
    level: int
    partner: int
    other: int
    moved: int

    def corners(self) -> tuple[tuple[int, int, int], ...]:
        """Give the four cells that differ: row, level and by how many citizens."""
        return (
            (self.row, self.level, self.moved),
            (self.row, self.other, -self.moved),
            (self.partner, self.level, -self.moved),
            (self.partner, self.other, self.moved),
        )


@redacted
@dataclass
class Pattern:
    """What is kept back of a block, by term: cells of rows, cells of groups; and rows and groups as a whole.

    ``withheld`` rows show no count of persons at all, and neither do ``withheld_groups``; a pair of term and row in
    ``closed`` shows no level of that term; terms in ``given_up`` are not shown for any row. ``kept`` cells, and
    ``kept_groups``, are kept back because an earlier release did. ``worlds`` are the proof: each cell kept back of a
    term that is shown differs in one. ``unbound`` rows are so small that any exchange changes what the law makes of
    their sum, so that this is kept back too.
    """

    block: Block
    hidden: list[Marks]
    hidden_groups: list[Marks]
    withheld: Marks
    withheld_groups: Marks
    unbound: Marks
    kept: list[Marks]
    kept_groups: list[Marks]
    closed: set[tuple[int, int]] = field(default_factory=set)
    given_up: set[int] = field(default_factory=set)
    worlds: list[World] = field(default_factory=list)
    _listed: Counts | None = field(default=None, repr=False, compare=False)

    @property
    def world_table(self) -> Counts:
        """The worlds as rows of term, row, level, partner, other and moved: (worlds, 6)."""
        if self._listed is None:
            rows = [(one.term, one.row, one.level, one.partner, one.other, one.moved) for one in self.worlds]
            self._listed = np.array(rows, np.int64).reshape(len(rows), 6)
        return self._listed

    @classmethod
    def nothing_hidden(cls, block: Block) -> "Pattern":
        """Give a pattern that keeps nothing back."""
        return cls(
            block,
            [np.zeros(counts.shape, bool) for counts in block.counts],
            [np.zeros((len(block.groups), counts.shape[1]), bool) for counts in block.counts],
            np.zeros(len(block.rows), bool),
            np.zeros(len(block.groups), bool),
            np.zeros(len(block.rows), bool),
            [np.zeros(counts.shape, bool) for counts in block.counts],
            [np.zeros((len(block.groups), counts.shape[1]), bool) for counts in block.counts],
        )

    def keep(self, term: int, cells: Marks, of_groups: Marks) -> None:
        """Keep cells back because an earlier release did."""
        self.kept[term], self.kept_groups[term] = cells, of_groups
        self.hidden[term] |= cells
        self.hidden_groups[term] |= of_groups

    def close(self, term: int, row: int) -> None:
        """Keep all levels of a term back in a row."""
        self.closed.add((term, row))
        self.hidden[term][row] = True

    def give_up(self, term: int) -> None:
        """Keep a whole term back."""
        self.given_up.add(term)
        self.hidden[term][:] = True
        self.hidden_groups[term][:] = True
        self.worlds = [world for world in self.worlds if world.term != term]
        self._listed = None

    def add(self, world: World) -> None:
        """Keep the cells of a world back, and those of its groups where citizens would cross between groups."""
        self.worlds.append(world)
        self._listed = None
        crosses = self.crosses(world)
        for row, level, _ in world.corners():
            self.hidden[world.term][row, level] = True
            if crosses and self.block.group[row] >= 0:
                self.hidden_groups[world.term][self.block.group[row], level] = True

    def crosses(self, world: World) -> bool:
        """Tell whether citizens of a world would cross between groups that a table lists."""
        group = self.block.group
        return self.block.groups_told and bool(group[world.row] != group[world.partner])

    def proven(self, term: int) -> tuple[Marks, Marks]:
        """Tell which cells, of rows and of groups, differ in some world."""
        rows = np.zeros_like(self.hidden[term])
        groups = np.zeros_like(self.hidden_groups[term])
        for world in self.worlds:
            if world.term == term:
                for row, level, _ in world.corners():
                    rows[row, level] = True
                    if self.crosses(world):
                        groups[self.block.group[row], level] = True
        return rows, groups

    def kept_back(self) -> Iterator[tuple[int, int, int]]:
        """Give the cells kept back that a table would list: term, row, level."""
        for term, (of, marks) in enumerate(zip(self.block.terms, self.hidden, strict=True)):
            for row, level in zip(*np.nonzero(marks & self.block.told[:, None] & of.listed), strict=True):
                yield term, int(row), int(level)

    def groups_kept_back(self) -> Iterator[tuple[int, int, int]]:
        """Give the cells of groups kept back that a table would list: term, group, level."""
        for term, (of, marks) in enumerate(zip(self.block.terms, self.hidden_groups, strict=True)):
            for group, level in zip(*np.nonzero(marks & of.listed & self.block.groups_told), strict=True):
                yield term, int(group), int(level)
