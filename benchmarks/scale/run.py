"""The benchmark at national size: every step in a fresh process, measured from outside.

python -m benchmarks.scale.run --citizens 6000000 --data DIR --name NAME

Writes steps.csv, pairs.csv, totals.csv, nation.json, machine.json and config.toml to
benchmarks/scale/results/NAME. What is measured, and how, stands in benchmarks/README.md.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments, begin
from benchmarks.measured.nations import ingest, synth, warm_kernels
from benchmarks.measured.places import environment_of, environment_with, fordel_program, remove, snapshot
from benchmarks.measured.processes import Usage, machine, measure, write_csv, write_json

HERE = Path(__file__).parent
GROUPS = ("prepare", "run", "commands", "passes")
MODELS = ("imputed", "cut_points")
FEE_TABLE = "2025-10-01"
IMPORTS = """
import fordel_dask.cli, fordel_dask.pipeline, fordel_dask.manifest, fordel_dask.rundir, sklearn.linear_model
"""
Rows = Callable[[str], int | None]


def no_rows(_printed: str) -> None:
    return None


@dataclass(frozen=True)
class Step:
    """A command that is measured: its name, how to start it, what it leaves, and how many rows it went over."""

    name: str
    command: tuple[str, ...]
    leaves: tuple[Path, ...] = ()
    rows: Rows = no_rows
    all_processes: bool = False
    fresh_cache: bool = False


@dataclass
class Bench:
    """The configuration, the places, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    rows_of_pass: int | None = None

    @property
    def threads(self) -> str:
        return str(self.config["threads"])

    @property
    def store(self) -> Path:
        return self.data / "store"

    def measure(self, step: Step, run: int) -> str:
        """Measure a step once, note it, and give what it printed."""
        for left in step.leaves:
            remove(left)
        with tempfile.TemporaryDirectory(dir=self.data) as cache:
            environment = environment_with(Path(cache)) if step.fresh_cache else environment_of(self.data)
            usage, printed = measure(step.command, environment, step.all_processes)
        self.note(step.name, run, usage, step.rows(printed))
        return printed

    def note(self, name: str, run: int, usage: Usage, rows: int | None) -> None:
        """Keep a measurement, and say it."""
        per_second = "" if rows is None else round(rows / usage.seconds)
        figures = (f"{usage.seconds:.3f}", f"{usage.cpu_seconds:.3f}", f"{usage.peak_mib:.1f}")
        self.steps.append((name, run, *figures, "" if rows is None else rows, per_second))
        print(f"{name:<28}{run:>3}{figures[0]:>10} s {figures[1]:>10} cpu s {figures[2]:>9} MiB", flush=True)

    def repeat(self, step: Step, times: str | None = None) -> None:
        """Measure a step as often as the configuration says."""
        for run in range(1, self.config["runs"][times or step.name] + 1):
            self.measure(step, run)

    def fordel(self, *arguments: object) -> tuple[str, ...]:
        return (fordel_program(), *map(str, arguments))

    def python(self, script: str, *arguments: object) -> tuple[str, ...]:
        return (sys.executable, "-m", f"benchmarks.scale.{script}", *map(str, arguments))


def prepare(bench: Bench) -> None:
    """Registers of an invented nation, and their store."""
    bench.repeat(synth_step(bench, "synth", bench.config["citizens"], bench.data / "registers"))
    bench.repeat(ingest_step(bench, "ingest", bench.data / "registers", bench.store))


def synth_step(bench: Bench, name: str, citizens: int, registers: Path) -> Step:
    nation = ("--citizens", citizens, "--seed", bench.config["seed"], "--history", bench.config["history"])
    command = bench.fordel("synth", *nation, "--out", registers, "--threads", bench.threads, "--json")
    return Step(name, command, (registers,), lambda printed: sum(json.loads(printed)["rows"].values()))


