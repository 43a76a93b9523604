"""What an agency may tell of a service beyond the contract's core: time of day, km and modules.

They agree with what was paid: out-of-hours services cost what A duty costs, so they are given then; where no such hour
exists on the day (Sundays, holidays), and in a few rows anywhere, nothing is told.
"""

import datetime
import functools

import numpy as np
import pyarrow as pa

from fordel_dask.fees.clock import DAY_TIME, DUTY_A, MINUTES_AN_HOUR, kind_of_day, sections_by_hour
from fordel_dask.fees.service_rules import METRES_A_KM, MODULES, service_rules
from fordel_dask.synthetic.chance import Chance, Ints, happens
from fordel_dask.synthetic.columns import pick, words
from fordel_dask.synthetic.nation import EPOCH, Nation, Purpose, stream
from fordel_dask.synthetic.prices import GENERAL_PRACTICE, service_codes
from fordel_dask.synthetic.services import ServiceRows

NOT_TOLD = 0.05  # of the rows that could tell
NEAR, FAR = 100, 40_000  # metres of visits in the first and last band
OUT_OF_HOURS = "89"
SPECIALITY_DIGITS = 2
HUNDRED_METRES, KM_DECIMALS = 100, 1


def detail_columns(nation: Nation, block: int, rows: ServiceRows, day: Ints) -> dict[str, pa.Array]:
    """Give TIME as ``hh:mm``, KM with one decimal and MODULES of every row of a block, null where nothing is told."""
    rng = stream(nation, Purpose.SERVICE_DETAILS, block)
    told = ~happens(rng, NOT_TOLD, rows.size)
    return {
        "TIME": _times(rng, rows, np.where(told, day, day.min(initial=0) - 1)),
        "KM": _kilometres(rng, rows),
        "MODULES": _modules(rows),
    }


def _times(rng: Chance, rows: ServiceRows, day: Ints) -> pa.Array:
    """Draw a time within the hours of the row's section, none on a day without such hours."""
    first = int(day.min(initial=0)) + 1
    kinds = [kind_of_day(EPOCH + datetime.timedelta(first + n)) for n in range(int(day.max(initial=0)) - first + 1)]
    minute = np.full(rows.size, -1)
    for speciality, section in ((GENERAL_PRACTICE, DAY_TIME), (OUT_OF_HOURS, DUTY_A)):
        hours = {kind: _hours_of(kind, section) for kind in set(kinds)}
        of_day = np.array([(0, 0), *(hours[kind] for kind in kinds)])
        row = np.flatnonzero(_is_of(speciality)[rows.code])
        begin, length = of_day[day[row] - first + 1].T
        drawn = begin + np.floor(rng.random(row.size) * length).astype(np.int64)
        minute[row] = np.where(length > 0, drawn, -1)
    return pick(_clock_words(), minute)


def _hours_of(kind: str, section: str) -> tuple[int, int]:
    """Give the first minute and the length of a section on a kind of day."""
    hours = [hour for (day, hour), found in sections_by_hour().items() if (day, found) == (kind, section)]
    return (MINUTES_AN_HOUR * min(hours), MINUTES_AN_HOUR * len(hours)) if hours else (0, 0)


@functools.cache
def _clock_words() -> pa.LargeStringArray:
    return words([f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(MINUTES_AN_HOUR)])


def _is_of(speciality: str) -> np.ndarray:
    return np.array([word[:SPECIALITY_DIGITS] == speciality for word in service_codes().words])


def _kilometres(rng: Chance, rows: ServiceRows) -> pa.Array:
    """Draw the km of services that are paid by a band of distances, to 100 metres."""
    bands = np.array([_band(word) for word in service_codes().words])
    low, high = bands[rows.code].T
    metres = low + np.ceil(rng.random(rows.size) * (high - low) / HUNDRED_METRES).astype(np.int64) * HUNDRED_METRES
    return pa.array(np.round(metres / METRES_A_KM, KM_DECIMALS), mask=high == 0)


def _band(word: str) -> tuple[int, int]:
    """Give the band of a service in metres: beyond the first, up to the second; none for other services."""
    rule = service_rules().by_code.get(word[SPECIALITY_DIGITS:])
    if rule is None or rule.over_metres is None or word[:SPECIALITY_DIGITS] != GENERAL_PRACTICE:
        return 0, 0
    return rule.over_metres or NEAR, rule.up_to_metres or FAR


def _modules(rows: ServiceRows) -> pa.Array:
    """Give what was paid as modules: the quantity of services that are paid by modules."""
    rules = service_rules().by_code
    codes = [word[SPECIALITY_DIGITS:] for word in service_codes().words]
    by_module = np.array([code in rules and rules[code].unit == MODULES for code in codes])[rows.code]
    return pa.array(np.abs(rows.count), mask=~by_module)
