"""Rows of tables as sheets of a workbook: rounded once as on the pages, codes in words, and what is kept back said."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.rounding import scaled
from fordel_dask.report.changes import KEPT_BACK
from fordel_dask.report.described.codes import Codes
from fordel_dask.report.described.meanings import column_label, column_meaning, table_meaning, unit_of
from fordel_dask.report.told import Row
from fordel_dask.report.wording import Wording
from fordel_dask.schema.results import ResultColumn, ResultTable
from fordel_dask.workbook import COUNT, GENERAL, TEXT, YEAR, Column, Sheet, Value

LEFT_OUT = (KEPT_BACK, "weighted_step", "step_kr", "model_hash", "changes", "title_da")
"""Columns that are for programs: their content stands in the cells, in words, or in the CSV alone."""

NAMED = {"council_id": "council"}
"""Codes that are left out where the name stands beside them."""

WHOLE_KRONER = frozenset({"income_by_group", "differentiated_income_by_group"})
PLACES = {
    **dict.fromkeys(("mean_weight", "weight", "r_squared", "ratio"), 3),
    **dict.fromkeys(("need", "need_before_rounding", "area_km2"), 2),
    **dict.fromkeys(("floor", "floor_addition"), 3),
    **dict.fromkeys(("exposure_years", "weighted_part"), 1),
    **dict.fromkeys(("patients_per_capacity", "minimum_per_capacity", "minimum_patients", "maximum_capacities"), 0),
}
"""Decimals by figure, as on the pages."""

ROUNDED_CHANGES = frozenset({"need_change"})
"""Differences of two sums that are each rounded to their step: known to one decimal, no finer."""

SHARES = frozenset({"share", "change_share", "coverage"})
CAPACITIES = frozenset({"capacities", "existing_capacities", "occupied_capacities", "allocated_capacities"})
IN_PARTS = f"{COUNT}.0#"
"""Capacities come in quarters: a decimal, and another where there is one."""

MOST_ROWS = 200_000
"""A sheet with more would open slowly, and Excel ends at a million."""

USUAL_PLACES, KRONER_PLACES = 3, 2
ENDS = ("_before", "_after", "_change", "_low", "_high", "_earlier")
PERCENT = "0.0%"
ABOUT_WIDTHS = (36, 104)


@dataclass(frozen=True)
class Head:
    """What stands above the table of a sheet: its title, and lines of what is to be known first."""

    name: str
    title: str = ""
    lines: Sequence[str] = ()
    margin: str = ""
    frozen_columns: int = 1


def shown_columns(table: ResultTable) -> tuple[ResultColumn, ...]:
    """Give the columns that a reader sees."""
    names = {column.name for column in table.columns}
    left_out = {*LEFT_OUT, *(code for code, name in NAMED.items() if name in names)}
    return tuple(column for column in table.columns if column.name not in left_out)


def sheet_of(
    table: ResultTable, rows: Sequence[Row], codes: Codes, head: Head, sums: frozenset[int] = frozenset()
) -> Sheet:
    """Give the rows of a table as a sheet; ``sums`` are the places of rows that add others up.

    A table too long for a sheet is left to the CSV, and the sheet says so.
    """
    columns = shown_columns(table)
    forms = [form_of(table, column) for column in columns]
    named = list(zip([column.name for column in columns], forms, strict=True))
    words = codes.words
    too_long = [words.say("book_too_long", rows=words.number(len(rows)))] if len(rows) > MOST_ROWS else []
    return Sheet(
        name=head.name,
        columns=[
            Column(
                column_label(table, column, words), form, unit_beside(table, column, words), indent=int(before != TEXT)
            )
            for column, form, before in zip(columns, forms, [TEXT, *forms], strict=False)
        ],
        rows=[[value_of(row, name, form, codes) for name, form in named] for row in ([] if too_long else rows)],
        title=head.title,
        lines=[*head.lines, *too_long],
        bold=sums,
        margin=head.margin,
        frozen_columns=head.frozen_columns,
    )


def unit_beside(table: ResultTable, column: ResultColumn, words: Wording) -> str:
    """Give the unit that stands beside a heading; none of percent, or where the heading says it."""
    unit = unit_of(column, words)
    said = unit.casefold() in column_label(table, column, words).casefold()
    return "" if said or form_of(table, column) == PERCENT else unit


def form_of(table: ResultTable, column: ResultColumn) -> str:
    """Give how the numbers of a column are shown."""
    if column.kind == "text":
        return TEXT
    if column.name in ROUNDED_CHANGES:
        return f"{COUNT}.0"
    stem = column.name
    for end in ENDS:
        stem = stem.removesuffix(end)
    if column.unit == "year" or column.name in SHARES:
        return YEAR if column.unit == "year" else PERCENT
    if column.kind == "count" or stem in CAPACITIES:
        return COUNT if column.kind == "count" else IN_PARTS
    if column.kind == "given" and stem not in PLACES:
        return GENERAL
    kroner = 0 if table.name in WHOLE_KRONER else KRONER_PLACES
    places = PLACES.get(stem, kroner if column.kind == "kroner" else USUAL_PLACES)
    return f"{COUNT}.{'0' * places}" if places else COUNT


def value_of(row: Row, name: str, form: str, codes: Codes) -> Value:
    """Give what a cell holds: a text in words, a number rounded as it is shown, or that it is kept back."""
    if form == TEXT:
        text = codes.read(name, row)
    elif text := row[name]:
        return rounded(text, form)
    return text or (codes.words.say("book_kept_back") if name in row.get(KEPT_BACK, "").split() else None)


def rounded(text: str, form: str) -> int | Fraction:
    """Round a figure to the decimals that are shown, a half to the even: what Excel holds is what is read."""
    if form in (COUNT, YEAR) and text.lstrip("-").isdecimal():
        return int(text)
    value = Fraction(text)
    if form == GENERAL:
        return value
    scale = 10 ** (len(form.partition(".")[2].rstrip("%")) + 2 * form.endswith("%"))
    return Fraction(scaled(value, scale), scale)


def about_sheet(
    title: str, facts: Sequence[tuple[str, str]], tables: Sequence[tuple[str, ResultTable]], codes: Codes
) -> Sheet:
    """Give the first sheet: what the workbook is, and of every sheet what each column means."""
    words = codes.words
    rows: list[tuple[str, str]] = [*facts, ("", ""), (words.say("book_columns"), words.say("book_columns_means"))]
    bold = {len(rows) - 1}
    for name, table in tables:
        bold.add(len(rows) + 1)
        rows += [("", ""), (name, table_meaning(table, words))]
        for column in shown_columns(table):
            label, unit = column_label(table, column, words), unit_beside(table, column, words)
            rows.append((f"{label} ({unit})" if unit else label, column_meaning(table, column, words)))
    heads = [
        Column(words.say(word), width=width)
        for word, width in zip(("book_subject", "book_explanation"), ABOUT_WIDTHS, strict=True)
    ]
    return Sheet(words.say("book_about"), heads, rows, title=title, bold=frozenset(bold))
