"""Planning areas below the council, such as city districts: where each lies, how large, and its point on the map."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fordel_dask.errors import ImpossibleValueError, SchemaError
from fordel_dask.extracts.arrays import plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import every
from fordel_dask.registers.canonical import counted_municipality
from fordel_dask.registers.small_tables import (
    Row,
    is_non_negative,
    number_text,
    read_small,
    refuse_repeated,
    refuse_rows,
)

NUMBERS = ("KM2", "E", "N", "LIFE_EXPECTANCY")
EXTRA = ("E", "N", "LIFE_EXPECTANCY")
WANTED = tuple(Wanted(name, optional=name in EXTRA) for name in ("AREA", "NAME", "KOM", *NUMBERS))
RAW = frozenset(NUMBERS)
NO_CODE = "areas: {rows} without AREA. Give every area its code."
NEGATIVE = "areas: {} of {{rows}} is no number of at least 0, the first is {{first}}. Correct it."


def read_areas(source: Source, municipalities: frozenset[str] | None) -> list[Row]:
    """Read the areas as rows of text, sorted by code.

    An area in none of the ``municipalities`` (None: they could not be read) belongs to no council and is left out;
    its citizens count in the municipality where they live. ``fordel check`` counts such areas.

    Raises
    ------
    SchemaError
        An area stands twice or has no code.
    ImpossibleValueError
        Its size, its point or its life expectancy is negative or no number.
    """
    delivered = read_small(source, WANTED, RAW)
    every(_checks(delivered))
    rows = [_area(row) for row in delivered]
    known = [row for row in rows if municipalities is None or row["KOM"] in municipalities]
    return sorted(known, key=lambda row: row["AREA"])


def _checks(delivered: Sequence[dict[str, Any]]) -> list[Callable[[], None]]:
    codes = [row["AREA"] for row in delivered]
    return [
        partial(refuse_rows, SchemaError, ["" for code in codes if not code], NO_CODE),
        partial(refuse_repeated, [code for code in codes if code], "areas", "AREA"),
        *(partial(_refuse_no_number, delivered, name) for name in NUMBERS),
    ]


def _refuse_no_number(delivered: Sequence[dict[str, Any]], name: str) -> None:
    wrong = [
        f"{row['AREA']} with '{plain_text(row[name])}'"
        for row in delivered
        if name in row and not is_non_negative(row[name])
    ]
    refuse_rows(ImpossibleValueError, wrong, NEGATIVE.format(name))


def _area(row: dict[str, Any]) -> Row:
    numbers = {name: number_text(row[name]) for name in NUMBERS if name in row}
    return {"AREA": row["AREA"], "NAME": row["NAME"], "KOM": counted_municipality(row["KOM"]), **numbers}
