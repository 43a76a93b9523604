"""How much weights and clinics have moved between two years."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

NINE_TENTHS = Fraction(9, 10)


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


@dataclass(frozen=True)
class Moved:
    """A whole number that two RUNs publish, the step it is rounded to, and the mean weights behind it."""

    before: int
    after: int
    step: Fraction
    mean_weights: tuple[Fraction, Fraction]

    @property
    def distance(self) -> int:
        """How far it has moved, in either direction."""
        return abs(self.after - self.before)


@dataclass(frozen=True)
class Steadiness:
    """How many of a group of numbers have moved, and how far; distances are none where there are no numbers.

    ``nine_tenths`` is the least distance that 90 % of the numbers have not gone beyond.
    """

    numbers: int
    unchanged: int
    higher: int
    lower: int
    beyond_a_step: int
    mean: Fraction | None
    median: Fraction | None
    nine_tenths: int | None
    correlation: float | None


def steadiness_of(moved: Sequence[Moved]) -> Steadiness:
    """Sum up how steady a group of numbers was from one RUN to another."""
    distances = sorted(one.distance for one in moved)
    count = len(distances)
    weights = [Change("", "", "", *one.mean_weights) for one in moved]
    return Steadiness(
        numbers=count,
        unchanged=distances.count(0),
        higher=sum(one.after > one.before for one in moved),
        lower=sum(one.after < one.before for one in moved),
        beyond_a_step=sum(one.distance > one.step for one in moved),
        mean=Fraction(sum(distances), count) if count else None,
        median=Fraction(distances[(count - 1) // 2] + distances[count // 2], 2) if count else None,
        nine_tenths=distances[-(-count * NINE_TENTHS.numerator // NINE_TENTHS.denominator) - 1] if count else None,
        correlation=correlation(weights),
    )
