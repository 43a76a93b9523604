"""What a table, a column and a unit are called and mean: English by their declaration, Danish by ``tables_da.toml``."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from fordel_dask.law.language import DANISH
from fordel_dask.report.wording import Wording
from fordel_dask.schema.results import ResultColumn, ResultTable

PACKAGE, FILE = "fordel_dask.report.described", "tables_da.toml"
COLUMNS, UNITS, SUFFIXES, TITLE = "columns", "units", "suffixes", "table"
OF_ITS_UNIT = ("_km2", "_kr")
"""What ends a column's name and stands in its unit too."""


@functools.cache
def _danish() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, Any]] = tomllib.loads(resources.files(PACKAGE).joinpath(FILE).read_text("utf-8"))
    return found


@functools.cache
def _in_danish(table: str, name: str) -> tuple[str, str, str]:
    """Give label, meaning and codes: the table's own, else the shared ones, else those of the figure that changes."""
    texts = _danish()
    found = texts.get(table, {}).get(name) or texts[COLUMNS].get(name)
    if found:
        label, meaning, codes = (*found.split(" | "), "")[:3]
        return label, meaning, codes
    for suffix, said in texts[SUFFIXES].items():
        if name.endswith(suffix):
            label, meaning, codes = _in_danish(table, name.removesuffix(suffix))
            return said.format(label=label), f"{meaning} {said.format(label=label)}.", codes
    raise KeyError(f"{FILE}: {table}.{name}")


def _from_the_name(name: str) -> str:
    for ending in OF_ITS_UNIT:
        name = name.removesuffix(ending)
    return name.replace("_", " ").capitalize()


def table_title(table: ResultTable, words: Wording) -> str:
    """Name a table."""
    return _in_danish(table.name, TITLE)[0] if words.code == DANISH else _from_the_name(table.name)


def table_meaning(table: ResultTable, words: Wording) -> str:
    """Say what a table tells."""
    return _in_danish(table.name, TITLE)[1] if words.code == DANISH else table.doc


def column_label(table: ResultTable, column: ResultColumn, words: Wording) -> str:
    """Name a column."""
    return _in_danish(table.name, column.name)[0] if words.code == DANISH else _from_the_name(column.name)


def column_meaning(table: ResultTable, column: ResultColumn, words: Wording) -> str:
    """Say what a column tells."""
    return _in_danish(table.name, column.name)[1] if words.code == DANISH else column.doc


def column_codes(table: ResultTable, column: ResultColumn, words: Wording) -> str:
    """Say what the codes of a column mean; nothing in English, where the meaning has them."""
    return _in_danish(table.name, column.name)[2] if words.code == DANISH else ""


def unit_of(column: ResultColumn, words: Wording) -> str:
    """Name the unit of a column; nothing where it has none."""
    if column.unit == "-":
        return ""
    return _danish()[UNITS][column.unit] if words.code == DANISH else column.unit
