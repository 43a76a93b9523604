"""How many rows a file has, without reading it: as its footer says, or by its first megabyte."""

import zlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from fordel_dask.extracts.extract import UNKNOWN_ROWS, Extract, format_of, readable
from fordel_dask.extracts.sas import BATCH_BYTES

SAMPLE_BYTES = 1024 * 1024
PAGE_BYTES = 5 * 512 * 1024
"""Bytes of a column that a Parquet reader holds at most: a page, its text, and the values of a dictionary."""

NUMBER_BYTES, TEXT_BYTES, BLANK_BYTES = 24, 58, 8
"""A number, a text and a blank of a SAS file as pandas holds them: in its buffer, in its frame, as an object."""

WIDE, FILLED = 50, 0.4
"""Columns of text from which on most are taken to be blank, as the weeks of DREAM are, and the share that is not."""

GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Count:
    """Rows of a file, whether the file itself says so, and bytes of one row as text (0 where none was looked at)."""

    rows: int
    exact: bool
    row_bytes: int = 0


def count_of(extract: Extract) -> Count:
    """Give the rows of a file: exact where the file says it, else about, by its first megabyte and its size.

    Raises
    ------
    IntegrityError
        The file cannot be read.
    """
    if extract.rows != UNKNOWN_ROWS:
        return Count(extract.rows, exact=True)
    with readable(extract.register, extract.path):
        text, taken = _first_text(extract.path)
        size = extract.path.stat().st_size
    header, _, body = text.partition(b"\n")
    lines = body.count(b"\n") + (not body.endswith(b"\n") and bool(body) and taken >= size)
    if taken >= size:
        return Count(lines, exact=False, row_bytes=len(body) // max(lines, 1))
    used = taken * (len(body) / max(len(text), 1))
    rows = round((size - taken * (len(header) + 1) / max(len(text), 1)) * lines / max(used, 1))
    return Count(rows, exact=False, row_bytes=len(body) // max(lines, 1))


def _first_text(path: Path) -> tuple[bytes, int]:
    """Give the first megabyte of text, whole lines, and the bytes of the file that it takes."""
    with path.open("rb") as file:
        raw = file.read(SAMPLE_BYTES)
    if path.suffix != ".gz":
        return _whole_lines(raw, len(raw), is_all=len(raw) < SAMPLE_BYTES)
    unpacked = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        text = unpacked.decompress(raw, 8 * SAMPLE_BYTES)
    except zlib.error:
        raise OSError from None  # damaged: told by the caller, as any file that cannot be read
    is_all = len(raw) < SAMPLE_BYTES and not unpacked.unconsumed_tail and not unpacked.unused_data
    taken = len(raw) - len(unpacked.unconsumed_tail) - len(unpacked.unused_data)
    return _whole_lines(text, len(raw) if is_all else taken, is_all=is_all)


def _whole_lines(text: bytes, taken: int, is_all: bool) -> tuple[bytes, int]:
    end = len(text) if is_all else text.rfind(b"\n") + 1
    return text[:end], taken if is_all else round(taken * end / max(len(text), 1))


@dataclass(frozen=True)
class Batch:
    """A batch of a file read in whole rows: bytes of a row as its reader holds it, and most rows; 0 for other files."""

    row_bytes: int = 0
    most_rows: int = 0


NO_BATCH = Batch()


def batch_of(extract: Extract) -> Batch:
    """Give what a batch of a SAS file is made of: all its columns are read, also those that nobody asks for.

    Rows that are stored compressed are taken for narrower than they are, so that there are more of them.
    """
    if format_of(extract.path) != "sas" or not extract.rows:
        return NO_BATCH
    stored = max(extract.path.stat().st_size // extract.rows, 1)
    texts = extract.kinds.count("text")
    text_bytes = TEXT_BYTES if texts < WIDE else FILLED * TEXT_BYTES + (1 - FILLED) * BLANK_BYTES
    cells = int(texts * text_bytes) + (len(extract.kinds) - texts) * NUMBER_BYTES
    return Batch(cells + stored, max(BATCH_BYTES // stored, 1))


def width_and_pages(extract: Extract, delivered: frozenset[str]) -> tuple[int, int]:
    """Give, for some columns of a Parquet file, about the bytes of a row, and those that a reader holds in pages.

    Both are 0 for other files: what they hold is told by their lines.
    """
    if not extract.is_parquet or not extract.rows:
        return 0, 0
    with readable(extract.register, extract.path), pq.ParquetFile(extract.path) as file:
        metadata = file.metadata
        first = metadata.row_group(0)  # wide files have thousands of columns: only those that are read are looked at
        paths = [first.column(number).path_in_schema for number in range(metadata.num_columns)]
        read = [number for number, path in enumerate(paths) if path in delivered]
        groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
        sizes = [[group.column(number).total_uncompressed_size for group in groups] for number in read]
    pages = sum(min(max(of_column), PAGE_BYTES) for of_column in sizes)
    return sum(map(sum, sizes)) // extract.rows, pages
