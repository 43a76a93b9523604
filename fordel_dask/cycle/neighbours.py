"""Clinics near a clinic: those of its municipality, and those within reach as the crow flies where points are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isqrt

from fordel_dask.cycle.whereabouts import Point, point_of, square_metres
from fordel_dask.published import RegisterRow

METRES_A_KM = 1000


@dataclass(frozen=True)
class Neighbour:
    """A clinic near another; ``metres`` is how far, begun ones counted, none where an address is not known."""

    ydernummer: str
    metres: int | None


Square = tuple[int, int]
Places = Mapping[str, Point | None]


def neighbours(rows: Sequence[RegisterRow], reach_km: int) -> dict[str, tuple[Neighbour, ...]]:
    """Give for each clinic the others in its municipality or within reach: nearest first, then those of unknown place.

    ``rows`` are rows of the register on one day, one a clinic.
    """
    reach = reach_km * METRES_A_KM
    places = {row.ydernummer: point_of(row) for row in rows}
    by_municipality: dict[str, list[str]] = {}
    by_square: dict[Square, list[str]] = {}
    for row in rows:
        by_municipality.setdefault(row.municipality_code, []).append(row.ydernummer)
        place = places[row.ydernummer]
        if place is not None:
            by_square.setdefault(_square(place, reach), []).append(row.ydernummer)
    return {
        row.ydernummer: _near(
            row.ydernummer,
            frozenset(by_municipality[row.municipality_code]),
            _around(places[row.ydernummer], by_square, reach),
            places,
            reach,
        )
        for row in rows
    }


def _square(place: Point, reach: int) -> Square:
    return int(place[0] // reach), int(place[1] // reach)


def _around(place: Point | None, by_square: Mapping[Square, Sequence[str]], reach: int) -> frozenset[str]:
    """Give the clinics in the square of a place, as wide as the reach, and the eight around it."""
    if place is None:
        return frozenset()
    east, north = _square(place, reach)
    squares = ((east + right, north + up) for right in (-1, 0, 1) for up in (-1, 0, 1))
    return frozenset(other for square in squares for other in by_square.get(square, ()))


def _near(
    clinic: str, at_home: frozenset[str], around: frozenset[str], places: Places, reach: int
) -> tuple[Neighbour, ...]:
    far = {other: _square_metres(places[clinic], places[other]) for other in (at_home | around) - {clinic}}
    within = {other for other, square in far.items() if square is not None and square <= reach**2}
    near = [Neighbour(other, _root(far[other])) for other in within | (at_home & far.keys())]
    return tuple(sorted(near, key=lambda other: (other.metres is None, other.metres or 0, other.ydernummer)))


def _square_metres(one: Point | None, other: Point | None) -> int | None:
    return None if one is None or other is None else ceil(square_metres(one, other))


def _root(square: int | None) -> int | None:
    """Give whole metres, begun ones counted."""
    if square is None:
        return None
    return isqrt(square - 1) + 1 if square else 0
