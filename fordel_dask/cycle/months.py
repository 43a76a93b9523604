"""Months and half-years as reports and follow-ups name them, and spans of months between days."""

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

MONTHS_A_YEAR = 12
MONTH_FORM = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A month of the calendar; ``number`` from 1 to 12. Printed as ``YYYY-MM``."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> datetime.date:
        """Its first day."""
        return datetime.date(self.year, self.number, 1)

    @property
    def last_day(self) -> datetime.date:
        """Its last day."""
        return datetime.date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def later(self, months: int) -> "Month":
        """Give the month so many months later."""
        year, number = divmod(self.year * MONTHS_A_YEAR + self.number - 1 + months, MONTHS_A_YEAR)
        return Month(year, number + 1)


def month_of(text: str) -> Month | None:
    """Read ``YYYY-MM``; none if it is anything else."""
    found = MONTH_FORM.fullmatch(text)
    return Month(int(found[1]), int(found[2])) if found and int(found[1]) else None


def months_from(first: Month, last: Month) -> tuple[Month, ...]:
    """Give the months from one to another, both included; none if the other is earlier."""
    number = (last.year - first.year) * MONTHS_A_YEAR + last.number - first.number + 1
    return tuple(first.later(n) for n in range(number))


def months_later(day: datetime.date, months: int) -> datetime.date:
    """Give the same day so many months later, or the last day of that month where it has no such day."""
    month = Month(day.year, day.month).later(months)
    return min(month.first_day.replace(day=min(day.day, month.last_day.day)), month.last_day)


def whole_months(first: datetime.date, last: datetime.date) -> int:
    """Count the whole months from a day to another one; 0 if the other is earlier."""
    months = (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month
    return max(months - (months_later(first, months) > last), 0)


@dataclass(frozen=True, order=True)
class Period:
    """A part of a year that one follow-up covers, such as the second half-year: ``2025-2``."""

    year: int
    number: int
    length: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def months(self) -> Sequence[Month]:
        """Its months in order."""
        first = Month(self.year, (self.number - 1) * self.length + 1)
        return months_from(first, first.later(self.length - 1))


def period_of(text: str, length: int) -> Period | None:
    """Read ``YYYY-N`` for the N-th part of a year, of ``length`` months each; none if it is anything else."""
    year, _, number = text.partition("-")
    is_read = len(year) == 4 and all(part.isascii() and part.isdigit() for part in (year, number)) and int(year) > 0
    return Period(int(year), int(number), length) if is_read and 1 <= int(number) <= MONTHS_A_YEAR // length else None


def period_with(month: Month, length: int) -> Period:
    """Give the part of a year, of ``length`` months, that a month lies in."""
    return Period(month.year, (month.number - 1) // length + 1, length)
