"""The kernel that adds the estimation sample up by cell."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import Rng, design, few_often
from fordel_dask.kernels import tallies

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


SINGLE = (Comparison("tally_sample", (tallies.tally_sample,), sample, tally_sample, numpy_sample, pandas_sample),)
TASKS: tuple[Comparison, ...] = ()
