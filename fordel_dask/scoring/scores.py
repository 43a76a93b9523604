"""Weights summed over the citizens of clinics, of municipalities and, for a projection, of ages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.model.design import Design
from fordel_dask.privacy import redacted
from fordel_dask.scoring.citizens import sums_by, sums_of_pairs
from fordel_dask.scoring.homes import HomeCells
from fordel_dask.scoring.weighting import Weighting
from fordel_dask.strata import CITIZENS, Strata

Integers = NDArray[np.int64]
SEXES = 2


@redacted
@dataclass(frozen=True)
class GroupScores:
    """Sums over the citizens of groups: clinics, or municipalities.

    ``by_column`` citizens (groups, columns); ``raw`` Σ r (groups, factors of the correction) and ``prediction`` Σ x'β
    (groups), 10⁻⁶ kroner; ``below_zero`` citizens with x'β < 0; ``nano`` Σ w (groups), 10⁻⁹.
    """

    by_column: Integers
    raw: Integers
    prediction: Integers
    below_zero: Integers
    nano: Integers


@redacted
@dataclass(frozen=True)
class ScoreSums:
    """Sums over citizens; the first row of ``clinics`` is for those without one.

    ``age_nano`` Σ w and ``age_citizens`` (municipalities, sexes × ages), for a projection.
    """

    clinics: GroupScores
    municipalities: GroupScores
    age_nano: Integers
    age_citizens: Integers


def score_strata(
    strata: Strata, shape: tuple[int, int, int], by_home: HomeCells, weighting: Weighting, design: Design
) -> GroupScores:
    """Sum the weights of citizens by clinic; ``shape`` is clinics + 1, homes and cells."""
    clinic, _, cell = strata.traits(shape)
    return _scores(clinic, cell, by_home.of_stratum, strata.sums[CITIZENS], (shape[0], weighting, design))


def score_municipalities(by_home: HomeCells, municipalities: int, weighting: Weighting, design: Design) -> GroupScores:
    """Sum the weights of citizens by municipality of residence."""
    pairs = np.arange(by_home.citizens.size)
    groups = (municipalities, weighting, design)
    return _scores(by_home.municipality, by_home.cell, pairs, by_home.citizens, groups)


def _scores(
    group: Integers, cell: Integers, pair: Integers, citizens: Integers, of: tuple[int, Weighting, Design]
) -> GroupScores:
    """Sum over lines of citizens, each with its group, cell, and pair of home and cell."""
    groups, weighting, design = of
    factors = len(weighting.factors)
    return GroupScores(
        by_column=_by_column(group, cell, citizens, groups, design),
        raw=sums_of_pairs(group, weighting.factor_of_pair[pair], citizens * weighting.raw[cell], (groups, factors)),
        prediction=sums_by(group, citizens * weighting.prediction[cell], groups),
        below_zero=sums_by(group, citizens * (weighting.prediction[cell] < 0), groups),
        nano=sums_by(group, citizens * weighting.nano[pair], groups),
    )


def _by_column(group: Integers, cell: Integers, citizens: Integers, groups: int, design: Design) -> Integers:
    """Count dummies by group, term by term: −1, a term at its reference, becomes a spare first column."""
    counts = np.zeros((groups, 1 + len(design.columns)), dtype=np.int64)
    for column_of_cell in design.columns_of_cell.T:
        counts += sums_of_pairs(group, 1 + column_of_cell[cell], citizens, counts.shape)
    return counts[:, 1:]


def score_ages(
    ages: Strata, by_home: HomeCells, shape: tuple[int, int, int], municipality_of_home: Integers, weighting: Weighting
) -> tuple[Integers, Integers]:
    """Sum weights and citizens by municipality, and sex and age; ``shape`` is homes, cells, and sexes × ages."""
    home, cell, age = ages.traits((shape[0], shape[1], max(shape[2], 1)))
    municipality, alike = municipality_of_home[home], ages.sums[0]
    by_age = (int(municipality_of_home.max()) + 1, shape[2])
    weighted = alike * weighting.nano[by_home.find(home, cell)]
    return sums_of_pairs(municipality, age, weighted, by_age), sums_of_pairs(municipality, age, alike, by_age)


def places_of_age(highest_age: int | None) -> int:
    """Give the number of sexes and ages of a projection up to this age, 0 where there is none."""
    return 0 if highest_age is None else SEXES * (highest_age + 1)
