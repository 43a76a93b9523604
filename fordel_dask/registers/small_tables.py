"""Tables that are kept whole, as text: clinics, municipalities, projection."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.errors import FordelError, SchemaError
from fordel_dask.extracts.arrays import (
    DAY_EXAMPLES,
    EPOCH,
    UNREADABLE_DAY,
    day_as_text,
    days,
    decoded,
    is_text,
    plain_text,
    python_values,
)
from fordel_dask.extracts.columns import Wanted, choose_columns
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.extract import UNSPEAKABLE
from fordel_dask.extracts.files import described, pieces, read_rows
from fordel_dask.gathering import Faults
from fordel_dask.registers.canonical import decimal_text, exact_decimal

Row = dict[str, str]
WHOLE = 10_000_000
LAST_DAY = datetime.date(2999, 12, 31).toordinal() - EPOCH
"""Last day that a region can mean."""

TYPED_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
EXPECTED_DAY = f"for instance {DAY_EXAMPLES}; 1.3.2026 is 1 March"
"""What days of small tables look like."""


def read_small(source: Source, wanted: Sequence[Wanted], raw: frozenset[str]) -> list[dict[str, Any]]:
    """Read all rows of a small register; columns in ``raw`` as delivered, those that hold a day as days."""
    dated = frozenset(column.name for column in wanted if column.holds == "day")
    faults = Faults()
    files = choose_columns(source, described(source, faults), wanted, faults)
    faults.refuse()
    rows: list[dict[str, Any]] = []
    for extract, columns in files:
        for piece in pieces(extract, WHOLE):
            for batch in read_rows(piece, columns, frozenset()):
                rows.extend(_rows(batch, raw, dated))
    return rows


def _rows(batch: Any, raw: frozenset[str], dated: frozenset[str]) -> list[dict[str, Any]]:
    values = {
        name: _days(batch[name]) if name in dated else _values(batch[name], name in raw) for name in batch.schema.names
    }
    return [{name: column[n] for name, column in values.items()} for n in range(batch.num_rows)]


def _days(column: Any) -> list[int]:
    return [int(day) for day in np.asarray(days(_padded(column)))]


def _padded(column: Any) -> Any:
    """Give days such as ``1.3.2026`` with two digits each, as they are read everywhere: small tables are typed."""
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    if not (is_text(plain.type) or pa.types.is_binary(plain.type) or pa.types.is_large_binary(plain.type)):
        return column
    return pa.array([None if value is None else _with_two_digits(value) for value in plain.to_pylist()], pa.string())


def _with_two_digits(value: str | bytes) -> str:
    text = decoded(value) if isinstance(value, bytes) else value
    found = TYPED_DAY.fullmatch(text.strip())
    return f"{found[1]:0>2}-{found[2]:0>2}-{found[3]}" if found else text


def _values(column: Any, is_raw: bool) -> list[Any]:
    values = python_values(column.dictionary_decode() if pa.types.is_dictionary(column.type) else column)
    return values if is_raw else [one_line(plain_text(value)) for value in values]


def one_line(text: str) -> str:
    """Give a text without line ends, commands of a terminal and marks of direction: it goes into letters and messages.

    A name that ends a line could add lines to a letter, one with marks of direction show another number than it has.
    """
    return " ".join(UNSPEAKABLE.sub(" ", text).split()) if UNSPEAKABLE.search(text) else text


def refuse_rows(error: type[FordelError], rows: Sequence[str], message: str) -> None:
    """Refuse rows, each named by its code: ``message`` has places for their number and the first."""
    if rows:
        count = f"{len(rows):,} row" + "s" * (len(rows) > 1)
        raise error(message.format(rows=count, first=rows[0]))


def day_text(day: int) -> str:
    """Give a day as ISO text, blank if there is none or none can be read."""
    return day_as_text(day) if day > UNREADABLE_DAY else ""


def is_readable(day: int) -> bool:
    """Tell whether a day is blank or one that can be meant; one after 2999, from which no notice ends, cannot."""
    return day != UNREADABLE_DAY and day <= LAST_DAY


def date_of(day: int) -> datetime.date | None:
    """Give a day as a date, none if there is none or none can be read."""
    text = day_text(day) if is_readable(day) else ""
    return datetime.date.fromisoformat(text) if text else None


def is_non_negative(value: Any) -> bool:
    """Tell whether a value is blank or a number of at least 0."""
    number = exact_decimal(value)
    return plain_text(value) == "" or (number is not None and number >= 0)


def number_text(value: Any) -> str:
    """Give a number as its shortest text, blank if there is none."""
    number = exact_decimal(value)
    return "" if number is None else decimal_text(number)


def total(texts: Sequence[str]) -> str:
    """Add decimals given as text."""
    return decimal_text(sum(map(Decimal, texts), Decimal(0)))


def refuse_repeated(keys: Sequence[Any], register: str, key: str) -> None:
    """Refuse a table in which a key stands twice."""
    repeated = sorted(k for k, number in Counter(keys).items() if number > 1)
    if repeated:
        raise SchemaError(f"{register}: {key} {repeated[0]} stands in more than one row; one row is expected.")
