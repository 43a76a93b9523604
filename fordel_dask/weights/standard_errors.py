"""Standard errors of the coefficients, exact until the last step (model section 5.3)."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.law.rounding import MICRO, root_half_even
from fordel_dask.model.design import Design
from fordel_dask.strata import ClinicSums, unpacked
from fordel_dask.weights.exact import Inverse
from fordel_dask.weights.fit import OERE_PER_KRONE, Fit
from fordel_dask.weights.sample import SampleSums

Integers = NDArray[np.int64]
Matrix = Sequence[Sequence[int]]
FEE_SCALE = MICRO // OERE_PER_KRONE
LIMB = 1 << 20


def clustered_errors(fit: Fit, sums: ClinicSums, sample: SampleSums, clinics: int, year_days: int) -> list[int]:
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
    factor = Fraction(clinics, clinics - 1) * Fraction(citizens - 1, citizens - terms)
    return _errors(fit.inverse, cross_products(clinic_scores(fit, sums, year_days)), factor)


def clinic_scores(fit: Fit, sums: ClinicSums, year_days: int) -> Matrix:
    """Give Σ (D y − e x'β) x of each clinic, exact: days × 10⁻⁶ kroner."""
    beta = np.zeros(sums.moments.shape[1], np.int64)
    beta[list(fit.columns)] = fit.micro
    columns = list(fit.columns)
    expected = np.stack([(unpacked(gram, beta.size) @ beta)[columns] for gram in sums.grams])
    fees = sums.moments[:, columns].astype(object) * (year_days * FEE_SCALE)
    scores: Matrix = (fees - expected).tolist()
    return scores


def cross_products(rows: Matrix) -> Matrix:
    """Give Σ g g' of whole-number rows, exactly, by limbs that int64 sums of products cannot overflow."""
    limbs = list(_limbs(np.array(rows, dtype=object)))
    size = len(rows[0])
    total = np.zeros((size, size), dtype=object)
    for i, left in enumerate(limbs):
        for j, right in enumerate(limbs):
            total += (left.T @ right).astype(object) * LIMB ** (i + j)
    product: Matrix = total.tolist()
    return product


def _limbs(values: NDArray[np.object_]) -> Iterator[Integers]:
    sign, rest = np.where(values < 0, -1, 1), np.abs(values)
    while rest.any():
        yield (rest % LIMB).astype(np.int64) * sign
        rest = rest // LIMB


def hc0_errors(fit: Fit, sample: SampleSums, prediction: Integers, design: Design, year_days: int) -> list[int]:
    """Give standard errors robust to unequal variance (HC0) in 10⁻⁶ kroner, from sums by cell."""
    size = len(fit.columns)
    position = {column: n for n, column in enumerate(fit.columns)}
    middle = [[0] * size for _ in range(size)]
    scale = year_days * FEE_SCALE
    for cell in np.flatnonzero(sample.citizens):
        ee, ey, yy = sample.squares(int(cell))
        xb = int(prediction[cell])
        squared = scale * scale * yy - 2 * scale * xb * ey + xb * xb * ee
        active = [position[c] for c in design.columns_of_cell[cell].tolist() if c >= 0]
        for i in active:
            for j in active:
                middle[i][j] += squared
    return _errors(fit.inverse, middle, Fraction(1))


def _errors(inverse: Inverse, middle: Matrix, factor: Fraction) -> list[int]:
    """Give the roots of the diagonal of A⁻¹ M A⁻¹ × factor."""
    square = inverse.determinant**2
    return [root_half_even(factor * Fraction(_quadratic(row, middle), square)) for row in inverse.adjugate]


def _quadratic(row: Sequence[int], middle: Matrix) -> int:
    return sum(
        left * sum(m * right for m, right in zip(line, row, strict=True))
        for left, line in zip(row, middle, strict=True)
    )
