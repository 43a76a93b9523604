"""The weights of a run by the estimator that the model chooses, with their standard errors."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from threadpoolctl import threadpool_limits

from fordel_dask.law.rounding import MICRO, half_even
from fordel_dask.model import Design
from fordel_dask.pass_rules import PassRules
from fordel_dask.passes import Integers
from fordel_dask.scoring import CitizenCounts
from fordel_dask.strata import ClinicSums
from fordel_dask.uncertainty import clusters_of, fixed_effects, roots
from fordel_dask.weights import (
    Fit,
    SampleSums,
    Scatter,
    estimate,
    estimate_otherwise,
    scatter_by_citizen,
    scatter_by_clinic,
)

LEAST_SQUARES, FIXED_EFFECTS = "least_squares", "clinic_fixed_effects"
MICRO_PER_OERE = MICRO // 100
WHOLE = 100


@dataclass(frozen=True)
class Estimation:
    """The weights, and how sure each coefficient is (10⁻⁶ kroner): none where the estimator tells no errors.

    ``scatter`` is what exact errors come from, of least squares alone.
    """

    fit: Fit
    errors_micro: tuple[int | None, ...]
    scatter: Scatter | None = None


def estimate_weights(
    rules: PassRules, sample: SampleSums, by_clinic: ClinicSums | None, counts: CitizenCounts
) -> Estimation:
    """Estimate the weights from sums of the sample by cell and, for errors and fixed effects, by clinic."""
    weights, design = rules.model.weights, rules.design
    clinics, scored = int((counts.sample > 0).sum()), counts.by_home.by_cell()
    fit = estimate(sample, scored, design, clinics, rules.year_days)
    if weights.estimator == LEAST_SQUARES and by_clinic is None:
        return Estimation(uplifted(fit, rules, scored), (None,) * len(fit.micro))
    if weights.estimator == LEAST_SQUARES and by_clinic is not None:
        scatter = scatter_of(fit, sample, by_clinic, rules, clinics)
        return Estimation(uplifted(fit, rules, scored), tuple(scatter.errors(fit)), scatter)
    if weights.estimator == FIXED_EFFECTS and by_clinic is not None:
        within = _within_clinics(fit, by_clinic, rules)
        return replace(within, fit=uplifted(within.fit, rules, scored))
    otherwise = estimate_otherwise(fit, sample, scored > 0, design, weights, rules.year_days)
    return Estimation(otherwise, (None,) * len(fit.micro))


def scatter_of(fit: Fit, sample: SampleSums, by_clinic: ClinicSums, rules: PassRules, clinics: int) -> Scatter:
    """Give what the standard errors that the model asks for come from."""
    if rules.model.weights.standard_errors == "hc0":
        return scatter_by_citizen(fit, sample, rules.design, rules.year_days)
    return scatter_by_clinic(fit, by_clinic, sample, clinics, rules.year_days)


def _within_clinics(fit: Fit, by_clinic: ClinicSums, rules: PassRules) -> Estimation:
    """Give the weights with what clinics do to their patients taken out."""
    everyone = everyone_of(rules.design)
    clusters = clusters_of(by_clinic, fit.columns, everyone, np.array(fit.micro, np.int64), rules.year_days)
    with threadpool_limits(1, user_api="blas"):  # products differ in their last digits with the number of threads
        coefficients, covariance = fixed_effects(clusters)
    micro = np.rint(coefficients * MICRO_PER_OERE).astype(np.int64).tolist()
    errors = np.rint(roots(covariance) * MICRO_PER_OERE).astype(np.int64).tolist()
    told = (None if column == clusters.everyone[0] else error for column, error in enumerate(errors))
    return Estimation(fit.with_coefficients(micro, rules.design), tuple(told))


def everyone_of(design: Design) -> int:
    """Give how many columns the term without a reference level has: they sum to 1 for everybody."""
    return next(len(term.levels) for term in design.terms if not term.has_reference)


def uplifted(fit: Fit, rules: PassRules, scored: Integers) -> Fit:
    """Give the fit with the weights of some levels raised by a percentage of the mean weight (V41).

    ``scored`` are the citizens by cell.
    """
    if not rules.model.weights.uplift:
        return fit
    raw, citizens = int(sum(n * r for n, r in zip(scored.tolist(), fit.raw.tolist(), strict=True))), int(scored.sum())
    micro = list(fit.micro)
    for text in rules.model.weights.uplift:
        name, percent = text.rsplit(" ", 1)
        for place, column in enumerate(fit.columns):
            if " ".join(rules.design.columns[column]) == name:
                added = raw * Fraction(percent) / (citizens * WHOLE)
                micro[place] += half_even(added.numerator, added.denominator)
    return fit.with_coefficients(micro, rules.design)
