"""Councils, areas, access, measures, vacancies, flows and the path of the norm as rows of text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from fordel_dask.cycle.access import Access
from fordel_dask.cycle.area_status import AreaStatus
from fordel_dask.cycle.capacity_report import Vacancy
from fordel_dask.cycle.council_status import CouncilStatus
from fordel_dask.cycle.measure import MOVE, Measure
from fordel_dask.cycle.moving import REFUSED, JudgedMove
from fordel_dask.cycle.norm_path import NormYear
from fordel_dask.cycle.reach import Reach
from fordel_dask.cycle.stand import Stand
from fordel_dask.cycle.supplement import FLOOR_ONLY, WHOLE_REGION
from fordel_dask.printing import EMPTY, Row, count, day, given, number, ratio, yes_or_no
from fordel_dask.published import Published

NO_FRACTION = Fraction(0)


def council_rows(statuses: Iterable[CouncilStatus], returnable: Mapping[str, Fraction]) -> Iterator[Row]:
    """Print the councils."""
    for one in statuses:
        council, numbers = one.council, one.number
        back = returnable.get(council.council_id, NO_FRACTION)
        yield (
            *(council.council_id, council.name, council.region, count(council.citizens)),
            *(number(numbers.need), number(numbers.floor_addition), number(numbers.need + numbers.floor_addition)),
            *(count(council.maximum), count(numbers.with_floor), count(numbers.without_floor)),
            *(count(numbers.draft_with_floor), count(numbers.draft_without_floor)),
            *(number(one.occupancy.allocated), number(one.occupancy.occupied), number(one.occupancy.vacant)),
            *(number(one.room), number(one.coverage), number(one.unmet)),
            *(number(one.in_flight), number(one.shared_practice), number(one.extraordinary)),
            *(number(one.above_number), number(one.above_without_ground), number(one.room_after_moves)),
            *(number(back), one.supplement, note_of(one, back)),
        )


def note_of(one: CouncilStatus, back: Fraction) -> str:
    """Give what a reader of a council's row should know beside its figures."""
    told = []
    if one.above_number:
        lawful = one.above_number - one.above_without_ground
        ground = f"{short(lawful)} of it by measures in force" if lawful else "no measure in force covers it"
        told.append(f"{short(one.above_number)} above its number, {ground}")
    if one.number.with_floor > one.number.without_floor:
        told.append(f"floor +{one.number.with_floor - one.number.without_floor}")
    if one.supplement == FLOOR_ONLY:
        told.append("room only by the floor")
    if one.supplement == WHOLE_REGION:
        told.append("supplement by the region's own money")
    beside = (
        ("in flight", one.in_flight),
        ("shared practice", one.shared_practice),
        ("extraordinary", one.extraordinary),
    )
    told += [f"{name} {short(capacities)}" for name, capacities in beside if capacities]
    if back:
        told.append(f"{short(back)} vacant over a year")
    return "; ".join(told)


