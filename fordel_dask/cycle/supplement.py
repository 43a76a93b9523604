"""The temporary supplement: where a region may agree it with clinics on a day (R17), and its money (R53)."""

import datetime
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.provisions import holds, in_force, whole
from fordel_dask.published import Council

ROOM, FLOOR_ONLY, WHOLE_REGION = "room", "floor_only", "whole_region"
NO_ROOM, NO_PERIOD = "no_room", "no_period"
ELIGIBLE = (ROOM, FLOOR_ONLY, WHOLE_REGION)


@dataclass(frozen=True)
class Money:
    """What there is for areas with weak coverage in a calendar year, in million kroner.

    ``everywhere_million`` is what ``region`` may use in all its area, over all years from
    ``first_year`` to ``last_year`` together.
    """

    year: int
    million: int
    region: str
    everywhere_million: int
    first_year: int
    last_year: int


def supplement(council: Council, allocated: Fraction, without_floor: int, day: datetime.date) -> str:
    """Tell whether the supplement may be agreed in a council, and on what ground.

    It is for areas that may allocate new capacities (R17). ``floor_only``: without the floor there would be no room.
    ``whole_region``: no room, but the region may use part of its money everywhere (R53).
    """
    if not holds("supplement.period", day):
        return NO_PERIOD
    if allocated < council.maximum:
        return ROOM if allocated < without_floor else FLOOR_ONLY
    return WHOLE_REGION if _is_free(council.region, day) else NO_ROOM


def _is_free(region: str, day: datetime.date) -> bool:
    """Tell whether a region may use part of its money everywhere; names come with and without 'Region'."""
    key = "supplement.everywhere"
    return holds(key, day) and region.split()[-1:] == str(in_force(key, day).value).split()[-1:]


def money_on(day: datetime.date) -> Money | None:
    """Give the money of the year of a day; none where none was set aside in this way."""
    if not holds("supplement.budget", day):
        return None
    everywhere = in_force("supplement.everywhere_budget", day)
    last = everywhere.valid_until or day
    return Money(
        year=day.year,
        million=whole("supplement.budget", day),
        region=str(in_force("supplement.everywhere", day).value),
        everywhere_million=whole("supplement.everywhere_budget", day),
        first_year=everywhere.valid_from.year,
        last_year=last.year,
    )
