"""Where clinics lie on a day: municipality, council, planning area, point."""

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from fordel_dask.law.regions import region_on
from fordel_dask.published import Area, Published, RegisterRow

Point = tuple[Fraction | int, Fraction | int]
"""East and north, metres of UTM zone 32."""

AreaKey = tuple[str, str]
"""Municipality code and planning area; the area is empty for what lies in none, or in one that is not known."""


def in_regions_of(published: Published, day: datetime.date) -> Published:
    """Give a RUN with each council in the region that it belongs to on a day; a RUN itself has those from 2027."""
    councils = {
        one.council_id: replace(one, region=region_on(one.council_id, one.region, day))
        for one in published.councils.values()
    }
    return replace(published, councils=councils)


def council_called(published: Published, text: str) -> str:
    """Give the id of a council called by id or name, in any letter case; without one, the text in small letters."""
    wanted = _plainly(text)
    for one in published.councils.values():
        if wanted in (_plainly(one.council_id), _plainly(one.name)):
            return one.council_id
    return text.strip().lower()


def _plainly(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()


def rows_on(published: Published, day: datetime.date) -> dict[str, RegisterRow]:
    """Give the row of each clinic that is in force on a day, by ydernummer; of several, the latest begun."""
    rows = (row for row in published.register if row.covers(day))
    latest = sorted(rows, key=lambda row: (row.ydernummer, row.first_day or datetime.date.min))
    return {row.ydernummer: row for row in latest}


def municipality_by_clinic(published: Published, day: datetime.date) -> dict[str, str]:
    """Give the municipality of every clinic, as on a day; of one that is not registered then, as at the status date."""
    at_status = {one.ydernummer: one.municipality_code for one in published.clinics.values() if one.municipality_code}
    return at_status | {number: row.municipality_code for number, row in rows_on(published, day).items()}


def council_by_clinic(published: Published, day: datetime.date) -> dict[str, str]:
    """Give the council of every clinic whose municipality is known."""
    known = published.municipalities
    places = municipality_by_clinic(published, day)
    return {clinic: known[place].council_id for clinic, place in places.items() if place in known}


def point_of(place: Area | RegisterRow) -> Point | None:
    """Give the point of an area or clinic, none where it is not told."""
    return None if place.east is None or place.north is None else (_plain(place.east), _plain(place.north))


def _plain(metres: Fraction) -> Fraction | int:
    """Give whole metres as an integer: there are millions of distances, and fractions are ten times as slow."""
    return metres.numerator if metres.denominator == 1 else metres


def square_metres(one: Point, other: Point) -> Fraction | int:
    """Give the square of the straight distance between two points: compared exactly, with no root."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def area_by_clinic(published: Published, day: datetime.date) -> dict[str, AreaKey]:
    """Give the planning area of every clinic that lies in a municipality with planning areas.

    Nobody tells in which area a clinic lies: it is taken to be the one of its municipality whose point is nearest, as
    the crow flies, the first by code of two as near. A clinic without a point lies in none that is known.
    """
    rows = rows_on(published, day)
    areas = areas_by_municipality(published)
    return {
        clinic: (place, _nearest(rows.get(clinic), areas[place]))
        for clinic, place in municipality_by_clinic(published, day).items()
        if place in areas
    }


def areas_by_municipality(published: Published) -> dict[str, tuple[Area, ...]]:
    """Give the planning areas of each municipality that has any, by code."""
    found: dict[str, list[Area]] = {}
    for area in sorted(published.areas, key=lambda area: (area.municipality_code, area.code)):
        found.setdefault(area.municipality_code, []).append(area)
    return {place: tuple(areas) for place, areas in found.items()}


def _nearest(row: RegisterRow | None, areas: Sequence[Area]) -> str:
    here = None if row is None else point_of(row)
    points = {area.code: point_of(area) for area in areas if area.code}
    if here is None:
        return ""
    known = {code: square_metres(here, point) for code, point in points.items() if point is not None}
    return min(known, key=lambda code: (known[code], code), default="")


def with_rest(published: Published, areas: Mapping[str, Sequence[Area]]) -> dict[AreaKey, Area]:
    """Give all planning areas by key, and in each municipality a row for what lies in none that is known."""
    found = {(area.municipality_code, area.code): area for own in areas.values() for area in own}
    for place in areas:
        if (place, "") not in found:
            found[place, ""] = _nothing_of(published.municipalities[place])
    return dict(sorted(found.items()))


def _nothing_of(municipality: Area) -> Area:
    """Give the part of a municipality outside its planning areas where nobody lives."""
    none = Fraction(0)
    empty = replace(municipality, code="", name="", citizens=0, projected=none, weighted=none, need=none, floor=none)
    return replace(empty, km2=None, patients_per_capacity=None, patients_per_capacity_rounded=None)
