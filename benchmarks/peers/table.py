"""The tables of the whole job by everybody, in Markdown, made from a results folder.

``python -m benchmarks.peers.table RESULTS README.md`` writes them between the two marker lines of README.md;
``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md they are
printed.
"""

import json
import statistics
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.measured.markdown import kept, picture, plain, spread, table, with_unit, write_or_check
from benchmarks.measured.processes import lines_of

MARK = "peers"
NATIONAL_CITIZENS = 6_000_000
OURS = "ours"
RAW, OWN, STORE, FACTS = "raw", "own", "ours", "facts"
REGISTERS = (STORE, OWN)
"""Layouts that hold the rows of registers, so that a job from them goes over all of them."""

STAGES_OF_PASS = {OURS: ("registers → facts", "citizens → cells")}
PEER_STAGES = ("rows",)
RIVALS = ("duckdb", "polars")
NAMES = {
    OURS: "fordel_dask",
    "duckdb": "DuckDB",
    "polars": "Polars",
    "dask_frame": "dask.dataframe",
    "pandas": "pandas",
    "data_table": "data.table (R)",
}
PLACES = {STORE: "our store", OWN: "its own layout", FACTS: "facts of its own"}
PICTURES = {"rows": "one model from each layout: seconds and peak memory", "ten": "preparation and ten models"}
MIB_A_GIB = 1024
Line = dict[str, str]
Rounds = dict[int, float]


@dataclass(frozen=True)
class Results:
    """What a results folder holds."""

    folder: Path
    steps: list[Line]
    nation: dict[str, Any]
    machine: dict[str, Any]
    config: dict[str, Any]

    def lines(self, case: str, peer: str, layout: str | None = None) -> list[Line]:
        return [
            line
            for line in self.steps
            if (line["case"], line["peer"]) == (case, peer) and layout in (None, line["layout"])
        ]

    @cached_property
    def peers(self) -> list[str]:
        return list(dict.fromkeys(line["peer"] for line in self.steps if line["peer"] != OURS))

    def note(self, case: str, peer: str) -> str:
        """Give why a peer has no figures in a case, if it did not fit."""
        return next((line["note"] for line in self.lines(case, peer) if line["note"]), "")

    def whole(self, case: str, peer: str, layout: str) -> Rounds:
        """Give seconds of whole processes, by round."""
        return self.rounds(self.lines(case, peer, layout), lambda line: float(line["seconds"]))

    def passes(self, peer: str, layout: str) -> Rounds:
        """Give seconds of the pass over the registers alone, by round."""
        stages = STAGES_OF_PASS.get(peer, PEER_STAGES)

        def seconds(line: Line) -> float:
            told = json.loads(line["stages"])
            return sum(told[stage] for stage in stages)

        return self.rounds(self.lines("rows", peer, layout), seconds)

    def all_processes(self, case: str, peer: str) -> Rounds:
        """Give seconds of all processes of a round together; none of a round that did not come to its end."""
        models = self.config["models"] if case == "ten" else [self.config["model"]]
        lines: dict[int, list[Line]] = defaultdict(list)
        for line in self.lines(case, peer):
            if line["seconds"]:
                lines[int(line["round"])].append(line)
        finished = {n: each for n, each in lines.items() if {*models} <= {line["model"] for line in each}}
        return {n: sum(float(line["seconds"]) for line in each) for n, each in finished.items()}

    @staticmethod
    def rounds(lines: Sequence[Line], figure: Callable[[Line], float]) -> Rounds:
        return {int(line["round"]): figure(line) for line in lines if line["seconds"]}

    def best_layout(self, peer: str, of: Callable[[str, str], Rounds], layouts: Sequence[str]) -> str | None:
        """Give the layout with the smallest median."""
        found = {layout: of(peer, layout) for layout in layouts}
        measured = [layout for layout in layouts if found[layout]]
        return min(measured, key=lambda layout: median(found[layout]), default=None)

    def job(self, peer: str, layout: str) -> Rounds:
        """Give seconds of the whole process that does the job of one model."""
        return self.whole("rows", peer, layout)

    def best_job(self, peer: str, layouts: Sequence[str] = REGISTERS) -> Rounds:
        layout = STORE if peer == OURS else self.best_layout(peer, self.job, layouts)
        return self.job(peer, layout) if layout else {}

    def best_pass(self, peer: str) -> Rounds:
        layout = STORE if peer == OURS else self.best_layout(peer, self.passes, REGISTERS)
        return self.passes(peer, layout) if layout else {}

    def one_shot(self, peer: str) -> Rounds:
        """Give seconds from extracts to numbers: straight from them, or by the layout of one's own if that is less."""
        straight = self.all_processes("one_shot", peer)
        made, job = self.whole("prepare", peer, OWN), self.job(peer, OWN)
        by_own = {n: made[n] + job[n] for n in made if n in job} if peer != OURS else {}
        return min((rounds for rounds in (straight, by_own) if rounds), key=median, default={})

    def peak_mib(self, case: str, peer: str, layout: str | None = None) -> float | None:
        peaks = [float(line["peak_mib"]) for line in self.lines(case, peer, layout) if line["peak_mib"]]
        return max(peaks, default=None)

    def leanest_mib(self, peer: str) -> float | None:
        """Give the peak of the layout with registers that needs least memory."""
        peaks = [self.peak_mib("rows", peer, layout) for layout in (REGISTERS if peer != OURS else (STORE,))]
        return min((peak for peak in peaks if peak is not None), default=None)


