"""Where Denmark's municipalities stand on a map: outlines, borders of councils, Bornholm's frame, the capital's window.

The projection is equirectangular with the cosine of the middle latitude; good for a small country.
Floats are fine here: nothing that is counted depends on where a line is drawn.
"""

import functools
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
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
AROUND, LEAST_SIDE = 6, 56
"""Pixels that a view box shows around its municipalities, and the least that it has on a side."""

Point = tuple[float, float]
Ring = Sequence[Point]
Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""


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


def _box(west: float, east: float, south: float, north: float) -> Box:
    (left, top), (right, bottom) = place((west, north), ""), place((east, south), "")
    return round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1)


CAPITAL_BOX = _box(*CAPITAL)


@functools.cache
def of_the_capital() -> frozenset[str]:
    """Give the municipalities of which something lies in the capital's window."""
    left, top, width, height = CAPITAL_BOX
    return frozenset(
        code
        for code, rings in outlines().items()
        if any(
            left <= x <= left + width and top <= y <= top + height
            for ring in rings
            for x, y in (place(point, code) for point in ring)
        )
    )


def bounds(codes: Collection[str]) -> Box:
    """Give the view box of some municipalities."""
    points = [place(point, code) for code in sorted(codes) for ring in outlines()[code] for point in ring]
    sides = []
    for n in (0, 1):
        low, high = min(point[n] for point in points), max(point[n] for point in points)
        half = max((high - low) / 2 + AROUND, LEAST_SIDE / 2)
        sides.append(((low + high) / 2 - half, 2 * half))
    (left, width), (top, height) = sides
    return round(left, 1), round(top, 1), round(width, 1), round(height, 1)


@functools.cache
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
