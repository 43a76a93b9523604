"""Where the marks of a diagnosis' pictures stand: ratios as dots about 1, ages as lines, tenths beside the diagonal.

Geometry only; the template draws. Floats are fine here: nothing that is counted depends on them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.report.pictures.axis import Axis

WIDTH = 800
LABELS, VALUES = 290, 140
ROW = 22
LEAST_REACH, MOST_REACH = 0.05, 0.6
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
MOST_TICKS = 7
FEW = 30
"""Groups of fewer citizens are drawn lightly: chance moves them far."""


@dataclass(frozen=True)
class Ratio:
    """What a picture needs of a group: its name, citizens, predictive ratio and what is printed beside it."""

    name: str
    citizens: int
    ratio: float | None
    value: str


@dataclass(frozen=True)
class Dot:
    """One group: its name and value in print, and its place; ``x`` is none where there is no ratio.

    ``beyond`` tells that the ratio lies outside the axis.
    """

    name: str
    value: str
    x: float | None
    y: float
    few: bool
    beyond: bool


@dataclass(frozen=True)
class DotChart:
    """Ratios below each other, with ticks and the line at 1."""

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]
    one: float
    height: float
    width: int = WIDTH
    labels: int = LABELS
    values: int = WIDTH - VALUES


def dot_chart(groups: Sequence[Ratio]) -> DotChart:
    """Give the dots of some groups on an axis about 1."""
    reach = reach_of([group.ratio for group in groups if group.ratio is not None and group.citizens >= FEW])
    axis = Axis(1 - reach, 1 + reach, LABELS + 20, WIDTH - VALUES - 20)
    dots = tuple(
        Dot(
            name=group.name,
            value=group.value,
            x=None if group.ratio is None else axis.at(group.ratio),
            y=n * ROW + ROW / 2,
            few=group.citizens < FEW,
            beyond=group.ratio is not None and not axis.low <= group.ratio <= axis.high,
        )
        for n, group in enumerate(groups)
    )
    return DotChart(dots, ticks(axis), axis.at(1), len(groups) * ROW)


def reach_of(ratios: Sequence[float]) -> float:
    """Give how far an axis reaches from 1 to either side."""
    furthest = max((abs(ratio - 1) for ratio in ratios), default=0.0)
    return min(max(LEAST_REACH, math.ceil(furthest * 21) / 20), MOST_REACH)


def ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    """Give round ratios with their pixels."""
    step = next((one for one in STEPS if (axis.high - axis.low) / one <= MOST_TICKS), STEPS[-1])
    each_way = math.floor((axis.high - 1) / step + 1e-9)
    return tuple((axis.at(1 + n * step), f"{1 + n * step:.2f}") for n in range(-each_way, each_way + 1))


@dataclass(frozen=True)
class LineChart:
    """Ratios of men and women by year of age: an SVG path each, with ticks."""

    paths: tuple[tuple[str, str], ...]
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    one: float
    width: int = WIDTH
    height: int = 260
    left: int = 46


def line_chart(ages: Sequence[tuple[str, int, int, float | None]], oldest: int = 95) -> LineChart:
    """Give the ratios by sex (M or F), age and citizens as two lines, broken where there are few citizens."""
    shown = [(sex, age, ratio) for sex, age, citizens, ratio in ages if ratio and citizens >= FEW and age <= oldest]
    reach = reach_of([ratio for *_, ratio in shown])
    across, up = Axis(0, oldest, LineChart.left, WIDTH - 10), Axis(1 - reach, 1 + reach, LineChart.height, 10)
    paths = []
    for sex in "MF":
        path, last = "", None
        for _, age, ratio in (one for one in shown if one[0] == sex):
            path += f"{'L' if last == age - 1 else 'M'}{across.at(age)} {up.at(ratio)}"
            last = age
        paths.append((sex, path))
    decades = tuple((across.at(age), str(age)) for age in range(0, oldest + 1, 10))
    return LineChart(tuple(paths), decades, ticks(up), up.at(1))


@dataclass(frozen=True)
class DiagonalChart:
    """Tenths by predicted and actual kroner a year, and the diagonal where both are the same."""

    points: tuple[tuple[float, float, str], ...]
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    end: tuple[float, float]
    width: int = 420
    height: int = 340
    left: int = 62


def diagonal_chart(tenths: Sequence[tuple[str, float, float]]) -> DiagonalChart:
    """Give the points of tenths: name, predicted and actual kroner a year."""
    highest = max([1.0, *(max(predicted, actual) for _, predicted, actual in tenths)])
    step = 10 ** math.floor(math.log10(highest))
    step = step / 2 if highest / step < 4 else step
    top = math.ceil(highest / step) * step
    across = Axis(0, top, DiagonalChart.left, DiagonalChart.width - 16)
    up = Axis(0, top, DiagonalChart.height, 12)
    values = [n * step for n in range(round(top / step) + 1)]
    return DiagonalChart(
        tuple((across.at(predicted), up.at(actual), name) for name, predicted, actual in tenths),
        tuple((across.at(value), f"{value:,.0f}") for value in values),
        tuple((up.at(value), f"{value:,.0f}") for value in values),
        (across.at(top), up.at(top)),
    )
