"""How things stand on a day, read from what regions keep: the capacity register and the table of measures."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.cycle.capacity_report import CapacityRow, Vacancy, clinic_counts, last_month, standing, vacancies
from fordel_dask.cycle.carrying import ClinicCount, clinic_counts_in, sizes, unreported
from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.stand import Stand, registered_stand
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

    ``month`` is the last one reported by then, ``counts`` what each clinic counts as in it (small island clinics left
    out, R26) and ``vacant`` the capacities vacant in it; none without a capacity register. ``inputs`` are files with
    their SHA-256.
    """

    stand: Stand
    month: Month | None
    vacant: tuple[Vacancy, ...]
    counts: Mapping[str, ClinicCount]
    inputs: Mapping[str, str]

    @property
    def counted_by(self) -> str:
        """What capacities were counted by, in words."""
        if self.month is None:
            return f"the clinic register of {self.stand.counted_on}, every capacity taken as occupied"
        return f"the capacity register of {self.month}"

    def vacant_in(self, of_council: Mapping[str, str]) -> dict[str, Fraction]:
        """Give the capacities that stand vacant on the day, by council."""
        return _by_council(self.vacant, of_council)

    def returnable(self, of_council: Mapping[str, str]) -> dict[str, Fraction]:
        """Give the capacities that may be taken back on the day, by council (R21)."""
        return _by_council((one for one in self.vacant if one.may_be_taken_back), of_council)


def _by_council(vacant: Iterable[Vacancy], of_council: Mapping[str, str]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for one in vacant:
        if one.ydernummer in of_council:
            council_id = of_council[one.ydernummer]
            found[council_id] = found.get(council_id, Fraction(0)) + one.capacities
    return found


def reports_summary(kept: Kept) -> dict[str, Any]:
    """Give what is to be known of the reports that capacities were counted by; empty without a capacity register."""
    if kept.month is None:
        return {}
    counts = kept.counts.values()
    found, compared = unreported(counts), sizes(counts)
    return {
        "month": str(kept.month),
        **{"carried_clinics": found.carried, "carried_capacities": float(found.carried_as.allocated)},
        **{"register_clinics": found.registered, "register_capacities": float(found.registered_as.allocated)},
        "speciality_not_told": sum(row.is_specialist is None for one in counts for row in one.rows if row.is_occupied),
        **{"clinics_unlike_register": compared.unlike, "sizes_lacking": compared.are_lacking},
    }


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
        return Kept(stand, None, (), {}, inputs)
    day = on or max((row.reported_on for row in reports), default=published.status_date)
    month = last_month(reports, day)
    if month is None:
        raise DecisionError(
            f"{CAPACITY}: nothing was reported by {day}. Ask about a later day (--on), or leave --capacity away: then "
            f"the capacities of the clinic register count."
        )
    found = clinic_counts_in(published, standing(reports, day), month)
    stand = Stand(day, month.last_day, {clinic: one.occupancy for clinic, one in found.items()}, kept_measures)
    vacant = vacancies((row for one in found.values() for row in one.rows), day)
    counting = {clinic: one for clinic, one in found.items() if clinic_counts(clinic, published)}
    return Kept(stand, month, vacant, counting, inputs)


def _reports(published: Published, path: Path | None) -> tuple[CapacityRow, ...]:
    return read_capacity_register(source_of(CAPACITY, path), published.known_clinics) if path else ()


def _measures(published: Published, path: Path | None) -> tuple[Measure, ...]:
    return read_measures(source_of(MEASURES, path), published) if path else ()


def fingerprint(register: str, path: Path) -> str:
    """Give the SHA-256 of the files of a table, in order."""
    return " ".join(sha256_of_file(file) for file in source_of(register, path).files)
