"""The kernels that add citizens up: the estimation sample by cell, strata of several tasks, and products by clinic."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import Rng, design, few_often
from fordel_dask.kernels import grams, strata, tallies
from fordel_dask.strata import strata_of

LIMB = tallies.SQUARE_LIMB


def sample(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give cell, exposure, fee, and who is in the sample."""
    cell = few_often(rng, design().cells, citizens)
    exposure = np.where(rng.random(citizens) < 0.9, 365, rng.integers(1, 365, citizens))
    fee = np.rint(np.exp(rng.normal(11.5, 1.0, citizens))).astype(np.int64)
    return cell, exposure, fee, rng.random(citizens) < 0.98


def tally_sample(run: As, cell: Any, exposure: Any, fee: Any, counted: Any) -> Any:
    sums = np.zeros((8, design().cells), np.int64)
    run(tallies.tally_sample)(cell, exposure, fee, counted, sums)
    return sums


def numpy_sample(cell: Any, exposure: Any, fee: Any, counted: Any) -> Any:
    """Add at places, as whole numbers: squares pass 2⁵³, and bincount's floats would not be exact."""
    c, e, y = cell[counted], exposure[counted], fee[counted]
    high, low = y >> LIMB, y & ((1 << LIMB) - 1)
    sums = np.zeros((8, design().cells), np.int64)
    sums[0] = np.bincount(c, minlength=design().cells)
    for line, values in enumerate((e, y, e * e, e * y, high * high, high * low, low * low), 1):
        np.add.at(sums[line], c, values)
    return sums


def pandas_sample(cell: Any, exposure: Any, fee: Any, counted: Any) -> Any:
    high, low = fee >> LIMB, fee & ((1 << LIMB) - 1)
    columns = (np.ones_like(cell), exposure, fee, exposure**2, exposure * fee, high**2, high * low, low**2)
    rows = pd.DataFrame(dict(enumerate(columns)), copy=False)[counted]
    return rows.groupby(cell[counted]).sum().reindex(range(design().cells), fill_value=0).to_numpy().T


def alike(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give one number for clinic, municipality and cell, as few as people share them, and four values a citizen."""
    clinic = rng.integers(0, 1_720, citizens)
    key = (clinic * 98 + clinic % 98) * design().cells + few_often(rng, design().cells, citizens)
    return key, np.stack([np.ones_like(key), np.ones_like(key), rng.integers(0, 366, citizens), key % 100_000])


def two_tasks(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give the strata of two tasks."""
    key, values = alike(citizens, rng)
    half = citizens // 2
    left, right = strata_of(key[:half], values[:, :half]), strata_of(key[half:], values[:, half:])
    return left.key, left.sums, right.key, right.sums


def merge_strata(run: As, left: Any, left_sums: Any, right: Any, right_sums: Any) -> Any:
    room = left.size + right.size
    keys, sums = np.empty(room, np.int64), np.empty((4, room), np.int64)
    n = run(strata.merge_strata)(left, left_sums, right, right_sums, keys, sums)
    return keys[:n], sums[:, :n]


def numpy_merge(left: Any, left_sums: Any, right: Any, right_sums: Any) -> Any:
    """Sort both together (stably: two runs in order are merged), and add up what is equal."""
    both, sums = np.concatenate([left, right]), np.concatenate([left_sums, right_sums], axis=1)
    order = np.argsort(both, kind="stable")
    key = both[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if key.size else np.empty(0, np.int64)
    return key[first], np.add.reduceat(sums[:, order], first, axis=1) if key.size else sums


def strata_of_clinics(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give clinic, cell and exposure of strata in the order of their clinics."""
    clinic = np.sort(rng.integers(0, 1_720, citizens))
    return clinic, few_often(rng, design().cells, citizens), rng.integers(0, 3_660, citizens)


def tally_grams(run: As, clinic: Any, cell: Any, exposure: Any) -> Any:
    columns = len(design().columns)
    found = np.zeros((1_720, columns * (columns + 1) // 2), np.int64)
    run(grams.tally_grams)(clinic, cell, exposure, design().columns_of_cell, columns, found)
    return found


def numpy_grams(clinic: Any, cell: Any, exposure: Any) -> Any:
    """Add at places, pair of terms after pair of terms."""
    columns, terms = len(design().columns), design().columns_of_cell.astype(np.int64).T
    found = np.zeros((1_720, columns * (columns + 1) // 2), np.int64)
    for i, left in enumerate(terms):
        for right in terms[i:]:
            here, there = left[cell], right[cell]
            both = (here >= 0) & (there >= 0)
            place = here * (2 * columns - here - 1) // 2 + there
            np.add.at(found, (clinic[both], place[both]), exposure[both])
    return found


SINGLE = (
    Comparison("tally_sample", (tallies.tally_sample,), sample, tally_sample, numpy_sample, pandas_sample),
    Comparison("tally_grams", (grams.tally_grams,), strata_of_clinics, tally_grams, numpy_grams),
    Comparison("merge_strata", (strata.merge_strata,), two_tasks, merge_strata, numpy_merge),
)
TASKS: tuple[Comparison, ...] = ()
