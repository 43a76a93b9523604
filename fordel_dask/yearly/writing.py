"""What the commands of the year's cycle write: a directory of tables, as CSV, Parquet and Excel, with a manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fordel_dask.errors import UsageError
from fordel_dask.printing import Row
from fordel_dask.provenance import made_by
from fordel_dask.result_place import check_place
from fordel_dask.rundir import open_place, publish
from fordel_dask.schema.results import ResultTable
from fordel_dask.workbook import workbook_bytes


@dataclass(frozen=True)
class Findings:
    """What a command has found: declared tables with their rows, what a terminal or program is shown, and texts.

    ``kind`` names the command; ``inputs`` are the RUNs and tables by what they are, with seal or SHA-256; ``texts``
    are further files by name, such as drafts of notices.
    """

    kind: str
    declared: Sequence[ResultTable]
    tables: Mapping[str, Sequence[Row]]
    summary: Mapping[str, Any]
    inputs: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)


def write_findings(found: Findings, out: Path, run: Path, excel: bool) -> None:
    """Write findings to a directory, whole or not at all; an earlier one of the same kind, unchanged, is replaced.

    Raises
    ------
    UsageError
        Something else stands there, or what stands there was changed by somebody; a workbook is asked for and the
        library for it is not installed; or a table has columns that were not declared.
    SpaceError
        There is no space or no permission.
    """
    check_place(out, (run,), found.kind)
    books = {f"{found.kind}.xlsx": workbook_bytes(found.declared, found.tables)} if excel else {}
    with open_place(out, command=f"fordel {found.kind.replace('fees-', 'fees ')}") as place:
        publish(place, found.declared, found.tables, _manifest(found), {**found.texts, **books})


def _manifest(found: Findings) -> dict[str, Any]:
    return {
        "kind": found.kind,
        **made_by(),
        "inputs": dict(found.inputs),
        "summary": dict(found.summary),
        "tables": {
            table.name: {
                "what": table.doc,
                "columns": {column.name: f"{column.doc} [{column.unit}]" for column in table.columns},
            }
            for table in found.declared
        },
    }


def as_content(table: ResultTable, row: Row) -> dict[str, str | int | float | None]:
    """Give a row as a program reads it: numbers as numbers, nothing as none."""
    return {column.name: _content(text, column.kind) for column, text in zip(table.columns, row, strict=True)}


def _content(text: str, kind: str) -> str | int | float | None:
    if kind == "text":
        return text
    if not text:
        return None
    return int(text) if kind == "count" else float(text)


def refuse_alone(excel: bool, out: Path | None) -> None:
    """Refuse a workbook without a directory to put it into."""
    if excel and out is None:
        raise UsageError("A workbook goes into a directory: give --out DIR beside --excel.")
