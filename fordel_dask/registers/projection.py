"""The population projection to the year's end: persons by municipality, sex and age."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fordel_dask.errors import CoverageError, ImpossibleValueError, SchemaError, UnknownCodeError
from fordel_dask.extracts.arrays import plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import every
from fordel_dask.registers.canonical import BORNHOLM, CHRISTIANSOE, municipality_code
from fordel_dask.registers.small_tables import (
    Row,
    is_non_negative,
    number_text,
    read_small,
    refuse_repeated,
    refuse_rows,
    total,
)

WANTED = (Wanted("KOM"), Wanted("KOEN"), Wanted("ALDER"), Wanted("PERSONS"))
RAW = frozenset({"PERSONS"})
NO_CELL = "projection: {rows} without KOEN 1 or 2 and an ALDER in whole years, the first is {first}. Correct them."
BLANK = "projection: {rows} without PERSONS, the first is {first}. Write 0 where nobody is expected."
UNKNOWN = "projection: {rows} of a municipality that is not in the table, the first is {first}. Correct KOM."
NEGATIVE = "projection: {rows} with PERSONS that are no number of at least 0, the first is {first}. Correct them."


@dataclass(frozen=True)
class Cell:
    """A row: municipality, sex and age as text, and the persons as they were delivered."""

    place: str
    sex: str
    age: str
    persons: Any

    @property
    def is_cell(self) -> bool:
        """Whether sex and age can be understood."""
        return self.sex in ("1", "2") and self.age.isascii() and self.age.isdigit()

    def __str__(self) -> str:
        return f"{self.place}, sex {self.sex}, age {self.age.lstrip('0') or self.age[-1:]}"


def read_projection(source: Source, municipalities: frozenset[str] | None) -> list[Row]:
    """Read the projection as rows of text, one a cell, sorted; 411 is added to 400.

    ``municipalities`` are the codes of the nation's table, None if they could not be read.

    Raises
    ------
    SchemaError
        A cell stands twice or has no persons, or its sex or age cannot be understood.
    CoverageError
        A municipality is missing.
    UnknownCodeError
        A municipality is not known.
    ImpossibleValueError
        A number of persons is negative or no number.
    """
    cells = [
        Cell(municipality_code(row["KOM"]), row["KOEN"], row["ALDER"], row["PERSONS"])
        for row in read_small(source, WANTED, RAW)
    ]
    every(_checks(cells, municipalities))
    persons: dict[tuple[str, str, int], list[str]] = {}
    for cell in cells:
        persons.setdefault((_counted(cell), cell.sex, int(cell.age)), []).append(number_text(cell.persons))
    return [
        {"KOM": place, "KOEN": sex, "ALDER": str(age), "PERSONS": total(numbers)}
        for (place, sex, age), numbers in sorted(persons.items())
    ]


def _counted(cell: Cell) -> str:
    return BORNHOLM if cell.place == CHRISTIANSOE else cell.place


def _checks(cells: Sequence[Cell], municipalities: frozenset[str] | None) -> list[Callable[[], None]]:
    known = municipalities if municipalities is not None else frozenset(map(_counted, cells))
    blank = [str(cell) for cell in cells if not plain_text(cell.persons)]
    negative = [f"{cell} with '{cell.persons}'" for cell in cells if not is_non_negative(cell.persons)]
    return [
        partial(refuse_repeated, [str(cell) for cell in cells if cell.is_cell], "projection", "cell"),
        partial(refuse_rows, SchemaError, [str(cell) for cell in cells if not cell.is_cell], NO_CELL),
        partial(refuse_rows, SchemaError, blank, BLANK),
        partial(_check_complete, cells, known),
        partial(refuse_rows, UnknownCodeError, [str(c) for c in cells if _counted(c) not in known], UNKNOWN),
        partial(refuse_rows, ImpossibleValueError, negative, NEGATIVE),
    ]


def _check_complete(cells: Sequence[Cell], municipalities: frozenset[str]) -> None:
    missing = sorted(municipalities - set(map(_counted, cells)))
    if missing:
        raise CoverageError(
            f"projection: {len(missing)} municipalities are missing, the first is {missing[0]}. "
            f"Deliver every municipality, or leave [projection] out."
        )
