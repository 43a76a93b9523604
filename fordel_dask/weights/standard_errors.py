"""Standard errors of the coefficients, exact until the last step (model section 5.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.law.rounding import MICRO, root_half_even
from fordel_dask.model.design import Design
from fordel_dask.strata import EXPOSURE_DAYS, FEE_OERE, Strata
from fordel_dask.weights.exact import Inverse
from fordel_dask.weights.fit import OERE_PER_KRONE, Fit
from fordel_dask.weights.sample import SampleSums

Integers = NDArray[np.int64]
Objects = NDArray[np.object_]
"""Whole numbers of any size."""
FEE_SCALE = MICRO // OERE_PER_KRONE


@dataclass(frozen=True)
class ClinicScores:
    """For each clinic and dummy: Σ fee (øre) and Σ exposure × prediction (days × 10⁻⁶ kroner)."""

    fee_oere: Integers
    expected: Integers


def scores_of(strata: Strata, shape: tuple[int, int], design: Design, prediction: Integers) -> ClinicScores:
    """Sum the scores of the sample by clinic; ``shape`` is clinics + 1 and municipalities.

    Term by term: −1, a term at its reference, becomes a spare first column.
    """
    clinic, _, cell = strata.traits((*shape, design.cells))
    fee, expected = strata.sums[FEE_OERE], strata.sums[EXPOSURE_DAYS] * prediction[cell]
    width = 1 + len(design.columns)
    fees, of_expected = sums = np.zeros((2, shape[0] * width), dtype=np.int64)
    for column_of_cell in design.columns_of_cell.T:
        place = clinic * width + 1 + column_of_cell[cell]
        np.add.at(fees, place, fee)
        np.add.at(of_expected, place, expected)
    by_clinic = sums.reshape(2, shape[0], width)[:, :, 1:]
    return ClinicScores(by_clinic[0], by_clinic[1])


def clustered_errors(fit: Fit, scores: ClinicScores, sample: SampleSums, clinics: int, year_days: int) -> list[int]:
    """Give clinic-clustered standard errors in 10⁻⁶ kroner.

    With the factor C/(C−1) · (n−1)/(n−p): what statsmodels gives for WLS with exposure as
    weights and ``cov_type="cluster"``.
    """
    citizens, terms = int(sample.citizens.sum()), len(fit.columns)
    if citizens <= terms:
        raise EstimationError(
            f"Clustered standard errors of {terms} coefficients need more citizens than that in the estimation "
            f"sample; there are {citizens:,}."
        )
    columns = list(fit.columns)
    fees: Objects = scores.fee_oere[:, columns].astype(object)
    clinic_scores: Objects = year_days * FEE_SCALE * fees - scores.expected[:, columns]
    factor = Fraction(clinics, clinics - 1) * Fraction(citizens - 1, citizens - terms)
    return _errors(fit.inverse, cross_products(clinic_scores), factor)


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


def hc0_errors(fit: Fit, sample: SampleSums, prediction: Integers, design: Design, year_days: int) -> list[int]:
    """Give standard errors robust to unequal variance (HC0) in 10⁻⁶ kroner, from sums by cell."""
    size = len(fit.columns)
    position = {column: n for n, column in enumerate(fit.columns)}
    middle: Objects = np.zeros((size, size), dtype=object)
    scale = year_days * FEE_SCALE
    for cell in np.flatnonzero(sample.citizens):
        ee, ey, yy = sample.squares(int(cell))
        xb = int(prediction[cell])
        squared = scale * scale * yy - 2 * scale * xb * ey + xb * xb * ee
        active = [position[c] for c in design.columns_of_cell[cell].tolist() if c >= 0]
        for i in active:
            for j in active:
                middle[i, j] += squared
    return _errors(fit.inverse, middle, Fraction(1))


def _errors(inverse: Inverse, middle: Objects, factor: Fraction) -> list[int]:
    """Give the roots of the diagonal of A⁻¹ M A⁻¹ × factor."""
    adjugate, square = np.array(inverse.adjugate, dtype=object), inverse.determinant**2
    diagonal = ((adjugate @ middle) * adjugate).sum(axis=1)
    return [root_half_even(factor * Fraction(value, square)) for value in diagonal]
