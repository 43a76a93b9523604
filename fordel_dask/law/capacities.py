"""The arithmetic of capacities, once for the run and for the year's cycle: need, floor, a council's number; exact."""

import math
from fractions import Fraction

from fordel_dask.law.rounding import half_up

ISLAND = "island"
"""The type of a clinic that is an island doctor's."""


def need_of(weighted: Fraction | int, norm: Fraction | int) -> Fraction:
    """Give the capacities that weighted citizens need: one for ``norm`` of them, unrounded (R2)."""
    return Fraction(weighted) / norm


def floor_of(area_km2: Fraction, floor_km2: int) -> Fraction:
    """Give the capacities of the transition floor: one for so many square kilometres, unrounded (R14–R16)."""
    return area_km2 / floor_km2


def with_floor(need: Fraction, floor: Fraction) -> Fraction:
    """Give the capacities that a municipality counts for in its council: the floor works in each by itself (R15)."""
    return max(need, floor)


def is_left_out(clinic_type: str, patients: int, island_threshold: int) -> bool:
    """Tell whether a clinic's capacities do not count in its council: an island's with too few patients (R26)."""
    return clinic_type == ISLAND and patients < island_threshold


def number_of(need_before_rounding: Fraction) -> int:
    """Give a council's binding number: its need rounded up, once (R3)."""
    return math.ceil(need_before_rounding)


def number_in_draft(need_before_rounding: Fraction) -> int:
    """Give the number as the draft of the order rounded: to the nearest whole one, a half up (R3)."""
    return half_up(need_before_rounding.numerator, need_before_rounding.denominator)


def number_rounded(need_before_rounding: Fraction, rounding: str) -> Fraction:
    """Give a council's number rounded ``up``, as the law does, to the ``nearest``, ``down``, or not at all (V01)."""
    match rounding:
        case "up":
            return Fraction(number_of(need_before_rounding))
        case "nearest":
            return Fraction(number_in_draft(need_before_rounding))
        case "down":
            return Fraction(math.floor(need_before_rounding))
        case _:
            return need_before_rounding
