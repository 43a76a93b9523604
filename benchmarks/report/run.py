"""A report of a whole nation, part by part: pages, letters, workbooks, and how large their files are.

python -m benchmarks.report.run --name NAME [--citizens 6000000] [--data DIR] [--store STORE]

Without STORE a nation is invented. Writes steps.csv, files.csv, machine.json and config.toml to
benchmarks/report/results/NAME. What is measured, and how, stands in benchmarks/README.md.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments_of_a_nation, begin, write_results
from benchmarks.measured.nations import whole_nation
from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.processes import measure

HERE = Path(__file__).parent
STEPS = ("step", "round", "seconds", "cpu_seconds", "peak_mib")
FILES = ("step", "kind", "files", "megabytes", "largest_megabytes")
PARTS = ("pages", "method", "letters", "pdf", "workbooks", "evaluation")
TOGETHER = "together"
MANIFEST = "manifest.json"
MEGABYTE = 1_000_000


@dataclass
class Bench:
    """The configuration, the place of the data, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    files: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def run(self) -> Path:
        return self.data / "nation.run"

    @property
    def beside(self) -> tuple[object, ...]:
        """What a report is made of besides its RUN, as options."""
        places = {"--base": "earlier.run", "--scenarios": "scenarios", "--fees": "fees", "--diagnosis": "diagnosis"}
        return tuple(word for option, name in places.items() for word in (option, self.data / name))

    def do(self, *arguments: object) -> Any:
        """Run a command; gives what it used."""
        return measure((fordel_program(), *map(str, arguments), "--quiet"), environment_of(self.data))[0]

    def report(self, step: str) -> None:
        """Measure a part of the report, or what is written if none is named, and note the files of its last round."""
        out = self.data / "report"
        part = () if step == TOGETHER else ("--only", step)
        for number in range(1, self.config["rounds"][step] + 1):
            remove(out)
            usage = self.do("report", self.run, "--out", out, *self.beside, *part)
            figures = (f"{usage.seconds:.3f}", f"{usage.cpu_seconds:.3f}", f"{usage.peak_mib:.1f}")
            self.lines.append((step, number, *figures))
            print(f"{step:<20}{number:>3}{figures[0]:>10} s {figures[1]:>10} cpu s {figures[2]:>9} MiB", flush=True)
        self.files += files_in(out, step)


def files_in(out: Path, step: str) -> list[tuple[Any, ...]]:
    """Give the files of a report by kind, without its manifest: how many, and how large all and the largest are."""
    sizes: dict[str, list[int]] = {}
    for path in out.rglob("*"):
        if path.is_file() and path.name != MANIFEST:
            sizes.setdefault(path.suffix.removeprefix("."), []).append(path.stat().st_size)
    return [
        (step, kind, len(own), f"{sum(own) / MEGABYTE:.3f}", f"{max(own) / MEGABYTE:.3f}")
        for kind, own in sorted(sizes.items())
    ]


def make_what_is_told(bench: Bench, store: Path) -> None:
    """Make the RUN and what the report shows beside it, not measured."""
    threads = ("--threads", bench.config["threads"])
    bench.do("run", store, "--out", bench.run, *threads)
    bench.do("run", store, "--model", bench.config["earlier"], "--out", bench.data / "earlier.run", *threads)
    only = ",".join(bench.config["variants"])
    bench.do("scenarios", store, "--only", only, "--out", bench.data / "scenarios", *threads)
    bench.do("fees", "differentiate", bench.run, "--out", bench.data / "fees")
    bench.do("diagnose", store, "--out", bench.data / "diagnosis", *threads)


def main() -> None:
    given = arguments_of_a_nation(__doc__, HERE).parse_args()
    config, data, results = begin(given)
    config["citizens"] = given.citizens or config["citizens"]
    bench = Bench(config, data)
    store = whole_nation(given.store, config, data)
    make_what_is_told(bench, store)
    for step in (*PARTS, TOGETHER):
        if config["rounds"][step]:
            bench.report(step)
    remove(results)
    write_results(results, config, {"steps.csv": (STEPS, bench.lines), "files.csv": (FILES, bench.files)})
    remove(data)


if __name__ == "__main__":
    main()
