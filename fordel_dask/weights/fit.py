"""Weighted least squares of the annual fee on the dummies: scikit-learn, and the exact solution (model 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.exact import OERE_PER_KRONE, DependentColumnsError, Inverse, invert, numerators_of, published
from fordel_dask.kernels.grams import tally_grams
from fordel_dask.model.design import Design
from fordel_dask.privacy import redacted
from fordel_dask.strata import unpacked
from fordel_dask.weights.sample import SampleSums

Integers = NDArray[np.int64]
AGREEMENT = 1e-8


@redacted
@dataclass(frozen=True)
class Fit:
    """The estimated coefficients, and what they predict.

    ``columns`` are the columns of the design that were estimated; ``micro`` their published coefficients in 10⁻⁶
    kroner a year; ``inverse`` that of Σ e x x'. ``prediction`` x'β and ``raw`` r by cell, 10⁻⁶ kroner a year; where
    weights are no sum of coefficients (``linear`` is false), predictions are 0 and r stands for itself.
    """

    columns: tuple[int, ...]
    micro: tuple[int, ...]
    inverse: Inverse
    prediction: Integers
    raw: Integers
    linear: bool = True

    def with_coefficients(self, micro: Sequence[int], design: Design) -> "Fit":
        """Give the fit with other coefficients of the same columns."""
        prediction = predict(self.columns, micro, design)
        return replace(self, micro=tuple(micro), prediction=prediction, raw=np.maximum(prediction, 0))

    def with_raw(self, micro: Sequence[int], raw: Integers) -> "Fit":
        """Give the fit with weights that are no sum of coefficients."""
        return replace(self, micro=tuple(micro), prediction=np.zeros_like(raw), raw=raw, linear=False)


def predict(columns: Sequence[int], micro: Sequence[int], design: Design) -> Integers:
    """Give x'β of each cell in 10⁻⁶ kroner a year."""
    beta = np.zeros(len(design.columns), dtype=np.int64)
    beta[list(columns)] = micro
    return design.predict(beta)


def estimate(sample: SampleSums, scored: Integers, design: Design, clinics: int, year_days: int) -> Fit:
    """Estimate the coefficients from the sample's sums by cell.

    ``scored`` counts the citizens to score by cell; ``clinics`` is the number of clinics of
    the sample, ``year_days`` is D.

    Raises
    ------
    EstimationError
        A level to score has nobody in the sample, terms depend on each other, there are
        fewer than two clinics, or scikit-learn and the exact solution differ.
    """
    if clinics < 2:
        raise EstimationError(
            f"The estimation sample has {clinics} clinics, at least two are needed. Check the clinic register and "
            f"the types of clinics that are left out."
        )
    columns = _columns_to_estimate(sample, scored, design)
    matrix = gram_of(sample.exposure_days, design)[np.ix_(columns, columns)]
    right = [int(value) * year_days for value in design.sums_by_column(sample.fee_oere)[columns]]
    try:
        inverse = invert(matrix.tolist())
    except DependentColumnsError as dependent:
        names = ", ".join(" ".join(design.columns[columns[n]]) for n in dependent.columns)
        raise EstimationError(
            f"The weights cannot be told apart: {names} depend on the terms before them in the estimation sample. "
            f"Use more citizens or a model with fewer levels."
        ) from None
    numerators = numerators_of(inverse, right)
    exact = np.array([numerator / inverse.determinant for numerator in numerators])
    _check_agreement(exact, _scikit_learn(sample, sparse_dummies(design, columns), year_days))
    micro = published(inverse, numerators)
    prediction = predict(columns, micro, design)
    return Fit(tuple(columns), micro, inverse, prediction, np.maximum(prediction, 0))


def gram_of(exposure_days: Integers, design: Design) -> Integers:
    """Give Σ e x x' of all columns of the design, whole days."""
    columns = len(design.columns)
    grams = np.zeros((1, columns * (columns + 1) // 2), np.int64)
    cell = np.flatnonzero(exposure_days)
    tally_grams(np.zeros_like(cell), cell, exposure_days[cell], design.columns_of_cell, columns, grams)
    return np.asarray(unpacked(grams[0], columns))


def sparse_dummies(design: Design, columns: list[int]) -> Any:
    """Give the dummies of some columns by cell as a sparse matrix: weights by disease have many cells and columns."""
    from scipy.sparse import csr_matrix

    of_cell = design.columns_of_cell
    here = of_cell >= 0
    row = np.nonzero(here)[0]
    whole = csr_matrix((np.ones(row.size), (row, of_cell[here])), shape=(design.cells, len(design.columns)))
    return whole[:, columns]


def _columns_to_estimate(sample: SampleSums, scored: Integers, design: Design) -> list[int]:
    in_sample, to_score = design.sums_by_column(sample.citizens), design.sums_by_column(scored)
    lacking = [" ".join(design.columns[n]) for n in np.flatnonzero((in_sample == 0) & (to_score > 0))]
    if lacking or not in_sample.any():
        raise EstimationError(
            f"The estimation sample has no citizens with {', '.join(lacking) or 'any level'}, but there are such "
            f"citizens to score. Use more citizens or a model with wider levels."
        )
    return [int(n) for n in np.flatnonzero(in_sample)]


def _scikit_learn(sample: SampleSums, x: Any, year_days: int) -> NDArray[np.float64]:
    """Give the coefficients in øre a year as scikit-learn estimates them on the cells.

    Least squares is ridge regression without a penalty: scikit-learn solves that directly for sparse dummies too.
    """
    from sklearn.linear_model import Ridge

    used = sample.exposure_days > 0
    exposure = sample.exposure_days[used]
    annual = sample.fee_oere[used] * year_days / exposure
    fit = Ridge(alpha=0.0, fit_intercept=False, solver="cholesky").fit(
        x[used], annual, sample_weight=exposure / year_days
    )
    return np.asarray(fit.coef_)


def _check_agreement(exact: NDArray[np.float64], other: NDArray[np.float64]) -> None:
    difference = np.abs(exact - other).max()
    if not difference <= AGREEMENT * np.abs(exact).max():
        raise EstimationError(
            f"scikit-learn and the exact solution differ by {difference / OERE_PER_KRONE:.3g} kroner, more than "
            f"10⁻⁸ of the largest coefficient. The terms are nearly dependent; use a model with fewer levels."
        )
