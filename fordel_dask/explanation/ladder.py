"""From the national mean to a published whole number, step by step, and from one RUN to another.

A clinic's steps are patients of the whole clinic, a municipality's are patients per capacity, a council's are
thousandths of a capacity. They are linear and in no order; shared out by largest remainder, so that what a
reader adds up is the published number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from fordel_dask.explanation.answer import Answer
from fordel_dask.explanation.found import CLINIC, COUNCIL
from fordel_dask.explanation.patients import whole_patients
from fordel_dask.law.rounding import half_up_to_step

START, CAPACITIES, TO_STEP, FLOOR, ROUNDED_UP = "start", "capacities", "to_step", "floor", "rounded_up"
PATIENTS, THOUSANDTHS = "patients", "thousandths of a capacity"
IN_A_CAPACITY = 1000


@dataclass(frozen=True)
class Step:
    """One step: of a level, a term without levels, or of what follows from the law; exact, and whole."""

    term: str
    level: str
    exact: Fraction
    whole: int


@dataclass(frozen=True)
class Ladder:
    """The steps from ``start`` to the published ``number``; all in the same unit."""

    unit: str
    start: int
    exact_start: Fraction
    steps: tuple[Step, ...]
    number: int

    def of(self, term: str) -> tuple[Step, ...]:
        """Give the steps of one term."""
        return tuple(step for step in self.steps if step.term == term)


def by_step(steps: Sequence[Step]) -> dict[str, int]:
    """Give the whole steps by term, in their order."""
    return {term: sum(step.whole for step in own) for term, own in groupby(steps, key=lambda step: step.term)}


def ladder_of(answer: Answer) -> Ladder | None:
    """Give the steps to the published number; none where there is no such number."""
    if not answer.has_number or (answer.exact is None and answer.kind != COUNCIL):
        return None
    if answer.kind == COUNCIL:
        return _council_ladder(answer)
    return _patients_ladder(answer)


def _patients_ladder(answer: Answer) -> Ladder:
    """Give the steps to a clinic's minimum, or to a municipality's patients per capacity (one capacity)."""
    norm, exact = answer.rules.norm, answer.exact or Fraction(0)
    is_clinic = answer.kind == CLINIC
    capacities = Fraction(answer.row["capacities"]) if is_clinic else Fraction(1)
    number = int(answer.row["minimum_patients" if is_clinic else "patients_per_capacity_rounded"])
    before, after = half_up_to_step(capacities * norm, 1), half_up_to_step(capacities * exact, 1)
    parts = [-capacities * norm * part.weighted / answer.weighted for part in answer.weighted_parts]
    whole = whole_patients(parts, after - before)
    steps = [
        Step(part.term, part.level, fine, coarse)
        for part, fine, coarse in zip(answer.weighted_parts, parts, whole, strict=True)
    ]
    if capacities != 1:
        steps.insert(0, Step(CAPACITIES, "", (capacities - 1) * norm, before - norm))
    steps.append(Step(TO_STEP, "", number - capacities * exact, number - after))
    return Ladder(PATIENTS, norm, Fraction(norm), tuple(steps), number)


def _council_ladder(answer: Answer) -> Ladder:
    """Give the steps to a council's capacities: citizens at the mean, their parts, the floor, rounding up."""
    each = Fraction(IN_A_CAPACITY, answer.rules.norm)
    number = int(answer.row["maximum_capacities"]) * IN_A_CAPACITY
    before = Fraction(answer.row["need_before_rounding"]) * IN_A_CAPACITY
    keys = [(part.term, part.level) for part in answer.weighted_parts] + [(FLOOR, ""), (ROUNDED_UP, "")]
    exact = [part.weighted * each for part in answer.weighted_parts]
    exact += [Fraction(answer.row["floor_addition"]) * IN_A_CAPACITY, number - before]
    start = answer.persons * each
    whole = whole_patients(exact, number - half_up_to_step(start, 1))
    steps = (Step(*key, fine, coarse) for key, fine, coarse in zip(keys, exact, whole, strict=True))
    return Ladder(THOUSANDTHS, half_up_to_step(start, 1), start, tuple(steps), number)


def difference_of(later: Ladder, earlier: Ladder) -> Ladder:
    """Give the steps from the published number of one RUN to that of another: part less part, a missing one is 0."""
    ours, theirs = _by_key(later), _by_key(earlier)
    keys = [*ours, *(key for key in theirs if key not in ours)]
    exact = [ours.get(key, Fraction(0)) - theirs.get(key, Fraction(0)) for key in keys]
    whole = whole_patients(exact, later.number - earlier.number)
    steps = [Step(*key, fine, coarse) for key, fine, coarse in zip(keys, exact, whole, strict=True)]
    steps.sort(key=lambda step: list(dict.fromkeys(term for term, _ in keys)).index(step.term))
    return Ladder(later.unit, earlier.number, Fraction(earlier.number), tuple(steps), later.number)


def _by_key(ladder: Ladder) -> dict[tuple[str, str], Fraction]:
    return {(START, ""): ladder.exact_start} | {(step.term, step.level): step.exact for step in ladder.steps}
