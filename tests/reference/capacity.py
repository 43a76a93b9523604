"""Room 6: from weights to the numbers of municipalities and councils; all exact."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .floors import floors_of
from .moving import moved
from .projection import projected
from .registers import Registers
from .rounding import NANO, half_up

Model = Mapping[str, Any]


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


def need_before_rounding(areas: Iterable[Area], level: str = "municipality") -> Fraction:
    """Give a council's need: no municipality, or not the council as a whole (V56), counts for less than its floor."""
    areas = list(areas)
    if level == "council":
        needs = sum((area.need for area in areas), Fraction(0))
        return max(needs, sum((area.floor for area in areas), Fraction(0)))
    return sum((max(area.need, area.floor) for area in areas), Fraction(0))


def maximum_capacities(need_of_council: Fraction, rounding: str = "up") -> int | Fraction:
    """Round a council's need, once: up (R3, R15), or as another model says (V01)."""
    if rounding == "none":
        return need_of_council
    return {"up": math.ceil, "nearest": half_up, "down": math.floor}[rounding](need_of_council)


def patients_per_capacity(citizens_per_capacity: int, persons: Fraction, weighted: Fraction) -> Fraction | None:
    """Give how many such persons weigh as much as one capacity carries; none without weight."""
    return citizens_per_capacity * persons / weighted if weighted else None


def municipality_areas(citizens: pd.DataFrame, registers: Registers, model: Model) -> dict[str, Area]:
    """Give the figures of every municipality by code; with a projection those of the year's end.

    Persons and their weights are those of residents, projected, and then moved where the model moves need.
    """
    groups = dict(list(citizens.groupby("municipality")))
    own = {code: groups.get(code, citizens.iloc[:0]) for code in map(str, registers.municipalities.index)}
    now = {code: (Fraction(len(rows)), Fraction(sum(rows["weight"].tolist()), NANO)) for code, rows in own.items()}
    expected = {code: projected(rows, code, registers, model) for code, rows in own.items()}
    there = moved(citizens, now, expected, registers, model)
    floors = floors_of(registers, model)
    return {
        code: Area(
            citizens=len(rows),
            projected=there[code][0],
            weighted=there[code][1],
            need=need(there[code][1], model["capacity.citizens_per_capacity"]),
            floor=floors[code],
        )
        for code, rows in own.items()
    }
