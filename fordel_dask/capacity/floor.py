"""The transition floor of each municipality (R14–R16), and where a variant lets it hold (V55)."""

import datetime
from collections.abc import Sequence
from fractions import Fraction

from fordel_dask.errors import CoverageError
from fordel_dask.law.capacities import floor_of
from fordel_dask.law.provisions import whole
from fordel_dask.model.model import Capacity
from fordel_dask.nation import Clinic, Nation, PlanningArea

METRES_PER_KM = 1000


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
    open_clinics = [clinic for clinic in nation.clinics if clinic.capacities and clinic.east and clinic.north]
    if not open_clinics:
        raise CoverageError(
            "capacity.floor_where = 'without_two_offers' needs coordinates of clinics, and the clinic register has "
            "none. Deliver its columns E and N (metres) and ingest again, or let the floor hold everywhere."
        )
    day = datetime.date(nation.year, 1, 1)
    reach, offers = whole("access.km", day) * METRES_PER_KM, whole("access.clinics", day)
    told = [area for area in nation.areas if area.east is not None and area.north is not None]
    served = {area.municipality for area in told} - {
        area.municipality for area in told if clinics_within(area, open_clinics, reach) < offers
    }
    return set(range(len(nation.municipalities))) - served


def clinics_within(area: PlanningArea, clinics: Sequence[Clinic], metres: int) -> int:
    """Count the clinics no further than so many metres from an area with coordinates."""
    assert area.east is not None
    assert area.north is not None
    return sum(
        (clinic.east - area.east) ** 2 + (clinic.north - area.north) ** 2 <= metres**2
        for clinic in clinics
        if clinic.east is not None and clinic.north is not None
    )
