"""Kernels that pack keys and find citizens by them, a batch of an ingest at a time."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.cases.words import mixed
from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import BATCH_SHARE, PARTITIONS, Rng, keys, packed
from fordel_dask.kernels import keys as kernels
from fordel_dask.kernels.keys import SHORT, SPACE, UNKNOWN, ZERO


def batch_rows(citizens: int) -> int:
    return round(BATCH_SHARE * citizens)


def texts(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give offsets and bytes of a batch of keys of 12 characters; one of a hundred has blanks around it."""
    blanks = rng.random(batch_rows(citizens)) < 0.01
    numbers = rng.integers(10**10, 10**12, blanks.size)
    words = [f" {n:012} " if blank else f"{n:012}" for n, blank in zip(numbers.tolist(), blanks.tolist(), strict=True)]
    offsets = np.concatenate(([0], np.cumsum([len(word) for word in words])))
    return offsets, np.frombuffer("".join(words).encode(), np.uint8).copy()


def pack_texts(run: As, offsets: Any, data: Any) -> Any:
    high, low = np.empty(offsets.size - 1, np.uint64), np.empty(offsets.size - 1, np.uint64)
    return high, low, run(kernels.pack_texts)(offsets, data, True, high, low)


def numpy_trimmed(offsets: Any, data: Any) -> tuple[Any, Any]:
    """Move the ends of all texts past their blanks, one character a turn, only where there still are some."""
    begin, end = offsets[:-1].copy(), offsets[1:].copy()
    rows = np.flatnonzero(begin < end)
    while rows.size:
        rows = rows[(data[begin[rows]] <= SPACE) & (begin[rows] < end[rows])]
        begin[rows] += 1
        rows = rows[begin[rows] < end[rows]]
    rows = np.flatnonzero(begin < end)
    while rows.size:
        rows = rows[data[end[rows] - 1] <= SPACE]
        end[rows] -= 1
        rows = rows[begin[rows] < end[rows]]
    return begin, end


def numpy_texts(offsets: Any, data: Any) -> Any:
    """Pack short keys: 16 bytes a row, gathered, blanked behind the end, and read as two words."""
    begin, end = numpy_trimmed(offsets, data)
    rows = np.flatnonzero(end - begin > 1)
    while rows.size:
        rows = rows[data[begin[rows]] == ZERO]
        begin[rows] += 1
        rows = rows[end[rows] - begin[rows] > 1]
    length = end - begin
    at = np.arange(SHORT)
    padded = np.concatenate((data, np.zeros(SHORT, np.uint8)))
    text = np.lib.stride_tricks.sliding_window_view(padded, SHORT)[begin]
    text *= at < length[:, None]
    words = text.view(">u8").astype(np.uint64)
    return np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1]), length.max(initial=0)


def trimmed_lengths(run: As, offsets: Any, data: Any) -> Any:
    return run(kernels.trimmed_lengths)(offsets, data)


def numpy_lengths(offsets: Any, data: Any) -> Any:
    begin, end = numpy_trimmed(offsets, data)
    return end - begin


def pandas_lengths(offsets: Any, data: Any) -> Any:
    content = data.tobytes().decode()
    column = pd.Series([content[a:b] for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)])
    return column.str.strip().str.len().to_numpy(np.int64)


