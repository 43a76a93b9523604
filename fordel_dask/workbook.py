"""Tables as an Excel workbook: one sheet a table, headings frozen, numbers and days as such, no text a formula."""

import datetime
import importlib.util
import io
import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fordel_dask.errors import UsageError
from fordel_dask.formulas import is_like_a_formula
from fordel_dask.schema.results import ResultColumn, ResultTable

Value = str | int | float | Fraction | datetime.date | None
"""What a cell holds; nothing where there is none."""

ABOUT = "about"
SHEET_NAME = 31
"""Longest name of a sheet in Excel."""

TEXT, YEAR, DAY, GENERAL = "", "0", "yyyy-mm-dd", "General"
COUNT = "#,##0"
"""How cells are shown, in Excel's own signs: every reader sees the decimal sign and the days of their own country."""

WIDEST, NARROWEST = 48, 9
FORMS = {"count": COUNT, "number": "#,##0.000", "kroner": "#,##0.00", "estimate": "#,##0.000", "given": GENERAL}
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What a workbook cannot hold; a text that a region wrote may."""

YEARS, DAYS = frozenset({"year", "month"}), "day"
"""Units of whole numbers that are no amounts, and of texts that are days."""

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY = datetime.date(1900, 3, 1)
"""Before it Excel counts a day that never was."""

UNCHANGING = datetime.datetime(1980, 1, 1)
WHOLE_SHEET = "A1:XFD1048576"
A4 = 9
MARGIN = 0.4
"""Inches at the sides of a printed page."""

MOST_OF_A_PAGE = 220
"""Characters beside each other on A4 across; with more, type would be smaller than 6 points."""

PROGRAM = "fordel_dask"
"""The author that a workbook names."""

MOST_OF_A_MARGIN = 200
"""Characters above and below a printed page; Excel refuses more than 255."""

LINE = 15
"""Height of a line in points."""

LETTERS = 1.1
"""Letters of a text in the width of a digit."""

SOFT = "#5a5f5c"


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, how its numbers are shown, its unit, and its width where that is not found.

    ``indent`` keeps texts away from the numbers at their left.
    """

    label: str
    form: str = TEXT
    unit: str = ""
    width: float = 0
    indent: int = 0

    @property
    def is_text(self) -> bool:
        """Whether it holds texts or days, which stand at the left."""
        return self.form in (TEXT, DAY)

    @property
    def place(self) -> dict[str, Any]:
        """Where its texts stand, as XlsxWriter names it."""
        return {"align": "left", "indent": self.indent} if self.is_text else {"align": "right"}

    @property
    def heading(self) -> str:
        """The heading with the unit below it."""
        return f"{self.label}\n({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``title`` and ``lines`` (what is said, and of what) above its table, sums among or below its rows.

    ``bold`` are the rows of sums by place; where there are some among the rows, nothing can be sorted or filtered.
    A text in a column of numbers says why there is no number. ``margin`` is printed above every page.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    title: str = ""
    lines: Sequence[str] = ()
    bold: frozenset[int] = field(default_factory=frozenset)
    margin: str = ""
    frozen_columns: int = 0

    @property
    def header_row(self) -> int:
        """The row of the headings, from 0."""
        return (1 if self.title else 0) + len(self.lines)


def workbook_bytes(declared: Sequence[ResultTable], tables: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Give a workbook of tables; the same tables give the same bytes.

    Its first sheet tells what every column means. Counts and numbers are numbers of Excel, which keeps 15 digits:
    the exact ones stand in the CSV beside it.

    Raises
    ------
    UsageError
        The library for workbooks is not installed.
    """
    about = [Column(label) for label in ("table", "column", "unit", "meaning")]
    return book_of(
        [Sheet(ABOUT, about, _meanings(declared)), *(_sheet(table, tables[table.name]) for table in declared)]
    )


def can_write() -> bool:
    """Tell whether the library for workbooks is installed."""
    return importlib.util.find_spec("xlsxwriter") is not None


def book_of(sheets: Sequence[Sheet]) -> bytes:
    """Give a workbook of sheets; the same sheets give the same bytes.

    Raises
    ------
    UsageError
        The library for workbooks is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise UsageError(
            "A workbook needs the library XlsxWriter: pip install 'fordel_dask[report]'. Or do not ask for workbooks."
        ) from None
    written = io.BytesIO()
    book = Workbook(written, {"in_memory": True})
    title = next((sheet.title for sheet in sheets if sheet.title), "")
    book.set_properties({"created": UNCHANGING, "author": PROGRAM, "title": clean(title)})
    looks = _Looks(book)
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.name[:SHEET_NAME]), sheet, looks)
    book.close()
    return written.getvalue()


def _meanings(declared: Sequence[ResultTable]) -> list[tuple[str, ...]]:
    def of(table: ResultTable, column: ResultColumn) -> tuple[str, ...]:
        return table.name, column.name, column.unit, column.doc

    return [
        row
        for table in declared
        for row in ((table.name, "", "", table.doc), *(of(table, column) for column in table.columns))
    ]


def _sheet(table: ResultTable, rows: Sequence[Sequence[str]]) -> Sheet:
    forms = [_form(column) for column in table.columns]
    values = [[_value(text, form) for text, form in zip(row, forms, strict=True)] for row in rows]
    return Sheet(table.name, [Column(c.name, form) for c, form in zip(table.columns, forms, strict=True)], values)


def _form(column: ResultColumn) -> str:
    """Give as what a column is shown: by its kind, but years without a separator of thousands, and days as days."""
    if column.kind == "text":
        return DAY if column.unit == DAYS else TEXT
    return YEAR if column.unit in YEARS else FORMS.get(column.kind, GENERAL)


