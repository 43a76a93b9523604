"""The picture of the limits, made from a results folder.

``python -m benchmarks.limits.chart benchmarks/limits/results/NAME`` draws limits.svg again.
"""

import sys
from pathlib import Path

from benchmarks.limits.table import JOBS, OURS, gigabytes_a_second, of_stores, seconds_of
from benchmarks.measured import charts
from benchmarks.measured.markdown import plain
from benchmarks.measured.processes import lines_of

NAME = "limits.svg"


def draw(results: Path) -> list[Path]:
    """Draw the seconds and speeds of every job, of the largest store."""
    lines = of_stores(lines_of(results / "limits.csv"))[-1]
    citizens = int(lines[0]["citizens"])
    colours = [charts.OURS if job in OURS else charts.LIMIT for job in JOBS]
    figures = {
        "seconds": {job: seconds_of(lines, job) for job in JOBS},
        "decoded GB a second": {job: gigabytes_a_second(lines, job) for job in JOBS},
    }
    panels = [
        charts.Bars(f"{citizens:,} citizens: {unit}", unit, list(found.values()), plain)
        for unit, found in figures.items()
    ]
    return [charts.draw_bars(results / NAME, list(JOBS.values()), colours, panels)]


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
