"""How do time and memory of `fordel ingest` and `fordel run --fresh` grow? One thing is changed at a time.

python -m benchmarks.growth.run --name NAME [--citizens 6000000] [--data DIR]

Changed are the citizens, the rows of services, the partitions, the threads and the workers. Writes growth.csv (one
line for each process and stage), slopes.csv, citizens.svg, rows.svg, machine.json and config.toml to
benchmarks/growth/results/NAME. What is measured, and how, stands in benchmarks/README.md.

(``benchmarks.cluster.growth`` asks another question: what does one worker hold, and does it hold more when nations
become larger.)
"""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments, begin, leave_out, write_results
from benchmarks.measured.nations import drop_store, manifest_of, rows_of, sizes_up_to, synth, warm_kernels
from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.processes import measure
from benchmarks.measured.stages import Taken, measure_stages

HERE = Path(__file__).parent
HEADER = (
    *("citizens", "times", "asked_partitions", "threads", "workers", "partitions", "rows", "command", "round"),
    *("stage", "seconds", "cpu_seconds", "rss_mib", "own_mib"),
)
WHOLE = "all"


@dataclass(frozen=True)
class Point:
    """What is measured once: a nation, how often each service row is there, partitions, and who works.

    No partitions: as many as the program takes by itself. No workers: threads of one process.
    """

    citizens: int
    times: int
    partitions: int | None
    threads: int
    workers: int

    @property
    def delivery(self) -> tuple[int, int]:
        """What an ingest is given: points of the same registers stand side by side."""
        return self.citizens, self.times

    def options(self) -> tuple[str, ...]:
        workers = ("--workers", str(self.workers)) if self.workers else ()
        return (*workers, "--threads", str(self.threads))


@dataclass
class Bench:
    """The configuration, the place of the data, and what was measured so far."""

    config: dict[str, Any]
    data: Path
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    hashes: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.data)

    @property
    def store(self) -> Path:
        return self.data / "store"


def base_of(config: dict[str, Any]) -> Point:
    """Give the point that one thing is changed of at a time: the smallest delivery on all threads."""
    return Point(config["citizens"], min(config["times"]), None, max(config["threads"]), 0)


def points_of(config: dict[str, Any]) -> list[Point]:
    """Give all points, each once, those of the same registers side by side."""
    base = base_of(config)
    points = [
        base,
        *(Point(citizens, base.times, None, base.threads, 0) for citizens in config["sizes"]),
        *(Point(base.citizens, times, None, base.threads, 0) for times in config["times"]),
        *(Point(base.citizens, base.times, partitions, base.threads, 0) for partitions in config["partitions"]),
        *(Point(base.citizens, base.times, None, threads, 0) for threads in config["threads"]),
        *(Point(base.citizens, base.times, None, 1, workers) for workers in config["workers"]),
    ]
    return sorted(dict.fromkeys(points), key=lambda point: point.delivery)


def points_that_fit(config: dict[str, Any], free_bytes: int) -> Iterator[Point]:
    """Give the points whose registers and store the disk has room for, and say which are left out."""
    for point in points_of(config):
        if point.citizens * point.times * config["bytes_a_citizen"] <= free_bytes:
            yield point
        else:
            leave_out(f"{point.citizens:,} citizens × {point.times}", "the disk has no room")


def measure_point(bench: Bench, registers: Path, point: Point) -> None:
    """Ingest and run, as often as the configuration says; the store and the run are deleted."""
    partitions = ("--partitions", point.partitions) if point.partitions else ()
    for number in range(1, bench.config["rounds"]["ingest"] + 1):
        drop_store(bench.store)
        measure_command(bench, point, number, "ingest", registers, "--store", bench.store, *partitions)
    for number in range(1, bench.config["rounds"]["run"] + 1):
        out = bench.data / "run"
        remove(out)
        measure_command(bench, point, number, "run", bench.store, "--out", out, "--fresh")
        compare_results(bench, point, out)
    drop_store(bench.store)
    remove(out)


