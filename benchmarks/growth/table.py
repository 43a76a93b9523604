"""The tables of growth, in Markdown, made from a results folder.

``python -m benchmarks.growth.table RESULTS README.md`` writes them between the marker lines ``slopes`` of README.md;
``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md they are
printed. (The mark ``growth`` belongs to the memory of workers, ``benchmarks.cluster.table``.)
"""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measured.markdown import kept, picture, plain, table, write_or_check
from benchmarks.measured.processes import lines_of, machine_of

MARK = "slopes"
WHOLE = "all"
SHARE = 0.05  # stages that take less of the largest nation's time than this are in slopes.csv only
NAMES = {"ingest": "`fordel ingest`", "run": "`fordel run --fresh`"}
AXES = {"citizens": "citizens", "rows": "rows"}
MEASURES = {"seconds": ("seconds", "s"), "rss_mib": ("peak memory", "MiB")}
POINT = ("citizens", "times", "partitions", "threads", "workers", "rows")
Lines = Sequence[dict[str, str]]


def slope_rows(slopes: Lines) -> Iterator[tuple[str, ...]]:
    """Give the slopes of whole commands, then of the time of stages that matter."""
    for line in sorted(slopes, key=lambda line: line["stage"] != WHOLE):
        whole = line["stage"] == WHOLE
        if line["measure"] not in MEASURES or not (whole or (line["measure"] == "seconds" and matters(slopes, line))):
            continue
        what, unit = MEASURES[line["measure"]]
        yield (
            f"{NAMES[line['command']]}, {what}" if whole else f"… {line['command']}: {line['stage']}",
            f"{int(line['smallest']):,}–{int(line['largest']):,} {AXES[line['axis']]}",
            f"{float(line['exponent']):.2f}",
            f"{float(line['residual']):.1%}",
            f"{float(line['at_the_end']):.2f}",
            f"{plain_or_nothing(line['million'])} {unit}",
            f"{plain_or_nothing(line['start'])} {unit}",
        )


def matters(slopes: Lines, line: dict[str, str]) -> bool:
    """Tell whether a stage takes a good share of its command's time where the nation is large."""
    key = ("axis", "command", "measure")
    whole = next(x for x in slopes if x["stage"] == WHOLE and all(x[k] == line[k] for k in key))
    return line["largest"] == whole["largest"] and at_largest(line) >= SHARE * at_largest(whole)


def at_largest(line: dict[str, str]) -> float:
    return float(line["start"]) + float(line["million"]) * int(line["largest"]) / 1e6


def plain_or_nothing(text: str) -> str:
    """Print a fitted number; what is below zero, or next to nothing, is nothing."""
    return plain(float(text)) if float(text) > 0.005 else "≈ 0"


def point_rows(growth: Lines) -> Iterator[tuple[str, ...]]:
    """Give the medians of whole commands at every point."""
    whole = [line for line in growth if line["stage"] == WHOLE]
    for point in dict.fromkeys(tuple(int(line[name]) for name in POINT) for line in whole):
        figures: list[str] = []
        for command in NAMES:
            here = tuple(map(str, point))
            mine = [x for x in whole if x["command"] == command and tuple(x[name] for name in POINT) == here]
            figures += (
                f"{statistics.median(float(line[measure]) for line in mine):{form}}"
                for measure, form in (("seconds", ",.1f"), ("rss_mib", ",.0f"))
            )
        yield (*(f"{number:,}" for number in point), *figures)


def about(results: Path) -> str:
    machine = machine_of(results)
    return (
        f"{machine['cores']} cores of {machine['processor']} with {machine['memory_gib']} GiB. *Power*: slope of the "
        f"logarithms, with how far points lie from it; *at the end*: between the two largest. *A million more* and "
        f"*start*: straight line. {kept(results, machine, 'benchmarks.growth.run')}."
    )


def tables(results: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    slopes, growth = lines_of(results / "slopes.csv"), lines_of(results / "growth.csv")
    powers = ("", "from–to", "power", "off by", "at the end", "a million more", "start")
    points = (*POINT, "ingest, s", "MiB", "run, s", "MiB")
    parts = (
        about(results),
        "\n".join(table(powers, slope_rows(slopes))),
        *(picture(results / f"{axis}.svg", f"growth with {axis}") for axis in AXES),
        "\n".join(table(points, point_rows(growth), "r" * len(points))),
    )
    return {MARK: "\n\n".join(part for part in parts if part)}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
