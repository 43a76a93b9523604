"""Measures that a region keeps beside its capacities: what lets it depart from, or move within, a council's number.

``in_flight`` allocations begun before the order (R47), rights to ``shared_practice`` (R48), ``extraordinary``
situations (R19), a ``move`` of capacities between councils (R20), a ``permission`` by the collective agreement (R46).
"""

import datetime
import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.provisions import day_of, holds, provisions
from fordel_dask.law.regions import region_on
from fordel_dask.published import Published

KINDS = ("in_flight", "shared_practice", "extraordinary", "move", "permission")
IN_FLIGHT, SHARED_PRACTICE, EXTRAORDINARY, MOVE, PERMISSION = KINDS
TRANSITIONS = {
    IN_FLIGHT: "transition.in_flight",
    SHARED_PRACTICE: "transition.shared_practice",
    PERMISSION: "permissions.agreement",
}
"""Provisions without which a measure of the kind is not lawful."""

OF_CLINICS = (SHARED_PRACTICE, PERMISSION)
"""Kinds of measure that are a clinic's."""


@dataclass(frozen=True)
class Measure:
    """One measure; days are included, none where they are not told.

    ``capacities`` is above 0, and none for a permission that names none; ``to_council_id`` is a move's, ``ydernummer``
    empty where the measure is no clinic's.
    """

    kind: str
    council_id: str
    to_council_id: str
    ydernummer: str
    capacities: Fraction | None
    first_day: datetime.date | None
    last_day: datetime.date | None
    is_invested: bool
    reason: str

    @property
    def amount(self) -> Fraction:
        """Capacities, 0 where none are named."""
        return self.capacities or Fraction(0)

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the measure runs on a day, and is lawful then: what rests on a transition ends with it."""
        runs = (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)
        return runs and (self.kind not in TRANSITIONS or holds(TRANSITIONS[self.kind], day))


def in_force_on(measures: Iterable[Measure], day: datetime.date) -> tuple[Measure, ...]:
    """Give the measures that are in force on a day; a move stays once it is made."""
    return tuple(measure for measure in measures if measure.holds_on(day))


def last_lawful_day(kind: str) -> datetime.date | None:
    """Give the last day on which a measure of a kind can be lawful; none for kinds that do not end."""
    ends = [one.valid_until for one in provisions() if one.key == TRANSITIONS.get(kind)]
    return max(end for end in ends if end is not None) if ends and None not in ends else None


def problems(measure: Measure, published: Published) -> tuple[str, ...]:
    """Tell all that keeps one measure from being lawful or understood, in words that end a sentence on its row."""
    if measure.kind not in KINDS:
        return (_unknown_kind(measure.kind),)
    found = (*_of_places(measure, published), *_of_amount(measure), *_of_days(measure), *_of_kind(measure))
    return tuple(found)


def _unknown_kind(kind: str) -> str:
    near = difflib.get_close_matches(kind, KINDS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(KINDS)}."
    return f"'{kind}' is no KIND of measure; {hint}"


def _of_places(measure: Measure, published: Published) -> Iterator[str]:
    if measure.council_id or measure.kind != PERMISSION:
        yield from _of_council("COUNCIL_ID", measure.council_id, published)
    if measure.kind == MOVE:
        yield from _of_council("TO_COUNCIL_ID", measure.to_council_id, published)
        yield from _of_move(measure, published)
    if measure.kind in OF_CLINICS and not measure.ydernummer:
        yield "has no YDERNR; name the clinic that it is given to."
    if measure.ydernummer:
        yield from _of_clinic(measure, published)


def _of_council(column: str, council_id: str, published: Published) -> Iterator[str]:
    if council_id not in published.councils:
        near = difflib.get_close_matches(council_id, published.councils, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(published.councils)}."
        yield f"{column} '{council_id}' is no council of the RUN; {hint}"


def _of_move(measure: Measure, published: Published) -> Iterator[str]:
    here, there = (published.councils.get(one) for one in (measure.council_id, measure.to_council_id))
    if measure.council_id and measure.council_id == measure.to_council_id:
        yield f"moves capacities from {measure.council_id} to itself; TO_COUNCIL_ID must be another council."
    elif here and there:
        day = measure.first_day or published.status_date
        before, after = (region_on(one.council_id, one.region, day) for one in (here, there))
        if before != after:
            yield (
                f"moves capacities from {before} to {after} (regions of {day}); a region moves them between its own "
                "councils (R20)."
            )


def _of_clinic(measure: Measure, published: Published) -> Iterator[str]:
    if measure.ydernummer not in published.known_clinics:
        near = difflib.get_close_matches(measure.ydernummer, sorted(published.known_clinics), n=1, cutoff=0.6)
        hint = f"the nearest is {near[0]}." if near else f"the RUN knows {len(published.known_clinics):,} clinics."
        yield f"YDERNR '{measure.ydernummer}' is no clinic of the RUN; {hint}"
        return
    clinic = published.clinics.get(measure.ydernummer)
    own = clinic.council_id if clinic else ""
    if own and measure.council_id in published.councils and own != measure.council_id:
        yield f"COUNCIL_ID is {measure.council_id}, but clinic {measure.ydernummer} lies in {own}; correct one of them."


def _of_amount(measure: Measure) -> Iterator[str]:
    if measure.capacities is None and measure.kind != PERMISSION:
        yield "has no CAPACITIES; say how many, above 0."
    if measure.capacities is not None and measure.capacities <= 0:
        yield "has CAPACITIES of 0 or less; say how many, above 0."


def _of_days(measure: Measure) -> Iterator[str]:
    first, last = measure.first_day, measure.last_day
    if first is not None and last is not None and first > last:
        yield f"begins (FROM {first}) after it ends (UNTIL {last}); turn the days round."
    if first is None and measure.kind not in OF_CLINICS:
        yield "has no FROM; say from which day."
    end = last_lawful_day(measure.kind)
    if end is not None and last is not None and last > end:
        yield f"runs until {last}; the transition rule ends on {end}. Nothing of it holds after that day."
    if end is not None and first is not None and first > end:
        yield f"begins on {first}; the transition rule ends on {end}."


def _of_kind(measure: Measure) -> Iterator[str]:
    if measure.kind == IN_FLIGHT:
        yield from _of_in_flight(measure)
    if measure.kind == EXTRAORDINARY and measure.last_day is None:
        yield "has no UNTIL; a departure from the number in an extraordinary situation is temporary (R19)."
    if measure.kind == EXTRAORDINARY and not measure.reason:
        yield "has no REASON; say what is extraordinary. Lasting growth of the population is not (R19)."


def _of_in_flight(measure: Measure) -> Iterator[str]:
    end = last_lawful_day(IN_FLIGHT)
    begun_before = day_of("transition.begun_before", end) if end else None
    if begun_before is not None and measure.first_day is not None and measure.first_day >= begun_before:
        yield f"was begun on {measure.first_day}; only what was begun before {begun_before} may be completed (R47)."
    if not measure.is_invested:
        yield "has no INVESTED 1; only capacities that the region or a doctor has invested in may be completed (R47)."


def amount_in_council(measures: Sequence[Measure], kind: str, council_id: str) -> Fraction:
    """Give the capacities of one kind of measure in a council."""
    return sum((one.amount for one in measures if one.kind == kind and one.council_id == council_id), Fraction(0))
