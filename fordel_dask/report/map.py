"""A map of Denmark in SVG: municipalities coloured by patients per capacity, council borders, Bornholm inset.

The projection is equirectangular with the cosine of the middle latitude; good for a small country.
Floats are fine here: nothing that is counted depends on where a line is drawn.
"""

import functools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise

BORNHOLM, CHRISTIANSOE = "400", "411"
WIDTH, HEIGHT = 520, 628
MARGIN = 10
WEST, EAST, SOUTH, NORTH = 8.05, 12.82, 54.54, 57.77
MIDDLE = math.radians((SOUTH + NORTH) / 2)
SCALE = (WIDTH - 2 * MARGIN) / ((EAST - WEST) * math.cos(MIDDLE))
INSET = (WIDTH - 112, 40)
INSET_SIZE = (102, 100)
CAPITAL = (11.98, 12.72, 55.50, 55.97)
INSET_WEST, INSET_NORTH = 14.62, 55.33
SMALLEST_RING = 0.6
WIDTHS = (25, 50, 100, 200, 400, 800)
COVERED = 0.9
STEPS_EACH_WAY = 3
COLOURS = ("#8c3f1c", "#c0703d", "#e0a878", "#f2dcc6", "#d7e6e4", "#9fc5c3", "#5b989b", "#1f5f68")

Point = tuple[float, float]
Ring = Sequence[Point]


@dataclass(frozen=True)
class Shape:
    """One municipality on the map: its SVG path and where its number puts it."""

    code: str
    path: str
    colour: int | None


@dataclass(frozen=True)
class Legend:
    """One colour of the map and the patients per capacity it stands for."""

    colour: str
    label: str
    municipalities: int


@functools.cache
def outlines() -> dict[str, tuple[Ring, ...]]:
    """Give the rings of each municipality in degrees; Christiansø belongs to Bornholm.

    Source: ``law/sources.toml``, geography/municipalities.geojson.
    """
    text = resources.files("fordel_dask.law").joinpath("geography/municipalities.geojson").read_text("utf-8")
    rings: dict[str, tuple[Ring, ...]] = {}
    for feature in json.loads(text)["features"]:
        code = str(feature["properties"]["kommunekode"]).zfill(3)
        owner = BORNHOLM if code == CHRISTIANSOE else code
        found = tuple(
            tuple((float(x), float(y)) for x, y in ring)
            for polygon in feature["geometry"]["coordinates"]
            for ring in polygon
        )
        rings[owner] = (*rings.get(owner, ()), *found)
    return rings


def place(point: Point, code: str) -> Point:
    """Put a point of a municipality on the map, in pixels from the upper left corner."""
    (x, y), cosine = point, math.cos(MIDDLE)
    if code == BORNHOLM:
        return INSET[0] + 14 + (x - INSET_WEST) * cosine * SCALE, INSET[1] + 8 + (INSET_NORTH - y) * SCALE
    return MARGIN + (x - WEST) * cosine * SCALE, MARGIN + (NORTH - y) * SCALE


def capital_window() -> str:
    """Give the SVG view box of the capital and its surroundings, where municipalities are small."""
    west, east, south, north = CAPITAL
    (left, top), (right, bottom) = place((west, north), ""), place((east, south), "")
    return f"{left:.1f} {top:.1f} {right - left:.1f} {bottom - top:.1f}"


def path_of(code: str) -> str:
    """Give the SVG path of a municipality, rings too small to be seen left out."""
    pieces = []
    for ring in outlines()[code]:
        points = [place(point, code) for point in ring]
        if abs(_area(points)) >= SMALLEST_RING:
            pieces.append(f"M{'L'.join(_distinct(points))}Z")
    return "".join(pieces)


def _area(points: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)) / 2


def _distinct(points: Ring) -> Iterator[str]:
    last = ""
    for x, y in points:
        text = f"{x:.1f} {y:.1f}"
        if text != last:
            yield text
        last = text


def council_borders(council_of: Mapping[str, str]) -> str:
    """Give the borders between councils as one SVG path: edges that two municipalities of different councils share."""
    owners: dict[frozenset[Point], str] = {}
    segments = []
    for code, rings in outlines().items():
        for start, end in _edges(rings):
            edge = frozenset((start, end))
            other = owners.setdefault(edge, code)
            if council_of.get(other) != council_of.get(code):
                segments.append(f"M{'L'.join(_distinct([place(start, code), place(end, code)]))}")
    return "".join(segments)


def _edges(rings: Sequence[Ring]) -> Iterator[tuple[Point, Point]]:
    for ring in rings:
        yield from pairwise(ring)


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


def legend(values: Sequence[float], middle: int, width: int) -> tuple[Legend, ...]:
    """Give the colours with the range of each and how many municipalities it has."""
    bounds = [middle + width * step for step in range(-STEPS_EACH_WAY, STEPS_EACH_WAY + 1)]
    labels = [
        f"under {bounds[0]:,}",
        *(f"{low:,}–{high - 1:,}" for low, high in pairwise(bounds)),
        f"{bounds[-1]:,} and more",
    ]
    classes = [class_of(value, middle, width) for value in values]
    return tuple(
        Legend(colour, label, classes.count(n)) for n, (colour, label) in enumerate(zip(COLOURS, labels, strict=True))
    )
