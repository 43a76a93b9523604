"""The pictures of the peers, made from a results folder: who took how long, and how much memory.

``python -m benchmarks.peers.chart benchmarks/peers/results/NAME`` draws one CASE.svg for each case of steps.csv, whose
columns are case, peer, layout, model, round, seconds, cpu_seconds and peak_mib (no seconds: it did not fit).
"""

import math
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measured import charts
from benchmarks.measured.markdown import plain
from benchmarks.measured.processes import lines_of

OURS = "ours"
PANELS = {"seconds": "seconds", "peak_mib": "peak memory, MiB"}
WHOLE_TURNS = ("ten", "one_shot")  # cases of several processes one after the other, which count together
LAYOUTS = {"raw": "extracts", "own": "own layout", "ours": "our store", "facts": "facts"}
Lines = Sequence[dict[str, str]]
Measured = dict[str, list[float]]


def draw(results: Path) -> list[Path]:
    """Draw every case in which somebody else takes part."""
    lines = lines_of(results / "steps.csv")
    cases = dict.fromkeys(line["case"] for line in lines if line["peer"] != OURS)
    return [draw_case(results, case, [line for line in lines if line["case"] == case]) for case in cases]


def draw_case(results: Path, case: str, lines: Lines) -> Path:
    """Draw one case, the quickest on top and who did not fit at the end."""
    ways = ways_of(lines, case in WHOLE_TURNS)
    quickest = sorted(ways, key=lambda way: statistics.median(ways[way]["seconds"] or [math.inf]))
    panels = [
        charts.Bars(title, title, [ways[way][measure] for way in quickest], plain) for measure, title in PANELS.items()
    ]
    colours = [charts.OURS if way.startswith(OURS) else charts.OTHER for way in quickest]
    return charts.draw_bars(results / f"{case}.svg", quickest, colours, panels)


def ways_of(lines: Lines, together: bool) -> dict[str, Measured]:
    """Give seconds and peaks of every round, by who did it from what; of whole turns sums of seconds, largest peaks.

    Who did not fit has none.
    """
    rounds: dict[str, dict[str, list[dict[str, str]]]] = {}
    for line in lines:
        way = line["peer"] if together else f"{line['peer']}, {LAYOUTS[line['layout']]}"
        rounds.setdefault(way, {}).setdefault(line["round"], []).append(line)
    return {
        way: {
            "seconds": [sum(float(line["seconds"]) for line in turn) for turn in turns.values() if fitted(turn)],
            "peak_mib": [max(float(line["peak_mib"]) for line in turn) for turn in turns.values() if fitted(turn)],
        }
        for way, turns in rounds.items()
    }


def fitted(turn: Lines) -> bool:
    return all(line["seconds"] for line in turn)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
