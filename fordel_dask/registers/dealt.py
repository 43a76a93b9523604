"""Dealt files: rows of one task, put bucket by bucket, so that a later task reads only its own.

An Arrow file with one record batch for each bucket of each chunk, and a JSON beside
it with the account of rows and the codes the numbers mean. The JSON comes last: without it
the work is not finished.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fordel_dask.kernels.partitioning import dealt_order
from fordel_dask.registers.canonical import LocalCodes
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.work import finished

CHUNK_ROWS = 1_000_000
CODED = (("clinic", "clinic"), ("service", "service"), ("code", "diagnosis"), ("code", "medicine"))
"""Columns that hold numbers of local codes, and the code book they may belong to; a register has one of them."""


class Rows:
    """Columns that rows are added to, in memory that is asked for once and used again."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._held: Columns = {}
        self.size = 0

    def append(self, columns: Columns, order: np.ndarray | None = None) -> None:
        """Add rows, in the order given."""
        end = self.size + len(next(iter(columns.values())))
        for name, values in columns.items():
            place = self._place(name, values.dtype, end)[self.size : end]
            if order is None:
                place[:] = values
            else:
                np.take(values, order, out=place, mode="clip")  # another mode would copy once more
        self.size = end

    def _place(self, name: str, type_: np.dtype[Any], size: int) -> np.ndarray:
        held = self._held.get(name)
        if held is None or held.size < size:
            self._held[name] = np.empty(max(size, self._expected), type_)
            if held is not None:
                self._held[name][: self.size] = held[: self.size]
        return self._held[name]

    def columns(self) -> Columns:
        """Give the rows."""
        return {name: held[: self.size] for name, held in self._held.items()}

    def clear(self) -> None:
        """Forget the rows and keep their memory."""
        self.size = 0


class DealtFile:
    """Takes rows and writes them chunk by chunk, each chunk sorted by bucket."""

    def __init__(
        self, path: Path, buckets: int, bucket_of: Callable[[Columns], np.ndarray], chunk_rows: int = CHUNK_ROWS
    ) -> None:
        self._path, self._buckets, self._bucket_of, self._chunk_rows = path, buckets, bucket_of, chunk_rows
        self._waiting, self._sorted = Rows(chunk_rows), Rows(chunk_rows)
        self._writer: Any = None
        self.chunks = 0
        self.rows = 0

    def add(self, columns: Columns) -> None:
        """Take rows."""
        self._waiting.append(columns)
        self.rows += len(next(iter(columns.values())))
        if self._waiting.size >= self._chunk_rows:
            self._write_chunk()

    def _write_chunk(self) -> None:
        columns = self._waiting.columns()
        bounds, order = dealt_order(self._bucket_of(columns), self._buckets)
        self._waiting.clear()
        self._sorted.clear()
        self._sorted.append(columns, order)
        batch = pa.RecordBatch.from_pydict({name: pa.array(v) for name, v in self._sorted.columns().items()})
        if self._writer is None:
            # plain bytes: lz4 would halve them, and take a tenth of the time of an ingest
            self._writer = pa.ipc.new_file(str(self._path), batch.schema)
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            self._writer.write_batch(batch.slice(begin, end - begin))
        self.chunks += 1

    def close(self) -> None:
        """Write what is waiting, and end the file."""
        if self._waiting.size:
            self._write_chunk()
        if self._writer is not None:
            self._writer.close()


class UsedCodes:
    """Which numbers of each code book occur in the rows that were written."""

    def __init__(self) -> None:
        self._used: dict[str, npt.NDArray[np.bool_]] = {}

    def add(self, columns: Columns, books: Mapping[str, Any]) -> None:
        """Note the codes of some rows."""
        for column, book in CODED:
            if column in columns and book in books:
                seen = np.bincount(columns[column].astype(np.int64) + 1)[1:] > 0
                self._used[book] = _either(self._used.get(book, seen), seen)

    def texts(self, book: str, texts: Sequence[str]) -> list[str | None]:
        """Give the texts of a book by number, None for one that is not used."""
        used = self._used.get(book, np.zeros(0, np.bool_))
        return [text if n < used.size and used[n] else None for n, text in enumerate(texts)]


def _either(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    short, long = sorted((left, right), key=len)
    result = long.copy()
    result[: short.size] |= short
    return result


def texts_of(books: Mapping[str, LocalCodes], used: UsedCodes) -> dict[str, list[str | None]]:
    """Give the used codes of every book."""
    return {name: used.texts(name, book.texts) for name, book in books.items()}


def read_bucket(side: Path, bucket: int, buckets: int) -> list[Columns]:
    """Read the rows of one bucket from one dealt file, chunk by chunk, as they were written."""
    chunks = summary_of(side)["chunks"]
    if not chunks:
        return []
    with pa.memory_map(str(side.with_suffix(".arrow"))) as source:
        reader = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(use_threads=False))
        batches = [reader.get_batch(chunk * buckets + bucket) for chunk in range(chunks)]
    return [{name: batch.column(name).to_numpy() for name in batch.schema.names} for batch in batches if batch.num_rows]


def gather_bucket(
    sides: Iterable[str], bucket: tuple[int, int], types: Mapping[str, Any], books: Path, coded: Mapping[str, str]
) -> Columns:
    """Give all rows of one bucket, ``(number, of how many)``, from several dealt files.

    ``types`` are the columns wanted; those ``coded`` get the numbers of the national ``books``.
    """
    parts: list[Columns] = [{name: np.empty(0, type_) for name, type_ in types.items()}]
    for side in map(Path, sides):
        for columns in read_bucket(side, *bucket):
            for name, book in coded.items():
                if name in columns:
                    columns[name] = renumbering(side, books, book)[columns[name]]
            parts.append(columns)
    return {name: np.concatenate([part[name] for part in parts]) for name in types}


def _stamp(path: Path) -> tuple[int, int]:
    """Give what changes when a file is written anew: a process that lives on must not take what it knew of it."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_ino


def summary_of(side: Path) -> dict[str, Any]:
    """Give the summary of a finished dealt file, without its codes."""
    return _summary(side, _stamp(side))


@functools.lru_cache(maxsize=4096)
def _summary(side: Path, _stamp: tuple[int, int]) -> dict[str, Any]:
    summary = dict(finished(side) or {})
    summary.pop("codes", None)
    return summary


def renumbering(side: Path, book_file: Path, book: str) -> npt.NDArray[np.int32]:
    """Give, for each local number, the number in a national book; the last entry is for −1, blank."""
    return _renumbering(side, book_file, book, (_stamp(side), _stamp(book_file)))


@functools.lru_cache(maxsize=4096)
def _renumbering(side: Path, book_file: Path, book: str, _stamps: Any) -> npt.NDArray[np.int32]:
    national = book_numbers(book_file, book)
    local = (finished(side) or {})["codes"][book]
    return np.array([*(-1 if text is None else national[text] for text in local), -1], np.int32)


def book_numbers(book_file: Path, book: str) -> dict[str, int]:
    """Give the number of every code of a national book."""
    return _numbers(book_file, book, _stamp(book_file))


@functools.lru_cache(maxsize=16)
def _numbers(book_file: Path, book: str, _stamp: tuple[int, int]) -> dict[str, int]:
    return {text: number for number, text in enumerate((finished(book_file) or {})[book])}
