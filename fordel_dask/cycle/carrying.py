"""What every clinic counts as in a month: its report, else its latest one before, else what the register has of it.

A report that has not come makes no room and loses no vacancy: nobody took the clinic's capacities away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.capacity_report import CapacityRow, Standing, occupancy_of
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.occupancy import NONE, Occupancy
from fordel_dask.cycle.whereabouts import rows_on
from fordel_dask.published import Published

REPORTED, CARRIED, REGISTERED = "reported", "carried", "register"
"""Where a clinic's figures of a month are from: its report, its latest one before, the clinic register."""

WRONG_SIZES = "Correct CAPACITIES in the reports, or the register."
LACKING_SIZES = (
    "Every row counts as 1, as the reports give no CAPACITIES; but clinics have parts of capacities. Add that column."
)
"""What to do about reported sizes that are not the register's."""


@dataclass(frozen=True)
class ClinicCount:
    """What a clinic counts as in a month.

    ``rows`` are those of its latest report up to the month, none where it was never reported; then its ``registered``
    capacities (0: none) count, all taken as occupied.
    """

    source: str
    rows: Sequence[CapacityRow]
    registered: Fraction

    @property
    def occupancy(self) -> Occupancy:
        """Its allocated and occupied capacities."""
        return occupancy_of(self.rows) if self.rows else Occupancy(self.registered, self.registered)

    @property
    def filled(self) -> Fraction:
        """What is filled of its capacities, counted by share (V60)."""
        return occupancy_of(self.rows, by_share=True).occupied if self.rows else self.registered


def clinic_counts_in(published: Published, counting: Standing, month: Month) -> dict[str, ClinicCount]:
    """Give what each clinic counts as in a month, by ydernummer in order; ``counting`` are the reports that count.

    A clinic that the register has rows of, but none at the month's end, is carried no further: it is gone. Nor is one
    whose successor has reported since, or a capacity that another clinic has: those took over.
    """
    latest = latest_reports(counting, month)
    in_force, ever = rows_on(published, month.last_day), {row.ydernummer for row in published.register}
    found: dict[str, ClinicCount] = {}
    for clinic in sorted((latest.keys() | in_force.keys()) - _succeeded(published, counting, month)):
        row, rows = in_force.get(clinic), latest.get(clinic, [])
        registered = (row.capacities if row else None) or Fraction(0)
        if rows and rows[0].month == month:
            found[clinic] = ClinicCount(REPORTED, rows, registered)
        elif rows and (row is not None or clinic not in ever):
            found[clinic] = ClinicCount(CARRIED, rows, registered)
        elif clinic not in latest and registered:
            found[clinic] = ClinicCount(REGISTERED, (), registered)
    return found


def latest_reports(counting: Standing, month: Month) -> dict[str, list[CapacityRow]]:
    """Give the rows of each clinic's latest report up to a month, less the capacities that others reported since.

    A clinic all of whose capacities were taken over has no rows left.
    """
    up_to = {key: rows for key, rows in counting.items() if key[0] <= month}
    newest = {row.capacity_id: its_month for (its_month, _), rows in up_to.items() for row in rows}
    latest = {clinic: rows for (_, clinic), rows in up_to.items()}
    return {clinic: [row for row in rows if row.month == newest[row.capacity_id]] for clinic, rows in latest.items()}


def _succeeded(published: Published, counting: Standing, month: Month) -> set[str]:
    """Give the clinics whose successor by the register was reported later than they were, up to a month."""
    last = {clinic: its_month for its_month, clinic in counting if its_month <= month}
    pairs = {(row.predecessor, row.ydernummer) for row in published.register if row.predecessor}
    return {old for old, new in pairs if new in last and (old not in last or last[old] < last[new])}


@dataclass(frozen=True)
class Sizes:
    """How the capacities that clinics report compare with those they are registered with.

    ``unlike`` clinics report others in all; ``are_told`` is whether any reported capacity is other than a whole one,
    and ``unwhole`` clinics are registered with no whole number.
    """

    unlike: int
    are_told: bool
    unwhole: int

    @property
    def are_lacking(self) -> bool:
        """Whether sizes seem not to be delivered: all are whole, and some clinics' are registered as not."""
        return not self.are_told and self.unwhole > 0


def sizes(counts: Iterable[ClinicCount]) -> Sizes:
    """Compare the reports of clinics with the register."""
    reported = [one for one in counts if one.rows]
    return Sizes(
        unlike=sum(one.occupancy.allocated != one.registered for one in reported),
        are_told=any(row.capacities != 1 for one in reported for row in one.rows),
        unwhole=sum(one.registered.denominator != 1 for one in reported),
    )


@dataclass(frozen=True)
class Unreported:
    """Clinics without a report of a month, and what they count as: as last reported, or as registered."""

    carried: int = 0
    carried_as: Occupancy = NONE
    registered: int = 0
    registered_as: Occupancy = NONE

    @property
    def occupancy(self) -> Occupancy:
        """What all of them count as."""
        return self.carried_as + self.registered_as


def unreported(counts: Iterable[ClinicCount]) -> Unreported:
    """Add up the clinics without a report of their own."""
    by_source: Mapping[str, list[Occupancy]] = {CARRIED: [], REGISTERED: []}
    for one in counts:
        if one.source != REPORTED:
            by_source[one.source].append(one.occupancy)
    carried, registered = by_source[CARRIED], by_source[REGISTERED]
    return Unreported(len(carried), sum(carried, NONE), len(registered), sum(registered, NONE))
