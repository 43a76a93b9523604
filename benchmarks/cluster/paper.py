"""What a nation of any size on a cluster of any size would need: reckoned from what was measured, every formula shown.

python -m benchmarks.cluster.paper RESULTS [--citizens 600000000] [--workers 100]

Reads growth.csv, nations.csv and scheduler.csv of RESULTS and prints one table;
``benchmarks.cluster.table`` puts it into the README.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cluster.load import MUNICIPALITIES, STRATA_A_CITIZEN, Size
from benchmarks.measured.markdown import table
from benchmarks.measured.processes import lines_of as lines_of_csv
from fordel_dask.planning.rates import rates
from fordel_dask.registers.memory import lookup_bytes

CITIZENS, WORKERS = 600_000_000, 100
FAN_IN = 8
CELLS, SUMS, LINES = 3_648, 8, 5
STRATA_OF_NATION = 0.154  # a citizen, of six million
BYTE_WORD = 8
NETWORK_BYTES = 10e9 / 8
GIB, MIB = 1 << 30, 1 << 20
MACHINE_BYTES = 16 * GIB

LARGEST_FEE_BITS, LOW_LIMB_BITS, DAYS = 36, 20, 366
LARGEST_PREDICTION_MICRO, WITHOUT_CLINIC = 3_600 * 10**6, 0.003
"""A citizen's largest expected fee (kroner × 10⁶: every term at its largest), and the share of citizens without a
clinic, both of an invented nation."""

LARGEST_CELL = 0.04
"""Of the estimation sample, what is assumed of the largest of the cells."""

STAGES = {  # of an ingest and of a run: how each grows
    "ingest": (
        "numbering citizens, hashing files",
        *("writing citizens", "reading extracts", "comparing keys"),
        *("joining diagnoses", "writing the store", "hashing extracts"),
    ),
    "run": ("registers → facts", "citizens → cells"),
}
ALONE = "numbering citizens, hashing files"
QUADRATIC = "writing the store"


@dataclass(frozen=True)
class Line:
    """A line of the table: what, how it was reckoned, and what came out."""

    group: str
    what: str
    reckoned: str
    value: str


@dataclass(frozen=True)
class Measured:
    """What was measured: lines of growth.csv, nations.csv and scheduler.csv."""

    growth: Sequence[dict[str, str]]
    nations: Sequence[dict[str, str]]
    scheduler: Sequence[dict[str, str]]

    def sizes(self, command: str) -> list[int]:
        """Give the nations that a command was measured on."""
        return sorted({int(line["citizens"]) for line in self.growth if line["command"] == command})

    def cpu(self, command: str, stage: str, citizens: int) -> float:
        """Give the seconds of the cores that a stage took in all processes, with the fewest workers."""
        lines = [x for x in self.growth if (x["command"], int(x["citizens"])) == (command, citizens)]
        fewest = min((x["workers"] for x in lines), key=int, default="1")
        return sum(float(x["cpu_seconds"]) for x in lines if (x["stage"], x["workers"]) == (stage, fewest))

    def worker_mib(self, command: str, column: str = "anonymous_mib") -> float:
        """Give the largest peak of a worker on the largest nation."""
        largest = self.sizes(command)[-1]
        return max(
            float(x[column])
            for x in self.growth
            if (x["command"], int(x["citizens"])) == (command, largest) and x["process"].startswith("worker")
        )

    def nation(self) -> dict[str, float]:
        """Give bytes a citizen of the largest nation that came from registers."""
        last = max((n for n in self.nations if n["registers_bytes"]), key=lambda n: int(n["citizens"]))
        names = ("registers_bytes", "store_bytes", "facts_bytes")
        return {name: int(last[name]) / int(last["citizens"]) for name in names}

    def of_stage(self, stage: str) -> dict[str, float]:
        """Give the simulated load of a stage: milliseconds of the scheduler a task, and bytes."""
        line = next(x for x in self.scheduler if x["stage"] == stage)
        tasks = int(line["tasks"])
        return {
            "scheduler_ms": 1000 * float(line["scheduler_cpu_seconds"]) / tasks,
            "client_ms": 1000 * float(line["client_cpu_seconds"]) / tasks,
            "argument_bytes": float(line["argument_bytes"]),
            "result_bytes": float(line["result_bytes"]),
            "scheduler_mib": float(line["scheduler_mib"]),
        }


def read_measured(folder: Path) -> Measured:
    """Read what the model stands on.

    Raises
    ------
    SystemExit
        Something was not measured yet.
    """
    files = []
    for name in ("growth", "nations", "scheduler"):
        path = folder / f"{name}.csv"
        if not path.exists():
            script = "scheduler" if name == "scheduler" else "growth"
            command = f"python -m benchmarks.cluster.{script} --name …"
            raise SystemExit(f"{folder} has no {path.name}. Measure it: {command}")
        files.append(lines_of_csv(path))
    return Measured(*files)


def sums_bytes(citizens: float, clinics: int) -> int:
    """Give the bytes of the sums of so many citizens (``passes.CitizenSums``): at most, if they share few strata."""
    strata = round(STRATA_A_CITIZEN * citizens)
    return BYTE_WORD * (SUMS * CELLS + MUNICIPALITIES + 1 + clinics + LINES * strata)


def tasks_lines(size: Size, measured: Measured) -> Iterator[Line]:
    """Tasks, and what they cost a scheduler."""
    total = client = 0.0
    yield Line("tasks", "partitions", "citizens ÷ 100,000", f"{size.partitions:,}")
    for stage, tasks in size.tasks.items():
        load = load_of(measured, stage)
        total += tasks * load["scheduler_ms"] / 1000
        client += tasks * load["client_ms"] / 1000
        sent = tasks * load["argument_bytes"]
        reckoned = f"{load['scheduler_ms']:.1f} ms of the scheduler and {load['argument_bytes'] / 1e3:,.1f} kB a task"
        value = f"{tasks:,} tasks, {tasks * load['scheduler_ms'] / 1000:,.0f} s, {sent / GIB:,.2f} GiB sent"
        yield Line("tasks", f"`{stage}`", reckoned, value)
    yield Line("tasks", "scheduler in all, and client", "one core each", f"{total:,.0f} s, {client:,.0f} s")
    largest = max(float(line["scheduler_mib"]) for line in measured.scheduler)
    yield Line("tasks", "memory of the scheduler", "largest of the simulated load", f"{largest:,.0f} MiB")


def reduction_lines(size: Size) -> Iterator[Line]:
    """Sums on their way to the client."""
    left, levels = size.pass_tasks, []
    while left > 1:
        levels.append(left)
        left = math.ceil(left / FAN_IN)
    one = sums_bytes(size.citizens_of_task, size.clinics)
    whole = BYTE_WORD * LINES * round(STRATA_OF_NATION * size.citizens)
    moved, seconds = len(levels) * size.pass_tasks * one, len(levels) * whole / NETWORK_BYTES
    reckoned = (
        f"{' + '.join(map(str, levels))} sums, {FAN_IN} into one: at first {one / MIB:,.1f} MiB, {STRATA_A_CITIZEN} "
        f"strata a citizen, at last {STRATA_OF_NATION}, if clinics grow with the citizens; at 10 Gbit/s"
    )
    value = f"less than {moved / GIB:,.1f} GiB moved, {whole / GIB:,.2f} GiB to the client, {seconds:,.1f} s"
    yield Line("reduction", "`citizens → cells`", reckoned, value)


def storage_lines(size: Size, measured: Measured) -> Iterator[Line]:
    """Bytes on the shared storage, and what is read of them."""
    a_citizen = measured.nation()
    for name, spoken in (("registers_bytes", "registers"), ("store_bytes", "store"), ("facts_bytes", "facts")):
        reckoned = f"{a_citizen[name]:,.0f} bytes a citizen"
        yield Line("storage", spoken, reckoned, f"{a_citizen[name] * size.citizens / 1e12:,.2f} TB")
    dealt = dealt_bytes_a_citizen()
    yield Line("storage", "work directory", f"{dealt:,.0f} bytes a citizen", f"{dealt * size.citizens / 1e12:,.2f} TB")
    read = {
        "the register pass reads the store, writes facts": a_citizen["store_bytes"] + a_citizen["facts_bytes"],
        "the light pass reads facts": a_citizen["facts_bytes"],
    }
    for spoken, one in read.items():
        share = one * size.citizens / size.workers
        yield Line("storage", spoken, "÷ workers", f"{share / GIB:,.2f} GiB a worker")


def dealt_bytes_a_citizen() -> float:
    """Give the bytes of the work directory: every kept row as it is dealt, before the store is written."""
    r = rates()["ingest"]
    kept = {"enrolment": 1.08, "services": 15.5, "contacts": 7.9, "diagnosis_rows": 1.6, "dream": 0.39, "joined": 1.6}
    return float(sum(rows * r["dealt_bytes"][kind] for kind, rows in kept.items()))


def memory_lines(size: Size, measured: Measured) -> Iterator[Line]:
    """Memory of a worker: its own, which does not grow, and files that are mapped, which do."""
    for command in ("ingest", "run"):
        largest = measured.sizes(command)[-1]
        reckoned = f"measured at {largest:,} citizens, taken as flat"
        yield Line("memory", f"own memory of a worker, {command}", reckoned, f"{measured.worker_mib(command):,.0f} MiB")
    grown = sums_bytes(size.citizens_of_task, size.clinics)
    reckoned = f"three sums at once, {BYTE_WORD * LINES} bytes a stratum"
    yield Line("memory", "… of strata in the pass", reckoned, f"{3 * grown / MIB:,.0f} MiB")
    reckoned = "16 bytes and 4 to 8 slots of 4 a citizen, once a machine, read at random"
    yield Line("memory", "look-up of the ingest, mapped", reckoned, f"{lookup_bytes(size.citizens) / GIB:,.1f} GiB")


def time_lines(size: Size, measured: Measured) -> Iterator[Line]:
    """Wall time by stage: work shared by the workers, or done by one, or the scheduler's own."""
    for command, stages in STAGES.items():
        total = 0.0
        for stage in stages:
            seconds, reckoned = wall_of(size, measured, command, stage)
            total += seconds
            yield Line("time", f"{command}: `{stage}`", reckoned, f"{seconds:,.0f} s")
        yield Line("time", f"{command} in all", "the sum", f"{total / 60:,.0f} minutes")


