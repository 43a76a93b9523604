"""National sums over citizens: by cell, municipality and clinic. Integers only."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

SQUARE_LIMB = 20
"""Squares of fees are summed in parts of 20 bits: a national Σ y² passes 2⁶³."""


@kernel
def tally_sample(
    cell: NDArray[np.int64],
    exposure: NDArray[np.int64],
    fee: NDArray[np.int64],
    in_sample: NDArray[np.bool_],
    sums: NDArray[np.int64],
) -> None:
    """Add the estimation sample to ``sums``, shape (8, cells).

    Rows: citizens, Σ e, Σ y, Σ e², Σ e·y, and Σ y² as three sums of y = high · 2²⁰ + low:
    Σ high², Σ high · low, Σ low².
    """
    for i in range(cell.size):
        if in_sample[i]:
            c, e, y = cell[i], exposure[i], fee[i]
            high, low = y >> 20, y & 1048575
            sums[0, c] += 1
            sums[1, c] += e
            sums[2, c] += y
            sums[3, c] += e * e
            sums[4, c] += e * y
            sums[5, c] += high * high
            sums[6, c] += high * low
            sums[7, c] += low * low


@kernel
def tally_pairs(
    row: NDArray[np.int64], column: NDArray[np.int64], counted: NDArray[np.bool_], counts: NDArray[np.int64]
) -> None:
    """Count the pairs (row, column) of the citizens counted."""
    for i in range(row.size):
        if counted[i]:
            counts[row[i], column[i]] += 1


@kernel
def tally_columns(
    area: NDArray[np.int64],
    cell: NDArray[np.int64],
    counted: NDArray[np.bool_],
    columns_of_cell: NDArray[np.int16],
    counts: NDArray[np.int64],
) -> None:
    """Count the citizens of each area with each dummy: ``counts[area, column]``."""
    for i in range(cell.size):
        if counted[i]:
            for t in range(columns_of_cell.shape[1]):
                column = columns_of_cell[cell[i], t]
                if column >= 0:
                    counts[area[i], column] += 1


@kernel
def tally_scores(
    clinic: NDArray[np.int64],
    cell: NDArray[np.int64],
    money: tuple[NDArray[np.int64], NDArray[np.int64]],
    in_sample: NDArray[np.bool_],
    columns_of_cell: NDArray[np.int16],
    sums: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """Add what clustered standard errors need, for each clinic and dummy.

    ``money`` is exposure and fee; ``sums`` is the prediction of each cell (10⁻⁶ kroner), and
    the outputs Σ fee and Σ exposure × prediction, each of shape (clinics, columns).
    """
    exposure, fee = money
    prediction, fees, predicted = sums
    for i in range(cell.size):
        if in_sample[i]:
            expected = exposure[i] * prediction[cell[i]]
            for t in range(columns_of_cell.shape[1]):
                column = columns_of_cell[cell[i], t]
                if column >= 0:
                    fees[clinic[i], column] += fee[i]
                    predicted[clinic[i], column] += expected


@kernel
def tally_by(
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    value: NDArray[np.int64],
    counted: NDArray[np.bool_],
    sums: NDArray[np.int64],
) -> None:
    """Add a value of the citizens counted to ``sums[row, column]``."""
    for i in range(row.size):
        if counted[i]:
            sums[row[i], column[i]] += value[i]
