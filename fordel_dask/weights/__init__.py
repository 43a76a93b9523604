"""Room 4, estimate: sums by cell become exact coefficients with standard errors."""

from fordel_dask.weights.estimators import estimate_otherwise
from fordel_dask.weights.fit import Fit, estimate
from fordel_dask.weights.sample import SampleSums, sample_of
from fordel_dask.weights.standard_errors import Scatter, scatter_by_citizen, scatter_by_clinic

__all__ = [
    "Fit",
    "SampleSums",
    "Scatter",
    "estimate",
    "estimate_otherwise",
    "sample_of",
    "scatter_by_citizen",
    "scatter_by_clinic",
]
