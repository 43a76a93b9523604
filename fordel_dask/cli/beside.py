"""What is to be known beside the figures of councils and placements: the reports they rest on, and what is not told."""

from collections.abc import Iterator, Mapping
from typing import Any

from fordel_dask.aligned import decimal

LACKING = {
    "clinics_without_place": ("clinic", "with capacities in no known municipality: counted in no council"),
    "planning_areas_not_told": (
        "planning area",
        "without a point, or in a municipality none of whose clinics has one: capacities and coverage left blank, and "
        "not ranked",
    ),
    "clinics_without_area": (
        "clinic",
        "with capacities in no known planning area, for want of a point: counted in the municipality alone",
    ),
    "open_clinics_without_point": ("open clinic", "without a point: not counted for access"),
    "clinics_without_open_mark": ("clinic", "not told to be open or closed: not counted for access"),
    "areas_without_point": ("area", "(of planning areas, and municipalities without any) without a point"),
    "citizens_without_point": ("citizen", "living in areas without a point: nothing is said of their access"),
}
"""What a summary says of what could not be taken into account: what is counted, and of which kind."""

UNREPORTED = {
    "carried": "counted as last reported, with vacancies",
    "register": "never reported, counted as in the clinic register, all taken as occupied",
}


def counted(number: int, noun: str) -> str:
    """Give a number of things in words: one clinic, two clinics."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def lacking_lines(not_told: Mapping[str, int]) -> list[str]:
    """Say what could not be taken into account."""
    return [f"Not told: {counted(n, LACKING[name][0])} {LACKING[name][1]}." for name, n in not_told.items() if n]


def report_lines(reports: Mapping[str, Any]) -> list[str]:
    """Say what is to be known of the reports that capacities were counted by; nothing without a capacity register."""
    return [*_report_lines(reports)] if reports else []


def _report_lines(reports: Mapping[str, Any]) -> Iterator[str]:
    from fordel_dask.cycle.carrying import LACKING_SIZES, WRONG_SIZES

    for source, told in UNREPORTED.items():
        if number := reports[f"{source}_clinics"]:
            them = f"{counted(number, 'clinic')}, capacities {decimal(reports[f'{source}_capacities'])}"
            yield f"Without a report of {reports['month']}: {them}, {told}."
    if number := reports["speciality_not_told"]:
        yield f"Not told whether a specialist fills it, taken as one (R22): {counted(number, 'row')} of capacities."
    if number := reports["clinics_unlike_register"]:
        advice = LACKING_SIZES if reports["sizes_lacking"] else WRONG_SIZES
        yield f"Reported with other capacities than in the clinic register: {counted(number, 'clinic')}. {advice}"
