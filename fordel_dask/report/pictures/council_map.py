"""Small maps of Denmark: whole councils coloured by how their number changes, drawn once and used many times.

Floats are fine here: nothing that is counted depends on where a line is drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from fordel_dask.report.pictures.denmark import Point, outlines, place

SMALLEST_RING = 3.0
"""Islands of fewer square pixels are not drawn: the maps are small."""

BOUNDS = tuple(Fraction(text) for text in ("-0.05", "-0.02", "-0.01", "0", "0.01", "0.02", "0.05"))
"""Changes as shares of the base at which a class ends."""

COLOURS = ("#6e2f12", "#a8552a", "#cf8a56", "#ecc49c", "#e7e4dc", "#b5d6d5", "#7fb3b4", "#3f8388", "#15505a")
"""Brown for less, green for more (told apart by colour-blind people too), grey for unchanged in the middle."""

MIDDLE = len(COLOURS) // 2


def class_of(share: Fraction | None) -> int | None:
    """Give the colour class of a change as a share of the base; none where there is no base."""
    if share is None:
        return None
    if share == 0:
        return MIDDLE
    if share < 0:
        return sum(share > bound for bound in BOUNDS if bound < 0)
    return MIDDLE + 1 + sum(share >= bound for bound in BOUNDS if bound > 0)


def legend() -> tuple[tuple[Fraction | None, Fraction | None], ...]:
    """Give the changes that each colour stands for, from and to; none where it is open, both for unchanged."""
    ranges = [*pairwise((None, *BOUNDS, None))]
    return (*ranges[:MIDDLE], (None, None), *ranges[MIDDLE:])


def council_paths(council_of: Mapping[str, str]) -> dict[str, str]:
    """Give the SVG path of each council, of its municipalities' outlines in whole pixels."""
    paths: dict[str, list[str]] = {}
    for code, rings in outlines().items():
        if code in council_of:
            found = paths.setdefault(council_of[code], [])
            found += [_closed(points) for ring in rings if len(points := _coarse(ring, code)) > 2]
    return {council: "".join(found) for council, found in sorted(paths.items())}


def _coarse(ring: Sequence[Point], code: str) -> list[tuple[int, int]]:
    """Give a ring in whole pixels without repeated points; empty where it is too small to be seen."""
    points = [place(point, code) for point in ring]
    if abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points))) / 2 < SMALLEST_RING:
        return []
    return [*_distinct((round(x), round(y)) for x, y in points)]


def _distinct(points: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last = None
    for point in points:
        if point != last:
            yield point
        last = point


def _closed(points: Sequence[tuple[int, int]]) -> str:
    """Write a ring as moves from point to point, which is shorter than the points themselves."""
    steps = "".join(f"{b[0] - a[0]} {b[1] - a[1]} ".replace(" -", "-") for a, b in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{steps.strip()}z"
