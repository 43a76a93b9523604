"""What a follow-up shows on the terminal, and gives as one JSON object."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fordel_dask.cycle.capacity_report import TAKE_BACK
from fordel_dask.cycle.carrying import CARRIED, LACKING_SIZES, REGISTERED, REPORTED, WRONG_SIZES, sizes
from fordel_dask.cycle.clinic_months import AWAITED, LATE, MISSING, ClinicMonth
from fordel_dask.cycle.follow_up import COUNCIL, COUNTRY, AreaMonth, FollowUp
from fordel_dask.law.provisions import holds
from fordel_dask.printing import number

if TYPE_CHECKING:
    from fordel_dask.yearly.follow_up import Followed

OVER_A_YEAR = "vacant > 1 year"
MONTH_HEADING = ("month", "allocated", "occupied", "coverage", "reported", "late", "missing", "awaited")


def summary_of(found: "Followed") -> dict[str, Any]:
    """Give the figures of the country and councils, the trend, and what is to be known about the reports."""
    areas = {kind: [one for one in found.by_area if one.last.area.kind == kind] for kind in (COUNTRY, COUNCIL)}
    half = set(found.period.months)
    every = [clinic for clinic in found.clinics if clinic.month in half]
    in_half = [clinic for clinic in every if clinic.counts]
    last = [clinic for clinic in in_half if clinic.month == found.months[-1]]
    return {
        "run": found.published.name,
        "planning_year": found.published.year,
        "half_year": str(found.period),
        "half_year_is": found.why,
        "first_month": str(found.months[0]),
        "last_month": str(found.months[-1]),
        "last_day": found.months[-1].last_day.isoformat(),
        "as_of": found.as_of.isoformat(),
        "country": _area(areas[COUNTRY][0]),
        "councils": [_area(one) for one in areas[COUNCIL]],
        "months": [_month(one) for one in found.areas if one.area.kind == COUNTRY and one.month in half],
        "vacancies": len(found.vacant),
        "may_be_taken_back": sum(one.may_be_taken_back for one in found.vacant),
        "vacancies_without_rule": 0 if holds(TAKE_BACK, found.months[-1].last_day) else len(found.vacant),
        "vacancies_without_day": sum(one.since is None for one in found.vacant),
        "filled_without_speciality": sum(one.filled_by_other for one in found.vacant),
        "speciality_not_told": sum(row.is_specialist is None for row in found.last_rows),
        "island_clinics_left_out": len({clinic.ydernummer for clinic in every if not clinic.counts}),
        "late_reports": sum(clinic.status == LATE for clinic in in_half),
        "missing_reports": sum(clinic.status == MISSING for clinic in in_half),
        "awaited_reports": sum(clinic.status == AWAITED for clinic in in_half),
        "carried_clinics": sum(clinic.counted.source == CARRIED for clinic in last),
        "carried_capacities": _capacities(last, CARRIED),
        "register_clinics": sum(clinic.counted.source == REGISTERED for clinic in last),
        "register_capacities": _capacities(last, REGISTERED),
        "clinics_unlike_register": sum(
            clinic.counted.source == REPORTED and clinic.occupancy.allocated != clinic.registered for clinic in last
        ),
        "sizes_lacking": sizes(clinic.counted for clinic in last).are_lacking,
        "revised_reports": sum(len(clinic.reported) > 1 for clinic in in_half),
    }


def _capacities(clinics: Sequence[ClinicMonth], source: str) -> float:
    taken = (clinic.occupancy.allocated for clinic in clinics if clinic.counted.source == source)
    return float(sum(taken, Fraction(0)))


def _area(one: FollowUp) -> dict[str, Any]:
    last = one.last
    return {
        "code": last.area.code,
        "name": last.area.name,
        "need": _float(last.area.need),
        "allocated": _float(last.occupancy.allocated),
        "occupied": _float(last.occupancy.occupied),
        "coverage": _float(last.coverage),
        "development": _float(one.development),
        "vacant": _float(last.occupancy.vacant),
        "vacant_over_a_year": _float(one.vacant_over_a_year),
        "shortage": _float(last.shortage),
        "clinics_missing": last.missing,
        "clinics_awaited": last.awaited,
    }


def _month(one: AreaMonth) -> dict[str, Any]:
    return {
        "month": str(one.month),
        "allocated": _float(one.occupancy.allocated),
        "occupied": _float(one.occupancy.occupied),
        "coverage": _float(one.coverage),
        "clinics_reported": one.reported,
        "clinics_late": one.late,
        "clinics_missing": one.missing,
        "clinics_awaited": one.awaited,
        "clinics_carried": one.unreported.carried,
        "capacities_carried": _float(one.unreported.carried_as.allocated),
        "clinics_registered": one.unreported.registered,
        "capacities_registered": _float(one.unreported.registered_as.allocated),
    }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(number(value))


def summary_text(summary: Mapping[str, Any]) -> str:
    """Give the summary as aligned lines: councils, the trend of the country, what is to be known."""
    country = summary["country"]
    heading = ("council", "need", "allocated", "occupied", "coverage", f"since {summary['first_month']}", OVER_A_YEAR)
    rows = [heading, *map(_council_cells, [*summary["councils"], {**country, "name": "all"}])]
    trend = [MONTH_HEADING, *map(_month_cells, summary["months"])]
    return "\n".join(
        [
            f"Half-year {summary['half_year']} ({summary['first_month']} to {summary['last_month']}), as reported by "
            f"{summary['as_of']}; need of {summary['planning_year']}. Capacities:",
            *_aligned(rows),
            *([f"This half-year is {summary['half_year_is']}."] if summary["half_year_is"] else []),
            "",
            _in_words(country),
            *_aligned(trend),
            *_to_be_known(summary),
        ]
    )


def _in_words(country: Mapping[str, Any]) -> str:
    more, change, short = "more" if country["development"] > 0 else "fewer", abs(country["development"]), country
    moved = f"{change:,.1f} {more} than in the first month" if round(change, 1) else "as many as in the first month"
    lack = "Doctors are short by" if short["shortage"] > 0 else "More than needed:"
    return f"Occupied are {country['occupied']:,.1f}, {moved}. {lack} {abs(short['shortage']):,.1f}. By month:"


def _council_cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        *(one["name"], f"{one['need']:,.1f}", f"{one['allocated']:,.1f}", f"{one['occupied']:,.1f}"),
        *(_percent(one["coverage"]), f"{one['development']:+,.1f}", f"{one['vacant_over_a_year']:,.1f}"),
    )


def _month_cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        *(one["month"], f"{one['allocated']:,.1f}", f"{one['occupied']:,.1f}", _percent(one["coverage"])),
        *(f"{one[name]:,}" for name in ("clinics_reported", "clinics_late", "clinics_missing", "clinics_awaited")),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([f"  {row[0]:<{widths[0]}}", *(f"{cell:>{w}}" for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]


def _to_be_known(summary: Mapping[str, Any]) -> list[str]:
    """Give a line for everything that is not as it should be; none where all is."""
    lines = (
        ("vacancies", "Capacities that stand vacant: {n}, of which {may_be_taken_back} may be taken back (R21)."),
        ("vacancies_without_rule", "None of them may be taken back: no rule on it was in force on {last_day} (R21)."),
        ("vacancies_without_day", "Vacant ones of which it is not told since when: {n}."),
        ("filled_without_speciality", "Filled by a doctor without the speciality, and so vacant (R22): {n}."),
        ("speciality_not_told", "Not told whether a specialist fills them, taken as one (R22): {n}."),
        ("island_clinics_left_out", "Small island clinics left out (R26): {n}."),
        ("late_reports", "Reports that came after they were due (R49): {n}."),
        ("missing_reports", "Missing reports of clinics with capacities (R49): {n}."),
        ("awaited_reports", "Reports awaited, not yet due: {n}."),
        ("carried_clinics", "Clinics without a report of {last_month}, counted as last reported: {n} ({carried})."),
        ("register_clinics", "The same, never reported, counted as registered, all occupied: {n} ({register})."),
        (
            "clinics_unlike_register",
            "Clinics with other capacities in {last_month} than in the register: {n}. {advice}",
        ),
        ("revised_reports", "Reports revised by later ones (the table vintages shows how): {n}."),
    )
    told = {name: f"{summary[f'{name}_capacities']:,.1f} capacities" for name in ("carried", "register")}
    told["advice"] = LACKING_SIZES if summary["sizes_lacking"] else WRONG_SIZES
    return [text.format(**{**summary, **told, "n": f"{summary[key]:,}"}) for key, text in lines if summary[key]]
