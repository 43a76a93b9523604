"""What columns and codes are called where they come from: ``law/registers/columns.csv`` and ``codings.csv``.

A row of ``columns.csv`` is one name that a column of a register goes by. ``canonical`` is blank
for a column that belongs to the register and is not used. In ``delivered`` the small letters
``yyyy``, ``yy``, ``ww`` and ``mm`` stand for digits (``Y_yyww``). ``rank`` says which of two names
in one file is taken, the lowest first; names without rank are taken last, and two of them are not
chosen between. A name with ``beside`` counts only in a file that has that column too. ``from_year``
and ``to_year`` say when a delivery may hold the column; they are for readers, no rule uses them.
"""

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fordel_dask import law
from fordel_dask.errors import SchemaError
from fordel_dask.extracts.toml import FILE_NAME

FAMILIES = ("dst", "sds")
"""Where a delivery comes from: Statistics Denmark, or the Danish Health Data Authority."""

ANY_REGISTER = "*"
"""Columns that tools add, whatever the register."""

UNRANKED = 99
LPR_TABLES = ("lpr contacts", "lpr diagnoses")
COVARIATES = "covariates"
"""Registers whose columns are named by their delivery, but for the key; each block is one (``covariates 1``)."""

PAIR = re.compile(r"^lpr \d+ ")
BLOCK = re.compile(rf"^{COVARIATES} \d+$")
DIGITS = re.compile(r"yyyy|yy|ww|mm")
Coding = tuple[tuple[str, str], ...]
Codings = tuple[tuple[str, Coding], ...]
"""By canonical column: (delivered, canonical) values."""


@dataclass(frozen=True)
class Alias:
    """A name that a column goes by, folded or a pattern; see the head of the module."""

    canonical: str
    delivered: str
    families: tuple[str, ...]
    rank: int
    beside: str
    status: str


def folded(name: str) -> str:
    """Give a column name as it is compared: without blanks around, in upper case."""
    return name.strip().upper()


def table_of(register: str) -> str:
    """Give the name that a register has in the tables of names: every ``lpr`` pair, every block has the same."""
    return COVARIATES if BLOCK.match(register) else PAIR.sub("lpr ", register)


@functools.cache
def aliases_of(register: str) -> tuple[Alias, ...]:
    """Give all names known for the columns of a register, in the order of the table."""
    return tuple(
        Alias(
            row["canonical"],
            row["delivered"],
            tuple(row["family"].split()),
            int(row["rank"] or UNRANKED),
            row["beside"],
            row["status"],
        )
        for row in law.rows("registers/columns")
        if row["register"] in (table_of(register), ANY_REGISTER)
    )


@functools.cache
def names_of(register: str, canonical: str) -> tuple[Alias, ...]:
    """Give the other names of one column, in the order of preference."""
    others = [a for a in aliases_of(register) if a.canonical == canonical and a.delivered != canonical]
    return tuple(sorted(others, key=lambda alias: alias.rank))


@functools.lru_cache(maxsize=100_000)
def canonical_of(register: str, delivered: str) -> str | None:
    """Give the column that a name stands for: "" if it is known but not used, None if it is unknown."""
    name = folded(delivered)
    return next((a.canonical for a in aliases_of(register) if _is_called(a.delivered, name)), None)


def _is_called(known: str, name: str) -> bool:
    return known.upper() == name or bool(DIGITS.search(known) and _pattern(known).fullmatch(name))


@functools.cache
def _pattern(known: str) -> re.Pattern[str]:
    return re.compile(DIGITS.sub(lambda letters: rf"\d{{{len(letters[0])}}}", known))


def declared_codings(section: Mapping[str, Any], register: str) -> Codings:
    """Give the codings that a section of ``registers.toml`` asks for, by ``family`` or by ``values``.

    Raises
    ------
    SchemaError
        There is no such family, or the values are not those of a column of the register.
    """
    family, values = section.get("family"), section.get("values", {})
    if family not in (None, *FAMILIES):
        raise SchemaError(f'{FILE_NAME}: family of {register} must be "dst" or "sds".')
    if not isinstance(values, dict) or not all(map(_is_coding, values.values())):
        raise SchemaError(f'{FILE_NAME}: values of {register} must look like {{ KOEN = {{ M = "1", K = "2" }} }}.')
    return codings(register, family, values)


def _is_coding(coding: Any) -> bool:
    return isinstance(coding, dict) and all(isinstance(value, str) for value in coding.values())


def codings(register: str, family: str | None, own: Mapping[str, Mapping[str, str]]) -> Codings:
    """Give the codings of a register: those of its family, and over them its own from the declaration.

    Raises
    ------
    SchemaError
        A column is not one of the register, or a value of it is to mean two.
    """
    found: dict[str, dict[str, str]] = {}
    for row in law.rows("registers/codings"):
        if row["register"] == table_of(register) and family in row["family"].split():
            found.setdefault(row["canonical"], {})[row["delivered"]] = row["value"]
    for column, values in own.items():
        if name := _coded_column(register, column):
            _refuse_doubled(register, column, values)
            found.setdefault(name, {}).update({given.strip(): value for given, value in values.items()})
    return tuple((column, tuple(sorted(values.items()))) for column, values in sorted(found.items()))


def _coded_column(register: str, column: str) -> str | None:
    """Give the column that a declaration means, None if it is one of the other side of an ``lpr`` pair."""
    if not any(canonical_of(side, column) for side in _sides(register)):
        known = sorted({a.canonical for side in _sides(register) for a in aliases_of(side)} - {""})
        raise SchemaError(f"{register}: values name the column {column}, which is not one of {', '.join(known)}.")
    return canonical_of(register, column) or None


def refuse_unknown_columns(register: str, columns: Iterable[str]) -> None:
    """Refuse a declaration of columns that a register does not have, under any name.

    Raises
    ------
    SchemaError
        There is one; with the nearest name.
    """
    if table_of(register) == COVARIATES:
        return
    for column in columns:
        if all(canonical_of(side, column) is None for side in _sides(register)):
            known = sorted({a.delivered for side in _sides(register) for a in aliases_of(side)})
            near = difflib.get_close_matches(folded(column), known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(known)}."
            raise SchemaError(f"{register}: columns name {column}, which the register does not have; {hint}")


def _sides(register: str) -> tuple[str, ...]:
    return LPR_TABLES if table_of(register) in LPR_TABLES else (register,)


def _refuse_doubled(register: str, column: str, values: Iterable[str]) -> None:
    texts = [given.strip() for given in values]
    if len(set(texts)) < len(texts):
        raise SchemaError(f"{register}: values of {column} name one delivered value twice. Name each once.")
