"""How far weighted sums differ between the nations that look alike: by worlds, by rows, by groups."""

from dataclasses import dataclass

import numpy as np

from fordel_dask.disclosure.figure import Figure, Floats
from fordel_dask.disclosure.pattern import Pattern
from fordel_dask.disclosure.rules import Counts, Marks
from fordel_dask.privacy import redacted


@redacted
@dataclass(frozen=True)
class Ends:
    """Between which ends a row's or group's sum is shifted, one after the other: ``low`` is at most ``high``."""

    of: Counts
    low: Floats
    high: Floats

    def furthest(self, number: int) -> tuple[Floats, Floats]:
        """Give how far each of so many sums may fall (0 or below) and rise (0 or above)."""
        down, up = np.zeros(number), np.zeros(number)
        np.minimum.at(down, self.of, self.low)
        np.maximum.at(up, self.of, self.high)
        return down, up


@redacted
@dataclass(frozen=True)
class Reach:
    """How far the sums of a figure differ in the worlds of a pattern.

    ``groups`` are shifts of a group's sum; ``parts`` those of its need, to which the floor may add what a row lacks:
    then a row's shift counts in part or not at all. ``in_all`` is by how much the sum of all rows differs at most.
    """

    rows: Ends
    groups: Ends
    parts: Ends
    in_all: float


def reach_of(pattern: Pattern, figure: Figure) -> Reach:
    """Give how far sums differ: of rows that a table lists, and of groups if the figure has sums of these."""
    block, table = pattern.block, pattern.world_table
    low, high = _raw_ends(figure, table)
    row, partner = table[:, 1], table[:, 3]
    own = _ends(row, *_times(figure, row, low, high))
    other = _ends(partner, *_times(figure, partner, -high, -low))
    group_of, is_grouped = block.group, len(figure.group_sums) > 0
    same = group_of[row] == group_of[partner]
    together = [
        _ends(group_of[row], own.low + np.where(same, other.low, 0), own.high + np.where(same, other.high, 0)),
        _chosen(_ends(group_of[partner], other.low, other.high), ~same),
    ]
    partly = [_partly(one) for one in (own, other)]
    apart = [
        _ends(group_of[row], partly[0].low + np.where(same, partly[1].low, 0), _and(partly, same)),
        _chosen(_ends(group_of[partner], partly[1].low, partly[1].high), ~same),
    ]
    rows = _joined([own, other], block.told[np.concatenate([row, partner])])
    groups, parts = (_joined(of, _are_groups(of, is_grouped)) for of in (together, apart))
    together_most = np.abs(np.concatenate([own.low + other.low, own.high + other.high])).max(initial=0.0)
    found = Reach(rows, groups, parts, float(together_most))
    if figure.unproven:
        found = _with_unproven(found, figure)
    if figure.elsewhere and len(found.rows.of):
        return _everywhere(found, len(block.rows), len(figure.group_sums))
    return found


def _with_unproven(reach: Reach, figure: Figure) -> Reach:
    """Let any row's sum differ for traits without a proof, and any group's by those of two rows."""
    ends = figure.unproven * figure.factor
    more = Ends(np.arange(len(ends)), -ends, ends)
    groups = len(figure.group_sums)
    most = np.full(groups, 2 * float(ends.max(initial=0.0)))
    of_groups = Ends(np.arange(groups), -most, most)
    rows, sums, parts = (
        _joined([one, further], np.ones(len(one.of) + len(further.of), bool))
        for one, further in ((reach.rows, more), (reach.groups, of_groups), (reach.parts, of_groups))
    )
    return Reach(rows, sums, parts, max(reach.in_all, 2 * float(ends.max(initial=0.0))))


def _raw_ends(figure: Figure, table: Counts) -> tuple[Floats, Floats]:
    """Give between which ends raw weight rises in the row of each world."""
    terms, levels, others, moved = table[:, 0], table[:, 2], table[:, 4], table[:, 5]
    starts = np.cumsum([0, *(len(of) for of in figure.weights)])[:-1]
    weights = np.concatenate([*figure.weights, np.zeros(0)])
    spread = np.array(figure.spread, np.float64)[terms] * np.abs(moved)
    exact = moved * (weights[starts[terms] + levels] - weights[starts[terms] + others]) if len(table) else np.zeros(0)
    return exact - spread, exact + spread


def _times(figure: Figure, rows: Counts, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    factor = figure.factor[rows]
    ends = low * factor, high * factor
    return (np.minimum(ends[0], 0), np.maximum(ends[1], 0)) if figure.bounded else ends


def _ends(of: Counts, low: Floats, high: Floats) -> Ends:
    return Ends(of, np.minimum(low, high), np.maximum(low, high))


def _partly(ends: Ends) -> Ends:
    return Ends(ends.of, np.minimum(ends.low, 0), np.maximum(ends.high, 0))


def _and(partly: list[Ends], same: Marks) -> Floats:
    return np.asarray(partly[0].high + np.where(same, partly[1].high, 0))


def _chosen(ends: Ends, which: Marks) -> Ends:
    return Ends(ends.of[which], ends.low[which], ends.high[which])


def _are_groups(of: list[Ends], is_grouped: bool) -> Marks:
    return np.asarray((np.concatenate([one.of for one in of]) >= 0) & is_grouped)


def _joined(parts: list[Ends], which: Marks) -> Ends:
    of, low, high = (np.concatenate([getattr(one, name) for one in parts]) for name in ("of", "low", "high"))
    return Ends(of[which], low[which], high[which])


def _everywhere(reach: Reach, number: int, groups: int) -> Reach:
    """Let any sum differ by as much as any row's, and any group's by twice that: both of an exchange may lie there."""
    most = float(np.abs(np.concatenate([reach.rows.low, reach.rows.high])).max(initial=0.0))

    def all_of(number: int, most: float) -> Ends:
        return Ends(np.arange(number), np.full(number, -most), np.full(number, most))

    of_groups = all_of(groups, 2 * most)
    return Reach(all_of(number, 2 * most), of_groups, of_groups, reach.in_all)
