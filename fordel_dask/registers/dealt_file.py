"""Dealt files: rows of one task, put bucket by bucket, so that a later task reads only its own.

Chunk after chunk, in a chunk column after column, in a column bucket after bucket, as plain numbers and nothing
else: what the bytes mean stands in the JSON beside them, with checksums of every bucket, the account of rows
and the codes the numbers mean. The JSON is sealed and comes last: without it the work is not finished.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from fordel_dask.kernels.partitioning import dealt_order
from fordel_dask.privacy import redacted
from fordel_dask.registers.checksums import checksums, mapped_file
from fordel_dask.registers.quarantine import is_kept
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.work import content_of, damaged, finished, stamp_of, write_json
from fordel_dask.store.publishing import hidden_name

CHUNK_ROWS = 1_000_000
LAYOUT = "layout"
"""What a summary tells of the file alone: later tasks read it, nobody else has to hold it."""

REMADE = "remade"
"""Marks the summary of work that was finished once, but was no more what was written."""

ALIGNMENT = 8
"""A column begins at a multiple of the widest number, as kernels expect."""


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


def data_of(side: Path) -> Path:
    """Give the file of rows that a JSON tells of."""
    return side.with_suffix(".dealt")


class DealtFile:
    """Takes rows and writes them chunk by chunk, each chunk sorted by bucket; ``side`` is the JSON to come."""

    def __init__(
        self, side: Path, buckets: int, bucket_of: Callable[[Columns], np.ndarray], chunk_rows: int = CHUNK_ROWS
    ) -> None:
        self._path, self._buckets, self._bucket_of, self._chunk_rows = data_of(side), buckets, bucket_of, chunk_rows
        self._waiting, self._sorted = Rows(chunk_rows), Rows(chunk_rows)
        self._begun = hidden_name(self._path)
        self._types: list[tuple[str, str]] = []
        self._chunks: list[dict[str, list[int]]] = []
        self._rows = 0

    def add(self, columns: Columns) -> None:
        """Take rows."""
        self._waiting.append(columns)
        self._rows += len(next(iter(columns.values())))
        if self._waiting.size >= self._chunk_rows:
            self._write_chunk()

    def _write_chunk(self) -> None:
        columns = self._waiting.columns()
        bounds, order = dealt_order(self._bucket_of(columns), self._buckets)
        self._waiting.clear()
        self._sorted.clear()
        self._sorted.append(columns, order)
        self._types = [(name, values.dtype.str) for name, values in columns.items()]
        try:
            self._append(self._sorted.columns().values())
        except OSError:
            self._begun.unlink(missing_ok=True)
            raise
        low, high = checksums(self._sorted.columns().values(), bounds)
        self._chunks.append({"bounds": bounds.tolist(), "low": low, "high": high})

    def _append(self, columns: Iterable[np.ndarray]) -> None:
        with self._begun.open("ab", buffering=0) as file:
            for values in columns:
                # plain bytes: lz4 would halve them, and take a tenth of the time of an ingest
                _write_all(file, values.view(np.uint8).data)
                _write_all(file, memoryview(bytes(-values.nbytes % ALIGNMENT)))

    def close(self) -> dict[str, Any]:
        """Write what is waiting, end the file, and give what its summary must tell of it."""
        if self._waiting.size:
            self._write_chunk()
        if self._chunks:
            self._begun.replace(self._path)
        return {"rows": self._rows, LAYOUT: {"types": self._types, "chunks": self._chunks}}


def _write_all(file: BinaryIO, content: memoryview) -> None:
    while content:
        content = content[file.write(content) :]


@redacted
@dataclass(frozen=True)
class Chunk:
    """One chunk of a dealt file: where its columns begin, the bounds of its buckets and their checksums."""

    begins: tuple[int, ...]
    bounds: npt.NDArray[np.int64]
    low: npt.NDArray[np.uint64]
    high: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Layout:
    """What the bytes of a dealt file mean: its columns, chunks and size."""

    types: Mapping[str, np.dtype[Any]]
    chunks: tuple[Chunk, ...]
    bytes: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return sum(int(chunk.bounds[-1]) for chunk in self.chunks)

    def columns(self, content: Any, chunk: Chunk, begin: int, end: int) -> Columns:
        """Give rows of a chunk as they lie in the file."""
        return {
            name: np.frombuffer(content, type_, end - begin, at + begin * type_.itemsize)
            for (name, type_), at in zip(self.types.items(), chunk.begins, strict=True)
        }


def layout_of(side: Path) -> Layout:
    """Give what a finished dealt file holds.

    Raises
    ------
    DamagedWorkError
        Its JSON is not what was written.
    """
    return _layout(side, stamp_of(side))


@functools.lru_cache(maxsize=4096)
def _layout(side: Path, _stamp: tuple[int, int]) -> Layout:
    return _as_layout(content_of(side))


def _as_layout(summary: Mapping[str, Any]) -> Layout:
    types = {name: np.dtype(type_) for name, type_ in summary[LAYOUT]["types"]}
    chunks, at = [], 0
    for chunk in summary[LAYOUT]["chunks"]:
        begins = []
        for type_ in types.values():
            begins.append(at)
            size = chunk["bounds"][-1] * type_.itemsize
            at += size + -size % ALIGNMENT
        sums = (np.array(chunk[name], np.uint64) for name in ("low", "high"))
        chunks.append(Chunk(tuple(begins), np.array(chunk["bounds"], np.int64), *sums))
    return Layout(types, tuple(chunks), at)


def read_bucket(side: Path, bucket: int) -> list[Columns]:
    """Read the rows of one bucket from one dealt file, chunk by chunk, as they were written.

    Raises
    ------
    DamagedWorkError
        They are not what was written; the same command, started again, makes them anew.
    """
    layout = layout_of(side)
    if not layout.chunks:
        return []
    content = mapped_file(data_of(side), layout.bytes)
    if content is None:
        raise damaged(data_of(side), side)
    found = []
    for chunk in layout.chunks:
        begin, end = chunk.bounds[bucket : bucket + 2].tolist()
        if begin < end:
            columns = layout.columns(content, chunk, begin, end)
            low, high = checksums(columns.values(), np.array([0, end - begin], np.int64))
            if (low[0], high[0]) != (chunk.low[bucket], chunk.high[bucket]):
                raise damaged(data_of(side), side)
            found.append(columns)
    return found


def taken_up(side: Path, aside: Path | None, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Give the summary of finished work, of before if all of it is still as it was written, else made anew.

    ``aside`` is the file that holds the rows it set aside, if it may have any.
    """
    again = {REMADE: True} if side.exists() else {}  # asked first: the task may be running twice
    found = finished(side)
    if found and is_kept(found, aside) and _is_whole(side, _as_layout(found)):
        return _told(found)
    return make() | again


def finish(side: Path, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Write the summary of a dealt file, the last act of its task, and give what others must hold of it."""
    write_json(side, summary)
    return _told(summary)


def _told(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in summary.items() if name != LAYOUT}


def _is_whole(side: Path, layout: Layout) -> bool:
    if not layout.chunks:
        return True
    content = mapped_file(data_of(side), layout.bytes)
    if content is None:
        return False
    return all(
        checksums(layout.columns(content, chunk, 0, int(chunk.bounds[-1])).values(), chunk.bounds)
        == (chunk.low.tolist(), chunk.high.tolist())
        for chunk in layout.chunks
    )
