"""The told tables as CSV, with a file that says what every column and code means, in Danish and English."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from fordel_dask.law.language import DANISH, ENGLISH
from fordel_dask.law.words import CLINIC_TYPES
from fordel_dask.printing import csv_text
from fordel_dask.report.described import column_codes, column_label, column_meaning, table_meaning, table_title, unit_of
from fordel_dask.report.told import Row, Tables, Told
from fordel_dask.report.wording import Wording
from fordel_dask.report.workbooks.facts import clearance_words
from fordel_dask.schema import release, release_cases, release_money
from fordel_dask.schema.results import ResultTable

FOLDER, README = "tables", "README.txt"
OF_CASES = (
    *(release_cases.CASES, release_cases.COUNCILS, release_cases.MUNICIPALITIES, release_cases.CLINICS),
    *(release_cases.GROUPS, release_cases.STEPS, release_cases.WEIGHTS, release_cases.FIT),
)
OF_MONEY = (release_money.INCOME, release_money.DIFFERENTIATED)


def table_files(told: Told) -> Iterator[tuple[str, bytes]]:
    """Give every told table as CSV, and what they mean."""
    tables = told_tables(told)
    for table, rows in tables:
        yield f"{FOLDER}/{table.name}.csv", table_text(table, rows).encode()
    yield f"{FOLDER}/{README}", readme_text(told, tables).encode()


def told_tables(told: Told) -> list[tuple[ResultTable, Sequence[Row]]]:
    """Give the tables that are told, as they are declared, with their rows."""
    found: Mapping[str, Sequence[Row]] = _together(told.run.tables, told.cases, told.money)
    return [(table, found[table.name]) for table in (*release.OF_A_RUN, *OF_CASES, *OF_MONEY) if table.name in found]


def _together(*of: Tables) -> dict[str, Sequence[Row]]:
    return dict(chain.from_iterable(tables.items() for tables in of))


def table_text(table: ResultTable, rows: Sequence[Row]) -> str:
    """Give a table as CSV."""
    names = [column.name for column in table.columns]
    return csv_text(names, ([row[name] for name in names] for row in rows))


def readme_text(told: Told, tables: Sequence[tuple[ResultTable, Sequence[Row]]]) -> str:
    """Say what the tables are, what each column tells and in which unit, and what codes mean; Danish first."""
    parts = (_part(told, tables, Wording(code, told.run.model.in_points)) for code in (DANISH, ENGLISH))
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _part(told: Told, tables: Sequence[tuple[ResultTable, Sequence[Row]]], words: Wording) -> Iterator[str]:
    model = told.run.model
    yield words.say("tables_head")
    yield "=" * len(words.say("tables_head"))
    yield ""
    yield words.say("book_as_of", day=words.date(model.status_date), name=model.name)
    yield clearance_words(told.clearance, words)
    if told.clearance.invented:
        yield words.say("book_invented")
    yield words.say("tables_form")
    yield words.say("tables_kept_back")
    for table, rows in tables:
        yield from described_lines(table, f"{table.name}.csv", len(rows), words)
    yield ""
    yield words.say("tables_codes")
    yield "-" * len(words.say("tables_codes"))
    yield from code_lines(told, words)


def described_lines(table: ResultTable, file: str, rows: int, words: Wording) -> Iterator[str]:
    """Say what a file tells, and each of its columns."""
    title = f"{file}: {table_title(table, words)}"
    yield from ("", title, "-" * len(title))
    yield f"{table_meaning(table, words)} ({words.say('tables_rows', rows=words.number(rows))})"
    for column in table.columns:
        unit, label = unit_of(column, words), column_label(table, column, words)
        named = f" – {label}" if words.code == DANISH else ""
        meaning = f"{column_meaning(table, column, words)} {column_codes(table, column, words)}".rstrip()
        yield f"  {column.name}{named}{f' [{unit}]' if unit else ''}: {meaning}"


def code_lines(told: Told, words: Wording) -> Iterator[str]:
    """Say what the codes of traits and clinics mean, those of councils and municipalities by name."""
    for kind in CLINIC_TYPES:
        if kind:
            yield f"  clinic_type {kind}: {words.clinic_type(kind)}"
    for term in dict.fromkeys(term for term, _ in told.run.weights):
        yield f"  term {term}: {words.term(term)}"
    for term, level in told.run.weights:
        yield f"  level {level} ({term}): {words.level(term, level)}"
    for council_id, row in told.run.councils.items():
        yield f"  council_id {council_id}: {row['council']} ({row['region']})"
