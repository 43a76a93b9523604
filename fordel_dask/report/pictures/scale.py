"""What is written beside a scale: its round values, with as many decimals as they need."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.pictures.axis import Axis, places_of
from fordel_dask.report.wording import Wording


@dataclass(frozen=True)
class Tick:
    """A round value on a scale: where it stands, and how it is written."""

    at: float
    label: str


def ticks(axis: Axis, words: Wording, most: int = 7, unit: str = "") -> tuple[Tick, ...]:
    """Give the round values of a scale, at most so many."""
    values = axis.round_values(most)
    step = values[1] - values[0] if len(values) > 1 else Fraction(1)
    return tuple(Tick(axis.at(value), words.number(value, places_of(step)) + unit) for value in values)


def reach(values: Iterable[Fraction | None], *also: Fraction | int) -> tuple[float, float]:
    """Give the least and the most of values and of some that must be on the scale, with a little air between them."""
    known = [float(value) for value in (*values, *also) if value is not None]
    low, high = min(known), max(known)
    air = (high - low or 1) / 40
    return (low if low in map(float, also) else low - air), (high if high in map(float, also) else high + air)
