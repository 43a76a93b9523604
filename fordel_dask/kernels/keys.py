"""Keys of persons and contacts: text packed into two words, and a table from key to citizen.

A key of at most 16 bytes is packed big-endian, so that comparing (high, low) compares the
text. A longer one (contacts only) becomes a 128-bit hash with the top bit set, which no
ASCII text has. The blank key is (0, 0).
"""

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.jit import kernel

Words = npt.NDArray[np.uint64]
SPACE, ZERO = 32, 48
SHORT = 16
UNKNOWN = -1
BLOCK = 256
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SEED = np.uint64(0x9E3779B97F4A7C15)
TOP_BIT, ALL_BITS = np.uint64(1 << 63), np.uint64(2**64 - 1)


@kernel
def mix(high: np.uint64, low: np.uint64) -> np.uint64:
    """Give 64 well-mixed bits of a key."""
    word = (high ^ (low * SEED)) + SEED
    word = (word ^ (word >> np.uint64(30))) * MIX_1
    word = (word ^ (word >> np.uint64(27)) ^ low) * MIX_2
    return word ^ (word >> np.uint64(31))


@kernel
def eight_bytes(data: npt.NDArray[np.uint8], begin: np.uint64, many: int) -> np.uint64:
    """Give eight bytes as a word, those behind the first ``many`` as 0.

    Unsigned indices and a fixed number of bytes: the compiler makes one load of them.
    """
    word = np.uint64(0)
    for i in range(np.uint64(8)):
        word |= np.uint64(data[begin + i]) << (np.uint64(56) - np.uint64(8) * i)
    return word & ~(ALL_BITS >> np.uint64(8 * many)) if many < 8 else word


@kernel
def pack_bytes(data: npt.NDArray[np.uint8], begin: int, end: int) -> tuple[np.uint64, np.uint64]:
    """Pack the bytes from ``begin`` up to ``end`` into two words, or hash them if they are many."""
    high, low = np.uint64(0), np.uint64(0)
    if end - begin > SHORT:
        for i in range(begin, end):
            high = mix(high, low ^ np.uint64(data[i]))
            low = mix(low ^ np.uint64(i - begin), high)
        return high | TOP_BIT, low
    for i in range(begin, min(begin + 8, end)):
        high |= np.uint64(data[i]) << np.uint64(56 - 8 * (i - begin))
    for i in range(begin + 8, end):
        low |= np.uint64(data[i]) << np.uint64(120 - 8 * (i - begin))
    return high, low


@kernel
def pack_texts(
    offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8], strip: bool, high: Words, low: Words
) -> int:
    """Pack every text, trimmed, into ``high`` and ``low``; give the length of the longest.

    With ``strip`` leading zeros are left out, all but the last character.
    """
    longest = 0
    for row in range(high.size):
        begin, end = offsets[row], offsets[row + 1]
        while begin < end and data[begin] <= SPACE:
            begin += 1
        while begin < end and data[end - 1] <= SPACE:
            end -= 1
        while strip and begin < end - 1 and data[begin] == ZERO:
            begin += 1
        length = end - begin
        longest = max(longest, length)
        if length <= SHORT and begin + SHORT <= data.size:
            high[row] = eight_bytes(data, np.uint64(begin), length)
            low[row] = eight_bytes(data, np.uint64(begin + 8), max(length - 8, 0))
        else:
            high[row], low[row] = pack_bytes(data, begin, end)
    return longest


@kernel
def trimmed_lengths(offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Give the length of every text without the blanks around it."""
    lengths = np.zeros(offsets.size - 1, np.int64)
    for row in range(lengths.size):
        begin, end = offsets[row], offsets[row + 1]
        while begin < end and data[begin] <= SPACE:
            begin += 1
        while begin < end and data[end - 1] <= SPACE:
            end -= 1
        lengths[row] = end - begin
    return lengths


@kernel
def count_other_lengths(
    citizen: npt.NDArray[np.int32], length: npt.NDArray[np.int64], noted: npt.NDArray[np.int8]
) -> int:
    """Count rows whose key has another length than an earlier one of the same citizen.

    ``noted`` holds the length noted for each citizen, 0 for none yet, and is written on.
    """
    other = 0
    for row in range(citizen.size):
        who = citizen[row]
        if who >= 0 and noted[who] == 0:
            noted[who] = length[row]
        elif who >= 0:
            other += noted[who] != length[row]
    return other


@kernel
def place_keys(keys: npt.NDArray[np.uint64], first: int, slots: npt.NDArray[np.int32]) -> None:
    """Put the positions of keys, the first of which is ``first``, into an open-addressing table.

    ``slots`` has a power of two entries, those that are free −1.
    """
    mask = np.uint64(slots.size - 1)
    for n in range(keys.shape[0]):
        at = mix(keys[n, 0], keys[n, 1]) & mask
        while slots[at] >= 0:
            at = (at + np.uint64(1)) & mask
        slots[at] = first + n


@kernel
def look_up(
    high: Words, low: Words, slots: npt.NDArray[np.int32], known: npt.NDArray[np.uint64]
) -> npt.NDArray[np.int32]:
    """Give the position of each key among the known ones (lines of two words), −1 for any other.

    The table is far larger than the caches: keys go in blocks, so that the processor waits for many
    lines of memory at once instead of for one after the other (a third less time).
    """
    found = np.full(high.size, UNKNOWN, np.int32)
    mask = np.uint64(slots.size - 1)
    at, first, same = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.bool_)
    rows = high.size if known.shape[0] else 0
    for begin in range(0, rows, BLOCK):
        size = min(BLOCK, rows - begin)
        for i in range(size):
            at[i] = mix(high[begin + i], low[begin + i]) & mask
        for i in range(size):
            first[i] = slots[at[i]]
        for i in range(size):
            citizen = max(first[i], 0)
            same[i] = (known[citizen, 0] == high[begin + i]) & (known[citizen, 1] == low[begin + i])
        for i in range(size):
            row, citizen = begin + i, first[i]
            while not same[i] and citizen >= 0 and (known[citizen, 0] != high[row] or known[citizen, 1] != low[row]):
                at[i] = (at[i] + np.uint64(1)) & mask
                citizen = slots[at[i]]
            found[row] = citizen
    return found
