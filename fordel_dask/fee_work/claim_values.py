"""What a row of an extract tells of itself, read value by value: week, time of day, km, modules."""

import datetime
import functools
import re
from typing import Any

from fordel_dask.extracts.arrays import decoded, plain_text
from fordel_dask.kernels.pricing import NOT_GIVEN
from fordel_dask.registers.canonical import exact_decimal, week_text
from fordel_dask.registers.first_rows import century

NO_WEEK = -(2**31)
TIME_FORM = re.compile(r"(\d{1,2})(?:[:.]?(\d{2})(?:[:.]?\d{2}(?:[.,]\d+)?)?)?", re.ASCII)
MINUTES_A_DAY, MINUTES_AN_HOUR, METRES_A_KM = 1440, 60, 1000
LAST_WEEK = 53
LARGEST_AMOUNT = 2**31 - 1
IMPOSSIBLE = -1
EPOCH = datetime.date(1970, 1, 1)


@functools.lru_cache(maxsize=10_000)
def monday(value: Any) -> int:
    """Give the Monday of a settlement week ``yyww``, in days since 1970; NO_WEEK if it is no week."""
    text = week_text(value)
    if not (len(text) == 4 and text.isascii() and text.isdigit() and 1 <= int(text[2:]) <= LAST_WEEK):
        return NO_WEEK
    first = datetime.date.fromisocalendar(century(int(text[:2])), 1, 1)
    return (first - EPOCH).days + 7 * (int(text[2:]) - 1)


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
    """Give the metres of a number of km, to the metre; −1 if it is none or below 0, NOT_GIVEN if blank."""
    if plain_text(value) == "":
        return NOT_GIVEN
    km = exact_decimal(value)
    metres = IMPOSSIBLE if km is None or abs(km) > LARGEST_AMOUNT else round(km * METRES_A_KM)
    return metres if 0 <= metres <= LARGEST_AMOUNT else IMPOSSIBLE


def modules_of(value: Any) -> int:
    """Give a whole number of modules; −1 if it is none or below 0, NOT_GIVEN if blank."""
    if plain_text(value) == "":
        return NOT_GIVEN
    number = exact_decimal(value)
    whole = number is not None and number == number.to_integral_value() and 0 <= number <= LARGEST_AMOUNT
    return int(number) if number is not None and whole else IMPOSSIBLE
