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


@kernel
def count_repeated_keys(high: Words, low: Words, following: Ints) -> int:
    """Count the chained rows with the key of another row that came before."""
    repeated = 0
    for row in range(high.size):
        at = following[row]
        while at >= 0 and (high[at] != high[row] or low[at] != low[row]):
            at = following[at]
        repeated += at >= 0
    return repeated


@kernel
def count_fates(
    keys: tuple[Words, Words],
    code: Ints,
    known: tuple[Words, Words],
    chains: tuple[Ints, Ints],
    citizen: Ints,
    kept_of_code: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Count the matches of keys with known rows: kept, marked −1, −2, −3; then keys without any, and further matches.

    A known row with a citizen is kept, one with a negative mark is not. A row with a match that is kept counts once
    in ``kept_of_code``.
    """
    high, low = keys
    counts = np.zeros(6, np.int64)
    for row in range(high.size):
        matches = kept = 0
        at = chains[0][mix(high[row], low[row]) & np.uint64(chains[0].size - 1)]
        while at >= 0:
            if known[0][at] == high[row] and known[1][at] == low[row]:
                matches += 1
                counts[max(-citizen[at], 0)] += 1
                kept |= citizen[at] >= 0
            at = chains[1][at]
        kept_of_code[code[row]] += kept
        counts[4] += matches == 0
        counts[5] += max(matches - 1, 0)
    return counts
