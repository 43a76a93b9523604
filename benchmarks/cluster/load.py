"""The tasks of a nation of any size, as the program would send them, without the nation.

Arguments are the program's own, with as many partitions, clinics and cells as that nation has; results are of the
size and shape of the real ones. Only the work is left out. Whoever sends them through the executor sees what a
scheduler would see.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask import passes
from fordel_dask.consumption import FeeRules
from fordel_dask.covariates import CodeBooks, CovariateRules
from fordel_dask.facts import FactRules, FactsFiles, FactsMade, FactsTask, in_batches
from fordel_dask.facts.cache import BATCHES_AT_A_TIME
from fordel_dask.facts.derive import Counted
from fordel_dask.model import design_of, load_model
from fordel_dask.pass_rules import PassRules, plan_tasks
from fordel_dask.registers.budget import DEFAULT_BUDGET, PIECE_ROWS
from fordel_dask.registers.citizens import CITIZENS_A_PARTITION
from fordel_dask.registers.settling import Settling
from fordel_dask.scoring import Homes
from fordel_dask.store import PartFile, even_grid
from fordel_dask.strata import NOBODY, Strata
from fordel_dask.weights.sample import SampleSums

YEAR, MUNICIPALITIES = 2026, 98
CLINICS = 1_740  # of Denmark; an invented nation has more of them the more citizens it has
ROWS_A_CITIZEN = {  # of the registers of `fordel synth`, light history; measured at 24 million citizens
    "enrolment": 1.078,
    "services": 16.344,
    "lpr contacts": 8.167,
    "lpr diagnoses": 10.617,
    "dream": 0.657,
}
TABLES_SETTLED = 4
STRATA_A_CITIZEN = 0.38  # of the 750,000 citizens of one task; nationally 0.154, as tasks have strata in common
TASKS_A_WORKER = 4  # of plan_tasks


@dataclass(frozen=True)
class Size:
    """A nation and a cluster, and what follows from both."""

    citizens: int
    workers: int
    clinics: int = CLINICS

    @property
    def partitions(self) -> int:
        """One for 100,000 citizens."""
        return max(1, round(self.citizens / CITIZENS_A_PARTITION))

    @property
    def pass_tasks(self) -> int:
        """Tasks of the light pass over the facts."""
        return min(self.partitions, TASKS_A_WORKER * self.workers)

    @property
    def citizens_of_task(self) -> float:
        """Citizens of one task of that pass."""
        return self.citizens / self.pass_tasks

    @property
    def pieces(self) -> int:
        """Tasks that read registers, where files are at least as large as a piece."""
        return sum(max(1, round(rows * self.citizens / PIECE_ROWS)) for rows in ROWS_A_CITIZEN.values())

    @property
    def buckets(self) -> int:
        """Tasks that join diagnoses with their contacts."""
        pair = ROWS_A_CITIZEN["lpr contacts"] + ROWS_A_CITIZEN["lpr diagnoses"]
        return 2 * DEFAULT_BUDGET.buckets(round(pair * self.citizens / 2))

    @property
    def tasks(self) -> dict[str, int]:
        """Tasks by stage, of an ingest and of a run."""
        return {
            "writing citizens": self.partitions + 1,
            "reading extracts": self.pieces,
            "joining diagnoses": self.buckets,
            "writing the store": TABLES_SETTLED * self.partitions,
            "registers → facts": min(self.partitions, BATCHES_AT_A_TIME * self.workers),
            "citizens → cells": self.pass_tasks,
        }


@dataclass(frozen=True)
class Stage:
    """A stage to simulate: what is done in place of the work, with what, and whether results are added up."""

    name: str
    work: Callable[[Any], Any]
    items: Sequence[Any]
    added: bool


@dataclass(frozen=True)
class Idle:
    """Stands in for the work of a task: sleeps, and gives a result like the real one."""

    result: Callable[[], Any]
    seconds: float = 0.0

    def __call__(self, _item: Any) -> Any:
        if self.seconds:
            time.sleep(self.seconds)
        return self.result()


def stages_of(size: Size, seconds: float) -> list[Stage]:
    """Give the large stages of an ingest and of a run, with the program's own arguments."""
    rules = pass_rules(size)
    tasks = plan_tasks(size.partitions, size.workers, rules)
    store, first = Path("/nowhere/nation.store"), even_grid(size.citizens, size.partitions).first
    facts = [
        FactsTask(store, "0" * 64, p, FactRules(YEAR, ("80",)), "facts/" + "0" * 32) for p in range(size.partitions)
    ]
    batches = in_batches(facts, size.workers)
    written = [
        Settling(table, p, first[p], store / ("0" * 32), store / ("1" * 32), store, store / ("2" * 32))
        for table in ("services", "diagnoses", "enrolment", "benefits")
        for p in range(size.partitions)
    ]
    return [
        Stage("writing the store", Idle(settled, seconds), written, False),
        Stage("registers → facts", Idle(partial(made, len(batches[-1].tasks)), seconds), batches, False),
        Stage("citizens → cells", Idle(SumsOf(size), seconds), tasks, True),
    ]


def part_file(partition: int) -> PartFile:
    file, sha256 = f"facts/{'0' * 32}/part-{partition:05}.arrow", f"{partition:064x}"
    return PartFile(file=file, rows=100_000, bytes=2_000_000, sha256=sha256, footer_sha256=sha256)


def made(partitions: int) -> list[FactsMade]:
    """Give what a task that makes the facts of some partitions hands back."""
    return [FactsMade(part_file(partition), Counted(1, 1)) for partition in range(partitions)]


def settled() -> dict[str, Any]:
    """Give what a task that writes a part of the store hands back."""
    part = {"file": "services/part-00000.parquet", "sha256": "0" * 64, "bytes": 3_500_000, "rows": 1_600_000}
    return {"part": part, "came": 1_600_000, "kept": 1_600_000}


def pass_rules(size: Size) -> PassRules:
    """Give the rules of the passes: they name every file of the facts and of the population."""
    parts = tuple(map(part_file, range(size.partitions)))
    model = load_model("national-2025")
    books = CodeBooks(("G", "U"), tuple(map(str, range(5100, 5180))), ("1", "2", "3"))
    return PassRules(
        facts=FactsFiles(Path("/nowhere/nation.store"), parts, parts, Counted()),
        model=model,
        fees=FeeRules(model.consumption, YEAR),
        covariates=CovariateRules(model.covariates, books, YEAR, design_of(model.covariates)),
        homes=Homes(MUNICIPALITIES),
        sampled=(False, *(True,) * size.clinics),
        left_out=(False, *(False,) * size.clinics),
    )


@dataclass(frozen=True)
class SumsOf:
    """Makes the sums of one task of the pass over citizens, of the shape of real ones."""

    size: Size

    def __call__(self) -> passes.CitizenSums:
        cells, strata = pass_rules(Size(1, 1)).design.cells, round(STRATA_A_CITIZEN * self.size.citizens_of_task)
        alike = Strata(np.arange(strata), np.ones((4, strata), np.int64))
        sample, sampled = SampleSums(np.ones((8, cells), np.int64)), np.ones(1 + self.size.clinics, np.int64)
        persons = np.ones(MUNICIPALITIES, np.int64)
        return passes.CitizenSums(sample, alike, NOBODY, NOBODY, sampled, persons, 0, 0)
