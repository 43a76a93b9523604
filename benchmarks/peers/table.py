"""The tables of the whole job by everybody, in Markdown, made from a results folder.

``python -m benchmarks.peers.table RESULTS README.md`` writes them between the two marker lines of README.md;
``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md they are
printed. Two of the goals are measured by other suites, ``limits`` and ``ingest``: their newest kept results of a nation
of the same size are taken.
"""

import json
import statistics
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from benchmarks.ingest.table import times_of_fastest_checksummed
from benchmarks.limits.table import times_decoding
from benchmarks.measured.goals import Goal, goal_table
from benchmarks.measured.markdown import NATIONAL_CITIZENS, kept, picture, plain, table, write_or_check
from benchmarks.measured.places import newest_results
from benchmarks.measured.processes import lines_of, machine_of

SUITES = Path(__file__).parents[1]
MARK = "peers"
OURS = "ours"
RAW, OWN, STORE, FACTS = "raw", "own", "ours", "facts"
REGISTERS = (STORE, OWN)
"""Layouts that hold the rows of registers, so that a job from them goes over all of them."""

STAGES_OF_PASS = {OURS: ("registers → facts", "citizens → cells")}
PEER_STAGES = ("rows",)
RIVALS = ("duckdb", "polars")
NOBODY = "the fastest peer"
NAMES = {
    OURS: "fordel_dask",
    "duckdb": "DuckDB",
    "polars": "Polars",
    "dask_frame": "dask.dataframe",
    "pandas": "pandas",
    "data_table": "data.table (R)",
}
PLACES = {STORE: "our store", OWN: "its own"}
PICTURES = {"rows": "one model from each layout: seconds and peak memory", "ten": "preparation and ten models"}
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

    @staticmethod
    def best_layout(peer: str, of: Callable[[str, str], Rounds]) -> str | None:
        """Give the layout with registers that has the smallest median; ours is the store."""
        measured = [layout for layout in (REGISTERS if peer != OURS else (STORE,)) if of(peer, layout)]
        return min(measured, key=lambda layout: median(of(peer, layout)), default=None)

    def job(self, peer: str, layout: str) -> Rounds:
        """Give seconds of the whole process that does the job of one model."""
        return self.whole("rows", peer, layout)

    def best_place(self, peer: str) -> str | None:
        """Give the layout with registers that the whole job takes the least time from."""
        return self.best_layout(peer, self.job)

    def best_job(self, peer: str) -> Rounds:
        layout = self.best_place(peer)
        return self.job(peer, layout) if layout else {}

    def best_pass(self, peer: str) -> Rounds:
        layout = self.best_layout(peer, self.passes)
        return self.passes(peer, layout) if layout else {}

    def one_shot(self, peer: str) -> Rounds:
        """Give seconds from extracts to numbers: straight from them, or by the layout of one's own if that is less."""
        straight = self.all_processes("one_shot", peer)
        made, job = self.whole("prepare", peer, OWN), self.job(peer, OWN)
        by_own = {n: made[n] + job[n] for n in made if n in job} if peer != OURS else {}
        return min((rounds for rounds in (straight, by_own) if rounds), key=median, default={})

    def disk_read_mib(self, peer: str) -> float | None:
        """Give what a peer reads from disk for the job from its best layout, if its files were cold."""
        layout = self.best_place(peer)
        lines = self.lines("cold_files", peer, layout) if layout else []
        read = [float(line["disk_read_mib"]) for line in lines if line["seconds"]]
        return statistics.median(read) if read else None

    def leanest_mib(self, peer: str) -> float | None:
        """Give the peak of the layout with registers that needs least memory."""
        lines = [self.lines("rows", peer, layout) for layout in (REGISTERS if peer != OURS else (STORE,))]
        peaks = [[float(line["peak_mib"]) for line in each if line["peak_mib"]] for each in lines]
        return min((max(each) for each in peaks if each), default=None)

    def times_decoding(self) -> list[float]:
        """Give our pass ÷ merely decoding its columns, as ``limits`` measured it last."""
        newest = newest_results(SUITES / "limits" / "results")
        return times_decoding(newest, self.nation["citizens"]) if newest else []

    def times_ingest(self) -> tuple[str, list[float]]:
        """Give the fastest tool that leaves a store as ours does, and its seconds ÷ ours, by ``ingest`` as above."""
        newest = newest_results(SUITES / "ingest" / "results")
        return times_of_fastest_checksummed(newest, self.nation["citizens"]) if newest else ("", [])


def read_results(folder: Path) -> Results:
    return Results(
        folder,
        lines_of(folder / "steps.csv"),
        json.loads((folder / "nation.json").read_text("utf-8")),
        machine_of(folder),
        tomllib.loads((folder / "config.toml").read_text("utf-8")),
    )


def median(rounds: Rounds) -> float:
    return statistics.median(rounds.values())


def ratios(above: Rounds, below: Rounds) -> list[float]:
    """Give the ratios of two measurements of the same rounds, pair by pair."""
    return [above[n] / below[n] for n in sorted(above) if n in below]


