"""What a capacity register cannot say: days in the wrong order, a capacity twice, vacancies that overlap.

Each function gives the rows that contradict themselves or one another, named by clinic, month and capacity.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from fordel_dask.cycle.capacity_report import CapacityRow, Reports, standing


def reversed_days(reports: Reports) -> list[str]:
    """Give the rows in which a day lies before one that must come first."""
    return [f"{row} ({wrong})" for row in reports for wrong in _reversed(row)]


def _reversed(row: CapacityRow) -> Iterable[str]:
    """Compare the days of a row by pairs: what must not be later, what must not be earlier."""
    allocated, vacant = ("ALLOCATED_FROM", row.allocated_from), ("VACANT_SINCE", row.vacant_since)
    reported, ends = ("REPORTED_ON", row.reported_on), ("the month's end", row.month.last_day)
    begins = ("the month's beginning", row.month.first_day)
    for first, then in ((allocated, vacant), (allocated, ends), (vacant, ends), (vacant, reported), (begins, reported)):
        if first[1] is not None and then[1] is not None and then[1] < first[1]:
            yield f"{then[0]} {then[1]} lies before {first[0]} {first[1]}"


def repeated_in_report(reports: Reports) -> list[str]:
    """Give the capacities that stand more than once in one report of a month."""
    times = Counter((row.month, row.ydernummer, row.capacity_id, row.reported_on) for row in reports)
    twice = sorted(key for key, number in times.items() if number > 1)
    return [
        f"clinic {clinic} in {month}, capacity {capacity} (reported on {day})" for month, clinic, capacity, day in twice
    ]


def at_two_clinics(reports: Reports) -> list[str]:
    """Give the capacities that by the latest reports of a month belong to two clinics."""
    clinics: dict[tuple[str, str], set[str]] = {}
    for row in _counting(reports):
        clinics.setdefault((str(row.month), row.capacity_id), set()).add(row.ydernummer)
    return [
        f"capacity {capacity} in {month} at clinics {', '.join(sorted(here))}"
        for (month, capacity), here in sorted(clinics.items())
        if len(here) > 1
    ]


def overlapping_vacancies(reports: Reports) -> list[str]:
    """Give the capacities with two vacancies at one time: by the latest reports of each month.

    Refused is only what cannot be, whether a report tells how a capacity stands at the month's end or how much of it
    was filled on the average: a vacancy is certain to last to the end of a month in which nobody fills the capacity,
    and to the beginning of one in which somebody fills a part of it.
    """
    return [told for rows in _by_capacity(reports).values() for told in _overlaps(rows)]


def _overlaps(rows: Sequence[CapacityRow]) -> Iterable[str]:
    lasts: dict[datetime.date, datetime.date] = {}
    for row in rows:
        if row.vacant_since is not None:
            certain = row.month.first_day if row.share else row.month.last_day
            lasts[row.vacant_since] = max(lasts.get(row.vacant_since, row.vacant_since), certain)
    earlier: datetime.date | None = None
    for since in sorted(lasts):
        if earlier is not None and since <= lasts[earlier]:
            name = f"clinic {rows[-1].ydernummer}, capacity {rows[-1].capacity_id}"
            yield f"{name} (vacant since {earlier}, still in {str(lasts[earlier])[:7]}, and since {since})"
        if earlier is None or lasts[since] > lasts[earlier]:
            earlier = since


def vacant_while_filled(reports: Reports) -> list[str]:
    """Give the rows that say a capacity is vacant since before a month in which it was wholly filled."""
    return [told for rows in _by_capacity(reports).values() for told in _vacant_while_filled(rows)]


def _vacant_while_filled(rows: Sequence[CapacityRow]) -> Iterable[str]:
    filled = [row.month for row in rows if row.is_filled]
    for row in rows:
        since = row.vacant_since
        against = [month for month in filled if since is not None and since < month.first_day and month <= row.month]
        if against:
            yield f"{row} (vacant since {since}, and wholly filled in {against[-1]})"


def _by_capacity(reports: Reports) -> Mapping[str, Sequence[CapacityRow]]:
    found: dict[str, list[CapacityRow]] = {}
    for row in _counting(reports):
        found.setdefault(row.capacity_id, []).append(row)
    return dict(sorted(found.items()))


def _counting(reports: Reports) -> Iterable[CapacityRow]:
    """Give the rows of the latest report of each month and clinic: what was wrong in an earlier one was revised."""
    return (row for rows in standing(reports).values() for row in rows)
