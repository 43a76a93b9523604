"""Hold a RUN directory against the reference's tables: as text, exactly."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

FREE_TEXT = {"note"}  # columns whose wording nobody promised


def differences(run_dir: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Give one line for each table or column that differs, none when the run equals the reference.

    ``tables`` hold text, as ``run_reference`` gives it. Further columns of the run are nobody's business.
    """
    return [line for name, table in tables.items() for line in table_differences(run_dir / f"{name}.csv", table)]


def table_differences(path: Path, expected: pd.DataFrame) -> list[str]:
    """Compare one CSV file with its table: rows in order, every value as printed."""
    if not path.exists():
        return [f"{path.name}: no such file"]
    return printed_differences(path.name, read_text(path), expected)


def printed_differences(name: str, got: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """Compare two tables of text: rows in order, every value as printed."""
    if len(got) != len(expected):
        return [f"{name}: {len(got)} rows for {len(expected)}"]
    columns = [column for column in expected if column not in FREE_TEXT]
    lines = (column_difference(name, column, got, expected) for column in columns)
    return [line for line in lines if line]


def column_difference(name: str, column: str, got: pd.DataFrame, expected: pd.DataFrame) -> str | None:
    """Give a line on the first row that differs in a column."""
    if column not in got:
        return f"{name}: no column {column}"
    bad = got[column] != expected[column]
    if not bad.any():
        return None
    first = int(bad.idxmax())
    row = "/".join(expected.iloc[first, :4])
    return (
        f"{name}.{column}: {bad.sum()} of {len(bad)} differ, first row {first} ({row}): "
        f"{got[column][first]!r} for {expected[column][first]!r}"
    )


def read_text(path: Path) -> pd.DataFrame:
    """Read a result file as text, every value as it stands."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return pd.DataFrame(rows, columns=header, dtype=object)
