"""Files of a delivery, Parquet or CSV: their columns, and their rows in batches of bounded size."""

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from fordel_dask.errors import IntegrityError, SchemaError
from fordel_dask.extracts.arrays import decoded, is_text
from fordel_dask.extracts.declaration import Form, Source
from fordel_dask.extracts.gathering import Faults

PLAIN = Form()
BATCH_ROWS = 256 * 1024
CSV_BLOCK_BYTES = 16 * 1024 * 1024
BUFFER_BYTES = 1024 * 1024
UNKNOWN_ROWS = -1
SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Portion:
    """How much of a file is in memory at a time: rows of a batch, bytes of a CSV block, bytes read ahead a column."""

    rows: int = BATCH_ROWS
    csv_block_bytes: int = CSV_BLOCK_BYTES
    buffer_bytes: int = BUFFER_BYTES


DEFAULT_PORTION = Portion()


@dataclass(frozen=True)
class Extract:
    """One file: its column names, what kind each column is, and the rows of its row groups.

    A kind is ``text``, ``integer``, ``float``, ``decimal``, ``date`` (times too), ``boolean``,
    ``blank`` (nulls only) or ``other``. CSV files have text only and no row groups.
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
    faults = Faults()
    extracts = described(source, faults)
    faults.refuse()
    return extracts


def described(source: Source, faults: Faults) -> tuple[Extract, ...]:
    """Open every file of a register, note those that cannot be opened and give the others."""
    found = [faults.note(partial(_describe, source, path), None) for path in source.files]
    return tuple(extract for extract in found if extract)


def _describe(source: Source, path: Path) -> Extract:
    if path.suffix == ".parquet":
        with readable(source.register, path), pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            groups = tuple(metadata.row_group(g).num_rows for g in range(metadata.num_row_groups))
            names, kinds = tuple(schema.names), tuple(kind_of_type(field.type) for field in schema)
        return Extract(source.register, path, names, kinds, groups)
    if path.name.endswith((".csv", ".csv.gz")):
        names, form = _header(source, path)
        return Extract(source.register, path, names, ("text",) * len(names), (), form)
    raise SchemaError(f"{source.register}: {path.name} is neither Parquet nor CSV (.csv, .csv.gz).")


KINDS = {
    "text": lambda type_: is_text(type_) or pa.types.is_binary(type_),
    "integer": pa.types.is_integer,
    "float": pa.types.is_floating,
    "decimal": pa.types.is_decimal,
    "date": lambda type_: pa.types.is_date(type_) or pa.types.is_timestamp(type_),
    "boolean": pa.types.is_boolean,
    "blank": pa.types.is_null,
}


def kind_of_type(type_: pa.DataType) -> str:
    """Give the kind of the values of a type."""
    if pa.types.is_dictionary(type_):
        return kind_of_type(type_.value_type)
    return next((kind for kind, holds in KINDS.items() if holds(type_)), "other")


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


def read_rows(
    piece: Piece, columns: Sequence[tuple[str, str]], few_values: frozenset[str], portion: Portion = DEFAULT_PORTION
) -> Iterator[Any]:
    """Read a piece as record batches under canonical names.

    ``columns`` are (canonical, delivered) names. Text columns among ``few_values`` come
    dictionary-encoded, ten times as fast as plain text. No batch is larger than a ``portion``,
    however large the row group.

    Raises
    ------
    IntegrityError
        The file is damaged.
    """
    open_batches = _parquet_batches if piece.is_parquet else _csv_batches
    batches = open_batches(piece, columns, few_values, portion)
    while True:
        with readable(piece.register, piece.path):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def count_rows(extract: Extract, portion: Portion = DEFAULT_PORTION) -> int:
    """Count the rows of a file."""
    if extract.is_parquet:
        return extract.rows
    one_column = [(extract.names[0], extract.names[0])]
    batches = (batch for piece in pieces(extract, 0) for batch in read_rows(piece, one_column, frozenset(), portion))
    return sum(batch.num_rows for batch in batches)


def _parquet_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], few_values: frozenset[str], portion: Portion
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
        buffer_size=portion.buffer_bytes,
        page_checksum_verification=True,
    ) as file:
        for batch in file.iter_batches(portion.rows, row_groups=groups, columns=delivered, use_threads=False):
            arrays = [batch.column(name) for name in delivered]
            _check_text(piece, dict(zip(delivered, arrays, strict=True)))
            yield pa.RecordBatch.from_arrays(arrays, names=canonical)


def _check_text(piece: Piece, columns: Mapping[str, pa.Array]) -> None:
    wrong = [name for name, column in columns.items() if not _is_valid_text(column)]
    if wrong:
        raise IntegrityError(
            f"{piece.register}: {piece.path.name} says that {' and '.join(wrong)} is text in UTF-8, but some of it is "
            f"not. Write the file again from its source, in UTF-8."
        )


def _is_valid_text(column: pa.Array) -> bool:
    type_ = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    try:
        if is_text(type_):
            column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _csv_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], _few_values: frozenset[str], portion: Portion
) -> Iterator[pa.RecordBatch]:
    canonical, delivered = [c for c, _ in columns], [d for _, d in columns]
    types = {name: pa.binary() for name in delivered}  # decoded value by value, see arrays.decoded
    names, _ = _header(Source(piece.register, (piece.path,), form=piece.form), piece.path)
    with pa.input_stream(piece.path, compression="detect") as stream:
        reader = pyarrow.csv.open_csv(
            stream,
            pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=portion.csv_block_bytes,
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
