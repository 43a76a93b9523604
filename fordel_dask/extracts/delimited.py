"""CSV files: columns from the first line, rows as text in batches of bounded size.

Values stay bytes until they are needed, see ``arrays.decoded``; so the alphabet need not be known.
"""

import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from fordel_dask.errors import IntegrityError, SchemaError
from fordel_dask.extracts.arrays import decoded
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.extract import Extract, Piece, Portion, readable
from fordel_dask.extracts.form import Form
from fordel_dask.extracts.toml import FILE_NAME

LONGEST_HEADER = 4 * 1024 * 1024
ANY_BYTE = "latin-1"
MOST_UNPACKED = 500
"""How many times its size a packed file may hold: registers 5 to 100 times, a file made to fill disks 1,000 times."""

SMALL_BYTES = 64 * 1024 * 1024
"""As much may come out of any file."""

SEPARATORS = (",", ";", "\t", "|")
RAGGED = re.compile(r"(Row #(?P<row>\d+): )?Expected (?P<expected>\d+) columns, got (?P<found>\d+)")
WIDE_BYTES = (b"\xff\xfe", b"\xfe\xff")
"""How text of two bytes a character begins."""

THOUSANDS = {
    ",": r"^\s*([+-]?\d{1,3}(\.\d{3})+(,\d+)?|[+-]?\d+,\d+)\s*$",
    ".": r"^\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*$",
}
"""By decimal sign, the numbers that must be written anew to have a point and no marks of thousands."""


def describe_csv(source: Source, path: Path) -> Extract:
    """Give the columns of a file from its first line.

    Raises
    ------
    IntegrityError
        There is no line, or it cannot be read.
    SchemaError
        The first line holds values and no names.
    """
    names, form = _header(source, path)
    return Extract(source.register, path, names, ("text",) * len(names), (), form)


def _header(source: Source, path: Path) -> tuple[tuple[str, ...], Form]:
    form = source.form
    with readable(source.register, path):
        line, encoding = _first_line(path, form.encoding)
    if not line.strip():
        raise IntegrityError(
            f"{source.register}: {path.name} is empty: not even a line with the names of its columns. "
            f"Fetch the file again, or take it out of the delivery."
        )
    unquoted = re.sub(r'"[^"]*"', "", line)
    separator = form.separator or max(SEPARATORS, key=unquoted.count)
    with readable(source.register, path):
        names = tuple(name.strip() for name in next(csv.reader([line], delimiter=separator), []))
    _refuse_values(source, path, unquoted, names)
    return names, replace(form, separator=separator, encoding=encoding)


def _first_line(path: Path, encoding: str | None) -> tuple[str, str | None]:
    """Give the first line and the encoding; that of two-byte text is seen at its first bytes."""
    with _stream(path) as stream:
        start = stream.read(2)
    if encoding is None and start in WIDE_BYTES:
        encoding = "utf-16"
    with _stream(path) as stream:
        raw = io.BufferedReader(stream)
        if encoding:
            line = io.TextIOWrapper(raw, encoding, newline=None).readline(LONGEST_HEADER)
        else:
            line = decoded(re.split(rb"[\r\n]", raw.readline(LONGEST_HEADER), maxsplit=1)[0])
        return line.removeprefix("\ufeff").rstrip("\r\n"), encoding


def _stream(path: Path) -> Any:
    return pa.input_stream(path, compression="gzip" if path.name.lower().endswith(".gz") else None)


def _refuse_values(source: Source, path: Path, unquoted: str, names: Sequence[str]) -> None:
    """Refuse a first line that cannot be names; a later message would repeat it as such."""
    if "\0" in unquoted or '"' in unquoted or any(name and not re.search(r"[^\W\d_]", name) for name in names):
        raise SchemaError(
            f"{source.register}: the first line of {path.name} is no line of column names: it holds zero bytes, a "
            f"name that goes over several lines, or numbers. Expected is text whose first line names the columns, "
            f"such as PNR;KOEN. Write the file again with that line, or state separator and encoding in {FILE_NAME}."
        )


def csv_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], _few_values: frozenset[str], portion: Portion
) -> Iterator[pa.RecordBatch]:
    """Read a file in batches of text.

    Raises
    ------
    IntegrityError
        A line has too few or too many fields, or holds zero bytes.
    """
    names, form = _header(Source(piece.register, (piece.path,), form=piece.form), piece.path)
    canonical, places = [c for c, _ in columns], [str(names.index(delivered)) for _, delivered in columns]
    refused, rows = "", 0
    with _stream(piece.path) as stream:
        watched = _Watched(stream, piece.path.stat().st_size)
        try:
            for batch in _open(watched, form, (len(names), places), portion.csv_block_bytes):
                _refuse_zero_bytes(piece, watched, form)
                _refuse_bomb(piece, watched)
                rows += batch.num_rows
                read = {place: _plain(batch.column(place), form.decimal) for place in batch.schema.names}
                yield pa.RecordBatch.from_arrays([read[place] for place in places], names=canonical)
        except pa.ArrowInvalid as error:
            refused = str(error)
            if not RAGGED.search(refused) and not _is_one_line(piece.path):
                raise
    if RAGGED.search(refused):
        raise IntegrityError(_ragged(piece, refused))
    _refuse_open_quote(piece, watched, form, rows)


