"""Slopes: which power of the citizens, or of the rows, do time and memory grow with, and what does a million cost?

python -m benchmarks.growth.slopes benchmarks/growth/results/NAME

Writes slopes.csv from growth.csv; ``benchmarks.growth.run`` has already done so.
"""

import statistics
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.growth.run import Point, base_of
from benchmarks.measured.processes import lines_of, write_csv

MEASURES = ("seconds", "cpu_seconds", "rss_mib", "own_mib")
CHANGED = {"citizens": "citizens", "rows": "times"}  # the axis, and what of a point is changed along it
COORDINATES = ("citizens", "times", "partitions", "threads", "workers")
MILLION = 1_000_000
Lines = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Slope:
    """How a measure grows along an axis, of one stage of a command.

    ``exponent`` is the slope of the straight line through the logarithms, ``residual`` how far the points lie from it
    (root of the mean square, 0.1: about 10 %), ``at_the_end`` the exponent between the two largest points.
    ``million`` and ``start`` are the straight line through the values themselves, every point weighted so that
    its error counts as a share of it: what a million more costs, and what is there before the first.
    """

    axis: str
    command: str
    stage: str
    measure: str
    points: int
    smallest: int
    largest: int
    exponent: float
    residual: float
    at_the_end: float
    million: float
    start: float


HEADER = tuple(field.name for field in fields(Slope))


def fit(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Give exponent, residual, exponent at the end, cost of a million, and start of positive values by size."""
    x, y = np.asarray(xs, float), np.asarray(ys, float)
    power = np.polyfit(np.log(x), np.log(y), 1)
    residual = np.sqrt(np.mean((np.log(y) - np.polyval(power, np.log(x))) ** 2))
    end = np.log(y[-1] / y[-2]) / np.log(x[-1] / x[-2])
    million, start = np.polyfit(x / MILLION, y, 1, w=1 / y)
    exponent, residual, end, million, start = map(float, (power[0], residual, end, million, start))
    return exponent, residual, end, million, start


def slopes_of(lines: Lines, config: dict[str, Any]) -> Iterator[Slope]:
    """Fit every measure of every stage along every axis that has at least two sizes.

    Values that were too small to be told (stages are told in tenths of a second) have no logarithm and are left out.
    """
    for axis in CHANGED:
        along = list(on_axis(lines, base_of(config), axis))
        for command, stage in dict.fromkeys((line["command"], line["stage"]) for line in along):
            mine = [line for line in along if (line["command"], line["stage"]) == (command, stage)]
            for measure in MEASURES:
                points = medians(mine, axis, measure)
                if len(points) > 1:
                    xs, ys = zip(*points, strict=True)
                    yield Slope(axis, command, stage, measure, len(xs), xs[0], xs[-1], *fit(xs, ys))


def on_axis(lines: Iterable[dict[str, str]], base: Point, axis: str) -> Iterator[dict[str, str]]:
    """Give the lines of points that differ from the base in nothing but what is changed along an axis."""
    same = [name for name in COORDINATES if name != CHANGED.get(axis, axis)]
    for line in lines:
        if all(coordinate(line, name) == (getattr(base, name) or 0) for name in same):
            yield line


def coordinate(line: dict[str, str], name: str) -> int:
    """Give a coordinate of a point as it was asked for; 0 partitions: as many as the program takes."""
    return int(line["asked_partitions" if name == "partitions" else name] or 0)


def medians(lines: Iterable[dict[str, str]], axis: str, measure: str) -> list[tuple[int, float]]:
    """Give size and median of all rounds, by size, where it is above zero."""
    found: dict[int, list[float]] = {}
    for line in lines:
        found.setdefault(int(line[axis]), []).append(float(line[measure]))
    points = [(size, statistics.median(values)) for size, values in sorted(found.items())]
    return [(size, value) for size, value in points if value > 0]


def write_slopes(results: Path) -> None:
    """Write slopes.csv beside growth.csv."""
    config = tomllib.loads((results / "config.toml").read_text("utf-8"))
    rows = [
        [f"{value:.4f}" if isinstance(value, float) else value for value in astuple(slope)]
        for slope in slopes_of(lines_of(results / "growth.csv"), config)
    ]
    write_csv(results / "slopes.csv", HEADER, rows)


if __name__ == "__main__":
    write_slopes(Path(sys.argv[1]))
