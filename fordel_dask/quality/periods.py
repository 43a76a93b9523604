"""How a register is spread over weeks or months: which are missing, which are thin, which week is the median one."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

FIRST_YEAR, LAST_YEAR = 1991, 2099
YEARS_OF_MONTHS = 15
"""Diagnoses count for this many years before the status date (M14)."""

MONTH = re.compile(r"\d{4}-\d{2}")
MISSING, THIN, COVERED = "missing", "thin", "covered"


@dataclass(frozen=True)
class Period:
    """A week (``2501``) or month (``2019-03``): its rows, and whether they are missing, thin or covered."""

    name: str
    rows: int
    state: str


@dataclass(frozen=True)
class Spread:
    """The periods looked at, in order, and the rows that lie before and after them."""

    register: str
    kind: str
    periods: tuple[Period, ...]
    before: int
    after: int
    level: Fraction

    def of(self, state: str) -> tuple[Period, ...]:
        """Give the periods in a state."""
        return tuple(period for period in self.periods if period.state == state)


def weeks_of(year: int) -> tuple[str, ...]:
    """Give the weeks of a year as ``yyww``; 53 of them where ISO 8601 has it."""
    last = datetime.date(year, 12, 28).isocalendar().week
    return tuple(f"{year % 100:02}{week:02}" for week in range(1, last + 1))


def months_before(year: int) -> tuple[str, ...]:
    """Give the months of the years that count before the status date, 1 January of the planning year."""
    return tuple(f"{y:04}-{month:02}" for y in range(year - YEARS_OF_MONTHS, year) for month in range(1, 13))


def level_of(counts: Mapping[str, int]) -> Fraction:
    """Give the median over the periods that have rows; 0 if none has."""
    values = [rows for rows in counts.values() if rows]
    return Fraction(median(map(Fraction, values))) if values else Fraction(0)


def spread(register: str, counts: Mapping[str, int], year: int) -> Spread:
    """Give the weeks of the fee year, or the months of fifteen years, with their states.

    All weeks of the fee year are expected. Months are expected from the first to the last that
    has rows. A period is thin if it has rows, but fewer than half of the median one.
    """
    months = any(MONTH.fullmatch(name) for name in counts)
    window = months_before(year) if months else weeks_of(year - 1)
    met = [name for name in window if counts.get(name)]
    expected = window if not months else tuple(name for name in window if met and met[0] <= name <= met[-1])
    half = level_of({name: counts.get(name, 0) for name in expected}) / 2
    periods = tuple(Period(name, counts.get(name, 0), _state(counts.get(name, 0), half, months)) for name in expected)
    outside = {name: rows for name, rows in counts.items() if name not in set(window)}
    before = sum(rows for name, rows in outside.items() if (name < window[0] if months else _year(name) < year - 1))
    return Spread(
        register=register,
        kind="months" if months else "weeks",
        periods=periods,
        before=before,
        after=sum(outside.values()) - before,
        level=2 * half,
    )


def _state(rows: int, half: Fraction, months: bool) -> str:
    if not rows:
        return MISSING
    # history grows over fifteen years: an early month is not thin because later ones are large
    return THIN if not months and rows < half else COVERED


def _year(name: str) -> int:
    """Give the year of a year (``2024``) or a week (``2452``); two-digit years from 91 on are of the last century."""
    if FIRST_YEAR <= int(name) <= LAST_YEAR:
        return int(name)
    return (1900 if name[:2] >= "91" else 2000) + int(name[:2])
