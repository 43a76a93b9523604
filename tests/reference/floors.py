"""Room 6: the transition floor: a capacity for so many square kilometres, and where it holds."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .citizens import registered_clinics
from .model import COVERAGE, ReferenceError
from .registers import Registers
from .rounding import exact

Point = tuple[Fraction, Fraction]  # metres east and north
OFFERS, NEAR_METRES = 2, 15_000


def floors_of(registers: Registers, model: Mapping[str, Any]) -> dict[str, Fraction]:
    """Give the floor of each municipality, 0 where it does not hold (R14–R16, V55)."""
    km2_per_capacity = model["capacity.floor_km2"] if model["capacity.floor"] else None
    table = registers.municipalities
    floors = {str(code): floor_capacities(exact(km2), km2_per_capacity) for code, km2 in table["area_km2"].items()}
    if km2_per_capacity and model["capacity.floor_where"] == "without_two_offers":
        without = without_two_offers(registers)
        floors = {code: own if code in without else Fraction(0) for code, own in floors.items()}
    return floors


def floor_capacities(area_km2: Fraction, km2_per_capacity: int | None) -> Fraction:
    """Give the transition floor: a capacity for so many square kilometres, or 0 when it is off (R14–R16)."""
    return area_km2 / km2_per_capacity if km2_per_capacity else Fraction(0)


def without_two_offers(registers: Registers) -> set[str]:
    """Give the municipalities of which some planning area has no two clinics near; without points none can be told."""
    clinics = registered_clinics(registers)
    offers = [registers.points[code] for code in open_clinics(clinics) if code in registers.points]
    if not offers:
        raise ReferenceError(COVERAGE, "no clinic was delivered with its point on the map")
    known = {str(code): True for code in registers.municipalities.index}  # whether two offers are near everywhere
    told = set()
    for area in registers.areas.itertuples():
        if area.east is not None and area.north is not None:
            told.add(area.municipality)
            near = sum(is_near((area.east, area.north), offer) for offer in offers)
            known[area.municipality] &= near >= OFFERS
    return {code for code, everywhere in known.items() if code not in told or not everywhere}


def open_clinics(clinics: Any) -> list[str]:
    """Give the clinics that have capacities."""
    return [str(code) for code, text in clinics["capacities"].items() if exact(text or "0") > 0]


def is_near(one: Point, other: Point) -> bool:
    """Say whether two points are within 15 km as the crow flies."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= NEAR_METRES**2
