"""The regions' monthly reports (R49): which of them count on a day, what is occupied, what stands vacant.

A clinic's report for a month is all its rows of one ``reported_on``; the latest one up to a day is what was known on
that day. Earlier ones stay, so that every figure can be given as it was known at any time.

R24 is out of reach: the register does not tell who fills a capacity, nor who is named on the doctor-choice list.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.months import MONTHS_A_YEAR, Month, months_later, whole_months
from fordel_dask.cycle.occupancy import NONE, Occupancy, counts
from fordel_dask.law.provisions import holds, whole
from fordel_dask.published import Published

TAKE_BACK = "vacancy.take_back_months"
ONE = Fraction(1)


@dataclass(frozen=True)
class CapacityRow:
    """One capacity in one month of one report.

    ``share`` (0 to 1) is how much of it is filled; ``is_specialist`` whether by a specialist in general medicine, none
    where that is not told; ``capacities`` (above 0) how large it is.
    """

    month: Month
    ydernummer: str
    capacity_id: str
    allocated_from: datetime.date | None
    share: Fraction
    is_specialist: bool | None
    vacant_since: datetime.date | None
    reported_on: datetime.date
    capacities: Fraction = ONE

    def __str__(self) -> str:
        return row_name(self.ydernummer, str(self.month), self.capacity_id)

    @property
    def may_be_filled(self) -> bool:
        """Whether who fills it may (R22): a specialist; not told is taken as one."""
        return self.is_specialist is not False

    @property
    def is_occupied(self) -> bool:
        """Whether it counts as occupied: by a specialist (R22), and be it in part (R23)."""
        return self.share > 0 and self.may_be_filled

    @property
    def is_filled(self) -> bool:
        """Whether it is occupied wholly."""
        return self.share == ONE and self.may_be_filled


Reports = Sequence[CapacityRow]
Standing = Mapping[tuple[Month, str], Sequence[CapacityRow]]
"""Rows of the report that counts, by month and clinic, in that order."""


def row_name(ydernummer: str, month: str, capacity_id: str) -> str:
    """Give what a message calls a row."""
    return f"clinic {ydernummer or '(blank)'} in {month or '(blank)'}, capacity {capacity_id or '(blank)'}"


def standing(reports: Reports, as_of: datetime.date | None = None) -> dict[tuple[Month, str], list[CapacityRow]]:
    """Give the rows that count on a day by month and clinic: those of the latest report up to it; none = all reports.

    In the order of month and clinic, the rows of a clinic by capacity.
    """
    found: dict[tuple[Month, str], list[CapacityRow]] = {}
    for row in sorted(reports, key=lambda row: (row.month, row.ydernummer, row.reported_on, row.capacity_id)):
        if as_of is not None and row.reported_on > as_of:
            continue
        known = found.setdefault((row.month, row.ydernummer), [])
        if known and known[0].reported_on < row.reported_on:
            known.clear()
        known.append(row)
    return found


def occupancy_of(rows: Iterable[CapacityRow], by_share: bool = False) -> Occupancy:
    """Add up capacities: a part-filled one counts as occupied (R23); ``by_share`` counts what is filled of it (V60)."""
    return sum((_occupancy(row, by_share) for row in rows), NONE)


def _occupancy(row: CapacityRow, by_share: bool) -> Occupancy:
    filled = (row.share if by_share else ONE) if row.is_occupied else Fraction(0)
    return Occupancy(row.capacities, filled * row.capacities)


def counted(of_clinics: Mapping[str, Occupancy], published: Published) -> dict[str, Occupancy]:
    """Leave out the clinics whose capacities do not count in their council: small island ones (R26)."""
    return {clinic: found for clinic, found in of_clinics.items() if clinic_counts(clinic, published)}


def clinic_counts(ydernummer: str, published: Published) -> bool:
    """Tell whether a clinic's capacities count in its council (R26); one that is not published counts."""
    clinic = published.clinics.get(ydernummer)
    return clinic is None or counts(clinic, published)


def last_month(reports: Reports, as_of: datetime.date | None = None) -> Month | None:
    """Give the latest month that was reported up to a day; none if there was none."""
    return max((row.month for row in reports if as_of is None or row.reported_on <= as_of), default=None)


@dataclass(frozen=True)
class Vacancy:
    """A capacity that nobody fills in a month.

    ``since`` is none where the report does not tell; ``months`` are the whole ones from then to the day that is asked
    about, and ``may_be_taken_back_from`` the first day on which the region may give it to another clinic (R21), none
    where no rule is in force on the day that is asked about.
    """

    month: Month
    ydernummer: str
    capacity_id: str
    capacities: Fraction
    since: datetime.date | None
    months: int | None
    may_be_taken_back_from: datetime.date | None
    day: datetime.date
    filled_by_other: bool

    @property
    def is_over_a_year(self) -> bool:
        """Whether it is vacant for a year or more, whatever the law says of that."""
        return self.months is not None and self.months >= MONTHS_A_YEAR

    @property
    def may_be_taken_back(self) -> bool:
        """Whether the region may on the day that was asked about."""
        return self.may_be_taken_back_from is not None and self.may_be_taken_back_from <= self.day


def vacancies(rows: Iterable[CapacityRow], day: datetime.date) -> tuple[Vacancy, ...]:
    """Give the capacities among the rows of a month that are vacant, and how long they are on a day (R21).

    A capacity that is filled in part is occupied (R23) and so none of them.
    """
    return tuple(_vacancy(row, day) for row in rows if not row.is_occupied)


def _vacancy(row: CapacityRow, day: datetime.date) -> Vacancy:
    since = row.vacant_since
    return Vacancy(
        month=row.month,
        ydernummer=row.ydernummer,
        capacity_id=row.capacity_id,
        capacities=row.capacities,
        since=since,
        months=None if since is None else whole_months(since, day),
        may_be_taken_back_from=months_later(since, whole(TAKE_BACK, day)) if since and holds(TAKE_BACK, day) else None,
        day=day,
        filled_by_other=row.share > 0,
    )
