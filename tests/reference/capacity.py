"""Room 6: from weights to the numbers of municipalities, councils and clinics; all exact."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .registers import Registers
from .rounding import NANO, exact, half_even, half_up, half_up_to_step


@dataclass(frozen=True)
class Area:
    """A municipality's figures: citizens, projected persons, weighted persons, need and floor."""

    citizens: int
    projected: Fraction  # P; equal to citizens without a projection
    weighted: Fraction  # S
    need: Fraction
    floor: Fraction

    @property
    def floor_addition(self) -> Fraction:
        """What the floor adds to the need."""
        return max(self.floor - self.need, Fraction(0))


def need(weighted: Fraction, citizens_per_capacity: int) -> Fraction:
    """Give the capacities that weighted citizens need, unrounded."""
    return weighted / citizens_per_capacity


def floor_capacities(area_km2: Fraction, km2_per_capacity: int | None) -> Fraction:
    """Give the transition floor: a capacity for so many square kilometres, or 0 when it is off (R14–R16)."""
    return area_km2 / km2_per_capacity if km2_per_capacity else Fraction(0)


def need_before_rounding(areas: Iterable[Area]) -> Fraction:
    """Give a council's need: no municipality counts for less than its floor."""
    return sum((max(area.need, area.floor) for area in areas), Fraction(0))


def maximum_capacities(need_of_council: Fraction) -> int:
    """Round a council's need up, once (R3, R15)."""
    return math.ceil(need_of_council)


def patients_per_capacity(citizens_per_capacity: int, persons: Fraction, weighted: Fraction) -> Fraction | None:
    """Give how many such persons weigh as much as one capacity carries; none without weight."""
    return citizens_per_capacity * persons / weighted if weighted else None


def minimum_patients(capacities: Fraction, rounded_minimum: int) -> int:
    """Give the clinic's minimum: capacities × rounded minimum, half up to a whole patient."""
    return half_up(capacities * rounded_minimum)


def municipality_areas(citizens: pd.DataFrame, registers: Registers, model: Mapping[str, Any]) -> dict[str, Area]:
    """Give the figures of every municipality by code; with a projection those of the year's end."""
    km2_per_capacity = model["capacity.floor_km2"] if model["capacity.floor"] else None
    groups = dict(list(citizens.groupby("municipality")))
    areas = {}
    for code, row in registers.municipalities.iterrows():
        own = groups.get(code, citizens.iloc[:0])
        projected, weighted = Fraction(len(own)), Fraction(sum(own["weight"].tolist()), NANO)
        if registers.projection is not None:
            projected, weighted = project(own, code, registers)
        areas[str(code)] = Area(
            citizens=len(own),
            projected=projected,
            weighted=weighted,
            need=need(weighted, model["capacity.citizens_per_capacity"]),
            floor=floor_capacities(exact(row["area_km2"]), km2_per_capacity),
        )
    return areas


def project(own: pd.DataFrame, code: str, registers: Registers) -> tuple[Fraction, Fraction]:
    """Give projected persons and their weight for a municipality's citizens (R4)."""
    table = registers.projection
    if own.empty or table is None:
        return Fraction(0), Fraction(0)
    persons = int((registers.population["municipality"] == code).sum())
    group_1_share = Fraction(len(own), persons)
    means = cell_means(own, int(table["age"].max()))
    own_mean = Fraction(sum(own["weight"].tolist()), len(own))  # in 10⁻⁹
    projected, weighted = Fraction(0), Fraction(0)
    for cell in table[table["municipality"] == code].itertuples():
        number = cell.persons * group_1_share
        projected += number
        weighted += means.get((cell.sex, cell.age), own_mean) * number
    return projected, Fraction(half_even(weighted), NANO)


def cell_means(own: pd.DataFrame, highest_age: int) -> dict[tuple[str, int], Fraction]:
    """Give the mean weight (10⁻⁹) by sex and age, ages above the projection's highest pooled into it."""
    groups = own.groupby(["sex", own["age"].clip(upper=highest_age)])["weight"]
    return {(str(sex), int(age)): Fraction(sum(cell.tolist()), len(cell)) for (sex, age), cell in groups}


@dataclass(frozen=True)
class Clinic:
    """A clinic's figures; what cannot be said is None."""

    patients: int
    weighted: Fraction
    exact_minimum: Fraction | None
    rounded_minimum: int | None
    minimum_patients: int | None
    status: str


def clinic_figures(citizens: pd.DataFrame, registers: Registers, model: Mapping[str, Any]) -> dict[str, Clinic]:
    """Give the figures of every clinic of the register and of every counted citizen's clinic."""
    groups = dict(list(citizens[citizens["clinic"] != ""].groupby("clinic")))
    register = registers.clinics
    figures = {}
    for code in sorted({*register.index, *groups}):
        own = groups.get(code, citizens.iloc[:0])
        registered = code in register.index and bool(register.loc[code, "registered"])
        capacities = register.loc[code, "capacities"] if registered else ""
        weighted = Fraction(sum(own["weight"].tolist()), NANO)
        figures[code] = clinic(len(own), weighted, exact(capacities or "0"), registered, model)
    return figures


def clinic(
    patients: int, weighted: Fraction, capacities: Fraction, registered: bool, model: Mapping[str, Any]
) -> Clinic:
    """Give one clinic's figures and status."""
    exact_minimum = patients_per_capacity(model["capacity.citizens_per_capacity"], Fraction(patients), weighted)
    status = clinic_status(patients, registered, capacities)
    if status != "ok" or exact_minimum is None:
        return Clinic(patients, weighted, exact_minimum, None, None, status)
    rounded = half_up_to_step(exact_minimum, model["clinics.rounding_step"])
    minimum = minimum_patients(capacities, rounded)
    return Clinic(patients, weighted, exact_minimum, rounded, minimum, status)


def clinic_status(patients: int, registered: bool, capacities: Fraction) -> str:
    """Give the first status that applies."""
    if patients == 0:
        return "no_patients"
    if not registered:
        return "unregistered"
    return "ok" if capacities else "no_capacities"


def existing_capacities(
    registers: Registers, clinics: Mapping[str, Clinic], model: Mapping[str, Any]
) -> dict[str, Fraction]:
    """Give each council's capacities: registered clinics but island doctors with few patients (R25, R26)."""
    councils = registers.municipalities["council_id"]
    totals = dict.fromkeys(councils, Fraction(0))
    for code, row in registers.clinics[registers.clinics["registered"]].iterrows():
        few = clinics[str(code)].patients < model["clinics.island_threshold"]
        if not (row["kind"] == "island" and few):
            totals[councils[row["municipality"]]] += exact(row["capacities"] or "0")
    return totals
