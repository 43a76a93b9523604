"""Where the bars of the page's charts stand: weights by level, and clinics by minimum per capacity.

Geometry only; the template draws. Floats are fine here: nothing that is counted depends on them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.words import grouped, level_words, term_words

Row = Mapping[str, str]
WIDTH = 480
LABELS = 62
VALUES = 40
Z_95 = 1.96
AGE_SEX = "age_sex"
MOST_BARS = 30
TICKS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
MOST_TICKS = 6


@dataclass(frozen=True)
class Axis:
    """A horizontal scale from ``low`` to ``high`` between ``left`` and ``right`` pixels."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Give the pixel of a value; values outside stand at the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Give round values with their pixels."""
        step = next((one for one in TICKS if (self.high - self.low) / one <= MOST_TICKS), TICKS[-1])
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple((self.at(n * step), f"{n * step:.2g}".replace("-", "−")) for n in range(first, last + 1))


@dataclass(frozen=True)
class Bar:
    """One bar: its name, value as printed, and where bar and 95 % interval begin and end, in pixels."""

    name: str
    kind: str
    value: str
    top: float
    left: float
    width: float
    error_from: float
    error_to: float
    end: float


@dataclass(frozen=True)
class BarChart:
    """Bars beside each other on one axis; ``labels`` stand at the left with their height."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[float, str], ...]
    axis: Axis
    height: float
    width: int = WIDTH


def age_chart(rows: Sequence[Row], row_height: int = 25) -> BarChart:
    """Give the weights by age and sex: a pair of bars for each age band."""
    own = [row for row in rows if row["term"] == AGE_SEX]
    bands = list(dict.fromkeys(row["level"][2:] for row in own))
    axis = Axis(0.0, max([1.2, *(1.02 * _interval(row)[1] for row in own)]), LABELS, WIDTH - VALUES)
    bars = tuple(
        _bar(row, axis, bands.index(row["level"][2:]) * row_height + (12.5 if row["level"][0] == "F" else 3))
        for row in own
    )
    labels = tuple((n * row_height + 16.5, band.replace("-", "–")) for n, band in enumerate(bands))
    return BarChart(bars, labels, axis, len(bands) * row_height)


def other_chart(rows: Sequence[Row], row_height: int = 44) -> BarChart:
    """Give what the other levels add to a citizen's weight: one bar each, its name above it."""
    own = [row for row in rows if row["term"] != AGE_SEX]
    ends = [end for row in own for end in _interval(row)]
    axis = Axis(min([-0.1, *ends]), max([0.2, *ends]), 8, WIDTH - VALUES - 8)
    bars = tuple(_bar(row, axis, n * row_height + 20) for n, row in enumerate(own))
    return BarChart(bars, (), axis, len(own) * row_height)


def _bar(row: Row, axis: Axis, top: float) -> Bar:
    weight, (low, high) = float(row["weight"]), _interval(row)
    zero, end = axis.at(max(axis.low, 0.0)), axis.at(weight)
    return Bar(
        name=level_words(row["term"], row["level"]),
        kind=row["level"][0] if row["term"] == AGE_SEX else term_words(row["term"]),
        value=grouped(Fraction(row["weight"]), 2),
        top=top,
        left=min(zero, end),
        width=round(abs(end - zero), 1),
        error_from=axis.at(low),
        error_to=axis.at(high),
        end=max(zero, end, axis.at(high)),
    )


def _interval(row: Row) -> tuple[float, float]:
    """Give the 95 % interval of a weight; the standard error is in kroner, as the coefficient is."""
    weight, coefficient = float(row["weight"]), float(row["coefficient_kr"])
    half = Z_95 * float(row["standard_error_kr"]) * (weight / coefficient if coefficient else 0.0)
    return weight - half, weight + half


@dataclass(frozen=True)
class Column:
    """One column of the histogram: the patients per capacity it stands for, its clinics, and its place."""

    patients: int
    clinics: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Histogram:
    """Clinics by minimum per capacity; ``middle`` is where the national mean stands."""

    columns: tuple[Column, ...]
    middle: float
    step: int
    labels: tuple[tuple[float, str], ...]
    height: float = 220
    width: int = WIDTH


def histogram(minimums: Iterable[int], norm: int, step: int) -> Histogram:
    """Give the number of clinics at each minimum per capacity, steps joined where there are too many."""
    values = list(minimums)
    low, high = min([*values, norm]), max([*values, norm])
    wide = step * max(1, math.ceil((high - low) / step / MOST_BARS))
    counted = Counter((value - low) // wide for value in values)
    n = (high - low) // wide + 1
    full, tallest = Histogram.height, max(counted.values(), default=1)
    each = (WIDTH - 20) / n
    columns = tuple(
        Column(
            patients=low + wide * k,
            clinics=counted[k],
            left=round(10 + each * k, 1),
            top=round(full - (full - 24) * counted[k] / tallest, 1),
            width=round(each - min(3.0, each / 4), 1),
            height=round((full - 24) * counted[k] / tallest, 1),
        )
        for k in range(n)
    )
    every = max(1, math.ceil(n / 8))
    labels = tuple((round(c.left + c.width / 2, 1), f"{c.patients:,}") for c in columns[::every])
    middle = columns[(norm - low) // wide]
    return Histogram(columns, round(middle.left + middle.width / 2, 1), wide, labels)