def short(value: Fraction) -> str:
    """Print a number for a sentence: with a decimal where it has any."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.1f}"


def municipality_rows(statuses: Iterable[AreaStatus]) -> Iterator[Row]:
    """Print the guidance by municipality."""
    for one in statuses:
        area = one.area
        yield (
            *(area.code, area.name, area.council_id, count(area.citizens), number(one.need)),
            *(number(one.floor_addition), count(area.patients_per_capacity_rounded)),
            *_capacities(one),
        )


def area_rows(statuses: Iterable[AreaStatus]) -> Iterator[Row]:
    """Print the planning areas."""
    for one in statuses:
        area = one.area
        yield (
            *(area.code, area.name, area.municipality_code, area.council_id, count(area.citizens), number(one.need)),
            *_capacities(one),
        )


def _capacities(one: AreaStatus) -> Row:
    """Print clinics and capacities; empty where they are not told, with those in no area that is known kept."""
    if not one.is_told and one.area.code:
        return (EMPTY,) * 5
    taken = one.occupancy
    figures = (number(taken.allocated), number(taken.occupied), number(one.coverage), number(one.unmet))
    return count(one.clinics), *figures


def access_rows(published: Published, reach: Reach) -> Iterator[Row]:
    """Print access by country, council, municipality and planning area."""
    by_council: dict[str, Access] = dict.fromkeys(published.councils, Access())
    by_municipality: dict[str, Access] = dict.fromkeys(published.municipalities, Access())
    by_area: list[tuple[str, str, Access]] = []
    for area, found in reach.by_area():
        by_council[area.council_id] += found
        by_municipality[area.municipality_code] += found
        if area.code and area.code != area.municipality_code:
            by_area.append((area.code, area.name, found))
    yield _access_row("country", "", "Denmark", sum(by_council.values(), Access()))
    for code, found in by_council.items():
        yield _access_row("council", code, published.councils[code].name, found)
    for code, found in by_municipality.items():
        yield _access_row("municipality", code, published.municipalities[code].name, found)
    for code, name, found in by_area:
        yield _access_row("area", code, name, found)


def access_change_rows(published: Published, before: Reach, after: Reach) -> Iterator[Row]:
    """Print access before and after capacities were placed, by country, council, municipality and planning area."""
    for old, new in zip(access_rows(published, before), access_rows(published, after), strict=True):
        *named, citizens, located, reached, share = old
        yield *named, citizens, located, reached, new[-2], share, new[-1]


def _access_row(kind: str, code: str, name: str, found: Access) -> Row:
    figures = count(found.citizens), count(found.located), count(found.reached), number(found.share)
    return kind, code, name, *figures


def measure_rows(stand: Stand, moves: Sequence[JudgedMove]) -> Iterator[Row]:
    """Print the measures: those that are no move as they were delivered, then the moves in the order of their days."""
    for one in stand.measures:
        if one.kind != MOVE:
            yield _measure_row(one, one.holds_on(stand.day))
    for move in moves:
        in_force = move.measure.holds_on(stand.day) and move.verdict != REFUSED
        yield _measure_row(move.measure, in_force, move.verdict, move.reason)


def _measure_row(one: Measure, in_force: bool, verdict: str = EMPTY, refused_for: str = EMPTY) -> Row:
    return (
        *(one.kind, one.council_id, one.to_council_id, one.ydernummer, given(one.capacities)),
        *(day(one.first_day), day(one.last_day), yes_or_no(in_force), verdict, refused_for, one.reason),
    )


def vacant_rows(vacant: Iterable[Vacancy], of_council: Mapping[str, str]) -> Iterator[Row]:
    """Print the vacant capacities."""
    for one in vacant:
        yield (
            *(one.ydernummer, of_council.get(one.ydernummer, EMPTY), one.capacity_id, given(one.capacities)),
            *(str(one.month), day(one.since), count(one.months), day(one.may_be_taken_back_from)),
            yes_or_no(one.may_be_taken_back),
        )


def flow_rows(published: Published) -> Iterator[Row]:
    """Print flows between the council of residence and that of the clinic."""
    residents: dict[str, int] = {}
    patients: dict[str, int] = {}
    for (home, clinic), citizens in published.flows.items():
        residents[home] = residents.get(home, 0) + citizens
        patients[clinic] = patients.get(clinic, 0) + citizens
    for (home, clinic), citizens in sorted(published.flows.items()):
        shares = number(ratio(citizens, residents[home])), number(ratio(citizens, patients[clinic]))
        yield home, clinic, count(citizens), *shares


def path_rows(path: Iterable[NormYear]) -> Iterator[Row]:
    """Print the path of the norm by year."""
    for year in path:
        yield (
            *(count(year.year), number(year.norm), number(year.citizens), number(year.weighted), number(year.need)),
            *(number(year.floor_addition), count(year.maximum)),
            *(count(len(year.floor_binds_in)), count(len(year.floor_lifts))),
        )


def path_council_rows(path: Iterable[NormYear]) -> Iterator[Row]:
    """Print the path of the norm by year and council."""
    for year in path:
        for council_id, one in year.councils.items():
            figures = number(one.need), number(one.floor_addition), count(one.with_floor), count(one.without_floor)
            yield count(year.year), council_id, *figures
