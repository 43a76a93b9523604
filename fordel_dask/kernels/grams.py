"""Sums of products of dummies by group: Gram matrices of whole numbers."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

Integers = NDArray[np.int64]


@kernel
def tally_grams(
    group: Integers,
    cell: Integers,
    exposure: Integers,
    columns_of_cell: NDArray[np.int16],
    columns: int,
    grams: NDArray[np.int64],
) -> None:
    """Add Σ e x x' to ``grams``, shape (groups, pairs of columns): upper triangles, row after row.

    ``columns_of_cell`` has the columns that are 1 in each cell, ascending, −1 for none.
    """
    terms = columns_of_cell.shape[1]
    for row in range(cell.size):
        g, c, e = group[row], cell[row], exposure[row]
        for i in range(terms):
            left = columns_of_cell[c, i]
            if left >= 0:
                row_begins = left * (2 * columns - left - 1) // 2
                for j in range(i, terms):
                    right = columns_of_cell[c, j]
                    if right >= 0:
                        grams[g, row_begins + right] += e
