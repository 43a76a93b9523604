"""Room 4: weights of the levels: exact weighted least squares by citizen, and standard errors.

With exposure ``e`` days of ``D``, fee ``y`` and dummies ``x`` the fit minimises Σ (e/D)(y·D/e − x'β)²,
so ``A = Σ e x x'`` and ``h = D Σ y x`` are whole numbers and ``A β = h`` is solved without any rounding.
The other estimators (``estimators.py``) are not exact; their coefficients or predictions are rounded.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pandas as pd

from .estimators import annual_fees, boosted, dummy_matrix, log_link, micro, within_clinics
from .model import ESTIMATION, SCENARIO, ReferenceError
from .rounding import MICRO, half_even, half_even_root
from .terms import Level, Term, cells_of, levels_of, terms_of

OERE = 100  # in a krone
Matrix = list[list[int]]
Cell = tuple[str, ...]  # a level of each term, blank for the reference
Given = Mapping[Level, int] | Mapping[Cell, int]


@dataclass(frozen=True)
class Weights:
    """The published coefficients and standard errors, in whole 10⁻⁶ kroner, by level in model order.

    With a log link the coefficients are of the logarithm of kroner; trees have predictions of cells instead. Both
    have no standard errors.
    """

    terms: list[Term]
    levels: list[Level]
    coefficients: list[int]
    standard_errors: list[int | None]
    citizens: list[int]  # of the estimation sample
    exposure_days: list[int]
    log_link: bool = False
    predictions: Mapping[Cell, int] | None = None

    @property
    def adds_up(self) -> bool:
        """Whether an expected fee is the sum of its levels' coefficients."""
        return not self.log_link and self.predictions is None

    def linear(self, cell: Cell) -> int:
        """Give x'β of a cell, in 10⁻⁶."""
        effects = dict(zip(self.levels, self.coefficients, strict=True))
        return sum(effects[level] for level in own_levels(cell, self.terms))

    def raw(self, cell: Cell) -> int:
        """Give the raw weight of a cell: the fee that is expected of it, never below nothing, in 10⁻⁶ kroner."""
        if self.predictions is not None:
            return max(self.predictions[cell], 0)
        if self.log_link:
            with localcontext() as context:
                context.prec = 60
                return half_even(Fraction((Decimal(self.linear(cell)) / MICRO).exp()) * MICRO)
        return max(self.linear(cell), 0)


def own_levels(cell: Cell, terms: list[Term]) -> list[Level]:
    """Give the levels of a cell whose dummies are 1."""
    return [(term.name, level) for term, level in zip(terms, cell, strict=True) if level]


def estimate(citizens: pd.DataFrame, days: int, model: Mapping[str, Any], given: Given | None = None) -> Weights:
    """Fit the annual fee on the dummies over the estimation sample; what cannot be fitted is exit 40.

    ``given`` are published coefficients by level (10⁻⁶ kroner; uplifts are in them), or of trees predictions by
    cell, to be taken instead of the estimated ones.
    """
    terms = terms_of(model)
    sample = citizens[citizens["sample"]]
    levels = estimable_levels(sample, citizens, terms)
    if sample["clinic"].nunique() < 2:
        raise ReferenceError(ESTIMATION, "fewer than two clinics in the estimation sample")
    rows = dummies(sample, levels, terms)
    gram = gram_matrix(rows, sample["exposure"].tolist(), len(levels))
    weights = Weights(
        terms=terms,
        levels=levels,
        coefficients=[0] * len(levels),
        standard_errors=[None] * len(levels),
        citizens=[sum(t in row for row in rows) for t in range(len(levels))],
        exposure_days=[gram[t][t] for t in range(len(levels))],
        log_link=model["weights.estimator"] in {"poisson", "tweedie"},
    )
    if model["weights.estimator"] == "gradient_boosting":
        return replace(weights, predictions=given or boosted(sample, citizens, terms, days))
    inverse = invert(gram, levels)
    if weights.log_link:
        beta = given_levels(given, levels) or log_effects(rows, sample, days, model)
        return replace(weights, coefficients=beta)
    if model["weights.estimator"] == "clinic_fixed_effects":
        beta, errors = effects_within_clinics(rows, sample, weights, days)
        beta = given_levels(given, levels) or beta
    else:
        beta = given_levels(given, levels) or least_squares(rows, sample, inverse, days)
        errors = standard_errors(sample, rows, beta, inverse, days, model)
    weights = replace(weights, coefficients=beta, standard_errors=errors)
    return weights if given else uplifted(weights, citizens, model)


