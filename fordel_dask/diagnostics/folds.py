"""Citizens and clinics dealt to folds: always the same, whatever the partitions, threads and workers."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
BITS = 32
STEP = 0x9E3779B97F4A7C15
"""What a citizen's number is multiplied by, and the mixing below: splitmix64 (Steele, Lea and Flood 2014)."""
MIXERS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
LAST_SHIFT = 31
WORD = (1 << 64) - 1


def hashed(numbers: NDArray[np.int64], seed: int, purpose: str) -> NDArray[np.int64]:
    """Give an even hash of ``BITS`` bits for each number; other seeds and purposes give unrelated ones."""
    start = int.from_bytes(hashlib.sha256(f"{seed} {purpose}".encode()).digest()[:8], "little")
    word = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(STEP) + np.uint64(start & WORD)
    for shift, factor in MIXERS:
        word = (word ^ (word >> np.uint64(shift))) * np.uint64(factor)
    word ^= word >> np.uint64(LAST_SHIFT)
    return (word >> np.uint64(BITS)).astype(np.int64)


def citizen_folds(first: int, citizens: int, seed: int) -> NDArray[np.int64]:
    """Give the fold of each of some citizens, of whom the first has the number ``first`` in the store."""
    return hashed(np.arange(first, first + citizens), seed, "folds") % FOLDS


def clinic_folds(names: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Give the fold of each clinic by its ydernummer, the folds as large as one another to one clinic."""

    def mixed(place: int) -> bytes:
        return hashlib.sha256(f"{seed} clinic {names[place]}".encode()).digest()

    folds = np.empty(len(names), np.int64)
    folds[sorted(range(len(names)), key=mixed)] = np.arange(len(names)) % FOLDS
    return folds