class _Watched:
    """A stream whose quotes are counted, and whose zero bytes are noted, while it is read."""

    closed = False

    def __init__(self, stream: Any, file_bytes: int) -> None:
        self._stream = stream
        self._file_bytes = file_bytes
        self.read_bytes = self.quotes = self.line_ends = 0
        self.has_zero = False

    def read(self, size: int) -> bytes:
        """Give the next bytes."""
        block: bytes = self._stream.read(size)
        self.read_bytes += len(block)
        self.quotes += block.count(b'"')
        self.line_ends += block.count(b"\n")
        self.has_zero = self.has_zero or b"\0" in block
        return block

    @property
    def is_bomb(self) -> bool:
        """Whether the stream has given more than a packed file of this size can sensibly hold."""
        return self.read_bytes > max(SMALL_BYTES, MOST_UNPACKED * self._file_bytes)

    def close(self) -> None:
        """Leave the stream to whoever opened it."""
        self.closed = True


def _refuse_zero_bytes(piece: Piece, watched: _Watched, form: Form) -> None:
    if watched.has_zero and not form.encoding:
        raise IntegrityError(
            f"{piece.register}: {piece.path.name} holds zero bytes, which no text has; it is damaged or in another "
            f"encoding. Write the file again as UTF-8, or state its encoding in {FILE_NAME}."
        )


def _refuse_bomb(piece: Piece, watched: _Watched) -> None:
    if watched.is_bomb:
        raise IntegrityError(
            f"{piece.register}: {piece.path.name} holds more than {MOST_UNPACKED:,} times its size, as no register "
            f"does: nearly all its rows are the same. Fetch it again; or unpack it, and name the .csv in {FILE_NAME}."
        )


def _refuse_open_quote(piece: Piece, watched: _Watched, form: Form, rows: int) -> None:
    """Refuse a quote that is not closed in its field: the lines after it would be one field, and nobody would know.

    Only lines inside quotes and blank ones make the lines more than the rows and the header.
    """
    suspicious = watched.quotes % 2 or (watched.quotes and watched.line_ends > rows + 1)
    if suspicious and not _closes_quotes(piece.path, form):
        raise IntegrityError(
            f"{piece.register}: {piece.path.name} has a field that opens with a quotation mark and is not closed as it "
            f"should be. Fetch the file again, or write it with every quotation mark in a field doubled."
        )


def _closes_quotes(path: Path, form: Form) -> bool:
    longest = csv.field_size_limit(sys.maxsize)
    with _stream(path) as stream:
        text = io.TextIOWrapper(io.BufferedReader(stream), form.encoding or ANY_BYTE, newline="")
        try:
            for _ in csv.reader(text, delimiter=form.separator or ",", strict=True):
                pass
        except csv.Error:
            return False
        finally:
            csv.field_size_limit(longest)
    return True


def _is_one_line(path: Path) -> bool:
    with _stream(path) as stream:
        return not re.search(rb"[\r\n]", stream.read(LONGEST_HEADER))


def _open(stream: Any, form: Form, columns: tuple[int, Sequence[str]], block_bytes: int) -> Iterator[pa.RecordBatch]:
    """Read the fields of some columns: ``columns`` are how many there are, and the places of those that are read."""
    width, places = columns
    everywhere = [str(place) for place in range(width)]  # names may be blank or stand twice, places not
    yield from pyarrow.csv.open_csv(
        stream,
        pyarrow.csv.ReadOptions(
            use_threads=False,
            block_size=block_bytes,
            encoding=form.encoding or "utf8",
            column_names=everywhere,
            skip_rows=1,
        ),
        pyarrow.csv.ParseOptions(delimiter=form.separator or ",", newlines_in_values=True),
        pyarrow.csv.ConvertOptions(
            include_columns=list(dict.fromkeys(places)), column_types=dict.fromkeys(places, pa.binary())
        ),
    )


def _ragged(piece: Piece, refused: str) -> str:
    """Give a message for a row with another number of fields; pyarrow's own repeats the row."""
    told = RAGGED.search(refused)
    number, expected, found = (int(told[n] or 0) if told else 0 for n in ("row", "expected", "found"))
    line = f"line {number:,}" if number else "a line"
    return (
        f"{piece.register}: {line} of {piece.path.name} has a different number of fields: {found:,}, where the first "
        f"line names {expected:,} columns. Write the file again with every field that holds a separator or a line end "
        f"in quotes, or state the separator in {FILE_NAME}."
    )


def _plain(column: pa.Array, decimal: str | None) -> pa.Array:
    return column if decimal is None else _with_point(column, decimal)


def _with_point(column: pa.Array, decimal: str) -> pa.Array:
    """Write numbers with a decimal point and no marks of thousands."""
    marked = pc.match_substring_regex(column, THOUSANDS[decimal])
    if not pc.any(marked).as_py():
        return column
    thousands = "." if decimal == "," else ","
    plain = pc.replace_substring(pc.replace_substring(column, thousands.encode(), b""), decimal.encode(), b".")
    return pc.if_else(marked, plain, column)
