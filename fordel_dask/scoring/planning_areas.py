"""Weights summed over the citizens of planning places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.privacy import redacted
from fordel_dask.scoring.citizens import sums_by
from fordel_dask.scoring.homes import HomeCells
from fordel_dask.scoring.planning_places import PlanningPlaces
from fordel_dask.scoring.weighting import Weighting
from fordel_dask.strata import Strata

Integers = NDArray[np.int64]


@redacted
@dataclass(frozen=True)
class PlanningSums:
    """Citizens of group 1 and their weights (10⁻⁹) by planning place."""

    citizens: Integers
    nano: Integers


def score_places(
    alike: Strata, places: PlanningPlaces, home_of_place: Integers, by_home: HomeCells, weighting: Weighting
) -> PlanningSums:
    """Sum the weights of citizens by planning place; ``alike`` are strata by place and cell."""
    place, cell = alike.traits((places.places, by_home.cells))
    citizens = alike.sums[0]
    weight = weighting.nano[by_home.find(home_of_place[place], cell)]
    return PlanningSums(sums_by(place, citizens, places.places), sums_by(place, citizens * weight, places.places))
