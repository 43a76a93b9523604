"""The population projection to the year's end: persons by municipality, sex and age."""

from typing import Any

from fordel_dask.errors import CoverageError, SchemaError, UnknownCodeError
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.registers.canonical import BORNHOLM, CHRISTIANSOE, municipality_code
from fordel_dask.registers.small_tables import Row, non_negative, read_small, refuse_repeated, total

WANTED = (Wanted("KOM"), Wanted("KOEN"), Wanted("ALDER"), Wanted("PERSONS"))
RAW = frozenset({"PERSONS"})
Cell = tuple[str, str, int]


def read_projection(source: Source, municipalities: frozenset[str]) -> list[Row]:
    """Read the projection as rows of text, one a cell, sorted; 411 is added to 400.

    Raises
    ------
    SchemaError
        A cell stands twice, or its sex or age cannot be understood.
    UnknownCodeError
        A municipality is not known.
    ImpossibleValueError
        A number of persons is missing, negative or no number.
    CoverageError
        A municipality is missing.
    """
    delivered = read_small(source, WANTED, RAW)
    cells = [_cell(row, municipalities) for row in delivered]
    refuse_repeated(_spoken(cells), "projection", "cell")
    persons: dict[Cell, list[str]] = {}
    for (place, sex, age), row in zip(cells, delivered, strict=True):
        number = non_negative(row["PERSONS"], "projection: PERSONS", place) or _refuse_blank(place)
        persons.setdefault((BORNHOLM if place == CHRISTIANSOE else place, sex, age), []).append(number)
    _check_complete(persons, municipalities)
    return [
        {"KOM": place, "KOEN": sex, "ALDER": str(age), "PERSONS": total(numbers)}
        for (place, sex, age), numbers in sorted(persons.items())
    ]


def _spoken(cells: list[Cell]) -> list[str]:
    return [f"{place}, sex {sex}, age {age}" for place, sex, age in cells]


def _cell(row: dict[str, Any], municipalities: frozenset[str]) -> Cell:
    place, sex, age = municipality_code(row["KOM"]), str(row["KOEN"]), str(row["ALDER"])
    if place not in municipalities and place != CHRISTIANSOE:
        raise UnknownCodeError(f"projection: '{place}' is no municipality of the table.")
    if sex not in ("1", "2") or not (age.isascii() and age.isdigit()):
        raise SchemaError(f"projection: municipality {place} has sex '{sex}', age '{age}'; expected 1 or 2 and years.")
    return place, sex, int(age)


def _refuse_blank(place: str) -> str:
    raise SchemaError(f"projection: a cell of municipality {place} has no PERSONS.")


def _check_complete(persons: dict[Cell, list[str]], municipalities: frozenset[str]) -> None:
    missing = sorted(municipalities - {place for place, _, _ in persons})
    if missing:
        raise CoverageError(
            f"projection: {len(missing)} municipalities are missing, the first is {missing[0]}. "
            f"Deliver every municipality, or leave [projection] out."
        )
