"""First pass: read one piece of a register, account for every row, deal the kept ones out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.errors import AccountingError, FordelError
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.files import DEFAULT_PORTION, UNKNOWN_ROWS, Piece, Portion, read_rows
from fordel_dask.registers import covariates, dream, enrolment, hospital, prescriptions, services
from fordel_dask.registers.collisions import lengths_met
from fordel_dask.registers.dealt import UsedCodes, texts_of
from fordel_dask.registers.dealt_file import CHUNK_ROWS, DealtFile, finish, taken_up
from fordel_dask.registers.people import bucket_of_key
from fordel_dask.registers.quarantine import AsideFile
from fordel_dask.registers.rules import Books, Columns, Rows, Rules
from fordel_dask.registers.tally import merged, rows_of
from fordel_dask.registers.work import is_of_delivery, task
from fordel_dask.store import Grid, partitions_of

Look = Callable[[Any, Columns, Books], Columns]
"""Looks at a batch of rows as read and at its kept rows, and says which columns of these go on."""


@dataclass(frozen=True)
class Kind:
    """A kind of register: how its rows are read, with which code books."""

    rows: Callable[[Any, Rules, Books], Rows]
    books: Callable[[Rules], Books]
    by_key: bool = False


KINDS = {
    "enrolment": Kind(enrolment.rows, enrolment.books),
    "enrolment_list": Kind(enrolment.list_rows, enrolment.books),
    "enrolment_groups": Kind(enrolment.group_rows, enrolment.no_books),
    "services": Kind(services.rows, services.books),
    "contacts": Kind(hospital.contact_rows, hospital.no_books, by_key=True),
    "diagnosis_rows": Kind(hospital.diagnosis_rows, hospital.books, by_key=True),
    "diagnoses": Kind(hospital.joined_rows, hospital.books),
    "dream": Kind(dream.rows, hospital.no_books),
    "prescriptions": Kind(prescriptions.rows, prescriptions.books),
    "covariates": Kind(covariates.rows, hospital.no_books),
}


@dataclass(frozen=True)
class Reading:
    """One task of the first pass; ``side`` is the JSON that says it is finished.

    ``aside`` is the file that takes its quarantined rows.
    """

    kind: str
    piece: Piece
    columns: tuple[tuple[str, str], ...]
    few_values: frozenset[str]
    rules: Rules
    side: Path
    aside: Path
    portion: Portion = DEFAULT_PORTION
    chunk_rows: int = CHUNK_ROWS


def few_values(wanted: tuple[Wanted, ...]) -> frozenset[str]:
    """Give the names of columns that repeat a few values."""
    return frozenset(column.name for column in wanted if column.few_values)


@task
def spread(reading: Reading) -> dict[str, Any]:
    """Read one piece, deal its rows out, and give its summary: rows, account, codes, place.

    A piece that must be refused gives a summary with the error, so that all of them are told.
    """
    return taken_up(reading.side, reading.aside, partial(or_refused, partial(deal_out, reading)))


def or_refused(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Give the summary of a piece, or of an empty one with the error that the delivery is at fault for."""
    try:
        return work()
    except FordelError as error:
        if not is_of_delivery(error):
            raise
        return {"rows": 0, "tally": {}, "codes": {}, "refused": (error.exit_code, str(error))}


def deal_out(reading: Reading, look: Look | None = None) -> dict[str, Any]:
    """Read one piece, account for its rows and deal the kept ones out.

    ``look`` is shown every batch and its kept rows, and gives the columns that are to be dealt; with
    none of them no row is.
    """
    kind, rules = KINDS[reading.kind], reading.rules
    books, used, counted = kind.books(rules), UsedCodes(), []
    file = DealtFile(reading.side, *dealing(kind.by_key, rules), reading.chunk_rows)
    aside, read = AsideFile(reading.aside, rules.strip, rules.secret), 0
    for batch in read_rows(reading.piece, reading.columns, reading.few_values, reading.portion):
        columns, tally, quarantined = kind.rows(batch, rules, books)
        aside.add(reading.piece, read, batch, quarantined)
        read += batch.num_rows
        if rules.strip and "PNR" in batch.schema.names:
            tally |= lengths_met(batch["PNR"])
        used.add(columns, books)
        dealt = columns if look is None else look(batch, columns, books)
        if dealt:
            file.add(dealt)
        counted.append(tally)
        _check_rows(reading, batch.num_rows, rows_of(tally))
    dealt_rows = file.close()
    total = merged(counted)
    if reading.piece.rows != UNKNOWN_ROWS:
        _check_rows(reading, reading.piece.rows, rows_of(total))
    return finish(reading.side, {**dealt_rows, **aside.close(), "tally": total, "codes": texts_of(books, used)})


def dealing(by_key: bool, rules: Rules) -> tuple[int, Callable[[Columns], np.ndarray]]:
    """Give how many buckets rows are dealt to, and the function that tells each row's bucket."""
    if by_key:
        return rules.buckets, partial(_bucket, buckets=rules.buckets)
    grid = Grid(rules.first)
    return grid.partitions, partial(_partition, grid=grid)


def _bucket(columns: Columns, buckets: int) -> np.ndarray:
    return bucket_of_key(columns["high"], columns["low"], buckets)


def _partition(columns: Columns, grid: Grid) -> np.ndarray:
    return partitions_of(columns["citizen"], grid)


def _check_rows(reading: Reading, expected: int, counted: int) -> None:
    if expected != counted:
        raise AccountingError(
            f"{reading.piece.register}: {counted:,} rows were accounted for, {expected:,} were read. "
            f"This is an error of the program; please report it."
        )
