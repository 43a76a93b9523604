"""Strata: citizens who are alike to the model, and all that estimation and scoring need to know of them."""

from fordel_dask.strata.clinic_sums import ClinicSums, clinic_sums, unpacked
from fordel_dask.strata.strata import (
    CITIZENS,
    EXPOSURE_DAYS,
    FEE_OERE,
    NOBODY,
    SAMPLED,
    Strata,
    count_strata,
    places_of,
    strata_of,
)

__all__ = [
    "CITIZENS",
    "EXPOSURE_DAYS",
    "FEE_OERE",
    "NOBODY",
    "SAMPLED",
    "ClinicSums",
    "Strata",
    "clinic_sums",
    "count_strata",
    "places_of",
    "strata_of",
    "unpacked",
]
