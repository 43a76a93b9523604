"""What ``fordel clinics`` found, as rows of text and as a summary."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from fordel_dask.cycle.clinic_status import ClinicStatus, reopens
from fordel_dask.cycle.decision import Decision, states_on
from fordel_dask.cycle.dialogue import dialogue_first
from fordel_dask.cycle.measure import Measure
from fordel_dask.cycle.notice import earliest_if_told_on
from fordel_dask.printing import EMPTY, Row, count, day, given, number
from fordel_dask.schema.clinics_cycle import CLINICS_TABLES
from fordel_dask.yearly.clinic_summary import summary_of
from fordel_dask.yearly.clinics import Asked, Reckoned, reckon
from fordel_dask.yearly.writing import Findings

KIND = "clinics"
NAMED = 5
"""Clinics named where there may be hundreds."""


def clinics_of_year(asked: Asked) -> Findings:
    """Find where every clinic stands, as rows and a summary.

    Raises
    ------
    FordelError
        Something that was given cannot be read or cannot be; all that is wrong is told.
    """
    found = reckon(asked)
    tables = {
        "clinic_status": [_status_row(one, found) for one in found.statuses],
        "dialogue_list": [_dialogue_row(one, found) for one in found.in_dialogue],
        "phase_in": list(_phase_rows(found)),
        "places": list(_place_rows(found)),
        "decisions": list(decision_rows(found.decisions, found.day)),
        "no_number": [_no_number_row(one, found) for one in found.statuses if not one.has_number],
    }
    return Findings(KIND, CLINICS_TABLES, tables, summary_of(found), found.inputs)


def _flag(value: bool | None) -> str:
    return EMPTY if value is None else str(int(value))


def _status_row(one: ClinicStatus, found: Reckoned) -> Row:
    return (
        one.ydernummer,
        EMPTY if one.row is None else one.row.kind,
        one.municipality_code,
        one.council_id,
        found.areas.get(one.ydernummer, (EMPTY, EMPTY))[1],
        given(one.capacities),
        one.clinic.status,
        count(one.patients),
        number(one.clinic.mean_weight),
        *_numbers(one),
        *_consequences(one, found),
        *_around(one, found),
        *_proposed(one, found),
        found.complaint_body,
        "; ".join(map(_permission, found.permissions.get(one.ydernummer, ()))),
    )


def _numbers(one: ClinicStatus) -> Row:
    return (
        count(one.calculated),
        count(None if one.decision is None else one.decision.number),
        day(None if one.decision is None else one.decision.effective_from),
        EMPTY if one.decision is None else one.decision.reason,
        count(None if one.pending is None else one.pending.number),
        day(None if one.pending is None else one.pending.effective_from),
        count(one.limit),
        one.limit_by,
        count(one.change),
        one.direction,
    )


def _consequences(one: ClinicStatus, found: Reckoned) -> Row:
    return (
        _flag(None if one.row is None else one.row.is_open),
        _flag(one.may_close),
        _flag(reopens(one, found.policy.reopening_margin)),
        _flag(dialogue_first(one, found.policy.dialogue_margin)),
        count(one.maximum),
        _flag(one.is_above_maximum),
    )


def _around(one: ClinicStatus, found: Reckoned) -> Row:
    around = found.around[one.ydernummer]
    return (
        count(len(around.above_their_number)),
        count(around.surplus),
        count(len(around.open_clinics)),
        " ".join(around.open_clinics[:NAMED]),
    )


def _proposed(one: ClinicStatus, found: Reckoned) -> Row:
    proposed = found.proposals.get(one.ydernummer)
    if proposed is None:
        return EMPTY, EMPTY, EMPTY
    earliest = earliest_if_told_on(found.day, proposed.number, one.limit)
    return count(proposed.number), " ".join(proposed.bound_by), day(earliest)


def _permission(one: Measure) -> str:
    until = "" if one.last_day is None else f"until {one.last_day}"
    return " ".join(part for part in (one.reason or "permission", until) if part)


def _dialogue_row(one: ClinicStatus, found: Reckoned) -> Row:
    around = found.around[one.ydernummer]
    return (
        one.ydernummer,
        one.municipality_code,
        one.council_id,
        count(one.calculated),
        count(one.limit),
        count(one.patients),
        number(_above(one.calculated, one.limit)),
        number(_above(one.calculated, one.patients)),
        count(found.proposals[one.ydernummer].number),
        count(len(around.above_their_number)),
        count(around.surplus),
        " ".join(around.above_their_number[:NAMED]),
        count(len(around.open_clinics)),
    )


def _above(calculated: int | None, other: int | None) -> Fraction | None:
    return Fraction(calculated, other) - 1 if calculated is not None and other else None


def _phase_rows(found: Reckoned) -> Iterator[Row]:
    for one in found.statuses:
        for step in found.phases.get(one.ydernummer, ()):
            lawful = earliest_if_told_on(found.day, step.number, one.limit)
            first = max(lawful, date(step.year, 1, 1))
            yield one.ydernummer, count(step.year), count(step.number), day(first), step.ground


def _place_rows(found: Reckoned) -> Iterator[Row]:
    for one in found.places:
        yield (
            *(one.kind, one.code, one.municipality_code, one.council_id, one.name),
            *map(count, (one.year, one.citizens, one.clinics, one.open_clinics, one.places, one.without_place)),
        )


def decision_rows(decisions: Sequence[Decision], on: date) -> Iterator[Row]:
    """Print the register of decisions in the columns in which it is read, and where each stands on a day."""
    for one, state in zip(decisions, states_on(decisions, on), strict=True):
        yield (
            one.ydernummer,
            count(one.number),
            *map(day, (one.decided_on, one.notice_decision, one.notice_calculation, one.effective_from)),
            one.reason,
            count(one.planning_year),
            day(one.earliest),
            count(one.before),
            state,
        )


def _no_number_row(one: ClinicStatus, found: Reckoned) -> Row:
    estimated = found.estimates.get(one.ydernummer)
    return (
        one.ydernummer,
        one.municipality_code,
        one.council_id,
        one.clinic.status,
        count(one.patients),
        given(one.capacities),
        EMPTY if one.row is None else one.row.predecessor,
        *((EMPTY,) * 4 if estimated is None else (estimated.ground, estimated.source)),
        *(() if estimated is None else (count(estimated.per_capacity), count(estimated.patients))),
    )
