"""Citizens who are alike, added up. Integers only."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

Integers = NDArray[np.int64]


@kernel
def merge_strata(
    left: Integers, left_sums: Integers, right: Integers, right_sums: Integers, keys: Integers, sums: Integers
) -> int:
    """Merge two ascending lists of keys, adding the sums of equal ones; gives the number of keys.

    ``sums`` have shape (lines, keys); there must be room for all keys of both.
    """
    a = b = n = 0
    while a < left.size or b < right.size:
        from_left = b == right.size or (a < left.size and left[a] <= right[b])
        from_right = a == left.size or (b < right.size and right[b] <= left[a])
        keys[n] = left[a] if from_left else right[b]
        for line in range(sums.shape[0]):
            sums[line, n] = (left_sums[line, a] if from_left else 0) + (right_sums[line, b] if from_right else 0)
        a += from_left
        b += from_right
        n += 1
    return n
