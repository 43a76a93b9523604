"""Rows of one partition of an invented nation: volumes and shares are those of ``fordel synth``.

A nation of 6 million has 60 partitions of 100,000 citizens; with fewer citizens everything is smaller in proportion.
"""

from functools import cache
from typing import Any

import numpy as np

from fordel_dask.model import Design, design_of, load_model

CITIZENS = 100_000
PARTITIONS = 60
CLINICS = 1_600
STATUS_DAY = 20_454  # 1 January 2026
FEE_YEAR = (STATUS_DAY - 365, STATUS_DAY - 1)
OPEN_END = 2**31 - 1
BATCH_SHARE = 2.6  # a batch of an ingest has 256 Ki rows
Rng = np.random.Generator


def read_only(*arrays: Any) -> tuple[Any, ...]:
    """Give arrays as they come out of a file: nobody can write to them."""
    for array in arrays:
        array.flags.writeable = False
    return arrays


def rows_of_citizens(rng: Rng, citizens: int, mean: float, variance: float) -> np.ndarray:
    """Give the citizen of each row, sorted: negative binomial, so that few have very many."""
    often = rng.negative_binomial(mean**2 / (variance - mean), mean / variance, citizens)
    return np.repeat(np.arange(citizens, dtype=np.int32), often)


def few_often(rng: Rng, kinds: int, rows: int) -> np.ndarray:
    """Give numbers below ``kinds``, the n-th of them in proportion to 1 / (n + 1)."""
    share = 1 / np.arange(1.0, kinds + 1)
    return rng.choice(kinds, rows, p=share / share.sum())


@cache
def design() -> Design:
    return design_of(load_model().covariates)


def spells(rng: Rng, citizens: int) -> tuple[Any, ...]:
    """Give citizen, group, clinic, first and last day, sorted by citizen and first day; a few overlap."""
    citizen = np.sort(np.concatenate((np.arange(citizens), rng.integers(0, citizens, citizens // 16)))).astype(np.int32)
    rows = citizen.size
    first = np.where(rng.random(rows) < 0.9, rng.integers(12_000, 20_100, rows), rng.integers(20_100, 20_470, rows))
    order = np.lexsort((first, citizen))
    first = first[order].astype(np.int32)
    ends = rng.random(rows) < 0.1
    last = np.where(ends, np.minimum(first + rng.integers(0, 4_000, rows), 20_470), OPEN_END).astype(np.int32)
    group = np.where(rng.random(rows) < 0.995, 1, 2).astype(np.int8)
    clinic = rng.integers(-1, CLINICS, rows).astype(np.int32)
    return read_only(citizen, group, clinic, first, last)


def keys(rng: Rng, rows: int) -> np.ndarray:
    """Give different keys of 12 digits, as whole numbers, in no order."""
    step = (10**12 - 10**11) // rows
    return rng.permutation(10**11 + np.arange(rows) * step + rng.integers(0, step, rows))


def packed(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give keys of 12 digits as two words."""
    texts = np.char.zfill(numbers.astype(np.str_), 12).astype("S16")
    words = texts.view(">u8").reshape(-1, 2).astype(np.uint64)
    return np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])
