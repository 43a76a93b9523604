"""How exactly a weighted sum may be told: so that in every other nation it would be told alike."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fordel_dask.disclosure.figure import Figure, Floats
from fordel_dask.disclosure.pattern import Pattern
from fordel_dask.disclosure.reach import Ends, reach_of
from fordel_dask.disclosure.rules import Marks

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Weighted citizens to which a sum is rounded, finest first."""

KEPT_BACK = 0
"""In the place of a step: the sum is not told at all."""

NOISE = 1e-5
"""Weighted citizens by which sums of binary floats, or of need printed with 9 decimals, may be off."""


def steps_of(pattern: Pattern, figure: Figure) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the step to which each row's and each group's sum is rounded; ``KEPT_BACK`` where it is not told."""
    reach = reach_of(pattern, figure)
    return (
        _steps(figure.sums, reach.rows, pattern.withheld, figure.least),
        _steps(figure.group_sums, reach.groups, pattern.withheld_groups, figure.least),
    )


def told(value: float, step: int) -> int:
    """Give a sum as it is told: the nearest multiple of the step, upwards in the middle."""
    return int(np.floor(value / step + 0.5)) * step


def stays(pattern: Pattern, figure: Figure) -> tuple[Marks, Marks]:
    """Tell for which rows and groups the whole numbers of the law are the same in every other nation."""
    reach = reach_of(pattern, figure)
    return _stays(figure.sums, figure.low, figure.high, reach.rows), _stays(
        figure.group_sums, figure.group_low, figure.group_high, reach.parts
    )


def _stays(sums: Floats, low: Floats, high: Floats, ends: Ends) -> Marks:
    """Tell which whole numbers stay; a sum that does not differ is not asked (its number is what it is)."""
    down, up = ends.furthest(len(sums))
    with np.errstate(invalid="ignore"):
        return np.asarray(((down == 0) & (up == 0)) | ((low < sums + down) & (sums + up < high)))


def row_shifts(pattern: Pattern, figure: Figure) -> dict[int, list[float]]:
    """Give by how much the sum of each row differs in the nations in which it does; nothing for other rows."""
    ends = reach_of(pattern, figure).rows
    found: dict[int, list[float]] = defaultdict(list)
    for row, low, high in zip(ends.of.tolist(), ends.low.tolist(), ends.high.tolist(), strict=True):
        found[row] += [low] if low == high else [low, high]
    return found


def _steps(sums: Floats, ends: Ends, withheld: Marks, least: float) -> NDArray[np.int64]:
    """Give the finest step of each sum; as rounding never turns round, the furthest shifts speak for all others."""
    down, up = ends.furthest(len(sums))
    steps = np.full(len(sums), KEPT_BACK, np.int64)
    able = [step for step in STEPS if step >= least]
    for step in reversed(able):
        alike = np.floor((sums + down - NOISE) / step + 0.5) == np.floor((sums + up + NOISE) / step + 0.5)
        steps[alike] = step
    steps[(down == 0) & (up == 0)] = able[0] if able else KEPT_BACK
    steps[withheld[: len(sums)]] = KEPT_BACK
    return steps


def finest(value: float, shifts: Sequence[float]) -> int:
    """Give the finest step at which a sum is told alike after each of the shifts."""
    ends = [value + shift + sign * NOISE for shift in (0.0, *shifts) for sign in (-1, 1)]
    return next((step for step in STEPS if len({told(end, step) for end in ends}) == 1), KEPT_BACK)
