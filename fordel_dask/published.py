"""A RUN as the rooms of the year's cycle see it: councils, municipalities, planning areas, clinics and their register.

Numbers are exact: counts whole, everything printed with 9 decimals as the fraction that was printed.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from fordel_dask.errors import ModelError
from fordel_dask.seals import seal_of

TextRow = Mapping[str, str]
Tables = Mapping[str, Sequence[TextRow]]
TABLES = ("councils", "municipalities", "planning_areas", "clinics", "clinic_register", "flows")
OK = "ok"


@dataclass(frozen=True)
class Rules:
    """What the RUN was made by: citizens per capacity, step of clinic numbers, floor (km², none while off)."""

    norm: int
    step: int
    floor_km2: int | None
    island_threshold: int


@dataclass(frozen=True)
class Council:
    """One council as published; ``maximum`` is its binding number (R11), ``existing`` capacities of its clinics."""

    council_id: str
    name: str
    region: str
    citizens: int
    projected: Fraction
    weighted: Fraction
    need: Fraction
    floor_addition: Fraction
    need_before_rounding: Fraction
    maximum: int
    existing: Fraction


@dataclass(frozen=True)
class Area:
    """A municipality, or a planning area below it; ``floor`` is 0 for planning areas.

    ``code`` is empty for a municipality's citizens outside its planning areas. ``east`` and ``north`` are metres in
    UTM zone 32 of the area's point, none where it is not told.
    """

    code: str
    name: str
    municipality_code: str
    council_id: str
    citizens: int
    projected: Fraction
    weighted: Fraction
    need: Fraction
    km2: Fraction | None
    floor: Fraction
    patients_per_capacity: Fraction | None
    patients_per_capacity_rounded: int | None
    east: Fraction | None = None
    north: Fraction | None = None
    life_expectancy: Fraction | None = None


@dataclass(frozen=True)
class Clinic:
    """One clinic as published; what it has no figure for is none."""

    ydernummer: str
    kind: str
    municipality_code: str
    council_id: str
    capacities: Fraction | None
    patients: int
    weighted: Fraction
    mean_weight: Fraction | None
    minimum_exact: Fraction | None
    minimum_per_capacity: int | None
    minimum_patients: int | None
    status: str

    @property
    def registered(self) -> bool:
        """Whether a row of the clinic register covers the status date."""
        return self.kind != ""


@dataclass(frozen=True)
class RegisterRow:
    """One row of the clinic register; days are included, none where the row is open.

    ``present_limit`` is the closing limit of today (MINIMUM), ``maximum`` the collective agreement's (MAXIMUM);
    ``is_open`` whether the clinic takes new patients, none where that is not told.
    """

    ydernummer: str
    kind: str
    municipality_code: str
    capacities: Fraction | None
    first_day: datetime.date | None
    last_day: datetime.date | None
    present_limit: int | None
    maximum: int | None
    is_open: bool | None
    predecessor: str
    east: Fraction | None
    north: Fraction | None

    def covers(self, day: datetime.date) -> bool:
        """Whether the row is in force on a day."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Published:
    """A RUN in order; councils by id, municipalities by code, clinics by ydernummer, all sorted."""

    name: str
    seal: str
    year: int
    rules: Rules
    has_projection: bool
    councils: Mapping[str, Council]
    municipalities: Mapping[str, Area]
    areas: Sequence[Area]
    clinics: Mapping[str, Clinic]
    register: Sequence[RegisterRow]
    flows: Mapping[tuple[str, str], int]

    @property
    def status_date(self) -> datetime.date:
        """The day on which citizens and clinics were counted (R6)."""
        return datetime.date(self.year, 1, 1)

    @cached_property
    def registered(self) -> dict[str, RegisterRow]:
        """The row of each clinic that is in force at the status date."""
        return {row.ydernummer: row for row in self.register if row.covers(self.status_date)}

    @cached_property
    def row_of(self) -> dict[str, RegisterRow]:
        """The row of each clinic of the register at the status date; of one that has none then, its last."""
        by_day = sorted(self.register, key=lambda row: row.first_day or datetime.date.min)
        return {**{row.ydernummer: row for row in by_day}, **self.registered}

    @cached_property
    def known_clinics(self) -> frozenset[str]:
        """Every ydernummer of the register or of a counted citizen."""
        return frozenset(self.clinics) | {row.ydernummer for row in self.register}


