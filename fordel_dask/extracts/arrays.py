"""Arrow columns as NumPy arrays: codes by dictionary, days, whole numbers, key bytes."""

import functools
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
    re.compile(r"(?P<d>\d{2})(?P<m>[A-Za-z]{3})(?P<y>\d{4})(?!\d)"),
)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAY_EXAMPLES = "2026-01-31, 20260131, 31-01-2026 or 31JAN2026"
ZONED = r"\d[Tt ]\d\d.*([Zz]|[+-]\d\d(:?\d\d)?)$"
"""A time of day that says how far it is from universal time."""

NARROW = {pa.float16(): np.float16, pa.float32(): np.float32}


def encoded(column: pa.Array) -> tuple[list[Any], np.ndarray]:
    """Give the different values of a column and, per row, the position of its value.

    A null has the position after the last value.
    """
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    indices = column.indices
    values = python_values(column.dictionary)
    if indices.null_count:
        indices = indices.fill_null(len(values))
    return values, indices.to_numpy(zero_copy_only=False)


def encoded_pairs(left: pa.Array, right: pa.Array) -> tuple[list[tuple[Any, Any]], np.ndarray]:
    """Give the different pairs of values that two columns have in a row, and per row the position of its pair."""
    (lefts, at_left), (rights, at_right) = encoded(left), encoded(right)
    lefts, rights = [*lefts, None], [*rights, None]
    cell = at_left.astype(np.int64) * len(rights) + at_right
    met = np.zeros(len(lefts) * len(rights), np.bool_)
    met[cell] = True  # far cheaper than sorting the rows: there are few values
    number = np.cumsum(met) - 1
    pairs = [(lefts[n // len(rights)], rights[n % len(rights)]) for n in np.flatnonzero(met).tolist()]
    return pairs, number[cell]


def python_values(column: pa.Array) -> list[Any]:
    """Give the values of a column; a float of less than 64 bits as its own shortest text says."""
    values: list[Any] = column.to_pylist()
    narrow = NARROW.get(column.type)
    return values if narrow is None else [None if v is None else float(str(narrow(v))) for v in values]


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

    Times without a zone are local already; others, as text too, are read on the Danish clock.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    type_ = column.type
    if pa.types.is_date32(type_):
        return _filled(column.cast(pa.int32()))
    if pa.types.is_date64(type_):
        return _filled(_floor_days(column.cast(pa.int64()), MILLISECONDS_A_DAY))
    if pa.types.is_timestamp(type_):
        return _filled(_days_of_times(column))
    if pa.types.is_binary(type_):
        return _days_of_texts(pc.ascii_trim_whitespace(column.view(pa.string())).view(pa.binary()))
    if is_text(type_):
        return _days_of_texts(pc.utf8_trim_whitespace(column.cast(pa.large_string())).cast(pa.large_binary()))
    return mapped(column, day_of_value, NO_DAY, "int32")


def _days_of_texts(texts: pa.Array) -> np.ndarray:
    found = mapped(pc.binary_slice(texts, 0, LONGEST_DAY), day_of_value, NO_DAY, "int32")
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > LONGEST_DAY:
        zoned = pc.match_substring_regex(texts, ZONED).fill_null(False)
        at = zoned.to_numpy(zero_copy_only=False)
        if at.any():
            found[at] = _days_of_zoned(texts.filter(zoned), found[at])
    return found


def _days_of_zoned(texts: pa.Array, written: np.ndarray) -> np.ndarray:
    times = _universal(texts)
    if times is not None:
        return _filled(_days_of_times(times))
    local = [_local_day(decoded(text)) for text in texts.to_pylist()]
    return np.array([w if day is None else day for day, w in zip(local, written.tolist(), strict=True)], np.int32)


def _universal(texts: pa.Array) -> pa.Array | None:
    try:
        return texts.cast(pa.large_string()).cast(pa.timestamp("ns", "UTC"))
    except pa.ArrowInvalid:
        return None


@functools.lru_cache(maxsize=200_000)
def _local_day(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(ZoneInfo(LOCAL_TIME)).toordinal() - EPOCH if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


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
        return (
            date(int(found["y"]), _month(found["m"]), int(found["d"])).toordinal() - EPOCH if found else UNREADABLE_DAY
        )
    except ValueError:
        return UNREADABLE_DAY


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.index(text.upper()) + 1


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
    if pa.types.is_integer(column.type) and column.type != pa.uint64():
        good = column.is_valid().to_numpy(zero_copy_only=False)
        return column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), good
    if pa.types.is_float64(column.type):
        return _whole_floats(column.fill_null(float("nan")).to_numpy(zero_copy_only=False))
    values, indices = encoded(column)
    read = [_whole(value) for value in values]
    good = np.array([number is not None for number in read] + [False])[indices]
    return np.array([number or 0 for number in read] + [0], dtype=np.int64)[indices], good


def _whole_floats(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    good = np.isfinite(values) & (np.abs(values) < 2.0**63)
    good[good] = values[good] == np.floor(values[good])
    return np.where(good, values, 0.0).astype(np.int64), good


def _whole(value: Any) -> int | None:
    text = plain_text(value).removeprefix("+")
    digits = text.removeprefix("-")
    if not (digits.isdecimal() and digits.isascii() and len(digits) < 20):
        return None
    number = int(text)
    return number if abs(number) < 2**63 else None
