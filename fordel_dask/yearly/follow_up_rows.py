"""The tables of a follow-up as rows of text, in the columns of :mod:`fordel_dask.schema.follow_up`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fordel_dask.cycle.capacity_report import Vacancy, clinic_counts
from fordel_dask.cycle.clinic_months import ClinicMonth
from fordel_dask.cycle.follow_up import AreaMonth, FollowUp, not_in_time
from fordel_dask.cycle.vintages import Vintage
from fordel_dask.printing import Row, count, day, given, number, yes_or_no

if TYPE_CHECKING:
    from fordel_dask.yearly.follow_up import Followed

NO_SPECIALIST = "filled by a doctor without the speciality (R22)"
NO_DAY = "since when is not told"
NO_RULE = "no rule on taking back was in force at the month's end (R21)"


def rows_of(found: "Followed") -> dict[str, list[Row]]:
    """Give the rows of every table, sorted."""
    return {
        "follow_up": [_follow_up(one, str(found.period)) for one in found.by_area],
        "capacity_months": [_area_month(one) for one in found.areas],
        "capacity_clinics": [_clinic_month(one) for one in found.clinics],
        "vacancies": sorted(_vacancies(found)),
        "vintages": [_vintage(one) for one in found.vintages],
        "late_reports": [_late(one) for one in not_in_time(found.clinics)],
    }


def _follow_up(one: FollowUp, half_year: str) -> Row:
    area, first, last = one.last.area, one.first, one.last
    return (
        *(area.kind, area.code, area.name, half_year, number(area.need), str(first.month), str(last.month)),
        *(number(first.occupancy.allocated), number(last.occupancy.allocated)),
        *(number(first.occupancy.occupied), number(last.occupancy.occupied), number(one.development)),
        *(number(first.coverage), number(last.coverage), number(last.occupancy.vacant)),
        *(number(one.vacant_over_a_year), number(last.shortage)),
        *(count(first.missing + first.awaited), count(last.missing + last.awaited)),
        number(last.unreported.occupancy.allocated),
    )


def _area_month(one: AreaMonth) -> Row:
    area, occupancy = one.area, one.occupancy
    return (
        *(area.kind, area.code, area.name, str(one.month), number(occupancy.allocated), number(occupancy.occupied)),
        *(number(one.filled), number(occupancy.vacant), number(area.need), number(one.coverage)),
        *map(count, (one.reported, one.late, one.missing, one.awaited)),
        *(count(one.unreported.carried), number(one.unreported.carried_as.allocated)),
        *(count(one.unreported.registered), number(one.unreported.registered_as.allocated)),
    )


def _clinic_month(one: ClinicMonth) -> Row:
    occupancy = one.occupancy
    figures = (occupancy.allocated, occupancy.occupied, one.filled, occupancy.vacant)
    return (
        *(str(one.month), one.ydernummer, one.place.municipality_code, one.place.council_id),
        *(yes_or_no(one.counts), one.status, one.counted.source, *map(given, figures)),
        *(given(one.registered), day(one.reported[-1] if one.reported else None), count(len(one.reported))),
    )


def _vacancies(found: "Followed") -> Iterable[Row]:
    places = {one.ydernummer: one.place for one in found.clinics if one.month == found.months[-1]}
    for one in found.vacant:
        place = places[one.ydernummer]
        yield (
            *(place.council_id, place.municipality_code, one.ydernummer, one.capacity_id, str(one.month)),
            *(given(one.capacities), day(one.since), count(one.months), day(one.may_be_taken_back_from)),
            *(yes_or_no(one.may_be_taken_back), yes_or_no(clinic_counts(one.ydernummer, found.published)), _note(one)),
        )


def _note(one: Vacancy) -> str:
    told = [NO_SPECIALIST] if one.filled_by_other else []
    if one.since is None:
        told.append(NO_DAY)
    elif one.may_be_taken_back_from is None:
        told.append(NO_RULE)
    return "; ".join(told)


def _vintage(one: Vintage) -> Row:
    figures = (
        *(one.known.allocated, one.known.occupied, one.change.allocated, one.change.occupied),
        *(one.revised.allocated, one.revised.occupied),
    )
    return (
        *(str(one.month), day(one.reported_on), one.kind, one.code),
        *map(count, (one.new, one.again, one.reported)),
        *map(number, figures),
    )


def _late(one: ClinicMonth) -> Row:
    return (
        *(str(one.month), one.ydernummer, one.place.council_id, one.place.municipality_code, one.status),
        *(day(one.due), day(one.reported[0] if one.reported else None), count(one.days_late), given(one.registered)),
    )
