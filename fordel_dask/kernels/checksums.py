"""Checksums of numbers on disk, a cycle a number: fast enough to be taken whenever they are read."""

from typing import Any

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel

Words = npt.NDArray[np.uint64]


@kernel
def add_to_checksums(
    words: npt.NDArray[np.unsignedinteger[Any]], bounds: npt.NDArray[np.int64], low: Words, high: Words
) -> None:
    """Add numbers to the checksums of their ranges: ``low`` sums the numbers, ``high`` the sums so far.

    ``low`` alone tells any one change, and any number of bits that all became 0 or all became 1;
    ``high`` tells numbers that changed places.
    """
    for part in range(bounds.size - 1):
        total, of_totals = low[part], high[part]
        for row in range(bounds[part], bounds[part + 1]):
            total += np.uint64(words[row])
            of_totals += total
        low[part], high[part] = total, of_totals
