"""The small tables of a nation with exact numbers: municipalities, clinics, projection."""

import datetime
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from fordel_dask.law.capacities import ISLAND
from fordel_dask.store import Store

IS_OPEN = {"1": "1", "true": "1", "0": "0", "false": "0"}


@dataclass(frozen=True)
class Municipality:
    """One of the municipalities: its council, area and life expectancy at birth (none if unpublished)."""

    code: str
    name: str
    council_id: str
    council: str
    region: str
    area_km2: Fraction
    life_expectancy: Fraction | None


@dataclass(frozen=True)
class Clinic:
    """A clinic by its ydernummer; ``kind`` is empty when it is not registered at the status date.

    ``municipality`` is the position among the municipalities; ``capacities`` the exact
    decimal number, none where the register has none; ``present_limit`` patients, ``east`` and ``north`` metres.
    """

    ydernummer: str
    in_register: bool = False
    kind: str = ""
    municipality: int | None = None
    capacities: Fraction | None = None
    present_limit: int | None = None
    east: Fraction | None = None
    north: Fraction | None = None

    @property
    def registered(self) -> bool:
        """Whether a row of the clinic register covers the status date."""
        return self.kind != ""


@dataclass(frozen=True)
class RegisterRow:
    """A row of the clinic register as the store keeps it, of any day; texts and days are empty where not told.

    ``present_limit`` and ``maximum`` are patients, ``is_open`` is 1, 0 or empty, ``east`` and ``north`` metres.
    """

    ydernummer: str
    kind: str
    municipality_code: str
    capacities: Fraction | None
    first_day: str
    last_day: str
    present_limit: int | None
    maximum: int | None
    is_open: str
    predecessor: str
    east: Fraction | None
    north: Fraction | None


@dataclass(frozen=True)
class PlanningArea:
    """A planning area below the council, such as a city district; ``municipality`` is a position."""

    code: str
    name: str
    municipality: int
    km2: Fraction | None
    east: Fraction | None
    north: Fraction | None
    life_expectancy: Fraction | None


@dataclass(frozen=True)
class Projection:
    """Projected persons by municipality (position), sex and age; the highest age is pooled."""

    persons: Mapping[tuple[int, int, int], Fraction]
    highest_age: int

    @functools.cached_property
    def unit(self) -> int:
        """Whole parts that a person is divided into, so that all numbers of persons are whole."""
        return lcm(*(number.denominator for number in self.persons.values()))

    @functools.cached_property
    def whole(self) -> dict[int, list[int]]:
        """Parts of persons of each municipality by sex and age: men of all ages, then women."""
        ages = self.highest_age + 1
        found: dict[int, list[int]] = defaultdict(lambda: [0] * (2 * ages))
        for (position, sex, age), number in self.persons.items():
            found[position][(sex - 1) * ages + age] = int(number * self.unit)
        return found


@dataclass(frozen=True)
class Nation:
    """What is known of areas and clinics in the planning year.

    ``clinics`` stand in the order of the store's code book ``clinic``; ``register`` are the rows they were made of,
    sorted; ``areas`` are sorted by code, none if none were delivered.
    """

    year: int
    life_expectancy: Fraction
    municipalities: tuple[Municipality, ...]
    clinics: tuple[Clinic, ...]
    projection: Projection | None
    register: tuple[RegisterRow, ...] = ()
    areas: tuple[PlanningArea, ...] = ()

    @property
    def councils(self) -> tuple[Municipality, ...]:
        """One municipality of each council, sorted by council id."""
        first = {m.council_id: m for m in reversed(self.municipalities)}
        return tuple(first[council] for council in sorted(first))

    def members(self, council_id: str) -> tuple[int, ...]:
        """Positions of the municipalities of a council."""
        return tuple(n for n, m in enumerate(self.municipalities) if m.council_id == council_id)


