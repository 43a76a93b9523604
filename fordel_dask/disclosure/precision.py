"""How exactly a weighted sum may be told: so that in every other nation it would be told alike."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fordel_dask.disclosure.figure import Figure, Floats
from fordel_dask.disclosure.pattern import Pattern
from fordel_dask.disclosure.reach import Ends, Reach, reach_of
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
    drift = drift_of(reach, figure)
    able = [step for step in STEPS if step >= figure.least]
    return (
        _steps(figure.sums, reach.rows, pattern.withheld, able, drift),
        _steps(figure.group_sums, reach.groups, pattern.withheld_groups, able, drift),
    )


def drift_of(reach: Reach, figure: Figure) -> float:
    """Give the share by which all sums differ at most in other nations.

    Weights are scaled so that they add up to the citizens: where an exchange between municipalities of other factors
    makes more of them, all others weigh a little less. Patients exchanged between clinics change nothing of the kind.
    """
    total = float(np.nansum(figure.sums))
    if not len(figure.group_sums) or total <= reach.in_all:
        return 0.0
    return reach.in_all / total


def told(value: float, step: int) -> int:
    """Give a sum as it is told: the nearest multiple of the step, upwards in the middle."""
    return int(np.floor(value / step + 0.5)) * step


def stays(pattern: Pattern, figure: Figure) -> tuple[Marks, Marks]:
    """Tell for which rows and groups the whole numbers of the law are the same in every other nation."""
    reach = reach_of(pattern, figure)
    return (
        _stays(figure.sums, figure.low, figure.high, reach.rows, drift_of(reach, figure)),
        _stays(figure.group_sums, figure.group_low, figure.group_high, reach.parts, 0.0),  # a drift is no one's
    )


def _stays(sums: Floats, low: Floats, high: Floats, ends: Ends, drift: float) -> Marks:
    """Tell which whole numbers stay; a sum that does not differ is not asked (its number is what it is)."""
    down, up = ends.furthest(len(sums))
    off = np.abs(sums) * drift
    with np.errstate(invalid="ignore"):
        same = (down == 0) & (up == 0) & (off == 0)
        return np.asarray(same | ((low < sums + down - off) & (sums + up + off < high)))


def row_shifts(pattern: Pattern, figure: Figure) -> dict[int, list[float]]:
    """Give by how much the sum of each row differs in the nations in which it does; nothing for other rows."""
    ends = reach_of(pattern, figure).rows
    found: dict[int, list[float]] = defaultdict(list)
    for row, low, high in zip(ends.of.tolist(), ends.low.tolist(), ends.high.tolist(), strict=True):
        found[row] += [low] if low == high else [low, high]
    return found


def _steps(sums: Floats, ends: Ends, withheld: Marks, able: Sequence[int], drift: float) -> NDArray[np.int64]:
    """Give the finest step of each sum; as rounding never turns round, the furthest shifts speak for all others."""
    down, up = ends.furthest(len(sums))
    off = NOISE + np.abs(sums) * drift
    steps = np.full(len(sums), KEPT_BACK, np.int64)
    for step in reversed(able):
        alike = np.floor((sums + down - off) / step + 0.5) == np.floor((sums + up + off) / step + 0.5)
        steps[alike] = step
    if able and not drift:
        steps[(down == 0) & (up == 0)] = able[0]
    steps[withheld[: len(sums)]] = KEPT_BACK
    return steps


def finest(value: float, shifts: Sequence[float], noise: float = NOISE) -> int:
    """Give the finest step at which a sum, off by ``noise``, is told alike after each of the shifts."""
    ends = [value + shift + sign * noise for shift in (0.0, *shifts) for sign in (-1, 1)]
    return next((step for step in STEPS if len({told(end, step) for end in ends}) == 1), KEPT_BACK)
