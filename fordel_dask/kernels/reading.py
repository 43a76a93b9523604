"""Weekly cells of raw registers, counted by benefit code."""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel

Ints = npt.NDArray[np.int16]


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
