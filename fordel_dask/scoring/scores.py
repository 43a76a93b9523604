"""Weights summed over the citizens of clinics and, for a projection, of ages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.tallies import tally_by
from fordel_dask.scoring.weighting import Weighting

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

    def __add__(self, other: "ScoreSums") -> "ScoreSums":
        return ScoreSums(
            self.raw + other.raw,
            self.prediction + other.prediction,
            self.below_zero + other.below_zero,
            self.nano + other.nano,
            self.age_nano + other.age_nano,
            self.age_citizens + other.age_citizens,
        )


@dataclass(frozen=True)
class Citizens:
    """The citizens of one partition: clinic (0 for none), municipality, cell, sex and age, and who is in group 1."""

    clinic: Integers
    municipality: Integers
    cell: Integers
    sex: Integers
    age: Integers
    group_1: NDArray[np.bool_]


def score_partition(clinics: int, highest_age: int | None, weighting: Weighting, who: Citizens) -> ScoreSums:
    """Sum the weights of one partition; ``highest_age`` is that of the projection, if there is one."""
    municipalities = len(weighting.factors)
    nothing = np.zeros(who.clinic.size, dtype=np.int64)
    prediction = weighting.prediction[who.cell]
    weight = weighting.nano[who.municipality, who.cell]
    by_clinic = np.zeros((3, clinics), dtype=np.int64)
    raw = np.zeros((clinics, municipalities), dtype=np.int64)
    tally_by(who.clinic, who.municipality, weighting.raw[who.cell], who.group_1, raw)
    for sums, value in zip(by_clinic, (prediction, (prediction < 0).astype(np.int64), weight), strict=True):
        tally_by(who.clinic, nothing, value, who.group_1, sums[:, None])
    ages = 0 if highest_age is None else highest_age + 1
    age_nano = np.zeros((municipalities, SEXES * ages), dtype=np.int64)
    age_citizens = np.zeros_like(age_nano)
    if highest_age is not None:
        age = (who.sex - 1) * ages + np.minimum(who.age, highest_age)
        tally_by(who.municipality, age, weight, who.group_1, age_nano)
        tally_by(who.municipality, age, np.ones_like(nothing), who.group_1, age_citizens)
    return ScoreSums(raw, by_clinic[0], by_clinic[1], by_clinic[2], age_nano, age_citizens)
