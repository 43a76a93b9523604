"""Standard errors of the coefficients, exact until the last step (model section 5.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask import exact
from fordel_dask.errors import EstimationError
from fordel_dask.exact import OERE_PER_KRONE
from fordel_dask.law.rounding import MICRO
from fordel_dask.model.design import Design
from fordel_dask.strata import ClinicSums, unpacked
from fordel_dask.weights.fit import Fit
from fordel_dask.weights.sample import SampleSums

Integers = NDArray[np.int64]
Objects = NDArray[np.object_]
"""Whole numbers of any size."""
FEE_SCALE = MICRO // OERE_PER_KRONE


@dataclass(frozen=True)
class Scatter:
    """How far fees lie from what is predicted: Σ g g' of scores g, in squared days × 10⁻⁶ kroner, and a factor.

    A score is a clinic's for clustered errors, a citizen's for HC0.
    """

    middle: tuple[tuple[int, ...], ...]
    factor: Fraction

    def errors(self, fit: Fit) -> list[int]:
        """Give the standard errors in 10⁻⁶ kroner."""
        return exact.standard_errors(fit.inverse, self.middle, self.factor)


def scatter_by_clinic(fit: Fit, sums: ClinicSums, sample: SampleSums, clinics: int, year_days: int) -> Scatter:
    """Give what clinic-clustered standard errors come from.

    With the factor C/(C−1) · (n−1)/(n−p): what statsmodels gives for WLS with exposure as
    weights and ``cov_type="cluster"``.
    """
    citizens, terms = int(sample.citizens.sum()), len(fit.columns)
    if citizens <= terms:
        raise EstimationError(
            f"Clustered standard errors of {terms} coefficients need more citizens than that in the estimation "
            f"sample; there are {citizens:,}."
        )
    factor = Fraction(clinics, clinics - 1) * Fraction(citizens - 1, citizens - terms)
    return _scatter(cross_products(clinic_scores(fit, sums, year_days)), factor)


def clinic_scores(fit: Fit, sums: ClinicSums, year_days: int) -> Objects:
    """Give Σ (D y − e x'β) x of each clinic, exact: days × 10⁻⁶ kroner."""
    beta = np.zeros(sums.moments.shape[1], np.int64)
    beta[list(fit.columns)] = fit.micro
    columns = list(fit.columns)
    expected = np.stack([(unpacked(gram, beta.size) @ beta)[columns] for gram in sums.grams])
    fees = sums.moments[:, columns].astype(object) * (year_days * FEE_SCALE)
    return np.asarray(fees - expected)


def cross_products(rows: Objects) -> Objects:
    """Give Σ g g' of rows of whole numbers of any size, exactly.

    Cut into limbs so short that every sum of products is a whole number below 2⁵³: float64 holds
    it exactly, in whatever order it is summed.
    """
    limb = 1 << (53 - len(rows).bit_length()) // 2
    limbs = list(_limbs(rows, limb))
    total: Objects = np.zeros((rows.shape[1], rows.shape[1]), dtype=object)
    for i, left in enumerate(limbs):
        for j, right in enumerate(limbs):
            total += (left.T @ right).astype(np.int64).astype(object) * limb ** (i + j)
    return total


def _limbs(values: Objects, limb: int) -> Iterator[NDArray[np.float64]]:
    sign, rest = np.where(values < 0, -1.0, 1.0), np.abs(values)
    while rest.any():
        yield (rest % limb).astype(np.float64) * sign
        rest = rest // limb


def scatter_by_citizen(fit: Fit, sample: SampleSums, design: Design, year_days: int) -> Scatter:
    """Give what standard errors robust to unequal variance (HC0) come from, by sums by cell."""
    size = len(fit.columns)
    position = {column: n for n, column in enumerate(fit.columns)}
    middle: Objects = np.zeros((size, size), dtype=object)
    scale = year_days * FEE_SCALE
    for cell in np.flatnonzero(sample.citizens):
        ee, ey, yy = sample.squares(int(cell))
        xb = int(fit.prediction[cell])
        squared = scale * scale * yy - 2 * scale * xb * ey + xb * xb * ee
        active = [position[c] for c in design.columns_of_cell[cell].tolist() if c >= 0]
        for i in active:
            for j in active:
                middle[i, j] += squared
    return _scatter(middle, Fraction(1))


def _scatter(middle: Objects, factor: Fraction) -> Scatter:
    return Scatter(tuple(tuple(map(int, row)) for row in middle), factor)