def published_in(name: str, manifest: Mapping[str, Any], tables: Tables) -> Published:
    """Put the tables of a RUN, rows of text, in order; ``name`` is what the RUN is called."""
    return Published(
        name=name,
        seal=seal_of(manifest),
        year=int(manifest["nation"]["year"]),
        rules=_rules(manifest),
        has_projection=bool(manifest["noticed"]["projection"]),
        councils={row["council_id"]: _council(row) for row in tables["councils"]},
        municipalities={row["municipality_code"]: _municipality(row) for row in tables["municipalities"]},
        areas=tuple(_planning_area(row) for row in tables["planning_areas"]),
        clinics={row["ydernummer"]: _clinic(row) for row in tables["clinics"]},
        register=tuple(_register_row(row) for row in tables["clinic_register"]),
        flows={(r["residence_council_id"], r["clinic_council_id"]): int(r["citizens"]) for r in tables["flows"]},
    )


def _rules(manifest: Mapping[str, Any]) -> Rules:
    values = {key: entry["value"] for key, entry in manifest["model"]["parameters"].items()}
    return Rules(
        norm=int(values["capacity.citizens_per_capacity"]),
        step=int(values["clinics.rounding_step"]),
        floor_km2=int(values["capacity.floor_km2"]) if values["capacity.floor"] else None,
        island_threshold=int(values["clinics.island_threshold"]),
    )


def _council_number(capacities: str) -> int:
    """Read a council's number.

    Raises
    ------
    ModelError
        The RUN's model does not round it.
    """
    if not capacities.isdigit():
        raise ModelError(
            "The councils' numbers of this RUN are not whole: its model does not round them (capacity.rounding = "
            "'none'). What regions allocate is counted in whole capacities: take a RUN of a model that rounds."
        )
    return int(capacities)


def _council(row: TextRow) -> Council:
    return Council(
        council_id=row["council_id"],
        name=row["council"],
        region=row["region"],
        citizens=int(row["citizens"]),
        projected=Fraction(row["projected_citizens"]),
        weighted=Fraction(row["weighted_citizens"]),
        need=Fraction(row["need"]),
        floor_addition=Fraction(row["floor_addition"]),
        need_before_rounding=Fraction(row["need_before_rounding"]),
        maximum=_council_number(row["maximum_capacities"]),
        existing=Fraction(row["existing_capacities"]),
    )


def _municipality(row: TextRow) -> Area:
    return _area(row, row["municipality_code"], row["municipality"], Fraction(row["floor"]))


def _planning_area(row: TextRow) -> Area:
    return replace(
        _area(row, row["area"], row["name"], Fraction(0)),
        east=_fraction(row["east"]),
        north=_fraction(row["north"]),
        life_expectancy=_fraction(row["life_expectancy"]),
    )


def _area(row: TextRow, code: str, name: str, floor: Fraction) -> Area:
    return Area(
        code=code,
        name=name,
        municipality_code=row["municipality_code"],
        council_id=row["council_id"],
        citizens=int(row["citizens"]),
        projected=Fraction(row["projected_citizens"]),
        weighted=Fraction(row["weighted_citizens"]),
        need=Fraction(row["need"]),
        km2=_fraction(row["area_km2"]),
        floor=floor,
        patients_per_capacity=_fraction(row["patients_per_capacity"]),
        patients_per_capacity_rounded=_whole(row["patients_per_capacity_rounded"]),
    )


def _clinic(row: TextRow) -> Clinic:
    return Clinic(
        ydernummer=row["ydernummer"],
        kind=row["clinic_type"],
        municipality_code=row["municipality_code"],
        council_id=row["council_id"],
        capacities=_fraction(row["capacities"]),
        patients=int(row["patients"]),
        weighted=Fraction(row["weighted_patients"]),
        mean_weight=_fraction(row["mean_weight"]),
        minimum_exact=_fraction(row["minimum_per_capacity_exact"]),
        minimum_per_capacity=_whole(row["minimum_per_capacity"]),
        minimum_patients=_whole(row["minimum_patients"]),
        status=row["status"],
    )


def _register_row(row: TextRow) -> RegisterRow:
    return RegisterRow(
        ydernummer=row["ydernummer"],
        kind=row["clinic_type"],
        municipality_code=row["municipality_code"],
        capacities=_fraction(row["capacities"]),
        first_day=_day(row["first_day"]),
        last_day=_day(row["last_day"]),
        present_limit=_whole(row["present_limit"]),
        maximum=_whole(row["maximum"]),
        is_open={"1": True, "0": False}.get(row["is_open"]),
        predecessor=row["predecessor"],
        east=_fraction(row["east"]),
        north=_fraction(row["north"]),
    )


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
