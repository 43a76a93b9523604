"""BRUHON as whole øre, exactly, from whatever type it was delivered in."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fordel_dask.extracts.arrays import encoded, plain_text
from fordel_dask.kernels.reading import oere_of_floats
from fordel_dask.registers.canonical import oere_of
from fordel_dask.schema.prepared import MISSING_PAID

SCALES = {"kroner": 100, "oere": 1}


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
    oere, unclear = oere_of_floats(values, scale, MISSING_PAID)
    unreadable = 0
    for row in np.flatnonzero(unclear).tolist():
        read = oere_of(float(values[row]), scale)
        oere[row] = MISSING_PAID if read is None else read
        unreadable += read is None
    return oere, unreadable
