"""Weighted least squares of the annual fee on the dummies: scikit-learn, and the exact solution (model 5.2)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.exact import OERE_PER_KRONE, DependentColumnsError, Inverse, invert, numerators_of, published
from fordel_dask.model.design import Design
from fordel_dask.weights.sample import SampleSums

AGREEMENT = 1e-8


@dataclass(frozen=True)
class Fit:
    """The estimated coefficients.

    ``columns`` are the columns of the design that were estimated; ``micro`` their published
    coefficients in 10⁻⁶ kroner a year; ``inverse`` that of Σ e x x'.
    """

    columns: tuple[int, ...]
    micro: tuple[int, ...]
    inverse: Inverse

    def prediction_of_cells(self, design: Design) -> NDArray[np.int64]:
        """Give x'β of each cell in 10⁻⁶ kroner a year."""
        beta = np.zeros(len(design.columns), dtype=np.int64)
        beta[list(self.columns)] = self.micro
        return np.asarray(design.dummies @ beta)


def estimate(sample: SampleSums, scored: NDArray[np.int64], design: Design, clinics: int, year_days: int) -> Fit:
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
    x = design.dummies[:, columns]
    matrix = x.T @ (sample.exposure_days[:, None] * x)
    right = [int(value) * year_days for value in x.T @ sample.fee_oere]
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
    _check_agreement(exact, _scikit_learn(sample, x, year_days))
    return Fit(tuple(columns), published(inverse, numerators), inverse)


def _columns_to_estimate(sample: SampleSums, scored: NDArray[np.int64], design: Design) -> list[int]:
    in_sample = design.dummies.T @ sample.citizens
    to_score = design.dummies.T @ scored
    lacking = [" ".join(design.columns[n]) for n in np.flatnonzero((in_sample == 0) & (to_score > 0))]
    if lacking or not in_sample.any():
        raise EstimationError(
            f"The estimation sample has no citizens with {', '.join(lacking) or 'any level'}, but there are such "
            f"citizens to score. Use more citizens or a model with wider levels."
        )
    return [int(n) for n in np.flatnonzero(in_sample)]


def _scikit_learn(sample: SampleSums, x: NDArray[np.int64], year_days: int) -> NDArray[np.float64]:
    """Give the coefficients in øre a year as scikit-learn estimates them on the cells."""
    from sklearn.linear_model import LinearRegression

    used = sample.exposure_days > 0
    exposure = sample.exposure_days[used]
    annual = sample.fee_oere[used] * year_days / exposure
    fit = LinearRegression(fit_intercept=False).fit(x[used], annual, sample_weight=exposure / year_days)
    return np.asarray(fit.coef_)


def _check_agreement(exact: NDArray[np.float64], other: NDArray[np.float64]) -> None:
    difference = np.abs(exact - other).max()
    if not difference <= AGREEMENT * np.abs(exact).max():
        raise EstimationError(
            f"scikit-learn and the exact solution differ by {difference / OERE_PER_KRONE:.3g} kroner, more than "
            f"10⁻⁸ of the largest coefficient. The terms are nearly dependent; use a model with fewer levels."
        )
