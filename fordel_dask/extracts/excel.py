"""Workbooks (.xlsx), for tables that are kept whole: columns from the first row of a sheet, values as they stand there.

What regions keep is edited in a spreadsheet. A register of persons is not: it is refused here, before it fills memory.
"""

import contextlib
import datetime
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from fordel_dask.errors import SchemaError, UsageError
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.extract import Extract, Piece, Portion, kind_of_type

KEPT_WHOLE = frozenset(
    {"clinics", "municipalities", "areas", "projection", "capacity_register", "decisions", "measures"}
)
"""Registers that may come as a workbook."""

MOST_BYTES = 128 * 1024 * 1024
MOST_CELLS = 3_000_000
"""The largest workbook: unpacked, and by where its rows end. A year of monthly reports on every capacity of the country
has some 400,000 cells and 15 MiB."""

MIDNIGHT = datetime.time()
Cells = list[list[Any]]


def describe_excel(source: Source, path: Path) -> Extract:
    """Give the columns of a workbook and the kinds of their values.

    Raises
    ------
    SchemaError
        The register is one of persons, the workbook is damaged or empty, or a formula has no value yet.
    UsageError
        The library for workbooks is not installed.
    """
    if source.register not in KEPT_WHOLE:
        raise SchemaError(
            f"{source.register}: {path.name} is a workbook. Workbooks are read for small tables only "
            f"({', '.join(sorted(KEPT_WHOLE))}); write this register as Parquet or CSV."
        )
    names, rows = _table(source.register, path)
    kinds = tuple(kind_of_type(_array([row[place] for row in rows]).type) for place in range(len(names)))
    return Extract(source.register, path, tuple(names), kinds, (len(rows),), source.form)


def excel_batches(
    piece: Piece, columns: Sequence[tuple[str, str]], _few_values: frozenset[str], _portion: Portion
) -> Iterator[pa.RecordBatch]:
    """Read a workbook as one batch."""
    names, rows = _table(piece.register, piece.path)
    arrays = [_array([row[names.index(delivered)] for row in rows]) for _, delivered in columns]
    yield pa.RecordBatch.from_arrays(arrays, names=[canonical for canonical, _ in columns])


def _table(register: str, path: Path) -> tuple[list[str], Cells]:
    """Give the names in the first row and the rows below it that hold anything."""
    _refuse_large(register, path)
    values, formulas = _cells(register, path, with_values=True), _cells(register, path, with_values=False)
    _refuse_open_formulas(register, path, values, formulas)
    if not values or not any(_is_filled(cell) for cell in values[0]):
        raise SchemaError(
            f"{register}: the first row of {path.name} holds no names of columns. Expected is a sheet whose first row "
            f"names the columns, such as YDERNR."
        )
    heading = values[0]
    width = max(place for place, cell in enumerate(heading) if _is_filled(cell)) + 1
    rows = [[*row[:width], *[None] * (width - len(row))] for row in values[1:] if any(map(_is_filled, row[:width]))]
    return [_text(cell).strip() for cell in heading[:width]], rows


def _is_filled(cell: Any) -> bool:
    return cell is not None and _text(cell).strip() != ""


def _cells(register: str, path: Path, with_values: bool) -> Cells:
    """Give the cells of the sheet that is named like the register, else of the first one."""
    load = _reader()
    with _sound(register, path), warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")  # of what a workbook holds beside its cells
        book = load(file, data_only=with_values, read_only=True, keep_links=False)  # row by row, and nothing but cells
        sheets = book.worksheets
        named = [sheet for sheet in sheets if sheet.title.strip().lower().replace(" ", "_") == register]
        rows = _bounded_rows((named or sheets)[0])
    if rows is None:
        raise _too_large(register, path, f"reaches over more than {MOST_CELLS:,} cells")
    return rows


def _bounded_rows(sheet: Any) -> Cells | None:
    """Give the cells of a sheet without blank ends of rows; None if it reaches too far.

    A sheet says where a cell lies: one in the last corner makes 17 billion.
    """
    sheet.reset_dimensions()  # what the sheet says of its size need not be so
    rows: Cells = []
    reached = 0
    for row in sheet.iter_rows(values_only=True):
        reached += 1 + len(row)
        if reached > MOST_CELLS:
            return None
        rows.append(list(row))
    return rows


def _refuse_large(register: str, path: Path) -> None:
    """Refuse a workbook that holds more than a small table when it is unpacked; no more than it says can come out."""
    with _sound(register, path), zipfile.ZipFile(path) as parts:
        held = sum(part.file_size for part in parts.infolist())
    if held > MOST_BYTES:
        raise _too_large(register, path, f"unpacks to {held:,} bytes, and at most {MOST_BYTES:,} are read")


def _too_large(register: str, path: Path, what: str) -> SchemaError:
    return SchemaError(
        f"{register}: {path.name} {what}. A workbook is read for small tables. Take away what lies beside the table, "
        f"or give it as CSV."
    )


def _reader() -> Callable[..., Any]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError(
            "A workbook is read with the library openpyxl: pip install 'fordel_dask[report]'. Or give the table as CSV."
        ) from None
    read: Callable[..., Any] = load_workbook
    return read


@contextlib.contextmanager
def _sound(register: str, path: Path) -> Iterator[None]:
    """Turn any error of the library, which says it in many ways, into one of ours."""
    try:
        yield
    except Exception:
        pass
    else:
        return
    raise SchemaError(
        f"{register}: {path.name} is no workbook that can be read (.xlsx); it is damaged, locked by a password or of "
        f"another kind. Save it again as .xlsx, or as CSV."
    ) from None


def _refuse_open_formulas(register: str, path: Path, values: Cells, formulas: Cells) -> None:
    """Refuse formulas that nobody has computed: they would be read as blank."""
    open_ = [
        number
        for number, (row, as_written) in enumerate(zip(values, formulas, strict=True), 1)
        for value, formula in zip(row, as_written, strict=True)
        if value is None and formula is not None
    ]
    if open_:
        raise SchemaError(
            f"{register}: {path.name} has {len(open_):,} formula{'s' * (len(open_) > 1)} without a value, the first in "
            f"row {open_[0]:,}. "
            f"Open and save it in a spreadsheet program, or write values."
        )


def _array(values: Sequence[Any]) -> pa.Array:
    """Give a column: whole numbers, numbers or days if all its cells are, else text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {datetime.datetime, datetime.date} and kinds:
        return pa.array([_day(value) for value in values], pa.date32())
    if kinds == {int}:
        return pa.array(values, pa.int64())
    if kinds and kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _day(value: datetime.datetime | datetime.date | None) -> datetime.date | None:
    return value.date() if isinstance(value, datetime.datetime) else value


def _text(value: Any) -> str:
    """Give a cell as text: a day without its midnight, true and false as 1 and 0."""
    if isinstance(value, datetime.datetime) and value.time() == MIDNIGHT:
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, bool) else str(value)
