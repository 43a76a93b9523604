"""BRUHON as whole øre, exactly, from whatever type it was delivered in."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fordel_dask.extracts.arrays import encoded, plain_text
from fordel_dask.registers.canonical import oere_of
from fordel_dask.schema.prepared import MISSING_PAID

SCALES = {"kroner": 100, "oere": 1}
LARGEST = 1e12
"""Kroner or øre below which a float may be taken at once."""


def paid_oere(column: Any, scale: int) -> tuple[npt.NDArray[np.int64], int]:
    """Give fees in øre, half to even, −2⁶³ where there is none, and how many could not be read."""
    if pa.types.is_float64(column.type):
        return _of_floats(column, scale)
    values, indices = encoded(column)
    read = [_read(value, scale) for value in values]
    unreadable = np.array([*(r is None for r in read), False])
    oere = np.array([*(MISSING_PAID if r is None else r for r in read), MISSING_PAID], np.int64)
    return oere[indices], int(unreadable[indices].sum())


def _read(value: Any, scale: int) -> int | None:
    if plain_text(value) == "":
        return MISSING_PAID
    return oere_of(value, scale)


def _of_floats(column: Any, scale: int) -> tuple[npt.NDArray[np.int64], int]:
    values = column.fill_null(float("nan")).to_numpy(zero_copy_only=False)
    oere, unclear = oere_of_floats(values, scale)
    unreadable = 0
    for row in np.flatnonzero(unclear).tolist():
        read = oere_of(float(values[row]), scale)
        oere[row] = MISSING_PAID if read is None else read
        unreadable += read is None
    return oere, unreadable


def oere_of_floats(values: npt.NDArray[np.float64], scale: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Give fees in whole øre, −2⁶³ where there is none, and which of them need a second look.

    A binary float whose nearest hundredth gives the same float back is that hundredth: its
    shortest text says so. ``scale`` is 100 for kroner, 1 for øre.
    """
    nearest = np.where(np.abs(values) < LARGEST, values, 0.0)
    nearest *= scale
    np.rint(nearest, out=nearest)
    missing = np.isnan(values)
    unclear = (nearest / scale != values) & ~missing
    return np.where(missing, MISSING_PAID, nearest.astype(np.int64)), unclear
