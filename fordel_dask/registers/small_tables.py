"""Tables that are kept whole, as text: clinics, municipalities, projection."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from fordel_dask.errors import ImpossibleValueError, SchemaError
from fordel_dask.extracts.arrays import UNREADABLE_DAY, day_as_text, days, plain_text
from fordel_dask.extracts.columns import Wanted, choose_columns
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import describe, pieces, read_rows
from fordel_dask.registers.canonical import decimal_text, exact_decimal

Row = dict[str, str]
WHOLE = 10_000_000


def read_small(source: Source, wanted: Sequence[Wanted], raw: frozenset[str]) -> list[dict[str, Any]]:
    """Read all rows of a small register; columns in ``raw`` as delivered, dates (FRA, TIL) as days."""
    rows: list[dict[str, Any]] = []
    for extract in describe(source):
        columns = choose_columns(source, extract, wanted)
        for piece in pieces(extract, WHOLE):
            for batch in read_rows(piece, columns, frozenset()):
                rows.extend(_rows(batch, raw))
    return rows


def _rows(batch: Any, raw: frozenset[str]) -> list[dict[str, Any]]:
    values = {name: _values(batch[name], name, raw) for name in batch.schema.names}
    return [{name: column[n] for name, column in values.items()} for n in range(batch.num_rows)]


def _values(column: Any, name: str, raw: frozenset[str]) -> list[Any]:
    if name in ("FRA", "TIL"):
        return [int(day) for day in np.asarray(days(column))]
    values = column.to_pylist()
    return values if name in raw else [plain_text(value) for value in values]


def day_text(row: dict[str, Any], name: str, register: str) -> str:
    """Give a day of a row as ISO text, blank if there is none; refuse what is no date."""
    if row[name] == UNREADABLE_DAY:
        raise SchemaError(f"{register}: {name} holds a value that is no date; expected is for instance 2026-01-01.")
    return day_as_text(row[name])


def non_negative(value: Any, what: str, code: str) -> str:
    """Give a decimal that may not be negative as its shortest text, blank if there is none.

    Raises
    ------
    ImpossibleValueError
        The value is negative or no number.
    """
    if plain_text(value) == "":
        return ""
    number = exact_decimal(value)
    if number is None or number < 0:
        raise ImpossibleValueError(f"{what} of {code} is {plain_text(value)!r}; a number of at least 0 is expected.")
    return decimal_text(number)


def total(texts: Sequence[str]) -> str:
    """Add decimals given as text."""
    return decimal_text(sum(map(Decimal, texts), Decimal(0)))


def refuse_repeated(keys: Sequence[Any], register: str, key: str) -> None:
    """Refuse a table in which a key stands twice."""
    repeated = sorted(k for k, number in Counter(keys).items() if number > 1)
    if repeated:
        raise SchemaError(f"{register}: {key} {repeated[0]} stands in more than one row; one row is expected.")
