"""A release of a whole nation: how long disclosure control takes, and how much it leaves to be shown.

python -m benchmarks.release.run --name NAME [--citizens 6000000] [--data DIR] [--store STORE]

Without STORE a nation is invented. Writes steps.csv, shown.csv, machine.json and config.toml to
benchmarks/release/results/NAME. What is measured, and how, stands in benchmarks/README.md.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments_of_a_nation, begin, write_results
from benchmarks.measured.nations import whole_nation
from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.processes import lines_of, measure

HERE = Path(__file__).parent
STEPS = ("step", "round", "seconds", "cpu_seconds", "peak_mib")
SHOWN = ("counts", "in_all", "kept_back")
COUNCILS = "council numbers"
Counts = list[tuple[str, int, int]]


@dataclass
class Bench:
    """The configuration, the place of the data, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    lines: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def runs(self) -> list[Path]:
        """The RUNs: the base, then the variants."""
        return [self.data / name for name in ("base", *self.config["variants"])]

    def do(self, *arguments: object) -> tuple[Any, dict[str, Any]]:
        """Run a command; gives what it used and the object that it printed."""
        usage, printed = measure((fordel_program(), *map(str, arguments), "--json"), environment_of(self.data))
        return usage, json.loads(printed)

    def measure(self, step: str, number: int, *arguments: object) -> dict[str, Any]:
        """Measure a command, and note it."""
        usage, told = self.do(*arguments)
        figures = (f"{usage.seconds:.3f}", f"{usage.cpu_seconds:.3f}", f"{usage.peak_mib:.1f}")
        self.lines.append((step, number, *figures))
        print(f"{step:<20}{number:>3}{figures[0]:>10} s {figures[1]:>10} cpu s {figures[2]:>9} MiB", flush=True)
        return told

    def prepare(self, step: str, runs: list[Path]) -> Counts:
        """Measure how RUNs are prepared for a release; gives the counts that would be shown and kept back."""
        proposal, ledger = self.data / f"proposal-{step}", self.data / "ledger"
        kept: dict[str, dict[str, int]] = {}
        for number in range(1, self.config["rounds"][step] + 1):
            remove(proposal)
            told = self.measure(step, number, "release", *runs, "--out", proposal, "--ledger", ledger, "--by", "one")
            kept = told["kept_back"]
        return [(name, of["cells"], of["kept_back"]) for name, of in kept.items()]

    def check(self) -> Path:
        """Measure the second person's part; gives the folder that would leave."""
        folder = self.data / "folder"
        for number in range(1, self.config["rounds"]["check"] + 1):
            remove(folder)
            remove(self.data / "ledger")
            proposal, ledger = self.data / "proposal-variants", self.data / "ledger"
            asked = ("--check", proposal, "--out", folder, "--ledger", ledger, "--by", "another")
            self.measure("check", number, "release", *asked)
        return folder


def council_numbers(folder: Path) -> tuple[str, int, int]:
    """Count the base's numbers of councils in a released folder, and those that are kept back."""
    (base,) = [path.parent for path in folder.glob("*/citizens_by_trait.csv")]
    lines = lines_of(base / "maximum_capacities_by_council.csv")
    return COUNCILS, len(lines), sum(not line["maximum_capacities"] for line in lines)


def make_runs(bench: Bench, store: Path) -> None:
    """Make the RUNs, not measured."""
    for path in bench.runs:
        model = () if path.name == "base" else ("--model", path.name)
        bench.do("run", store, *model, "--out", path, "--threads", bench.config["threads"], "--quiet")


def main() -> None:
    given = arguments_of_a_nation(__doc__, HERE).parse_args()
    config, data, results = begin(given)
    config["citizens"] = given.citizens or config["citizens"]
    bench = Bench(config, data)
    store = whole_nation(given.store, config, data)
    make_runs(bench, store)
    counts = bench.prepare("base", bench.runs[:1])
    bench.prepare("variants", bench.runs)
    counts.append(council_numbers(bench.check()))
    remove(results)
    write_results(results, config, {"steps.csv": (STEPS, bench.lines), "shown.csv": (SHOWN, counts)})
    remove(data)


if __name__ == "__main__":
    main()
