"""What is known of each clinic's patients in the estimation sample: enough to estimate with and without it.

Sums by clinic add up to those of the nation. Clustered errors, jackknife and bootstrap, clinic fixed effects and
weights of a region are arithmetic on them, without another look at citizens.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.grams import tally_grams
from fordel_dask.model.design import Design
from fordel_dask.privacy import redacted
from fordel_dask.strata.strata import EXPOSURE_DAYS, FEE_OERE, SAMPLED, Strata

Integers = NDArray[np.int64]


@redacted
@dataclass(frozen=True)
class ClinicSums:
    """Sums over the sample by clinic, the first row for citizens without one, who are never in the sample.

    ``grams`` Σ e x x' (clinics + 1, pairs of columns), upper triangles, see :func:`unpacked`; ``moments`` Σ y x
    (clinics + 1, columns); ``citizens``, ``exposure_days`` and ``fee_oere`` (clinics + 1). Exposure is in days,
    fees are in øre.
    """

    grams: Integers
    moments: Integers
    citizens: Integers
    exposure_days: Integers
    fee_oere: Integers


def clinic_sums(strata: Strata, shape: tuple[int, int, int], design: Design) -> ClinicSums:
    """Sum the sample by clinic; ``shape`` is clinics + 1, homes and cells."""
    clinic, _, cell = strata.traits(shape)
    clinics, columns = shape[0], len(design.columns)
    grams = np.zeros((clinics, columns * (columns + 1) // 2), np.int64)
    tally_grams(clinic, cell, strata.sums[EXPOSURE_DAYS], design.columns_of_cell, columns, grams)
    moments = np.zeros((clinics, 1 + columns), np.int64)
    for column_of_cell in design.columns_of_cell.T:  # −1, a term at its reference, becomes a spare first column
        np.add.at(moments, (clinic, 1 + column_of_cell[cell]), strata.sums[FEE_OERE])
    totals = np.zeros((3, clinics), np.int64)
    for line, of_strata in zip(totals, strata.sums[[SAMPLED, EXPOSURE_DAYS, FEE_OERE]], strict=True):
        np.add.at(line, clinic, of_strata)
    return ClinicSums(grams, moments[:, 1:], *totals)


def unpacked(grams: NDArray[Any], columns: int) -> NDArray[Any]:
    """Give symmetric matrices (…, columns, columns) of upper triangles (…, pairs of columns)."""
    rows, others = np.triu_indices(columns)
    whole = np.empty((*grams.shape[:-1], columns, columns), grams.dtype)
    whole[..., rows, others] = whole[..., others, rows] = grams
    return whole
