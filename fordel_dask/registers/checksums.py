"""What an ingest writes only for itself to read again: numbers, held against checksums whenever they are read."""

import mmap
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.checksums import add_to_checksums
from fordel_dask.registers.work import content_of, damaged, write_json
from fordel_dask.store.publishing import appearing

UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}
CUTS = ".cuts.json"
Checksums = tuple[list[int], list[int]]


def checksums(columns: Iterable[np.ndarray], bounds: npt.NDArray[np.int64]) -> Checksums:
    """Give two checksums for each range of rows, over all columns."""
    low, high = np.zeros(bounds.size - 1, np.uint64), np.zeros(bounds.size - 1, np.uint64)
    for column in columns:
        words, words_a_row = _as_words(column)
        add_to_checksums(words, bounds * words_a_row, low, high)
    return low.tolist(), high.tolist()


def _as_words(column: np.ndarray) -> tuple[Any, int]:
    flat = column.reshape(-1)
    words = flat.view(UNSIGNED[flat.itemsize] if flat.dtype.kind in "iu" else np.uint8)
    return words, words.size // max(len(column), 1)


def mapped_file(path: Path, size: int) -> mmap.mmap | None:
    """Map a file of this size, that is no link; None if it is not there or another.

    A private copy: pages are those of the file until somebody writes, and kernels take arrays of it as any other.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if os.fstat(handle).st_size != size or not size:
            return None
        return mmap.mmap(handle, size, access=mmap.ACCESS_COPY)
    finally:
        os.close(handle)


def save_array(path: Path, values: np.ndarray, bounds: Sequence[int] | None = None) -> None:
    """Write an array and, beside it, what it is; ``bounds`` cut it into pieces that are read by themselves."""
    values = np.ascontiguousarray(values)
    with appearing(path) as begun:
        values.tofile(begun)
    keep_array(path, values, bounds)


def new_array(path: Path, type_: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Map an array that does not fit into a task, to be filled; ``keep_array`` says when it is whole."""
    if 0 in shape:  # nothing can be mapped of an empty file
        path.touch()
        return np.empty(shape, type_)
    with path.open("wb") as file:
        # where the disk is full this is an error; a map of a file with holes would end the process
        os.posix_fallocate(file.fileno(), 0, int(np.prod(shape, dtype=np.int64)) * np.dtype(type_).itemsize)
    return np.asarray(np.memmap(path, type_, "r+", shape=shape))


def keep_array(path: Path, values: np.ndarray, bounds: Sequence[int] | None = None) -> None:
    """Write beside the file of an array what it is."""
    _record(path.with_suffix(".json"), values, [0, len(values)] if bounds is None else bounds)


def note_cuts(path: Path, values: np.ndarray, bounds: Sequence[int]) -> None:
    """Note where an array that was saved whole is cut into pieces that are read by themselves."""
    _record(path.with_suffix(CUTS), values, bounds)


def _record(record: Path, values: np.ndarray, bounds: Sequence[int]) -> None:
    low, high = checksums([values], np.array(bounds, np.int64))
    content = {"type": values.dtype.str, "shape": values.shape, "bounds": list(bounds), "low": low, "high": high}
    write_json(record, content)


def load_array(path: Path, piece: int = 0) -> np.ndarray:
    """Map a piece of an array that was saved, the whole one if it was saved whole.

    Raises
    ------
    DamagedWorkError
        It is not what was written.
    """
    return _load(path, content_of(path.with_suffix(".json")), piece)


def load_cut(path: Path, piece: int) -> np.ndarray:
    """Map a piece of an array whose cuts were noted.

    Raises
    ------
    DamagedWorkError
        It is not what was written.
    """
    return _load(path, content_of(path.with_suffix(CUTS)), piece)


def _load(path: Path, record: dict[str, Any], piece: int) -> np.ndarray:
    type_, shape = np.dtype(record["type"]), record["shape"]
    begin, end = record["bounds"][piece : piece + 2]
    values_a_row = int(np.prod(shape[1:], dtype=np.int64))
    if begin == end:
        return np.empty((0, *shape[1:]), type_)
    content = mapped_file(path, shape[0] * values_a_row * type_.itemsize)
    if content is None:
        raise damaged(path)
    offset, count = begin * values_a_row * type_.itemsize, (end - begin) * values_a_row
    values: np.ndarray = np.frombuffer(content, type_, count, offset).reshape((end - begin, *shape[1:]))
    low, high = checksums([values], np.array([0, end - begin], np.int64))
    if (low[0], high[0]) != (record["low"][piece], record["high"][piece]):
        raise damaged(path)
    return values
