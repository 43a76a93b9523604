"""National sums over citizens by cell. Integers only."""

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
