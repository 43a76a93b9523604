"""What an ingest needs in memory, stage by stage, and the budget that follows from what it may take.

The bytes of a row stand for the arrays that are alive at the worst moment of a task; they were
counted in the code and held against measured peaks (``DESIGN.md``, section Memory).
"""

import contextlib
import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.files import DEFAULT_PORTION, Portion
from fordel_dask.registers.budget import BUCKET_ROWS, DEFAULT_BUDGET, KEYS_A_TASK, Budget
from fordel_dask.registers.dealt_file import CHUNK_ROWS
from fordel_dask.registers.numbering import RANGE_ROWS
from fordel_dask.registers.volumes import Volume, rows_of_kind

MIB = 1024 * 1024
PROGRAM_BYTES = 300 * MIB
"""A process with its libraries and compiled kernels, most of it shared with other processes."""

LEADER_BYTES = 200 * MIB
"""The process that leads local worker processes."""

CITIZEN_BYTES = 195
"""A citizen while a run of the population is sorted: its columns twice, keys, order, the run; or its hash."""

KNOWN_BYTES, SLOT_BYTES, SLOTS = 16, 4, 4
CHUNK_BYTES = {"dream": 45, "enrolment": 55, "diagnoses": 50, "diagnosis_rows": 60, "prescriptions": 50}
CHUNK_BYTES_OF_OTHERS = 70
"""A row that waits to be dealt: in the memory that gathers rows and in that which orders them, with its order."""

VALUE_BYTES = 8
"""A value of a further covariate, in both of these memories; or in the rows of a partition and in its table."""

BATCH_BYTES, COLUMN_BYTES = 110, 34
WEEK_BYTES = 13
"""A row of a batch: its key in three forms, its text, and each further column with what is made of it."""

TASK_BYTES = 16 * MIB
"""A task that reads, whatever it reads: code books, buffers of the writer, what allocators hold back."""

TEXT_BYTES = 24 * MIB
"""What a task that reads text adds: days and times that were read before are remembered, as Python objects."""

SAS_BYTES = 40 * MIB
"""What a task that reads SAS adds: pandas itself, and what it keeps between batches."""

OPEN_COLUMN_BYTES = 16 * MIB // 10
"""A column of a Parquet file that is open: its buffer, a page as it is stored and unpacked, levels."""

BUCKET_ROW_BYTES = 110
KEY_BYTES = 70
SETTLED_BYTES = {"services": 126, "diagnoses": 68, "enrolment": 102, "benefits": 42, "prescriptions": 80}
COMPLETED_BYTES = 60
"""A row of enrolment without spells, or of the services that tell its clinics."""

LISTED_SHARE = 0.5
"""Of the diagnoses of a nation, those that some disease list asks for, at most: a fifth in what was invented."""

KEPT_A_CITIZEN = {"services": 60, "prescriptions": 40}
"""Rows of the years that are kept, at most; a delivery may hold many more years. A nation has 17 and 20."""

READ_AHEAD_BLOCKS = 36
"""Blocks of a CSV file that pyarrow reads ahead of the rows, 32, and what is made of one."""

UNEVEN = 1.1
"""Partitions have as many citizens each, not as many rows."""

SCALES = (1, 1 / 2, 1 / 4, 1 / 8, 1 / 16)
FEWEST_BUCKET_ROWS, FEWEST_KEYS = 50_000, 100_000
NUMBERING, READING, COMPARING, COMPLETING = (
    "numbering citizens",
    "reading extracts",
    "comparing keys",
    "completing enrolment",
)
JOINING, WRITING, HASHING = "joining diagnoses", "writing the store", "hashing extracts"
SPELLS, LISTS = "enrolment", ("enrolment_list", "enrolment_groups")


@dataclass(frozen=True)
class Crew:
    """Who works on one machine: processes, tasks that each can run at a time, whether another process leads them.

    ``machines`` is how many such crews a cluster has; what one needs is said of one of them.
    """

    processes: int = 1
    threads: int = 1
    led: bool = False
    machines: int = 1

    @property
    def width(self) -> int:
        """Tasks at a time."""
        return self.processes * self.threads

    @property
    def resident_bytes(self) -> int:
        """Bytes that are taken whatever the work."""
        return self.processes * PROGRAM_BYTES + (LEADER_BYTES if self.led else 0)


@dataclass(frozen=True)
class Work:
    """The tasks of a stage: kinds of them, each with its bytes and how many there are, and their settings."""

    kinds: tuple[tuple[int, int], ...]
    budget: Budget = DEFAULT_BUDGET

    def bytes(self, at_a_time: int) -> int:
        """Give the bytes of the largest tasks that may meet."""
        total, left = 0, at_a_time
        for size, many in sorted(self.kinds, reverse=True):
            total += size * min(many, left)
            left -= min(many, left)
        return total


