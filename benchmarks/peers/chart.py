"""The pictures of the peers, made from a results folder: who took how long, and how much memory.

``python -m benchmarks.peers.chart benchmarks/peers/results/NAME`` draws one CASE.svg for each case of steps.csv, whose
columns are case, peer, layout, model, round, seconds, cpu_seconds and peak_mib.
"""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measured import charts
from benchmarks.measured.markdown import plain
from benchmarks.measured.processes import lines_of

OURS = "ours"
PANELS = {"seconds": "seconds", "peak_mib": "peak memory, MiB"}
Lines = Sequence[dict[str, str]]


def draw(results: Path) -> list[Path]:
    """Draw every case."""
    lines = lines_of(results / "steps.csv")
    return [draw_case(results, case, lines) for case in dict.fromkeys(line["case"] for line in lines)]


def draw_case(results: Path, case: str, lines: Lines) -> Path:
    """Draw one case, the quickest on top: a bar is the median of all rounds and models."""
    ways: dict[tuple[str, str], dict[str, list[float]]] = {}
    for line in lines:
        if line["case"] == case:
            way = ways.setdefault((line["peer"], line["layout"]), {measure: [] for measure in PANELS})
            for measure in PANELS:
                way[measure].append(float(line[measure]))
    quickest = sorted(ways, key=lambda way: statistics.median(ways[way]["seconds"]))
    panels = [
        charts.Bars(
            title,
            title,
            [statistics.median(ways[way][measure]) for way in quickest],
            [(min(ways[way][measure]), max(ways[way][measure])) for way in quickest],
            plain,
        )
        for measure, title in PANELS.items()
    ]
    names = [peer if peer == OURS else f"{peer}, {layout}" for peer, layout in quickest]
    colours = [charts.OURS if peer == OURS else charts.OTHER for peer, _ in quickest]
    return charts.draw_bars(results / f"{case}.svg", names, colours, panels)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