def job_table(results: Results) -> Iterator[str]:
    """Give a row for each measurement and a column for everybody, the best of each row in bold."""
    everybody = (OURS, *results.peers)
    header = ("", *(NAMES.get(peer, peer) for peer in everybody))
    places = (PLACES.get(results.best_place(who) or "", "–") for who in everybody)

    def seconds(what: str, case: str, of: Callable[[str], Rounds]) -> tuple[str, ...]:
        return (f"{what}, s", *seconds_cells(results, everybody, case, of))

    def mib(what: str, of: Callable[[str], float | None]) -> tuple[str, ...]:
        return (f"{what}, MiB", *mib_cells({who: of(who) for who in everybody}))

    rows = (
        seconds("extracts → own layout", "prepare", lambda who: results.whole("prepare", who, OWN)),
        seconds("one model from the registers, whole process", "rows", results.best_job),
        ("… from which layout", *places),
        seconds("… its pass alone", "rows", results.best_pass),
        mib("… its peak memory, from the leaner layout", results.leanest_mib),
        mib("… read from disk if its files are cold", results.disk_read_mib),
        seconds("one model from facts made before", "rows", lambda who: results.job(who, FACTS)),
        seconds("own layout and ten models", "ten", partial(results.all_processes, "ten")),
        seconds("extracts → numbers, once", "one_shot", results.one_shot),
    )
    yield from table(header, rows)


def seconds_cells(results: Results, everybody: Sequence[str], case: str, of: Callable[[str], Rounds]) -> Iterator[str]:
    rounds = {who: of(who) for who in everybody}
    best = fastest(everybody, rounds.__getitem__)
    for who, theirs in rounds.items():
        yield bold(against(theirs, rounds[OURS], results.note(case, who)), who == best)


def mib_cells(found: Mapping[str, float | None]) -> Iterator[str]:
    best = min((mib for mib in found.values() if mib is not None), default=None)
    yield from ("–" if mib is None else bold(plain(mib), mib == best) for mib in found.values())


def against(theirs: Rounds, ours: Rounds, missing: str) -> str:
    """Print seconds, and how many times ours they are."""
    if not theirs:
        return missing or "–"
    found = ratios(theirs, ours) if theirs is not ours else []
    return plain(median(theirs)) + (f" ({plain(statistics.median(found))} ×)" if found else "")


def bold(text: str, best: bool) -> str:
    return f"**{text}**" if best else text


def goals(results: Results) -> list[Goal]:
    """Hold what was measured against the goals."""
    rivals = [peer for peer in RIVALS if peer in results.peers]
    by_pass, by_process = (fastest(rivals, of) for of in (results.best_pass, results.best_job))
    many = partial(results.all_processes, "ten")
    of_ten, of_one = fastest(results.peers, many), fastest(results.peers, results.one_shot)
    sorter, ingests = results.times_ingest()
    cold, compiled, start, cold_start = (
        list(results.whole(case, OURS, STORE).values())
        for case in ("cold_files", "cold_kernels", "start_up", "cold_start_up")
    )
    return [
        Goal(f"pass over the registers: {named(by_pass)} ÷ ours", 5, "×", times(by_pass, results.best_pass), True),
        Goal(f"… its whole process: {named(by_process)} ÷ ours", None, "×", times(by_process, results.best_job)),
        Goal("… ours ÷ merely decoding its columns", 1.5, "×", results.times_decoding()),
        Goal(f"ingest: {sorter or NOBODY}, sorted and with checksums ÷ ours", 2, "×", ingests, True),
        Goal(f"own layout and ten models: {named(of_ten)} ÷ ours", 3, "×", times(of_ten, many), True),
        Goal(f"extracts → numbers, once: {named(of_one)} ÷ ours", None, "×", times(of_one, results.one_shot)),
        Goal("peak memory of one model from the registers: ours ÷ the leanest peer's", 0.5, "×", memory(results)),
        Goal("`fordel run --fresh`, its files not in the page cache", 10, "s", cold),
        Goal("… and nothing compiled", 10, "s", compiled),
        Goal("… of it start-up: the same of the smallest nation", 4, "s", start),
        Goal("… of it start-up, and nothing compiled", 4, "s", cold_start),
    ]


def named(peer: str | None) -> str:
    return NAMES.get(peer, peer) if peer else NOBODY


def times(peer: str | None, of: Callable[[str], Rounds]) -> list[float]:
    """Give the seconds of a peer ÷ ours, pair by pair."""
    return ratios(of(peer), of(OURS)) if peer else []


def fastest(peers: Sequence[str], of: Callable[[str], Rounds]) -> str | None:
    """Give the peer with the smallest median."""
    return min((peer for peer in peers if of(peer)), key=lambda peer: median(of(peer)), default=None)


def memory(results: Results) -> list[float]:
    ours = results.leanest_mib(OURS)
    theirs = [peak for peer in results.peers if (peak := results.leanest_mib(peer)) is not None]
    return [ours / min(theirs)] if ours is not None and theirs else []


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
        f"Every process fresh, in turns; seconds are medians, × is how many times ours, the median of pairs "
        f"(smallest–largest). The best of a row is bold. {kept(results.folder, machine, 'benchmarks.peers.run')}; what "
        f"is compared with what, and what limits ours, stands in `benchmarks/README.md`."
        f"{f' Not taking part: {absent}.' if absent else ''}{note}"
    )


def tables(folder: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    results = read_results(folder)
    pictures = [picture(folder / f"{case}.svg", what) for case, what in PICTURES.items()]
    blocks = (about(results), "\n".join(goal_table(goals(results))), "\n".join(job_table(results)), *pictures)
    return {MARK: "\n\n".join(filter(None, blocks))}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
