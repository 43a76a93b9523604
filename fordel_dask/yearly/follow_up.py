"""``fordel follow-up``: the regions' monthly reports against a RUN, by month and over a half-year (R49, R50)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fordel_dask.cycle.capacity_report import CapacityRow, Reports, Vacancy, standing, vacancies
from fordel_dask.cycle.clinic_months import ClinicMonth, clinic_months, months_to_show
from fordel_dask.cycle.follow_up import AreaMonth, FollowUp, area_months, follow_up, followed_areas
from fordel_dask.cycle.half_years import responses, usual_period
from fordel_dask.cycle.months import MONTHS_A_YEAR, Month, Period, period_of
from fordel_dask.cycle.vintages import Vintage, vintages
from fordel_dask.cycle.whereabouts import in_regions_of
from fordel_dask.errors import DecisionError, UsageError
from fordel_dask.law.provisions import whole
from fordel_dask.published import Published
from fordel_dask.registers.capacity_register import REGISTER, read_capacity_register
from fordel_dask.schema.follow_up import FOLLOW_UP_TABLES
from fordel_dask.store import sha256_of_file
from fordel_dask.yearly.follow_up_rows import rows_of
from fordel_dask.yearly.follow_up_summary import summary_of
from fordel_dask.yearly.reading import read_published, source_of
from fordel_dask.yearly.writing import Findings

KIND = "follow-up"
PERIOD_MONTHS = "follow_up.months"


@dataclass(frozen=True)
class Followed:
    """Everything a follow-up finds, as known on a day.

    ``why`` says what ``period`` was taken for, empty where it was asked for; ``months`` are those with reports in it;
    ``clinics`` and ``areas`` hold all months, from the first one that was ever reported.
    """

    published: Published
    as_of: datetime.date
    period: Period
    why: str
    months: Sequence[Month]
    reports: Reports
    clinics: Sequence[ClinicMonth]
    areas: Sequence[AreaMonth]
    by_area: Sequence[FollowUp]
    vacant: Sequence[Vacancy]
    vintages: Sequence[Vintage]

    @property
    def last_rows(self) -> Sequence[CapacityRow]:
        """The rows that count in the last month, also of clinics whose last report is carried on."""
        return [row for clinic in self.clinics if clinic.month == self.months[-1] for row in clinic.counted.rows]


def follow_up_findings(
    run: Path, capacity: Path, half_year: str | None = None, as_of: datetime.date | None = None
) -> Findings:
    """Read a RUN and the capacity register, and give the follow-up of a half-year as known on a day.

    ``capacity`` is a file, or a directory with ``registers.toml``; without ``half_year`` it is the last
    complete one, without ``as_of`` the day of the last report.

    Raises
    ------
    DecisionError
        The register holds what cannot be, or nothing.
    UsageError
        The half-year cannot be read, or nothing was reported of it by that day.
    LawError
        No follow-up was provided for by law.
    """
    published = read_published(run)
    source = source_of(REGISTER, capacity)
    reports = read_capacity_register(source, published.known_clinics)
    found = followed(published, reports, half_year, as_of)
    return Findings(
        kind=KIND,
        declared=FOLLOW_UP_TABLES,
        tables=rows_of(found),
        summary=summary_of(found),
        inputs={
            f"RUN {published.name}": published.seal,
            **{f"{REGISTER} {path.name}": sha256_of_file(path) for path in source.files},
        },
    )


def followed(
    published: Published, reports: Reports, half_year: str | None = None, as_of: datetime.date | None = None
) -> Followed:
    """Find everything that is told of a half-year; see :func:`follow_up_findings`."""
    day = as_of or max((row.reported_on for row in reports), default=None)
    known = sorted({row.month for row in reports if day is not None and row.reported_on <= day})
    if day is None or not known:
        raise _nothing_reported(as_of)
    counting, length = standing(reports, day), whole(PERIOD_MONTHS, day)
    usual, why = usual_period(responses(published, counting, known), length)
    period, why = (usual, why) if half_year is None else (_period(half_year, length), "")
    reported = [month for month in period.months if month in known]
    if not reported:
        raise UsageError(
            f"No month of {period} was reported by {day}; reported are {known[0]} to {known[-1]}. Ask about another "
            f"half-year."
        )
    published = in_regions_of(published, reported[-1].last_day)
    months = months_to_show(reports, period.months, day)
    clinics = clinic_months(published, reports, months, day)
    areas = area_months(published, followed_areas(published, (c.place for c in clinics)), months, clinics)
    at_the_end = {clinic.ydernummer: clinic for clinic in clinics if clinic.month == reported[-1]}
    vacant = vacancies((row for one in at_the_end.values() for row in one.counted.rows), reported[-1].last_day)
    places = {(clinic.month, clinic.ydernummer): clinic.place for clinic in clinics}
    half = [one for one in areas if one.month in reported]
    return Followed(
        published=published,
        as_of=day,
        period=period,
        why=why,
        months=reported,
        reports=reports,
        clinics=clinics,
        areas=areas,
        by_area=follow_up(published, half, {number: one.place for number, one in at_the_end.items()}, vacant),
        vacant=vacant,
        vintages=vintages(published, reports, places, day),
    )


def _nothing_reported(as_of: datetime.date | None) -> DecisionError | UsageError:
    if as_of is None:
        return DecisionError(f"{REGISTER}: there are no rows; expected is a row a month for every capacity.")
    return UsageError(f"Nothing was reported by {as_of}. Give a later --as-of, or leave it away for all reports.")


def _period(half_year: str, length: int) -> Period:
    period = period_of(half_year, length)
    if period is None:
        raise UsageError(
            f"--half-year {half_year} cannot be read: expected is year and number, YYYY-1 to "
            f"YYYY-{MONTHS_A_YEAR // length}, such as 2025-2."
        )
    return period
