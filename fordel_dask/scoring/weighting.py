"""The weight of a citizen by home and cell, exact and rounded once (model sections 5.4–5.6)."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.law.rounding import NANO, half_even
from fordel_dask.privacy import redacted
from fordel_dask.scoring.homes import HomeCells

Integers = NDArray[np.int64]
NEAR_HALF = 1e-4
LARGEST_SURE = 1e11
"""A weight below this, computed in binary, is wrong by less than ``NEAR_HALF`` units of 10⁻⁹: 4 roundings of 2⁻⁵³."""


@redacted
@dataclass(frozen=True)
class Weighting:
    """How citizens weigh.

    ``prediction`` x'β and ``raw`` max(x'β, 0) by cell, 10⁻⁶ kroner; ``factors`` q, and the one of each pair of home
    and cell; ``citizens`` N; ``raw_total`` Σ r; ``corrected_total`` Σ r q, exact; ``nano`` the weight of each pair in
    10⁻⁹.
    """

    prediction: Integers
    raw: Integers
    factors: tuple[Fraction, ...]
    factor_of_pair: Integers
    citizens: int
    raw_total: int
    corrected_total: Fraction
    nano: Integers

    def exact(self, raw_by_factor: Sequence[int]) -> Fraction:
        """Give the exact Σ w of citizens whose Σ r by factor of the correction is given."""
        numerators, common = self.common_factors
        corrected = sum(q * r for q, r in zip(numerators, raw_by_factor, strict=True))
        return Fraction(corrected * self.citizens, common) / self.corrected_total

    @functools.cached_property
    def common_factors(self) -> tuple[tuple[int, ...], int]:
        """The factors over one denominator: their numerators, and the denominator."""
        common = lcm(*(q.denominator for q in self.factors))
        return tuple(q.numerator * (common // q.denominator) for q in self.factors), common


def weigh(
    prediction: Integers, raw: Integers, factors: tuple[Fraction, ...], factor_of_pair: Integers, by_home: HomeCells
) -> Weighting:
    """Give the weights w = r q N ÷ Σ r q of all pairs of home and cell."""
    raw_of_pair = raw[by_home.cell]
    by_factor = np.zeros(len(factors), dtype=object)
    for high in (0, 1):  # Σ n r passes 2⁶³ for large r: halves of 31 bits do not
        part = (raw_of_pair >> 31 if high else raw_of_pair & (1 << 31) - 1) * by_home.citizens
        sums = np.zeros(len(factors), dtype=np.int64)
        np.add.at(sums, factor_of_pair, part)
        by_factor += sums.astype(object) << (31 * high)
    total = sum((q * int(r) for q, r in zip(factors, by_factor, strict=True)), Fraction(0))
    if total == 0:
        raise EstimationError("All raw weights are zero: nobody is predicted to consume anything.")
    citizens = int(by_home.citizens.sum())
    scale = tuple(q * citizens * NANO / total for q in factors)
    nano = scaled(raw_of_pair, factor_of_pair, scale)
    return Weighting(prediction, raw, factors, factor_of_pair, citizens, int(by_factor.sum()), total, nano)


def scaled(values: Integers, factor_of: Integers, factors: Sequence[Fraction]) -> Integers:
    """Give values × factor, each rounded half to even to a whole number, exactly.

    In binary first; those that come near a half, or are large, are computed in whole numbers.
    """
    near = values.astype(np.float64) * np.array([float(factor) for factor in factors])[factor_of]
    rounded = np.floor(near)
    unsure = (np.abs(near - rounded - 0.5) < NEAR_HALF) | (near > LARGEST_SURE)
    rounded += near - rounded > 0.5
    result: Integers = rounded.astype(np.int64)
    for place in np.flatnonzero(unsure):
        factor = factors[factor_of[place]]
        result[place] = half_even(int(values[place]) * factor.numerator, factor.denominator)
    return result
