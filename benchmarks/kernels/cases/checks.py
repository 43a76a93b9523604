"""Kernels of ``fordel check``: rows that stand in more than one file, and what spells say of each citizen."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.cases.words import mixed
from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import BATCH_SHARE, STATUS_DAY, Rng, spells
from fordel_dask.kernels import hashing
from fordel_dask.kernels import spells as kernels

BUCKETS = 60
CHUNK_SHARE = 20.0  # a chunk has two million hashes


def hashes(citizens: int, rng: Rng, share: float = BATCH_SHARE) -> Any:
    return rng.integers(0, 2**64, round(share * citizens), dtype=np.uint64)


def two_columns(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return hashes(citizens, rng), hashes(citizens, rng)


def blend(run: As, given: Any, words: Any) -> Any:
    mine = given.copy()
    run(hashing.blend)(mine, words)
    return mine


def chunk(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return (hashes(citizens, rng, CHUNK_SHARE),)


def deal_words(run: As, given: Any) -> Any:
    return run(hashing.deal_words)(given, BUCKETS)


def numpy_deal(given: Any) -> Any:
    bucket = given >> np.uint64(32)
    bucket *= np.uint64(BUCKETS)
    bucket >>= np.uint64(32)
    small = bucket.astype(np.uint8)
    bounds = np.zeros(BUCKETS + 1, np.int64)
    np.cumsum(np.bincount(small, minlength=BUCKETS), out=bounds[1:])
    return bounds, given[np.argsort(small, kind="stable")]


def spells_and_citizens(citizens: int, rng: Rng) -> tuple[Any, ...]:
    citizen, group, _, first, last = (column.copy() for column in spells(rng, citizens))
    return citizen, group, (first, last), citizens


def look_at_spells(run: As, citizen: Any, group: Any, spell: Any, citizens: int) -> Any:
    overlapping, covered = np.zeros(citizens, np.bool_), np.zeros(citizens, np.int8)
    run(kernels.look_at_spells)(citizen, group, spell, STATUS_DAY, overlapping, covered)
    return overlapping, covered


def numpy_look(citizen: Any, group: Any, spell: Any, citizens: int) -> Any:
    """Hold each spell against the last day that the citizen's earlier ones reached: a running maximum by citizen."""
    first, last = spell
    overlapping, covered = np.zeros(citizens, np.bool_), np.zeros(citizens, np.int8)
    rows = np.flatnonzero(group == kernels.GROUP_1)
    who, shift = citizen[rows].astype(np.int64), 1 << 31
    reached = np.maximum.accumulate((who << 33) + (last[rows].astype(np.int64) + shift))
    same = who[1:] == who[:-1]
    overlaps = same & (first[rows][1:] <= (reached[:-1] & ((1 << 33) - 1)) - shift)
    overlapping[who[1:][overlaps]] = True
    today = (first <= STATUS_DAY) & (last >= STATUS_DAY)
    for number in (kernels.GROUP_1, kernels.GROUP_2):
        covered[citizen[today & (group == number)]] |= number
    return overlapping, covered


def pandas_look(citizen: Any, group: Any, spell: Any, citizens: int) -> Any:
    overlapping, covered = np.zeros(citizens, np.bool_), np.zeros(citizens, np.int8)
    columns = {"citizen": citizen, "group": group, "first": spell[0], "last": spell[1]}
    rows = pd.DataFrame(columns, copy=False)
    ones = rows[rows["group"] == kernels.GROUP_1]
    reached = ones.groupby("citizen")["last"].cummax().groupby(ones["citizen"]).shift(fill_value=-(2**31))
    overlapping[ones["citizen"][ones["first"] <= reached].unique()] = True
    today = rows[(rows["first"] <= STATUS_DAY) & (rows["last"] >= STATUS_DAY)]
    groups = today[today["group"].isin((1, 2))].drop_duplicates(["citizen", "group"]).groupby("citizen")["group"].sum()
    covered[groups.index] = groups.to_numpy()
    return overlapping, covered


SINGLE = (
    Comparison("blend", (hashing.blend,), two_columns, blend, mixed),
    Comparison("deal_words", (hashing.deal_words,), chunk, deal_words, numpy_deal),
    Comparison(
        "look_at_spells", (kernels.look_at_spells,), spells_and_citizens, look_at_spells, numpy_look, pandas_look
    ),
)
TASKS: tuple[Comparison, ...] = ()