def _value(text: str, form: str) -> Value:
    if form == TEXT or not text:
        return text or None
    if form == DAY:
        day = datetime.date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
        return day if day and day >= FIRST_DAY else text
    return int(text) if form in (COUNT, YEAR) or "." not in text else float(Decimal(text))


class _Looks:
    """The looks of cells in one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **of: Any) -> Any:
        """Give a look by its properties, as XlsxWriter names them."""
        key = tuple(of.items())
        if key not in self._made:
            self._made[key] = self._book.add_format(of)
        return self._made[key]

    def of_text(self, text: str, column: Column, bold: bool = False, wraps: bool = False) -> Any:
        """Give the look of a text; what begins like a formula would become one when somebody edits the cell.

        A text in a column of numbers stands at the right, softly.
        """
        place = column.place if column.is_text else {**column.place, "font_color": SOFT}
        return self.look(valign="top", text_wrap=wraps, bold=bold, quote_prefix=is_like_a_formula(text), **place)

    def of_heading(self, column: Column) -> Any:
        """Give the look of a heading: above numbers at the right, as they are."""
        formula = is_like_a_formula(column.label)
        return self.look(bold=True, text_wrap=True, valign="top", bottom=1, quote_prefix=formula, **column.place)


def _fill(sheet: Any, of: Sheet, looks: _Looks) -> None:
    widths = [column.width or _width(place, of) for place, column in enumerate(of.columns)]
    _lines(sheet, of, looks)
    for place, (column, width) in enumerate(zip(of.columns, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(of.header_row, place, clean(column.heading), looks.of_heading(column))
    sheet.set_row(of.header_row, LINE * max(map(_height, (column.heading for column in of.columns), widths), default=1))
    _rows(sheet, of, widths, looks)
    _panes(sheet, of)
    _print(sheet, of, sum(widths))


def _lines(sheet: Any, of: Sheet, looks: _Looks) -> None:
    """Write what stands above a table."""
    above = [(of.title, looks.look(bold=True, font_size=14))] if of.title else []
    above += [(line, looks.of_text(line, Column(line))) for line in of.lines]
    for number, (text, look) in enumerate(above):
        sheet.write_string(number, 0, clean(text), look)


def _rows(sheet: Any, of: Sheet, widths: Sequence[float], looks: _Looks) -> None:
    forms = [column.form for column in of.columns]
    for number, row in enumerate(of.rows):
        bold, line, lines = number in of.bold, of.header_row + 1 + number, 1
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                text, wraps = clean(value), len(value) > widths[place] * LETTERS
                lines = max(lines, _height(text, widths[place])) if wraps else lines
                look = looks.of_text(text, of.columns[place], bold, wraps)
                sheet.write_string(line, place, text, look)
            elif isinstance(value, datetime.date):
                look = looks.look(num_format=forms[place] or DAY, bold=bold, valign="top")
                sheet.write_datetime(line, place, datetime.datetime(value.year, value.month, value.day), look)
            else:
                look = looks.look(num_format=forms[place] or GENERAL, bold=bold, valign="top")
                sheet.write_number(line, place, float(value) if isinstance(value, Fraction) else value, look)
        if lines > 1:
            sheet.set_row(line, LINE * lines)


def clean(text: str) -> str:
    """Give a text as a workbook can hold it, its lines ended as Excel ends them."""
    return UNWRITABLE.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


def _width(place: int, of: Sheet) -> float:
    """Give the width of a column: that of its longest text and of a heading's longest word, within what can be read."""
    words = of.columns[place].heading.split()
    lengths = [*(len(word) + 1 for word in words), *(len(_shown(row[place])) for row in of.rows)]
    return min(max(max(lengths, default=0) + 2, NARROWEST), WIDEST)


def _height(text: str, width: float) -> int:
    """Give how many lines a text takes in a column; programs other than Excel do not find that out when they open."""
    across = int(width * LETTERS)
    return sum(max(len(textwrap.wrap(line, across)), 1) for line in text.split("\n"))


def _shown(value: Value) -> str:
    return "" if value is None else str(float(value)) if isinstance(value, Fraction) else str(value)


def _panes(sheet: Any, of: Sheet) -> None:
    """Freeze the headings, let rows be filtered where no sums stand among them, and let codes of digits be texts."""
    sheet.freeze_panes(of.header_row + 1, of.frozen_columns)
    sheet.ignore_errors({"number_stored_as_text": WHOLE_SHEET})
    last = len(of.rows) - 1
    while last in of.bold:
        last -= 1
    if last >= 0 and not any(row < last for row in of.bold):
        sheet.autofilter(of.header_row, 0, of.header_row + 1 + last, len(of.columns) - 1)


def _print(sheet: Any, of: Sheet, width: float) -> None:
    """Print on A4 across, as many pages wide as its type stays readable on, headings and first columns on each."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=MARGIN, right=MARGIN)
    pages = max(1, math.ceil(width / MOST_OF_A_PAGE))
    sheet.fit_to_pages(pages, 0)
    if pages > 1 and of.frozen_columns:
        sheet.repeat_columns(0, of.frozen_columns - 1)
    sheet.repeat_rows(of.header_row)
    if of.margin:
        sheet.set_header(f"&L{_as_margin(of.margin)}")
    sheet.set_footer("&L&A&R&P / &N")


def _as_margin(text: str) -> str:
    """Give a text as it may stand in a margin, where ``&`` begins an order."""
    return clean(text)[:MOST_OF_A_MARGIN].replace("&", "&&")
