"""From person keys to citizens: the lookup that every task of a register shares."""

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import key_buffers, whole_numbers
from fordel_dask.extracts.files import kind_of_type
from fordel_dask.kernels.hashing import blend
from fordel_dask.kernels.keys import SHORT, UNKNOWN, look_up, pack_texts, place_keys
from fordel_dask.privacy import redacted
from fordel_dask.registers.checksums import keep_array, load_array, new_array

Words = npt.NDArray[np.uint64]
KNOWN, SLOTS = "known.array", "slots.array"
NUMBERS = frozenset({"integer", "float", "decimal"})


def packed(column: Any, strip: bool) -> tuple[Words, Words, int]:
    """Pack a key column into two words a row, and give the length of the longest key.

    Nulls and blanks are (0, 0). ``strip`` leaves out leading zeros.
    """
    if pa.types.is_dictionary(column.type):
        high, low, longest = packed(column.dictionary, strip)
        at = column.indices.fill_null(high.size).to_numpy(zero_copy_only=False)
        return np.append(high, np.uint64(0))[at], np.append(low, np.uint64(0))[at], longest
    if kind_of_type(column.type) in NUMBERS:
        numbers, valid = whole_numbers(column)
        high, low, longest = packed(pa.array(numbers).cast(pa.string()), strip=False)
        high[~valid] = low[~valid] = 0
        return high, low, longest
    offsets, data, null = key_buffers(column)
    high, low = np.empty(len(column), np.uint64), np.empty(len(column), np.uint64)
    longest = pack_texts(offsets, data, strip, high, low)
    if null is not None:
        high[null] = low[null] = 0
    return high, low, longest


def person_keys(column: Any, strip: bool, register: str) -> tuple[Words, Words]:
    """Pack person keys.

    Raises
    ------
    SchemaError
        A key is longer than any person key.
    """
    high, low, longest = packed(column, strip)
    if longest > SHORT:
        raise SchemaError(
            f"{register}: PNR holds keys of up to {longest} characters; 10 or 12 are expected. "
            f"Check that the column is the person key."
        )
    return high, low


def bucket_of_key(high: Words, low: Words, buckets: int) -> npt.NDArray[np.int32]:
    """Give the bucket of each key, by other bits of its hash than the lookup uses."""
    words = high.copy()
    blend(words, low)
    words >>= np.uint64(40)
    words %= np.uint64(buckets)
    return words.astype(np.int32)


def write_lookup(directory: Path, parts: Iterable[Words], citizens: int) -> str:
    """Write the table from key to citizen, and give the hash of all keys in order.

    ``parts`` are the keys in order, each with one line of two words a citizen. Both files are mapped
    while they are made: they are the size of the nation, and no task may be.
    """
    known = new_array(directory / KNOWN, np.uint64, (citizens, 2))
    slots = new_array(directory / SLOTS, np.int32, (_slots(citizens),))
    slots[:] = UNKNOWN
    digest, at = hashlib.sha256(), 0
    for keys in parts:
        known[at : at + len(keys)] = keys
        place_keys(keys, at, slots)
        digest.update(keys.tobytes())
        at += len(keys)
    keep_array(directory / KNOWN, known)
    keep_array(directory / SLOTS, slots)
    return digest.hexdigest()


@redacted
@dataclass(frozen=True, eq=False)
class Lookup:
    """The table from key to citizen of a few citizens, in memory."""

    slots: npt.NDArray[np.int32]
    known: Words


def lookup_in_memory(known: Words) -> Lookup:
    """Give the table from key to citizen; ``known`` has one line of two words a citizen."""
    slots = np.full(_slots(len(known)), UNKNOWN, np.int32)
    place_keys(known, 0, slots)
    return Lookup(slots, known)


def _slots(citizens: int) -> int:
    return 1 << max(4 * citizens - 1, 1).bit_length()  # few collisions: a fourth less time than half as many


@functools.lru_cache(maxsize=2)
def _lookup(directory: Path) -> tuple[Any, Words]:
    return load_array(directory / SLOTS), load_array(directory / KNOWN)


def forget_lookups() -> None:
    """Let go of the files of earlier lookups."""
    _lookup.cache_clear()


def citizens(column: Any, strip: bool, register: str, lookup: Path | Lookup) -> npt.NDArray[np.int32]:
    """Give the citizen of every row, −1 for a person who is not in the population."""
    high, low = person_keys(column, strip, register)
    slots, known = (lookup.slots, lookup.known) if isinstance(lookup, Lookup) else _lookup(lookup)
    found: npt.NDArray[np.int32] = look_up(high, low, slots, known)
    return found
