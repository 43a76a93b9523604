"""Files of a delivery, Parquet, CSV, SAS or Excel: their columns, and their rows in batches of bounded size."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.day_numbers import day_numbers, with_days
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.delimited import csv_batches, describe_csv
from fordel_dask.extracts.excel import describe_excel, excel_batches
from fordel_dask.extracts.extract import (
    DEFAULT_PORTION,
    UNKNOWN_ROWS,
    Extract,
    Piece,
    Portion,
    checked_names,
    format_of,
    kind_of_type,
    readable,
)
from fordel_dask.extracts.parquet import describe_parquet, parquet_batches
from fordel_dask.extracts.recoding import recoded
from fordel_dask.extracts.sas import describe_sas, sas_batches
from fordel_dask.gathering import Faults

__all__ = [
    "DEFAULT_PORTION",
    "UNKNOWN_ROWS",
    "Extract",
    "Piece",
    "Portion",
    "count_rows",
    "describe",
    "described",
    "find_day_numbers",
    "kind_of_type",
    "pieces",
    "read_rows",
    "readable",
]

DESCRIBE = {"parquet": describe_parquet, "csv": describe_csv, "sas": describe_sas, "excel": describe_excel}
BATCHES = {"parquet": parquet_batches, "csv": csv_batches, "sas": sas_batches, "excel": excel_batches}


def describe(source: Source) -> tuple[Extract, ...]:
    """Open every file of a register and give its columns and size.

    Raises
    ------
    IntegrityError
        A file cannot be read.
    SchemaError
        A file is neither Parquet nor CSV nor SAS nor a workbook.
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
    if format_of(path) not in DESCRIBE:
        raise SchemaError(
            f"{source.register}: {path.name} is neither Parquet nor CSV nor SAS (.parquet, .csv, .csv.gz, .sas7bdat), "
            f"nor a workbook (.xlsx) of a small table."
        )
    return checked_names(DESCRIBE[format_of(path)](source, path))


def pieces(extract: Extract, rows_at_a_time: int) -> list[Piece]:
    """Cut a file into ranges of whole row groups of about ``rows_at_a_time`` rows."""
    what = partial(Piece, extract.register, extract.path, form=extract.form, days=extract.days)
    if not extract.is_parquet:
        return [what(0, len(extract.group_rows), extract.rows)]
    cut: list[Piece] = []
    first = rows = 0
    for group, size in enumerate(extract.group_rows):
        if rows and rows + size > rows_at_a_time:
            cut.append(what(first, group, rows))
            first, rows = group, 0
        rows += size
    cut.append(what(first, len(extract.group_rows), rows))
    return cut


def read_rows(
    piece: Piece, columns: Sequence[tuple[str, str]], few_values: frozenset[str], portion: Portion = DEFAULT_PORTION
) -> Iterator[Any]:
    """Read a piece as record batches under canonical names.

    ``columns`` are (canonical, delivered) names. Text columns among ``few_values`` come
    dictionary-encoded, ten times as fast as plain text. Numbers that are days come as dates, and values
    that the declaration gives another meaning have that one. No batch is larger than a ``portion``,
    however large the row group.

    Raises
    ------
    IntegrityError
        The file is damaged.
    """
    batches = BATCHES[format_of(piece.path)](piece, columns, few_values, portion)
    while True:
        with readable(piece.register, piece.path):
            batch = next(batches, None)
        if batch is None:
            return
        dated = with_days(batch, columns, piece.days) if piece.days else batch
        yield recoded(dated, piece.form.codings, piece.register)


def find_day_numbers(extract: Extract, delivered: Sequence[str], portion: Portion = DEFAULT_PORTION) -> Extract:
    """Give a file with what the numbers of its day columns mean, judged by column.

    Raises
    ------
    IntegrityError
        The file cannot be read.
    """
    return day_numbers(extract, delivered, partial(_first_rows, portion=portion))


def _first_rows(extract: Extract, delivered: str, portion: Portion) -> Iterator[Any]:
    for piece in pieces(extract, 1):
        for batch in read_rows(piece, [(delivered, delivered)], frozenset(), portion):
            yield batch.column(0)


def count_rows(extract: Extract, portion: Portion = DEFAULT_PORTION) -> int:
    """Count the rows of a file."""
    if extract.rows != UNKNOWN_ROWS:
        return extract.rows
    one_column = [(extract.names[0], extract.names[0])]
    batches = (batch for piece in pieces(extract, 0) for batch in read_rows(piece, one_column, frozenset(), portion))
    return sum(batch.num_rows for batch in batches)
