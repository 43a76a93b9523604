"""Clinics near a clinic: those of its municipality, and those within reach as the crow flies where points are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt

from fordel_dask.published import RegisterRow

MILLIMETRES = 1000
METRES_A_KM = 1000


@dataclass(frozen=True)
class Neighbour:
    """A clinic near another; ``metres`` is how far, none where an address is not known."""

    ydernummer: str
    metres: int | None


@dataclass(frozen=True)
class _Point:
    """A clinic's municipality and address, the latter in millimetres so that distances stay whole numbers."""

    ydernummer: str
    municipality_code: str
    place: tuple[int, int] | None


def neighbours(rows: Sequence[RegisterRow], reach_km: int) -> dict[str, tuple[Neighbour, ...]]:
    """Give for each clinic the others in its municipality or within reach: nearest first, then those of unknown place.

    ``rows`` are rows of the register on one day, one a clinic.
    """
    points = [_point(row) for row in rows]
    reach = reach_km * METRES_A_KM * MILLIMETRES
    by_municipality: dict[str, list[_Point]] = {}
    by_square: dict[tuple[int, int], list[_Point]] = {}
    for one in points:
        by_municipality.setdefault(one.municipality_code, []).append(one)
        if one.place is not None:
            by_square.setdefault(_square(one.place, reach), []).append(one)
    return {
        one.ydernummer: _near(one, by_municipality[one.municipality_code], _around(one, by_square, reach), reach)
        for one in points
    }


def _point(row: RegisterRow) -> _Point:
    known = row.east is not None and row.north is not None
    place = (round((row.east or 0) * MILLIMETRES), round((row.north or 0) * MILLIMETRES)) if known else None
    return _Point(row.ydernummer, row.municipality_code, place)


def _square(place: tuple[int, int], reach: int) -> tuple[int, int]:
    return place[0] // reach, place[1] // reach


def _around(one: _Point, by_square: Mapping[tuple[int, int], Sequence[_Point]], reach: int) -> list[_Point]:
    """Give the clinics in the square of a clinic and the eight around it."""
    if one.place is None:
        return []
    east, north = _square(one.place, reach)
    squares = ((east + right, north + up) for right in (-1, 0, 1) for up in (-1, 0, 1))
    return [other for square in squares for other in by_square.get(square, ())]


def _near(one: _Point, at_home: Sequence[_Point], around: Sequence[_Point], reach: int) -> tuple[Neighbour, ...]:
    own = {other.ydernummer: _metres(one, other) for other in at_home}
    within = {other.ydernummer: far for other in around if (far := _metres(one, other)) is not None}
    found = {name: far for name, far in within.items() if far * MILLIMETRES <= reach} | own
    near = [Neighbour(name, far) for name, far in found.items() if name != one.ydernummer]
    return tuple(sorted(near, key=lambda other: (other.metres is None, other.metres or 0, other.ydernummer)))


def _metres(one: _Point, other: _Point) -> int | None:
    if one.place is None or other.place is None:
        return None
    (east, north), (east_too, north_too) = one.place, other.place
    return -(-isqrt((east - east_too) ** 2 + (north - north_too) ** 2) // MILLIMETRES)
