"""The weight of a citizen by cell and municipality, exact and rounded once (model sections 5.4–5.6)."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.law.rounding import NANO, half_even

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Weighting:
    """How citizens weigh.

    ``prediction`` x'β and ``raw`` max(x'β, 0) by cell, 10⁻⁶ kroner; ``factors`` q by
    municipality; ``citizens`` N; ``raw_total`` Σ r; ``corrected_total`` Σ r q, exact;
    ``nano`` the weight by municipality and cell in 10⁻⁹ (0 where nobody lives).
    """

    prediction: Integers
    raw: Integers
    factors: tuple[Fraction, ...]
    citizens: int
    raw_total: int
    corrected_total: Fraction
    nano: Integers

    def exact(self, raw_by_municipality: Sequence[int]) -> Fraction:
        """Give the exact Σ w of citizens whose Σ r by municipality of residence is given."""
        numerators, common = self.common_factors
        corrected = sum(q * r for q, r in zip(numerators, raw_by_municipality, strict=True))
        return Fraction(corrected * self.citizens, common) / self.corrected_total

    @functools.cached_property
    def common_factors(self) -> tuple[tuple[int, ...], int]:
        """The factors over one denominator: their numerators, and the denominator."""
        return over_common_denominator(self.factors)


def over_common_denominator(factors: Sequence[Fraction]) -> tuple[tuple[int, ...], int]:
    """Give fractions over their least common denominator."""
    common = lcm(*(q.denominator for q in factors))
    return tuple(q.numerator * (common // q.denominator) for q in factors), common


def weigh(prediction: Integers, factors: tuple[Fraction, ...], citizens: Integers) -> Weighting:
    """Give the weights w = r q N ÷ Σ r q of all cells with citizens.

    ``citizens`` counts group-1 citizens by municipality and cell.
    """
    raw = np.maximum(prediction, 0)
    by_municipality = [
        sum(int(n) * int(r) for n, r in zip(row[row > 0], raw[row > 0], strict=True)) for row in citizens
    ]
    total = sum((q * r for q, r in zip(factors, by_municipality, strict=True)), Fraction(0))
    if total == 0:
        raise EstimationError("All raw weights are zero: nobody is predicted to consume anything.")
    n = int(citizens.sum())
    return Weighting(prediction, raw, factors, n, sum(by_municipality), total, _nano(raw, factors, citizens, total / n))


def _nano(raw: Integers, factors: tuple[Fraction, ...], citizens: Integers, mean: Fraction) -> Integers:
    numerators, common = over_common_denominator(factors)
    nano = np.zeros(citizens.shape, dtype=np.int64)
    denominator = mean.numerator * common
    for m, q in enumerate(numerators):
        numerator = q * mean.denominator * NANO
        for cell in np.flatnonzero(citizens[m]):
            nano[m, cell] = half_even(int(raw[cell]) * numerator, denominator)
    return nano