def given_levels(given: Given | None, levels: list[Level]) -> list[int] | None:
    """Give the given coefficients in the order of the levels, if there are any."""
    return [given[level] for level in levels] if given else None


def least_squares(rows: list[list[int]], sample: pd.DataFrame, inverse: tuple[Matrix, int], days: int) -> list[int]:
    """Solve A β = h."""
    adjugate, determinant = inverse
    totals = fee_totals(rows, sample["fee"].tolist(), len(adjugate))
    solution = [Fraction(days * dot(row, totals), determinant) for row in adjugate]  # øre a year
    return [half_even(effect * MICRO / OERE) for effect in solution]


def log_effects(rows: list[list[int]], sample: pd.DataFrame, days: int, model: Mapping[str, Any]) -> list[int]:
    """Give the effects on the logarithm of kroner: Poisson, or the power of the variance that the model has."""
    x = dummy_matrix(rows, 1 + max(max(ones) for ones in rows))
    y, share = annual_fees(sample, days)
    power = 1.0 if model["weights.estimator"] == "poisson" else float(model["weights.tweedie_power"])
    return micro(log_link(x, y, share, power))


def effects_within_clinics(
    rows: list[list[int]], sample: pd.DataFrame, weights: Weights, days: int
) -> tuple[list[int], list[int | None]]:
    """Give the coefficients within clinics, and their standard errors: none for the first level of age."""
    y, share = annual_fees(sample, days)
    ages = sum(term == weights.terms[0].name for term, _ in weights.levels)
    x = dummy_matrix(rows, len(weights.levels))
    beta, errors = within_clinics(x, y, share, sample["clinic"], ages)
    return micro(beta), [None, *micro(errors[1:])]


def uplifted(weights: Weights, citizens: pd.DataFrame, model: Mapping[str, Any]) -> Weights:
    """Add to the coefficient of each level named a part of the mean raw weight before any uplift (V41)."""
    raw = [weights.raw(cell) for cell in cells_of(citizens, weights.terms)]
    mean = Fraction(sum(raw), len(raw))
    effects = dict(zip(weights.levels, weights.coefficients, strict=True))
    for text in model["weights.uplift"]:
        term, _, rest = text.partition(" ")
        name, _, percent = rest.rpartition(" ")
        if (term, name) not in levels_of(weights.terms):
            raise ReferenceError(SCENARIO, f"no level to lift: {text}")
        if (term, name) in effects:
            effects[term, name] += half_even(Fraction(percent) / 100 * mean)
    return replace(weights, coefficients=[effects[level] for level in weights.levels])


def estimable_levels(sample: pd.DataFrame, citizens: pd.DataFrame, terms: list[Term]) -> list[Level]:
    """Give the levels of the sample in model order; one that only others have cannot be scored."""
    seen = {level for cell in set(cells_of(sample, terms)) for level in own_levels(cell, terms)}
    needed = {level for cell in set(cells_of(citizens, terms)) for level in own_levels(cell, terms)}
    if not seen or needed - seen:
        raise ReferenceError(ESTIMATION, f"levels without citizens in the sample: {sorted(needed - seen)}")
    return [level for level in levels_of(terms) if level in seen]


def dummies(sample: pd.DataFrame, levels: list[Level], terms: list[Term]) -> list[list[int]]:
    """Give, for each citizen, the positions of the dummies that are 1."""
    position = {level: number for number, level in enumerate(levels)}
    return [[position[level] for level in own_levels(cell, terms)] for cell in cells_of(sample, terms)]


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


def invert(gram: Matrix, levels: list[Level]) -> tuple[Matrix, int]:
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
) -> list[int | None]:
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
