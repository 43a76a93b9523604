"""Places and citizens: who would find no clinic if every clinic closed at its minimum (memo 4.3.1)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fordel_dask.cycle.clinic_status import ClinicStatus
from fordel_dask.cycle.whereabouts import AreaKey, areas_by_municipality, with_rest
from fordel_dask.published import Published

PLANNING_AREA, MUNICIPALITY, COUNCIL = "planning_area", "municipality", "council"
Key = tuple[str, str]


@dataclass(frozen=True)
class AreaPlaces:
    """Citizens who live in an area, and places in the clinics that lie there: Σ max(minimum, patients).

    ``open_clinics`` of them take new patients; those of which it is not told do not count (R52).
    """

    kind: str
    code: str
    municipality_code: str
    council_id: str
    name: str
    year: int
    citizens: int
    clinics: int
    open_clinics: int
    places: int

    @property
    def without_place(self) -> int:
        """Citizens without a place; below 0 where places are left over."""
        return self.citizens - self.places


class ClinicPlaces(NamedTuple):
    """What a clinic has: places, and whether it takes new patients."""

    places: int
    is_open: bool


def places_of(minimum: int | None, patients: int) -> int:
    """Give how many patients a clinic takes before it may close: those it has, if they are more than its minimum."""
    return patients if minimum is None else max(minimum, patients)


def places_by_area(
    published: Published,
    statuses: Iterable[ClinicStatus],
    minimum: Mapping[str, Mapping[int, int]],
    areas: Mapping[str, AreaKey],
    years: Sequence[int],
) -> tuple[AreaPlaces, ...]:
    """Give places and citizens of every council, municipality and planning area, year by year.

    ``minimum`` are the numbers of clinics by year, their own or estimated; a clinic without one has the places of its
    patients. Clinics that are in no row of the register on the day are gone and have none.
    """
    standing = [status for status in statuses if status.row is not None]
    homes: dict[str, Callable[[ClinicStatus], Key | None]] = {
        COUNCIL: lambda status: ("", status.council_id),
        MUNICIPALITY: lambda status: ("", status.municipality_code),
        PLANNING_AREA: lambda status: areas.get(status.ydernummer),
    }
    found = []
    for year in years:
        for kind, home in homes.items():
            clinics: dict[Key, list[ClinicPlaces]] = {}
            for status in standing:
                key = home(status)
                if key is not None:
                    own = minimum.get(status.ydernummer, {}).get(year)
                    clinics.setdefault(key, []).append(ClinicPlaces(places_of(own, status.patients), _is_open(status)))
            found += _of_kind(published, kind, year, clinics)
    return tuple(found)


def _is_open(status: ClinicStatus) -> bool:
    return status.row is not None and status.row.is_open is True


def _of_kind(
    published: Published, kind: str, year: int, clinics: Mapping[Key, Sequence[ClinicPlaces]]
) -> list[AreaPlaces]:
    return [
        AreaPlaces(*(kind, code, municipality, council, name, year, citizens), *_counted(own))
        for municipality, code, council, name, citizens in _areas(published, kind)
        for own in [clinics.get((municipality if kind == PLANNING_AREA else "", code), ())]
    ]


def _counted(own: Sequence[ClinicPlaces]) -> tuple[int, int, int]:
    """Count clinics, those that are open, and their places."""
    return len(own), sum(one.is_open for one in own), sum(one.places for one in own)


def _areas(published: Published, kind: str) -> list[tuple[str, str, str, str, int]]:
    """Give municipality, code, council, name and citizens of all areas of a kind."""
    if kind == COUNCIL:
        return [("", one.council_id, one.council_id, one.name, one.citizens) for one in published.councils.values()]
    if kind == MUNICIPALITY:
        known = published.municipalities.values()
        return [(one.code, one.code, one.council_id, one.name, one.citizens) for one in known]
    parts = with_rest(published, areas_by_municipality(published)).values()
    return [(one.municipality_code, one.code, one.council_id, one.name, one.citizens) for one in parts]
