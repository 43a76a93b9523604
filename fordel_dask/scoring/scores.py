"""Weights summed over the citizens of clinics and, for a projection, of ages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.scoring.citizens import sums_by, sums_of_pairs
from fordel_dask.scoring.weighting import Weighting
from fordel_dask.strata import CITIZENS, Strata

Integers = NDArray[np.int64]
SEXES = 2


@dataclass(frozen=True)
class ScoreSums:
    """Sums over group-1 citizens; the first row of a clinic axis is for those without a clinic.

    ``raw`` Σ r (clinics + 1, municipalities) and ``prediction`` Σ x'β (clinics + 1), 10⁻⁶
    kroner; ``below_zero`` citizens with x'β < 0; ``nano`` Σ w (clinics + 1), 10⁻⁹;
    ``age_nano`` Σ w and ``age_citizens`` (municipalities, sexes × ages), for a projection.
    """

    raw: Integers
    prediction: Integers
    below_zero: Integers
    nano: Integers
    age_nano: Integers
    age_citizens: Integers


def score_strata(
    strata: Strata, ages: Strata, shape: tuple[int, int], highest_age: int | None, weighting: Weighting
) -> ScoreSums:
    """Sum the weights of citizens; ``shape`` is clinics + 1 and municipalities, ``highest_age`` that of the projection.

    ``ages`` are strata by municipality, cell, and sex and age; nobody if there is no projection.
    """
    clinics, municipalities = shape
    cells = weighting.prediction.size
    clinic, home, cell = strata.traits((*shape, cells))
    citizens = strata.sums[CITIZENS]
    by_age = (municipalities, places_of_age(highest_age))
    own_home, own_cell, age = ages.traits((municipalities, cells, max(by_age[1], 1)))
    alike, weight = ages.sums[0], weighting.nano[own_home, own_cell]
    below_zero = weighting.prediction[cell] < 0
    return ScoreSums(
        raw=sums_of_pairs(clinic, home, citizens * weighting.raw[cell], shape),
        prediction=sums_by(clinic, citizens * weighting.prediction[cell], clinics),
        below_zero=sums_by(clinic, citizens * below_zero, clinics),
        nano=sums_by(clinic, citizens * weighting.nano[home, cell], clinics),
        age_nano=sums_of_pairs(own_home, age, alike * weight, by_age),
        age_citizens=sums_of_pairs(own_home, age, alike, by_age),
    )


def places_of_age(highest_age: int | None) -> int:
    """Give the number of sexes and ages of a projection up to this age, 0 where there is none."""
    return 0 if highest_age is None else SEXES * (highest_age + 1)
