"""Services, diagnoses and benefits of citizens, row by row; rows of a citizen lie together."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel


@kernel
def count_services(
    citizen: NDArray[np.int32],
    service: NDArray[np.int16],
    quantity: NDArray[np.int32],
    slot: NDArray[np.int16],
    counts: NDArray[np.int32],
) -> None:
    """Add each row's quantity to ``counts[slot[service], citizen]``; a negative slot is not counted."""
    for i in range(citizen.size):
        s = slot[service[i]]
        if s >= 0:
            counts[s, citizen[i]] += quantity[i]


@kernel
def sum_priced(
    citizen: NDArray[np.int32],
    service: NDArray[np.int16],
    quantity: NDArray[np.int32],
    price: NDArray[np.int64],
    total: NDArray[np.int64],
) -> None:
    """Add quantity × price of the service to ``total[citizen]``, in øre."""
    for i in range(citizen.size):
        total[citizen[i]] += quantity[i] * price[service[i]]


@kernel
def sum_paid(
    citizen: NDArray[np.int32],
    service: NDArray[np.int16],
    paid: NDArray[np.int64],
    kind: NDArray[np.int8],
    totals: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> int:
    """Add the fee paid to ``totals[kind[service]][citizen]``; returns the rows without a fee.

    Kind 0 is a contact, 1 another day-time service; a negative kind is not summed.
    """
    contacts, others = totals
    missing = 0
    for i in range(citizen.size):
        k = kind[service[i]]
        if k >= 0:
            if paid[i] == np.iinfo(np.int64).min:
                missing += 1
            elif k == 0:
                contacts[citizen[i]] += paid[i]
            else:
                others[citizen[i]] += paid[i]
    return missing


@kernel
def mark_conditions(
    citizen: NDArray[np.int32],
    conditions: NDArray[np.uint64],
    kind: NDArray[np.int8],
    day: NDArray[np.int32],
    since: NDArray[np.int32],
    marks: NDArray[np.uint64],
) -> None:
    """Set the bits of a diagnosis' conditions in ``marks[3 · window + kind, citizen]``.

    ``conditions`` are the bits of each row; ``since`` holds the first day of each look-back
    window, longest first, and as last entry the day on which all end.
    """
    windows = since.size - 1
    for i in range(citizen.size):
        if conditions[i] != 0 and day[i] < since[windows]:
            for w in range(windows):
                if day[i] < since[w]:
                    break
                marks[3 * w + kind[i], citizen[i]] |= conditions[i]


@kernel
def sum_weeks(
    citizen: NDArray[np.int32],
    code: NDArray[np.int16],
    weeks: NDArray[np.int8],
    group: NDArray[np.int8],
    total: NDArray[np.int16],
) -> None:
    """Add weeks to ``total[group[code], citizen]``; a negative group is not counted."""
    for i in range(citizen.size):
        g = group[code[i]]
        if g >= 0:
            total[g, citizen[i]] += weeks[i]
