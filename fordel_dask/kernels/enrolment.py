"""Spells with a clinic, sorted by citizen and first day."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

NOT_ENROLLED = -2
"""Clinic of a citizen whom no group-1 spell covers."""


@kernel
def exposure_days(
    citizen: NDArray[np.int32],
    group: NDArray[np.int8],
    first_day: NDArray[np.int32],
    last_day: NDArray[np.int32],
    year: tuple[int, int],
    days: NDArray[np.int32],
) -> None:
    """Add to ``days[citizen]`` the days of ``year`` (first, last) in the union of group-1 spells."""
    start, end = year
    current, covered = -1, start - 1
    for i in range(citizen.size):
        if citizen[i] != current:
            current, covered = citizen[i], start - 1
        if group[i] == 1:
            first, last = max(first_day[i], covered + 1), min(last_day[i], end)
            if last >= first:
                days[current] += last - first + 1
                covered = last


@kernel
def clinic_on(
    citizen: NDArray[np.int32],
    group: NDArray[np.int8],
    clinic: NDArray[np.int32],
    spell: tuple[NDArray[np.int32], NDArray[np.int32]],
    day: int,
    result: NDArray[np.int32],
) -> int:
    """Write to ``result[citizen]`` the clinic of the group-1 spell that covers ``day``.

    Of several the one that began last, then the largest clinic. Untouched where none covers
    the day. Returns how many spells lost to another.
    """
    first_day, last_day = spell
    lost = 0
    begun = np.full(result.size, -(2**31), dtype=np.int64)
    for i in range(citizen.size):
        if group[i] == 1 and first_day[i] <= day <= last_day[i]:
            c = citizen[i]
            lost += result[c] != NOT_ENROLLED
            if first_day[i] > begun[c] or (first_day[i] == begun[c] and clinic[i] > result[c]):
                begun[c], result[c] = first_day[i], clinic[i]
    return lost
