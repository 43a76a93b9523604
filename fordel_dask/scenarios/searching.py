"""Break-even: from which value of a parameter on a number changes, and which values leave it as it was."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.scenarios.figures import CaseFigures

COUNCIL, CLINIC = "council", "clinic"
FEW = 128
"""A range of no more values is looked at value by value: numbers that are rounded change back and forth."""

COARSE_POINTS = 17
"""Values that a longer range is first looked at: a number that changes back between two of them is not seen."""

Numbers = Mapping[tuple[str, str], Fraction | None]
RunAt = Callable[[Sequence[Fraction]], Sequence[Numbers]]
"""Gives the numbers of all targets at each value of the parameter."""


@dataclass(frozen=True)
class Target:
    """Whose number is looked at: a council's capacities or a clinic's minimum patients, by ``kind`` and ``code``."""

    kind: str
    code: str


@dataclass(frozen=True)
class Step:
    """A stretch of values on which a target has one number (none: it gets none), both ends seen.

    Between ``last`` and the next stretch's ``first`` lies at most one unit of the search.
    """

    target: Target
    first: Fraction
    last: Fraction
    number: Fraction | None


def numbers_of(figures: CaseFigures, targets: Sequence[Target]) -> Numbers:
    """Give the number of each target in a case."""
    councils = {one.council_id: one.maximum for one in figures.councils}
    clinics = {
        one.ydernummer: None if one.minimum_patients is None else Fraction(one.minimum_patients)
        for one in figures.clinics
    }
    by_kind: Mapping[str, Mapping[str, Fraction | None]] = {COUNCIL: councils, CLINIC: clinics}
    return {(one.kind, one.code): by_kind[one.kind].get(one.code) for one in targets}


def search(low: Fraction, high: Fraction, unit: Fraction, targets: Sequence[Target], run_at: RunAt) -> list[Step]:
    """Give the stretches of values from ``low`` to ``high`` on which each target's number is one.

    Values are whole multiples of ``unit`` from ``low``. First few values all over the range, then between any two with
    different numbers the middle, for all targets at once, until nothing lies between.
    """
    last = int((high - low) / unit)
    coarse = {last * n // (COARSE_POINTS - 1) for n in range(COARSE_POINTS)}
    places = list(range(last + 1)) if last < FEW else sorted(coarse)
    known: dict[int, Numbers] = {}
    while places:
        known |= dict(zip(places, run_at([low + place * unit for place in places]), strict=True))
        places = _between(known, targets)
    return [step for target in targets for step in _steps(target, known, low, unit)]


def _between(known: Mapping[int, Numbers], targets: Sequence[Target]) -> list[int]:
    """Give the places to look at next: the middle between neighbours with different numbers."""
    order = sorted(known)
    return [
        (left + right) // 2
        for left, right in itertools.pairwise(order)
        if right - left > 1 and any(_number(known, left, one) != _number(known, right, one) for one in targets)
    ]


def _steps(target: Target, known: Mapping[int, Numbers], low: Fraction, unit: Fraction) -> list[Step]:
    steps: list[Step] = []
    for place in sorted(known):
        value, number = low + place * unit, _number(known, place, target)
        if steps and steps[-1].number == number:
            steps[-1] = Step(target, steps[-1].first, value, number)
        else:
            steps.append(Step(target, value, value, number))
    return steps


def _number(known: Mapping[int, Numbers], place: int, target: Target) -> Fraction | None:
    return known[place][target.kind, target.code]
