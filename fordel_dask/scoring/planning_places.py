"""Planning places: planning areas, and for each municipality its citizens outside all its areas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.nation import Nation

Integers = NDArray[np.int64]
NO_AREA = -1


@dataclass(frozen=True)
class PlanningPlaces:
    """Places that planning areas divide the nation into: first the areas, then what is left of each municipality.

    ``area_of_code`` is the area (position) of each entry of the code book of areas, −1 for one that is no area of the
    table; ``home_of_area`` the municipality (position) of each area; ``municipalities`` their number.
    """

    area_of_code: tuple[int, ...]
    home_of_area: tuple[int, ...]
    municipalities: int

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.home_of_area) + self.municipalities

    def homes(self) -> Integers:
        """Give the municipality of each place."""
        return np.array([*self.home_of_area, *range(self.municipalities)], np.int64)

    def of_citizens(self, code: NDArray[np.int16], municipality: Integers) -> Integers:
        """Give the place of each citizen; −1 as ``code`` is blank.

        Who lives in another municipality than the area is delivered for lives outside its areas: councils and
        municipalities count by KOM.
        """
        area = np.array([*self.area_of_code, NO_AREA], np.int64)[code]
        home = np.array([*self.home_of_area, NO_AREA], np.int64)[area]
        outside = (area == NO_AREA) | (home != municipality)
        return np.where(outside, len(self.home_of_area) + municipality, area)


def planning_places(nation: Nation, codes: Sequence[str]) -> PlanningPlaces | None:
    """Give the planning places of a nation; none where no areas were delivered.

    ``codes`` is the code book of the areas that citizens were delivered for.
    """
    if not nation.areas:
        return None
    position = {area.code: n for n, area in enumerate(nation.areas)}
    return PlanningPlaces(
        area_of_code=tuple(position.get(code, NO_AREA) for code in codes),
        home_of_area=tuple(area.municipality for area in nation.areas),
        municipalities=len(nation.municipalities),
    )
