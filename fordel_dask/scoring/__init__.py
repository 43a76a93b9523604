"""Room 5, score: coefficients become weights of citizens, summed by municipality and clinic."""

from fordel_dask.scoring.citizens import CitizenCounts, count_citizens
from fordel_dask.scoring.homes import HomeCells, Homes
from fordel_dask.scoring.life_expectancy import Correction, LifeExpectancies, Lives, correction_of
from fordel_dask.scoring.planning_areas import PlanningSums, score_places
from fordel_dask.scoring.planning_places import PlanningPlaces, planning_places
from fordel_dask.scoring.scores import (
    GroupScores,
    ScoreSums,
    places_of_age,
    score_ages,
    score_municipalities,
    score_strata,
)
from fordel_dask.scoring.weighting import Weighting, weigh

__all__ = [
    "CitizenCounts",
    "Correction",
    "GroupScores",
    "HomeCells",
    "Homes",
    "LifeExpectancies",
    "Lives",
    "PlanningPlaces",
    "PlanningSums",
    "ScoreSums",
    "Weighting",
    "correction_of",
    "count_citizens",
    "places_of_age",
    "planning_places",
    "score_ages",
    "score_municipalities",
    "score_places",
    "score_strata",
    "weigh",
]