def read_results(folder: Path) -> Results:
    return Results(
        folder,
        lines_of(folder / "steps.csv"),
        json.loads((folder / "nation.json").read_text("utf-8")),
        json.loads((folder / "machine.json").read_text("utf-8")),
        tomllib.loads((folder / "config.toml").read_text("utf-8")),
    )


def median(rounds: Rounds) -> float:
    return statistics.median(rounds.values())


def ratios(above: Rounds, below: Rounds) -> list[float]:
    """Give the ratios of two measurements of the same rounds, pair by pair."""
    return [above[n] / below[n] for n in sorted(above) if n in below]


def with_spread(values: Sequence[float], unit: str = "") -> str:
    return f"{with_unit(statistics.median(values), unit).strip()}{spread(values)}" if values else "–"


def against(theirs: Rounds, ours: Rounds, missing: str) -> str:
    """Print seconds, and how many times ours they are."""
    if not theirs:
        return missing or "–"
    found = ratios(theirs, ours)
    return f"{plain(median(theirs))} s" + (f", {with_spread(found, '×')}" if found and theirs is not ours else "")


def job_table(results: Results) -> Iterator[str]:
    header = ("", "extracts → own layout", "one model, whole process", "… its pass alone", "another model, from facts")
    header = (*header, "preparation + ten models", "one shot", "peak MiB", "read from disk, MiB")
    yield from table(header, (job_row(results, peer) for peer in (OURS, *results.peers)))


def job_row(results: Results, peer: str) -> tuple[str, ...]:
    layout = STORE if peer == OURS else results.best_layout(peer, results.job, REGISTERS)
    columns: tuple[tuple[str, Callable[[str], Rounds]], ...] = (
        ("prepare", lambda who: results.whole("prepare", who, OWN)),
        ("rows", results.best_job),
        ("rows", results.best_pass),
        ("rows", lambda who: results.job(who, FACTS)),
        ("ten", lambda who: results.all_processes("ten", who)),
        ("one_shot", results.one_shot),
    )
    ours = [of(OURS) for _, of in columns]
    theirs = ours if peer == OURS else [of(peer) for _, of in columns]
    cells = [
        against(mine, our, results.note(case, peer)) for (case, _), mine, our in zip(columns, theirs, ours, strict=True)
    ]
    peak = results.peak_mib("rows", peer, layout) if layout else None
    read = [float(line["disk_read_mib"]) for line in results.lines("cold_files", peer, layout) if line["seconds"]]
    place = "" if peer == OURS or layout is None else f", from {PLACES[layout]}"
    return (
        f"{NAMES.get(peer, peer)}{place}",
        *cells,
        "–" if peak is None else plain(peak),
        plain(statistics.median(read)) if read and layout else "–",
    )


@dataclass(frozen=True)
class Goal:
    """One goal: what, its bound and unit, what was measured (none: not measured), and what may be said beside it."""

    what: str
    bound: float
    unit: str
    measured: Sequence[float]
    at_least: bool = False

    def row(self) -> tuple[str, str, str, str]:
        goal = f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}"
        if not self.measured:
            return self.what, goal, "not measured", "–"
        return self.what, goal, with_spread(self.measured, self.unit), self.verdict()

    def verdict(self) -> str:
        value = statistics.median(self.measured)
        gap = self.bound - value if self.at_least else value - self.bound
        return "met" if gap <= 0 else f"**missed** by {with_unit(gap, self.unit)} ({gap / self.bound:.0%})"


