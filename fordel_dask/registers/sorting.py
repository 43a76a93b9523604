"""Rows in canonical order, whatever order they came in: by citizen, then by the other columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fordel_dask.schema.prepared import MISSING_PAID, OPEN_END

WORD_BITS = 63
Array = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Packing:
    """How a column is written in a few bits, keeping its order: offset, width, and a far-off mark.

    A mark for "missing" or "open" lies far from all other values; it is drawn close.
    """

    lowest: int
    bits: int
    mark: int | None
    mark_code: int


def packing_of(values: Array) -> Packing:
    """Find the fewest bits that hold a column."""
    low, high = int(values.min()), int(values.max())
    mark = next((m for m in (MISSING_PAID, OPEN_END) if m in (low, high)), None)
    if mark is None:
        return Packing(low, (high - low).bit_length(), None, 0)
    others = values[values != mark]
    low, high = (int(others.min()), int(others.max())) if others.size else (0, 0)
    lowest = low - (mark == MISSING_PAID)
    mark_code = 0 if mark == MISSING_PAID else high + 1 - lowest
    return Packing(lowest, (high + 1 - lowest).bit_length(), mark, mark_code)


def _coded(values: Array, packing: Packing) -> npt.NDArray[np.int64]:
    wide = values.astype(np.int64)
    if packing.mark is None:
        return wide - packing.lowest
    is_mark = wide == packing.mark
    wide[is_mark] = packing.lowest
    wide -= packing.lowest
    wide[is_mark] = packing.mark_code
    return wide


def _decoded(codes: npt.NDArray[np.int64], packing: Packing) -> npt.NDArray[np.int64]:
    values = codes + packing.lowest
    if packing.mark is not None:
        values[codes == packing.mark_code] = packing.mark
    return values


def sorted_rows(columns: Sequence[Array]) -> list[Array]:
    """Sort rows by all columns, the first one first.

    If a row fits into one word the words are sorted, which is several times as fast as
    sorting positions; else positions are sorted by what fits, and ties by the rest.
    """
    if not columns[0].size:
        return list(columns)
    packings = [packing_of(column) for column in columns]
    if sum(p.bits for p in packings) <= WORD_BITS:
        return _sorted_words(columns, packings)
    order = _order(columns, packings)
    return [column[order] for column in columns]


def sorted_order(columns: Sequence[Array]) -> npt.NDArray[np.int64]:
    """Give the positions of rows sorted by all columns, the first one first."""
    return _order(columns, [packing_of(column) for column in columns])


def _sorted_words(columns: Sequence[Array], packings: Sequence[Packing]) -> list[Array]:
    words = np.zeros(columns[0].size, np.int64)
    for column, packing in zip(columns, packings, strict=True):
        words <<= packing.bits
        words |= _coded(column, packing)
    words.sort()
    result: list[Array] = []
    for column, packing in zip(reversed(columns), reversed(packings), strict=True):
        codes = words & ((1 << packing.bits) - 1)
        result.append(_decoded(codes, packing).astype(column.dtype))
        words >>= packing.bits
    return result[::-1]


def _order(columns: Sequence[Array], packings: Sequence[Packing]) -> npt.NDArray[np.int64]:
    words, used = np.zeros(columns[0].size, np.int64), 0
    fitting = 0
    for column, packing in zip(columns, packings, strict=True):
        if used + packing.bits > WORD_BITS:
            break
        words = (words << packing.bits) | _coded(column, packing)
        used, fitting = used + packing.bits, fitting + 1
    order = np.argsort(words)
    tied = _tied(words[order])
    among = order[tied]
    rest = [column[among] for column in reversed(columns[fitting:])]
    order[tied] = among[np.lexsort((*rest, words[among]))]
    return order


def _tied(words: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    same = words[1:] == words[:-1]
    return np.flatnonzero(np.append(same, False) | np.append(False, same))
