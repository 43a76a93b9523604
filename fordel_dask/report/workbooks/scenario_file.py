"""The tables of scenarios as a workbook."""

from fordel_dask.report.described import Codes, about_sheet, sheet_of, table_title
from fordel_dask.report.described.sheets import Head
from fordel_dask.report.workbooks.facts import facts_of, lines_of, margin_words
from fordel_dask.schema import release_cases
from fordel_dask.workbook import SHEET_NAME, Sheet

SHOWN = (
    *(release_cases.CASES, release_cases.COUNCILS, release_cases.MUNICIPALITIES, release_cases.CLINICS),
    *(release_cases.GROUPS, release_cases.STEPS, release_cases.WEIGHTS, release_cases.FIT),
)
FROZEN = {release_cases.COUNCILS.name: 2, release_cases.MUNICIPALITIES.name: 3, release_cases.CLINICS.name: 2}
"""Columns that stay in sight, so that a row keeps its name."""


def scenario_file(codes: Codes) -> list[Sheet]:
    """Give the sheets of scenarios that are told."""
    told, words = codes.told, codes.words
    title, margin = words.say("book_scenarios", year=told.run.model.year), margin_words(told.clearance, words)
    sheets, tables = [], []
    for table in SHOWN:
        if rows := told.cases.get(table.name):
            named = table_title(table, words)
            head = Head(named[:SHEET_NAME], named, lines_of(codes), margin, FROZEN.get(table.name, 1))
            sheets.append(sheet_of(table, rows, codes, head))
            tables.append((head.name, table))
    return [about_sheet(title, facts_of(codes, words.say("book_scenarios_what")), tables, codes), *sheets]
