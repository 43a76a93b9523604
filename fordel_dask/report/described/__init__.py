"""What tables and their columns mean, in English and Danish, and their rows as sheets of a workbook."""

from fordel_dask.report.described.codes import Codes
from fordel_dask.report.described.meanings import (
    column_codes,
    column_label,
    column_meaning,
    table_meaning,
    table_title,
    unit_of,
)
from fordel_dask.report.described.sheets import about_sheet, sheet_of, value_of

__all__ = [
    "Codes",
    "about_sheet",
    "column_codes",
    "column_label",
    "column_meaning",
    "sheet_of",
    "table_meaning",
    "table_title",
    "unit_of",
    "value_of",
]
