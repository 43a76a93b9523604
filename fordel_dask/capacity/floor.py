"""The transition floor of each municipality (R14–R16), and where a variant lets it hold (V55)."""

import datetime
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from fordel_dask.errors import CoverageError
from fordel_dask.law.capacities import floor_of
from fordel_dask.law.provisions import whole
from fordel_dask.model.model import Capacity
from fordel_dask.nation import Nation

METRES_PER_KM = 1000
Point = tuple[Fraction, Fraction]


def municipal_floors(nation: Nation, rules: Capacity) -> tuple[Fraction, ...]:
    """Give the least number of capacities that each municipality counts for; 0 while the floor is off.

    Raises
    ------
    CoverageError
        Where there are two offers is asked for, and the clinic register has no coordinates.
    """
    if not rules.floor:
        return (Fraction(0),) * len(nation.municipalities)
    lacking = set(range(len(nation.municipalities)))
    if rules.floor_where == "without_two_offers":
        lacking = without_two_offers(nation)
    return tuple(
        floor_of(municipality.area_km2, rules.floor_km2) if position in lacking else Fraction(0)
        for position, municipality in enumerate(nation.municipalities)
    )


def without_two_offers(nation: Nation) -> set[int]:
    """Give the municipalities in some planning area of which fewer than two clinics lie within reach.

    As the crow flies, from the point that stands for the area; a municipality without such areas is among them.
    """
    offers_at = [
        (clinic.east, clinic.north)
        for clinic in nation.clinics
        if clinic.capacities and clinic.east is not None and clinic.north is not None
    ]
    if not offers_at:
        raise CoverageError(
            "capacity.floor_where = 'without_two_offers' needs coordinates of clinics, and the clinic register has "
            "none. Deliver its columns E and N (metres) and ingest again, or let the floor hold everywhere."
        )
    day = datetime.date(nation.year, 1, 1)
    reach, offers = whole("access.km", day) * METRES_PER_KM, whole("access.clinics", day)
    told = [
        (area.municipality, (area.east, area.north))
        for area in nation.areas
        if area.east is not None and area.north is not None
    ]
    within = clinics_within([point for _, point in told], offers_at, reach)
    served = {home for home, _ in told} - {home for (home, _), seen in zip(told, within, strict=True) if seen < offers}
    return set(range(len(nation.municipalities))) - served


def clinics_within(points: Sequence[Point], clinics: Sequence[Point], metres: int) -> list[int]:
    """Count for each point the clinics no further than so many metres.

    In binary, and exactly where a distance is within a square metre of the border: coordinates may have any decimals.
    """
    here, there = (np.array([[float(n) for n in point] for point in some]).reshape(-1, 2) for some in (points, clinics))
    beyond = ((here[:, None] - there[None]) ** 2).sum(axis=2) - metres**2
    within = beyond < 0
    for place, clinic in np.argwhere(np.abs(beyond) < 1).tolist():
        squares = ((a - b) ** 2 for a, b in zip(points[place], clinics[clinic], strict=True))
        within[place, clinic] = sum(squares) <= metres**2
    return [int(seen) for seen in within.sum(axis=1)]
