"""Pseudonyms: a keyed one-to-one map, so that every block knows its own numbers alone."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.synthetic.chance import Ints
from fordel_dask.synthetic.nation import Nation

PNR_HALF = 1_000_000  # a pseudonym has two halves of six digits
ROUNDS = 4
KEY_BITS = 40


def _scrambled(values: NDArray[np.uint64], key: int) -> NDArray[np.uint64]:
    """Mix 64 bits beyond recognition (the finisher of splitmix64)."""
    mixed = values + np.uint64(key * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def pseudonyms(nation: Nation, numbers: Ints) -> Ints:
    """Give the 12-digit pseudonyms of citizen numbers: unique, and in another order.

    A Feistel network of two six-digit halves: one to one on 0 … 10¹² − 1 for every seed.
    """
    left, right = numbers // PNR_HALF, numbers % PNR_HALF
    for turn in range(ROUNDS):
        mixed = _scrambled(right.astype(np.uint64), nation.seed * ROUNDS + turn + 1)
        left, right = right, (left + (mixed % np.uint64(PNR_HALF)).astype(np.int64)) % PNR_HALF
    return left * PNR_HALF + right


def contact_keys(nation: Nation, block: int, size: int, register: int) -> Ints:
    """Give unique keys for the hospital contacts of a block, in no order of time or person."""
    numbers = (np.uint64(block << 24) + np.arange(size, dtype=np.uint64)) * np.uint64(2) + np.uint64(register)
    spread = numbers * np.uint64(0x9E3779B97F4A7C15) + np.uint64(nation.seed)  # an odd factor is one to one
    return (spread & np.uint64(2**KEY_BITS - 1)).astype(np.int64)