def ingest_step(bench: Bench, name: str, registers: Path, store: Path) -> Step:
    command = bench.fordel("ingest", registers, "--store", store, "--threads", bench.threads, "--json")
    leaves = tuple(store.with_name(store.name + end) for end in ("", ".keys", ".partial"))
    return Step(name, command, leaves, lambda printed: sum(a["rows_in"] for a in json.loads(printed).values()))


def run(bench: Bench) -> None:
    """`fordel run`: kernels compiled anew, from the registers, on Dask workers, other models, prices."""
    rows = sum(rows_of_tables(bench.store).values())
    fresh = ("--fresh", "--threads", bench.threads)
    bench.repeat(run_step(bench, "run_cold", fresh, rows, fresh_cache=True))
    workers = ("--fresh", "--workers", bench.threads, "--threads", 1)
    bench.repeat(run_step(bench, "run_workers", workers, rows, all_processes=True))
    bench.repeat(run_step(bench, "run_fresh", fresh, rows))
    for model in MODELS:
        other = ("--model", HERE / "models" / f"{model}.toml", "--threads", bench.threads)
        bench.repeat(run_step(bench, f"run_{model}", other, citizens_of(bench.store)), "run_other_model")
    bench.repeat(price_step(bench))


def price_step(bench: Bench) -> Step:
    """All services of the year at one fee table: the only packaged one begins in October."""
    command = bench.fordel("fees", "price", bench.store, "--table-of", FEE_TABLE, "--threads", bench.threads, "--json")
    return Step("fees_price", command, rows=lambda printed: int(json.loads(printed)["rows"]))


def run_step(bench: Bench, name: str, options: tuple[object, ...], rows: int, **how: bool) -> Step:
    out = bench.data / "run"
    command = bench.fordel("run", bench.store, "--out", out, *options, "--json")
    return Step(name, command, (out,), lambda _: rows, **how)


def small_store(bench: Bench) -> Path:
    """Make the store of the smallest nation, not measured."""
    environment, small = environment_of(bench.data), bench.config["small_citizens"]
    registers = synth(bench.data / "small-registers", small, bench.config["seed"], environment)
    return ingest(registers, bench.data / "small-store", environment)


def commands(bench: Bench) -> None:
    """What does not depend on the size of the nation: start-up, help, demo, selftest."""
    store, out = small_store(bench), bench.data / "small-run"
    start_up = bench.fordel("run", store, "--out", out, "--fresh", "--threads", bench.threads, "--json")
    bench.repeat(Step("start_up", start_up, (out,)))
    bench.repeat(Step("imports", (sys.executable, "-c", IMPORTS)))
    bench.repeat(Step("help", bench.fordel("--help")))
    demo = ("demo", "--citizens", bench.config["demo_citizens"], "--out", bench.data / "demo")
    bench.repeat(Step("demo", bench.fordel(*demo, "--threads", bench.threads, "--json"), (bench.data / "demo",)))
    bench.repeat(Step("selftest", bench.fordel("selftest", "--json")))


def passes(bench: Bench) -> None:
    """Our pass, decoding, and DuckDB, in turns; every total must be the same to the øre."""
    rows = sum(rows_of_tables(bench.store).values())
    database = bench.data / "nation.duckdb"
    prepare_database = bench.python(
        "duckdb_pass", bench.store, "--prepare", "--database", database, "--threads", bench.threads
    )
    bench.repeat(Step("duckdb_prepare", prepare_database, (database,), lambda _: rows))
    for number in range(1, bench.config["passes"]["rounds"] + 1):
        turns = [ours(bench, number), *peers(bench, database, number)]
        for pair, seconds in enumerate(zip(*turns, strict=True), 1):
            bench.pairs.append({"round": number, "pair": pair, **{k: v for each in seconds for k, v in each.items()}})


def ours(bench: Bench, number: int) -> list[dict[str, float]]:
    options = ("--threads", bench.threads, "--pairs", bench.config["passes"]["pairs"])
    printed = json.loads(bench.measure(Step("process_pass", bench.python("passes", bench.store, *options)), number))
    bench.rows_of_pass = printed["rows"]
    compare_totals(bench, "ours", printed["totals"])
    return list(printed["pairs"])


