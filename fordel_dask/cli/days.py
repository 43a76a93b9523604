"""The day that a command is asked about."""

import datetime
from typing import Any

import click

FORM = "%Y-%m-%d"


class DayType(click.DateTime):
    """A day as ``2026-03-01``: year, month, day, so that none is taken for another."""

    def __init__(self) -> None:
        super().__init__([FORM])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the day as a date, or say how one is written."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.datetime.strptime(value, FORM).date()
        except ValueError:
            self.fail(f"'{value}' is no day. Write year-month-day, such as 2026-03-01 for 1 March 2026.", param, ctx)


DAY = DayType()


def other_year_note(day: datetime.date, year: int) -> list[str]:
    """Give the line of a note if a day lies in another year than the RUN's planning year; else none."""
    if day.year == year:
        return []
    return [
        f"Note: {day} lies in {day.year}, and the RUN's numbers are those of planning year {year}. Citizens, patients "
        f"and need stand as on its status date; for another year, give that year's RUN."
    ]
