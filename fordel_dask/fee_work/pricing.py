"""``fordel fees price``: services priced by the fee table, and held against what was paid for them."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import AccountingError, CoverageError, FordelError, ImpossibleValueError, UnknownCodeError
from fordel_dask.fee_work.claims import read_claims
from fordel_dask.fee_work.keeping import inputs_of_tables
from fordel_dask.fee_work.price_claims import MileageYear, price_delivered
from fordel_dask.fee_work.price_pass import price_store
from fordel_dask.fees.outcomes import MEANING, Outcome
from fordel_dask.fees.price_book import PriceBook, price_book
from fordel_dask.fees.service_rules import service_rules
from fordel_dask.fees.versions import version_in_force, versions
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report, Threads
from fordel_dask.kernels.pricing import OUTCOMES
from fordel_dask.privacy import redacted
from fordel_dask.schema.prepared import SERVICES
from fordel_dask.store import open_store, sha256_of_file
from fordel_dask.store.prepared import same_store
from fordel_dask.yearly.reading import source_of

Longs = NDArray[np.int64]
Progress = Callable[[str], Report]


@dataclass(frozen=True)
class PriceOrder:
    """What is asked for: fee tables of a directory beside the packaged ones; all rows at the table of one day.

    ``bruhon`` is the unit of what was paid in an extract, none for what its declaration says.
    """

    directory: Path | None = None
    table_of: datetime.date | None = None
    bruhon: str | None = None


@redacted
@dataclass(frozen=True)
class Priced:
    """Services priced: sums (services, LINES) by service of the book, mileage, and rows that could not be read."""

    name: str
    inputs: Mapping[str, str]
    book: PriceBook
    sums: Longs
    mileage: tuple[MileageYear, ...] = ()
    unreadable: int = 0

    def rows_of(self, outcome: Outcome) -> Longs:
        """Give the rows of every service with an outcome."""
        return np.asarray(self.sums[:, 3 * outcome])

    @property
    def rows(self) -> int:
        """All rows that could be read."""
        return int(self.sums[:, : 3 * OUTCOMES : 3].sum())


def priced_store(root: Path, order: PriceOrder, executor: Executor, progress: Progress) -> Priced:
    """Price all services of a store.

    Raises
    ------
    CoverageError, LawError, SchemaError
        The fee tables cannot be had, overlap, or cannot be read; or nothing could be priced.
    IntegrityError
        The store is not what its manifest says.
    """
    store = open_store(root)
    book = _book(store.codebooks["service"], order)
    with same_store(store):
        sums = price_store(store, book, executor, progress("services → prices"))
    return _checked(
        Priced(root.name, {f"store {root.name}": store.identity, **inputs_of_tables(order.directory)}, book, sums),
        sum(part.rows for part in store.parts(SERVICES.name)),
    )


def priced_extract(path: Path, order: PriceOrder, executor: Threads, progress: Progress) -> Priced:
    """Price the services of a register extract: a file, or a delivery with ``registers.toml``.

    Raises
    ------
    CoverageError, LawError, SchemaError
        Files or fee tables cannot be had or read, or nothing could be priced.
    """
    delivered = read_claims(path, order.bruhon, progress("services read"))
    book = _book(delivered.services, order)
    sums, mileage = price_delivered(delivered, book, executor, progress("services → prices"))
    hashes = {f"services {one.name}": sha256_of_file(one) for one in source_of("services", path).files}
    priced = Priced(
        path.name, {**hashes, **inputs_of_tables(order.directory)}, book, sums, mileage, delivered.unreadable
    )
    return _checked(priced, delivered.size)


def _book(services: Sequence[str], order: PriceOrder) -> PriceBook:
    known = versions(order.directory)
    only = version_in_force(known, order.table_of).table if order.table_of else None
    return price_book(services, [one.table for one in known], service_rules(), only)


def _checked(priced: Priced, rows: int) -> Priced:
    if priced.rows != rows:
        raise AccountingError(
            f"{rows:,} rows of services were read and {priced.rows:,} priced or refused. "
            f"This is an error of the program; please report it."
        )
    refuse_unpriced(priced)
    return priced


KIND_OF_REFUSAL: dict[Outcome, type[FordelError]] = {
    Outcome.UNKNOWN_CODE: UnknownCodeError,
    Outcome.CODE_OUTSIDE_VALIDITY: UnknownCodeError,
    Outcome.NO_TABLE_IN_FORCE: CoverageError,
    Outcome.DUTY_WITHOUT_TIME: CoverageError,
    Outcome.NOT_GENERAL_PRACTICE: CoverageError,
    Outcome.AREA_UNKNOWN: CoverageError,
}


def refuse_unpriced(priced: Priced) -> None:
    """Refuse services of which none could be priced, by what hinders most of them.

    Raises
    ------
    UnknownCodeError, CoverageError, ImpossibleValueError
        Not one row could be priced.
    """
    if priced.rows_of(Outcome.PRICED).sum():
        return
    if not priced.rows:
        raise CoverageError(
            f"{priced.name} has no row of services that could be read ({priced.unreadable:,} could not). Expected are "
            f"PNR, SPECIALE of six digits, a whole YDLANT, and BEHANDLINGSDATO or HONUGE."
        )
    counts = [(one, int(priced.rows_of(one).sum())) for one in Outcome]
    general = [(rows, one) for one, rows in counts if rows and one != Outcome.NOT_GENERAL_PRACTICE]
    worst = max(general)[1] if general else Outcome.NOT_GENERAL_PRACTICE
    told = "; ".join(f"{rows:,} {MEANING[one]}" for one, rows in counts if rows)
    kind = KIND_OF_REFUSAL.get(worst, ImpossibleValueError)
    raise kind(f"None of {priced.rows:,} rows of services can be priced: {told}.")
