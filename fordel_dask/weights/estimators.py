"""Other estimators than least squares, through scikit-learn on the cells (M19): what they make of the weights.

They count in binary. Their coefficients are rounded to 10⁻⁶ before anything follows from them, or their predictions
where they have none, and everything is done on one thread, so that the same sums give the same weights.
"""

import warnings
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
                kroner = np.exp(np.minimum(predict(fit.columns, micro, design) / MICRO, LARGEST_LOG))
            else:
                micro = [0] * len(fit.columns)
                kroner = _trees(design.levels_of_cell, used, annual_kroner, exposure)
        except (ConvergenceWarning, ValueError, np.linalg.LinAlgError):
            raise EstimationError(
                f"weights.estimator = '{rules.estimator}' does not settle on this sample. Use more citizens, a model "
                f"with fewer levels, or least_squares."
            ) from None
    return fit.with_raw(micro, _rounded(np.where(scored, kroner, 0.0), rules))


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


def _rounded(kroner: NDArray[np.float64], rules: Weights) -> NDArray[np.int64]:
    if not (np.isfinite(kroner).all() and kroner.max() < LARGEST_KRONER):
        raise EstimationError(f"weights.estimator = '{rules.estimator}' predicts no possible consumption for a cell.")
    return np.rint(kroner * MICRO).astype(np.int64)
