"""How things stand on a day, read from what regions keep: the capacity register and the table of measures."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from fordel_dask.cycle.capacity_report import (
    CapacityRow,
    Reports,
    Vacancy,
    last_of_councils,
    occupancy_by_clinic,
    vacancies,
)
from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.occupancy import Occupancy, as_registered
from fordel_dask.cycle.stand import Stand, registered_stand
from fordel_dask.cycle.whereabouts import council_by_clinic, rows_on
from fordel_dask.errors import DecisionError
from fordel_dask.gathering import Faults
from fordel_dask.published import Published
from fordel_dask.registers.capacity_register import REGISTER as CAPACITY
from fordel_dask.registers.capacity_register import read_capacity_register
from fordel_dask.registers.measures import REGISTER as MEASURES
from fordel_dask.registers.measures import read_measures
from fordel_dask.store import sha256_of_file
from fordel_dask.yearly.reading import source_of


@dataclass(frozen=True)
class Kept:
    """What regions keep, as it stands on a day.

    ``months`` are the last ones that councils were reported of by then, in order, and ``vacant`` their vacancies, none
    without a capacity register; ``unreported`` are registered clinics, of councils that were reported of, that are not
    in their council's last report.
    ``inputs`` are files with their SHA-256.
    """

    stand: Stand
    months: tuple[Month, ...]
    vacant: tuple[Vacancy, ...]
    unreported: tuple[str, ...]
    inputs: Mapping[str, str]

    @property
    def counted_by(self) -> str:
        """What capacities were counted by, in words."""
        if not self.months:
            return f"the clinic register of {self.stand.counted_on}, every capacity taken as occupied"
        return f"the capacity register of {self.reported}; where none was kept, the clinic register"

    @property
    def reported(self) -> str:
        """The months that councils were last reported of, in words."""
        first, last = self.months[0], self.months[-1]
        return str(last) if first == last else f"{first} to {last}, the last month of each council"

    def returnable(self, of_council: Mapping[str, str]) -> dict[str, Fraction]:
        """Give the capacities that may be taken back on the day, by council (R21)."""
        found: dict[str, Fraction] = {}
        for one in self.vacant:
            if one.may_be_taken_back and one.ydernummer in of_council:
                council_id = of_council[one.ydernummer]
                found[council_id] = found.get(council_id, Fraction(0)) + one.capacities
        return found


def read_kept(published: Published, capacity: Path | None, measures: Path | None, on: datetime.date | None) -> Kept:
    """Read what regions keep; without a day, that of the last report, or the status date where there is none.

    Raises
    ------
    DecisionError
        A table holds what cannot be, or nothing was reported by the day; all that is wrong in both tables is told.
    """
    faults = Faults()
    reports = faults.note(partial(_reports, published, capacity), ())
    kept_measures = faults.note(partial(_measures, published, measures), ())
    faults.refuse()
    inputs = {name: fingerprint(name, path) for name, path in ((CAPACITY, capacity), (MEASURES, measures)) if path}
    if not capacity:
        stand = registered_stand(published, on or published.status_date, kept_measures)
        return Kept(stand, (), (), (), inputs)
    day = on or max((row.reported_on for row in reports), default=published.status_date)
    if all(row.reported_on > day for row in reports):
        raise DecisionError(
            f"{CAPACITY}: nothing was reported by {day}. Ask about a later day (--on), or leave --capacity away: then "
            f"the capacities of the clinic register count."
        )
    return _kept_by(published, reports, day, kept_measures, inputs)


def _kept_by(
    published: Published,
    reports: Reports,
    day: datetime.date,
    measures: tuple[Measure, ...],
    inputs: Mapping[str, str],
) -> Kept:
    """Say how things stand by the last report of each council; those of no council are counted, but nowhere."""
    counted_on = max(row.month for row in reports if row.reported_on <= day).last_day
    counting = last_of_councils(reports, council_by_clinic(published, counted_on), day)
    months = tuple(sorted({row.month for row in counting}))
    reported = {clinic: found for month in months for clinic, found in occupancy_by_clinic(counting, month).items()}
    taken, unreported = _completed(published, reported, counted_on)
    vacant = tuple(one for month in months for one in vacancies(counting, month, day))
    return Kept(Stand(day, counted_on, taken, measures), months, vacant, unreported, inputs)


def _completed(
    published: Published, reported: Mapping[str, Occupancy], counted_on: datetime.date
) -> tuple[dict[str, Occupancy], tuple[str, ...]]:
    """Add the clinics of councils that nobody reported of, as they are registered: a region reports its own alone.

    Gives capacities by clinic, and the registered clinics of the other councils that are not in the report.
    """
    of_council = council_by_clinic(published, counted_on)
    councils = {of_council.get(clinic) for clinic in reported}
    silent = {one: taken for one, taken in as_registered(published).items() if of_council.get(one) not in councils}
    registered = {clinic for clinic, row in rows_on(published, counted_on).items() if row.capacities}
    return {**silent, **reported}, tuple(sorted(registered - set(reported) - set(silent)))


def _reports(published: Published, path: Path | None) -> tuple[CapacityRow, ...]:
    return read_capacity_register(source_of(CAPACITY, path), published.known_clinics) if path else ()


def _measures(published: Published, path: Path | None) -> tuple[Measure, ...]:
    return read_measures(source_of(MEASURES, path), published) if path else ()


def fingerprint(register: str, path: Path) -> str:
    """Give the SHA-256 of the files of a table, in order."""
    return " ".join(sha256_of_file(file) for file in source_of(register, path).files)
