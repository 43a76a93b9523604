"""What a run on a prepared store would cost: rows, the facts it writes, memory and time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.graph.executor import Place
from fordel_dask.model import Model
from fordel_dask.planning.crew import Allowance, allowance_of, crew_beforehand
from fordel_dask.planning.disk import facts_bytes_of, free_bytes, no_space
from fordel_dask.planning.machine import Machine, this_machine
from fordel_dask.planning.rates import NANO, rates
from fordel_dask.planning.sizes import MIB, size_option, size_text
from fordel_dask.registers.memory import LEADER_BYTES, Crew
from fordel_dask.store import Store, check_files, open_store


@dataclass(frozen=True)
class RunPlan:
    """A run, before it begins. ``facts_bytes`` are 0 where an earlier run has left the facts."""

    rows: dict[str, int]
    citizens: int
    partitions: int
    crew: Crew
    machine: Machine
    allowance: Allowance
    peak_bytes: int
    facts_bytes: int
    free: int
    place: Path
    seconds: float

    @property
    def remedies(self) -> tuple[str, ...]:
        """Give, for everything that would not fit, how much is missing and what to change."""
        found = []
        if self.peak_bytes > self.allowance.most:
            short = self.peak_bytes - self.allowance.most
            found.append(
                f"A run needs about {size_text(self.peak_bytes)} of memory and may take "
                f"{size_text(self.allowance.most)}: {size_text(short)} are missing. Give --memory "
                f"{size_option(self.peak_bytes)}, fewer --threads or --workers, or ingest with more --partitions."
            )
        if self.facts_bytes > self.free:
            found.append(no_space(self.place, self.facts_bytes, self.free))
        return tuple(found)


def plan_run(root: Path, model: Model, place: Place, memory: int | None = None) -> RunPlan:
    """Plan a run of a model on a store.

    Raises
    ------
    IntegrityError
        There is no store, or it is not what its manifest says.
    """
    store, r = check_files(open_store(root)), rates()["run"]
    machine = this_machine(rates()["reference"]["trial_seconds"])
    crew, memory_of_worker = crew_beforehand(place)
    rows = {table: sum(part["rows"] for part in parts) for table, parts in store.manifest["tables"].items()}
    facts_bytes = facts_bytes_of(store, model)
    width = min(crew.width, machine.cores) if crew.machines == 1 else crew.width * crew.machines
    read = sum(rows.values()) * r["facts"] if facts_bytes else 0
    work = (read + store.grid.citizens * r["citizen"]) * NANO
    return RunPlan(
        rows=rows,
        citizens=store.grid.citizens,
        partitions=store.grid.partitions,
        crew=crew,
        machine=machine,
        allowance=allowance_of(memory, machine, memory_of_worker),
        peak_bytes=_peak_bytes(store, crew),
        facts_bytes=facts_bytes,
        free=free_bytes(store.root),
        place=store.root,
        seconds=float(r["start_seconds"] + work / width / machine.speed),
    )


def _peak_bytes(store: Store, crew: Crew) -> int:
    r, parts = rates()["run"], store.grid.partitions
    largest = max(part["rows"] for records in store.manifest["tables"].values() for part in records)
    citizens = max(store.grid.size(partition) for partition in range(parts))
    task = largest * r["row_bytes"] + citizens * r["citizen_bytes"]
    resident = crew.processes * r["program_mib"] * MIB + (LEADER_BYTES if crew.led else 0)
    return int(resident + min(crew.width, parts) * task + store.grid.citizens * r["strata_bytes"])


def run_plan_as_json(plan: RunPlan) -> dict[str, Any]:
    """Give a plan as one object for machines; sizes in bytes."""
    return {
        "format": 1,
        "of": "run",
        "verdict": "does not fit" if plan.remedies else "fits",
        "remedies": list(plan.remedies),
        "rows": plan.rows,
        "citizens": plan.citizens,
        "partitions": plan.partitions,
        "memory": {"there": plan.allowance.there, "may_take": plan.allowance.most, "peak": plan.peak_bytes},
        "disk": {"place": str(plan.place), "free": plan.free, "facts": plan.facts_bytes},
        "seconds": round(plan.seconds, 1),
        "speed": round(plan.machine.speed, 2),
    }
