"""What a region may start from for a clinic that nothing was calculated for (R40–R42)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.clinic_status import ClinicStatus
from fordel_dask.cycle.whereabouts import AreaKey
from fordel_dask.law.rounding import half_up, half_up_to_step
from fordel_dask.published import Area, Clinic, Published, RegisterRow

SPLIT, HANDOVER, AREA, OWN = "split", "handover", "area", "own_patients"
"""What an estimate rests on: the clinic that was split (R41), the one taken over (R42), the area's need (R40), or the
clinic's own patients where it has them and only its capacities are not known."""


@dataclass(frozen=True)
class Estimate:
    """A number to start from: patients per capacity, and of the clinic if its capacities are known.

    ``source`` is the clinic, planning area or municipality that it was taken from.
    """

    ground: str
    source: str
    per_capacity: int
    patients: int | None


@dataclass(frozen=True)
class Origin:
    """What may be known of where clinics without a number come from, on one day.

    ``rows`` are all rows in force, ``heirs`` the clinics that name each as their predecessor, ``areas`` the planning
    area of each clinic in a municipality that has any.
    """

    published: Published
    rows: Mapping[str, RegisterRow]
    heirs: Mapping[str, Sequence[str]]
    areas: Mapping[str, AreaKey]


def origin_of(published: Published, rows: Mapping[str, RegisterRow], areas: Mapping[str, AreaKey]) -> Origin:
    """Gather who followed whom, by all rows of the register."""
    heirs: dict[str, set[str]] = {}
    for row in published.register:
        if row.predecessor and row.predecessor != row.ydernummer:
            heirs.setdefault(row.predecessor, set()).add(row.ydernummer)
    return Origin(published, rows, {gone: sorted(found) for gone, found in heirs.items()}, areas)


def estimate(status: ClinicStatus, origin: Origin) -> Estimate | None:
    """Give what to start from for a clinic without a number; none where nothing is known.

    A clinic with patients of its own is measured by them. Else the clinic it comes from goes before its area.
    """
    if status.row is None:
        return None
    step = origin.published.rules.step
    own = rounded_minimum(status.clinic, step)
    if own is not None:
        return Estimate(OWN, status.ydernummer, own, _patients(own, status.capacities))
    return _from_predecessor(status, origin, step) or _from_area(status, origin)


def rounded_minimum(clinic: Clinic | None, step: int) -> int | None:
    """Give a clinic's minimum per capacity: as published, else its exact one rounded to the step (R31)."""
    if clinic is None or clinic.minimum_per_capacity is not None:
        return None if clinic is None else clinic.minimum_per_capacity
    return None if clinic.minimum_exact is None else half_up_to_step(clinic.minimum_exact, step)


def _from_predecessor(status: ClinicStatus, origin: Origin, step: int) -> Estimate | None:
    before = "" if status.row is None else status.row.predecessor
    per_capacity = rounded_minimum(origin.published.clinics.get(before), step)
    if per_capacity is None:
        return None
    is_split = before in origin.rows or len(origin.heirs.get(before, ())) > 1
    ground = SPLIT if is_split else HANDOVER
    return Estimate(ground, before, per_capacity, _patients(per_capacity, status.capacities))


def _from_area(status: ClinicStatus, origin: Origin) -> Estimate | None:
    """Start from the need of the planning area if one can be told and has a figure, else of the municipality (R40)."""
    key = origin.areas.get(status.ydernummer, ("", ""))
    planning_areas = [one for one in origin.published.areas if one.code and (one.municipality_code, one.code) == key]
    municipality = origin.published.municipalities.get(status.municipality_code)
    for area in (*planning_areas, municipality):
        if area is not None and area.patients_per_capacity_rounded is not None:
            return _of_area(area, area.patients_per_capacity_rounded, status.capacities)
    return None


def _of_area(area: Area, per_capacity: int, capacities: Fraction | None) -> Estimate:
    return Estimate(AREA, area.code, per_capacity, _patients(per_capacity, capacities))


def _patients(per_capacity: int, capacities: Fraction | None) -> int | None:
    if not capacities:
        return None
    exact = per_capacity * capacities
    return half_up(exact.numerator, exact.denominator)
