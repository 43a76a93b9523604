"""Cells of raw registers as whole numbers: fees in øre, weeks by benefit code."""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel

Ints = npt.NDArray[np.int16]


@kernel
def oere_of_floats(
    values: npt.NDArray[np.float64], scale: int, missing: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Give fees in whole øre, and which of them need a second look.

    A binary float whose nearest hundredth gives the same float back is that hundredth: its
    shortest text says so. ``scale`` is 100 for kroner, 1 for øre.
    """
    oere = np.empty(values.size, np.int64)
    unclear = np.zeros(values.size, np.bool_)
    for row in range(values.size):
        value = values[row]
        if np.isnan(value):
            oere[row] = missing
            continue
        unclear[row] = not abs(value) < 1e12
        nearest = 0.0 if unclear[row] else np.rint(value * scale)
        oere[row] = np.int64(nearest)
        unclear[row] |= nearest / scale != value
    return oere, unclear


@kernel
def count_weeks(
    codes: npt.NDArray[np.int16], citizen: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], Ints, npt.NDArray[np.int8]]:
    """Count the weeks of each code, row by row: (row's citizen, code, weeks); code 0 is none.

    ``codes`` holds one line a week.
    """
    weeks, rows = codes.shape
    seen = np.zeros(1000, np.int8)
    size = rows * weeks
    who, what, many = np.empty(size, np.int32), np.empty(size, np.int16), np.empty(size, np.int8)
    n = 0
    for row in range(rows):
        for week in range(weeks):
            seen[codes[week, row]] += 1
        for week in range(weeks):
            code = codes[week, row]
            if code and seen[code]:
                who[n], what[n], many[n] = citizen[row], code, seen[code]
                n += 1
            seen[code] = 0
    return who[:n], what[:n], many[:n]
