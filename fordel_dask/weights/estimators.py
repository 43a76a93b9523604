"""Other estimators than least squares, through scikit-learn on the cells (M19): what they make of the weights.

They count in binary. Their coefficients are rounded to 10⁻⁶ before anything follows from them, or their predictions
where they have none, and everything is done on one thread, so that the same sums give the same weights.
"""

import warnings
from decimal import Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from fordel_dask.errors import EstimationError
from fordel_dask.law.rounding import MICRO
from fordel_dask.model.design import Design
from fordel_dask.model.model import Weights
from fordel_dask.weights.fit import Fit, predict, sparse_dummies
from fordel_dask.weights.sample import SampleSums

TOLERANCE, MOST_STEPS, TREES = 1e-10, 1000, 200
OERE_PER_KRONE = 100
LARGEST_KRONER, LARGEST_LOG = 1e9, 50.0
NEAR_HALF, LARGEST_SURE = 1e-4, 1e11
"""A power below this, computed in binary, is wrong by less than ``NEAR_HALF`` units of 10⁻⁶ kroner."""
DIGITS = 50
LOG_LINK = ("poisson", "tweedie")


def estimate_otherwise(
    fit: Fit, sample: SampleSums, scored: NDArray[np.bool_], design: Design, rules: Weights, year_days: int
) -> Fit:
    """Give the weights of the model's estimator: Poisson or Tweedie with a log link, or gradient boosting.

    ``scored`` tells the cells that somebody counted is in: what is predicted for others is nobody's.

    Raises
    ------
    EstimationError
        The estimator does not settle, or predicts what cannot be, or a level has no fee to take the logarithm of.
    """
    from sklearn.exceptions import ConvergenceWarning

    if rules.estimator in LOG_LINK:
        _refuse_levels_without_fees(fit, sample, design, rules)
    used = sample.exposure_days > 0
    exposure = sample.exposure_days[used] / year_days
    annual_kroner = sample.fee_oere[used] / OERE_PER_KRONE / exposure
    with threadpool_limits(1), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # a first step too far is taken back
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            if rules.estimator in LOG_LINK:
                x = sparse_dummies(design, list(fit.columns))[used]
                micro = [int(value) for value in np.rint(_log_link(rules, x, annual_kroner, exposure) * MICRO)]
                raw = _powers_of_e(predict(fit.columns, micro, design), scored, rules)
            else:
                micro = [0] * len(fit.columns)
                kroner = _trees(design.levels_of_cell, used, annual_kroner, exposure)
                raw = _rounded(np.where(scored, kroner, 0.0), rules)
        except (ConvergenceWarning, ValueError, np.linalg.LinAlgError):
            raise EstimationError(
                f"weights.estimator = '{rules.estimator}' does not settle on this sample. Use more citizens, a model "
                f"with fewer levels, or least_squares."
            ) from None
    return fit.with_raw(micro, raw)


def _refuse_levels_without_fees(fit: Fit, sample: SampleSums, design: Design, rules: Weights) -> None:
    """Refuse a level of which nobody in the sample has a fee: its coefficient would fall for as long as one counts."""
    fees = design.sums_by_column(sample.fee_oere)
    without = [" ".join(design.columns[column]) for column in fit.columns if not fees[column]]
    if without:
        raise EstimationError(
            f"weights.estimator = '{rules.estimator}': nobody in the sample with {', '.join(without)} has a fee, so "
            f"there is no such coefficient with a log link. Use more citizens, a model with fewer levels, or "
            f"least_squares."
        )


def _log_link(rules: Weights, x: Any, target: NDArray[np.float64], exposure: NDArray[np.float64]) -> Any:
    from sklearn.linear_model import PoissonRegressor, TweedieRegressor

    how = {"alpha": 0.0, "fit_intercept": False, "tol": TOLERANCE, "max_iter": MOST_STEPS, "solver": "newton-cholesky"}
    if rules.estimator == "poisson":
        regressor = PoissonRegressor(**how)
    else:
        regressor = TweedieRegressor(power=float(rules.tweedie_power), link="log", **how)
    return regressor.fit(x.toarray(), target, sample_weight=exposure).coef_


def _trees(
    levels: NDArray[np.int16], used: NDArray[np.bool_], target: NDArray[np.float64], exposure: NDArray[np.float64]
) -> Any:
    from sklearn.ensemble import GradientBoostingRegressor

    trees = GradientBoostingRegressor(n_estimators=TREES, random_state=0)
    return np.maximum(trees.fit(levels[used], target, sample_weight=exposure).predict(levels), 0.0)


def _powers_of_e(logarithms: NDArray[np.int64], scored: NDArray[np.bool_], rules: Weights) -> NDArray[np.int64]:
    """Give e to the power of logarithms (10⁻⁶) in 10⁻⁶ kroner, each rounded once: the same on every processor.

    In binary first, where processors differ in the last digit; what comes near a half, or is large, in decimals.
    """
    kroner = np.where(scored, np.exp(np.minimum(logarithms / MICRO, LARGEST_LOG)), 0.0)
    found, near = _rounded(kroner, rules), kroner * MICRO
    unsure = (np.abs(near - np.floor(near) - 0.5) < NEAR_HALF) | (near > LARGEST_SURE)
    context = Context(prec=DIGITS)
    for place in np.flatnonzero(unsure):
        power = context.exp(context.divide(Decimal(int(logarithms[place])), Decimal(MICRO)))
        found[place] = int(context.to_integral_value(context.multiply(power, Decimal(MICRO))))
    return found


def _rounded(kroner: NDArray[np.float64], rules: Weights) -> NDArray[np.int64]:
    if not (np.isfinite(kroner).all() and kroner.max() < LARGEST_KRONER):
        raise EstimationError(f"weights.estimator = '{rules.estimator}' predicts no possible consumption for a cell.")
    return np.rint(kroner * MICRO).astype(np.int64)
