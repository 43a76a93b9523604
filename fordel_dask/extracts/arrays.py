"""Arrow columns as NumPy arrays: codes by dictionary, days, whole numbers, key bytes."""

import functools
import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NO_DAY = -(2**31)
"""A date that is blank."""

UNREADABLE_DAY = -(2**31) + 1
"""A date that is not blank and no date."""

LOCAL_TIME = "Europe/Copenhagen"
MILLISECONDS_A_DAY = 86_400_000
LONGEST_DAY = 10
EPOCH = date(1970, 1, 1).toordinal()
DAY_FORMS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?P<d>\d{2})[-./](?P<m>\d{2})[-./](?P<y>\d{4})(?!\d)"),
)


def encoded(column: pa.Array) -> tuple[list[Any], np.ndarray]:
    """Give the different values of a column and, per row, the position of its value.

    A null has the position after the last value.
    """
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    indices = column.indices
    values = column.dictionary.to_pylist()
    if indices.null_count:
        indices = indices.fill_null(len(values))
    return values, indices.to_numpy(zero_copy_only=False)


def mapped(column: pa.Array, function: Callable[[Any], int], blank: int, type_: str) -> np.ndarray:
    """Apply a function to the different values of a column; nulls become ``blank``."""
    values, indices = encoded(column)
    table = np.array([*map(function, values), blank], dtype=type_)
    rows: np.ndarray = table[indices]
    return rows


def plain_text(value: Any) -> str:
    """Give a code as it is compared: trimmed, a whole number as its digits, null as blank."""
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else repr(value)
    text = (decoded(value) if isinstance(value, bytes) else str(value)).strip()
    whole, point, zeros = text.partition(".")
    return whole if point and whole.lstrip("+-").isdigit() and not zeros.strip("0") else text


def decoded(value: bytes) -> str:
    """Give bytes of a text file as text: UTF-8, else the Windows alphabet of Western Europe."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def days(column: pa.Array) -> np.ndarray:
    """Give local calendar days since 1970 from dates, timestamps or text (int32).

    Times without a zone are local already; others are read on the Danish clock.
    """
    type_ = column.type
    if pa.types.is_date32(type_):
        return _filled(column.cast(pa.int32()))
    if pa.types.is_date64(type_):
        return _filled(_floor_days(column.cast(pa.int64()), MILLISECONDS_A_DAY))
    if pa.types.is_timestamp(type_):
        return _filled(_days_of_times(column))
    if pa.types.is_binary(type_):
        column = pc.ascii_ltrim_whitespace(column.view(pa.string())).view(pa.binary())
        column = pc.binary_slice(column, 0, LONGEST_DAY)
    elif is_text(type_):
        column = pc.utf8_slice_codeunits(pc.utf8_ltrim_whitespace(column.cast(pa.large_string())), 0, LONGEST_DAY)
    return mapped(column, day_of_value, NO_DAY, "int32")


def _days_of_times(column: pa.Array) -> pa.Array:
    if column.type.tz is not None:
        column = pc.local_timestamp(column.cast(pa.timestamp(column.type.unit, tz=LOCAL_TIME)))
    a_day = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
    return _floor_days(column.cast(pa.int64()), a_day[column.type.unit])


def _floor_days(ticks: pa.Array, a_day: int) -> pa.Array:
    values = ticks.fill_null(0).to_numpy(zero_copy_only=False) // a_day
    mask = ticks.is_null().to_numpy(zero_copy_only=False) if ticks.null_count else None
    return pa.array(values.astype(np.int32), mask=mask)


def _filled(column: pa.Array) -> np.ndarray:
    values: np.ndarray = column.fill_null(NO_DAY).to_numpy(zero_copy_only=False)
    return values


@functools.lru_cache(maxsize=200_000)
def day_of_value(value: Any) -> int:
    """Give the day since 1970 that a text or a number ``yyyymmdd`` means."""
    if isinstance(value, date):
        return value.toordinal() - EPOCH
    text = plain_text(value)
    if not text:
        return NO_DAY
    found = next((form.match(text) for form in DAY_FORMS if form.match(text)), None)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])).toordinal() - EPOCH if found else UNREADABLE_DAY
    except ValueError:
        return UNREADABLE_DAY


def day_as_text(day: int) -> str:
    """Give a day as ISO text, and none as blank."""
    return "" if day == NO_DAY else date.fromordinal(day + EPOCH).isoformat()


def is_text(type_: pa.DataType) -> bool:
    """Tell whether a type is text of any kind."""
    return type_ in (pa.string(), pa.large_string(), pa.string_view())


def key_buffers(column: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Give offsets and bytes of a text column, and which rows are null (None if there are none)."""
    if column.type not in (pa.string(), pa.large_string(), pa.binary()):
        column = column.cast(pa.large_string())
    wide = column.type == pa.large_string()
    _, offsets, data = column.buffers()
    start = np.frombuffer(offsets, np.int64 if wide else np.int32)[column.offset : column.offset + len(column) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    null = column.is_null().to_numpy(zero_copy_only=False) if column.null_count else None
    return start, content, null


def whole_numbers(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Give int64 values of a column of numbers or text, and which rows hold a whole number."""
    if pa.types.is_integer(column.type):
        good = column.is_valid().to_numpy(zero_copy_only=False)
        return column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), good
    values, indices = encoded(column)
    read = [_whole(value) for value in values]
    good = np.array([number is not None for number in read] + [False])[indices]
    return np.array([number or 0 for number in read] + [0], dtype=np.int64)[indices], good


def _whole(value: Any) -> int | None:
    text = plain_text(value).removeprefix("+")
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 19 else None
