"""Whole rows as 64 mixed bits, dealt out by them, and rows that stand in more than one file."""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel
from fordel_dask.kernels.keys import Words, mix

Bounds = npt.NDArray[np.int64]


@kernel
def blend(hashes: Words, words: Words) -> None:
    """Mix one more column into the hash of every row."""
    for row in range(hashes.size):
        hashes[row] = mix(hashes[row], words[row])


@kernel
def deal_words(hashes: Words, buckets: int) -> tuple[Bounds, Words]:
    """Give the bounds of the buckets and the hashes bucket by bucket, by their upper bits."""
    bounds = np.zeros(buckets + 1, np.int64)
    for row in range(hashes.size):
        bounds[(hashes[row] >> np.uint64(32)) % np.uint64(buckets) + np.uint64(1)] += 1
    for bucket in range(buckets):
        bounds[bucket + 1] += bounds[bucket]
    place = bounds[:-1].copy()
    dealt = np.empty(hashes.size, np.uint64)
    for row in range(hashes.size):
        bucket = (hashes[row] >> np.uint64(32)) % np.uint64(buckets)
        dealt[place[bucket]] = hashes[row]
        place[bucket] += 1
    return bounds, dealt