@dataclass(frozen=True)
class Needs:
    """Bytes at the peak of each stage, and the budget that leads to them."""

    stages: tuple[tuple[str, int], ...]
    budget: Budget

    @property
    def peak_bytes(self) -> int:
        """Bytes at the peak of the whole ingest."""
        return max(size for _, size in self.stages)


def give_back_memory() -> None:
    """Return memory that is free but held by allocators: what a stage leaves would add to the next one."""
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)


def lookup_bytes(citizens: int) -> int:
    """Give the bytes of the table from key to citizen, which every process maps."""
    return KNOWN_BYTES * citizens + SLOT_BYTES * (1 << max(SLOTS * citizens - 1, 1).bit_length())


def needs_within(memory: int, volumes: Sequence[Volume], partitions: int, crew: Crew) -> Needs:
    """Give what an ingest needs with the largest settings that fit; with the smallest if none do.

    Settings shrink before tasks become fewer: small pieces cost little, an idle core costs its share.
    """
    citizens = rows_of_kind(volumes, "population")
    free = memory - crew.resident_bytes
    later = free - crew.processes * lookup_bytes(citizens)
    numbered = _fitting(free, crew.width, [_numbering(volumes, citizens, scale) for scale in SCALES])
    read = _fitting(later, crew.width, [_reading(volumes, scale) for scale in SCALES])
    portion = min((numbered[1].budget.portion, read[1].budget.portion), key=lambda portion: portion.rows)
    stages = {
        NUMBERING: numbered,
        READING: read,
        COMPARING: _fitting(later, crew.width, _comparing(volumes, portion)),
        JOINING: _fitting(later, crew.width, _joining(volumes)),
        COMPLETING: _fitting(later, crew.width, [_completing(volumes, partitions)]),
        WRITING: _fitting(later, crew.width, [_settling(volumes, partitions)]),
        HASHING: _fitting(later, crew.width, [_hashing(volumes, portion)]),
    }
    stages = {stage: found for stage, found in stages.items() if stage != COMPLETING or found[1].kinds}
    sizes = {stage: work.bytes(at_a_time) for stage, (at_a_time, work) in stages.items()}
    joined = stages[JOINING][1].budget
    return Needs(
        stages=tuple((s, size + memory - (free if s == NUMBERING else later)) for s, size in sizes.items()),
        budget=replace(
            read[1].budget,
            portion=portion,
            keys_a_task=stages[COMPARING][1].budget.keys_a_task,
            bucket_rows=joined.bucket_rows,
            most_bucket_rows=joined.most_bucket_rows,
            tasks=tuple((stage, at_a_time * crew.machines) for stage, (at_a_time, _) in stages.items()),
        ),
    )


def _fitting(free: int, width: int, tasks: Sequence[Work]) -> tuple[int, Work]:
    """Give tasks at a time, and the work in settings that fit; one at a time in the smallest if none does."""
    for at_a_time in range(width, 0, -1):
        for task in tasks:
            if task.bytes(at_a_time) <= free:
                return at_a_time, task
    return 1, tasks[-1]


def _scaled(scale: float) -> Budget:
    portion = Portion(
        rows=int(DEFAULT_PORTION.rows * scale),
        csv_block_bytes=int(DEFAULT_PORTION.csv_block_bytes * scale),
        buffer_bytes=int(DEFAULT_PORTION.buffer_bytes * scale),
    )
    return replace(
        DEFAULT_BUDGET,
        piece_rows=int(DEFAULT_BUDGET.piece_rows * max(scale, 1 / 4)),
        chunk_rows=int(CHUNK_ROWS * scale),
        portion=portion,
    )


