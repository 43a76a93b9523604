"""Looking at a pattern with other eyes: is every cell kept back another number in a nation that looks the same?"""

import itertools
from collections.abc import Sequence

import numpy as np

from fordel_dask.disclosure.block import Block
from fordel_dask.disclosure.figure import Figure
from fordel_dask.disclosure.pattern import Pattern, World
from fordel_dask.disclosure.precision import KEPT_BACK, told
from fordel_dask.disclosure.rules import Rules, is_few

Steps = tuple[np.typing.NDArray[np.int64], np.typing.NDArray[np.int64]]


def faults_of(pattern: Pattern, rules: Rules, figures: Sequence[Figure], steps: Sequence[Steps]) -> list[str]:
    """Give what is unsafe in what would be shown; nothing if all is well.

    ``steps`` are those to which each figure's sums of rows and groups would be rounded. Sums over areas and levels
    are formed anew for each other nation, not taken from how its exchange was chosen.
    """
    shown = itertools.chain(_too_few(pattern, rules), _unproven(pattern, rules))
    return [*shown, *(fault for world in pattern.worlds for fault in _differences(pattern, world, figures, steps))]


def _too_few(pattern: Pattern, rules: Rules) -> list[str]:
    """Give the terms in which a count of too few persons would be shown."""
    block = pattern.block
    faults = []
    for index, (term, counts) in enumerate(zip(block.terms, block.counts, strict=True)):
        for kind, few, hidden in (
            ("rows", is_few(counts, rules) & block.told[:, None], pattern.hidden[index]),
            ("groups", is_few(block.of_groups(counts), rules) & block.groups_told, pattern.hidden_groups[index]),
        ):
            open_cells = int((few & term.listed & ~hidden).sum())
            if open_cells:
                faults.append(f"{block.name}, {term.name}: {open_cells} counts of too few persons among the {kind}")
    return faults


def _unproven(pattern: Pattern, rules: Rules) -> list[str]:
    """Give the terms with cells kept back that are the same in every nation the program has found.

    Where nothing of a row is told, or a cell was kept back before, that is asked for counts of too few alone.
    """
    block = pattern.block
    faults = []
    for index, (term, counts) in enumerate(zip(block.terms, block.counts, strict=True)):
        if index in pattern.given_up:
            continue
        rows, groups = pattern.proven(index)
        silent = pattern.withheld.copy()
        silent[[row for of, row in pattern.closed if of == index]] = True
        silent_cells = silent[:, None] | pattern.kept[index]
        alike = (counts == block.persons[:, None]) & pattern.withheld[:, None]
        needed = pattern.hidden[index] & block.told[:, None] & (~silent_cells | (is_few(counts, rules) & ~alike))
        of_groups = pattern.hidden_groups[index] & ~pattern.withheld_groups[:, None]
        of_groups &= ~pattern.kept_groups[index] | is_few(block.of_groups(counts), rules)
        bare = int((needed & ~rows & term.listed).sum() + (of_groups & ~groups & term.listed).sum())
        if bare:
            faults.append(f"{block.name}, {term.name}: {bare} cells kept back without a proof")
    return faults


def _differences(pattern: Pattern, world: World, figures: Sequence[Figure], steps: Sequence[Steps]) -> list[str]:
    """Give what somebody would see that differs in another nation, or is impossible there."""
    block = pattern.block
    counts = block.counts[world.term]
    rows = sorted({world.row, world.partner})
    after = {row: counts[row].copy() for row in rows}
    for row, level, moved in world.corners():
        after[row][level] += moved
    name = f"{block.name}, {block.terms[world.term].name}"
    faults = []
    if any((of < 0).any() for of in after.values()) or any(after[row].sum() != counts[row].sum() for row in rows):
        faults.append(f"{name}: another nation that cannot be")
    for row in rows:
        seen = (after[row] != counts[row]) & ~pattern.hidden[world.term][row] & block.terms[world.term].listed
        if block.told[row] and seen.any():
            faults.append(f"{name}: another nation differs in what is shown")
    faults += _group_differences(block, pattern, world, after, name)
    faults += _binding_differences(block, world, after, name)
    for figure, of in zip(figures, steps, strict=True):
        faults += _figure_differences(pattern, world, figure, of, name)
    return faults


def _binding_differences(
    block: Block, world: World, after: dict[int, np.typing.NDArray[np.int64]], name: str
) -> list[str]:
    """Give what anybody knows of other terms, or of the sample, that another nation would contradict."""
    counts = list(block.counts)
    counts[world.term] = counts[world.term].copy()
    for row, of in after.items():
        counts[world.term][row] = of
    rows = list(after)
    faults = [f"{name}: another nation in which terms contradict each other"] * any(
        bool((limit.room(counts)[rows] < 0).any()) for limit in block.limits
    )
    if block.part is not None:
        more = (counts[world.term] - block.counts[world.term])[block.part.rows].sum(axis=0)
        if (block.part.spare[world.term] + more < 0).any():
            faults.append(f"{name}: another nation with a larger sample than patients")
    return faults


def _group_differences(
    block: Block, pattern: Pattern, world: World, after: dict[int, np.typing.NDArray[np.int64]], name: str
) -> list[str]:
    change = np.zeros((len(block.groups) + 1, block.counts[world.term].shape[1]), np.int64)
    for row, counts in after.items():
        change[block.group[row]] += counts - block.counts[world.term][row]
    faults = [f"{name}: another nation has other sums"] if change.sum(axis=0).any() else []
    seen = change[:-1].astype(bool) & ~pattern.hidden_groups[world.term] & block.terms[world.term].listed
    if block.groups_told and seen.any():
        faults.append(f"{name}: another nation differs in a group")
    return faults


def _figure_differences(pattern: Pattern, world: World, figure: Figure, steps: Steps, name: str) -> list[str]:
    block, weights = pattern.block, figure.weights[world.term]
    shifts = dict.fromkeys((world.row, world.partner), 0.0)
    for row, level, moved in world.corners():
        shifts[row] += moved * float(weights[level]) * float(figure.factor[row])
    of_groups: dict[int, float] = {}
    for row, shift in shifts.items():
        of_groups[int(block.group[row])] = of_groups.get(int(block.group[row]), 0.0) + shift
    rows = {row: shift for row, shift in shifts.items() if block.told[row] and not pattern.withheld[row]}
    low, high = np.where(pattern.unbound, -np.inf, figure.low), np.where(pattern.unbound, np.inf, figure.high)
    seen = [
        *_seen(figure.sums, low, high, steps[0], rows),
        *_seen(figure.group_sums, figure.group_low, figure.group_high, steps[1], of_groups),
    ]
    return [f"{name}: another nation differs in weighted citizens ({figure.name})"] if any(seen) else []


def _seen(
    sums: np.typing.NDArray[np.float64],
    low: np.typing.NDArray[np.float64],
    high: np.typing.NDArray[np.float64],
    steps: np.typing.NDArray[np.int64],
    shifts: dict[int, float],
) -> list[bool]:
    """Tell for each shifted sum whether it would be told otherwise, or a whole number of the law would change."""
    return [
        not low[at] < sums[at] + shift < high[at]
        or (steps[at] != KEPT_BACK and told(float(sums[at]), int(steps[at])) != told(sums[at] + shift, int(steps[at])))
        for at, shift in shifts.items()
        if 0 <= at < len(sums)
    ]
