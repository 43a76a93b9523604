"""Kernels that deal rows out to partitions, and the one that counts weeks of raw cells."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import PARTITIONS, Rng, few_often
from fordel_dask.kernels import checksums, partitioning, reading
from fordel_dask.store import even_grid, partitions_of

CHUNK_SHARE = 10.0  # a chunk of dealt rows has a million
WEEKS = 53
PERSONS_SHARE = 0.65  # DREAM has everybody who ever was on a benefit


def chunk_rows(citizens: int) -> int:
    return round(CHUNK_SHARE * citizens)


def bounded_words(citizens: int, rng: Rng) -> tuple[Any, ...]:
    rows = chunk_rows(citizens)
    inner = np.sort(rng.integers(0, rows, PARTITIONS - 1))
    return rng.integers(0, 2**32, rows).astype(np.uint32), np.array([0, *inner, rows])


def add_to_checksums(run: As, words: Any, bounds: Any) -> Any:
    low, high = np.zeros(bounds.size - 1, np.uint64), np.zeros(bounds.size - 1, np.uint64)
    run(checksums.add_to_checksums)(words, bounds, low, high)
    return low, high


def numpy_checksums(words: Any, bounds: Any) -> Any:
    """Sum numbers, and numbers weighted by how many sums they are in, range by range: a range fits into the caches."""
    low, high = np.zeros(bounds.size - 1, np.uint64), np.zeros(bounds.size - 1, np.uint64)
    weight = np.arange(np.diff(bounds).max(initial=0), 0, -1, dtype=np.uint64)
    for part, (begin, end) in enumerate(pairwise(bounds.tolist())):
        mine = words[begin:end].astype(np.uint64)
        low[part] = mine.sum()
        high[part] = np.dot(mine, weight[weight.size - mine.size :])
    return low, high


def partitions_of_rows(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return (rng.integers(0, PARTITIONS, chunk_rows(citizens)).astype(np.int32),)


def dealt_order(run: As, bucket: Any) -> Any:
    return run(partitioning.dealt_order)(bucket, PARTITIONS)


def numpy_order(bucket: Any) -> Any:
    """Sort a byte a row: NumPy counts and places them, as the kernel does."""
    bounds = np.zeros(PARTITIONS + 1, np.int64)
    np.cumsum(np.bincount(bucket, minlength=PARTITIONS), out=bounds[1:])
    return bounds, np.argsort(bucket.astype(np.uint8), kind="stable")


def weekly_codes(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give codes week by week, shape (weeks, persons), and the citizen of each person: two thirds have a code."""
    persons = round(PERSONS_SHARE * citizens)
    code = (few_often(rng, 18, persons) * 50 + 111).astype(np.int16)
    codes = np.where(rng.random(persons) < 0.66, code, 0)[None, :].repeat(WEEKS, axis=0)
    begins, ends = rng.integers(0, WEEKS, (2, persons))
    week, changing = np.arange(WEEKS)[:, None], rng.random(persons) < 0.25
    codes[(week >= begins) & (week < ends) & changing] = 0
    codes[(week == begins) & changing] = 881
    return np.ascontiguousarray(codes), np.sort(rng.integers(0, citizens, persons)).astype(np.int32)


def count_weeks(run: As, codes: Any, citizen: Any) -> Any:
    return run(reading.count_weeks)(codes, citizen)


def numpy_weeks(codes: Any, citizen: Any) -> Any:
    """Sort the weeks of each person, and take the lengths of what is equal."""
    ordered = np.sort(codes.T, axis=1)
    begins = np.ones(ordered.shape, np.bool_)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=begins[:, 1:])
    at = np.flatnonzero(begins)
    many = np.diff(at, append=ordered.size)
    what = ordered.reshape(-1)[at]
    good = what != 0
    return citizen[at[good] // WEEKS], what[good], many[good].astype(np.int8)


def pandas_weeks(codes: Any, citizen: Any) -> Any:
    frame = pd.DataFrame(codes.T, index=pd.RangeIndex(citizen.size, name="row"), copy=False)
    cells = frame.melt(ignore_index=False, value_name="code").reset_index()[["row", "code"]]
    many = cells[cells["code"] != 0].value_counts(sort=False)
    row, code = (many.index.get_level_values(n).to_numpy() for n in (0, 1))
    return citizen[row], code, many.to_numpy(np.int8)


def by_citizen(citizen: Any, code: Any, many: Any) -> Any:
    order = np.lexsort((many, code, citizen))
    return citizen[order], code[order], many[order]


def chunk(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give the columns of a chunk of services, and the grid."""
    grid = even_grid(PARTITIONS * citizens, PARTITIONS)
    citizen = rng.integers(0, grid.citizens, chunk_rows(citizens)).astype(np.int32)
    service, week = (rng.integers(0, 60, citizen.size).astype(kind) for kind in (np.int16, np.int8))
    quantity, paid = (rng.integers(0, 10**5, citizen.size).astype(kind) for kind in (np.int32, np.int64))
    return (citizen, service, week, quantity, paid), grid


def deal(run: As, columns: Any, grid: Any) -> Any:
    bounds, order = dealt_order(run, partitions_of(columns[0], grid))
    dealt = [np.take(values, order, mode="clip") for values in columns]
    sums = [add_to_checksums(run, unsigned(values), bounds) for values in dealt]
    return *dealt, *np.array(sums).sum(axis=0)


def numpy_deal(columns: Any, grid: Any) -> Any:
    bounds, order = numpy_order(partitions_of(columns[0], grid))
    dealt = [np.take(values, order, mode="clip") for values in columns]
    sums = [numpy_checksums(unsigned(values), bounds) for values in dealt]
    return *dealt, *np.array(sums).sum(axis=0)


def unsigned(values: Any) -> Any:
    return values.view(f"u{values.itemsize}")


SINGLE = (
    Comparison("add_to_checksums", (checksums.add_to_checksums,), bounded_words, add_to_checksums, numpy_checksums),
    Comparison("dealt_order", (partitioning.dealt_order,), partitions_of_rows, dealt_order, numpy_order),
    Comparison(
        "count_weeks", (reading.count_weeks,), weekly_codes, count_weeks, numpy_weeks, pandas_weeks, alike=by_citizen
    ),
)
TASKS = (
    Comparison(
        "deal of a chunk",
        (partitioning.dealt_order, checksums.add_to_checksums),
        chunk,
        deal,
        numpy_deal,
    ),
)
