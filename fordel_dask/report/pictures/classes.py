"""Classes of a map: round limits, the colour of each, and which values fall into it.

A value falls where its figure as shown falls, so that map, legend and table never disagree.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from fordel_dask.law.rounding import scaled
from fordel_dask.report.pictures.axis import round_step
from fordel_dask.report.wording import Wording

COLOURS = 9
MIDDLE = COLOURS // 2
EACH_WAY = 3
MOST = 7
OUTSIDE = Fraction(1, 20)
"""Share of the values that may lie in each open end."""


@dataclass(frozen=True)
class Classes:
    """Limits in ascending order, and a colour for each class; the first and the last class are open.

    A class holds its lower limit and not its upper one; values are shown with ``places`` decimals, or, of
    capacities that are given, with those that they have up to so many. No value is below ``least``, if there is one.
    """

    limits: tuple[Fraction, ...]
    colours: tuple[str, ...]
    places: int
    least: Fraction | None = None
    are_capacities: bool = False

    def written(self, value: Fraction, words: Wording, signed: bool = False) -> str:
        """Write a value as it is shown."""
        if self.are_capacities:
            return words.signed_capacities(value) if signed else words.capacities(value)
        return words.signed(value, self.places) if signed else words.number(value, self.places)

    def of(self, value: Fraction) -> int:
        """Give the number of the class that a value falls into, as it is shown."""
        shown = Fraction(scaled(value, 10**self.places), 10**self.places)
        return sum(shown >= limit for limit in self.limits)

    def labels(self, words: Wording, signed: bool = False) -> tuple[str, ...]:
        """Say what each class holds."""
        ends = pairwise((self.least, *self.limits, None))
        return tuple(self._said(low, high, words, signed) for low, high in ends)

    def _said(self, low: Fraction | None, high: Fraction | None, words: Wording, signed: bool) -> str:
        def write(value: Fraction) -> str:
            return self.written(value, words, signed)

        if low is None:
            return words.say("class_under", limit=write(high or Fraction()))
        if high is None:
            return words.say("class_over", limit=write(low))
        last = high - Fraction(1, 10**self.places)
        if low == last:
            return write(low)
        word = "class_from_to" if signed or low < 0 else "class_range"
        return words.say(word, low=write(low), high=write(last))


def of_capacities(classes: Classes) -> Classes:
    """Give the same of capacities that are given: these are written with the decimals that they have."""
    return replace(classes, are_capacities=True)


def from_low_to_high(values: Collection[Fraction], places: int) -> Classes:
    """Give classes of growing colour over the values, those far out in the open ends."""
    low, high = _inner(values)
    step = max(round_step(high - low or Fraction(1), MOST - 1), Fraction(1, 10**places))
    first = (low // step + 1) * step
    count = max(1, -((first - high) // step))
    return Classes(tuple(first + n * step for n in range(count)), _spread(count + 1), places)


def from_none(values: Collection[Fraction], places: int) -> Classes:
    """Give classes of growing colour over values of which many are 0: that is the first class."""
    some = [value for value in values if value > 0]
    step = max(round_step(max(some, default=Fraction(1)), MOST - 1), Fraction(1, 10**places))
    count = max(1, -(-max(some, default=step) // step))
    unit = Fraction(1, 10**places)
    limits = tuple(dict.fromkeys((unit, *(n * step for n in range(1, count)))))
    return Classes(limits, _spread(len(limits) + 1), places, least=Fraction(0))


def about(values: Collection[Fraction], middle: Fraction, places: int, unchanged: bool = False) -> Classes:
    """Give classes of two colours about a middle; ``unchanged`` gives the middle itself a class of its own."""
    furthest = _reach(values, middle)
    unit = Fraction(1, 10**places)
    step = max(round_step(furthest, EACH_WAY), unit)
    below = tuple(middle - n * step for n in range(EACH_WAY, 0, -1))
    above = tuple(middle + n * step for n in range(1, EACH_WAY + 1))
    colours = tuple(f"d{n}" for n in range(COLOURS) if unchanged or n != MIDDLE)
    if not unchanged:
        return Classes((*below, middle, *above), colours, places)
    if step == unit:
        above = tuple(one + unit for one in above)
    return Classes((*below, middle, middle + unit, *above), colours, places)


def _spread(count: int) -> tuple[str, ...]:
    """Give so many colours, as far from each other as can be."""
    return tuple(f"s{n * (COLOURS - 1) // max(count - 1, 1)}" for n in range(count))


def _inner(values: Collection[Fraction]) -> tuple[Fraction, Fraction]:
    """Give the values between which all but the furthest lie."""
    ordered = sorted(values)
    out = int(OUTSIDE * len(ordered))
    return ordered[out], ordered[len(ordered) - 1 - out]


def _reach(values: Collection[Fraction], middle: Fraction) -> Fraction:
    low, high = _inner([abs(value - middle) for value in values])
    return high or low or Fraction(1)
