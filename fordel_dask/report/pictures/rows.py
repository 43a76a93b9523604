"""A chart of rows below each other: on each a point with its interval, on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from fordel_dask.report.frame import drawn
from fordel_dask.report.pictures.axis import Axis
from fordel_dask.report.pictures.scale import Tick, reach, ticks
from fordel_dask.report.wording import NONE, Wording

WIDTH, VALUES = 760, 84
LETTER, LEAST_LABELS, MOST_LABELS = 8.2, 120, 340
"""About the width of a letter, and what names have at least and at most; in pixels."""

ROW, HEADING = 26, 34
TOP = 26
SIDE = 14
"""Pixels between the scale and what stands beside it."""


@dataclass(frozen=True)
class Row:
    """A row: its name, what is printed beside it, the point and the ends of its interval, as far as they are known.

    A row without point and value is the heading of those below it. ``strong`` sets it off from the others.
    """

    label: str
    value: str = ""
    at: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    strong: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it only names those below it."""
        return not self.value


@dataclass(frozen=True)
class Rule:
    """A line down the chart, with what it stands for above it."""

    at: Fraction
    label: str


@dataclass(frozen=True)
class Band:
    """A part of the scale that is shaded."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Drawn:
    """A row in pixels."""

    row: Row
    y: float
    at: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Chart:
    """Rows, the lines down the chart and the scale, in pixels."""

    rows: tuple[Drawn, ...]
    rules: tuple[Tick, ...]
    bands: tuple[tuple[float, float], ...]
    scale: tuple[Tick, ...]
    height: float
    left: int
    width: int = WIDTH
    top: int = TOP
    right: int = WIDTH - VALUES - SIDE


def rows_chart(rows: Sequence[Row], words: Wording, rules: Sequence[Rule] = (), bands: Sequence[Band] = ()) -> Chart:
    """Put rows, lines and bands on a scale that holds them all."""
    known = [value for row in rows for value in (row.at, row.low, row.high)]
    ends = [end for band in bands for end in (band.low, band.high)]
    low, high = reach([*known, *ends], *(rule.at for rule in rules))
    left = SIDE + _room_for([row.label for row in rows])
    axis = Axis(low, high if high > low else low + 1, left, Chart.right)
    y, drawn_rows = float(TOP), []
    for row in rows:
        height = HEADING if row.is_heading else ROW
        at, start, end = (None if value is None else axis.at(value) for value in (row.at, row.low, row.high))
        drawn_rows.append(Drawn(row, y + height - ROW / 2, at, start, end))
        y += height
    return Chart(
        rows=tuple(drawn_rows),
        rules=tuple(Tick(axis.at(rule.at), rule.label) for rule in rules),
        bands=tuple((axis.at(band.low), axis.at(band.high)) for band in bands),
        scale=ticks(axis, words),
        height=y + 4,
        left=left,
    )


def _room_for(names: Sequence[str]) -> int:
    """Give the pixels that the longest name needs, within bounds."""
    longest = max(map(len, names), default=0)
    return round(min(max(LETTER * longest, LEAST_LABELS), MOST_LABELS))


def rows_svg(name: str, title: str, chart: Chart, words: Wording, unit: str = "") -> Markup:
    """Draw the chart; ``unit`` stands below the scale."""
    return drawn("pictures/rows.svg", words, name=name, title=title, chart=chart, unit=unit, dash=NONE)
