"""What spells with a clinic say of each citizen."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

GROUP_1, GROUP_2 = 1, 2


@kernel
def look_at_spells(
    citizen: NDArray[np.int32],
    group: NDArray[np.int8],
    spell: tuple[NDArray[np.int32], NDArray[np.int32]],
    day: int,
    overlapping: NDArray[np.bool_],
    covered: NDArray[np.int8],
) -> None:
    """Write, by citizen, whether two group-1 spells share a day, and the groups that cover ``day`` (bits 1 and 2).

    The spells are sorted by citizen and first day.
    """
    first_day, last_day = spell
    current, end = -1, np.int64(-(2**62))
    for i in range(citizen.size):
        if citizen[i] != current:
            current, end = citizen[i], np.int64(-(2**62))
        if group[i] == GROUP_1:
            if first_day[i] <= end:
                overlapping[current] = True
            end = max(end, np.int64(last_day[i]))
        if first_day[i] <= day <= last_day[i] and group[i] in (GROUP_1, GROUP_2):
            covered[current] |= group[i]
