"""The way in at national size: ingest beside DuckDB, the whole nation, and a full hospital history.

python -m benchmarks.ingest.run --name NAME [--citizens 6000000] [--data DIR] [--groups services nation history]

Writes steps.csv, totals.csv, machine.json and config.toml to benchmarks/ingest/results/NAME.
What is measured, and how, stands in benchmarks/README.md.
"""

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments, begin, write_results
from benchmarks.measured.nations import drop_store, warm_kernels
from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.processes import Usage, measure

HERE = Path(__file__).parent
GROUPS = ("services", "nation", "history")
STEPS_HEADER = ("step", "round", "seconds", "cpu_seconds", "peak_mib", "rows")
PARTITION_CITIZENS = 100_000
OTHERS = ("duckdb", "polars")


@dataclass
class Bench:
    """The configuration, the place of the data, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)

    def fordel(self, *arguments: object) -> tuple[str, ...]:
        return (fordel_program(), *map(str, arguments), "--threads", str(self.config["threads"]), "--json")

    def script(self, name: str, *arguments: object) -> tuple[str, ...]:
        command = (sys.executable, "-m", f"benchmarks.ingest.{name}", *map(str, arguments))
        return (*command, "--threads", str(self.config["threads"]))

    def start(self, command: tuple[str, ...]) -> tuple[Usage, str]:
        return measure(command, environment_of(self.data))

    def measure(self, step: str, number: int, command: tuple[str, ...], rows: int | None = None) -> str:
        """Measure a command, note it, and give what it printed."""
        usage, printed = self.start(command)
        rows = rows_of(printed) if rows is None else rows
        figures = (f"{usage.seconds:.3f}", f"{usage.cpu_seconds:.3f}", f"{usage.peak_mib:.1f}")
        self.steps.append((step, number, *figures, rows))
        print(f"{step:<24}{number:>3}{figures[0]:>10} s {figures[1]:>10} cpu s {figures[2]:>9} MiB", flush=True)
        return printed

    def ingest(self, step: str, number: int, registers: Path, store: Path) -> None:
        """Measure an ingest; an earlier store goes first."""
        drop_store(store)
        self.measure(step, number, self.fordel("ingest", registers, "--store", store))

    def synth(self, citizens: int, history: str) -> Path:
        """Invent a nation, not measured."""
        registers = self.data / f"registers-{citizens}-{history}"
        remove(registers)
        nation = ("--citizens", citizens, "--seed", self.config["seed"], "--history", history)
        self.start(self.fordel("synth", *nation, "--out", registers))
        return registers


def rows_of(printed: str) -> int:
    return sum(account["rows_in"] for account in json.loads(printed).values())


def services(bench: Bench) -> None:
    """Service rows in settlement-week order with text keys: ours and others in turns, the same totals."""
    weekly, store = bench.data / "weekly", bench.data / "weekly.store"
    registers = bench.synth(bench.config["citizens"], "light")
    remove(weekly)
    bench.start(bench.script("weekly", registers, weekly, "--files", bench.config["weekly_files"]))
    for number in range(1, bench.config["rounds"] + 1):
        bench.ingest("services_ours", number, weekly, store)
        bench.totals["ours"] = totals(bench, weekly, store, "ours")
        for tool in OTHERS:
            for way in bench.config.get(tool, ()):
                other(bench, weekly, tool, way)


def other(bench: Bench, weekly: Path, tool: str, way: str) -> None:
    """Measure one way of DuckDB or Polars, and hold its totals against ours."""
    name, out = f"{tool} {way}", bench.data / f"{tool}-out"
    number, rows = bench.steps[-1][1], bench.steps[-1][-1]
    partitions = max(1, round(bench.config["citizens"] / PARTITION_CITIZENS))
    command = bench.script(f"{tool}_ingest", weekly, out, "--partitions", partitions, *options_of(way))
    bench.measure(f"services_{name}", number, command, rows)
    bench.totals[name] = totals(bench, weekly, out, "duckdb")
    remove(out)
    if bench.totals[name] != bench.totals["ours"]:
        raise SystemExit(f"Totals of ours and {name} differ. No results are kept.\n{bench.totals}")


def options_of(way: str) -> tuple[str, ...]:
    """Give the options of a way: its steps, then a limit of memory and "checksums" if it has them."""
    steps, *more = way.split()
    memory = [("--memory", word) for word in more if word != "checksums"]
    return ("--steps", steps, *(word for pair in memory for word in pair), *(["--checksums"] * ("checksums" in more)))


def totals(bench: Bench, delivery: Path, out: Path, whose: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(bench.start(bench.script("duckdb_ingest", delivery, out, "--totals", whose))[1])
    return found


def nation(bench: Bench) -> None:
    """Every register of the nation, with a light hospital history."""
    registers = bench.data / f"registers-{bench.config['citizens']}-light"
    if not registers.exists():
        registers = bench.synth(bench.config["citizens"], "light")
    bench.ingest("nation", 1, registers, bench.data / "nation.store")
    check = bench.fordel("check", registers, "--out", bench.data / "quality")
    remove(bench.data / "quality")
    bench.measure("check", 1, check, bench.steps[-1][-1])


def history(bench: Bench) -> None:
    """The real volume of hospital diagnoses, about 70 a citizen, in two smaller nations: is the time linear?"""
    for citizens in bench.config["full_history"]:
        registers = bench.synth(citizens, "full")
        bench.ingest(f"history_{citizens}", 1, registers, bench.data / "history.store")
        remove(registers)


def main() -> None:
    parser = arguments(__doc__, HERE)
    parser.add_argument("--citizens", type=int, help="size of the nation (config.toml)")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS), help="only these steps")
    parser.add_argument("--keep", action="store_true", help="leave the data")
    given = parser.parse_args()
    config, data, results = begin(given)
    config["citizens"] = given.citizens or config["citizens"]
    bench = Bench(config, data)
    warm_kernels(environment_of(data))
    for group in GROUPS:
        if group in given.groups:
            {"services": services, "nation": nation, "history": history}[group](bench)
    remove(results)
    names = list(next(iter(bench.totals.values()), {}))
    rows = [(name, *(found[name] for found in bench.totals.values())) for name in names]
    tables = {"steps.csv": (STEPS_HEADER, bench.steps), "totals.csv": (("total", *bench.totals), rows)}
    write_results(results, config, tables)
    if not given.keep:
        shutil.rmtree(bench.data)


if __name__ == "__main__":
    main()
