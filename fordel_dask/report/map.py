"""Municipalities coloured about a middle, as the pages of the closed room show them.

Floats are fine here: nothing that is counted depends on a colour.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fordel_dask.report.pictures.denmark import outlines, path_of

WIDTHS = (25, 50, 100, 200, 400, 800)
COVERED = 0.9
STEPS_EACH_WAY = 3
COLOURS = ("#8c3f1c", "#c0703d", "#e0a878", "#f2dcc6", "#d7e6e4", "#9fc5c3", "#5b989b", "#1f5f68")


@dataclass(frozen=True)
class Shape:
    """One municipality on the map: its SVG path and where its number puts it."""

    code: str
    path: str
    colour: int | None


def class_width(values: Sequence[float], middle: int) -> int:
    """Give the width of a colour class: the least that leaves at most a tenth of the values in the open ends."""
    for width in WIDTHS:
        inside = sum(abs(value - middle) < STEPS_EACH_WAY * width for value in values)
        if inside >= COVERED * len(values):
            return width
    return WIDTHS[-1]


def class_of(value: float, middle: int, width: int) -> int:
    """Give the colour class of a value: the first ends three widths below ``middle``, the last begins three above."""
    step = math.floor((value - middle) / width) + STEPS_EACH_WAY + 1
    return min(max(step, 0), len(COLOURS) - 1)


def shapes(values: Mapping[str, float | None], middle: int, width: int) -> Iterator[Shape]:
    """Give every municipality with its colour class; none where it has no number."""
    for code in sorted(outlines()):
        value = values.get(code)
        yield Shape(code, path_of(code), None if value is None else class_of(value, middle, width))
