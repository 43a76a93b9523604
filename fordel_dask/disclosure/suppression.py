"""Keeping cells back until nobody can work out what must not be told.

A cell that tells too much is kept back together with three others: citizens could be exchanged between two areas and
two levels without any sum changing, and without anything that is shown of weighted sums changing. The exchange that
takes fewest further cells is chosen. So each cell kept back comes with the proof that it could be another number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fordel_dask.disclosure.block import Block
from fordel_dask.disclosure.exchange import Search
from fordel_dask.disclosure.figure import Figure
from fordel_dask.disclosure.pattern import Pattern, World
from fordel_dask.disclosure.rows import withhold_rows
from fordel_dask.disclosure.rules import Marks, Rules, tells_too_much
from fordel_dask.privacy import redacted


@redacted
@dataclass(frozen=True)
class Changed:
    """What differs by too few persons from what was shown of about the same citizens: a corrected register, say.

    ``cells`` by term of a block, (rows, levels); ``rows`` where the number of persons does; the same of groups.
    ``kept`` and ``kept_groups`` mark what was kept back then, and ``exchanges`` are those that proved it (by how many
    citizens, nobody noted): what is the same as then is told in the same way, or one release would tell the other's.
    """

    cells: tuple[Marks, ...]
    rows: Marks
    group_cells: tuple[Marks, ...]
    group_rows: Marks
    kept: tuple[Marks, ...] = ()
    kept_groups: tuple[Marks, ...] = ()
    exchanges: tuple[World, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell that must not be told: of a row, or of the ``whole_group`` of that row."""

    row: int
    level: int
    whole_group: bool = False


def protect(block: Block, figures: Sequence[Figure], rules: Rules, changed: Changed | None = None) -> Pattern:
    """Keep back what must not be told of a block, and as little else as can be found.

    Returns
    -------
    Pattern
        Terms for which no exchange was found are given up as a whole.
    """
    pattern = Pattern.nothing_hidden(block)
    withhold_rows(pattern, rules, *((changed.rows, changed.group_rows) if changed else (None, None)))
    for index in range(len(block.terms)):
        cells = list(_unsafe_cells(pattern, index, rules, changed))
        pattern.hidden[index] |= pattern.withheld[:, None]
        pattern.hidden_groups[index] |= pattern.withheld_groups[:, None]
        if changed and changed.kept:
            pattern.keep(index, changed.kept[index], changed.kept_groups[index])
        search = Search.opened(pattern, index, figures)
        for exchange in changed.exchanges if changed else ():
            _repeat(search, exchange, rules)
        if not all(_is_covered(search, cell) or _cover(search, cell, rules) for cell in cells):
            pattern.give_up(index)
        else:
            _cover_beside(search, rules)
    return pattern


def _repeat(search: Search, earlier: World, rules: Rules) -> None:
    """Take an exchange of an earlier release again, if there still is one between these four cells."""
    if earlier.term == search.index:
        count, spare = int(search.counts[earlier.row, earlier.level]), search.spare(earlier.row, earlier.level)
        search.repeat(earlier, _moves(count, spare, rules))


def _is_covered(search: Search, cell: Cell) -> bool:
    return not cell.whole_group and bool(search.proven[cell.row, cell.level])


def _cover_beside(search: Search, rules: Rules) -> None:
    """Find exchanges also for counts that are kept back only because nothing of their row is told, where there are any.

    They tell nothing that may not be told; but a count kept back is better not worked out at all.
    """
    beside = (
        search.pattern.hidden[search.index]
        & ~search.pattern.kept[search.index]
        & search.pattern.block.told[:, None]
        & ~search.proven
        & (search.counts > 0)
    )
    for row, level in zip(*np.nonzero(beside), strict=True):
        moves = _moves(int(search.counts[row, level]), search.spare(int(row), int(level)), rules)
        search.hide(int(row), int(level), moves, False)


def _unsafe_cells(pattern: Pattern, index: int, rules: Rules, changed: Changed | None) -> Iterator[Cell]:
    """Give the cells that tell too much: of groups first, then of rows that are told, then of the others.

    That all persons of a withheld row are alike is no more than their number, which others beside it hide.
    """
    block, term, counts = pattern.block, pattern.block.terms[index], pattern.block.counts[index]
    unsafe = tells_too_much(counts, block.persons, term.listed, rules)
    unsafe &= ~((counts == block.persons[:, None]) & pattern.withheld[:, None])
    if changed:
        unsafe |= changed.cells[index] & block.told[:, None] & term.listed
    if block.groups_told:
        grouped = tells_too_much(block.of_groups(counts), block.of_groups(block.persons), term.listed, rules)
        if changed:
            grouped |= changed.group_cells[index] & term.listed
        for group, level in zip(*np.nonzero(grouped), strict=True):
            yield from _largest_member(block, int(group), int(level), counts[:, level])
    if np.count_nonzero(counts.sum(axis=0)) == 1:
        return  # nobody has another level: what is not told of a row is then its persons alone
    for told in (True, False):
        rows, levels = np.nonzero(unsafe & (block.told == told)[:, None])
        order = np.lexsort((counts[rows, levels], rows))
        yield from (Cell(int(row), int(level)) for row, level in zip(rows[order], levels[order], strict=True))


def _largest_member(block: Block, group: int, level: int, counts: np.typing.NDArray[np.int64]) -> Iterator[Cell]:
    """Give the row that stands for its group: the largest of those with citizens of the level, or of all."""
    members = np.flatnonzero(block.group == group)
    members = members[counts[members] > 0] if counts[members].any() else members
    if len(members):
        yield Cell(int(members[np.argmax(block.persons[members])]), level, whole_group=True)


def _cover(search: Search, cell: Cell, rules: Rules) -> bool:
    """Find an exchange by which a cell could be another number; tell whether there is one.

    Where an area is too small for that, none of its levels is told any more, and so not even that some are empty;
    where that is not enough, not what the law makes of its weighted sum either.
    """
    block, counts = search.pattern.block, search.counts
    of = block.of_groups(counts)[block.group[cell.row]] if cell.whole_group else counts[cell.row]
    for attempt in range(3):
        if attempt == 1:
            search.close(cell.row)
        elif attempt:
            search.pattern.unbound[cell.row] = True
        moves = _moves(int(of[cell.level]), search.spare(cell.row, cell.level), rules)
        if search.hide(cell.row, cell.level, moves, cell.whole_group):
            return True
    return False


def _moves(count: int, spare: int, rules: Rules) -> Iterator[int]:
    """Give how many citizens to exchange, best first: so many that the cell could be one that may be shown.

    ``spare`` of them the row could lose.
    """
    enough = rules.threshold - count if count < rules.threshold else rules.threshold
    yield from range(enough, 0, -1)
    yield from (-moved for moved in range(1, min(spare, rules.threshold) + 1))
