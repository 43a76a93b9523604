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

    ``codes`` holds one line a week. Weeks with one code follow each other, and are taken at once.
    """
    weeks, rows = codes.shape
    size = rows * weeks
    who, what, many = np.empty(size, np.int32), np.empty(size, np.int16), np.empty(size, np.int8)
    n = 0
    for row in range(rows):
        first, week = n, 0
        while week < weeks:
            code, begin = codes[week, row], week
            while week < weeks and codes[week, row] == code:
                week += 1
            if code == 0:
                continue
            at = first
            while at < n and what[at] != code:
                at += 1
            if at == n:
                who[n], what[n], many[n] = citizen[row], code, 0
                n += 1
            many[at] += week - begin
    return who[:n], what[:n], many[:n]