def read_nation(store: Store) -> Nation:
    """Read the small tables of a store."""
    codes = store.codebooks["municipality"]
    rows = {row["KOM"]: row for row in store.small_table("municipalities") or ()}
    projection = store.small_table("projection")
    return Nation(
        year=store.year,
        life_expectancy=Fraction(str(store.manifest["nation"]["life_expectancy"])),
        municipalities=tuple(municipality_of(rows[code]) for code in codes),
        clinics=_clinics(store, codes),
        projection=None if projection is None else _projection(projection, codes),
        register=tuple(map(_register_row, store.small_table("clinics") or ())),
        areas=tuple(_planning_area(row, codes) for row in store.small_table("areas") or ()),
    )


def municipality_of(row: Mapping[str, str]) -> Municipality:
    """Give a municipality from its row of text, in the register's columns."""
    expectancy = row.get("LIFE_EXPECTANCY", "")
    return Municipality(
        code=row["KOM"],
        name=row["NAME"],
        council_id=row["COUNCIL_ID"],
        council=row["COUNCIL"],
        region=row["REGION"],
        area_km2=Fraction(row["AREA_KM2"]),
        life_expectancy=Fraction(expectancy) if expectancy else None,
    )


def _clinics(store: Store, codes: Sequence[str]) -> tuple[Clinic, ...]:
    status = datetime.date(store.year, 1, 1).isoformat()
    register = store.small_table("clinics") or ()
    known = {row["YDERNR"] for row in register}
    current = {row["YDERNR"]: row for row in register if _covers(row, status)}
    return tuple(
        _clinic(current[number], codes) if number in current else Clinic(number, in_register=number in known)
        for number in store.codebooks["clinic"]
    )


def _covers(row: Mapping[str, str], day: str) -> bool:
    return (not row["FRA"] or row["FRA"] <= day) and (not row["TIL"] or row["TIL"] >= day)


def _clinic(row: Mapping[str, str], codes: Sequence[str]) -> Clinic:
    island = row["TYPE"] == ISLAND or (row["TYPE"] == "plo" and row.get("ISLAND", "") == "1")
    return Clinic(
        ydernummer=row["YDERNR"],
        in_register=True,
        kind=ISLAND if island else row["TYPE"],
        municipality=codes.index(row["KOM"]),
        capacities=_fraction(row["CAPACITIES"]),
        present_limit=_patients(row.get("MINIMUM", "")),
        east=_fraction(row.get("E", "")),
        north=_fraction(row.get("N", "")),
    )


def _register_row(row: Mapping[str, str]) -> RegisterRow:
    return RegisterRow(
        ydernummer=row["YDERNR"],
        kind=row["TYPE"],
        municipality_code=row["KOM"],
        capacities=_fraction(row["CAPACITIES"]),
        first_day=row["FRA"],
        last_day=row["TIL"],
        present_limit=_patients(row.get("MINIMUM", "")),
        maximum=_patients(row.get("MAXIMUM", "")),
        is_open=IS_OPEN.get(row.get("OPEN", "").lower(), ""),
        predecessor=row.get("PREDECESSOR", ""),
        east=_fraction(row.get("E", "")),
        north=_fraction(row.get("N", "")),
    )


def _planning_area(row: Mapping[str, str], codes: Sequence[str]) -> PlanningArea:
    return PlanningArea(
        code=row["AREA"],
        name=row["NAME"],
        municipality=codes.index(row["KOM"]),
        km2=_fraction(row["KM2"]),
        east=_fraction(row.get("E", "")),
        north=_fraction(row.get("N", "")),
        life_expectancy=_fraction(row.get("LIFE_EXPECTANCY", "")),
    )


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _patients(text: str) -> int | None:
    return int(Fraction(text)) if text else None


def _projection(rows: Sequence[Mapping[str, str]], codes: Sequence[str]) -> Projection:
    position = {code: n for n, code in enumerate(codes)}
    persons: dict[tuple[int, int, int], Fraction] = {}
    for row in rows:
        cell = (position[row["KOM"]], int(row["KOEN"]), int(row["ALDER"]))
        persons[cell] = persons.get(cell, Fraction(0)) + Fraction(row["PERSONS"])
    return Projection(persons, max(age for _, _, age in persons))
