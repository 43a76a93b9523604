"""Need, capacities and coverage of municipalities (guidance, R12) and of planning areas below them (R20)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from fordel_dask.cycle.binding_number import exact_need, floor_addition, floor_km2_of
from fordel_dask.cycle.capacity_report import counted
from fordel_dask.cycle.occupancy import NONE, Occupancy
from fordel_dask.cycle.stand import Stand
from fordel_dask.cycle.whereabouts import (
    AreaKey,
    area_by_clinic,
    areas_by_municipality,
    municipality_by_clinic,
    point_of,
    with_rest,
)
from fordel_dask.law.rounding import NANO
from fordel_dask.printing import ratio
from fordel_dask.published import Area, Published

HALF_OF_LAST_DECIMAL = Fraction(1, 2 * NANO)


@dataclass(frozen=True)
class AreaStatus:
    """A municipality or planning area with its clinics' capacities; ``floor_addition`` is 0 for planning areas.

    ``is_told`` is whether all capacities that lie there can be known: no clinic can be found in a planning area
    without a point. What of a municipality lies in no area that is known has clinics, and still no coverage.
    """

    area: Area
    need: Fraction
    floor_addition: Fraction
    clinics: int
    occupancy: Occupancy
    is_told: bool = True

    @property
    def coverage(self) -> Fraction | None:
        """Occupied capacities over need; none where nothing is needed, or capacities are not told."""
        return ratio(self.occupancy.occupied, self.need) if self.is_told else None

    @property
    def unmet(self) -> Fraction | None:
        """Need that no occupied capacity meets; below 0 there are more than needed; none where that is not told."""
        return self.need - self.occupancy.occupied if self.is_told else None


def municipality_statuses(published: Published, stand: Stand) -> tuple[AreaStatus, ...]:
    """Give every municipality's status, by code; the floor as it is in the RUN, or would be were it on."""
    places, taken = municipality_by_clinic(published, stand.counted_on), counted(stand.occupancy, published)
    own: dict[str, list[Occupancy]] = {}
    for clinic, occupancy in taken.items():
        own.setdefault(places.get(clinic, ""), []).append(occupancy)
    norm, km2 = published.rules.norm, floor_km2_of(published)
    return tuple(
        _status(area, norm, own.get(code, ()), floor_addition(area, norm, km2))
        for code, area in published.municipalities.items()
    )


def planning_area_statuses(published: Published, stand: Stand) -> tuple[AreaStatus, ...]:
    """Give the status of every planning area, and of what of its municipality lies in none, if there is any.

    The areas of a municipality have all its citizens, need, clinics and capacities between them. Where clinics of a
    municipality have capacities and none of them has a point, nothing is told of any of its areas.
    """
    at, taken = area_by_clinic(published, stand.counted_on), counted(stand.occupancy, published)
    own: dict[AreaKey, list[Occupancy]] = {}
    for clinic, occupancy in taken.items():
        if clinic in at:
            own.setdefault(at[clinic], []).append(occupancy)
    areas = with_rest(published, areas_by_municipality(published))
    with_clinics = {place for place, _ in own}
    located = {place for place, code in own if code}
    told = {place for place, _ in areas if place in located or place not in with_clinics}
    return tuple(
        replace(
            _status(area, published.rules.norm, own.get(key, ())),
            is_told=key[0] in told and area.code != "" and point_of(area) is not None,
        )
        for key, area in areas.items()
        if area.code or area.citizens or key in own
    )


def _status(area: Area, norm: int, taken: Iterable[Occupancy], added: Fraction = Fraction(0)) -> AreaStatus:
    clinics = tuple(taken)
    return AreaStatus(area, exact_need(area, norm), added, len(clinics), sum(clinics, NONE))


def not_summing(published: Published) -> tuple[str, ...]:
    """Give the municipalities whose planning areas do not sum to their citizens and weighted citizens.

    Weighted citizens of an area are printed with 9 decimals, so that each may hide half of the last one.
    """
    found = []
    for place, areas in areas_by_municipality(published).items():
        whole = published.municipalities[place]
        lost = abs(sum((area.weighted for area in areas), Fraction(0)) - whole.weighted)
        if sum(area.citizens for area in areas) != whole.citizens or lost > len(areas) * HALF_OF_LAST_DECIMAL:
            found.append(place)
    return tuple(found)
