"""What ``fordel clinics`` found, in short: for a terminal, a program, and the manifest beside its tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from fordel_dask.cycle.clinic_status import DOWN, UNCHANGED, UP, ClinicStatus, reopens
from fordel_dask.cycle.decision import STATES, states_on
from fordel_dask.cycle.places import COUNCIL, places_of
from fordel_dask.cycle.policy import Policy
from fordel_dask.yearly.clinics import Reckoned

PERCENT = 100


def summary_of(found: Reckoned) -> dict[str, Any]:
    """Give what a terminal or a program is shown."""
    return {
        "run": found.published.name,
        "year": found.published.year,
        "day": found.day.isoformat(),
        "region": found.region or None,
        "policy": _policy(found.policy),
        **_clinics(found),
        "decisions": _decisions(found),
        "dialogue": {"clinics": len(found.in_dialogue), "list": [_listed(one) for one in found.in_dialogue]},
        "complaint_body": found.complaint_body,
        "places": [_year(found, year) for year in found.policy.phase_in_years],
        "estimated_places": _estimated(found),
        "steps_after_the_transition": sum(
            step.ground == "agreement" for one in found.statuses for step in found.phases.get(one.ydernummer, ())
        ),
    }


def _policy(policy: Policy) -> dict[str, Any]:
    """Give the values that were in force: the region's own, else those of the law."""
    return {
        "dialogue_margin_percent": float(policy.dialogue_margin * PERCENT),
        "reopening_margin": policy.reopening_margin,
        "cap_per_capacity": policy.cap_per_capacity,
        "corridor_percent": _percent(policy.corridor),
        "phase_in_years": list(policy.phase_in_years),
    }


def _percent(share: Fraction | None) -> float | None:
    return None if share is None else float(share * PERCENT)


def _clinics(found: Reckoned) -> dict[str, Any]:
    """Count clinics: by the change of their number, which adds up to all, and by what may follow."""
    statuses = found.statuses
    reached = [None if one.row is None else one.row.is_open for one in statuses if one.may_close]
    return {
        "clinics": len(statuses),
        "without_number": sum(not one.has_number for one in statuses),
        "directions": {name: _direction(statuses, name) for name in (UP, DOWN, UNCHANGED)},
        "number_without_limit": sum(one.has_number and one.limit is None for one in statuses),
        "without_limit": sum(one.limit is None for one in statuses),
        "may_close": sum(is_open is True for is_open in reached),
        "closed_at_limit": sum(is_open is False for is_open in reached),
        "limit_reached_not_told_if_open": sum(is_open is None for is_open in reached),
        "may_reopen": sum(reopens(one, found.policy.reopening_margin) for one in statuses),
        "above_maximum": sum(one.is_above_maximum for one in statuses),
    }


def _direction(statuses: Sequence[ClinicStatus], name: str) -> dict[str, int]:
    changes = [one.change or 0 for one in statuses if one.direction == name]
    return {"clinics": len(changes), "patients": sum(changes)}


def _decisions(found: Reckoned) -> dict[str, int]:
    """Count decisions by where they stand on the day; the states add up to all that were read."""
    states = Counter(states_on(found.decisions, found.day))
    return {"read": len(found.decisions), **{state: states[state] for state in STATES}}


def _listed(one: ClinicStatus) -> dict[str, Any]:
    return {
        "ydernummer": one.ydernummer,
        "calculated": one.calculated,
        "limit": one.limit,
        "patients": one.patients,
    }


def _year(found: Reckoned, year: int) -> Mapping[str, int]:
    councils = [one for one in found.places if one.kind == COUNCIL and one.year == year]
    short = [one.without_place for one in councils if one.without_place > 0]
    return {
        "year": year,
        "citizens": sum(one.citizens for one in councils),
        "places": sum(one.places for one in councils),
        "councils_short": len(short),
        "citizens_without_place": sum(short),
    }


def _estimated(found: Reckoned) -> dict[str, int]:
    """Count the places, the same in every year, of clinics whose number is only an estimate (R40-R42)."""
    standing = [one for one in found.statuses if one.row is not None and one.ydernummer in found.estimates]
    numbers = [(found.estimates[one.ydernummer].patients, one.patients) for one in standing]
    places = [places_of(number, patients) for number, patients in numbers if number is not None]
    return {"clinics": len(places), "places": sum(places)}
