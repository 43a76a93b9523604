"""What ``fordel scenarios STORE --out DIR`` writes: tables, ``scenarios.json``, a page, a workbook, and a manifest.

Everything but the seconds in the manifest has the same bytes from run to run.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fordel_dask.model import Model
from fordel_dask.printing import Row
from fordel_dask.provenance import made_by
from fordel_dask.result_place import check_place
from fordel_dask.rundir import open_place, publish
from fordel_dask.scenarios.compared import Compared, status_of
from fordel_dask.scenarios.comparison import CaseEffects
from fordel_dask.scenarios.figures import NotRun
from fordel_dask.scenarios.parameter_changes import ParameterChange
from fordel_dask.scenarios.reasons import why_not_run, why_unchanged
from fordel_dask.scenarios.rows import asked_words, rows_of
from fordel_dask.scenarios.summary import summary_of
from fordel_dask.schema.results import ResultTable
from fordel_dask.schema.scenarios import SCENARIO_TABLES
from fordel_dask.workbook import workbook_bytes

KIND = "scenarios"
PAGE, RESOLVED, WORKBOOK = "index.html", "scenarios.json", "scenarios.xlsx"
MOST_ROWS_OF_A_SHEET = 10_000
"""A table with more rows is left to CSV and Parquet: a workbook of it would open slowly, if at all."""


@dataclass(frozen=True)
class Inputs:
    """What the cases were run on: the store's directory and identity, and the seal of the base's RUN, if any."""

    store: Path
    identity: str
    intervals_of: str = ""


def write_scenarios(compared: Compared, page: str, out: Path, inputs: Inputs, excel: bool = False) -> None:
    """Write a comparison to a directory, whole or not at all; an earlier one, unchanged, is replaced.

    Raises
    ------
    UsageError
        Something else stands there, or what stands there was changed by somebody; or a workbook is asked for and the
        library for it is not installed.
    SpaceError
        There is no space or no permission.
    """
    check_place(out, (inputs.store,), KIND)
    tables = rows_of(compared)
    files: dict[str, str | bytes] = {PAGE: page, RESOLVED: resolved_text(compared)}
    if excel:
        files[WORKBOOK] = _workbook(tables)
    with open_place(out, command="fordel scenarios") as place:
        publish(place, SCENARIO_TABLES, tables, _manifest(compared, inputs), files)


def _workbook(tables: Mapping[str, list[Row]]) -> bytes:
    """Give the workbook; a table too long for a sheet is named on its first one, and left out."""
    declared = [_noted(table, len(tables[table.name])) for table in SCENARIO_TABLES]
    short = {name: rows if len(rows) <= MOST_ROWS_OF_A_SHEET else [] for name, rows in tables.items()}
    return workbook_bytes(declared, short)


def _noted(table: ResultTable, rows: int) -> ResultTable:
    if rows <= MOST_ROWS_OF_A_SHEET:
        return table
    return replace(table, doc=f"{table.doc} Not in this workbook: its {rows:,} rows are in {table.name}.csv.")


def resolved_text(compared: Compared) -> str:
    """Give ``scenarios.json``: the base's parameters, and of every case what differs, in words, with its hash."""
    content = {
        "base": {
            "name": compared.base.name,
            "hash": compared.base.model.hash,
            "parameters": compared.base.model.values(),
        },
        "cases": [_resolved(compared, one) for one in compared.cases],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _resolved(compared: Compared, one: CaseEffects | NotRun) -> dict[str, Any]:
    asked = compared.asked_for(one.name)
    told = {"id": asked.identity, "case": one.name, "status": status_of(one), **asked_words(asked)}
    if isinstance(one, NotRun):
        return {**told, "reason": why_not_run(one, asked, "en"), "reason_da": why_not_run(one, asked, "da")}
    return {
        **told,
        "reason": why_unchanged(one, "en"),
        "reason_da": why_unchanged(one, "da"),
        "hash": one.model.hash,
        "changes": [_change(change) for change in one.changes],
    }


def _change(change: ParameterChange) -> dict[str, Any]:
    return {
        "key": change.key,
        "from": change.before,
        "to": change.after,
        "added": change.added,
        "removed": change.removed,
        "words": f"{change.doc('en')} {change.difference('en')}",
        "words_da": f"{change.doc('da')} {change.difference('da')}",
    }


def _manifest(compared: Compared, inputs: Inputs) -> dict[str, Any]:
    """Give the manifest; seconds live only here."""
    return {
        "kind": KIND,
        **made_by(),
        "inputs": {"store": inputs.identity, "intervals": inputs.intervals_of},
        "nation": {"year": compared.places.year},
        "base": _model(compared.base.model),
        "summary": summary_of(compared),
        "tables": {
            table.name: {
                "what": table.doc,
                "columns": {column.name: f"{column.doc} [{column.unit}]" for column in table.columns},
            }
            for table in SCENARIO_TABLES
        },
        "seconds": {compared.base.name: round(compared.base.seconds, 3)}
        | {one.name: round(one.seconds, 3) for one in compared.run},
    }


def _model(model: Model) -> dict[str, Any]:
    return {"name": model.name, "hash": model.hash, "changed": list(model.changed)}
