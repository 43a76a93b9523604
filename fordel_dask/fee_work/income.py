"""``fordel fees income``: what every clinic earns in a year, part by part (R54)."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fordel_dask.errors import AccountingError, IntegrityError
from fordel_dask.fee_work.earned import Earned, FixedFees, earned, price_list
from fordel_dask.fee_work.income_rows import rows_of
from fordel_dask.fee_work.income_summary import summary_of
from fordel_dask.fee_work.keeping import inputs_of_tables
from fordel_dask.fee_work.price_pass import area_of
from fordel_dask.fee_work.services_pass import ServiceSums, sum_services
from fordel_dask.fees.fee_table import FeeTable
from fordel_dask.fees.income import AS_PRINTED, Readings
from fordel_dask.fees.price_book import INSIDE
from fordel_dask.fees.versions import version_in_force, versions
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report
from fordel_dask.published import Published
from fordel_dask.rundir import read_manifest
from fordel_dask.schema.income import INCOME_TABLES
from fordel_dask.schema.prepared import SERVICES
from fordel_dask.store import Store
from fordel_dask.yearly.reading import read_published
from fordel_dask.yearly.writing import Findings

KIND = "fees-income"


@dataclass(frozen=True)
class Incomes:
    """Everything that is found: what was earned, by whose RUN, at which fees, read how."""

    published: Published
    earned: Earned
    fixed: FixedFees
    priced_on: datetime.date

    @property
    def fee_year(self) -> int:
        """The year of the services."""
        return self.published.year - 1


@dataclass(frozen=True)
class IncomeOrder:
    """How incomes are asked for: fees of which day (none: 1 October of the fee year), a user's tables, readings."""

    on: datetime.date | None = None
    directory: Path | None = None
    readings: Readings = AS_PRINTED


def prices_in_force(fee_year: int, on: datetime.date | None, directory: Path | None) -> tuple[datetime.date, FeeTable]:
    """Give the day that is priced by, 1 October of the fee year unless another is told, and its fee table.

    Raises
    ------
    CoverageError
        No fee table is in force on the day.
    """
    day = on or datetime.date(fee_year, 10, 1)
    return day, version_in_force(versions(directory), day).table


def read_run_of(run: Path, store: Store) -> tuple[Published, tuple[str, ...]]:
    """Read a RUN that must be of a store, and give it with the specialities of its day-time services.

    Raises
    ------
    IntegrityError
        It is no RUN, or one of another store.
    """
    manifest, published = read_manifest(run), read_published(run)
    if manifest.get("store", {}).get("identity") != store.identity:
        raise IntegrityError(
            f"{run} was not made of the store {store.root.name}: its weights and patients are those of another one. "
            f"Run the model on this store: 'fordel run {store.root.name} --out RUN'."
        )
    return published, tuple(manifest["model"]["parameters"]["consumption.specialities"]["value"])


def income_findings(
    store: Store,
    run: Path,
    order: IncomeOrder,
    executor: Executor,
    progress: Callable[[str], Report],
) -> Findings:
    """Add up the services of a store and give what every clinic of a RUN earns.

    Raises
    ------
    CoverageError
        No fee table is in force on the day.
    IntegrityError
        The RUN is not of this store.
    """
    published, specialities = read_run_of(run, store)
    day, table = prices_in_force(published.year - 1, order.on, order.directory)
    prices = price_list(store.codebooks["service"], table, specialities, order.readings.duty)
    sums = sum_services(store, prices.place_of_service, prices.places, executor, progress("services → clinics"))
    require_all_rows(store, sums)
    fixed = FixedFees(table, order.readings)
    found = Incomes(published, earned(published, sums, prices, fixed, in_shortage_areas(store)), fixed, day)
    return Findings(
        kind=KIND,
        declared=INCOME_TABLES,
        tables=rows_of(found),
        summary=summary_of(found),
        inputs={
            f"RUN {published.name}": published.seal,
            f"store {store.root.name}": store.identity,
            **inputs_of_tables(order.directory),
        },
    )


def require_all_rows(store: Store, sums: ServiceSums) -> None:
    """Refuse sums that lack rows of the store, or have too many.

    Raises
    ------
    AccountingError
        They do: a bug of ours.
    """
    there, summed = sum(part.rows for part in store.parts(SERVICES.name)), int(sums.rows.sum())
    if there != summed:
        raise AccountingError(f"services: {there:,} rows are in the store and {summed:,} were added up.")


def in_shortage_areas(store: Store) -> frozenset[str]:
    """Give the clinics that lie in an area short of doctors at the status date (CHRONIC_AREA)."""
    status = datetime.date(store.year, 1, 1).isoformat()
    return frozenset(
        row["YDERNR"]
        for row in store.small_table("clinics") or ()
        if area_of(row) == INSIDE and row["FRA"] <= status and (not row["TIL"] or status <= row["TIL"])
    )
