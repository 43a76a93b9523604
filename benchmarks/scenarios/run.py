"""Every variant of the consultation on one store: together, one alone, break-even, and a whole run for each.

python -m benchmarks.scenarios.run --name NAME [--citizens 6000000] [--data DIR] [--store STORE]

A prepared STORE (of `fordel synth --extras --store`) is only read: its files are linked into the directory of data,
without the facts that runs left in it. Without STORE a nation is invented. Writes steps.csv, cases.csv, machine.json
and config.toml to benchmarks/scenarios/results/NAME. What is measured, and how, stands in benchmarks/README.md.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments_of_a_nation, begin, write_results
from benchmarks.measured.nations import drop_store, manifest_of, warm_kernels, whole_nation
from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.processes import lines_of, measure

HERE = Path(__file__).parent
HEADER = ("step", "round", "seconds", "cpu_seconds", "peak_mib", "cases", "passes")
BASE = "base"
FACTS = "facts"
COUNCILS = ("need", "need_before_rounding", "maximum_capacities")
CLINICS = ("minimum_per_capacity", "minimum_patients")
Numbers = dict[str, tuple[Decimal | None, ...]]


@dataclass
class Bench:
    """The configuration, the place of the data, the store that others made, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    nation: Path
    lines: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.data / "store"

    @property
    def together(self) -> Path:
        """Where the tables of all variants together are."""
        return self.data / "together"

    @property
    def threads(self) -> tuple[str, ...]:
        return "--threads", str(self.config["threads"])

    def run_of(self, name: str) -> Path:
        return self.data / f"run-{name}"

    def measure(self, step: str, number: int, *arguments: object) -> dict[str, Any]:
        """Measure a command, note it, and give what it printed."""
        command = (fordel_program(), *map(str, arguments), "--json")
        usage, printed = measure(command, environment_of(self.data))
        told: dict[str, Any] = json.loads(printed)
        figures = (f"{usage.seconds:.3f}", f"{usage.cpu_seconds:.3f}", f"{usage.peak_mib:.1f}")
        self.lines.append((step, number, *figures, cases_of(told), told.get("passes", "")))
        print(f"{step:<20}{number:>3}{figures[0]:>10} s {figures[1]:>10} cpu s {figures[2]:>9} MiB", flush=True)
        return told

    def scenarios(self, step: str, number: int, out: Path, only: Sequence[str]) -> None:
        """Measure `fordel scenarios` of some variants, or of all if none is named, tables and page written."""
        remove(out)
        named = ("--only", ",".join(only)) if only else ()
        self.measure(step, number, "scenarios", self.store, *named, "--out", out, *self.threads)

    def rounds(self, name: str) -> Iterator[int]:
        yield from range(1, self.config["rounds"][name] + 1)


def cases_of(told: dict[str, Any]) -> int | str:
    """Give how many cases a command has run, tried or listed; none if it says nothing of cases."""
    if "values_tried" in told:
        return int(told["values_tried"])
    counts = told.get("counts", {})
    return counts["run"] + counts["unchanged"] if "unchanged" in counts else counts.get("cases", "")


def without_facts(nation: Path, store: Path) -> None:
    """Make the store anew as if nothing had been run on it; the nation's own files stay as they are."""
    drop_store(store)
    shutil.copytree(nation, store, copy_function=linked, ignore=shutil.ignore_patterns(FACTS))


def linked(source: str, place: str) -> str:
    """Put a file at another place as well, without copying it where the disk is the same."""
    try:
        os.link(source, place)
    except OSError:
        shutil.copy2(source, place)
    return place


def together(bench: Bench) -> None:
    """All variants, the registers read first; and again on the facts that are kept now."""
    for number in bench.rounds("all_first"):
        without_facts(bench.nation, bench.store)
        bench.scenarios("all_first", number, bench.together, bench.config["only"])
    for number in bench.rounds("all_again"):
        bench.scenarios("all_again", number, bench.together, bench.config["only"])


def in_turns(bench: Bench) -> None:
    """One variant alone, as after any first run, and whole runs for comparison, which must find the same numbers."""
    for number in bench.rounds("turns"):
        for name in (*bench.config["rules"], *bench.config["estimation"]):
            bench.scenarios(f"alone_{name}", number, bench.data / "alone", (name,))
        for name in bench.config["whole_runs"]:
            remove(bench.run_of(name))
            model = () if name == BASE else ("--model", name)
            place = ("--out", bench.run_of(name), *bench.threads)
            bench.measure(f"run_{name}", number, "run", bench.store, *model, "--no-intervals", *place)
    for name in bench.config["whole_runs"]:
        if name != BASE:
            compare_numbers(name, bench.together, bench.run_of(BASE), bench.run_of(name))


def compare_numbers(case: str, together: Path, base: Path, run: Path) -> None:
    """Hold every number of a council and clinic against that of a whole run; clinics unnamed are as in the base."""
    councils = numbers_in(together / "council_effects.csv", "council_id", COUNCILS, case)
    clinics = numbers_in(base / "clinics.csv", "ydernummer", CLINICS)
    clinics |= numbers_in(together / "clinic_effects.csv", "ydernummer", CLINICS, case)
    of_run = (
        numbers_in(run / "councils.csv", "council_id", COUNCILS),
        numbers_in(run / "clinics.csv", "ydernummer", CLINICS),
    )
    if (councils, clinics) != of_run:
        raise SystemExit(f"{case} has other numbers together with others than in a run. No results are kept.")


def numbers_in(path: Path, key: str, names: Sequence[str], case: str = "") -> Numbers:
    """Give the numbers in a table of a RUN, or those that a case has in a table of effects, by council or clinic."""
    columns = [f"{name}_after" if case else name for name in names]
    lines = (line for line in lines_of(path) if not case or line["case"] == case)
    return {line[key]: tuple(Decimal(line[name]) if line[name] else None for name in columns) for line in lines}


def break_even(bench: Bench) -> None:
    """From which value of a parameter on a council's number changes."""
    asked = ("--search", bench.config["search"], "--for", bench.config["search_for"])
    for number in bench.rounds("search"):
        bench.measure("search", number, "scenarios", bench.store, *asked, *bench.threads)


def start_up(bench: Bench) -> None:
    """What the packaged variants are, without a store."""
    for number in bench.rounds("list"):
        bench.measure("list", number, "scenarios", "--list")


def main() -> None:
    given = arguments_of_a_nation(__doc__, HERE).parse_args()
    config, data, results = begin(given)
    config["citizens"] = given.citizens or config["citizens"]
    nation = whole_nation(given.store, config, data)
    bench = Bench(config, data, nation)
    warm_kernels(environment_of(data))
    for work in (together, in_turns, break_even, start_up):
        work(bench)
    cases = [(name, seconds) for name, seconds in manifest_of(bench.together)["seconds"].items() if name != BASE]
    tables = {"steps.csv": (HEADER, bench.lines), "cases.csv": (("case", "seconds"), cases)}
    remove(results)
    write_results(results, config, tables)
    remove(data)


if __name__ == "__main__":
    main()
