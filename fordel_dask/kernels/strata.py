"""Citizens who are alike, found by hashing and added up. Integers only."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

Integers = NDArray[np.int64]


@kernel
def gather_strata(
    key: Integers,
    values: Integers,
    slots: NDArray[np.int32],
    keys: Integers,
    sums: Integers,
    used: int,
) -> int:
    """Add the ``values``, shape (lines, rows), of equal keys to one line of ``sums``; gives the number of keys so far.

    ``slots`` is a hash table of a power of two entries, −1 or a place in ``keys``, of which the first ``used`` are
    taken; ``sums`` has shape (places, lines). There must be room for as many more keys as rows, and free slots.
    """
    mask = slots.size - 1
    for i in range(key.size):
        wanted = key[i]
        mixed = (wanted & 0xFFFFFFFF) * 73244475 ^ (wanted >> 32)  # odd, and no product leaves 63 bits
        slot = (mixed ^ (mixed >> 29)) & mask
        while slots[slot] >= 0 and keys[slots[slot]] != wanted:
            slot = (slot + 1) & mask
        place = slots[slot]
        if place < 0:
            place = used
            slots[slot] = place
            keys[place] = wanted
            used += 1
        for line in range(values.shape[0]):
            sums[place, line] += values[line, i]
    return used


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