def goals(results: Results) -> list[Goal]:
    """Hold what was measured against the goals."""
    rivals = [peer for peer in RIVALS if peer in results.peers]
    by_pass, by_process = (fastest(rivals, of) for of in (results.best_pass, results.best_job))
    of_ten = fastest(results.peers, lambda peer: results.all_processes("ten", peer))

    def times(peer: str | None, of: Callable[[str], Rounds]) -> list[float]:
        return ratios(of(peer), of(OURS)) if peer else []

    def named(peer: str | None) -> str:
        return NAMES.get(peer, peer) if peer else "the fastest peer"

    cold = results.whole("cold_files", OURS, STORE).values()
    compiled = results.whole("cold_kernels", OURS, STORE).values()
    start = results.whole("start_up", OURS, STORE).values()
    return [
        Goal(
            f"pass over the registers and sums by cell, {named(by_pass)} ÷ ours, the pass alone",
            *(5, "×", times(by_pass, results.best_pass), True),
        ),
        Goal(f"… {named(by_process)} ÷ ours, whole process", *(5, "×", times(by_process, results.best_job), True)),
        Goal(
            f"a preparation and ten models, {named(of_ten)} ÷ ours",
            *(3, "×", times(of_ten, lambda peer: results.all_processes("ten", peer)), True),
        ),
        Goal("peak memory of one model from the registers, ours ÷ the leanest peer's", 0.5, "×", memory(results)),
        Goal("`fordel run --fresh`, its files not in the page cache", 10, "s", list(cold)),
        Goal("… with kernels compiled anew", 10, "s", list(compiled)),
        Goal("… start-up: the same run of the smallest nation", 4, "s", list(start)),
    ]


def fastest(peers: Sequence[str], of: Callable[[str], Rounds]) -> str | None:
    """Give the peer with the smallest median."""
    return min((peer for peer in peers if of(peer)), key=lambda peer: median(of(peer)), default=None)


def memory(results: Results) -> list[float]:
    ours = results.leanest_mib(OURS)
    theirs = [peak for peer in results.peers if (peak := results.leanest_mib(peer)) is not None]
    return [ours / min(theirs)] if ours is not None and theirs else []


def goal_table(results: Results) -> Iterator[str]:
    yield from table(("", "goal", "measured", ""), (goal.row() for goal in goals(results)), "lrrl")


def about(results: Results) -> str:
    """Say on what was measured."""
    nation, machine = results.nation, results.machine
    rows = ", ".join(f"{rows:,} rows of {table}" for table, rows in nation["rows"].items() if table != "population")
    packages = ", ".join(
        f"{name} {machine['packages'][name]}"
        for name in ("duckdb", "polars", "dask", "pandas", "pyarrow", "numba")
        if name in machine["packages"]
    )
    smaller = nation["citizens"] < NATIONAL_CITIZENS
    note = f" **The goals are for {NATIONAL_CITIZENS:,} citizens; this nation is smaller.**" if smaller else ""
    absent = "; ".join(f"{NAMES.get(name, name)}: {why}" for name, why in machine["absent"].items())
    return (
        f"The same job with what you would otherwise use, on an invented nation of {nation['citizens']:,} citizens: "
        f"{rows}. Everybody's numbers are ours, to the last digit. {machine['threads']} threads on {machine['cores']} "
        f"cores of {machine['processor']} with {machine['memory_gib']} GiB; Python {machine['python']}, {packages}. "
        f"Every process fresh, in turns; seconds are medians, × is how many times ours, pair by pair, median "
        f"(smallest–largest). {kept(results.folder, machine, 'benchmarks.peers.run')}; what is compared with what "
        f" stands in `benchmarks/README.md`.{f' Not taking part: {absent}.' if absent else ''}{note}"
    )


def markdown(results: Results) -> str:
    """Give everything that stands between the marker lines."""
    pictures = [picture(results.folder / f"{case}.svg", what) for case, what in PICTURES.items()]
    blocks = (about(results), "\n".join(job_table(results)), *filter(None, pictures), "\n".join(goal_table(results)))
    return "\n\n".join(blocks)


def main() -> None:
    write_or_check(__doc__, lambda folder: {MARK: markdown(read_results(folder))})


if __name__ == "__main__":
    main()
