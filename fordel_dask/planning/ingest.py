"""What an ingest would cost, from footers, headers and first megabytes; and whether it would fit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.errors import FordelError, PlanError
from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.declaration import declared
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Executor, Place
from fordel_dask.planning.crew import Allowance, allowance_of, crew_beforehand, crew_of
from fordel_dask.planning.disk import bytes_below, free_bytes
from fordel_dask.planning.machine import Machine, this_machine
from fordel_dask.planning.rates import NANO, rates
from fordel_dask.planning.sizes import size_option, size_text
from fordel_dask.registers.budget import Budget
from fordel_dask.registers.citizens import CITIZENS_A_PARTITION
from fordel_dask.registers.delivery import Delivery, open_delivery
from fordel_dask.registers.first_pass import DIAGNOSES
from fordel_dask.registers.memory import (
    KEPT_A_CITIZEN,
    WRITING,
    Crew,
    Needs,
    kept_at_most,
    lookup_bytes,
    needs_within,
)
from fordel_dask.registers.place import Place as Directories
from fordel_dask.registers.volumes import Volume, covariate_values, rows_of_kind, volumes_of

MARGIN = 1.15
"""Disk that is asked for, over what is expected: code books, dirty rows, file systems."""


@dataclass(frozen=True)
class Disk:
    """Bytes on the disk of the store: while an ingest works (at most), and what stays."""

    work: int
    store: int
    keys: int
    place: Path
    free: int
    taken_already: int = 0

    @property
    def missing(self) -> int:
        """Bytes that the disk lacks."""
        return max(int(MARGIN * (self.work + self.store + self.keys)) - self.taken_already - self.free, 0)


@dataclass(frozen=True)
class IngestPlan:
    """An ingest, before it begins: what there is, what it would take, and what is wrong already."""

    volumes: tuple[Volume, ...]
    partitions: int
    crew: Crew
    machine: Machine
    allowance: Allowance
    needs: Needs
    least_bytes: int
    disk: Disk
    seconds: float
    partitions_given: bool = False
    faults: tuple[FordelError, ...] = ()

    @property
    def peak_bytes(self) -> int:
        """Bytes of memory at the peak of the ingest."""
        return self.needs.peak_bytes

    @property
    def remedies(self) -> tuple[str, ...]:
        """Give, for everything that would not fit, how much is missing and what to change."""
        return (*_memory_remedies(self), *_disk_remedies(self.disk))

    def refuse(self) -> None:
        """Raise if it would not fit.

        Raises
        ------
        PlanError
            With how much is missing and what to change.
        """
        if self.remedies:
            raise PlanError("\n".join(self.remedies))


def plan_ingest(
    registers: Path, store: Path, place: Place, memory: int | None = None, partitions: int | None = None
) -> IngestPlan:
    """Plan an ingest of a directory of registers; faults of the delivery are listed, not raised.

    Raises
    ------
    FordelError
        Nothing can be said of the delivery: no readable ``registers.toml``, or no file of the population.
    """
    faults = Faults()
    declaration = declared(registers, faults)
    delivery = open_delivery(declaration, faults)
    machine = this_machine(rates()["reference"]["trial_seconds"])
    crew, memory_of_worker = crew_beforehand(place)
    allowance = allowance_of(memory, machine, memory_of_worker)
    return _planned(delivery, store, (crew, machine, allowance), partitions, tuple(faults.found))


def affordable(
    store: Path, place: Place, executor: Executor, memory: int | None, partitions: int | None
) -> "partial[Budget]":
    """Give the judgement that an ingest makes of a delivery it has opened, before it begins."""
    machine = this_machine()
    crew, memory_of_worker = crew_of(place, executor)
    who = crew, machine, allowance_of(memory, machine, memory_of_worker)
    return partial(_budget, store=store, who=who, partitions=partitions)


def _budget(delivery: Delivery, store: Path, who: tuple[Crew, Machine, Allowance], partitions: int | None) -> Budget:
    plan = _planned(delivery, store, who, partitions, ())
    plan.refuse()
    return plan.needs.budget


def _planned(
    delivery: Delivery,
    store: Path,
    who: tuple[Crew, Machine, Allowance],
    partitions: int | None,
    faults: tuple[FordelError, ...],
) -> IngestPlan:
    crew, machine, allowance = who
    volumes = volumes_of(delivery)
    parts = partitions or max(1, round(rows_of_kind(volumes, "population") / CITIZENS_A_PARTITION))
    tried = [needs_within(size, volumes, parts, crew) for size in allowance.sizes]
    fitting = (n for n, size in zip(tried, allowance.sizes, strict=True) if n.peak_bytes <= size)
    return IngestPlan(
        volumes=volumes,
        partitions=parts,
        crew=crew,
        machine=machine,
        allowance=allowance,
        needs=next(fitting, tried[-1]),
        least_bytes=needs_within(0, volumes, parts, crew).peak_bytes,
        disk=disk_of(volumes, parts, store),
        seconds=seconds_of(volumes, crew, machine),
        partitions_given=bool(partitions),
        faults=faults,
    )


def disk_of(volumes: Sequence[Volume], partitions: int, store: Path) -> Disk:
    """Give the bytes on disk: dealt rows and the growing store, the store, and the keys with their look-up."""
    r, places = rates()["ingest"], Directories(store.absolute())
    kept = kept_rows(volumes)
    joined, completed = kept["diagnosis_rows"], kept["enrolment_list"] + kept["enrolment_groups"]
    citizens = rows_of_kind(volumes, "population")
    tables = {
        "population": citizens,
        "enrolment": kept["enrolment"] + completed,
        "services": kept["services"],
        "diagnoses": kept["diagnoses"] + joined,
        "dream": kept["dream"],
    }
    if rows_of_kind(volumes, "prescriptions"):
        tables["prescriptions"] = kept["prescriptions"]
    values = covariate_values(volumes)
    if values:
        tables[COVARIATES] = values
    again = (
        values * r["dealt_bytes"]["value"]
        + joined * r["dealt_bytes"]["joined"]
        + completed * r["dealt_bytes"]["enrolment"]
    )
    keys = int(citizens * r["keys_bytes"]["kept"])
    return Disk(
        work=int(sum(rows * r["dealt_bytes"][k] for k, rows in kept.items()) + again) + lookup_bytes(citizens),
        store=int(
            sum(rows * r["store_bytes"][k] for k, rows in tables.items())
            + len(tables) * partitions * r["store_bytes"]["part"]
            + r["store_bytes"]["fixed"]
        ),
        keys=keys,
        place=places.store.parent,
        free=free_bytes(places.store.parent),
        taken_already=bytes_below(places.work) if places.work.is_dir() else 0,
    )


def kept_rows(volumes: Sequence[Volume]) -> dict[str, float]:
    """Give about the rows that are kept, by kind of register; no more than years that count can have."""
    kept: Mapping[str, float] = rates()["ingest"]["kept"]
    listed: float = rates()["ingest"]["listed"]
    rows = {kind: share * rows_of_kind(volumes, kind) for kind, share in kept.items()}
    for volume in volumes:
        if volume.kind in DIAGNOSES and volume.keep == "listed":
            rows[volume.kind] -= volume.rows * kept[volume.kind] * (1 - listed)
    return rows | {kind: min(rows[kind], kept_at_most(volumes, kind)) for kind in KEPT_A_CITIZEN}


def seconds_of(volumes: Sequence[Volume], crew: Crew, machine: Machine) -> float:
    """Give about the seconds of an ingest on this machine."""
    r, kept = rates()["ingest"], kept_rows(volumes)
    citizens = rows_of_kind(volumes, "population")
    misses = 1 + r["cache_misses"] * max(math.log2(max(citizens, 1) / 1_000_000), 0)
    reading = [_reading_nanos(volume, misses) for volume in volumes]
    uncut = max(n * v.uncut_rows / max(v.rows, 1) for n, v in zip(reading, volumes, strict=True))
    joined = (kept["contacts"] + kept["diagnosis_rows"]) * r["joining"]
    settled = (sum(kept.values()) - kept["contacts"]) * r["settling"]
    hashed = sum(v.bytes * (r["hashing_text"] if v.is_csv else r["hashing_parquet"]) for v in volumes)
    compared = rows_of_kind(volumes, "dream", COVARIATES) * r["comparing"]
    files = sum(v.files for v in volumes) * r["footer_seconds"]
    width = min(crew.width * crew.machines, machine.cores) if crew.machines == 1 else crew.width * crew.machines
    share = width * (r["joined_efficiency"] if width > 1 else 1)
    together = (misses * (joined + settled) + hashed + compared) / share + max(sum(reading) / share, uncut)
    alone = files + misses * citizens * r["numbering"] * NANO
    return float(r["start_seconds"] + (alone + together * NANO) / machine.speed)


def _reading_nanos(volume: Volume, misses: float) -> float:
    r = rates()["ingest"]
    unpacked = volume.cells * r["sas_cell"] + (volume.rows * volume.line_bytes * r["text_byte"] if volume.is_csv else 0)
    return float(misses * volume.rows * r["reading"].get(volume.kind, 0) + unpacked)


def _memory_remedies(plan: IngestPlan) -> tuple[str, ...]:
    most = plan.allowance.sizes[-1]
    if plan.needs.peak_bytes <= most:
        return ()
    stage, needed = max(plan.needs.stages, key=lambda item: item[1])
    said = (
        f"An ingest of this delivery needs at least {size_text(needed)} of memory ('{stage}'), and may take "
        f"{size_text(most)}: {size_text(needed - most)} are missing. "
    )
    return (said + " ".join(_ways_out(plan, stage, needed)),)


def _ways_out(plan: IngestPlan, stage: str, needed: int) -> list[str]:
    ways = []
    if needed <= plan.allowance.there:
        ways.append(f"Give --memory {size_option(needed)}.")
    if plan.crew.led:
        ways.append("Give fewer --workers, or --threads instead: each process needs memory of its own.")
    if stage == WRITING:
        ways.append(
            "Leave out --partitions, or give more of them."
            if plan.partitions_given
            else f"Or give more --partitions than the usual {plan.partitions:,}: a part is sorted in memory."
        )
    if needed > plan.allowance.there:
        ways.append(f"Use a machine with more memory than the {size_text(plan.allowance.there)} there are.")
    return ways


def _disk_remedies(disk: Disk) -> tuple[str, ...]:
    if not disk.missing:
        return ()
    return (
        f"While it works an ingest of this delivery writes about {size_text(disk.work + disk.store + disk.keys)} to "
        f"the disk of {disk.place}, where {size_text(disk.free)} are free: {size_text(disk.missing)} are missing. "
        f"Free them, or put the store on another disk with --store.",
    )


def _volume_as_json(volume: Volume) -> dict[str, Any]:
    rows_are = "exact" if volume.exact else "about"
    return {"files": volume.files, "bytes": volume.bytes, "rows": volume.rows, "rows_are": rows_are}


def plan_as_json(plan: IngestPlan) -> dict[str, Any]:
    """Give a plan as one object for machines; sizes in bytes."""
    budget, portion = plan.needs.budget, plan.needs.budget.portion
    return {
        "format": 1,
        "of": "ingest",
        "verdict": "does not fit" if plan.remedies else "fits",
        "remedies": list(plan.remedies),
        "registers": {volume.register: _volume_as_json(volume) for volume in plan.volumes},
        "partitions": plan.partitions,
        "memory": {
            "there": plan.allowance.there,
            "may_take": plan.allowance.taken(plan.peak_bytes),
            "peak": plan.peak_bytes,
            "least": plan.least_bytes,
            "stages": dict(plan.needs.stages),
        },
        "settings": {
            "tasks": dict(budget.tasks),
            "piece_rows": budget.piece_rows,
            "chunk_rows": budget.chunk_rows,
            "bucket_rows": budget.bucket_rows,
            "keys_a_task": budget.keys_a_task,
            "batch_rows": portion.rows,
            "csv_block_bytes": portion.csv_block_bytes,
        },
        "disk": {
            "place": str(plan.disk.place),
            "free": plan.disk.free,
            "work": plan.disk.work,
            "store": plan.disk.store,
            "keys": plan.disk.keys,
            "missing": plan.disk.missing,
        },
        "seconds": round(plan.seconds, 1),
        "speed": round(plan.machine.speed, 2),
        "faults": [{"exit_code": fault.exit_code, "message": str(fault)} for fault in plan.faults],
    }
