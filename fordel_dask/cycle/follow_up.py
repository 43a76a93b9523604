"""The half-yearly follow-up (R50): need, allocated and occupied capacities of areas, by month and over a half-year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.capacity_report import Vacancy, clinic_counts
from fordel_dask.cycle.carrying import Unreported, unreported
from fordel_dask.cycle.clinic_months import AWAITED, LATE, MISSING, ClinicMonth, Place
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.occupancy import NONE, Occupancy
from fordel_dask.printing import ratio
from fordel_dask.published import Published

COUNCIL, MUNICIPALITY, REGION, COUNTRY = "council", "municipality", "region", "country"
KINDS = (COUNTRY, REGION, COUNCIL, MUNICIPALITY)
WHOLE_COUNTRY, NO_PLACE = "Denmark", "place not known"
ZERO = Fraction(0)


@dataclass(frozen=True)
class FollowedArea:
    """An area whose coverage is followed; ``need`` in capacities, without floor and rounding.

    ``code`` is empty for clinics of whose place the RUN does not tell: so parts still add up to wholes.
    """

    kind: str
    code: str
    name: str
    need: Fraction


@dataclass(frozen=True)
class AreaMonth:
    """An area in a month: sums over the clinics that count (R26), also of those without a report, and who reported.

    ``reported`` (of them ``late``), ``missing`` and ``awaited`` are clinics; the last two are ``unreported``.
    """

    area: FollowedArea
    month: Month
    occupancy: Occupancy
    filled: Fraction
    reported: int
    late: int
    missing: int
    awaited: int
    unreported: Unreported

    @property
    def coverage(self) -> Fraction | None:
        """Occupied capacities ÷ need; none without need."""
        return ratio(self.occupancy.occupied, self.area.need)

    @property
    def shortage(self) -> Fraction:
        """Need − occupied capacities: how many doctors are short; below 0 there are more than needed."""
        return self.area.need - self.occupancy.occupied


def followed_areas(published: Published, places: Iterable[Place]) -> tuple[FollowedArea, ...]:
    """Give the country, its regions, councils and municipalities; the need of a wider one is that of its councils."""
    councils = published.councils.values()
    regions: dict[str, Fraction] = {}
    for one in councils:
        regions[one.region] = regions.get(one.region, ZERO) + one.need
    found = [FollowedArea(COUNTRY, "DK", WHOLE_COUNTRY, sum((one.need for one in councils), ZERO))]
    found += [FollowedArea(REGION, name, name, need) for name, need in sorted(regions.items())]
    found += [FollowedArea(COUNCIL, one.council_id, one.name, one.need) for one in councils]
    found += [FollowedArea(MUNICIPALITY, one.code, one.name, one.need) for one in published.municipalities.values()]
    nowhere = [FollowedArea(kind, "", NO_PLACE, ZERO) for kind in KINDS[1:]] if Place() in set(places) else []
    return tuple(sorted([*found, *nowhere], key=lambda area: (KINDS.index(area.kind), area.code)))


def codes_of(place: Place, published: Published) -> Mapping[str, str]:
    """Give the code of the area of every kind that a place lies in."""
    council = published.councils.get(place.council_id)
    return {
        COUNTRY: "DK",
        REGION: council.region if council else "",
        COUNCIL: place.council_id,
        MUNICIPALITY: place.municipality_code,
    }


def area_months(
    published: Published, areas: Sequence[FollowedArea], months: Sequence[Month], clinics: Sequence[ClinicMonth]
) -> tuple[AreaMonth, ...]:
    """Give every area in every month, in the order of the areas and, within, of the months."""
    members: dict[tuple[str, str, Month], list[ClinicMonth]] = {}
    for clinic in clinics:
        if clinic.counts:
            for kind, code in codes_of(clinic.place, published).items():
                members.setdefault((kind, code, clinic.month), []).append(clinic)
    return tuple(
        _area_month(area, month, members.get((area.kind, area.code, month), ())) for area in areas for month in months
    )


def _area_month(area: FollowedArea, month: Month, clinics: Sequence[ClinicMonth]) -> AreaMonth:
    statuses = [clinic.status for clinic in clinics]
    return AreaMonth(
        area=area,
        month=month,
        occupancy=sum((clinic.occupancy for clinic in clinics), NONE),
        filled=sum((clinic.filled for clinic in clinics), ZERO),
        reported=sum(clinic.is_reported for clinic in clinics),
        late=statuses.count(LATE),
        missing=statuses.count(MISSING),
        awaited=statuses.count(AWAITED),
        unreported=unreported(clinic.counted for clinic in clinics),
    )


@dataclass(frozen=True)
class FollowUp:
    """An area over a half-year: its first and last reported month, and what of it is vacant for a year at the end."""

    first: AreaMonth
    last: AreaMonth
    vacant_over_a_year: Fraction

    @property
    def development(self) -> Fraction:
        """Occupied capacities at the end less at the beginning."""
        return self.last.occupancy.occupied - self.first.occupancy.occupied


def follow_up(
    published: Published, months: Sequence[AreaMonth], places: Mapping[str, Place], vacant: Iterable[Vacancy]
) -> tuple[FollowUp, ...]:
    """Give the follow-up of every area, in the order of ``months``: those of the half-year, sorted by area and month.

    ``places`` tells where a clinic lies in the last month; ``vacant`` are that month's vacancies.
    """
    long: dict[tuple[str, str], Fraction] = {}
    for one in vacant:
        if one.is_over_a_year and clinic_counts(one.ydernummer, published):
            for kind, code in codes_of(places[one.ydernummer], published).items():
                long[kind, code] = long.get((kind, code), ZERO) + one.capacities
    by_area: dict[FollowedArea, list[AreaMonth]] = {}
    for month in months:
        by_area.setdefault(month.area, []).append(month)
    return tuple(
        FollowUp(found[0], found[-1], long.get((area.kind, area.code), ZERO)) for area, found in by_area.items()
    )


def not_in_time(clinics: Sequence[ClinicMonth]) -> tuple[ClinicMonth, ...]:
    """Give the clinics whose report of a month came late, or has not come although it should have (R49)."""
    return tuple(clinic for clinic in clinics if clinic.status in (LATE, MISSING))
