"""Diagnoses matched with their contacts, by key, inside one bucket."""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel
from fordel_dask.kernels.keys import Words, mix

Ints = npt.NDArray[np.int32]


@kernel
def chain_keys(high: Words, low: Words, slots: int) -> tuple[Ints, Ints]:
    """Chain rows by the hash of their key: the first row of each slot, and the next of each row."""
    first = np.full(slots, -1, np.int32)
    following = np.empty(high.size, np.int32)
    for row in range(high.size):
        slot = mix(high[row], low[row]) & np.uint64(slots - 1)
        following[row] = first[slot]
        first[slot] = row
    return first, following


@kernel
def count_matches(high: Words, low: Words, known: tuple[Words, Words], chains: tuple[Ints, Ints]) -> Ints:
    """Count, for each key, the known rows with the same key."""
    matches = np.zeros(high.size, np.int32)
    for row in range(high.size):
        at = chains[0][mix(high[row], low[row]) & np.uint64(chains[0].size - 1)]
        while at >= 0:
            matches[row] += known[0][at] == high[row] and known[1][at] == low[row]
            at = chains[1][at]
    return matches


@kernel
def list_matches(
    high: Words, low: Words, known: tuple[Words, Words], chains: tuple[Ints, Ints], pairs: int
) -> tuple[Ints, Ints]:
    """List all pairs (row, known row) with the same key."""
    left, right = np.empty(pairs, np.int32), np.empty(pairs, np.int32)
    n = 0
    for row in range(high.size):
        at = chains[0][mix(high[row], low[row]) & np.uint64(chains[0].size - 1)]
        while at >= 0:
            if known[0][at] == high[row] and known[1][at] == low[row]:
                left[n], right[n] = row, at
                n += 1
            at = chains[1][at]
    return left, right
