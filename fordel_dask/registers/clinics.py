"""The clinic register, kept whole: who is registered when, as what, where, with how many capacities."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fordel_dask.errors import ImpossibleValueError, SchemaError, UnknownCodeError
from fordel_dask.extracts.arrays import DAY_EXAMPLES, NO_DAY, UNREADABLE_DAY, day_as_text, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import every
from fordel_dask.registers.canonical import clinic_code, counted_municipality
from fordel_dask.registers.rules import status_day
from fordel_dask.registers.small_tables import Row, day_text, is_non_negative, number_text, read_small, refuse_rows

HOLDS = {"FRA": "day", "TIL": "day", "ISLAND": "flag", "CHRONIC_AREA": "flag", "OPEN": "flag"}
NEEDED = ("YDERNR", "TYPE", "KOM", "CAPACITIES", "FRA", "TIL")
EXTRA = ("ISLAND", "CHRONIC_AREA", "MINIMUM", "MAXIMUM", "OPEN", "PREDECESSOR", "E", "N")
WANTED = tuple(Wanted(n, optional=n in EXTRA, holds=HOLDS.get(n, "value")) for n in (*NEEDED, *EXTRA))
FIGURES = ("MINIMUM", "MAXIMUM", "E", "N")
"""Optional numbers: patients, and metres of UTM zone 32."""

RAW = frozenset({"CAPACITIES", *FIGURES})
TYPES = ("plo", "region", "tender", "island")

NO_NUMBER = "clinics: {rows} without YDERNR. Give every clinic its number."
NO_DATE = "clinics: {} is no date in {{rows}}, the first is {{first}}; expected is for instance " + f"{DAY_EXAMPLES}."
UNKNOWN_TYPE = "clinics: {rows} of an unknown TYPE, the first is {first}; known are " + f"{', '.join(TYPES)}."
UNKNOWN_PLACE = (
    "clinics: {rows} in a municipality that is not in the table, the first is {first}. Correct KOM, or complete "
    "the table of municipalities."
)
NEGATIVE = "clinics: {rows} with CAPACITIES that are no number of at least 0, the first is {first}. Correct them."


@dataclass(frozen=True)
class Clinic:
    """A row as it was delivered, with its codes as they are compared; ``covers`` the status date."""

    number: str
    type_: str
    place: str
    covers: bool
    delivered: dict[str, Any]


def read_clinics(source: Source, year: int, municipalities: frozenset[str] | None) -> list[Row]:
    """Read the clinic register as rows of text, sorted.

    ``municipalities`` are the codes of the nation's table, None if they could not be read.

    Raises
    ------
    SchemaError
        Two rows of one clinic cover the status date, a clinic has no number, or a day is none.
    UnknownCodeError
        A type is not known, or the municipality of a row that covers the status date.
    ImpossibleValueError
        Capacities are negative or no number.
    """
    clinics = [clinic_as_compared(row, status_day(year)) for row in read_small(source, WANTED, RAW)]
    every(_checks(clinics, year, municipalities))
    rows = [_row(clinic) for clinic in clinics]
    return sorted(rows, key=lambda row: (row["YDERNR"], row["FRA"], row["TIL"], sorted(row.items())))


def clinic_as_compared(row: dict[str, Any], day: int) -> Clinic:
    """Give a row with its codes as they are compared, and whether it covers a day."""
    first, last = row["FRA"], row["TIL"]
    covers = bool(first <= day and (last == NO_DAY or last >= day))
    number, place = clinic_code(row["YDERNR"]), counted_municipality(row["KOM"])
    return Clinic(number, str(row["TYPE"]).lower(), place, covers, row)


def _checks(clinics: Sequence[Clinic], year: int, municipalities: frozenset[str] | None) -> list[Callable[[], None]]:
    covering = Counter(clinic.number for clinic in clinics if clinic.covers and clinic.number)
    twice = sorted(number for number, rows in covering.items() if rows > 1)
    unknown = [f"{c.number} with '{c.type_}'" for c in clinics if c.type_ not in TYPES]
    negative = [c for c in clinics if not is_non_negative(c.delivered["CAPACITIES"])]
    return [
        partial(_refuse_twice, twice, year),
        partial(refuse_rows, SchemaError, ["" for c in clinics if not c.number], NO_NUMBER),
        *(partial(refuse_rows, SchemaError, _no_days(clinics, day), NO_DATE.format(day)) for day in ("FRA", "TIL")),
        partial(refuse_rows, UnknownCodeError, unknown, UNKNOWN_TYPE),
        partial(refuse_rows, UnknownCodeError, _elsewhere(clinics, municipalities), UNKNOWN_PLACE),
        partial(
            refuse_rows,
            ImpossibleValueError,
            [f"{c.number} with '{c.delivered['CAPACITIES']}'" for c in negative],
            NEGATIVE,
        ),
    ]


def successors(rows: Sequence[Row], year: int) -> tuple[tuple[str, str], ...]:
    """Give the clinics that are gone at the status date, each with the clinic in force that took its place.

    A chain of clinics that each named the one before as PREDECESSOR is followed to its end; a number
    that covers the status date itself is never read as another.

    Raises
    ------
    SchemaError
        Clinics name each other in a circle, or two clinics name the same one.
    """
    day = day_as_text(status_day(year))
    in_force = {row["YDERNR"] for row in rows if row["FRA"] <= day and (not row["TIL"] or row["TIL"] >= day)}
    heirs: dict[str, set[str]] = {}
    for row in rows:
        gone = clinic_code(row.get("PREDECESSOR", ""))
        if gone and gone != row["YDERNR"] and gone not in in_force:
            heirs.setdefault(gone, set()).add(row["YDERNR"])
    every([partial(_refuse_two_heirs, gone, heirs[gone]) for gone in sorted(heirs)])
    found = {gone: _last_heir(gone, heirs) for gone in sorted(heirs)}
    return tuple((gone, heir) for gone, heir in found.items() if heir in in_force)


def _refuse_two_heirs(gone: str, heirs: Collection[str]) -> None:
    if len(heirs) > 1:
        first, second = sorted(heirs)[:2]
        raise SchemaError(
            f"clinics: {gone} is the PREDECESSOR of {len(heirs)} clinics ({first}, {second}), so it cannot be told "
            f'whose its patients are. Name one, or declare predecessors = "as_delivered".'
        )


def _last_heir(gone: str, heirs: Mapping[str, Collection[str]]) -> str:
    followed = [gone]
    while followed[-1] in heirs:
        heir = next(iter(heirs[followed[-1]]))
        if heir in followed:
            raise SchemaError(
                f"clinics: {' and '.join(sorted(followed))} name each other as PREDECESSOR in a circle. "
                f'Correct PREDECESSOR, or declare predecessors = "as_delivered".'
            )
        followed.append(heir)
    return followed[-1]


def _no_days(clinics: Sequence[Clinic], day: str) -> list[str]:
    return [clinic.number for clinic in clinics if clinic.delivered[day] == UNREADABLE_DAY]


def _elsewhere(clinics: Sequence[Clinic], municipalities: frozenset[str] | None) -> list[str]:
    if municipalities is None:
        return []
    return [f"{c.number} in '{c.place}'" for c in clinics if c.covers and c.place not in municipalities]


def _refuse_twice(clinics: Sequence[str], year: int) -> None:
    if clinics:
        raise SchemaError(
            f"clinics: {len(clinics)} clinics have more than one row that covers 1 January {year}, the first is "
            f"{clinics[0]}. Close the earlier row with TIL."
        )


def _row(clinic: Clinic) -> Row:
    row = clinic.delivered
    flagged = row.get("ISLAND", "") in ("1", "True", "true")
    island = clinic.type_ == "island" or (clinic.type_ == "plo" and flagged)
    known: Row = {
        "YDERNR": clinic.number,
        "TYPE": "island" if island else clinic.type_,
        "KOM": clinic.place,
        "CAPACITIES": number_text(row["CAPACITIES"]),
        "FRA": day_text(row["FRA"]),
        "TIL": day_text(row["TIL"]),
        "ISLAND": str(int(island)),
    }
    figures = {name: _figure(row[name]) for name in FIGURES if name in row}
    successor = {"PREDECESSOR": clinic_code(row["PREDECESSOR"])} if "PREDECESSOR" in row else {}
    return known | figures | successor | {name: str(row[name]) for name in ("CHRONIC_AREA", "OPEN") if name in row}


def _figure(value: Any) -> str:
    """Give an optional number as text; one that cannot be read is as good as none, and a check counts it."""
    return number_text(value) if plain_text(value) and is_non_negative(value) else ""
