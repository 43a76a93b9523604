"""Planning places: planning areas, and for each municipality its citizens outside all its areas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.nation import Nation
from fordel_dask.scoring.citizens import sums_by
from fordel_dask.scoring.weighting import Weighting
from fordel_dask.strata import Strata

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


@dataclass(frozen=True)
class PlanningSums:
    """Citizens of group 1 and their weights (10⁻⁹) by planning place."""

    citizens: Integers
    nano: Integers


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


def score_places(alike: Strata, places: PlanningPlaces, weighting: Weighting) -> PlanningSums:
    """Sum the weights of citizens by planning place; ``alike`` are strata by place and cell."""
    place, cell = alike.traits((places.places, weighting.prediction.size))
    citizens = alike.sums[0]
    weight = weighting.nano[places.homes()[place], cell]
    return PlanningSums(sums_by(place, citizens, places.places), sums_by(place, citizens * weight, places.places))
