"""The tables that are kept whole, as a check looks at them: clinics, and areas."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fordel_dask.extracts.arrays import plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import Faults
from fordel_dask.quality.gathered import Gathered
from fordel_dask.registers.canonical import clinic_code, counted_municipality
from fordel_dask.registers.clinics import RAW, TYPES, WANTED, Clinic, clinic_as_compared
from fordel_dask.registers.rules import status_day
from fordel_dask.registers.small_tables import is_non_negative, read_small

AREA_PLACE = Wanted("KOM", optional=True)


@dataclass(frozen=True)
class Clinics:
    """The clinics as far as they can be read: numbers in force, and numbers that a clinic in force has taken over."""

    in_force: frozenset[str]
    taken_over: frozenset[str]


def look_at_clinics(
    source: Source, year: int, municipalities: frozenset[str] | None, found: Gathered
) -> Clinics | None:
    """Count what is wrong with the clinics; None if none can be read."""
    files: dict[Path, list[Clinic]] = {}
    for path in source.files:
        rows = Faults().note(partial(read_small, replace(source, files=(path,)), WANTED, RAW), None)
        if rows is not None:
            files[path] = [clinic_as_compared(row, status_day(year)) for row in rows]
    clinics = [clinic for of_file in files.values() for clinic in of_file]
    numbers = frozenset(clinic.number for clinic in clinics)
    for path, of_file in files.items():
        found.add_file(source.register, path, _measures(of_file, numbers, municipalities))
    covering = [clinic for clinic in clinics if clinic.covers and clinic.number]
    rows_of = Counter(clinic.number for clinic in covering)
    found.add_register(source.register, {"clinic_twice": sum(rows > 1 for rows in rows_of.values())})
    taken_over = frozenset(map(_predecessor, covering)) - {""}
    return Clinics(frozenset(rows_of), taken_over) if files else None


def _measures(
    clinics: Sequence[Clinic], numbers: frozenset[str], municipalities: frozenset[str] | None
) -> dict[str, int]:
    return {
        "clinic_type_unknown": sum(c.type_ not in TYPES for c in clinics),
        "clinic_municipality_unknown": sum(
            c.covers and municipalities is not None and c.place not in municipalities for c in clinics
        ),
        "capacities_impossible": sum(not is_non_negative(c.delivered["CAPACITIES"]) for c in clinics),
        "capacities_missing": sum(c.covers and not plain_text(c.delivered["CAPACITIES"]) for c in clinics),
        "predecessor_unknown": sum(bool(_predecessor(c)) and _predecessor(c) not in numbers for c in clinics),
    }


def _predecessor(clinic: Clinic) -> str:
    return clinic_code(clinic.delivered.get("PREDECESSOR"))


def look_at_areas(source: Source, files: Sequence[Path], places: frozenset[str], found: Gathered) -> None:
    """Count areas that lie in no municipality of the table."""
    for path in files:
        rows = Faults().note(partial(read_small, replace(source, files=(path,)), (AREA_PLACE,), frozenset()), [])
        outside = sum(counted_municipality(row["KOM"]) not in places for row in rows if "KOM" in row)
        found.add_file(source.register, path, {"area_without_municipality": outside})
