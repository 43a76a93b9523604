"""What a row of services may tell beyond the contract's core: day of treatment, time of day, km, modules."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, days, decoded, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import exact_decimal
from fordel_dask.schema.prepared import NO_MINUTE, NOT_TOLD

DAYS = "days"
"""What ``detail`` in [services] is where the store is to keep days, times, km and modules."""

TREATED = Wanted("BEHANDLINGSDATO", optional=True, few_values=False, holds="day")
DETAILS = (Wanted("TIME", optional=True), Wanted("KM", optional=True), Wanted("MODULES", optional=True))
TIME_FORM = re.compile(r"(\d{1,2})(?:[:.]?(\d{2})(?:[:.]?\d{2}(?:[.,]\d+)?)?)?", re.ASCII)
MINUTES_A_DAY, MINUTES_AN_HOUR, METRES_A_KM = 1440, 60, 1000
LARGEST_AMOUNT = 2**31 - 1
IMPOSSIBLE = -1


def with_details(columns: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Give columns with those of details; a day of treatment that is needed stays so."""
    named = {column.name for column in columns}
    return (*columns, *(column for column in (TREATED, *DETAILS) if column.name not in named))


def details(batch: Any) -> dict[str, NDArray[Any]]:
    """Give day of treatment, minute, metres and modules of every row, each with its mark where it is not told."""
    told = days_of_treatment(batch)
    return {
        "day": np.where(told > UNREADABLE_DAY, told, NO_DAY).astype(np.int32),
        "minute": _told(batch, "TIME", minute_of, NO_MINUTE).astype(np.int16),
        "metres": _told(batch, "KM", metres_of, NOT_TOLD),
        "modules": _told(batch, "MODULES", modules_of, NOT_TOLD),
    }


def days_of_treatment(batch: Any) -> NDArray[np.int32]:
    """Give the day of treatment of every row, NO_DAY where the column is not delivered."""
    if TREATED.name not in batch.schema.names:
        return np.full(batch.num_rows, NO_DAY, np.int32)
    return days(batch[TREATED.name])


def _told(batch: Any, name: str, read: Callable[[Any], int], blank: int) -> NDArray[np.int32]:
    if name not in batch.schema.names:
        return np.full(batch.num_rows, blank, np.int32)
    return mapped(batch[name], read, blank, "int32")


def minute_of(value: Any) -> int:
    """Give the minute of the day of ``16:30``, ``16.30``, ``1630``, ``16:30:00`` or the hour ``16``; −1 if it is none.

    A number is ``hhmm``: 930 is half past nine, and 16 a quarter past midnight.
    """
    is_text = isinstance(value, str | bytes)
    text = (decoded(value) if isinstance(value, bytes) else str(value)).strip() if is_text else plain_text(value)
    found = TIME_FORM.fullmatch(text if is_text else text and text.zfill(len("hhmm")))
    if found is None or int(found[2] or 0) >= MINUTES_AN_HOUR:
        return -1
    minute = MINUTES_AN_HOUR * int(found[1]) + int(found[2] or 0)
    return minute if minute < MINUTES_A_DAY else -1


def metres_of(value: Any) -> int:
    """Give the metres of a number of km, to the metre; −1 if it is none or below 0, NOT_TOLD if blank."""
    if plain_text(value) == "":
        return NOT_TOLD
    km = exact_decimal(value)
    metres = IMPOSSIBLE if km is None or abs(km) > LARGEST_AMOUNT else round(km * METRES_A_KM)
    return metres if 0 <= metres <= LARGEST_AMOUNT else IMPOSSIBLE


def modules_of(value: Any) -> int:
    """Give a whole number of modules; −1 if it is none or below 0, NOT_TOLD if blank."""
    if plain_text(value) == "":
        return NOT_TOLD
    number = exact_decimal(value)
    whole = number is not None and number == number.to_integral_value() and 0 <= number <= LARGEST_AMOUNT
    return int(number) if number is not None and whole else IMPOSSIBLE
