"""SAS files (SAS7BDAT): columns from the header, rows in batches of bounded size.

pandas reads them. It cannot leave columns out, so the others are dropped batch by batch. Text is
taken as single bytes, which never fails, and then read in the alphabet that the file names.
"""

import contextlib
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fordel_dask.errors import IntegrityError
from fordel_dask.extracts.arrays import decoded
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.extract import DayNumbers, Extract, Piece, Portion, readable

BATCH_BYTES = 64 * 1024 * 1024
CELL_BYTES = 8
"""The least that a cell takes in memory, whatever the header says of the length of a row."""

ANY_BYTE = "latin-1"
"""The alphabet in which every byte is a character: nothing is lost until the true one is known."""

ALPHABET_BYTE = 70
ALPHABETS = {
    28: "cp1252",  # US-ASCII
    29: "cp1252",  # Latin-1; what is no letter there is one in Windows
    30: "iso8859_2",
    33: "iso8859_5",
    40: "iso8859_15",
    41: "cp437",
    42: "cp850",
    45: "cp858",
    48: "cp865",
    60: "cp1250",
    62: "cp1252",
    69: "mac_roman",
}
"""Alphabets by SAS's own number, as far as a Danish register may use them. Any other, UTF-8 (20) among them, is
read as UTF-8 where the bytes are, else as Windows-1252."""

DATES = re.compile(
    r"[BE]8601DA|DATE|DAY|DOWNAME|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|JULDAY|JULIAN|(MMYY|YYMM)[CDNPS]?|MONNAME|MONTH|MONYY|"
    r"NENGO|NLDATE\w*|QTRR?|WEEKDAT[EX]|WEEKDAY|WEEK[UVW]|WORDDAT[EX]|YEAR|YYMON|YYQR?[CDNPS]?"
)
TIMES = re.compile(r"[BE]8601(D[NTXZ]|LX)|DATEAMPM|DATETIME|DT(DATE|MONYY|WKDATX|YEAR|YYQC)|MDYAMPM|NLDATM\w*")
"""Formats in which SAS shows day counts, and second counts."""


def describe_sas(source: Source, path: Path) -> Extract:
    """Give the columns and the number of rows of a file from its header."""
    with _opened(source.register, path) as reader:
        names = tuple(_text(column.name, _alphabet(path)) for column in reader.columns)
        numeric = [column.ctype == b"d" for column in reader.columns]
        formats = [str(column.format).upper().rstrip("0123456789.") for column in reader.columns]
        rows = int(reader.row_count)
    counted = [_counted(shown) if number else None for shown, number in zip(formats, numeric, strict=True)]
    days: DayNumbers = tuple((name, meaning) for name, meaning in zip(names, counted, strict=True) if meaning)
    kinds = tuple(_kind(name, number, dict(days)) for name, number in zip(names, numeric, strict=True))
    return Extract(source.register, path, names, kinds, (rows,), source.form, days)


def _counted(shown: str) -> str | None:
    """Give what numbers count that SAS shows in this format, None if they are no days."""
    if DATES.fullmatch(shown):
        return "sas_days"
    return "sas_seconds" if TIMES.fullmatch(shown) else None


def _kind(name: str, number: bool, days: dict[str, str]) -> str:
    if name in days:
        return "date"
    return "float" if number else "text"


def sas_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], _few_values: frozenset[str], portion: Portion
) -> Iterator[pa.RecordBatch]:
    """Read a file in batches."""
    canonical, delivered = [c for c, _ in columns], [d for _, d in columns]
    alphabet, read = _alphabet(piece.path), 0
    with _opened(piece.register, piece.path) as reader:
        row_bytes = max(1, int(reader.row_length), CELL_BYTES * len(reader.columns))
        at_once = max(1, min(portion.rows, BATCH_BYTES // row_bytes))
        names = [_text(column.name, alphabet) for column in reader.columns]
        places = [names.index(name) for name in delivered]
        while read < reader.row_count:
            with _sound(piece.register, piece.path):
                frame = reader.read(at_once)
                arrays = [_array(frame.iloc[:, place], alphabet) for place in places]
            if not len(frame):
                break
            read += len(frame)
            yield pa.RecordBatch.from_arrays(arrays, names=canonical)
    if read != piece.rows:
        raise IntegrityError(
            f"{piece.register}: {piece.path.name} is cut short: its header says {piece.rows:,} rows, {read:,} are "
            f"there. Fetch the file again, or take it out of the delivery."
        )


@contextlib.contextmanager
def _opened(register: str, path: Path) -> Iterator[Any]:
    from pandas.io.sas import sas7bdat

    open_file: Any = sas7bdat.SAS7BDATReader
    with _sound(register, path), contextlib.redirect_stdout(io.StringIO()):  # pandas prints what puzzles it
        reader = open_file(path, convert_dates=False, encoding=ANY_BYTE)
    try:
        yield reader
    finally:
        reader.close()


@contextlib.contextmanager
def _sound(register: str, path: Path) -> Iterator[None]:
    """Turn any error of the reader, which says it in many ways and with values, into one of ours."""
    with readable(register, path, Exception):
        yield


def _alphabet(path: Path) -> str | None:
    with path.open("rb") as file:
        return ALPHABETS.get(next(iter(file.read(ALPHABET_BYTE + 1)[ALPHABET_BYTE:]), 0))


def _array(column: Any, alphabet: str | None) -> pa.Array:
    if column.dtype == np.float64:
        return pa.array(column.to_numpy(), from_pandas=True)
    texts = pa.array(column, from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return texts
    coded = texts.dictionary_encode()
    values = pa.array([_text(value, alphabet) for value in coded.dictionary.to_pylist()], texts.type)
    return values.take(coded.indices)


def _text(single_bytes: str, alphabet: str | None) -> str:
    """Give the text that stands behind single bytes in the alphabet of the file."""
    raw = single_bytes.encode(ANY_BYTE)
    if alphabet is None:
        return decoded(raw)
    try:
        return raw.decode(alphabet)
    except UnicodeDecodeError:
        return single_bytes
