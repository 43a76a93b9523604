"""Every clinic in every month: what was reported of it, in time, late or not at all (R49)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.capacity_report import Reports, clinic_counts, standing
from fordel_dask.cycle.carrying import ClinicCount, clinic_counts_in
from fordel_dask.cycle.months import Month, months_from
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.cycle.whereabouts import rows_on
from fordel_dask.law.provisions import holds, whole
from fordel_dask.published import Published, RegisterRow

DUE_DAYS = "report.due_days"
REPORTED, LATE, MISSING, AWAITED = "reported", "late", "missing", "awaited"
"""Where a clinic's report stands: come in time; come late; not come; not come and not yet due."""


@dataclass(frozen=True)
class Place:
    """Where a clinic lies; both empty where the RUN does not tell."""

    municipality_code: str = ""
    council_id: str = ""


@dataclass(frozen=True)
class ClinicMonth:
    """A clinic in a month, as known on a day.

    ``counted`` is what it counts as, by its report or without one; ``counts`` whether that counts in its council
    (R26); ``reported`` the days of all its reports; ``due`` the last day on which the report is in time, none where
    the law sets none.
    """

    month: Month
    ydernummer: str
    place: Place
    counts: bool
    counted: ClinicCount
    reported: Sequence[datetime.date]
    due: datetime.date | None
    as_of: datetime.date

    @property
    def status(self) -> str:
        """One of REPORTED, LATE, MISSING and AWAITED."""
        if self.reported:
            return LATE if self.due is not None and self.reported[0] > self.due else REPORTED
        return AWAITED if self.due is not None and self.as_of <= self.due else MISSING

    @property
    def is_reported(self) -> bool:
        """Whether there is a report at all."""
        return bool(self.reported)

    @property
    def days_late(self) -> int | None:
        """Days from the last day in time to the first report, or to the day asked about; none if it is not late."""
        if self.due is None or self.status not in (LATE, MISSING):
            return None
        return ((self.reported[0] if self.reported else self.as_of) - self.due).days

    @property
    def occupancy(self) -> Occupancy:
        """Its allocated and occupied capacities; without a report those of its last one, or of the register."""
        return self.counted.occupancy

    @property
    def filled(self) -> Fraction:
        """What is filled of its capacities, counted by share (V60)."""
        return self.counted.filled

    @property
    def registered(self) -> Fraction:
        """Its capacities by the RUN's clinic register in that month; 0 without a row."""
        return self.counted.registered


def due_day(month: Month) -> datetime.date | None:
    """Give the last day on which a month's report is in time (R49); none where the law sets none for that month."""
    end = month.last_day
    return end + datetime.timedelta(whole(DUE_DAYS, end)) if holds(DUE_DAYS, end) else None


def months_to_show(reports: Reports, asked: Sequence[Month], as_of: datetime.date) -> tuple[Month, ...]:
    """Give the months from the first reported one to the last, and on to the last one asked about that is overdue."""
    reported = sorted({row.month for row in reports if row.reported_on <= as_of})
    overdue = [month for month in asked if (due := due_day(month)) is not None and due < as_of]
    return months_from(reported[0], max(reported[-1], *overdue)) if overdue else months_from(reported[0], reported[-1])


def clinic_months(
    published: Published, reports: Reports, months: Sequence[Month], as_of: datetime.date
) -> tuple[ClinicMonth, ...]:
    """Give every clinic that has capacities, by the register or its latest report, in every month, by both."""
    counting, days = standing(reports, as_of), _days_of_reports(reports, as_of)
    by_clinic: dict[str, list[RegisterRow]] = {}
    for row in published.register:
        by_clinic.setdefault(row.ydernummer, []).append(row)
    found = []
    for month in months:
        due, in_force = due_day(month), rows_on(published, month.last_day)
        for clinic, counted in clinic_counts_in(published, counting, month).items():
            found.append(
                ClinicMonth(
                    month=month,
                    ydernummer=clinic,
                    place=_place(published, clinic, in_force.get(clinic), by_clinic.get(clinic, ())),
                    counts=clinic_counts(clinic, published),
                    counted=counted,
                    reported=days.get((month, clinic), ()),
                    due=due,
                    as_of=as_of,
                )
            )
    return tuple(found)


def _days_of_reports(reports: Reports, as_of: datetime.date) -> Mapping[tuple[Month, str], Sequence[datetime.date]]:
    days: dict[tuple[Month, str], set[datetime.date]] = {}
    for row in reports:
        if row.reported_on <= as_of:
            days.setdefault((row.month, row.ydernummer), set()).add(row.reported_on)
    return {key: sorted(found) for key, found in days.items()}


def _place(published: Published, ydernummer: str, in_force: RegisterRow | None, others: Iterable[RegisterRow]) -> Place:
    """Give where a clinic lies: by its row in force, else by its latest row, else as it was published."""
    latest = max(others, key=lambda row: row.first_day or datetime.date.min, default=None)
    clinic = published.clinics.get(ydernummer)
    known = in_force or latest or clinic
    municipality = published.municipalities.get(known.municipality_code) if known else None
    return Place(municipality.code, municipality.council_id) if municipality else Place()
