"""The pictures of growth, made from a results folder.

``python -m benchmarks.growth.chart benchmarks/growth/results/NAME`` draws citizens.svg and rows.svg again.
"""

import sys
import tomllib
from pathlib import Path

from benchmarks.growth.run import WHOLE, base_of
from benchmarks.growth.slopes import CHANGED, Slope, medians, on_axis, slopes_of
from benchmarks.measured import charts
from benchmarks.measured.processes import lines_of

PANELS = {"seconds": "seconds", "rss_mib": "peak memory, MiB"}
COMMANDS = {"ingest": "fordel ingest", "run": "fordel run"}
ALONG = {"citizens": "citizens", "rows": "rows in the store"}


def draw(results: Path) -> list[Path]:
    """Draw time and memory of both commands along every axis that has at least two sizes."""
    lines = lines_of(results / "growth.csv")
    config = tomllib.loads((results / "config.toml").read_text("utf-8"))
    slopes = [slope for slope in slopes_of(lines, config) if slope.stage == WHOLE and slope.measure in PANELS]
    pictures = []
    for axis in CHANGED:
        along = [line for line in on_axis(lines, base_of(config), axis) if line["stage"] == WHOLE]
        found = [slope for slope in slopes if slope.axis == axis]
        if found:
            panels = [panel(along, measure, [s for s in found if s.measure == measure]) for measure in PANELS]
            names = {name_of(s): charts.COLOURS[list(COMMANDS).index(s.command)] for s in found}
            pictures.append(charts.draw_lines(results / f"{axis}.svg", panels, names))
    return pictures


def panel(along: list[dict[str, str]], measure: str, slopes: list[Slope]) -> charts.Lines:
    """Give one panel: a line for each command, with the power that it grows with."""
    lines = [
        charts.Line(name_of(s), medians((x for x in along if x["command"] == s.command), s.axis, measure))
        for s in slopes
    ]
    axis = slopes[0].axis
    return charts.Lines(f"{PANELS[measure]} against {ALONG[axis]}", ALONG[axis], PANELS[measure], lines)


def name_of(slope: Slope) -> str:
    return f"{COMMANDS[slope.command]}\npower {slope.exponent:.2f}"


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