def _numbering(volumes: Sequence[Volume], citizens: int, scale: float) -> Work:
    budget = _scaled(scale)
    batch = max((_batch(volume, budget.portion) for volume in volumes if volume.kind == "population"), default=0)
    run = min(citizens, max(budget.chunk_rows + budget.portion.rows, RANGE_ROWS))
    return Work(((run * CITIZEN_BYTES + batch, 1 + citizens // budget.chunk_rows),), budget)


def _reading(volumes: Sequence[Volume], scale: float) -> Work:
    budget = _scaled(scale)
    others = [volume for volume in volumes if volume.kind != "population"]
    return Work(tuple((_dealing(volume, budget), _pieces(volume, budget)) for volume in others), budget)


def _pieces(volume: Volume, budget: Budget) -> int:
    """Give how many tasks read a register, at least."""
    return max(volume.files, volume.rows // max(volume.uncut_rows, budget.piece_rows))


def _dealing(volume: Volume, budget: Budget) -> int:
    piece_rows = max(volume.uncut_rows, min(volume.most_rows, budget.piece_rows))
    waiting = min(piece_rows, budget.chunk_rows + budget.portion.rows)
    row_bytes = CHUNK_BYTES.get(volume.kind, CHUNK_BYTES_OF_OTHERS)
    if volume.kind == COVARIATES:
        row_bytes = VALUE_BYTES * (volume.columns + 1)
    return waiting * row_bytes + _batch(volume, budget.portion)


def _batch(volume: Volume, portion: Portion) -> int:
    """Give the bytes of a batch as it is read and made into columns, and of what the reader holds besides."""
    columns = volume.columns * (WEEK_BYTES if volume.kind == "dream" else COLUMN_BYTES)
    row_bytes = BATCH_BYTES + columns + 2 * volume.row_bytes
    if volume.is_csv:
        blocks = min(READ_AHEAD_BLOCKS * portion.csv_block_bytes, volume.most_bytes + 3 * portion.csv_block_bytes)
        rows = min(volume.most_rows, portion.csv_block_bytes // max(volume.line_bytes, 1))
        return TASK_BYTES + TEXT_BYTES + blocks + rows * row_bytes
    if volume.batch.most_rows:
        rows = min(volume.most_rows, portion.rows, volume.batch.most_rows)
        return TASK_BYTES + SAS_BYTES + rows * (row_bytes + volume.batch.row_bytes)
    opened = volume.page_bytes + min(volume.columns * OPEN_COLUMN_BYTES, 6 * volume.page_bytes)
    return TASK_BYTES + min(volume.most_rows, portion.rows) * row_bytes + opened


def _comparing(volumes: Sequence[Volume], portion: Portion) -> list[Work]:
    alone = [volume for volume in volumes if volume.kind in ("dream", COVARIATES, *LISTS)]
    keys = max((volume.rows for volume in alone), default=0)
    batch = max((_batch(replace(volume, columns=1), portion) for volume in alone), default=0)
    sizes = [max(int(KEYS_A_TASK * scale), FEWEST_KEYS) for scale in (*SCALES, 0)]
    return [
        Work(((batch + min(keys, size) * KEY_BYTES, 1 + keys // size),), replace(DEFAULT_BUDGET, keys_a_task=size))
        for size in sizes
    ]


def _joining(volumes: Sequence[Volume]) -> list[Work]:
    """Give the tasks of the join, from usual buckets to the smallest."""
    pairs: dict[str, int] = {}
    for volume in volumes:
        if volume.kind in ("contacts", "diagnosis_rows"):
            pair = volume.register.rpartition(" ")[0]
            pairs[pair] = pairs.get(pair, 0) + volume.rows
    tasks = []
    for most in (6 * BUCKET_ROWS, 2 * BUCKET_ROWS, BUCKET_ROWS, BUCKET_ROWS // 3, FEWEST_BUCKET_ROWS):
        budget = replace(DEFAULT_BUDGET, bucket_rows=min(BUCKET_ROWS, most), most_bucket_rows=most)
        buckets = [(rows, budget.buckets(rows)) for rows in pairs.values()]
        tasks.append(Work(tuple((rows // many * BUCKET_ROW_BYTES, many) for rows, many in buckets), budget))
    return tasks


def _completing(volumes: Sequence[Volume], partitions: int) -> Work:
    """Give the tasks that complete enrolment without spells; where clinics are told by services, with these."""
    rows = rows_of_kind(volumes, *LISTS)
    told = kept_at_most(volumes, "services") if rows_of_kind(volumes, "enrolment_groups") else 0
    return Work((((rows + told) * COMPLETED_BYTES // partitions, partitions),) if rows else ())


def kept_at_most(volumes: Sequence[Volume], kind: str) -> int:
    """Give the rows of a register that an ingest keeps, at most: those of one year, or of two."""
    return min(rows_of_kind(volumes, kind), KEPT_A_CITIZEN[kind] * rows_of_kind(volumes, "population"))


def _settling(volumes: Sequence[Volume], partitions: int) -> Work:
    diagnoses = [volume for volume in volumes if volume.kind in ("diagnoses", "diagnosis_rows")]
    rows = {
        "services": kept_at_most(volumes, "services"),
        "diagnoses": sum(volume.rows * (LISTED_SHARE if volume.keep == "listed" else 1) for volume in diagnoses),
        "enrolment": rows_of_kind(volumes, SPELLS, *LISTS),
        "benefits": rows_of_kind(volumes, "dream"),
        "prescriptions": kept_at_most(volumes, "prescriptions"),
    }
    uneven = UNEVEN if partitions > 1 else 1
    sizes = [rows[table] * size for table, size in SETTLED_BYTES.items()]
    citizens = rows_of_kind(volumes, "population")
    blocks = [volume for volume in volumes if volume.kind == COVARIATES]
    if blocks:
        sizes.append(sum(max(block.rows, citizens) * block.columns * 2 * VALUE_BYTES for block in blocks))
    return Work(tuple((int(size * uneven / partitions), partitions) for size in sizes))


def _hashing(volumes: Sequence[Volume], portion: Portion) -> Work:
    """Give the tasks that hash files and count their rows: those of text are read once more."""
    texts = [volume for volume in volumes if volume.is_csv]
    return Work(tuple((_batch(replace(volume, columns=1), portion), volume.files) for volume in texts))
