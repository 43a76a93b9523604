"""Does the memory of a worker grow with the nation? Registers → store → run, nation by nation, worker by worker.

python -m benchmarks.cluster.growth --name NAME [--sizes 1000000 6000000] [--registers DIR] [--data DIR]

Writes growth.csv (one line for each nation, number of workers, command, stage and process), nations.csv, machine.json
and config.toml to benchmarks/cluster/results/NAME. What is measured, and how, stands in benchmarks/README.md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments, begin, write_results
from benchmarks.measured.nations import drop_store, sizes_up_to, warm_kernels
from benchmarks.measured.nations import synth as synth_nation
from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.stages import measure_stages

HERE = Path(__file__).parent
HEADER = (
    *("citizens", "workers", "command", "stage", "process"),
    *("seconds", "cpu_seconds", "rss_mib", "anonymous_mib", "pss_mib"),
)
NATIONS_HEADER = ("citizens", "way", "rows", "registers_bytes", "store_bytes", "facts_bytes", "partitions", "clinics")


@dataclass
class Bench:
    """The configuration, the place of the data, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    nations: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.data)

    def fordel(self, *arguments: object, workers: int) -> tuple[str, ...]:
        return (fordel_program(), *map(str, arguments), "--workers", str(workers), "--threads", "1")

    def threads(self, *arguments: object, threads: int) -> tuple[str, ...]:
        return (fordel_program(), *map(str, arguments), "--threads", str(threads))

    def measure(self, citizens: int, workers: int, *arguments: object) -> None:
        """Measure a command by stage and process, note it, and say it."""
        command = str(arguments[0])
        taken, seconds, cores = measure_stages(self.fordel(*arguments, workers=workers), self.environment)
        for t in taken:
            figures = (t.seconds, t.cpu_seconds, t.rss, t.anonymous, t.pss)
            self.lines.append((citizens, workers, command, t.stage, t.process, *(f"{x:.2f}" for x in figures)))
        peaks = [t.anonymous for t in taken if t.process.startswith("worker")]
        print(
            f"{citizens:>12,} citizens, {workers} workers, {command:<7}{seconds:>8.1f} s {cores:>8.1f} cpu s "
            f"{max(peaks, default=0):>7.0f} MiB in a worker",
            flush=True,
        )
        self.lines.append((citizens, workers, command, "all", "all", f"{seconds:.2f}", f"{cores:.2f}", "", "", ""))

    def synth(self, citizens: int) -> Path:
        """Invent the registers of a nation, not measured."""
        return synth_nation(self.data / f"registers-{citizens}", citizens, self.config["seed"], self.environment)


def measure_nation(bench: Bench, citizens: int, given: Path | None) -> None:
    """The whole way of one nation, with every number of workers; what was made is deleted."""
    store, run = bench.data / "store", bench.data / "run"
    workers = bench.config["workers"]
    registers = None
    if given is None and citizens > bench.config["whole_way_up_to"]:
        drop_store(store)
        nation = ("--citizens", citizens, "--seed", bench.config["seed"])
        bench.measure(citizens, max(workers), "synth", *nation, "--store", store)
    else:
        registers = given or bench.synth(citizens)
        for number in workers:
            drop_store(store)
            bench.measure(citizens, number, "ingest", registers, "--store", store)
    hashes = set()
    for number in workers:
        remove(run)
        bench.measure(citizens, number, "run", store, "--out", run, "--fresh")
        hashes.add(json.dumps(json.loads((run / "manifest.json").read_text("utf-8"))["files"], sort_keys=True))
    if len(hashes) != 1:
        raise SystemExit(
            f"The results of {citizens:,} citizens differ with the number of workers. No results are kept."
        )
    bench.nations.append(nation_line(citizens, store, registers))
    drop_store(store)
    if registers and not given:
        remove(registers)


def nation_line(citizens: int, store: Path, registers: Path | None) -> tuple[Any, ...]:
    """Give what the model on paper needs to know of a nation: its rows and bytes."""
    manifest = json.loads((store / "manifest.json").read_text("utf-8"))
    tables = manifest["tables"]
    books = json.loads((store / manifest["codebooks"]["file"]).read_text("utf-8"))
    facts, whole = bytes_of(store / "facts"), bytes_of(store)
    return (
        citizens,
        "registers" if registers else "store",
        sum(part["rows"] for parts in tables.values() for part in parts),
        bytes_of(registers) if registers else "",
        whole - facts,
        facts,
        len(manifest["grid"]["first"]) - 1,
        len(books["clinic"]),
    )


def bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def sizes_of(config: dict[str, Any], given: list[Path]) -> Iterator[tuple[int, Path | None]]:
    """Give the nations to measure, each with its registers if they were given."""
    told = {citizens_of(registers): registers for registers in given}
    for citizens in sorted({*config["sizes"], *told}):
        yield citizens, told.get(citizens)


def citizens_of(registers: Path) -> int:
    """Give the citizens of an invented nation; its registers are only read."""
    return int(json.loads((registers / "truth.json").read_text("utf-8"))["citizens"])


def main() -> None:
    parser = arguments(__doc__, HERE)
    parser.add_argument("--sizes", type=int, nargs="+", help="citizens of each nation (config.toml)")
    parser.add_argument("--citizens", type=int, help="this nation and those of config.toml that are smaller")
    parser.add_argument("--registers", type=Path, nargs="+", default=[], help="registers of `fordel synth` that exist")
    given = parser.parse_args()
    config, data, results = begin(given)
    config["sizes"] = given.sizes or sizes_up_to(config["sizes"], given.citizens)
    bench = Bench(config, data)
    warm_kernels(bench.environment)
    for citizens, registers in sizes_of(config, given.registers):
        measure_nation(bench, citizens, registers and registers.resolve())
        files = {"growth.csv": (HEADER, bench.lines), "nations.csv": (NATIONS_HEADER, bench.nations)}
        write_results(results, config, files)  # after every nation: the largest may not fit, and the others count
    remove(data)


if __name__ == "__main__":
    main()
