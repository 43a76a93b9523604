"""Persons of each municipality by year: what the path of the norm needs, from the planning year to the goal's."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from fordel_dask.errors import CoverageError, ImpossibleValueError, SchemaError, UnknownCodeError
from fordel_dask.extracts.arrays import plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import every
from fordel_dask.published import Published
from fordel_dask.registers.canonical import CHRISTIANSOE, counted_municipality, exact_decimal, municipality_code
from fordel_dask.registers.small_tables import is_non_negative, read_small, refuse_repeated, refuse_rows

REGISTER = "projection"
WANTED = (Wanted("YEAR"), Wanted("KOM"), Wanted("PERSONS"))
RAW = frozenset({"PERSONS"})
NO_YEAR = "projection: {rows} whose YEAR is no year, the first is '{first}'. Write it as 2030."
UNKNOWN = "projection: {rows} of a municipality that is not in the RUN, the first is {first}. Correct KOM."
NO_PERSONS = "projection: {rows} whose PERSONS are no number of at least 0, the first is {first}. Correct them."
NAMED_AT_ONCE = 3


def read_growth(source: Source, published: Published, last_year: int) -> dict[tuple[int, str], Fraction]:
    """Read persons by year and municipality, as a multiple of those in the planning year; 411 adds to 400.

    Years before the planning year or after the last one are left out.

    Raises
    ------
    SchemaError
        A column is missing, a year is none, or a municipality stands twice in a year.
    UnknownCodeError
        A municipality is not known.
    CoverageError
        A municipality lacks a year from the planning year to ``last_year``, or begins with nobody.
    ImpossibleValueError
        Persons are negative or no number.
    """
    rows = read_small(source, WANTED, RAW)
    every(_checks(rows, published))
    persons: dict[tuple[int, str], Fraction] = {}
    for row in rows:
        key = int(row["YEAR"]), counted_municipality(row["KOM"])
        persons[key] = persons.get(key, Fraction(0)) + Fraction(exact_decimal(row["PERSONS"]) or 0)
    years = range(published.year, last_year + 1)
    every([partial(_refuse_gaps, persons, published, years), partial(_refuse_empty, persons, published)])
    return {
        (year, code): persons[year, code] / (persons[published.year, code] or 1)
        for year in years
        for code in published.municipalities
    }


def _checks(rows: Sequence[dict[str, Any]], published: Published) -> list[Callable[[], None]]:
    no_year = [row["YEAR"] for row in rows if not (row["YEAR"].isascii() and row["YEAR"].isdigit())]
    known = {*published.municipalities, CHRISTIANSOE}
    unknown = [f"'{row['KOM']}'" for row in rows if municipality_code(row["KOM"]) not in known]
    blank = [
        f"{row['KOM']} in {row['YEAR']}"
        for row in rows
        if not plain_text(row["PERSONS"]) or not is_non_negative(row["PERSONS"])
    ]
    keys = [f"{municipality_code(row['KOM'])} in {row['YEAR']}" for row in rows]
    return [
        partial(refuse_rows, SchemaError, no_year, NO_YEAR),
        partial(refuse_rows, UnknownCodeError, unknown, UNKNOWN),
        partial(refuse_rows, ImpossibleValueError, blank, NO_PERSONS),
        partial(refuse_repeated, keys, REGISTER, "municipality"),
    ]


def _refuse_gaps(persons: dict[tuple[int, str], Fraction], published: Published, years: range) -> None:
    lacking = [
        f"{code} in {year}" for year in years for code in published.municipalities if (year, code) not in persons
    ]
    if lacking:
        raise CoverageError(
            f"{REGISTER}: {len(lacking):,} years of municipalities from {years[0]} to {years[-1]} are missing, such as "
            f"{', '.join(lacking[:NAMED_AT_ONCE])}. Complete the table: every municipality, every year."
        )


def _refuse_empty(persons: dict[tuple[int, str], Fraction], published: Published) -> None:
    empty = [
        code
        for code, area in published.municipalities.items()
        if area.citizens and persons.get((published.year, code)) == 0
    ]
    if empty:
        raise CoverageError(
            f"{REGISTER}: {len(empty)} municipalities with citizens have no PERSONS in {published.year}, the first is "
            f"{empty[0]}. Nothing can be said of their growth; fill in the planning year."
        )
