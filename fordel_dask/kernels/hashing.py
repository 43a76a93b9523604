"""Whole rows as 64 mixed bits, and rows dealt out by them."""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel
from fordel_dask.kernels.keys import Words, mix

Bounds = npt.NDArray[np.int64]
UPPER = np.uint64(32)


@kernel
def blend(hashes: Words, words: Words) -> None:
    """Mix one more column into the hash of every row."""
    for row in range(hashes.size):
        hashes[row] = mix(hashes[row], words[row])


@kernel
def deal_words(hashes: Words, buckets: int) -> tuple[Bounds, Words]:
    """Give the bounds of the buckets and the hashes bucket by bucket, by the size of their upper bits."""
    bounds = np.zeros(buckets + 1, np.int64)
    for row in range(hashes.size):
        bounds[((hashes[row] >> UPPER) * np.uint64(buckets) >> UPPER) + np.uint64(1)] += 1
    for bucket in range(buckets):
        bounds[bucket + 1] += bounds[bucket]
    place = bounds[:-1].copy()
    dealt = np.empty(hashes.size, np.uint64)
    for row in range(hashes.size):
        bucket = (hashes[row] >> UPPER) * np.uint64(buckets) >> UPPER
        dealt[place[bucket]] = hashes[row]
        place[bucket] += 1
    return bounds, dealt
