"""Whether a moment is day time, A duty or B duty, by the hours and days that the fee table names."""

import datetime
import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

DAY_TIME, DUTY_A, DUTY_B = "dagtid", "vagttid_A", "vagttid_B"
WEEKDAY, SATURDAY, NAMED_DAY, SUNDAY_OR_HOLIDAY = "weekday", "saturday", "named_day", "sunday_or_holiday"
DAY_KINDS = (WEEKDAY, SATURDAY, NAMED_DAY, SUNDAY_OR_HOLIDAY)
HOURS_A_DAY, MINUTES_AN_HOUR = 24, 60
SATURDAY_NUMBER, SUNDAY_NUMBER = 5, 6


@functools.cache
def clock_rules() -> Mapping[str, Any]:
    """Give hours, named days and holidays as ``law/fees/clock.toml`` has them."""
    return tomllib.loads(resources.files("fordel_dask.law").joinpath("fees/clock.toml").read_text("utf-8"))


def easter(year: int) -> datetime.date:
    """Give Easter Sunday of a year, by the Gregorian rule (1583 and later).

    Source: the algorithm of Meeus, Jones and Butcher.
    """
    golden, century, of_century = year % 19, year // 100, year % 100
    leap_centuries, rest = divmod(century, 4)
    moon_correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_correction + 15) % 30
    leaps, odd = divmod(of_century, 4)
    to_sunday = (32 + 2 * rest + 2 * leaps - epact - odd) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return datetime.date(year, month, day + 1)


@functools.lru_cache(maxsize=512)
def public_holidays(year: int) -> Mapping[datetime.date, str]:
    """Give the public holidays of a year with their Danish names; Great Prayer Day until 2023 only."""
    found: dict[datetime.date, str] = {}
    for entry in clock_rules()["holiday"]:
        if year > entry.get("last_year", year):
            continue
        if "after_easter" in entry:
            day = easter(year) + datetime.timedelta(entry["after_easter"])
        else:
            day = datetime.date(year, entry["month"], entry["day"])
        found[day] = entry["name"]
    return found


def kind_of_day(day: datetime.date) -> str:
    """Give which of the table's kinds a day is: a Sunday or holiday before a named day, that before Saturday."""
    if day.weekday() == SUNDAY_NUMBER or day in public_holidays(day.year):
        return SUNDAY_OR_HOLIDAY
    if any((day.month, day.day) == (named["month"], named["day"]) for named in clock_rules()["named_day"]):
        return NAMED_DAY
    return SATURDAY if day.weekday() == SATURDAY_NUMBER else WEEKDAY


@functools.cache
def sections_by_hour() -> Mapping[tuple[str, int], str]:
    """Give the section of every kind of day and full hour; hours without one are left out: the table has no line."""
    return {
        (entry["day"], hour): entry["section"]
        for entry in clock_rules()["hours"]
        for hour in range(entry["from"], entry["to"])
    }


def section_at(day: datetime.date, minute: int) -> str | None:
    """Give the section of the fee table at a minute of a day (0 to 1439), none from 00 to 08 where it has no line."""
    return sections_by_hour().get((kind_of_day(day), minute // MINUTES_AN_HOUR))