def peers(bench: Bench, database: Path, number: int) -> Iterator[list[dict[str, float]]]:
    often = ("--warm-up", "--runs", bench.config["passes"]["pairs"], "--threads", bench.threads)
    for way in bench.config["passes"]["duckdb"]:
        layout, ranges, *counted = way.split("_")
        how = ("--layout", layout, "--ranges", ranges, *(f"--{word}" for word in counted), "--database", database)
        name = f"duckdb_{way}"
        step = Step(f"process_{name}", bench.python("duckdb_pass", bench.store, *how, *often))
        printed = json.loads(bench.measure(step, number))
        compare_totals(bench, name, printed["totals"])
        yield [{name: seconds} for seconds in printed["runs"]]


def compare_totals(bench: Bench, name: str, totals: dict[str, int]) -> None:
    """Hold every total against ours, which were found first."""
    bench.totals[name] = totals
    ours = next(iter(bench.totals.values()))
    wrong = [f"{key}: {ours.get(key)} and {found}" for key, found in totals.items() if found != ours.get(key)]
    if wrong or not totals:
        raise SystemExit(f"Totals of ours and {name} differ: {'; '.join(wrong)}. No results are kept.")


def manifest_of(store: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((store / "manifest.json").read_text("utf-8")))
    except OSError:
        raise SystemExit("There is no store in the data directory. Let the steps begin with 'prepare'.") from None


def rows_of_tables(store: Path) -> dict[str, int]:
    return {table: sum(part["rows"] for part in parts) for table, parts in manifest_of(store)["tables"].items()}


def citizens_of(store: Path) -> int:
    return int(manifest_of(store)["grid"]["first"][-1])


def write_results(bench: Bench, results: Path) -> None:
    """Write all small files of a run; an older run of this name is replaced."""
    remove(results)
    results.mkdir(parents=True)
    header = ("step", "run", "seconds", "cpu_seconds", "peak_mib", "rows", "rows_per_second")
    write_csv(results / "steps.csv", header, bench.steps)
    if bench.pairs:
        write_csv(results / "pairs.csv", *pair_rows(bench.pairs))
        ours = bench.totals["ours"]
        rows = [(name, *(totals.get(name, "") for totals in bench.totals.values())) for name in ours]
        write_csv(results / "totals.csv", ("total", *bench.totals), rows)
    tables = rows_of_tables(bench.store)
    nation = {"citizens": citizens_of(bench.store), "rows": tables, "rows_of_pass": bench.rows_of_pass}
    write_json(results / "nation.json", nation)
    write_json(results / "machine.json", {**machine(), "threads": bench.config["threads"]})
    (results / "config.toml").write_text(snapshot(bench.config), "utf-8")


def pair_rows(pairs: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Give the header and the lines of pairs.csv; the seconds of a pair came in the order they were measured."""
    header = list(pairs[0])
    return header, [
        [f"{pair[k]:.4f}" if isinstance(pair[k], float) else str(pair[k]) for k in header] for pair in pairs
    ]


def options() -> argparse.Namespace:
    parser = arguments(__doc__, HERE)
    parser.add_argument("--citizens", type=int, help="size of the nation (config.toml)")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS), help="only these steps")
    parser.add_argument("--keep", action="store_true", help="leave the data for another run without 'prepare'")
    return parser.parse_args()


def main() -> None:
    given = options()
    config, data, results = begin(given)
    config["citizens"] = given.citizens or config["citizens"]
    bench = Bench(config, data)
    work = {"prepare": prepare, "run": run, "commands": commands, "passes": passes}
    warm_kernels(environment_of(data))
    for group in GROUPS:
        if group in given.groups:
            work[group](bench)
    write_results(bench, results)
    if not given.keep:
        remove(bench.data)
    print(f"Results in {results}")


if __name__ == "__main__":
    main()
