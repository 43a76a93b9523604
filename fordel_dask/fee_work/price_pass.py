"""One pass over the services of a store: every row priced by the fee table, and added up by service.

A store knows of a row its week: the Monday tells which table is in force; one that was ingested with
``detail = "days"`` knows day, time, km and modules where they were told. It knows the citizen's clinic, not the row's:
that of the last spell that began before the year was over tells the area.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.fees.price_book import INSIDE, OUTSIDE, UNKNOWN_AREA, PriceBook
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report, shared_out
from fordel_dask.kernels.pricing import LINES, price_rows, tally_priced
from fordel_dask.registers.service_details import DAYS
from fordel_dask.schema.prepared import ENROLMENT, NOT_TOLD, POPULATION, SERVICES, SERVICES_BY_DAY
from fordel_dask.store import Store, open_same_store

Longs = NDArray[np.int64]
SPELLS = ("citizen", "group", "clinic", "first_day")
GROUP_1 = 1
LAST_WEEK, DAYS_A_WEEK = 53, 7
EPOCH = datetime.date(1970, 1, 1)
TREATMENT = "treatment"
Columns = Mapping[str, NDArray[Any]]
Facts = tuple[NDArray[Any], NDArray[np.int16], NDArray[np.int32], NDArray[np.int32]]
Periods = tuple[Longs, Longs, Longs]
NOBODY = (np.zeros(0, np.int32), np.zeros(0, np.int8))
NO_MINUTES, NO_AMOUNTS = np.zeros(0, np.int16), np.zeros(0, np.int32)


@dataclass(frozen=True)
class PriceTask:
    """One task: partitions of a store, the price book, what each week is priced at, and the area of each clinic.

    ``area_of_clinic`` has one more entry than clinics, for none; ``last_day`` is that of the fee year.
    """

    store: Path
    identity: str
    partitions: tuple[int, ...]
    book: PriceBook
    weeks: tuple[tuple[int, int, int], ...]
    area_of_clinic: tuple[int, ...]
    last_day: int


def price_store(store: Store, book: PriceBook, executor: Executor, report: Report | None = None) -> Longs:
    """Price all services of a store: gives sums (services of the code book, LINES) of whole numbers."""
    weeks = tuple(book.period_of(monday_of(store, week), dated=False) for week in range(LAST_WEEK + 1))
    last_day = (datetime.date(store.year, 1, 1) - EPOCH).days - 1
    areas = areas_of_clinics(store)
    tasks = [
        PriceTask(store.root, store.identity, tuple(share), book, weeks, areas, last_day)
        for share in shared_out(range(store.grid.partitions), 4 * executor.width)
    ]
    return executor.total(price_pass, tasks, "prices", report)


def monday_of(store: Store, week: int) -> datetime.date:
    """Give the day a week of the store is taken for: its Monday, or with treatment weeks its first day."""
    year = store.year - 1
    if store.manifest["choices"]["services"]["year_by"] == TREATMENT:
        first = datetime.date(year, 1, 1)
    else:
        first = datetime.date.fromisocalendar(year, 1, 1)
    return first + datetime.timedelta(DAYS_A_WEEK * max(week - 1, 0))


def areas_of_clinics(store: Store) -> tuple[int, ...]:
    """Give the area of every clinic of the code book, and of none: short of doctors or not, by its last row."""
    told: dict[str, int] = {}
    for row in sorted(store.small_table("clinics") or (), key=lambda row: (row["YDERNR"], row["FRA"])):
        told[row["YDERNR"]] = area_of(row)
    return (*(told.get(clinic, UNKNOWN_AREA) for clinic in store.codebooks["clinic"]), UNKNOWN_AREA)


def area_of(row: Mapping[str, str]) -> int:
    """Give the area of a clinic by its row; outside those short of doctors where CHRONIC_AREA is not told."""
    return INSIDE if row.get("CHRONIC_AREA", "").lower() in ("1", "true") else OUTSIDE


def price_pass(task: PriceTask) -> Longs:
    """Price the services of some partitions."""
    store = open_same_store(task.store, task.identity)
    sums = np.zeros((len(task.book.services), LINES), np.int64)
    for partition in task.partitions:
        _price_partition(store, partition, task, sums)
    return sums


def _price_partition(store: Store, partition: int, task: PriceTask, sums: Longs) -> None:
    by_day = store.manifest["choices"]["services"].get("detail") == DAYS
    rows = store.read(SERVICES_BY_DAY if by_day else SERVICES, partition)
    spells = store.read(ENROLMENT, partition, SPELLS)
    areas = np.array(task.area_of_clinic, np.int8)[_last_clinics(spells, store.grid.size(partition), task.last_day)]
    facts, periods = _by_day(rows, task) if by_day else _by_week(rows, task)
    citizens = store.read(POPULATION, partition, ("birth_day", "sex")) if by_day else {}
    results = empty_results(rows["citizen"].size)
    price_rows(
        (rows["citizen"], rows["service"], rows["quantity"]),
        facts,
        periods,
        (areas[rows["citizen"]], *((citizens["birth_day"], citizens["sex"]) if by_day else NOBODY)),
        kernel_book(task.book, known=0),
        results,
    )
    tally_priced((rows["service"], rows["quantity"], rows["paid_oere"]), results, sums)


def _by_week(rows: Columns, task: PriceTask) -> tuple[Facts, Periods]:
    """Give what is told of rows that know their week alone, and what weeks are priced at."""
    return (rows["week"], NO_MINUTES, NO_AMOUNTS, NO_AMOUNTS), periods_of(task.weeks)


def _by_day(rows: Columns, task: PriceTask) -> tuple[Facts, Periods]:
    """Give what is told of rows by day: the weeks come first among the periods, for rows without a day."""
    day, dated = rows["day"], rows["day"] != NOT_TOLD
    first = int(day[dated].min()) if dated.any() else 0
    met = np.flatnonzero(np.bincount(day[dated] - first)) + first
    number = np.zeros(int(met[-1]) - first + 1 if met.size else 1, np.int32)
    number[met - first] = np.arange(met.size) + len(task.weeks)
    period = rows["week"].astype(np.int32)
    period[dated] = number[day[dated] - first]
    days = [task.book.period_of(EPOCH + datetime.timedelta(one), dated=True) for one in met.tolist()]
    return (period, rows["minute"], rows["metres"], rows["modules"]), periods_of((*task.weeks, *days))


def periods_of(told: Sequence[tuple[int, int, int]]) -> Periods:
    """Give version, kind of day and day of periods as the kernel takes them."""
    columns = np.array(told, np.int64).reshape(-1, len(("version", "kind", "day"))).T
    return columns[0].copy(), columns[1].copy(), columns[2].copy()


def _last_clinics(spells: Mapping[str, NDArray[Any]], citizens: int, last_day: int) -> NDArray[np.int32]:
    """Give the clinic of each citizen's last spell of group 1, −1 for none; spells come in the order they began."""
    counts = (spells["group"] == GROUP_1) & (spells["first_day"] <= last_day)
    clinic = np.full(citizens, -1, np.int32)
    clinic[spells["citizen"][counts]] = spells["clinic"][counts]
    return clinic


def kernel_book(book: PriceBook, known: int) -> tuple[Longs, Longs, Longs, Longs, int]:
    """Give the arrays of a price book as the kernel takes them; ``known`` is what is told of every row."""
    return book.entries.ravel(), book.rules, book.untimed, book.clock, known


def empty_results(rows: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Longs]:
    """Give room for outcome, what was not known, and fee of each row."""
    return np.empty(rows, np.uint8), np.empty(rows, np.uint8), np.empty(rows, np.int64)
