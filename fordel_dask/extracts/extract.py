"""One file of a delivery, opened: what is known of it before its rows are read."""

import contextlib
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fordel_dask.errors import IntegrityError, SchemaError
from fordel_dask.extracts.arrays import is_text
from fordel_dask.extracts.form import UNSTATED, Form

UNKNOWN_ROWS = -1
MOST_COLUMNS = 20_000
"""No register has more: DREAM has 3,000 weeks. A million commas are no names, and take minutes and gigabytes."""

LONGEST_NAME = 256
UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What must not come into a message by a name: ends of lines, commands of a terminal, marks of direction."""

DayNumbers = tuple[tuple[str, str], ...]
"""Delivered columns whose numbers are days, each with how they are meant (``form.DAY_NUMBERS``)."""


@dataclass(frozen=True)
class Portion:
    """How much of a file is in memory at a time: rows of a batch, bytes of a CSV block, bytes read ahead a column."""

    rows: int = 256 * 1024
    csv_block_bytes: int = 16 * 1024 * 1024
    buffer_bytes: int = 1024 * 1024


DEFAULT_PORTION = Portion()


@dataclass(frozen=True)
class Extract:
    """One file: its column names, what kind each column is, and the rows of its row groups.

    A kind is ``text``, ``integer``, ``float``, ``decimal``, ``date`` (times too), ``boolean``,
    ``blank`` (nulls only) or ``other``. CSV files have text only and no row groups; a SAS file
    or a workbook is one group.
    """

    register: str
    path: Path
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    group_rows: tuple[int, ...]
    form: Form = UNSTATED
    days: DayNumbers = ()

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet."""
        return format_of(self.path) == "parquet"

    @property
    def rows(self) -> int:
        """Number of rows, −1 where only reading would tell."""
        return UNKNOWN_ROWS if format_of(self.path) == "csv" else sum(self.group_rows)


@dataclass(frozen=True)
class Piece:
    """A range of row groups of one file, what one task reads; other files are one piece."""

    register: str
    path: Path
    first_group: int
    end_group: int
    rows: int
    form: Form = UNSTATED
    days: DayNumbers = ()

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet."""
        return format_of(self.path) == "parquet"


def format_of(path: Path) -> str:
    """Give the format that a file's name says: ``parquet``, ``csv``, ``sas``, ``excel``, or blank."""
    name = path.name.lower()
    endings = {".parquet": "parquet", ".csv": "csv", ".csv.gz": "csv", ".sas7bdat": "sas", ".xlsx": "excel"}
    return next((format_ for ending, format_ in endings.items() if name.endswith(ending)), "")


KINDS = {
    "text": lambda type_: is_text(type_) or pa.types.is_binary(type_) or pa.types.is_large_binary(type_),
    "integer": pa.types.is_integer,
    "float": pa.types.is_floating,
    "decimal": pa.types.is_decimal,
    "date": lambda type_: pa.types.is_date(type_) or pa.types.is_timestamp(type_),
    "boolean": pa.types.is_boolean,
    "blank": pa.types.is_null,
}


def kind_of_type(type_: pa.DataType) -> str:
    """Give the kind of the values of a type."""
    if pa.types.is_dictionary(type_):
        return kind_of_type(type_.value_type)
    return next((kind for kind, holds in KINDS.items() if holds(type_)), "other")


def checked_names(extract: Extract) -> Extract:
    """Give a file, if its columns are as many, and their names as long, as those of a register can be.

    Raises
    ------
    SchemaError
        They are not, or a name holds what turns a line of text round or off (control characters, direction marks).
    """
    strange = [n for n, name in enumerate(extract.names, 1) if len(name) > LONGEST_NAME or UNSPEAKABLE.search(name)]
    if len(extract.names) > MOST_COLUMNS:
        found = f"{len(extract.names):,} columns, and at most {MOST_COLUMNS:,} are read"
    elif strange:
        found = (
            f"{len(strange):,} columns with a name that has control characters or more than {LONGEST_NAME} "
            f"characters, the first of them column {strange[0]:,}"
        )
    else:
        return extract
    raise SchemaError(
        f"{extract.register}: {extract.path.name} has {found}. Its first line or its schema is none of a register; "
        f"fetch the file again, or write it with plain names."
    )


@contextlib.contextmanager
def readable(register: str, path: Path, *more: type[Exception]) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an error that names the file, and no value."""
    try:
        yield
    except (pa.ArrowException, OSError, EOFError, UnicodeError, csv.Error, *more):
        pass
    else:
        return
    raise IntegrityError(
        f"{register}: {path.name} cannot be read; it is damaged, cut short or not in the format its "
        f"name says. Fetch the file again, or take it out of the delivery."
    ) from None
