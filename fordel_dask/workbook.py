"""Tables as an Excel workbook: one sheet a table, headings frozen, numbers and days as such, no text a formula."""

import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fordel_dask.errors import UsageError
from fordel_dask.formulas import is_like_a_formula
from fordel_dask.schema.results import ResultColumn, ResultTable

ABOUT = "about"
SHEET_NAME = 31
"""Longest name of a sheet in Excel."""

WIDEST, NARROWEST = 48, 9
FORMATS = {"count": "#,##0", "number": "#,##0.000", "kroner": "#,##0.00", "estimate": "#,##0.000", "given": "General"}
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What a workbook cannot hold; a text that a region wrote may."""
FORMATS |= {"year": "0", "day": "yyyy-mm-dd"}
YEARS, DAYS = frozenset({"year", "month"}), "day"
"""Units of whole numbers that are no amounts, and of texts that are days."""

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY = "1900-03-01"
"""Before it Excel counts a day that never was."""

UNCHANGING = (1980, 1, 1, 0, 0, 0)


def workbook_bytes(declared: Sequence[ResultTable], tables: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Give a workbook of tables; the same tables give the same bytes.

    Its first sheet tells what every column means. Counts and numbers are numbers of Excel, which keeps 15 digits:
    the exact ones stand in the CSV beside it.

    Raises
    ------
    UsageError
        The library for workbooks is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise UsageError(
            "A workbook needs the library openpyxl: pip install 'fordel_dask[report]'. Or leave --excel away."
        ) from None
    book = Workbook()
    about = book.active
    about.title = ABOUT
    _fill(about, ("table", "column", "unit", "meaning"), _meanings(declared), ("text",) * 4)
    for table in declared:
        sheet = book.create_sheet(table.name[:SHEET_NAME])
        _fill(sheet, [c.name for c in table.columns], tables[table.name], [_form(c) for c in table.columns])
    written = io.BytesIO()
    book.save(written)
    return _without_clock(written.getvalue())


def _meanings(declared: Sequence[ResultTable]) -> list[tuple[str, ...]]:
    def of(table: ResultTable, column: ResultColumn) -> tuple[str, ...]:
        return table.name, column.name, column.unit, column.doc

    return [
        row
        for table in declared
        for row in ((table.name, "", "", table.doc), *(of(table, column) for column in table.columns))
    ]


def _form(column: ResultColumn) -> str:
    """Give as what a column is shown: its kind, but years without a separator of thousands, and days as days."""
    if column.unit in YEARS:
        return column.kind if column.kind == "text" else "year"
    return "day" if column.kind == "text" and column.unit == DAYS else column.kind


def _fill(sheet: Any, heading: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate([heading, *rows], 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            kind = kinds[place - 1] if number > 1 else "text"
            cell.value = _value(text, kind)
            if kind == "text" or isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with = would else be a formula
                if is_like_a_formula(text):
                    cell.quotePrefix = True  # and would become one when somebody edits the cell
                cell.alignment = Alignment(vertical="top", wrap_text=len(text) > WIDEST)
            else:
                cell.number_format = FORMATS.get(kind, "General")
    for place in range(1, len(heading) + 1):
        sheet.cell(1, place).font = Font(bold=True)
        longest = max((len(row[place - 1]) for row in (heading, *rows)), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = sheet.dimensions


def _value(text: str, kind: str) -> str | int | float | datetime.date | None:
    if kind == "text":
        return UNWRITABLE.sub("�", text) or None
    if not text:
        return None
    if kind == "day":
        return datetime.date.fromisoformat(text) if ISO_DAY.fullmatch(text) and text >= FIRST_DAY else text
    return int(text) if kind in ("count", "year") or "." not in text else float(Decimal(text))


def _without_clock(content: bytes) -> bytes:
    """Give the same workbook without the time at which it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            if name != "docProps/core.xml":
                new.writestr(zipfile.ZipInfo(name, UNCHANGING), old.read(name), zipfile.ZIP_DEFLATED)
            else:
                new.writestr(zipfile.ZipInfo(name, UNCHANGING), _core(old.read(name)), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _core(xml: bytes) -> bytes:
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", xml)
