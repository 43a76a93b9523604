"""A way from today's citizens per capacity to what the national goal gives (R13, V64), and where the floor ends (R14).

How the norm comes down is not public. Assumed: the same step every year; need grows with the number of citizens of
each municipality, at the mean weight they have now; so many doctors make a capacity.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from fordel_dask.cycle.binding_number import BindingNumber, binding_number, floor_addition, floor_km2_of
from fordel_dask.law.provisions import whole
from fordel_dask.published import Area, Published

Growth = Mapping[tuple[int, str], Fraction]
"""Persons of a municipality in a year over those in the planning year, by year and municipality code."""


@dataclass(frozen=True)
class Goal:
    """So many ``doctors`` in a ``year``, of whom ``doctors_per_capacity`` (above 0) make one capacity."""

    year: int
    doctors: int
    doctors_per_capacity: Fraction

    @property
    def capacities(self) -> Fraction:
        """What the doctors make."""
        return self.doctors / self.doctors_per_capacity


@dataclass(frozen=True)
class NormYear:
    """One year of the path: citizens per capacity, the councils' numbers by id, and where the floor binds.

    ``citizens`` and ``weighted`` are the country's, as expected in the year.
    """

    year: int
    norm: Fraction
    citizens: Fraction
    weighted: Fraction
    councils: Mapping[str, BindingNumber]
    floor_binds_in: tuple[Area, ...]

    @property
    def need(self) -> Fraction:
        """Capacities that all councils need."""
        return sum((one.need for one in self.councils.values()), Fraction(0))

    @property
    def floor_addition(self) -> Fraction:
        """What the floor adds in the country."""
        return sum((one.floor_addition for one in self.councils.values()), Fraction(0))

    @property
    def maximum(self) -> int:
        """All councils' numbers with the floor."""
        return sum(one.with_floor for one in self.councils.values())

    @property
    def floor_lifts(self) -> tuple[str, ...]:
        """The councils whose number is larger for the floor, by id."""
        return tuple(code for code, one in self.councils.items() if one.with_floor > one.without_floor)


def goal_on(day: datetime.date, doctors_per_capacity: Fraction) -> Goal:
    """Give the national goal in force on a day."""
    return Goal(whole("goal.year", day), whole("goal.doctors", day), doctors_per_capacity)


def norm_path(published: Published, goal: Goal, growth: Growth | None = None) -> tuple[NormYear, ...]:
    """Give every year from the planning year to the goal's; without ``growth`` citizens stay as they are."""
    first, last = published.year, goal.year
    start = Fraction(published.rules.norm)
    end = _weighted(grown(published, last, growth).values()) / goal.capacities
    span = max(last - first, 1)
    return tuple(
        _year(published, year, start + (end - start) * Fraction(year - first, span), growth)
        for year in range(first, last + 1)
    )


def grown(published: Published, year: int, growth: Growth | None) -> dict[str, Area]:
    """Give the municipalities as they are expected in a year, by code."""
    factor = (growth or {}).get
    return {code: _times(area, factor((year, code), Fraction(1))) for code, area in published.municipalities.items()}


def _times(area: Area, factor: Fraction) -> Area:
    return replace(area, projected=area.projected * factor, weighted=area.weighted * factor)


def _weighted(areas: Iterable[Area]) -> Fraction:
    return sum((area.weighted for area in areas), Fraction(0))


def _year(published: Published, year: int, norm: Fraction, growth: Growth | None) -> NormYear:
    areas, km2 = grown(published, year, growth), floor_km2_of(published)
    own: dict[str, list[Area]] = {council_id: [] for council_id in published.councils}
    for area in areas.values():
        own[area.council_id].append(area)
    return NormYear(
        year=year,
        norm=norm,
        citizens=sum((area.projected for area in areas.values()), Fraction(0)),
        weighted=_weighted(areas.values()),
        councils={council_id: binding_number(its, norm, km2) for council_id, its in own.items()},
        floor_binds_in=tuple(area for area in areas.values() if floor_addition(area, norm, km2)),
    )


def floor_ends(path: tuple[NormYear, ...]) -> int | None:
    """Give the first year from which the floor adds nothing in any municipality; none within the path."""
    return _first_from(path, [not year.floor_binds_in for year in path])


def floor_lifts_no_council(path: tuple[NormYear, ...]) -> int | None:
    """Give the first year from which no council's number is larger for the floor; none within the path."""
    return _first_from(path, [not year.floor_lifts for year in path])


def _first_from(path: tuple[NormYear, ...], holds: list[bool]) -> int | None:
    """Give the first year from which something holds in every year to come."""
    ends = [year.year for n, year in enumerate(path) if all(holds[n:])]
    return ends[0] if ends else None
