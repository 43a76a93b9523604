"""Rows set aside for the clerk: every quarantined row as it was delivered, with its file, row and reason.

They hold person keys, so they stand neither in the store nor in its work directory. Tasks write what they
meet, a file a task, beside the store; what is left when the store is published becomes one file a register.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fordel_dask.errors import AccountingError
from fordel_dask.extracts.arrays import decoded
from fordel_dask.extracts.files import Piece
from fordel_dask.registers.hidden import hidden_texts
from fordel_dask.registers.work import damaged
from fordel_dask.store import MANIFEST, beside_record, sha256_of_file, write_manifest
from fordel_dask.store.publishing import hidden_name, private_directory

FILE, ROW, REASON = "file", "row", "reason"
ASIDE, ASIDE_SHA256 = "aside", "aside_sha256"
"""What a summary tells of rows set aside: how many, and the hash of their file."""

WHERE = {FILE: pa.string(), ROW: pa.int64(), REASON: pa.string()}


def file_name(register: str) -> str:
    """Give the name of the file of a register's quarantined rows."""
    return f"{register.replace(' ', '_')}.parquet"


class AsideFile:
    """Takes the quarantined rows of one task; the file appears with the first of them.

    If person keys are hidden by a ``secret``, they are hidden here too.
    """

    def __init__(self, path: Path, strip: bool, secret: Path | None) -> None:
        self._path, self._strip, self._secret = path, strip, secret
        self._writer: Any = None
        self._first: dict[Piece, int | None] = {}
        self.rows = 0

    def add(self, piece: Piece, before: int, batch: Any, reasons: Mapping[str, np.ndarray]) -> None:
        """Take the rows of a batch at the positions of each reason; ``before`` rows of the piece came before it."""
        for reason, positions in reasons.items():
            if positions.size:
                if piece not in self._first:
                    self._first[piece] = first_row(piece)
                first = self._first[piece]
                rows = None if first is None else positions + first + before + 1
                taken = batch.take(pa.array(positions))
                values = {name: self._text(taken.column(name), name, piece) for name in taken.schema.names}
                self.write(values, piece.path.name, rows, reason)

    def _text(self, column: Any, name: str, piece: Piece) -> Any:
        if self._secret is not None and name == "PNR":
            return hidden_texts(self._secret, column, self._strip, piece.register)
        return as_text(column)

    def write(self, values: Mapping[str, Any], file: str, rows: np.ndarray | None, reason: str) -> None:
        """Write rows of text with where they come from, and why they are here."""
        size = len(next(iter(values.values())))
        where = [
            pa.array([file] * size, pa.string()),
            pa.nulls(size, pa.int64()) if rows is None else pa.array(rows, pa.int64()),
            pa.array([reason] * size, pa.string()),
        ]
        table = pa.table([*where, *values.values()], names=[*WHERE, *values])
        if self._writer is None:
            for directory in (self._path.parent.parent, self._path.parent):
                directory.mkdir(mode=0o700, exist_ok=True)
            self._writer = PrivateWriter(self._path, table.schema)
        self._writer.write_table(table)
        self.rows += size

    def close(self) -> dict[str, Any]:
        """End the file, and give what the summary of the work must tell of it."""
        if self._writer is None:
            return {ASIDE: 0}
        self._writer.close()
        return {ASIDE: self.rows, ASIDE_SHA256: sha256_of_file(self._path)}


class PrivateWriter(pq.ParquetWriter):  # type: ignore[misc]
    """Writes a Parquet file that only its owner can read; it appears whole, when it is closed."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._begun = hidden_name(path)
        self._begun.touch(mode=0o600)
        super().__init__(self._begun, schema, compression="lz4")

    def close(self) -> None:
        """End the file, and let it appear under its name."""
        if self.is_open:
            super().close()
            self._begun.replace(self._path)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._let_go()

    def __del__(self) -> None:
        self._let_go()

    def _let_go(self) -> None:
        """Forget a file that was not ended: that a disk is full was told when it was written to."""
        if getattr(self, "is_open", False):
            with contextlib.suppress(OSError):
                super().close()
            self.is_open = False
        self._begun.unlink(missing_ok=True)


def first_row(piece: Piece) -> int | None:
    """Give how many rows of its file come before a piece, None where only reading would tell."""
    if not piece.first_group:
        return 0
    if not piece.is_parquet:
        return None
    metadata = pq.read_metadata(piece.path)
    return sum(int(metadata.row_group(group).num_rows) for group in range(piece.first_group))


def as_text(column: Any) -> Any:
    """Give a column as text, as it was delivered; counts of SAS as the days they mean, blank if they mean none."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return pa.array([None if v is None else decoded(v) for v in column.to_pylist()], pa.string())
    if pa.types.is_date(column.type):
        texts = column.cast(pa.string())  # days were numbers once; one that is no day cannot be written as one
        return pc.if_else(pc.match_substring(texts, "out of range"), None, texts)
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())


def is_kept(summary: Mapping[str, Any], path: Path | None) -> bool:
    """Tell whether the rows that finished work set aside are still there, as they were written."""
    if not summary.get(ASIDE):
        return True
    return path is not None and path.is_file() and sha256_of_file(path) == summary[ASIDE_SHA256]


def gather(directory: Path, parts: Mapping[str, Sequence[Path]], accounts: Mapping[str, Any], facts: Any) -> None:
    """Write what tasks set aside as one file a register, hold it against the account, and vouch for the files.

    ``facts`` go into the metadata of each file, and into the manifest beside them. The store's own manifest says
    nothing of these files: it does not depend on the order of rows and the names of files, and they do.

    Raises
    ------
    AccountingError
        Another number of rows was set aside than the account says.
    """
    for register, account in accounts.items():
        counted = sum(account["quarantined"].values())
        aside = list(parts.get(register, ()))
        written = _gathered(private_directory(directory) / file_name(register), aside, facts) if aside else 0
        if written != counted:
            raise AccountingError(
                f"{register}: {written:,} rows were set aside, {counted:,} are quarantined in the account. "
                f"This is an error of the program; please report it."
            )
    files = sorted(directory.glob("*.parquet"))
    if files:
        write_manifest(directory, {**facts, "files": [beside_record(path) for path in files]})
        (directory / MANIFEST).chmod(0o600)


def _gathered(path: Path, files: Sequence[Path], facts: Any) -> int:
    names = list(dict.fromkeys(name for file in files for name in pq.read_schema(file).names))
    schema = pa.schema([(name, WHERE.get(name, pa.string())) for name in names], metadata=facts)
    rows = 0
    with PrivateWriter(path, schema) as writer:
        for file in files:
            with pq.ParquetFile(file) as part:
                for batch in part.iter_batches(use_threads=False):
                    rows += batch.num_rows
                    writer.write_batch(_widened(batch, schema))
    return rows


def _widened(batch: Any, schema: pa.Schema) -> Any:
    present = set(batch.schema.names)
    columns = [
        batch.column(field.name) if field.name in present else pa.nulls(batch.num_rows, field.type) for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def set_aside(summaries: Iterable[tuple[str, Mapping[str, Any], Path]]) -> dict[str, list[Path]]:
    """Give the files of rows set aside by register, from the summary of each task and the file it may have written.

    Raises
    ------
    DamagedWorkError
        A file is not what was written.
    """
    parts: dict[str, list[Path]] = {}
    for register, summary, path in summaries:
        if summary.get(ASIDE):
            if not is_kept(summary, path):
                raise damaged(path)
            parts.setdefault(register, []).append(path)
    return parts
