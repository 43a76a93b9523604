"""How sure every published figure is: standard error, interval, and whether the interval would move what is rounded.

The standard error is the jackknife's: every clinic of the sample is left out in turn. The interval is the figure ± the
quantile of Student's t with one degree of freedom less than clinics. It tells what other clinics, or the same in
another year, would have given: not what is wrong with a register or with the model.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fordel_dask.privacy import redacted
from fordel_dask.uncertainty.clusters import Floats
from fordel_dask.uncertainty.errors import jackknife_errors

CONFIDENCE = 0.90
FEWEST_CLINICS = 30
ROBUST, UNCERTAIN = "robust", "uncertain"
DECIMALS = 9
"""Figures are rounded from this many decimals; of a float that has more, the rest is noise."""


@dataclass(frozen=True)
class Interval:
    """A figure with its interval; ``flag`` tells of a rounded one whether both ends give the same."""

    kind: str
    code: str
    level: str
    figure: str
    value: float
    standard_error: float | None
    low: float
    high: float
    flag: str = ""


@dataclass(frozen=True)
class Chance:
    """In how many of the nations drawn again a council would have so many capacities."""

    council_id: str
    capacities: int
    replicates: int


@redacted
@dataclass(frozen=True)
class Judged:
    """Figures of one kind (one for each of ``codes``) with their standard errors."""

    values: Floats
    errors: Floats
    reach: float
    least: float

    @property
    def low(self) -> Floats:
        """The lower ends, never below the least that the figure can be."""
        return np.maximum(self.values - self.reach * self.errors, self.least)

    @property
    def high(self) -> Floats:
        """The upper ends."""
        return self.values + self.reach * self.errors


def student_reach(clinics: int) -> float:
    """Give how many standard errors an interval reaches to either side."""
    from scipy.stats import t

    return float(t.ppf(0.5 + CONFIDENCE / 2, clinics - 1))


def judge(values: Floats, without: Floats, reach: float, least: float = 0.0) -> Judged:
    """Give figures with standard errors; ``without`` (C, figures) are the same without each clinic."""
    return Judged(values, jackknife_errors(without, values), reach, least)


def intervals(kind: str, figure: str, names: Sequence[tuple[str, str]], judged: Judged) -> Iterator[Interval]:
    """Give the intervals of figures that are not rounded; ``names`` are code and level of each.

    None is given of a figure that is no number without some clinic.
    """
    rows = zip(names, judged.values, judged.errors, judged.low, judged.high, strict=True)
    for (code, level), value, error, low, high in rows:
        if math.isfinite(high):
            yield Interval(kind, code, level, figure, float(value), float(error), float(low), float(high))


def rounded(
    kind: str, figure: str, code: str, published: int, ends: tuple[float, float], rule: Callable[[float], int]
) -> Interval:
    """Give the interval of a rounded figure: what the rule of rounding makes of both ends of the unrounded one.

    Ends are binary floats: what they are off by must not make an exact whole number the next one.
    """
    low, _, high = sorted([published, *(rule(round(end, DECIMALS)) for end in ends)])
    flag = ROBUST if low == high else UNCERTAIN
    return Interval(kind, code, "", figure, float(published), None, float(low), float(high), flag)