def wall_of(size: Size, measured: Measured, command: str, stage: str) -> tuple[float, str]:
    """Give the seconds of a stage, and how they were reckoned."""
    linear, square = rate_of(measured, command, stage)
    if stage == ALONE:
        linear -= rates()["ingest"]["hashing_parquet"] * 1e-9 * measured.nation()["registers_bytes"]
        return linear * size.citizens, f"{linear * 1e6:.2f} µs of one core a citizen, one task: hashing is beside it"
    cores = (linear + square * size.citizens) * size.citizens / size.workers
    tasks, load = size.tasks.get(stage, 0), load_of(measured, stage)
    each = max(load["scheduler_ms"], load["client_ms"])
    if tasks * each / 1000 > cores:
        return tasks * each / 1000, f"{tasks:,} tasks × {each:.1f} ms of scheduler or client (the work: {cores:,.0f} s)"
    grows = f" + {square * 1e12:.4f} ps × citizens" if square else ""
    return cores, f"({linear * 1e6:.2f} µs{grows}) × citizens ÷ {size.workers} workers"


def rate_of(measured: Measured, command: str, stage: str) -> tuple[float, float]:
    """Give the seconds of a core a citizen, and those that every citizen adds for every other.

    From the largest nation and the smallest of at least a fourth of it, so that what is spent once does not count.
    The store is written of as many pieces as were read, once for every partition: that grows as their product.
    """
    sizes = [n for n in measured.sizes(command) if n >= measured.sizes(command)[-1] / 4]
    small, large = sizes[0], sizes[-1]
    took_small, took_large = measured.cpu(command, stage, small), measured.cpu(command, stage, large)
    if small == large:
        return took_large / large, 0.0
    if stage == QUADRATIC:
        square = max((took_large / large - took_small / small) / (large - small), 0.0)
        return took_large / large - square * large, square
    return max(took_large - took_small, 0.0) / (large - small), 0.0


