"""Where the next capacity, or a returned one, would meet most need (V53): a ranking, and placements one by one.

Greedy: each capacity goes where unmet need (need less occupied capacities) is largest and the council has room left
within its number (R11); then the next one is looked at as if the first were filled. Nobody is obliged to follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fordel_dask.cycle.reach import Reach
from fordel_dask.cycle.unit import AREA, COUNCIL, MUNICIPALITY, Unit
from fordel_dask.printing import ratio

ONE = Fraction(1)
FULL = "council full"
PART_LEFT = "no room for a whole capacity"
NO_ROOM = "no council asked about has room for a whole capacity within its number"
NO_NEED = "nowhere with room left is there any unmet need"


@dataclass(frozen=True)
class Board:
    """How things stand before a placement: units, what is occupied in each, what is allocated in each council.

    ``maximum`` and ``allocated`` are by council id, ``occupied`` by unit; ``reach`` is who can choose between clinics.
    """

    units: tuple[Unit, ...]
    maximum: Mapping[str, int]
    allocated: Mapping[str, Fraction]
    occupied: Mapping[Unit, Fraction]
    reach: Reach

    def unmet(self, unit: Unit) -> Fraction:
        """Need of a unit that no occupied capacity meets."""
        return unit.need - self.occupied[unit]

    def coverage(self, unit: Unit) -> Fraction | None:
        """Occupied capacities over need."""
        return ratio(self.occupied[unit], unit.need)

    def room(self, council_id: str) -> Fraction:
        """Capacities that may still be allocated in a council."""
        return self.maximum[council_id] - self.allocated[council_id]

    def limit(self, unit: Unit) -> str:
        """Why no whole capacity can be placed in a unit; empty if one can."""
        room = self.room(unit.council_id)
        return "" if room >= ONE else PART_LEFT if room > 0 else FULL

    def ranked(self, kind: str) -> tuple[Unit, ...]:
        """Give the units of a kind, the largest unmet need first; of equal ones the larger need, then by code."""
        return tuple(sorted((unit for unit in self.units if unit.kind == kind), key=self.rank))

    def rank(self, unit: Unit) -> tuple[Fraction, Fraction, str]:
        """Give what units of a kind are sorted by."""
        return -self.unmet(unit), -unit.need, unit.code


@dataclass(frozen=True)
class Placement:
    """One capacity, where it goes, and how things stand ``before`` and ``after``.

    ``unit`` is of the kind that was ranked; ``council``, ``municipality`` and ``area`` say where that lies or, below
    it, where unmet need is largest; ``area`` is none where there are no planning areas. ``tied`` have the same unmet
    need, ``passed`` a larger one and no room.
    """

    number: int
    unit: Unit
    council: Unit
    municipality: Unit
    area: Unit | None
    before: Board
    after: Board
    tied: tuple[Unit, ...]
    passed: tuple[Unit, ...]

    @property
    def tie(self) -> str:
        """What decided between units with the same unmet need; empty if there were none."""
        if not self.tied:
            return ""
        larger = all(self.unit.need > other.need for other in self.tied)
        ground = "larger need goes first" if larger else "equal need too, so by id"
        return f"same unmet need as {', '.join(other.code for other in self.tied)}: {ground}"


def place(board: Board, kind: str, capacities: int) -> tuple[tuple[Placement, ...], str]:
    """Place so many capacities one after the other; gives the placements and why there are not more, or nothing."""
    placements: list[Placement] = []
    for number in range(1, capacities + 1):
        ranked = board.ranked(kind)
        free = [unit for unit in ranked if not board.limit(unit)]
        if not free:
            return tuple(placements), NO_ROOM
        if board.unmet(free[0]) <= 0:
            return tuple(placements), NO_NEED
        placements.append(_placed(board, number, ranked, free))
        board = placements[-1].after
    return tuple(placements), ""


def _placed(board: Board, number: int, ranked: Sequence[Unit], free: Sequence[Unit]) -> Placement:
    unit = free[0]
    council, municipality, area = _way(board, unit)
    return Placement(
        number=number,
        unit=unit,
        council=council,
        municipality=municipality,
        area=area,
        before=board,
        after=_filled(board, council, municipality, area),
        tied=tuple(other for other in free[1:] if board.unmet(other) == board.unmet(unit)),
        passed=tuple(other for other in ranked[: ranked.index(unit)]),
    )


def _way(board: Board, unit: Unit) -> tuple[Unit, Unit, Unit | None]:
    """Give council, municipality and planning area of a unit; below it, where unmet need is largest."""
    council = next(one for one in board.units if one.kind == COUNCIL and one.council_id == unit.council_id)
    municipalities = (one for one in board.units if one.kind == MUNICIPALITY)
    municipality = min((one for one in municipalities if one.lies_in(unit) or unit.lies_in(one)), key=board.rank)
    areas = (one for one in board.units if one.kind == AREA and one.lies_in(municipality))
    return council, municipality, unit if unit.kind == AREA else min(areas, key=board.rank, default=None)


def _filled(board: Board, council: Unit, municipality: Unit, area: Unit | None) -> Board:
    """Give how things stand once one capacity more is allocated and filled."""
    occupied = dict(board.occupied)
    for unit in filter(None, (council, municipality, area)):
        occupied[unit] += ONE
    allocated = {**board.allocated, council.council_id: board.allocated[council.council_id] + ONE}
    reach = board.reach if area is None or area.point is None else board.reach.with_clinic_at(area.point)
    return replace(board, occupied=occupied, allocated=allocated, reach=reach)
