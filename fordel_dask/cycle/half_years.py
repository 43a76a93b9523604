"""Which half-year a follow-up is of when nobody says: the last complete one, not one of which little is reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.cycle.capacity_report import Standing
from fordel_dask.cycle.carrying import REPORTED, clinic_counts_in
from fordel_dask.cycle.months import Month, Period, period_with
from fordel_dask.published import Published


@dataclass(frozen=True)
class Response:
    """How many clinics reported a month, of those that count in it."""

    month: Month
    reported: int
    clinics: int

    @property
    def is_half(self) -> bool:
        """Whether at least half of them did."""
        return 2 * self.reported >= self.clinics


def responses(published: Published, counting: Standing, months: Sequence[Month]) -> tuple[Response, ...]:
    """Count who reported each of some months."""
    found = []
    for month in months:
        sources = [one.source for one in clinic_counts_in(published, counting, month).values()]
        found.append(Response(month, sources.count(REPORTED), len(sources)))
    return tuple(found)


def usual_period(told: Sequence[Response], length: int) -> tuple[Period, str]:
    """Give the half-year that is followed when nobody says which, and why it is that one.

    It is the last complete one: whose last month at least half of the clinics reported. While there is none, it is
    that of the last month that at least half reported, or of the last month of all. ``told``: at least one month,
    in order.
    """
    newest = told[-1]
    halves = [one for one in told if one.is_half]
    complete = [one for one in halves if _ends_a_period(one.month, length)]
    taken = complete[-1] if complete else (halves or [newest])[-1]
    period, latest = period_with(taken.month, length), period_with(newest.month, length)
    words = "the last complete one" if complete else "none is complete; the one of the last well reported month"
    if latest == period:
        return period, words
    few = f"of {newest.month} {newest.reported:,} of {newest.clinics:,} clinics have reported"
    return period, f"{words}, since {latest} is not complete: {few} (--half-year {latest} shows it)"


def _ends_a_period(month: Month, length: int) -> bool:
    return period_with(month, length).months[-1] == month
