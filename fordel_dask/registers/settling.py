"""Second pass: gather one partition of one table, sort it, write it into the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.errors import AccountingError
from fordel_dask.registers.dealt import gather_bucket
from fordel_dask.registers.dealt_file import REMADE, layout_of
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.sorting import sorted_rows
from fordel_dask.registers.work import content_of, finished, task, write_json
from fordel_dask.schema import Table
from fordel_dask.schema.prepared import SERVICES_BY_DAY, TABLES
from fordel_dask.store import PartFile, part_records, sha256_of_file, write_part

ORDERS = {
    "enrolment": ("citizen", "first_day", "last_day", "clinic", "group"),
    "services": ("citizen", "service", "week", "quantity", "paid_oere"),
    "diagnoses": ("citizen", "code", "day", "kind"),
    "benefits": ("citizen", "code", "weeks"),
    "prescriptions": ("citizen", "code", "day", "packages"),
}
BOOK_UNIT = "code book "


@dataclass(frozen=True)
class Settling:
    """One partition of one table.

    ``first`` is its first citizen, ``inputs`` lists the dealt files, ``books`` holds all codes; services have days
    if they are kept ``by_day``.
    """

    table: str
    partition: int
    first: int
    inputs: Path
    books: Path
    store: Path
    side: Path
    by_day: bool = False

    @property
    def written(self) -> Table:
        """The table as it is written: services may have days."""
        return SERVICES_BY_DAY if self.by_day and self.table == SERVICES_BY_DAY.name else TABLES[self.table]


@task
def settle(settling: Settling) -> dict[str, Any]:
    """Write one part and give its record and the rows that came."""
    forget_lookups()  # nobody is looked up any more: a worker that lives on would keep the files of keys
    again = {REMADE: True} if settling.side.exists() else {}  # asked first: the task may be running twice
    done = finished(settling.side)
    if done and is_written(settling.store / done["part"]["file"], done["part"]["sha256"]):
        return done
    table = settling.written
    columns = _gathered(settling, table)
    came = int(columns["citizen"].size)
    columns["citizen"] -= settling.first
    part = write_sorted(settling.store, table, settling.partition, columns)
    summary = {"part": part_records([part])[0], "rows": came}
    write_json(settling.side, summary)
    return summary | again


def is_written(path: Path, sha256: str) -> bool:
    """Tell whether a part is the one that was finished: an attempt with other choices writes to the same name."""
    return path.is_file() and sha256_of_file(path) == sha256


def _gathered(settling: Settling, table: Table) -> Columns:
    coded, types = coded_columns(table), types_to_gather(table)
    sides = content_of(settling.inputs)["sides"]
    columns = gather_bucket(sides, settling.partition, types, settling.books, coded)
    return {name: columns[name].astype(type_) for name, type_ in types.items()}


def coded_columns(table: Table) -> dict[str, str]:
    """Give the code book of every column of a table that holds numbers of one."""
    return {c.name: c.unit.removeprefix(BOOK_UNIT) for c in table.columns if c.unit.startswith(BOOK_UNIT)}


def types_to_gather(table: Table) -> dict[str, str]:
    """Give the type of every column before codes have the numbers of a book."""
    coded = coded_columns(table)
    return {c.name: "int32" if c.name in coded else c.type for c in table.columns}


def write_sorted(store: Path, table: Table, partition: int, columns: Columns) -> PartFile:
    """Write one part of a table, its rows sorted by all columns."""
    first = ORDERS[table.name]
    order = (*first, *(name for name in table.names if name not in first))
    rows = dict(zip(order, sorted_rows([columns[name] for name in order]), strict=True))
    return write_part(store, f"{table.name}/part-{partition:05}.parquet", table, rows)


def check_settled(table: str, sides: Sequence[Path], settled: Sequence[dict[str, Any]]) -> None:
    """Hold the rows of the second pass against those of the first."""
    left = sum(layout_of(side).rows for side in sides)
    came = sum(int(summary["rows"]) for summary in settled)
    if left != came:
        raise AccountingError(
            f"{table}: {came:,} rows came to the second pass, {left:,} left the first. "
            f"This is an error of the program; please report it."
        )
