"""The tables of the way in, in Markdown, made from a results folder.

``python -m benchmarks.ingest.table RESULTS README.md`` writes them between the two marker lines of
README.md; without README.md they are printed.
"""

import statistics
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measured.markdown import kept, spread, table, write_or_check
from benchmarks.measured.processes import lines_of, machine_of

MARK = "ingest"
CHECKSUMS, WITH_GOAL = "checksums", "duckdb"
TOOLS = {"duckdb": "DuckDB", "polars": "Polars"}
Steps = list[dict[str, str]]


def spoken(way: str) -> str:
    steps, *more = way.split()
    how = "everything sorted at once" if steps == "1" else "dealt to partitions first"
    memory = [word for word in more if word != CHECKSUMS]
    checked = ", SHA-256 of every file" if CHECKSUMS in more else ""
    return f"{how}, {f'limit of {memory[0]}' if memory else 'all the memory it likes'}{checked}"


def verdicts(steps: Steps, config: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Hold what was measured against the goals: what, goal, measured, and whether it is met."""
    seconds = partial(seconds_of, steps)
    ours, whole = seconds("services_ours"), seconds("nation")
    for tool, way in ways(config):
        theirs = seconds(f"services_{tool} {way}")
        if ours and theirs:
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            what = f"services by settlement week: ours ÷ {TOOLS[tool]} ({spoken(way)})"
            yield held(what, 0.5, "×", ratio) if tool == WITH_GOAL else (what, "–", f"{ratio:.3g} ×", "")
    peaks = [float(row["peak_mib"]) for row in steps if row["step"] in ("services_ours", "nation")]
    if peaks:
        yield held("peak memory of an ingest", 2, "GiB", max(peaks) / 1024)
    if whole:
        yield held("the whole national ingest, light history", 240, "s", whole[0])
        yield from (("`fordel check` ÷ that ingest", "–", f"{s / whole[0]:.2f} ×", "") for s in seconds("check"))
    small, large = config["full_history"]
    if seconds(f"history_{large}"):
        growth = seconds(f"history_{large}")[0] / seconds(f"history_{small}")[0]
        linear = 1.1 * large / small  # a tenth for noise
        yield held(f"full history: time of {large:,} citizens ÷ {small:,} citizens", linear, "×", growth)


def times_of_fastest_checksummed(results: Path, citizens: int) -> tuple[str, list[float]]:
    """Give the fastest other tool that leaves a sorted store with checksums, and its seconds ÷ ours, pair by pair.

    Nothing if none of them was measured on a nation of this size.
    """
    steps, config = lines_of(results / "steps.csv"), tomllib.loads((results / "config.toml").read_text("utf-8"))
    ours = seconds_of(steps, "services_ours")
    found = {
        tool: seconds
        for tool, way in ways(config)
        if CHECKSUMS in way.split() and (seconds := seconds_of(steps, f"services_{tool} {way}"))
    }
    if config["citizens"] != citizens or not found or not ours:
        return "", []
    fastest = min(found, key=lambda tool: statistics.median(found[tool]))
    return TOOLS[fastest], [theirs / mine for theirs, mine in zip(found[fastest], ours, strict=True)]


def seconds_of(steps: Steps, step: str) -> list[float]:
    return [float(row["seconds"]) for row in steps if row["step"] == step]


def ways(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the other tools that were measured, and how each worked."""
    yield from ((tool, way) for tool in TOOLS for way in config.get(tool, ()))


def held(what: str, bound: float, unit: str, value: float) -> tuple[str, str, str, str]:
    verdict = "met" if value <= bound else f"**missed** by {value - bound:.2f} {unit} ({value / bound - 1:.0%})"
    return what, f"≤ {bound:g} {unit}", f"{value:.3g} {unit}", verdict


def markdown(results: Path) -> str:
    """Give what stands between the marker lines."""
    steps = lines_of(results / "steps.csv")
    config = tomllib.loads((results / "config.toml").read_text("utf-8"))
    machine = machine_of(results)
    tools = [tool for tool in TOOLS if config.get(tool)]
    others = " and of ".join(TOOLS[tool] for tool in tools)
    packages = machine["packages"]
    versions = ", ".join(f"{name} {packages[name]}" for name in ("pyarrow", *tools) if name in packages)
    about = (
        f"An invented nation of {config['citizens']:,} citizens, {machine['threads']} threads on "
        f"{machine['cores']} cores of {machine['processor']}; {versions}. "
        f"{kept(results, machine, 'benchmarks.ingest.run')}; "
        f"ratios are medians of pairs. All totals of ours and of {others} are equal."
    )
    names = dict.fromkeys(step["step"] for step in steps)
    goals = table(("", "goal", "measured", ""), verdicts(steps, config), "lrrl")
    header = ("process", "seconds", "of the cores", "peak MiB", "rows")
    processes = table(header, (process_row(name, steps) for name in names))
    return "\n\n".join((about, "\n".join(goals), "\n".join(processes)))


def process_row(name: str, steps: Steps) -> tuple[str, ...]:
    mine = [step for step in steps if step["step"] == name]
    seconds, cores = ([float(step[column]) for step in mine] for column in ("seconds", "cpu_seconds"))
    peak = max(float(step["peak_mib"]) for step in mine)
    return (
        NAMES.get(name) or named(name),
        f"{statistics.median(seconds):.1f}{spread(seconds, '{:.1f}'.format)}",
        f"{statistics.median(cores):.1f}",
        f"{peak:,.0f}",
        f"{int(mine[0]['rows']):,}",
    )


NAMES = {
    "services_ours": "`fordel ingest`, services by settlement week",
    "nation": "`fordel ingest`, the whole nation",
    "check": "`fordel check`, the whole nation",
}


def named(step: str) -> str:
    if step.startswith("history_"):
        return f"`fordel ingest`, full history, {int(step.removeprefix('history_')):,} citizens"
    tool, _, way = step.removeprefix("services_").partition(" ")
    return f"{TOOLS[tool]}, the same services: {spoken(way)}"


def main() -> None:
    write_or_check(__doc__, lambda results: {MARK: markdown(results)})


if __name__ == "__main__":
    main()