def measure_command(bench: Bench, point: Point, number: int, *arguments: object) -> None:
    """Measure a command by stage, note it, and say it."""
    command = str(arguments[0])
    program = (fordel_program(), *map(str, arguments), *point.options())
    taken, seconds, cores = measure_stages(program, bench.environment)
    parts, rows = len(manifest_of(bench.store)["grid"]["first"]) - 1, rows_of(bench.store)
    asked = point.partitions or ""
    where = (point.citizens, point.times, asked, point.threads, point.workers, parts, rows, command, number)
    stages = stages_of(taken)
    peaks = [max(figures[n] for figures in stages.values()) for n in (2, 3)]
    stages[WHOLE] = (seconds, cores, *peaks)
    bench.lines += [(*where, stage, *(f"{x:.3f}" for x in figures)) for stage, figures in stages.items()]
    print(
        f"{point.citizens:>12,} citizens × {point.times}, {parts:>4} partitions, {point.threads} threads, "
        f"{point.workers} workers, {command:<7}{seconds:>8.1f} s {cores:>8.1f} cpu s {peaks[0]:>7.0f} MiB",
        flush=True,
    )


def stages_of(taken: list[Taken]) -> dict[str, tuple[float, ...]]:
    """Give seconds, seconds of the cores, peak of resident and of own memory by stage, of all processes together.

    Peaks of several processes are added, and may have been at different moments: rather too high. A stage that is
    told more than once adds up its seconds.
    """
    stages: dict[str, tuple[float, ...]] = {}
    for told in endings_of(taken):
        stage, seconds = told[0].stage, told[0].seconds
        before = stages.get(stage, (0.0, 0.0, 0.0, 0.0))
        cpu, rss, own = (sum(getattr(one, name) for one in told) for name in ("cpu_seconds", "rss", "anonymous"))
        stages[stage] = (before[0] + seconds, before[1] + cpu, max(before[2], rss), max(before[3], own))
    return stages


def endings_of(taken: list[Taken]) -> list[list[Taken]]:
    """Give what all processes took, one list for each time that a stage ended; the leader comes first in each."""
    endings: list[list[Taken]] = []
    for one in taken:
        if one.process == "leader":
            endings.append([])
        endings[-1].append(one)
    return endings


def compare_results(bench: Bench, point: Point, run: Path) -> None:
    """Hold the results against those of the same registers: partitions, threads and workers change no byte."""
    found = json.dumps(manifest_of(run)["files"], sort_keys=True)
    if bench.hashes.setdefault(point.delivery, found) != found:
        raise SystemExit(f"{point} has other results than the same registers had before. No results are kept.")


def deliver(bench: Bench, citizens: int, times: int) -> Path:
    """Make the registers of a delivery, unless they are there; those of another nation go."""
    registers, more = bench.data / f"registers-{citizens}", bench.data / "registers-multiplied"
    remove(more)
    if not registers.exists():
        for old in bench.data.glob("registers-*"):
            remove(old)
        synth(registers, citizens, bench.config["seed"], bench.environment)
    if times == 1:
        return registers
    script = (sys.executable, "-m", "benchmarks.growth.multiplied", str(registers), str(more), "--times", str(times))
    measure(script, bench.environment)
    return more


def main() -> None:
    parser = arguments(__doc__, HERE)
    parser.add_argument(
        "--citizens", type=int, help="the nation that all is changed on, and no larger one (config.toml)"
    )
    given = parser.parse_args()
    config, data, results = begin(given)
    config["citizens"] = given.citizens or config["citizens"]
    config["sizes"] = sizes_up_to(config["sizes"], given.citizens)
    bench = Bench(config, data)
    warm_kernels(bench.environment)
    fitting = points_that_fit(config, shutil.disk_usage(data).free)
    for (citizens, times), points in groupby(fitting, key=lambda point: point.delivery):
        registers = deliver(bench, citizens, times)
        for point in points:
            measure_point(bench, registers, point)
        write_results(results, config, {"growth.csv": (HEADER, bench.lines)})  # the largest may fail, the others count
    remove(data)
    from benchmarks.growth.chart import draw  # these load numpy and matplotlib, which no measured child may inherit
    from benchmarks.growth.slopes import write_slopes

    write_slopes(results)
    draw(results)


if __name__ == "__main__":
    main()
