"""The files of a store: written whole with checksums, read only if they are what their record says."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from fordel_dask.documents import is_below
from fordel_dask.errors import IntegrityError
from fordel_dask.schema import Table
from fordel_dask.store.columns import as_arrow, as_numpy
from fordel_dask.store.publishing import appearing, sync

FOOTER_BYTES = 4096
Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class PartFile:
    """One file of a store: where it lies, and what it must be.

    ``footer_sha256`` covers the last 4 KiB, which no page checksum does; it is held
    against the file at every read, ``sha256`` by ``fordel verify``.
    """

    file: str
    rows: int
    bytes: int
    sha256: str
    footer_sha256: str


def sha256_of_file(path: Path) -> str:
    """Give the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_footer(path: Path) -> str:
    """Give the SHA-256 of the last bytes of a file, where Parquet keeps its schema and offsets."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - FOOTER_BYTES, 0))
        return hashlib.sha256(file.read()).hexdigest()


def describe_file(path: Path, root: Path, rows: int) -> PartFile:
    """Give the record of a written file, with its hashes and its place below ``root``."""
    return PartFile(
        file=path.relative_to(root).as_posix(),
        rows=rows,
        bytes=path.stat().st_size,
        sha256=sha256_of_file(path),
        footer_sha256=sha256_of_footer(path),
    )


def beside_record(path: Path) -> dict[str, Any]:
    """Give the record of a file that stands beside a store: its name, size and hash."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256_of_file(path)}


def write_part(root: Path, file: str, table: Table, columns: Columns) -> PartFile:
    """Write one part of a table of the store as Parquet, durable and whole, and give its record.

    Page checksums are on: without them nine in ten flipped bits would be read as wrong
    data with no error. The bytes depend on the columns only.
    """
    batch = _record_batch(table, columns)

    def write(path: Path) -> None:
        pq.write_table(pa.Table.from_batches([batch]), path, **_parquet_layout(table))

    return _write_whole(root, file, batch.num_rows, write)


def write_facts_part(root: Path, file: str, table: Table, columns: Columns) -> PartFile:
    """Write one part of facts as Arrow IPC with lz4, durable and whole, and give its record.

    Many narrow, nearly empty columns: a third of Parquet's time to write, and narrower types.
    """
    batch = _record_batch(table, columns)
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)

    def write(path: Path) -> None:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema, options=options) as writer:
            writer.write_batch(batch)

    return _write_whole(root, file, batch.num_rows, write)


def _record_batch(table: Table, columns: Columns) -> pa.RecordBatch:
    schema = table.arrow_schema()
    arrays = [as_arrow(columns[field.name], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _write_whole(root: Path, file: str, rows: int, write: Callable[[Path], None]) -> PartFile:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with appearing(path) as begun:
        write(begun)
        sync(begun)  # here: who plans the tasks cannot make durable what another machine still holds
    return describe_file(path, root, rows)


def _parquet_layout(table: Table) -> dict[str, Any]:
    return {
        "compression": "lz4",
        "data_page_size": 256 * 1024,
        "row_group_size": 64 * 1024 * 1024,
        "write_page_checksum": True,
        "write_statistics": False,
        "store_schema": False,
        "version": "2.6",
        "use_dictionary": [c.name for c in table.columns if c.packing == "dictionary"],
        "column_encoding": {
            c.name: {"delta": "DELTA_BINARY_PACKED", "split": "BYTE_STREAM_SPLIT", "plain": "PLAIN"}[c.packing]
            for c in table.columns
            if c.packing != "dictionary"
        },
    }


def read_part(root: Path, part: PartFile, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Read columns of one part, holding the file against its record and its page checksums.

    Raises
    ------
    IntegrityError
        The file is missing, has another size, footer or number of rows, or a damaged page.
    """
    path = root / part.file
    failure = difference(path, part)
    if failure is None:
        try:
            with pq.ParquetFile(path, memory_map=True, pre_buffer=False, page_checksum_verification=True) as file:
                table = file.read(columns=list(names), use_threads=False)
            if table.num_rows == part.rows:
                return {name: _in_one(table.column(name)) for name in names}
            failure = f"has {table.num_rows:,} rows instead of {part.rows:,}"
        except (OSError, pa.ArrowException, KeyError):
            failure = "cannot be read: a page is damaged or a column is missing"
    raise IntegrityError(
        f"{part.file} in {root.name} {failure}. The store is not what its manifest says: "
        f"run 'fordel verify {root.name}' to see all files, then ingest the registers again."
    )


def read_facts_part(root: Path, part: PartFile, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Read columns of one part of facts, holding the whole file against its hash.

    Raises
    ------
    IntegrityError
        The file is missing or not what was written.
    """
    path = root / part.file
    try:
        content = pa.py_buffer(path.read_bytes())
        whole = hashlib.sha256(content).hexdigest() == part.sha256
    except OSError:
        whole = False
    if not whole:
        raise IntegrityError(
            f"{part.file} in {root.name} is missing or not what was written. Run again with --fresh to read the "
            f"registers anew."
        )
    schema = pa.ipc.open_file(content).schema
    options = pa.ipc.IpcReadOptions(use_threads=False, included_fields=[schema.get_field_index(n) for n in names])
    batch = pa.ipc.open_file(content, options=options).get_batch(0)
    return {name: as_numpy(batch.column(name)) for name in names}


def kind_of_file(path: Path, size: int | None = None) -> str | None:
    """Say what is wrong with a path that should be a file of a size; None if nothing is."""
    try:
        state = path.lstat()
    except OSError:
        return "is missing or cannot be opened"
    if not stat.S_ISREG(state.st_mode):
        return "is a link, not a file" if stat.S_ISLNK(state.st_mode) else "is no file"
    if size is not None and state.st_size != size:
        return f"has {state.st_size:,} bytes instead of {size:,}"
    return None


def difference(path: Path, part: PartFile) -> str | None:
    """Say in what a file differs from its record, all but the middle of it; None if in nothing."""
    wrong = kind_of_file(path, part.bytes)
    try:
        if wrong is None and sha256_of_footer(path) != part.footer_sha256:
            return "has another footer than when it was written"
    except OSError:
        return "is missing or cannot be opened"
    return wrong


def part_names(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give the names of the files of records.

    Raises
    ------
    ValueError
        A name leads out of the directory that holds the files, or stands twice.
    """
    names = [str(part["file"]) for part in parts]
    for name in names:
        if not is_below(name):
            raise ValueError("leads elsewhere")
    if len(set(names)) != len(names):
        raise ValueError("stands twice")
    return names


def _in_one(column: pa.ChunkedArray) -> np.ndarray:
    chunks = [as_numpy(chunk) for chunk in column.chunks]
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)


def part_records(parts: Sequence[PartFile]) -> list[dict[str, Any]]:
    """Give part records as they stand in a manifest."""
    return [asdict(part) for part in parts]
