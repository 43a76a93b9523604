"""How much weights and clinics have moved between two years."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Change:
    """A figure of an earlier RUN and the same one now; ``steps`` how many rounding steps it has moved, if any count."""

    kind: str
    code: str
    level: str
    before: Fraction
    now: Fraction
    steps: int | None = None


def correlation(changes: Sequence[Change]) -> float | None:
    """Give the correlation of figures before and now (Pearson); none of fewer than two, or where nothing varies."""
    if len(changes) < 2:
        return None
    before, now = [float(one.before) for one in changes], [float(one.now) for one in changes]
    middle = [math.fsum(values) / len(values) for values in (before, now)]
    off = [[value - mean for value in values] for values, mean in zip((before, now), middle, strict=True)]
    sizes = [math.sqrt(math.fsum(value * value for value in values)) for values in off]
    if not all(sizes):
        return None
    return math.fsum(one * other for one, other in zip(*off, strict=True)) / (sizes[0] * sizes[1])


def share_moved(changes: Sequence[Change], steps: int = 1) -> Fraction | None:
    """Give the share of figures that have moved by more than so many rounding steps; none if none is rounded."""
    rounded = [one.steps for one in changes if one.steps is not None]
    return Fraction(sum(abs(moved) > steps for moved in rounded), len(rounded)) if rounded else None
