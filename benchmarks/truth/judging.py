"""What the estimators say of a nation whose truth is known: figures, how far off they are, and who covers the truth."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.truth.drawing import Drawn, true_coefficients
from fordel_dask import pipeline
from fordel_dask.doubt import Outcome
from fordel_dask.figures import Figures, clusters_of_outcome, names_of, population_of, weighing_clinics
from fordel_dask.model import design_of
from fordel_dask.pass_rules import days_of
from fordel_dask.preparing import Prepared
from fordel_dask.uncertainty import (
    Clusters,
    Population,
    clinic_counts,
    clustered,
    fixed_effects,
    jackknife_errors,
    leave_one_out,
    reweighted,
    student_reach,
)

Floats = NDArray[np.float64]
POOLED, FIXED_EFFECTS = "pooled", "clinic_fixed_effects"
HC0, CLUSTERED, JACKKNIFE, BOOTSTRAP, NO_ERRORS = "hc0", "clustered", "jackknife", "bootstrap", "none"
COEFFICIENT, WEIGHT, MEAN, MINIMUM, NEED = "coefficient_kr", "weight", "mean_kr", "minimum_per_capacity", "need"
ANY, NEEDIEST = "any", "neediest"
NEEDIEST_SHARE = 0.2
STEP = 1.0  # øre: of the numerical derivatives of figures


@dataclass(frozen=True)
class Said:
    """What an estimator says of figures of one kind in one nation, and the truth; NaN where it has no error.

    ``part`` is the term of a coefficient or weight, which clinic or council was chosen of a nation, or nothing.
    """

    estimator: str
    errors: str
    figure: str
    part: str
    truth: Floats
    value: Floats
    error: Floats
    reach: float

    @property
    def covers(self) -> Floats:
        """1 where the interval has the truth in it, 0 where it has not, NaN where there is none."""
        off = np.abs(self.value - self.truth)
        return np.where(np.isnan(self.error), np.nan, off <= self.reach * self.error)


@dataclass(frozen=True)
class Asked:
    """The figures that are asked for, as functions of coefficients: one clinic, one council, all levels."""

    outcome: Outcome
    population: Population
    clinics: tuple[int, ...]
    council: int

    def of(self, coefficients: Floats) -> Floats:
        """Give all figures of sets of coefficients (sets, columns in øre): a row for each set."""
        figures = Figures(self.outcome, self.population.weigh(coefficients), coefficients)
        return np.hstack(
            [
                figures.coefficient_kr,
                figures.weight,
                figures.weighed.mean_raw[:, None] / 100,
                figures.minimum_per_capacity[:, list(self.clinics)],
                figures.need_before_rounding[:, [self.council]],
            ]
        )

    @property
    def names(self) -> list[tuple[str, str]]:
        """The kind and part of every figure."""
        columns = design_of(self.outcome.model.covariates).columns
        terms = [columns[column][0] for column in self.outcome.fit.columns]
        return [
            *((COEFFICIENT, term) for term in terms),
            *((WEIGHT, term) for term in terms),
            (MEAN, ""),
            (MINIMUM, ANY),
            (MINIMUM, NEEDIEST),
            (NEED, ""),
        ]

    def slopes(self, coefficients: Floats) -> Floats:
        """Give the derivatives of all figures (columns, figures) by one øre of each coefficient."""
        steps = STEP * np.eye(coefficients.size)
        return (self.of(coefficients + steps) - self.of(coefficients - steps)) / (2 * STEP)


def judge_nation(drawn: Drawn, seed: int, replicates: int) -> Iterator[Said]:
    """Let a run conclude from the sums of a nation, and hold what each estimator says against the truth."""
    outcome = pipeline.conclude(drawn.nation, Prepared(drawn.rules), drawn.sums)
    clusters, population = clusters_of_outcome(outcome), population_of(outcome)
    planted = true_coefficients(outcome.model)[list(outcome.fit.columns)]
    asked = _ask(outcome, population, planted, np.random.default_rng([seed, 1]))
    [truth] = asked.of(planted[None])
    reach = student_reach(len(clusters.clinics))
    for estimator, errors, value, error in _estimated(asked, clusters, seed, replicates):
        yield from _by_kind(asked.names, (estimator, errors), (truth, value, error), reach)


def _ask(outcome: Outcome, population: Population, planted: Floats, rng: np.random.Generator) -> Asked:
    """Choose a clinic of all that have patients, one of the neediest fifth by the truth, and a council."""
    places, patients = weighing_clinics(outcome)
    need = population.weigh(planted[None]).clinics[0, places] / patients
    neediest = np.argsort(need)[-max(1, math.floor(NEEDIEST_SHARE * need.size)) :]
    chosen = (int(rng.integers(need.size)), int(rng.choice(neediest)))
    return Asked(outcome, population, chosen, int(rng.integers(len(outcome.councils))))


def _estimated(
    asked: Asked, clusters: Clusters, seed: int, replicates: int
) -> Iterator[tuple[str, str, Floats, Floats]]:
    """Give the figures by each estimator with each kind of standard errors."""
    outcome, coefficients = asked.outcome, clusters.coefficients
    [value], slopes = asked.of(coefficients[None]), asked.slopes(coefficients)
    yield POOLED, HC0, value, _carried(hc0(outcome), slopes)
    yield POOLED, CLUSTERED, value, _carried(clustered(clusters), slopes)
    yield POOLED, JACKKNIFE, value, jackknife_errors(asked.of(leave_one_out(clusters)), value)
    if replicates:
        again = reweighted(clusters, clinic_counts(names_of(outcome, clusters), replicates, seed))
        again = again[~np.isnan(again).any(axis=1)]
        yield POOLED, BOOTSTRAP, value, asked.of(again).std(axis=0, ddof=1)
    within, covariance = fixed_effects(clusters)
    [value] = asked.of(within[None])
    error = np.full(value.size, np.nan)
    error[: within.size] = np.sqrt(np.diag(covariance)) / 100
    error[list(clusters.everyone)] = np.nan  # known only as differences between levels
    yield FIXED_EFFECTS, CLUSTERED, value, error


def _carried(covariance: Floats, slopes: Floats) -> Floats:
    """Give standard errors of figures whose derivatives by coefficients are known."""
    return np.asarray(np.sqrt(((covariance @ slopes) * slopes).sum(axis=0)))


def hc0(outcome: Outcome) -> Floats:
    """Give the covariance robust to unequal variance alone, øre a year squared."""
    sample, design = outcome.sums.sample, design_of(outcome.model.covariates)
    x = design.dummies[:, list(outcome.fit.columns)].astype(np.float64)
    year_days, predicted = days_of(outcome.nation.year), outcome.weighting.prediction / 1e4
    squares = np.zeros(design.cells)
    for cell in np.flatnonzero(sample.citizens):
        ee, ey, yy = sample.squares(int(cell))
        squares[cell] = year_days**2 * yy - 2 * year_days * predicted[cell] * ey + predicted[cell] ** 2 * ee
    inverse = np.linalg.inv(x.T @ (sample.exposure_days[:, None] * x))
    return np.asarray(inverse @ (x.T @ (squares[:, None] * x)) @ inverse)


def _by_kind(
    names: list[tuple[str, str]], who: tuple[str, str], said: tuple[Floats, Floats, Floats], reach: float
) -> Iterator[Said]:
    for kind in dict.fromkeys(names):
        here = [n for n, name in enumerate(names) if name == kind]
        yield Said(*who, *kind, *(figures[here] for figures in said), reach)
