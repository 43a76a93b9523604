"""Room 5, score: coefficients become weights of citizens, summed by municipality and clinic."""

from fordel_dask.scoring.citizens import CitizenCounts, count_citizens
from fordel_dask.scoring.life_expectancy import correction_factors, life_expectancies
from fordel_dask.scoring.planning_areas import PlanningPlaces, PlanningSums, planning_places, score_places
from fordel_dask.scoring.scores import ScoreSums, places_of_age, score_strata
from fordel_dask.scoring.weighting import Weighting, weigh

__all__ = [
    "CitizenCounts",
    "PlanningPlaces",
    "PlanningSums",
    "ScoreSums",
    "Weighting",
    "correction_factors",
    "count_citizens",
    "life_expectancies",
    "places_of_age",
    "planning_places",
    "score_places",
    "score_strata",
    "weigh",
]
