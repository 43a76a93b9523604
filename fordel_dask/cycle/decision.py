"""The region's decisions on minimum numbers of patients (R29, R36): which one holds when, and which cannot be."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fordel_dask.cycle.notice import earliest_lowering, earliest_raise, is_raise
from fordel_dask.law.provisions import holds, provisions

POWER = "decision.power"
Day = datetime.date


@dataclass(frozen=True)
class Decision:
    """One decision: from ``effective_from`` on, ``ydernummer`` may close at ``number`` patients.

    ``effective_from`` is none where it was left blank and a notice is missing, so that no day is known yet.
    ``planning_year`` is that of the calculation it rests on. ``earliest`` is the first day that the law allows,
    known once decisions have been looked at in order (:func:`settled`). ``row`` is where a table has it, the heading
    being row 1; ``number`` is 0 where the table's cannot be read and only the rest is looked at.
    """

    ydernummer: str
    number: int
    decided_on: Day
    notice_decision: Day | None
    notice_calculation: Day | None
    effective_from: Day | None
    reason: str
    planning_year: int
    earliest: Day | None = None
    before: int | None = None
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Complaint:
    """What cannot be in a decision: ``fault`` is one of FAULTS, ``told`` names the clinic and the days."""

    fault: str
    told: str


FAULTS = {
    "unknown": "of a clinic that stands neither in the RUN nor in its register of clinics",
    "before_power": "decided before regions could decide",
    "before_calculation": "decided before 1 January of the planning year whose calculation it rests on",
    "before_law": "resting on a calculation for a year before the law",
    "calculation_reversed": "whose calculation was told before 1 January of its planning year",
    "gone": "of a clinic whose last row in the register had ended by then",
    "beyond_belief": "on more patients than anybody can mean",
    "notice_reversed": "whose notice was given before the decision",
    "effect_reversed": "taking effect before they were decided",
    "no_notice": "on a higher number with a day of effect, though one of its two notices is missing",
    "too_early": "on a higher number that takes effect before both periods of notice end",
    "same_day": "of one clinic that take effect on the same day",
}
"""What cannot be, as it is told of decisions."""


def decision_in_force(decisions: Iterable[Decision], clinic: str, day: Day) -> Decision | None:
    """Give the decision that holds for a clinic on a day, none if none does.

    Of those that have taken effect it is the one decided last: a later decision replaces an earlier one, also one
    whose day had not come yet.
    """
    in_effect = [
        one for one in decisions if one.ydernummer == clinic and one.effective_from and one.effective_from <= day
    ]
    return max(in_effect, key=_order, default=None)


def pending(decisions: Iterable[Decision], clinic: str, day: Day) -> Decision | None:
    """Give the next decision of a clinic that is to take effect after a day, none if none is."""
    own = [one for one in decisions if one.ydernummer == clinic]
    now = decision_in_force(own, clinic, day)
    to_come = [one for one in own if one.decided_on <= day and (one.effective_from is None or one.effective_from > day)]
    later = [one for one in to_come if now is None or _order(one) > _order(now)]
    return min(later, key=lambda one: one.effective_from or Day.max, default=None)


IN_FORCE, TO_COME, REPLACED, DATED_AFTER, WAITS = (
    *("in_force", "to_come", "replaced"),
    *("dated_after_the_day", "waits_for_notice"),
)
STATES = (IN_FORCE, TO_COME, REPLACED, DATED_AFTER, WAITS)


def states_on(decisions: Sequence[Decision], day: Day) -> tuple[str, ...]:
    """Give where each decision stands on a day, in their order: one of STATES.

    Replaced is one that another was decided after whose day comes no later: it never takes effect, or does no more.
    """
    by_clinic: dict[str, list[Decision]] = {}
    for one in decisions:
        by_clinic.setdefault(one.ydernummer, []).append(one)
    return tuple(_state(one, by_clinic[one.ydernummer], day) for one in decisions)


def _state(one: Decision, own: Sequence[Decision], day: Day) -> str:
    if one.decided_on > day:
        return DATED_AFTER
    if any(_replaces(other, one, day) for other in own):
        return REPLACED
    if one.effective_from is None:
        return WAITS
    return IN_FORCE if one.effective_from <= day else TO_COME


def _replaces(other: Decision, one: Decision, day: Day) -> bool:
    """Tell whether another decision of the clinic, taken by a day, leaves none to this one."""
    if other.decided_on > day or other.effective_from is None or _order(other) <= _order(one):
        return False
    return other.effective_from <= max(day, one.effective_from or Day.max)


def settled(
    decisions: Sequence[Decision], limits: Mapping[str, int | None]
) -> tuple[tuple[Decision, ...], tuple[Complaint, ...]]:
    """Give decisions with the number before each and the first day it may hold, in order, and what cannot be.

    ``limits`` are the present limits of all clinics that are known. A blank day of effect becomes the first one the
    law allows. Decisions are looked at in the order in which they were taken: what a number is held against is what
    would hold, on the day before it takes effect, by those taken before it.
    """
    complaints: list[Complaint] = []
    by_clinic: dict[str, list[Decision]] = {}
    for one in decisions:
        complaints += faults_alone(one, limits)
        by_clinic.setdefault(one.ydernummer, []).append(one)
    done: list[Decision] = []
    for clinic in sorted(by_clinic):
        lawful = [one for one in by_clinic[clinic] if holds(POWER, one.decided_on)]
        dated, faults = _in_order(lawful, limits.get(clinic))
        complaints += faults if clinic in limits else ()  # nothing can be held against a number of an unknown clinic
        done += dated
    return tuple(done), tuple(complaints)


def _in_order(decisions: Sequence[Decision], limit: int | None) -> tuple[list[Decision], list[Complaint]]:
    """Give the decisions of one clinic with their days, in the order in which one replaces another."""
    done: list[Decision] = []
    complaints: list[Complaint] = []
    for day in sorted({one.decided_on for one in decisions}):
        of_day = [_with_day(one, done, limit) for one in decisions if one.decided_on == day]
        for one in sorted(of_day, key=_order):
            judged = _judged(one, done, limit)
            complaints += _faults_of_effect(judged, done)
            done.append(judged)
    return done, complaints


def _order(one: Decision) -> tuple[Day, Day]:
    return one.decided_on, one.effective_from or Day.max


def _with_day(one: Decision, earlier: Sequence[Decision], limit: int | None) -> Decision:
    """Give a decision whose blank day of effect is the first one it may have; still blank if a notice is missing."""
    if one.effective_from is not None:
        return one
    at_once = replace(one, effective_from=earliest_lowering(one.decided_on))
    return replace(one, effective_from=_judged(at_once, earlier, limit).earliest)


def _judged(one: Decision, earlier: Sequence[Decision], limit: int | None) -> Decision:
    """Give a decision with the number before it, and the first day it may hold."""
    lowering = earliest_lowering(one.decided_on)
    before = _number_before(one.effective_from or lowering, one.ydernummer, earlier, limit)
    notices = (one.notice_decision, one.notice_calculation)
    earliest = earliest_raise(one.decided_on, *notices) if is_raise(one.number, before) else lowering
    return replace(one, before=before, earliest=earliest)


def _number_before(day: Day, clinic: str, earlier: Sequence[Decision], limit: int | None) -> int | None:
    found = decision_in_force(earlier, clinic, day - datetime.timedelta(days=1))
    return limit if found is None else found.number


def faults_alone(one: Decision, known: Collection[str]) -> list[Complaint]:
    """Give what cannot be in a decision, whatever else was decided."""
    year_begins = Day(one.planning_year, 1, 1)
    shown = one.notice_calculation
    is_told = one.planning_year != one.decided_on.year  # else it is the day of the decision that is wrong
    wrong = {
        "unknown": one.ydernummer not in known,
        "before_power": not holds(POWER, one.decided_on),
        "before_calculation": one.decided_on < year_begins,
        "before_law": is_told and one.planning_year < first_day_of_power().year,
        "calculation_reversed": shown is not None and shown < year_begins,
        "notice_reversed": one.notice_decision is not None and one.notice_decision < one.decided_on,
        "effect_reversed": one.effective_from is not None and one.effective_from < one.decided_on,
    }
    by_year = f", by the calculation of {one.planning_year}"
    why = {
        **dict.fromkeys(("before_calculation", "before_law"), by_year),
        "calculation_reversed": f"{by_year}, told on {shown}",
    }
    return [Complaint(fault, told(one) + why.get(fault, "")) for fault, is_wrong in wrong.items() if is_wrong]


def first_day_of_power() -> Day:
    """Give the first day on which a region could decide."""
    return min(provision.valid_from for provision in provisions() if provision.key == POWER)


def _faults_of_effect(one: Decision, earlier: Sequence[Decision]) -> list[Complaint]:
    """Give what cannot be about the day a decision takes effect."""
    day, raised = one.effective_from, is_raise(one.number, one.before)
    wrong = {
        "no_notice": raised and day is not None and one.earliest is None,
        "too_early": raised and day is not None and one.earliest is not None and day < one.earliest,
        "same_day": day is not None and any(other.effective_from == day for other in earlier),
    }
    why = {"too_early": f", at the earliest {one.earliest}"}
    return [Complaint(fault, told(one) + why.get(fault, "")) for fault, is_wrong in wrong.items() if is_wrong]


def told(one: Decision) -> str:
    """Name a decision as messages do: its row, clinic, number and days."""
    row = "" if one.row is None else f"row {one.row}, "
    number = f"{one.number:,} patients " if one.number else ""
    effect = f", from {one.effective_from}" if one.effective_from else ""
    return f"{row}clinic {one.ydernummer}: {number}decided on {one.decided_on}{effect}"
