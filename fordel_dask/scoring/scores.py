"""Weights summed over the citizens of clinics and, for a projection, of ages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.scoring.citizens import counts_of_pairs
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
    clinic, home, cell = who.clinic[who.group_1], who.municipality[who.group_1], who.cell[who.group_1]
    prediction, weight = weighting.prediction[cell], weighting.nano[home, cell]
    ages = 0 if highest_age is None else highest_age + 1
    by_age = (municipalities, SEXES * ages)
    age_nano, age_citizens = np.zeros((2, *by_age), dtype=np.int64)
    if highest_age is not None:
        age = ((who.sex - 1) * ages + np.minimum(who.age, highest_age))[who.group_1]
        age_nano = _sums_of_pairs(home, age, weight, by_age)
        age_citizens = counts_of_pairs(home, age, by_age)
    return ScoreSums(
        raw=_sums_of_pairs(clinic, home, weighting.raw[cell], (clinics, municipalities)),
        prediction=_sums(clinic, prediction, clinics),
        below_zero=np.bincount(clinic[prediction < 0], minlength=clinics),
        nano=_sums(clinic, weight, clinics),
        age_nano=age_nano,
        age_citizens=age_citizens,
    )


def _sums_of_pairs(row: Integers, column: Integers, value: Integers, shape: tuple[int, int]) -> Integers:
    """Sum a value by (row, column)."""
    return _sums(row * shape[1] + column, value, shape[0] * shape[1]).reshape(shape)


def _sums(place: Integers, value: Integers, places: int) -> Integers:
    """Sum a value by place, in whole numbers: the weights of ``bincount`` are floats, exact up to 2⁵³ only."""
    sums = np.zeros(places, dtype=np.int64)
    np.add.at(sums, place, value)
    return sums
