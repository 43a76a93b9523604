"""The clinic register, kept whole: who is registered when, as what, where, with how many capacities."""

from collections import Counter
from typing import Any

from fordel_dask.errors import SchemaError, UnknownCodeError
from fordel_dask.extracts.arrays import NO_DAY
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.registers.canonical import clinic_code, counted_municipality
from fordel_dask.registers.rules import status_day
from fordel_dask.registers.small_tables import Row, day_text, non_negative, read_small

NEEDED = ("YDERNR", "TYPE", "KOM", "CAPACITIES", "FRA", "TIL")
EXTRA = ("ISLAND", "CHRONIC_AREA", "MINIMUM", "MAXIMUM", "OPEN", "PREDECESSOR", "E", "N")
WANTED = (*(Wanted(name) for name in NEEDED), *(Wanted(name, optional=True) for name in EXTRA))
RAW = frozenset({"CAPACITIES"})
TYPES = ("plo", "region", "tender", "island")


def read_clinics(source: Source, year: int, municipalities: frozenset[str]) -> list[Row]:
    """Read the clinic register as rows of text, sorted.

    Raises
    ------
    UnknownCodeError
        A type is not known, or the municipality of a row that covers the status date.
    ImpossibleValueError
        Capacities are negative or no number.
    SchemaError
        Two rows of one clinic cover the status date, or a clinic has no number.
    """
    delivered = read_small(source, WANTED, RAW)
    for row in delivered:
        row["covers"] = _covers(row, status_day(year))
    rows = [_clinic(row, municipalities) for row in delivered]
    covering = Counter(r["YDERNR"] for r, d in zip(rows, delivered, strict=True) if d["covers"])
    twice = sorted(clinic for clinic, number in covering.items() if number > 1)
    if twice:
        raise SchemaError(
            f"clinics: {len(twice)} clinics have more than one row that covers 1 January {year}, the first is "
            f"{twice[0]}. Close the earlier row with TIL."
        )
    return sorted(rows, key=lambda row: (row["YDERNR"], row["FRA"], row["TIL"], sorted(row.items())))


def _covers(delivered: dict[str, Any], day: int) -> bool:
    first, last = delivered["FRA"], delivered["TIL"]
    return bool(first <= day and (last == NO_DAY or last >= day))


def _clinic(row: dict[str, Any], municipalities: frozenset[str]) -> Row:
    number = clinic_code(row["YDERNR"])
    if not number:
        raise SchemaError("clinics: a row has no YDERNR. Give every clinic its number.")
    type_, island = _type(row, number)
    place = counted_municipality(row["KOM"])
    if row["covers"] and place not in municipalities:
        raise UnknownCodeError(f"clinics: {number} lies in municipality '{place}', which is not in the table.")
    known: Row = {
        "YDERNR": number,
        "TYPE": type_,
        "KOM": place,
        "CAPACITIES": non_negative(row["CAPACITIES"], "clinics: CAPACITIES", number),
        "FRA": day_text(row, "FRA", "clinics"),
        "TIL": day_text(row, "TIL", "clinics"),
        "ISLAND": island,
    }
    return known | {name: str(row[name]) for name in EXTRA if name in row and name != "ISLAND"}


def _type(row: dict[str, Any], number: str) -> tuple[str, str]:
    type_ = str(row["TYPE"]).lower()
    if type_ not in TYPES:
        raise UnknownCodeError(f"clinics: {number} has the type '{type_}'; known are {', '.join(TYPES)}.")
    island = type_ == "island" or (type_ == "plo" and row.get("ISLAND", "") in ("1", "True", "true"))
    return ("island", "1") if island else (type_, "0")
