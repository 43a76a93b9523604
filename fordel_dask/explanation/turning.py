"""What would change a number: how far the exact figure is from the next rounding step, in patients' weight."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.answer import Answer
from fordel_dask.explanation.found import CLINIC, COUNCIL
from fordel_dask.law.rounding import half_up, half_up_to_step

FEWEST_PLACES, MOST_PLACES = 3, 9


@dataclass(frozen=True)
class Turn:
    """One way in which a number would turn: what the weight would have to do, and the number then.

    ``change`` of the mean weight is exact and ``told`` the same rounded away from 0 to ``places`` decimals, so that
    it does turn the number; ``weighted`` the same in weighted citizens; ``distance`` how far the exact figure
    (patients per capacity; of a council capacities) is from the ``border``.
    """

    is_heavier: bool
    number: int
    per_capacity: int | None
    border: Fraction
    distance: Fraction
    change: Fraction
    told: Fraction
    places: int
    weighted: Fraction


def turns_of(answer: Answer) -> tuple[Turn, ...]:
    """Give what would turn a number: first heavier citizens, then lighter ones; none where there is no number."""
    if not answer.has_number or answer.mean_weight is None or not answer.weighted:
        return ()
    return tuple(_council_turns(answer) if answer.kind == COUNCIL else _patients_turns(answer))


def _patients_turns(answer: Answer) -> Iterator[Turn]:
    step, exact, mean = answer.rules.step, answer.exact or Fraction(0), answer.mean_weight or Fraction(0)
    rounded = half_up_to_step(exact, step)
    for border, towards in ((rounded - Fraction(step, 2), -step), (rounded + Fraction(step, 2), step)):
        if border <= 0:
            continue
        change = answer.rules.norm / border - mean
        told, places = _told(answer, change, rounded + towards)
        then = rounded + towards
        yield Turn(
            is_heavier=towards < 0,
            number=_minimum(answer, then),
            per_capacity=then,
            border=border,
            distance=abs(exact - border),
            change=change,
            told=told,
            places=places,
            weighted=change * answer.persons,
        )


def _told(answer: Answer, change: Fraction, then: int) -> tuple[Fraction, int]:
    """Round a change of the mean weight away from 0, to as few decimals as still give the number then."""
    mean = answer.mean_weight or Fraction(0)
    is_heavier = then < half_up_to_step(answer.exact or Fraction(0), answer.rules.step)
    for places in range(FEWEST_PLACES, MOST_PLACES + 1):
        units = math.ceil(abs(change) * 10**places)
        beyond = is_heavier and units == abs(change) * 10**places  # on the border it is still rounded up
        told = Fraction(units + beyond if is_heavier else -units, 10**places)
        if mean + told > 0 and half_up_to_step(answer.rules.norm / (mean + told), answer.rules.step) == then:
            return told, places
    return change, MOST_PLACES


def _minimum(answer: Answer, per_capacity: int) -> int:
    if answer.kind != CLINIC:
        return per_capacity
    total = Fraction(answer.row["capacities"]) * per_capacity
    return half_up(total.numerator, total.denominator)


def _council_turns(answer: Answer) -> Iterator[Turn]:
    """Give how much weight a council is from one capacity more, and from one fewer.

    Only municipalities whose need counts, not their floor, can gain or lose; below their floors none can fall.
    """
    need, number = Fraction(answer.row["need_before_rounding"]), int(answer.row["maximum_capacities"])
    above = [Fraction(one["need"]) - Fraction(one["floor"]) for one in answer.members]
    can_fall = sum((room for room in above if room > 0), Fraction(0))
    for border, then in ((Fraction(number), number + 1), (Fraction(number - 1), number - 1)):
        distance = border - need
        if then < 0 or -distance > can_fall:
            continue
        weighted = distance * answer.rules.norm
        change = weighted / answer.persons
        yield Turn(then > number, then, None, border, abs(distance), change, change, FEWEST_PLACES, weighted)