def found_before(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give citizens found for a batch, some unknown, the lengths of their keys, and how many citizens there are."""
    nation = PARTITIONS * citizens
    citizen = rng.integers(0, nation, batch_rows(citizens)).astype(np.int32)
    citizen[rng.random(citizen.size) < 0.01] = UNKNOWN
    return citizen, np.where(rng.random(citizen.size) < 0.98, 10, 9), np.zeros(nation, np.int8)


def count_other_lengths(run: As, citizen: Any, length: Any, noted: Any) -> Any:
    own = noted.copy()
    return run(kernels.count_other_lengths)(citizen, length, own), own


def numpy_other_lengths(citizen: Any, length: Any, noted: Any) -> Any:
    """Note the first length of each citizen, which is the last one written from behind, and compare all with it."""
    own, known = noted.copy(), citizen >= 0
    who, length = citizen[known], length[known]
    new = np.flatnonzero(own[who] == 0)[::-1]
    own[who[new]] = length[new]
    return np.count_nonzero(own[who] != length), own


def known_keys(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return (np.column_stack(packed(keys(rng, citizens))),)


def slots_for(rows: int) -> int:
    return 1 << max(4 * rows - 1, 1).bit_length()


def place_keys(run: As, known: Any) -> Any:
    slots = np.full(slots_for(len(known)), UNKNOWN, np.int32)
    run(kernels.place_keys)(known, 0, slots)
    return slots


def numpy_place(known: Any) -> Any:
    """Let all keys try their place at once; those that another one took try the next, until all have one."""
    slots = np.full(slots_for(len(known)), UNKNOWN, np.int32)
    at = (mixed(known[:, 0], known[:, 1]) & np.uint64(slots.size - 1)).astype(np.int64)
    rows = np.arange(len(known), dtype=np.int32)
    while rows.size:
        free = slots[at] == UNKNOWN
        slots[at[free]] = rows[free]
        lost = slots[at] != rows
        rows, at = rows[lost], (at[lost] + 1) & (slots.size - 1)
    return slots


def taken(slots: Any) -> Any:
    """Give which slots are taken, and by whom in order: who takes which of neighbours depends on who comes first."""
    return slots >= 0, np.sort(slots)


def batch_and_nation(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give keys of a batch, one of a hundred unknown, slots, and the keys of the whole nation."""
    numbers_of_all = keys(rng, PARTITIONS * citizens)
    known = np.column_stack(packed(numbers_of_all))
    slots = np.full(slots_for(len(known)), UNKNOWN, np.int32)
    kernels.place_keys(known, 0, slots)
    asked = rng.choice(numbers_of_all, batch_rows(citizens))
    asked[rng.random(asked.size) < 0.01] += 1
    return *packed(asked), slots, known


def look_up(run: As, high: Any, low: Any, slots: Any, known: Any) -> Any:
    return run(kernels.look_up)(high, low, slots, known)


def sorted_nation(high: Any, low: Any, _slots: Any, known: Any) -> tuple[Any, ...]:
    """Give what NumPy and pandas would keep instead of slots: hashes in order and their citizens, and an index."""
    hashes = mixed(known[:, 0], known[:, 1])
    order = np.argsort(hashes)
    index = pd.Index(hashes)
    index.get_indexer(hashes[:1])
    return high, low, (hashes[order], order.astype(np.int32)), known, index


def numpy_look_up(high: Any, low: Any, ordered: Any, known: Any, _index: Any) -> Any:
    hashes, order = ordered
    place = np.minimum(np.searchsorted(hashes, mixed(high, low)), hashes.size - 1)
    citizen = order[place]
    return np.where((known[citizen, 0] == high) & (known[citizen, 1] == low), citizen, np.int32(UNKNOWN))


def pandas_look_up(high: Any, low: Any, _ordered: Any, known: Any, index: Any) -> Any:
    citizen = index.get_indexer(mixed(high, low))
    return np.where((known[citizen, 0] == high) & (known[citizen, 1] == low), citizen, UNKNOWN).astype(np.int32)


def texts_and_nation(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give offsets and bytes of a batch of text keys, and slots and keys of the nation."""
    high, low, slots, known = batch_and_nation(citizens, rng)
    content = np.column_stack((high, low)).astype(">u8").view(np.uint8)[:, :12]
    return np.arange(high.size + 1) * 12, content.reshape(-1), slots, known


def citizens_of_batch(run: As, offsets: Any, data: Any, slots: Any, known: Any) -> Any:
    high, low, _ = pack_texts(run, offsets, data)
    return look_up(run, high, low, slots, known)


def texts_and_sorted_nation(offsets: Any, data: Any, slots: Any, known: Any) -> tuple[Any, ...]:
    return offsets, data, sorted_nation(None, None, slots, known)


def numpy_citizens(offsets: Any, data: Any, nation: Any) -> Any:
    high, low, _ = numpy_texts(offsets, data)
    return numpy_look_up(high, low, *nation[2:])


SINGLE = (
    Comparison("pack_texts", (kernels.pack_texts,), texts, pack_texts, numpy_texts),
    Comparison("trimmed_lengths", (kernels.trimmed_lengths,), texts, trimmed_lengths, numpy_lengths, pandas_lengths),
    Comparison(
        "count_other_lengths", (kernels.count_other_lengths,), found_before, count_other_lengths, numpy_other_lengths
    ),
    Comparison("place_keys", (kernels.place_keys,), known_keys, place_keys, numpy_place, alike=taken),
    Comparison(
        "look_up",
        (kernels.look_up,),
        batch_and_nation,
        look_up,
        numpy_look_up,
        pandas_look_up,
        bytes_a_row=16 + 4 + 16 + 4,
        prepared=sorted_nation,
    ),
)
TASKS = (
    Comparison(
        "citizens of a batch",
        (kernels.pack_texts, kernels.look_up),
        texts_and_nation,
        citizens_of_batch,
        numpy_citizens,
        bytes_a_row=8 + 12 + 16 + 16 + 4 + 16 + 4,
        prepared=texts_and_sorted_nation,
    ),
)
