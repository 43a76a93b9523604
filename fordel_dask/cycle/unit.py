"""Units that a capacity can be placed in: councils, municipalities, planning areas."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.area_status import AreaStatus
from fordel_dask.cycle.council_status import CouncilStatus
from fordel_dask.cycle.whereabouts import Point, point_of

COUNCIL, MUNICIPALITY, AREA = KINDS = ("council", "municipality", "area")


@dataclass(frozen=True)
class Unit:
    """One council, municipality or planning area with its need; what does not apply to its kind is empty."""

    kind: str
    council_id: str
    municipality_code: str
    area: str
    name: str
    need: Fraction
    point: Point | None = None

    @property
    def code(self) -> str:
        """What it is called among its kind."""
        if self.kind == COUNCIL:
            return self.council_id
        return self.municipality_code if self.kind == MUNICIPALITY else self.area

    def lies_in(self, other: "Unit") -> bool:
        """Whether the unit is the other one or lies in it."""
        if KINDS.index(self.kind) < KINDS.index(other.kind) or self.council_id != other.council_id:
            return False
        within = other.kind == COUNCIL or self.municipality_code == other.municipality_code
        return within and (other.kind != AREA or self.area == other.area)


def units_with_occupied(
    councils: Iterable[CouncilStatus], municipalities: Iterable[AreaStatus], areas: Iterable[AreaStatus]
) -> dict[Unit, Fraction]:
    """Give all units with their occupied capacities; no planning area of which these are not told."""
    of_councils = {
        Unit(COUNCIL, one.council.council_id, "", "", one.council.name, one.number.need): one.occupancy.occupied
        for one in councils
    }
    of_municipalities = {_unit(MUNICIPALITY, one, ""): one.occupancy.occupied for one in municipalities}
    of_areas = {_unit(AREA, one, one.area.code): one.occupancy.occupied for one in areas if one.is_told}
    return of_councils | of_municipalities | of_areas


def _unit(kind: str, status: AreaStatus, area: str) -> Unit:
    here = status.area
    return Unit(kind, here.council_id, here.municipality_code, area, here.name, status.need, point_of(here))
