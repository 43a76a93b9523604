"""The versions of the fee table: those that come with the program, and those that a user has read in.

A user's tables stand in one directory: ``schedules.csv`` says which file is in force when, as the packaged one does.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from fordel_dask import law
from fordel_dask.errors import CoverageError, LawError
from fordel_dask.fees.correction import CorrectionFactor, packaged_corrections, read_corrections
from fordel_dask.fees.fee_table import FOOTNOTES, FeeTable, Footnote, packaged_tables, table_in_force
from fordel_dask.fees.rows import is_day, read_rows, refuse, repeated, text_of
from fordel_dask.fees.table_file import read_footnotes, read_table
from fordel_dask.gathering import every
from fordel_dask.printing import csv_text

SCHEDULES, CORRECTIONS = "schedules.csv", "correction_factors.csv"
COLUMNS = ("file", "valid_from", "valid_to", "source")
PACKAGED = "packaged"
ONE_DAY = datetime.timedelta(1)


@dataclass(frozen=True)
class Listed:
    """A line of ``schedules.csv``: a table's file without ending, its first and last day, and where it is from."""

    file: str
    valid_from: datetime.date
    valid_to: datetime.date
    source: str


@dataclass(frozen=True)
class FeeVersion:
    """A fee table and where it is from: ``place`` is "packaged" or its file."""

    table: FeeTable
    place: str
    source: str

    @property
    def name(self) -> str:
        """What messages call it: its place and its period."""
        return f"{self.place} ({self.table.valid_from} to {self.table.valid_to})"


@dataclass(frozen=True)
class Gap:
    """Days between two fee tables on which none is in force; first and last."""

    first: datetime.date
    last: datetime.date


def packaged_versions() -> tuple[FeeVersion, ...]:
    """Give the fee tables that come with the program, oldest first."""
    sources = {row["valid_from"]: row["source"] for row in law.rows("fees/schedules")}
    return tuple(FeeVersion(one, PACKAGED, sources[one.valid_from.isoformat()]) for one in packaged_tables())


def listed_in(directory: Path) -> tuple[Listed, ...]:
    """Give the tables that a user's directory lists; none where nothing was read in yet.

    Raises
    ------
    SchemaError
        Columns are missing, a day or name cannot be, or a file is listed twice.
    """
    path = directory / SCHEDULES
    if not path.exists():
        return ()
    rules = [
        ("file", _is_plain, "a file's name without ending, in the same directory"),
        ("valid_from", is_day, "a day, YYYY-MM-DD"),
        ("valid_to", is_day, "a day, YYYY-MM-DD"),
    ]
    rows = read_rows(text_of(path), str(path), COLUMNS, rules)
    wrong = [
        (line, f"the same file as in line {earlier}") for line, earlier in repeated([(n, r["file"]) for n, r in rows])
    ]
    wrong += [(line, "valid_to lies before valid_from") for line, row in rows if row["valid_to"] < row["valid_from"]]
    refuse(str(path), wrong)
    day = datetime.date.fromisoformat
    return tuple(Listed(row["file"], day(row["valid_from"]), day(row["valid_to"]), row["source"]) for _, row in rows)


def versions(directory: Path | None = None) -> tuple[FeeVersion, ...]:
    """Give all fee tables, oldest first: the packaged ones and, with a directory, a user's.

    Raises
    ------
    CoverageError
        The directory lists no table, or a listed file is not there.
    SchemaError
        A table cannot be read.
    LawError
        Two tables are in force on the same day.
    """
    own: Sequence[FeeVersion] = ()
    if directory is not None:
        listed = listed_in(directory)
        if not listed:
            raise CoverageError(
                f"{directory} holds no fee table ({SCHEDULES} is missing or empty). "
                f"Read one in with 'fordel fees import FILE --valid-from DATE --into {directory}'."
            )
        own = read_listed(directory, listed)
    found = sorted((*packaged_versions(), *own), key=lambda one: (one.table.valid_from, one.place))
    refuse_overlaps(found)
    return tuple(found)


def read_listed(directory: Path, listed: Sequence[Listed]) -> list[FeeVersion]:
    """Read tables that a user's directory lists.

    Raises
    ------
    CoverageError
        A file is not there.
    SchemaError
        A table cannot be read; everything that is wrong is told.
    """
    return every([partial(_read, directory, one) for one in listed])


def refuse_overlaps(found: Sequence[FeeVersion]) -> None:
    """Refuse fee tables of which two are in force on one day; all pairs are told.

    Raises
    ------
    LawError
        There are such.
    """
    ordered = sorted(found, key=lambda one: (one.table.valid_from, one.place))
    told = [
        f"{one.name} and {other.name} are both in force from {other.table.valid_from} "
        f"to {min(one.table.valid_to, other.table.valid_to)}"
        for number, one in enumerate(ordered)
        for other in ordered[number + 1 :]
        if one.table.holds_on(other.table.valid_from)
    ]
    if told:
        raise LawError(
            f"Fee tables overlap, and a day has one: {'; '.join(told)}. "
            f"Read one in for other days (--valid-from, --valid-to), or take it out of {SCHEDULES}."
        )


def gaps(found: Sequence[FeeVersion]) -> tuple[Gap, ...]:
    """Give the days between fee tables, oldest first, on which none is in force."""
    return tuple(
        Gap(earlier.table.valid_to + ONE_DAY, later.table.valid_from - ONE_DAY)
        for earlier, later in pairwise(found)
        if earlier.table.valid_to + ONE_DAY < later.table.valid_from
    )


def version_in_force(found: Sequence[FeeVersion], day: datetime.date | None) -> FeeVersion:
    """Give the version in force on a day; without a day the newest.

    Raises
    ------
    CoverageError
        None is; the periods that are known are named.
    """
    if day is None:
        return found[-1]
    table = table_in_force([one.table for one in found], day)
    return next(one for one in found if one.table is table)


def own_corrections(directory: Path) -> tuple[CorrectionFactor, ...]:
    """Give the correction factors in a user's directory; none where there is no file of them.

    Raises
    ------
    SchemaError
        The file cannot be read.
    """
    path = directory / CORRECTIONS
    return read_corrections(text_of(path), str(path)) if path.exists() else ()


def all_corrections(directory: Path | None = None) -> tuple[CorrectionFactor, ...]:
    """Give the correction factors of all fee tables: the packaged ones and, with a directory, a user's.

    Raises
    ------
    SchemaError
        The user's file cannot be read.
    """
    return (*packaged_corrections(), *(own_corrections(directory) if directory is not None else ()))


def listed_text(listed: Sequence[Listed]) -> str:
    """Print what a user's directory lists, oldest first."""
    ordered = sorted(listed, key=lambda one: one.valid_from)
    rows = ((one.file, one.valid_from.isoformat(), one.valid_to.isoformat(), one.source) for one in ordered)
    return csv_text(COLUMNS, rows)


def _is_plain(name: str) -> bool:
    return bool(name) and name.replace("_", "").replace("-", "").isalnum()


def _read(directory: Path, listed: Listed) -> FeeVersion:
    path, below = directory / f"{listed.file}.csv", directory / f"{listed.file}{FOOTNOTES}.csv"
    fees = read_table(text_of(path), str(path))
    footnotes: tuple[Footnote, ...] = read_footnotes(text_of(below), str(below)) if below.exists() else ()
    return FeeVersion(FeeTable(listed.valid_from, listed.valid_to, fees, footnotes), str(path), listed.source)
