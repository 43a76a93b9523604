"""What is known of areas once citizens have weights: municipalities, who is enrolled elsewhere, planning areas."""

import numpy as np

from fordel_dask.capacity import PlanningNeed, planning_needs
from fordel_dask.capacity.area import AreaNeed, AreaSums, moves_need
from fordel_dask.nation import Nation
from fordel_dask.pass_rules import PassRules
from fordel_dask.passes import CitizenSums
from fordel_dask.scoring import CitizenCounts, ScoreSums, Weighting, score_places
from fordel_dask.strata import CITIZENS


def planning_area_needs(
    nation: Nation,
    areas: tuple[AreaNeed, ...],
    counts: CitizenCounts,
    sums: CitizenSums,
    rules: PassRules,
    weighting: Weighting,
) -> tuple[PlanningNeed, ...]:
    """Give the need of planning areas below the council; none without areas."""
    if rules.planning_places is None:
        return ()
    home_of_place = rules.homes.of_places(rules.planning_places)
    found = score_places(sums.by_planning_place, rules.planning_places, home_of_place, counts.by_home, weighting)
    return planning_needs(nation, areas, found.citizens.tolist(), found.nano.tolist())


def area_sums(
    nation: Nation,
    counts: CitizenCounts,
    scores: ScoreSums,
    sums: CitizenSums,
    rules: PassRules,
    weighting: Weighting,
) -> AreaSums:
    """Give what is known of each municipality: citizens, persons, weights, ages, and where their clinics lie."""
    moves = moves_need(rules.model.capacity)
    return AreaSums(
        citizens=counts.by_municipality.tolist(),
        persons=counts.persons.tolist(),
        weighted_nano=scores.municipalities.nano.tolist(),
        age_nano=scores.age_nano,
        age_citizens=scores.age_citizens,
        enrolled=enrolled_elsewhere(nation, counts, sums, rules, weighting) if moves else {},
    )


def enrolled_elsewhere(
    nation: Nation,
    counts: CitizenCounts,
    sums: CitizenSums,
    rules: PassRules,
    weighting: Weighting,
) -> dict[tuple[int, int], tuple[int, int]]:
    """Give citizens and their weights by municipality of residence and, another one, of their registered clinic."""
    clinic, home, _ = sums.strata.traits(rules.shape)
    of_clinic = np.array([-1, *(-1 if one.municipality is None else one.municipality for one in nation.clinics)])
    place, lives = of_clinic[clinic], rules.homes.municipality()[home]
    away = (place >= 0) & (place != lives)
    pairs, number = np.unique(lives[away] * len(nation.municipalities) + place[away], return_inverse=True)
    found = np.zeros((2, pairs.size), np.int64)
    citizens = sums.strata.sums[CITIZENS][away]
    np.add.at(found[0], number, citizens)
    np.add.at(found[1], number, citizens * weighting.nano[counts.by_home.of_stratum[away]])
    keys = (divmod(int(pair), len(nation.municipalities)) for pair in pairs)
    return dict(zip(keys, zip(*found.tolist(), strict=True), strict=True))
