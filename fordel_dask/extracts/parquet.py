"""Parquet files: columns from the footer, rows in batches of bounded size."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fordel_dask.errors import IntegrityError
from fordel_dask.extracts.arrays import is_text
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.extract import Extract, Piece, Portion, kind_of_type, readable

FINEST_OF_INT96 = "us"
"""The old time of 96 bits is read in microseconds: in nanoseconds it would end in 2262, and 31 December 9999
would come out as another day."""


BATCH_BYTES = 256 * 1024 * 1024
"""Bytes of a batch, all its columns together, as far as the footer tells."""

LONGEST_VALUE = 4096


def describe_parquet(source: Source, path: Path) -> Extract:
    """Give the columns and row groups of a file from its footer."""
    with readable(source.register, path), pq.ParquetFile(path) as file:
        schema, metadata = file.schema_arrow, file.metadata
        groups = tuple(metadata.row_group(g).num_rows for g in range(metadata.num_row_groups))
        names, kinds = tuple(schema.names), tuple(kind_of_type(field.type) for field in schema)
    return Extract(source.register, path, names, kinds, groups, source.form)


def parquet_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], few_values: frozenset[str], portion: Portion
) -> Iterator[pa.RecordBatch]:
    """Read the row groups of a piece."""
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
        coerce_int96_timestamp_unit=FINEST_OF_INT96,
    ) as file:
        _refuse_long_values(piece, file, [name for name in delivered if name not in dictionaries])
        rows = _rows_at_once(piece, file, delivered, portion)
        for batch in file.iter_batches(rows, row_groups=groups, columns=delivered, use_threads=False):
            arrays = [batch.column(name) for name in delivered]
            _check_text(piece, dict(zip(delivered, arrays, strict=True)))
            yield pa.RecordBatch.from_arrays(arrays, names=canonical)


def _rows_at_once(piece: Piece, file: pq.ParquetFile, names: Sequence[str], portion: Portion) -> int:
    """Give the rows of a batch: fewer than usual where the footer says that they are long."""
    wanted = frozenset(names)
    places = [n for n in range(len(file.schema)) if file.schema.column(n).path.partition(".")[0] in wanted]
    groups = [file.metadata.row_group(group) for group in range(piece.first_group, piece.end_group)]
    longest = max(
        sum(group.column(n).total_uncompressed_size for n in places) // max(1, group.num_rows) for group in groups
    )
    return int(max(1, min(portion.rows, BATCH_BYTES // max(1, longest))))


def _refuse_long_values(piece: Piece, file: pq.ParquetFile, names: Sequence[str]) -> None:
    """Refuse texts that are none of a register, before a short dictionary becomes as many of them as there are rows.

    Thirty kilobytes of dictionary and indices may say 300,000 times the same 100,000 characters.
    """
    texts = [field.name for field in file.schema_arrow if field.name in names and is_text(field.type)]
    if not texts:
        return
    with pq.ParquetFile(piece.path, metadata=file.metadata, read_dictionary=texts, pre_buffer=False) as coded:
        for group in range(piece.first_group, piece.end_group):
            first = next(coded.iter_batches(1, row_groups=[group], columns=texts, use_threads=False), None)
            if first is not None and any(_longest(column) > LONGEST_VALUE for column in first.columns):
                raise IntegrityError(
                    f"{piece.register}: {piece.path.name} has a text of more than {LONGEST_VALUE:,} bytes where a code "
                    f"or a key is expected. It is damaged, or the columns are others; fetch the file again."
                )


def _longest(column: pa.Array) -> int:
    words = column.dictionary if pa.types.is_dictionary(column.type) else column
    return pc.max(pc.binary_length(words)).as_py() or 0


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


def ends_of(extract: Extract, delivered: str) -> list[object]:
    """Give the smallest and largest values that the footer names for a column, of every row group; none if any lacks.

    A row group of nulls only has none.
    """
    ends: list[object] = []
    with readable(extract.register, extract.path), pq.ParquetFile(extract.path) as file:
        at = next(n for n in range(len(file.schema)) if file.schema.column(n).path == delivered)
        for group in range(file.metadata.num_row_groups):
            column = file.metadata.row_group(group).column(at)
            known = column.statistics
            if known is not None and known.has_min_max:
                try:
                    ends += [known.min, known.max]
                except UnicodeDecodeError:  # told in better words when rows are read
                    return []
            elif known is None or known.null_count != column.num_values:
                return []
    return ends
