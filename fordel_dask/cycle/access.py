"""Access (R14): who can choose between open clinics nearby, as the crow flies between points of areas and clinics.

All citizens of a planning area stand at its point. What has no point is counted and said, never guessed.
"""

import bisect
import datetime
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from fordel_dask.cycle.whereabouts import Point, point_of, rows_on, square_metres
from fordel_dask.law.provisions import whole
from fordel_dask.printing import ratio
from fordel_dask.published import Area, Published

METRES = 1000


@dataclass(frozen=True)
class OpenClinics:
    """The points of clinics that take new patients, and how many of the register's clinics could not be told.

    ``near`` is how far away a clinic may be, in metres; ``wanted`` how many a citizen should find.
    """

    points: tuple[Point, ...]
    without_mark: int
    without_point: int
    near: int
    wanted: int

    @cached_property
    def _from_west(self) -> list[Point]:
        return sorted(self.points)

    def around(self, here: Point) -> int:
        """Give how many there are near a point, the distance itself included."""
        west = bisect.bisect_left(self._from_west, (here[0] - self.near,))
        east = bisect.bisect_left(self._from_west, (here[0] + self.near + 1,))
        return sum(square_metres(here, point) <= self.near**2 for point in self._from_west[west:east])


@dataclass(frozen=True)
class Access:
    """How many citizens live where, of whose area a point is known (``located``), and can choose (``reached``)."""

    citizens: int = 0
    located: int = 0
    reached: int = 0

    def __add__(self, other: "Access") -> "Access":
        return Access(self.citizens + other.citizens, self.located + other.located, self.reached + other.reached)

    @property
    def share(self) -> Fraction | None:
        """Citizens who can choose, of those located; none where nobody is."""
        return ratio(self.reached, self.located)

    @property
    def unlocated(self) -> int:
        """Citizens of whom it cannot be said."""
        return self.citizens - self.located


def open_clinics(published: Published, day: datetime.date) -> OpenClinics:
    """Give the clinics registered on a day and marked as open; distance and number are those of the law then."""
    rows = rows_on(published, day).values()
    open_rows = [row for row in rows if row.is_open]
    points = [point_of(row) for row in open_rows]
    return OpenClinics(
        points=tuple(point for point in points if point is not None),
        without_mark=sum(row.is_open is None for row in rows),
        without_point=sum(point is None for point in points),
        near=whole("access.km", day) * METRES,
        wanted=whole("access.clinics", day),
    )


def smallest_areas(published: Published) -> tuple[Area, ...]:
    """Give the parts of which the country is made: planning areas, and municipalities that have none."""
    divided = {area.municipality_code for area in published.areas}
    whole_ones = (area for code, area in published.municipalities.items() if code not in divided)
    return (*published.areas, *whole_ones)
