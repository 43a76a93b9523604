"""Rows dealt out to partitions or buckets, and sorted, without comparing rows."""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel

Ints = npt.NDArray[np.int32]


@kernel
def dealt_order(bucket: Ints, buckets: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """Give the bounds of the buckets and the order that puts rows bucket by bucket, stable."""
    bounds = np.zeros(buckets + 1, np.int64)
    for row in range(bucket.size):
        bounds[bucket[row] + 1] += 1
    for b in range(buckets):
        bounds[b + 1] += bounds[b]
    place = bounds[:-1].copy()
    order = np.empty(bucket.size, np.int32)
    for row in range(bucket.size):
        order[place[bucket[row]]] = row
        place[bucket[row]] += 1
    return bounds, order
