"""Room 4, estimate: sums by cell become exact coefficients with standard errors."""

from fordel_dask.weights.fit import Fit, estimate
from fordel_dask.weights.sample import SampleSums, sample_of
from fordel_dask.weights.standard_errors import clustered_errors, hc0_errors

__all__ = [
    "Fit",
    "SampleSums",
    "clustered_errors",
    "estimate",
    "hc0_errors",
    "sample_of",
]
