"""Moves of capacities between councils: lawful while every council stays within its number (R20)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fordel_dask.cycle.measure import MOVE, Measure
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.cycle.stand import Stand
from fordel_dask.published import Published

MADE, ALLOWED, REFUSED, ENDED = "made", "allowed", "refused", "ended"


@dataclass(frozen=True)
class JudgedMove:
    """A move and what became of it: made (counted already), allowed, refused (with the reason), or ended."""

    measure: Measure
    verdict: str
    reason: str = ""


def judged_moves(published: Published, by_council: Mapping[str, Occupancy], stand: Stand) -> tuple[JudgedMove, ...]:
    """Judge every move, in the order of their days.

    What began when capacities were counted is in that count. The others are held against the numbers together: one
    council may make room by its own moves for another's. While a council is above its number after all of them, or
    gives more than it has, the latest move that makes it so is refused, and the rest looked at again.
    """
    moves = [JudgedMove(one, _verdict(one, stand)) for one in stand.measures if one.kind == MOVE]
    moves.sort(key=lambda move: move.measure.first_day or datetime.date.min)
    allocated = {council_id: taken.allocated for council_id, taken in by_council.items()}
    while True:
        after = after_moves(allocated, moves)
        wrong = _latest_wrong(published, after, moves)
        if wrong is None:
            return tuple(moves)
        number, reason = wrong
        moves[number] = replace(moves[number], verdict=REFUSED, reason=reason)


def _verdict(measure: Measure, stand: Stand) -> str:
    if measure.last_day is not None and measure.last_day < stand.day:
        return ENDED
    return MADE if measure.first_day is not None and measure.first_day <= stand.counted_on else ALLOWED


def after_moves(allocated: Mapping[str, Fraction], moves: Sequence[JudgedMove]) -> dict[str, Fraction]:
    """Give allocated capacities by council after all moves that are allowed."""
    after = dict(allocated)
    for move in moves:
        if move.verdict == ALLOWED:
            after[move.measure.council_id] -= move.measure.amount
            after[move.measure.to_council_id] += move.measure.amount
    return after


def _latest_wrong(
    published: Published, after: Mapping[str, Fraction], moves: Sequence[JudgedMove]
) -> tuple[int, str] | None:
    for number, move in reversed([*enumerate(moves)]):
        here, there = move.measure.council_id, move.measure.to_council_id
        if move.verdict != ALLOWED:
            continue
        if after[there] > published.councils[there].maximum:
            return number, f"{there} would be above its number of {published.councils[there].maximum}"
        if after[here] < 0:
            return number, f"{here} has not so many capacities to give"
    return None
