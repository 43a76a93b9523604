"""Room 4: weights of the levels: exact weighted least squares by citizen, and standard errors.

With exposure ``e`` days of ``D``, fee ``y`` and dummies ``x`` the fit minimises Σ (e/D)(y·D/e − x'β)²,
so ``A = Σ e x x'`` and ``h = D Σ y x`` are whole numbers and ``A β = h`` is solved without any rounding.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .covariates import LEVELS, TERMS
from .model import ESTIMATION, ReferenceError
from .rounding import MICRO, half_even, half_even_root

OERE = 100  # in a krone
Matrix = list[list[int]]


@dataclass(frozen=True)
class Weights:
    """The published coefficients and standard errors, in whole 10⁻⁶ kroner, by level in model order."""

    levels: list[tuple[str, str]]
    coefficients: list[int]
    standard_errors: list[int]
    citizens: list[int]  # of the estimation sample
    exposure_days: list[int]

    def linear(self, citizen: Any) -> int:
        """Give x'β of a citizen, in 10⁻⁶ kroner."""
        effects = dict(zip(self.levels, self.coefficients, strict=True))
        return sum(effects[level] for level in own_levels(citizen))


def own_levels(citizen: Any) -> list[tuple[str, str]]:
    """Give the levels of a citizen (a named row) whose dummies are 1."""
    return [(term, level) for term in TERMS if (level := getattr(citizen, term))]


def estimate(citizens: pd.DataFrame, days: int, model: Mapping[str, Any]) -> Weights:
    """Fit the annual fee on the dummies over the estimation sample; what cannot be fitted is exit 40."""
    sample = citizens[citizens["sample"]]
    levels = estimable_levels(sample, citizens)
    if sample["clinic"].nunique() < 2:
        raise ReferenceError(ESTIMATION, "fewer than two clinics in the estimation sample")
    rows = dummies(sample, levels)
    gram = gram_matrix(rows, sample["exposure"].tolist(), len(levels))
    inverse, determinant = invert(gram, levels)
    totals = fee_totals(rows, sample["fee"].tolist(), len(levels))
    solution = [Fraction(days * dot(row, totals), determinant) for row in inverse]  # øre a year
    beta = [half_even(effect * MICRO / OERE) for effect in solution]
    return Weights(
        levels=levels,
        coefficients=beta,
        standard_errors=standard_errors(sample, rows, beta, (inverse, determinant), days, model),
        citizens=[sum(t in row for row in rows) for t in range(len(levels))],
        exposure_days=[gram[t][t] for t in range(len(levels))],
    )


def estimable_levels(sample: pd.DataFrame, citizens: pd.DataFrame) -> list[tuple[str, str]]:
    """Give the levels of the sample in model order; one that only others have cannot be scored."""
    seen = {level for citizen in sample.itertuples() for level in own_levels(citizen)}
    needed = {level for citizen in citizens.itertuples() for level in own_levels(citizen)}
    if not seen or needed - seen:
        raise ReferenceError(ESTIMATION, f"levels without citizens in the sample: {sorted(needed - seen)}")
    return [level for level in LEVELS if level in seen]


def dummies(sample: pd.DataFrame, levels: list[tuple[str, str]]) -> list[list[int]]:
    """Give, for each citizen, the positions of the dummies that are 1."""
    position = {level: number for number, level in enumerate(levels)}
    return [[position[level] for level in own_levels(citizen)] for citizen in sample.itertuples()]


def gram_matrix(rows: list[list[int]], exposure: list[int], size: int) -> Matrix:
    """Give A = Σ e x x', whole days."""
    gram = [[0] * size for _ in range(size)]
    for ones, days in zip(rows, exposure, strict=True):
        for s in ones:
            for t in ones:
                gram[s][t] += days
    return gram


def fee_totals(rows: list[list[int]], fees: list[int], size: int) -> list[int]:
    """Give Σ y x, whole øre."""
    totals = [0] * size
    for ones, fee in zip(rows, fees, strict=True):
        for t in ones:
            totals[t] += fee
    return totals


def dot(left: list[int], right: list[int]) -> int:
    """Give the inner product of two vectors of whole numbers."""
    return sum(a * b for a, b in zip(left, right, strict=True))


def invert(gram: Matrix, levels: list[tuple[str, str]]) -> tuple[Matrix, int]:
    """Give the adjugate and the determinant of A, by fraction-free elimination (Bareiss).

    ``A`` is symmetric and not negative, so a pivot is 0 only where a column depends on earlier ones.
    """
    size = len(gram)
    work = [[*row, *(int(s == t) for t in range(size))] for s, row in enumerate(gram)]
    previous = 1
    for k in range(size):
        pivot = work[k][k]
        if pivot == 0:
            raise ReferenceError(ESTIMATION, f"linearly dependent: {levels[k]}")
        for s in range(size):
            if s != k:
                factor = work[s][k]
                pairs = zip(work[s], work[k], strict=True)
                work[s] = [(pivot * own - factor * other) // previous for own, other in pairs]
        previous = pivot
    return [row[size:] for row in work], previous


def standard_errors(
    sample: pd.DataFrame,
    rows: list[list[int]],
    beta: list[int],
    inverse: tuple[Matrix, int],
    days: int,
    model: Mapping[str, Any],
) -> list[int]:
    """Give standard errors in 10⁻⁶ kroner: by clinic, or by citizen (HC0).

    The score of a citizen is x (D y − e x'β); the variance is A⁻¹ (Σ_g S_g S_g') A⁻¹ over groups g, a
    fraction until its root is taken.
    """
    clustered = model["weights.standard_errors"] == "clustered"
    groups = sample["clinic"].tolist() if clustered else list(range(len(sample)))
    residuals = [
        days * fee * (MICRO // OERE) - exposure * sum(beta[t] for t in ones)
        for ones, fee, exposure in zip(rows, sample["fee"].tolist(), sample["exposure"].tolist(), strict=True)
    ]
    meat = outer_products(rows, residuals, groups, len(beta))
    factor = small_sample_factor(len(set(groups)), len(rows), len(beta)) if clustered else Fraction(1)
    adjugate, determinant = inverse
    spread = [dot(row, [dot(line, row) for line in meat]) for row in adjugate]
    return [half_even_root(factor * Fraction(value, determinant**2)) for value in spread]


def small_sample_factor(clinics: int, citizens: int, coefficients: int) -> Fraction:
    """Give C/(C−1) · (n−1)/(n−p)."""
    if citizens <= coefficients:
        raise ReferenceError(ESTIMATION, "no more citizens than coefficients")
    return Fraction(clinics, clinics - 1) * Fraction(citizens - 1, citizens - coefficients)


def outer_products(rows: list[list[int]], residuals: list[int], groups: list[Any], size: int) -> Matrix:
    """Give Σ_g S_g S_g', where S_g is the sum of the scores of group g."""
    scores: dict[Any, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for ones, residual, group in zip(rows, residuals, groups, strict=True):
        for t in ones:
            scores[group][t] += residual
    meat = [[0] * size for _ in range(size)]
    for score in scores.values():
        for s, left in score.items():
            for t, right in score.items():
                meat[s][t] += left * right
    return meat