def load_of(measured: Measured, stage: str) -> dict[str, float]:
    """Give the simulated load of a stage; of one that was not simulated, that of the plainest."""
    simulated = {line["stage"] for line in measured.scheduler}
    return measured.of_stage(stage if stage in simulated else "registers → facts")


def limits(measured: Measured) -> Iterator[Line]:
    """The sizes at which something would no longer do."""
    memory = next(n for n in range(10**6, 10**10, 10**6) if lookup_bytes(n) > MACHINE_BYTES)
    reckoned = f"larger than {MACHINE_BYTES // GIB} GiB: then every row may wait for a disk"
    yield Line("limits", "look-up of the ingest", reckoned, f"{memory:,} citizens")
    linear, square = rate_of(measured, "ingest", QUADRATIC)
    if square:
        reckoned = "half of its time is small reads: pieces × partitions"
        yield Line("limits", f"`{QUADRATIC}`", reckoned, f"{linear / square:,.0f} citizens")
    yield Line("limits", "citizen numbers", "32 bits with a sign", f"{(1 << 31) - 1:,} citizens")
    yield Line("limits", "codes of services, medicine, countries", "16 bits", "32,767 different codes, at any size")
    reckoned = "64 bits ÷ the largest fee that is not refused (2³⁶ øre)"
    yield Line("limits", "Σ y, by proof", reckoned, f"{(1 << 63) >> LARGEST_FEE_BITS:,} citizens of one cell")
    squares = (1 << 63) >> 2 * LOW_LIMB_BITS
    reckoned = "64 bits ÷ 2⁴⁰: every fee just below 10,486 kr"
    yield Line("limits", "Σ y², by proof", reckoned, f"{squares:,} citizens of one cell")
    reckoned = f"the same, if the largest cell holds {LARGEST_CELL:.0%} of the citizens"
    yield Line("limits", "… of a nation", reckoned, f"{squares / LARGEST_CELL:,.0f} citizens")
    refused = (1 << 62) / (LARGEST_PREDICTION_MICRO * DAYS) / WITHOUT_CLINIC
    largest = f"{LARGEST_PREDICTION_MICRO / 1e6:,.0f} kr × {DAYS} days"
    reckoned = f"2⁶² ÷ ({largest}): {WITHOUT_CLINIC:.1%} are without a clinic, and count as one"
    yield Line("limits", "a run is refused (`refuse_overflow`)", reckoned, f"{refused:,.0f} citizens")


def lines_of(size: Size, measured: Measured) -> list[Line]:
    """Give the whole table."""
    return [
        *tasks_lines(size, measured),
        *reduction_lines(size),
        *storage_lines(size, measured),
        *memory_lines(size, measured),
        *time_lines(size, measured),
        *limits(measured),
    ]


def as_markdown(lines: Sequence[Any]) -> list[str]:
    """Give the lines as a table, each group under its name."""
    groups = ["", *(line.group for line in lines)]
    rows = (
        (line.group if line.group != before else "", line.what, line.reckoned, line.value)
        for before, line in zip(groups, lines, strict=False)
    )
    return list(table(("", "what", "how it is reckoned", ""), rows, "lllr"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--citizens", type=int, default=CITIZENS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    lines = lines_of(Size(given.citizens, given.workers), read_measured(given.results))
    print("\n".join(as_markdown(lines)))


if __name__ == "__main__":
    main()
