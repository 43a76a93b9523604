"""The workbook of a command: years, days and codes as a spreadsheet should show them, texts never as formulas."""

import datetime
import io

from openpyxl import load_workbook

from fordel_dask.schema.results import ResultTable, columns_of
from fordel_dask.workbook import workbook_bytes

TABLE = ResultTable(
    "visits",
    "Visits.",
    columns_of(
        "ydernummer | text | - | Clinic.",
        "year | count | year | Year.",
        "month | text | month | Month.",
        "patients | count | patients | Patients.",
        "from | text | day | Day.",
        "is_open | text | - | Flag.",
    ),
)
ROWS = [
    ("000810", "2026", "2026-03", "1600", "2026-03-01", "1"),
    ("=1+1", "", "", "", "=TODAY()", ""),
    ("000820", "2027", "2027-01", "12000", "1800-01-01", "0"),
]


def cells(rows=ROWS):
    book = load_workbook(io.BytesIO(workbook_bytes([TABLE], {"visits": rows})))
    return list(book["visits"].iter_rows(min_row=2))


def test_years_have_no_separator_of_thousands_and_amounts_have():
    year, patients = cells()[0][1], cells()[0][3]
    assert (year.value, year.number_format) == (2026, "0")
    assert (patients.value, patients.number_format) == (1600, "#,##0")


def test_codes_months_and_flags_stay_as_they_are_written():
    assert [cells()[0][place].value for place in (0, 2, 5)] == ["000810", "2026-03", "1"]


def test_days_are_days_of_the_spreadsheet():
    day = cells()[0][4]
    assert day.is_date and day.value == datetime.datetime(2026, 3, 1) and day.number_format == "yyyy-mm-dd"
    assert cells()[2][4].value == "1800-01-01"  # a spreadsheet knows no such day


def test_no_text_is_a_formula():
    assert [cells()[1][place].data_type for place in (0, 4)] == ["s", "s"]


def test_a_text_that_begins_like_a_formula_stays_text_when_somebody_edits_it():
    text, plain = cells()[1][0], cells()[0][0]
    assert text.quotePrefix and not plain.quotePrefix


def test_what_a_workbook_cannot_hold_is_replaced():
    row = cells([("a\x00b\x1fc\ufffed", "", "", "", "", "_x0041_\tend")])[0]
    assert (row[0].value, row[5].value) == ("a�b�c�d", "_x0041_\tend")


def test_the_same_tables_give_the_same_bytes():
    assert workbook_bytes([TABLE], {"visits": ROWS}) == workbook_bytes([TABLE], {"visits": ROWS})


def test_headings_are_frozen_repeated_in_print_and_can_be_filtered():
    sheet = load_workbook(io.BytesIO(workbook_bytes([TABLE], {"visits": ROWS})))["visits"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:F4", "$1:$1")
    assert sheet["A1"].font.bold


def test_a_table_without_rows_has_its_headings():
    sheet = load_workbook(io.BytesIO(workbook_bytes([TABLE], {"visits": []})))["visits"]
    assert [cell.value for cell in sheet[1]] == [column.name for column in TABLE.columns]
    assert sheet.auto_filter.ref is None
