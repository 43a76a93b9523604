"""The benchmark's tables in Markdown, made from a results folder: goal, measured, met or missed by how much.

``python -m benchmarks.scale.table RESULTS README.md`` writes them between the two marker lines
of README.md; ``--check`` changes nothing and ends with exit code 1 if README.md says something else.
Without README.md they are printed.
"""

import json
import statistics
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measured.goals import Goal, goal_table
from benchmarks.measured.markdown import NATIONAL_CITIZENS, plain, spread, table, write_or_check
from benchmarks.measured.processes import lines_of, machine_of

MARK = "benchmark"
Numbers = Sequence[float]


@dataclass(frozen=True)
class Results:
    """What a results folder holds."""

    name: str
    steps: list[dict[str, str]]
    pairs: list[dict[str, str]]
    totals: list[dict[str, str]]
    nation: dict[str, Any]
    machine: dict[str, Any]
    config: dict[str, Any]

    def of_step(self, step: str, column: str) -> list[float]:
        return [float(row[column]) for row in self.steps if row["step"] == step and row[column]]

    def of_pairs(self, kind: str) -> list[float]:
        return [float(pair[kind]) for pair in self.pairs if kind in pair]

    def best_peer(self) -> list[float]:
        """Give the seconds of the DuckDB way with the smallest median, among those that keep every count as ours do."""
        kinds = [kind for kind in (self.pairs[0] if self.pairs else ()) if kind.startswith("duckdb_")]
        ways = [self.of_pairs(kind) for kind in kinds if kind.endswith("_counted")]
        return min(ways, key=statistics.median, default=[])


def read_results(folder: Path) -> Results:
    return Results(
        name=folder.name,
        steps=lines_of(folder / "steps.csv"),
        pairs=lines_of(folder / "pairs.csv"),
        totals=lines_of(folder / "totals.csv"),
        nation=json.loads((folder / "nation.json").read_text("utf-8")),
        machine=machine_of(folder),
        config=tomllib.loads((folder / "config.toml").read_text("utf-8")),
    )


def goals(results: Results) -> list[Goal]:
    """Hold what was measured against the goals."""

    def seconds(step: str) -> list[float]:
        return results.of_step(step, "seconds")

    peaks = [mib / 1024 for mib in results.of_step("run_fresh", "peak_mib")]
    ours, prices = results.of_pairs("pass"), seconds("fees_price")  # older results have no prices
    same = ratios(results.best_peer(), ours)
    return [
        Goal("`fordel run`, from the registers, shell to last file", 10, "s", seconds("run_fresh")),
        Goal("… its peak memory, all processes together", 2, "GiB", peaks, worst=True),
        Goal("… start-up: the same run of the smallest nation", 4, "s", seconds("start_up")),
        Goal("another model on the same facts: chronic care imputed", 5, "s", seconds("run_imputed")),
        Goal("another model on the same facts: other cut points, home visits", 5, "s", seconds("run_cut_points")),
        *([Goal("`fordel fees price`, all services of a year", 3, "s", prices)] if prices else []),
        Goal("pass over the registers ÷ merely decoding them", 1.5, "×", ratios(ours, results.of_pairs("decode"))),
        Goal("DuckDB doing the same joins and sums, its best way ÷ our pass", 5, "×", same, at_least=True),
        Goal("`fordel synth` of the nation", 600, "s", seconds("synth")),
        Goal("`fordel --help`", 0.3, "s", seconds("help")),
        Goal(f"`fordel demo`, {results.config['demo_citizens']:,} citizens", 20, "s", seconds("demo")),
    ]


def ratios(above: Numbers, below: Numbers) -> list[float]:
    """Give the ratios pair by pair."""
    return [a / b for a, b in zip(above, below, strict=False)]


STEPS = {
    "synth": "`fordel synth`",
    "ingest": "`fordel ingest`",
    "run_fresh": "`fordel run --fresh`",
    "run_cold": "… with kernels compiled anew",
    "run_workers": "… on local Dask workers, all processes",
    "run_imputed": "`fordel run`, chronic care imputed",
    "run_cut_points": "`fordel run`, other cut points",
    "fees_price": "`fordel fees price`, all services of a year",
    "start_up": "`fordel run` of the smallest nation",
    "imports": "… of it imports",
    "demo": "`fordel demo`",
    "selftest": "`fordel selftest`",
    "duckdb_prepare": "DuckDB: writing its own layout",
}


