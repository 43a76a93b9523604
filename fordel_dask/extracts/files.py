"""Files of a delivery, Parquet or CSV: their columns, and their rows in batches of bounded size."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from fordel_dask.errors import IntegrityError, SchemaError
from fordel_dask.extracts.arrays import decoded, is_text
from fordel_dask.extracts.declaration import Form, Source

PLAIN = Form()
BATCH_ROWS = 256 * 1024
CSV_BLOCK_BYTES = 16 * 1024 * 1024
BUFFER_BYTES = 1024 * 1024
UNKNOWN_ROWS = -1
SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Extract:
    """One file: its column names, what kind each column is, and the rows of its row groups.

    A kind is ``text``, ``integer``, ``float`` or ``other``. CSV files have text only and
    no row groups.
    """

    register: str
    path: Path
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    group_rows: tuple[int, ...]
    form: Form = PLAIN

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet."""
        return self.path.suffix == ".parquet"

    @property
    def rows(self) -> int:
        """Number of rows, −1 where only reading would tell."""
        return sum(self.group_rows) if self.is_parquet else UNKNOWN_ROWS


@dataclass(frozen=True)
class Piece:
    """A range of row groups of one file, what one task reads; CSV files are one piece."""

    register: str
    path: Path
    first_group: int
    end_group: int
    rows: int
    form: Form = PLAIN

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet."""
        return self.path.suffix == ".parquet"


def describe(source: Source) -> tuple[Extract, ...]:
    """Open every file of a register and give its columns and size.

    Raises
    ------
    IntegrityError
        A file cannot be read.
    SchemaError
        A file is neither Parquet nor CSV.
    """
    return tuple(_describe(source, path) for path in source.files)


def _describe(source: Source, path: Path) -> Extract:
    if path.suffix == ".parquet":
        with readable(source.register, path), pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            groups = tuple(metadata.row_group(g).num_rows for g in range(metadata.num_row_groups))
        kinds = tuple(_kind(field.type) for field in schema)
        return Extract(source.register, path, tuple(schema.names), kinds, groups)
    if path.name.endswith((".csv", ".csv.gz")):
        names, form = _header(source, path)
        return Extract(source.register, path, names, ("text",) * len(names), (), form)
    raise SchemaError(f"{source.register}: {path.name} is neither Parquet nor CSV (.csv, .csv.gz).")


def _kind(type_: pa.DataType) -> str:
    if pa.types.is_dictionary(type_):
        return _kind(type_.value_type)
    if pa.types.is_integer(type_):
        return "integer"
    if pa.types.is_floating(type_):
        return "float"
    return "text" if is_text(type_) else "other"


def _header(source: Source, path: Path) -> tuple[tuple[str, ...], Form]:
    given = source.form
    with readable(source.register, path), pa.input_stream(path, compression="detect") as stream:
        line = io.BufferedReader(stream).readline()
        first = (line.decode(given.encoding) if given.encoding else decoded(line)).removeprefix("\ufeff")
    separator = given.separator or max(SEPARATORS, key=first.count)
    names = tuple(name.strip() for name in next(csv.reader([first], delimiter=separator), []))
    return names, Form(separator, given.encoding)


def pieces(extract: Extract, rows_at_a_time: int) -> list[Piece]:
    """Cut a file into ranges of whole row groups of about ``rows_at_a_time`` rows."""
    if not extract.is_parquet:
        return [Piece(extract.register, extract.path, 0, 0, UNKNOWN_ROWS, extract.form)]
    cut: list[Piece] = []
    first = rows = 0
    for group, size in enumerate(extract.group_rows):
        if rows and rows + size > rows_at_a_time:
            cut.append(Piece(extract.register, extract.path, first, group, rows))
            first, rows = group, 0
        rows += size
    cut.append(Piece(extract.register, extract.path, first, len(extract.group_rows), rows))
    return cut


def read_rows(piece: Piece, columns: Sequence[tuple[str, str]], few_values: frozenset[str]) -> Iterator[Any]:
    """Read a piece as record batches under canonical names.

    ``columns`` are (canonical, delivered) names. Text columns among ``few_values`` come
    dictionary-encoded, ten times as fast as plain text. No batch is large, however large
    the row group.

    Raises
    ------
    IntegrityError
        The file is damaged.
    """
    open_batches = _parquet_batches if piece.is_parquet else _csv_batches
    batches = open_batches(piece, columns, few_values)
    while True:
        with readable(piece.register, piece.path):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def count_rows(extract: Extract) -> int:
    """Count the rows of a file."""
    if extract.is_parquet:
        return extract.rows
    one_column = [(extract.names[0], extract.names[0])]
    return sum(batch.num_rows for piece in pieces(extract, 0) for batch in read_rows(piece, one_column, frozenset()))


def _parquet_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], few_values: frozenset[str]
) -> Iterator[pa.RecordBatch]:
    canonical, delivered = [c for c, _ in columns], [d for _, d in columns]
    dictionaries = [d for c, d in columns if c in few_values]
    groups = list(range(piece.first_group, piece.end_group))
    if not groups:
        return
    with pq.ParquetFile(
        piece.path,
        read_dictionary=dictionaries,
        pre_buffer=False,
        buffer_size=BUFFER_BYTES,
        page_checksum_verification=True,
    ) as file:
        for batch in file.iter_batches(BATCH_ROWS, row_groups=groups, columns=delivered, use_threads=False):
            yield pa.RecordBatch.from_arrays([batch.column(name) for name in delivered], names=canonical)


def _csv_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], _few_values: frozenset[str]
) -> Iterator[pa.RecordBatch]:
    canonical, delivered = [c for c, _ in columns], [d for _, d in columns]
    types = {name: pa.binary() for name in delivered}  # decoded value by value, see arrays.decoded
    names, _ = _header(Source(piece.register, (piece.path,), form=piece.form), piece.path)
    with pa.input_stream(piece.path, compression="detect") as stream:
        reader = pyarrow.csv.open_csv(
            stream,
            pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=CSV_BLOCK_BYTES,
                encoding=piece.form.encoding or "utf8",
                column_names=list(names),
                skip_rows=1,
            ),
            pyarrow.csv.ParseOptions(delimiter=piece.form.separator or ","),
            pyarrow.csv.ConvertOptions(include_columns=delivered, column_types=types),
        )
        for batch in reader:
            yield pa.RecordBatch.from_arrays([batch.column(name) for name in delivered], names=canonical)


@contextlib.contextmanager
def readable(register: str, path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an error that names the file, and no value."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError, csv.Error):
        pass
    else:
        return
    raise IntegrityError(
        f"{register}: {path.name} cannot be read; it is damaged, cut short or not in the format its "
        f"name says. Fetch the file again, or take it out of the delivery."
    )
