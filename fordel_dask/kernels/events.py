"""Services, diagnoses and benefits of citizens, row by row; rows of a citizen lie together."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

CONTACT, OTHER, PREVENTION, MONTHS, IGNORED = 0, 1, 2, 3, 4
"""Kinds of services: contacts, others of day time, prevention, months of chronic care, and no concern of ours."""


def book_entry(kind: int, slot: int, price: int) -> int:
    """Pack what is known of a service into one number: kind (3 bits), slot (13 bits), price in øre of no contact."""
    return price << 16 | slot << 3 | kind


@kernel
def count_services(
    citizen: NDArray[np.int32],
    row: tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int64]],
    book: NDArray[np.int64],
    counts: NDArray[np.int16],
    money: NDArray[np.int64],
) -> tuple[np.int64, np.int64]:
    """Count services and sum their fees by citizen; the rows of a citizen lie together.

    ``row`` is service, quantity and fee paid of each row; ``book`` the entry of each service, see
    :func:`book_entry`. Quantities go to ``counts[slot, citizen]``, but for prevention; to
    ``money[:, citizen]`` the fees paid for contacts and for other services, quantity × price of the
    others, the fees paid for prevention, and its quantity × price, in øre.
    Returns the counts that left the range of 16 bits, and the contacts and other services
    without a fee. Unsigned indices spare a test of the sign at each of them: a fifth of the time.
    """
    service, quantity, paid = row
    flat, citizens = counts.ravel(), np.uint64(counts.shape[1])
    overflows, missing = np.int64(0), np.int64(0)
    contacts, others, priced = np.int64(0), np.int64(0), np.int64(0)
    current = np.uint64(0)
    for i in range(citizen.size):
        entry = book[np.uint64(service[i])]
        kind = entry & 7
        if kind == IGNORED:
            continue
        c = np.uint64(citizen[i])
        if c != current:
            add_money(money, current, contacts, others, priced)
            current, contacts, others, priced = c, np.int64(0), np.int64(0), np.int64(0)
        fee = paid[i]
        if fee == np.iinfo(np.int64).min:
            missing += kind < PREVENTION
            fee = np.int64(0)
        if kind == PREVENTION:  # one row in a hundred: sums of their own would cost all others
            money[3, c] += fee
            money[4, c] += quantity[i] * (entry >> 16)
            continue
        place = np.uint64((entry >> 3) & 0x1FFF) * citizens + c
        count = np.int64(flat[place]) + quantity[i]
        overflows += (count > 32767) | (count < -32768)
        flat[place] = min(max(count, -32768), 32767)
        contacts += fee * (kind == CONTACT)
        others += fee * (kind == OTHER)
        priced += quantity[i] * (entry >> 16)
    if citizens:
        add_money(money, current, contacts, others, priced)
    return overflows, missing


@kernel
def add_money(
    money: NDArray[np.int64], citizen: np.uint64, contacts: np.int64, others: np.int64, priced: np.int64
) -> None:
    """Add three amounts to a citizen's column of ``money``."""
    money[0, citizen] += contacts
    money[1, citizen] += others
    money[2, citizen] += priced


@kernel
def mark_conditions(
    citizen: NDArray[np.int32],
    diagnosis: tuple[NDArray[np.int32], NDArray[np.int8], NDArray[np.int32]],
    lists: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    windows: tuple[tuple[int, ...], int],
    marks: NDArray[np.uint64],
) -> None:
    """Set the bits of a diagnosis' conditions in ``marks[3 · window + kind, citizen]``.

    ``diagnosis`` is code, kind and day; ``lists`` the bits of each code in a list that is marked in
    every window, and in one that is marked in the shortest only, in the three rows after these;
    ``windows`` the first day of each look-back window, longest first, and the day on which all end.
    As a tuple they are unrolled, and the windows set without a branch to guess: a third faster.
    """
    code, kind, day = diagnosis
    conditions, nordic = lists
    starts, end = windows
    flat, citizens = marks.ravel(), np.uint64(marks.shape[1])
    for i in range(citizen.size):
        bits, lately = conditions[np.uint64(code[i])], nordic[np.uint64(code[i])]
        if bits | lately != 0 and starts[0] <= day[i] < end:
            place = np.uint64(kind[i]) * citizens + np.uint64(citizen[i])
            for start in starts:
                flat[place] |= bits if day[i] >= start else np.uint64(0)
                place += np.uint64(3) * citizens
            flat[place] |= lately if day[i] >= starts[-1] else np.uint64(0)


@kernel
def sum_weeks(
    citizen: NDArray[np.int32],
    code: NDArray[np.int16],
    weeks: NDArray[np.int8],
    group: NDArray[np.int8],
    total: NDArray[np.int8],
) -> None:
    """Add weeks to ``total[group[code], citizen]``; a negative group is not counted."""
    for i in range(citizen.size):
        g = group[code[i]]
        if g >= 0:
            total[g, citizen[i]] += weeks[i]
