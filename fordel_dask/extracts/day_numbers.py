"""Days that were delivered as numbers: what the numbers of a column mean, and the days they are.

SAS counts days, or seconds, from 1960-01-01; others write the digits ``yyyymmdd``. How a column is
meant is judged for the whole column of a file and not value by value: a person born in August 1960
has a second count that looks like ``yyyymmdd``.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, day_of_value, encoded, plain_text
from fordel_dask.extracts.extract import DayNumbers, Extract
from fordel_dask.extracts.parquet import ends_of

SAS_ORIGIN = 3653
"""Days from 1960-01-01 to 1970-01-01."""

LEAP_DAYS_OF_SAS = (745_154, 2_206_123)
"""SAS has no 29 February in the years 4000 and 8000: from these days on it counts one day less."""

FIRST_DAY, LAST_DAY = date(1582, 1, 1).toordinal() - 719_163, date(9999, 12, 31).toordinal() - 719_163
SECONDS_A_DAY = 86_400
SECONDS_FROM = 30_000_000
"""Larger numbers, whatever their sign, are seconds: no day of our time has these digits."""

DIGITS_FROM = 10_000_000
OPEN_END_DIGITS = (90_000_000, 99_999_999)
"""9999-12-31 as digits, and 99999999 for none: numbers that say nothing of seconds."""

USUAL_DAYS = (-60_000, 60_000)
"""Day counts of SAS that a register can hold: the years 1795 to 2124."""

FAR_DAYS = 2_570_000
"""Day counts from the year 8996 on stand for "no end"."""

USUAL_SHARE = 0.9
NUMBERS = frozenset({"integer", "float", "decimal"})
SIGNED_DIGITS = re.compile(r"-?(0|[1-9]\d*)(\.\d*)?")
"""A number as text; one with leading zeros is a code, such as 010180, and no count."""

BATCHES_LOOKED_AT = 16


def day_numbers(extract: Extract, delivered: Sequence[str], first: Callable[[Extract, str], Iterator[Any]]) -> Extract:
    """Give a file with what the numbers of its columns of days mean.

    What ``registers.toml`` says of the register comes first, then the footer of a Parquet file where
    it is clear, then the first rows, which ``first`` reads.
    """
    known = {name for name, _ in extract.days}
    asked = [name for name in delivered if name not in known and _may_be_numbers(extract, name)]
    found = [(name, extract.form.days or _meaning(extract, name, first)) for name in asked]
    counted: DayNumbers = tuple((name, meaning) for name, meaning in found if meaning in ("sas_days", "sas_seconds"))
    return replace(extract, days=(*extract.days, *counted))


def _may_be_numbers(extract: Extract, name: str) -> bool:
    return extract.kinds[extract.names.index(name)] in NUMBERS | {"text"}


def _meaning(extract: Extract, name: str, first: Callable[[Extract, str], Iterator[Any]]) -> str | None:
    if extract.is_parquet:
        ends = [_number(end) for end in ends_of(extract, name)]
        said = {None if number is None else _meaning_of_all(np.array([number])) for number in ends}
        if len(said) == 1 and (None not in said or not any(ends)):
            return said.pop()
    for column in itertools.islice(first(extract, name), BATCHES_LOOKED_AT):
        values = [value for value in encoded(column)[0] if plain_text(value)]
        if values:
            numbers = [number for number in map(_number, values) if number is not None]
            mostly = len(numbers) >= USUAL_SHARE * len(values)  # a stray number among dates is no count
            return _meaning_of_all(np.array(numbers)) if numbers and mostly else None
    return None


def _meaning_of_all(numbers: np.ndarray) -> str | None:
    """Judge a column by its numbers: None if they can be neither."""
    filler = (numbers >= OPEN_END_DIGITS[0]) & (numbers <= OPEN_END_DIGITS[1])
    reversed_digits = _are_days_reversed(numbers)
    seconds = int(np.count_nonzero((np.abs(numbers) > SECONDS_FROM) & ~filler & ~reversed_digits))
    digits = int(np.count_nonzero(_are_digits_of_days(numbers)))
    if np.count_nonzero(reversed_digits) > seconds + digits:
        return None
    if seconds and seconds >= digits:
        return "sas_seconds"
    if digits or np.any(numbers >= DIGITS_FROM):
        return "yyyymmdd"
    low, high = USUAL_DAYS
    usual = ((numbers >= low) & (numbers <= high)) | (numbers >= FAR_DAYS)
    return "sas_days" if np.count_nonzero(usual) >= USUAL_SHARE * numbers.size else None


def _are_digits_of_days(numbers: np.ndarray) -> np.ndarray:
    """Tell which numbers read as a day of 1800 to 2999 when their digits are taken as ``yyyymmdd``."""
    month, day = numbers // 100 % 100, numbers % 100
    near = (numbers >= 18_000_101) & (numbers <= 29_991_231)
    are: np.ndarray = near & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return are


def _are_days_reversed(numbers: np.ndarray) -> np.ndarray:
    """Tell which numbers read as ``ddmmyyyy`` of 1800 to 2199: no form we read, and not to be taken for seconds."""
    day, month, year = numbers // 1_000_000, numbers // 10_000 % 100, numbers % 10_000
    are: np.ndarray = (day >= 1) & (day <= 31) & (month >= 1) & (month <= 12) & (year >= 1800) & (year <= 2199)
    return are


def _number(value: Any) -> float | None:
    text = plain_text(value)
    return float(text) if SIGNED_DIGITS.fullmatch(text) else None


def with_days(batch: pa.RecordBatch, columns: Sequence[tuple[str, str]], days: DayNumbers) -> pa.RecordBatch:
    """Give a batch in which numbers that count days or seconds are dates."""
    meant = dict(days)
    arrays = [
        dates(batch.column(n), meant[delivered]) if delivered in meant else batch.column(n)
        for n, (_, delivered) in enumerate(columns)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def dates(column: pa.Array, meaning: str) -> pa.Array:
    """Give the days that a column of counts holds; text that is no number is read as a date is.

    A number that is no day becomes UNREADABLE_DAY.
    """
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        counts = column.cast(pa.float64(), safe=False)
        days = days_of_counts(counts.fill_null(np.nan).to_numpy(zero_copy_only=False), meaning)
    else:
        values, at = encoded(column)
        table = np.array([*map(partial(_day_of_value, meaning=meaning), values), NO_DAY], np.int32)
        days = table[at]
    return pa.array(days, pa.int32(), mask=days == NO_DAY).view(pa.date32())


def _day_of_value(value: Any, meaning: str) -> int:
    number = _number(value)
    if number is None:
        return day_of_value(value)
    return int(days_of_counts(np.array([number]), meaning)[0])


def days_of_counts(counts: np.ndarray, meaning: str) -> np.ndarray:
    """Give days since 1970 of day or second counts of SAS; NaN is no day, a part of a day belongs to its day."""
    whole = np.floor(counts / SECONDS_A_DAY if meaning == "sas_seconds" else counts)
    for start in LEAP_DAYS_OF_SAS:
        whole = whole + (np.floor(whole) >= start)
    since = whole - SAS_ORIGIN
    missing = np.isnan(since)
    good = ~missing & (since >= FIRST_DAY) & (since <= LAST_DAY)
    days = np.full(counts.size, UNREADABLE_DAY, np.int32)
    days[good] = since[good].astype(np.int32)
    days[missing] = NO_DAY
    return days