def step_table(results: Results) -> Iterator[str]:
    header = ("process", "seconds", "of the cores", "peak MiB", "rows", "rows/s")
    yield from table(header, (step_row(results, step) for step in STEPS if results.of_step(step, "seconds")), "lrrrrr")


def step_row(results: Results, step: str) -> tuple[str, ...]:
    seconds, cores = results.of_step(step, "seconds"), results.of_step(step, "cpu_seconds")
    rows = results.of_step(step, "rows")
    return (
        STEPS[step],
        f"{plain(statistics.median(seconds))}{spread(seconds)}",
        plain(statistics.median(cores)),
        f"{max(results.of_step(step, 'peak_mib')):,.0f}",
        f"{rows[0]:,.0f}" if rows else "",
        millions(rows[0], statistics.median(seconds)) if rows else "",
    )


PASSES = {
    "decode": "merely decoding its columns with pyarrow",
    "decode_checked": "… with page checksums verified",
    "pass": "our pass: facts computed and dropped",
    "pass_kept": "… and written to disk",
}


def pass_table(results: Results) -> Iterator[str]:
    kinds = [kind for kind in (results.pairs[0] if results.pairs else ()) if kind not in ("round", "pair")]
    header = ("pass over the registers", "seconds", "rows/s", "÷ our pass", "peak MiB")
    yield from table(header, (pass_row(results, kind) for kind in kinds), "lrrrr")


def pass_row(results: Results, kind: str) -> tuple[str, ...]:
    seconds, peaks = results.of_pairs(kind), results.of_step(f"process_{kind}", "peak_mib")
    against = ratios(seconds, results.of_pairs("pass"))
    return (
        PASSES.get(kind) or peer_name(kind),
        f"{plain(statistics.median(seconds))}{spread(seconds)}",
        millions(results.nation["rows_of_pass"], statistics.median(seconds)),
        "1" if kind == "pass" else f"{plain(statistics.median(against))}{spread(against)}",
        f"{max(peaks):,.0f}" if peaks else "",
    )


def peer_name(kind: str) -> str:
    _, layout, ranges, *counted = kind.split("_")
    where = "our files" if layout == "files" else "its own layout"
    how = "one query" if ranges == "1" else f"{ranges} ranges of citizens"
    return f"DuckDB on {where}, {how}{', every count kept as in ours' if counted else ''}"


def millions(rows: float, seconds: float) -> str:
    return f"{plain(rows / seconds / 1e6)} M"


def about(results: Results) -> str:
    """Say on what was measured, and whether it is as large as the goals mean."""
    nation, machine = results.nation, results.machine
    rows = ", ".join(f"{rows:,} rows of {table}" for table, rows in nation["rows"].items() if table != "population")
    packages = ", ".join(f"{name} {machine['packages'][name]}" for name in ("pyarrow", "numba", "duckdb"))
    smaller = nation["citizens"] < NATIONAL_CITIZENS
    note = f" **The goals are for {NATIONAL_CITIZENS:,} citizens; this nation is smaller.**" if smaller else ""
    return (
        f"An invented nation of {nation['citizens']:,} citizens: {rows}. {machine['threads']} threads on "
        f"{machine['cores']} cores of {machine['processor']} with {machine['memory_gib']} GiB; Python "
        f"{machine['python']}, {packages}. Every step in a fresh process, median (smallest–largest); files in "
        f"the page cache. Measured {machine['measured_on'][:10]}, kept in `benchmarks/scale/results/{results.name}`, "
        f"made by `python -m benchmarks.scale.run`; how it is measured stands in `benchmarks/README.md`.{note}"
    )


def totals_line(results: Results) -> str:
    if not results.totals:
        return ""
    ways = len(results.totals[0]) - 2
    oere = {row["total"]: int(row["ours"]) for row in results.totals}
    return (
        f"All {len(results.totals)} totals are the same in ours and in all {ways} ways of DuckDB, among them "
        f"{oere['contacts_oere']:,} øre of contacts at the fee table and {oere['paid_oere']:,} øre paid for them."
    )


def markdown(results: Results) -> str:
    """Give everything that stands between the marker lines."""
    blocks = [about(results), "\n".join(goal_table(goals(results))), "\n".join(step_table(results))]
    if results.pairs:
        blocks += ["\n".join(pass_table(results)), totals_line(results)]
    return "\n\n".join(blocks)


def main() -> None:
    write_or_check(__doc__, lambda results: {MARK: markdown(read_results(results))})


if __name__ == "__main__":
    main()
