"""Who can choose between open clinics nearby, kept up to date while clinics are added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fordel_dask.cycle.access import Access, OpenClinics
from fordel_dask.cycle.whereabouts import Point, point_of, square_metres
from fordel_dask.published import Area


@dataclass(frozen=True)
class Reach:
    """The smallest areas and, of each that has a point, how many open clinics are near (by its place in ``areas``)."""

    areas: Sequence[Area]
    near: int
    wanted: int
    clinics_around: Mapping[int, int]

    @property
    def without_point(self) -> int:
        """How many of the areas have no point."""
        return len(self.areas) - len(self.clinics_around)

    def with_clinic_at(self, point: Point) -> "Reach":
        """Give the same with one open clinic more."""
        around = dict(self.clinics_around)
        for number in around:
            here = point_of(self.areas[number])
            around[number] += here is not None and square_metres(here, point) <= self.near**2
        return replace(self, clinics_around=around)

    def by_area(self) -> Iterator[tuple[Area, Access]]:
        """Give the access of the citizens of each area."""
        return ((area, self._access_of(number, area)) for number, area in enumerate(self.areas))

    def access(self, council_id: str | None = None) -> Access:
        """Give the access of the citizens of a council, or of the country."""
        own = (found for area, found in self.by_area() if council_id in (None, area.council_id))
        return sum(own, Access())

    def _access_of(self, number: int, area: Area) -> Access:
        around = self.clinics_around.get(number)
        if around is None:
            return Access(area.citizens)
        return Access(area.citizens, area.citizens, area.citizens if around >= self.wanted else 0)


def reach_of(areas: Sequence[Area], clinics: OpenClinics) -> Reach:
    """Give who can choose now."""
    points = {number: point_of(area) for number, area in enumerate(areas)}
    around = {number: clinics.around(point) for number, point in points.items() if point is not None}
    return Reach(areas, clinics.near, clinics.wanted, around)
