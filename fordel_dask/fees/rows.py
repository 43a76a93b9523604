"""Rows of the small tables that users keep of fees: read with their lines, and everything wrong told at once."""

import csv
import datetime
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.formulas import unguarded

T = TypeVar("T")
Row = Mapping[str, str]
Rule = tuple[str, Callable[[str], bool], str]
"""Column, whether a value may stand there, and what is expected."""

LARGEST_BYTES = 2_000_000
"""No fee table is larger; a register named by mistake is."""

MOST_TOLD = 200
WIDE = (b"\xff\xfe", b"\xfe\xff")


def text_of(path: Path) -> str:
    """Read a small text: UTF-8, with or without its mark, else the Western code page of Windows (1252).

    Raises
    ------
    CoverageError
        There is no such file.
    SchemaError
        It is too large, or no text of these encodings.
    """
    if not path.is_file():
        raise CoverageError(f"There is no file {path}. Correct the name.")
    try:
        size, content = path.stat().st_size, b""
        if size <= LARGEST_BYTES:
            content = path.read_bytes()
    except OSError as error:
        raise CoverageError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from None
    if size > LARGEST_BYTES:
        raise SchemaError(f"{path} has {size:,} bytes, and a fee table at most {LARGEST_BYTES:,}. Name the fee table.")
    return _decoded(content, path)


def _decoded(content: bytes, path: Path) -> str:
    for encoding in ("utf-16",) if content.startswith(WIDE) else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SchemaError(f"{path} is no text in UTF-8 or Windows-1252. Save it again as UTF-8.")


def read_rows(text: str, name: str, columns: Sequence[str], rules: Sequence[Rule] = ()) -> list[tuple[int, Row]]:
    """Read a CSV table with its line numbers; ``name`` is the file's, to tell lines by.

    Raises
    ------
    SchemaError
        Columns are missing, a row has too few or too many values, or values that cannot stand there.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise SchemaError(f"{name}: the columns {', '.join(missing)} are missing. Expected: {', '.join(columns)}.")
        found = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise SchemaError(f"{name}:{reader.line_num}: this is no CSV table with commas ({error}).") from None
    refuse(name, [wrong for line, row in found for wrong in _wrong(line, row, rules)])
    return [(line, {column: unguarded(value) for column, value in row.items()}) for line, row in found]


def _wrong(line: int, row: Mapping[str | None, str | None], rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    if None in row or None in row.values():
        yield line, "another number of values than columns"
        return
    for column, fits, expected in rules:
        if not fits(str(row[column])):
            yield line, f"{column} must be {expected}"


def refuse(name: str, wrong: Sequence[tuple[int, str]]) -> None:
    """Refuse a table with everything that is wrong by line, if anything is.

    Raises
    ------
    SchemaError
        Something is.
    """
    if wrong:
        told = [f"{name}:{line}: {what}" for line, what in wrong[:MOST_TOLD]]
        more = [f"… and {len(wrong) - MOST_TOLD:,} more"] if len(wrong) > MOST_TOLD else []
        raise SchemaError("\n".join([f"{name} has {len(wrong):,} faults:", *told, *more]))


def is_day(text: str) -> bool:
    """Whether a text is a day, YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def repeated(keyed: Sequence[tuple[int, T]]) -> Iterator[tuple[int, int]]:
    """Tell lines whose key stands in an earlier one: the line, and the earlier."""
    first: dict[T, int] = {}
    for line, key in keyed:
        if first.setdefault(key, line) != line:
            yield line, first[key]
