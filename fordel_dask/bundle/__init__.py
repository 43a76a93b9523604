"""The bundle of a RUN: sums from which its weights are estimated again where there are no registers.

Nothing here meets a row of a person, a clinic's number or a library that reads registers.
"""

from fordel_dask.bundle.bundle import BUNDLE, FEWEST_CLINICS, Bundle, CouncilSums, Scores, Sums
from fordel_dask.bundle.file import bundle_text, read_bundle
from fordel_dask.bundle.refit import Refit, refit

__all__ = [
    "BUNDLE",
    "FEWEST_CLINICS",
    "Bundle",
    "CouncilSums",
    "Refit",
    "Scores",
    "Sums",
    "bundle_text",
    "read_bundle",
    "refit",
]
