"""One pass over services: how many of each, and what was paid, by the clinic that their citizen belongs to.

The store has no provider on rows of services, so a service counts where its citizen is enrolled at the status date.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import ImpossibleValueError
from fordel_dask.facts.derive import clinics_at
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report, shared_out
from fordel_dask.privacy import redacted
from fordel_dask.schema.prepared import ENROLMENT, MISSING_PAID, SERVICES
from fordel_dask.store import Store, open_same_store

Integers = NDArray[np.int64]
SPELLS = ("citizen", "group", "clinic", "first_day", "last_day")
ROWS = ("citizen", "service", "quantity", "paid_oere")
EXACT = 1 << 53
"""Whole numbers up to here are exact in the floats that NumPy adds weighted counts in."""


@redacted
@dataclass(frozen=True)
class ServiceSums:
    """Sums by clinic and place of a service, whole numbers of shape (clinics + 1, places); the first clinic is none.

    ``unpaid`` are rows that do not tell what was paid, ``citizens`` (clinics + 1) those of group 1 at the status date.
    """

    rows: Integers
    quantity: Integers
    paid_oere: Integers
    unpaid: Integers
    citizens: Integers

    def __add__(self, other: "ServiceSums") -> "ServiceSums":
        return ServiceSums(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class SumTask:
    """One task: partitions of a store, and what each service of its code book counts as."""

    store: Path
    identity: str
    partitions: tuple[int, ...]
    place_of_service: tuple[int, ...]
    places: int


def sum_services(
    store: Store, place_of_service: Sequence[int], places: int, executor: Executor, report: Report | None = None
) -> ServiceSums:
    """Add up all services of a store; ``place_of_service`` tells where each of the code book counts, below ``places``.

    Raises
    ------
    ImpossibleValueError
        What was paid in a partition is more than any nation has.
    """
    shares = shared_out(range(store.grid.partitions), 4 * executor.width)
    tasks = [SumTask(store.root, store.identity, tuple(s), tuple(place_of_service), places) for s in shares]
    return executor.total(services_pass, tasks, "services", report)


def services_pass(task: SumTask) -> ServiceSums:
    """Add up the services of some partitions."""
    store = open_same_store(task.store, task.identity)
    shape = (len(store.codebooks["clinic"]) + 1, task.places)
    places = np.array(task.place_of_service, dtype=np.int64)
    return reduce(add, (_partition_sums(store, partition, places, shape) for partition in task.partitions))


def _partition_sums(store: Store, partition: int, places: Integers, shape: tuple[int, int]) -> ServiceSums:
    spells = store.read(ENROLMENT, partition, SPELLS)
    status_day = datetime.date(store.year, 1, 1)
    clinic, _ = clinics_at(spells, status_day, store.grid.size(partition))
    belongs = np.maximum(clinic.astype(np.int64) + 1, 0)
    rows = store.read(SERVICES, partition, ROWS)
    paid, quantity = rows["paid_oere"], rows["quantity"]
    key = (belongs * shape[1])[rows["citizen"]]
    key += places[rows["service"]]
    untold = paid == MISSING_PAID
    unpaid = np.bincount(key[untold], minlength=shape[0] * shape[1])
    return ServiceSums(
        rows=np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape),
        quantity=summed_by(key, quantity, shape),
        paid_oere=summed_by(key, np.where(untold, 0, paid) if untold.any() else paid, shape),
        unpaid=unpaid.reshape(shape),
        citizens=np.bincount(belongs[clinic > -2], minlength=shape[0]),
    )


def summed_by(key: Integers, values: NDArray[np.integer], shape: tuple[int, int]) -> Integers:
    """Add up whole numbers by key; NumPy does it in floats, which is exact as long as no sum can pass 2⁵³."""
    largest = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))
    if largest * values.size > EXACT and sum(abs(int(value)) for value in values) > EXACT:
        raise ImpossibleValueError(
            "services: sums of one partition pass 90,000 billion kroner. Check YDLANT and the unit of BRUHON."
        )
    sums = np.bincount(key, weights=values, minlength=shape[0] * shape[1])
    return sums.astype(np.int64).reshape(shape)
