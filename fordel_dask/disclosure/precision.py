"""How exactly a weighted sum may be told: so that in every other nation it would be told alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fordel_dask.disclosure.figure import Figure, Floats
from fordel_dask.disclosure.pattern import Pattern
from fordel_dask.disclosure.rules import Marks

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Weighted citizens to which a sum is rounded, finest first."""

KEPT_BACK = 0
"""In the place of a step: the sum is not told at all."""

NOISE = 1e-6
"""Weighted citizens by which sums of binary floats may be off."""


def steps_of(pattern: Pattern, figure: Figure) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the step to which each row's and each group's sum is rounded; ``KEPT_BACK`` where it is not told."""
    rows, groups = _shifts(pattern, figure)
    drift = drift_of(pattern, figure)
    return (
        _steps(figure.sums, rows, pattern.withheld, drift),
        _steps(figure.group_sums, groups, pattern.withheld_groups, drift),
    )


def drift_of(pattern: Pattern, figure: Figure) -> float:
    """Give the share by which all sums differ at most in other nations.

    Weights are scaled so that they add up to the citizens: where an exchange between municipalities of other factors
    makes more of them, all others weigh a little less. Patients exchanged between clinics change nothing of the kind.
    """
    if not len(figure.group_sums):
        return 0.0
    most = 0.0
    for world in pattern.worlds:
        apart = abs(float(figure.factor[world.row] - figure.factor[world.partner]))
        shifts = figure.shifts(world.term, world.level, world.other, world.moved)
        most = max(most, apart * max(abs(shift) for shift in shifts))
    total = float(np.nansum(figure.sums))
    return most / total if total > most else 0.0


def told(value: float, step: int) -> int:
    """Give a sum as it is told: the nearest multiple of the step, upwards in the middle."""
    return int(np.floor(value / step + 0.5)) * step


def stays(pattern: Pattern, figure: Figure) -> tuple[Marks, Marks]:
    """Tell for which rows and groups the whole numbers of the law are the same in every other nation."""
    rows, groups = _shifts(pattern, figure)
    return (
        _stays(figure.sums, figure.low, figure.high, rows, drift_of(pattern, figure)),
        _stays(figure.group_sums, figure.group_low, figure.group_high, groups, 0.0),  # they are binding: always told
    )


def _stays(sums: Floats, low: Floats, high: Floats, shifts: Mapping[int, Sequence[float]], drift: float) -> Marks:
    off = np.abs(sums) * drift
    marks = np.asarray(~((sums - off <= low) | (sums + off >= high)) | (drift == 0))
    for at, of in shifts.items():
        marks[at] &= all(low[at] < sums[at] + shift - off[at] and sums[at] + shift + off[at] < high[at] for shift in of)
    return marks


def row_shifts(pattern: Pattern, figure: Figure) -> dict[int, list[float]]:
    """Give by how much the sum of each row differs in the nations in which it does; nothing for other rows."""
    rows, _ = _shifts(pattern, figure)
    return defaultdict(list, rows)


def _steps(
    sums: Floats, shifts: Mapping[int, Sequence[float]], withheld: NDArray[np.bool_], drift: float
) -> NDArray[np.int64]:
    steps = np.full(len(sums), KEPT_BACK, np.int64)
    for row, value in enumerate(sums):
        if not withheld[row]:
            steps[row] = finest(float(value), shifts.get(row, ()), NOISE + abs(float(value)) * drift)
    return steps


def finest(value: float, shifts: Sequence[float], noise: float = NOISE) -> int:
    """Give the finest step at which a sum, off by ``noise``, is told alike after each of the shifts."""
    ends = [value + shift + sign * noise for shift in (0.0, *shifts) for sign in (-1, 1)]
    return next((step for step in STEPS if len({told(end, step) for end in ends}) == 1), KEPT_BACK)


def _shifts(pattern: Pattern, figure: Figure) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    """Give by how much each row's and group's sum differs, in each nation in which it does."""
    block = pattern.block
    rows: dict[int, list[float]] = defaultdict(list)
    groups: dict[int, list[float]] = defaultdict(list)
    for world in pattern.worlds:
        for raw in figure.shifts(world.term, world.level, world.other, world.moved):
            of_groups: dict[int, float] = defaultdict(float)
            for row, sign in ((world.row, 1), (world.partner, -1)):
                shift = sign * raw * float(figure.factor[row])
                if block.told[row]:
                    rows[row].append(shift)
                of_groups[int(block.group[row])] += shift
            for group, shift in of_groups.items():
                if group >= 0 and len(figure.group_sums):
                    groups[group].append(shift)
    return rows, groups
