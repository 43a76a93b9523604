"""Weights with what a clinic does to its patients taken out: clinic fixed effects.

What a clinic supplies more or less of than others to alike patients becomes the clinic's own level, and not need. The
levels of clinics are absorbed: nothing but sums by clinic is needed.
"""

from collections.abc import Iterator

import numpy as np

from fordel_dask.errors import EstimationError
from fordel_dask.strata import unpacked
from fordel_dask.uncertainty.clusters import Clusters, Floats
from fordel_dask.uncertainty.errors import small_sample_factor
from fordel_dask.uncertainty.estimators import is_singular


def fixed_effects(clusters: Clusters) -> tuple[Floats, Floats]:
    """Give coefficients (columns) in øre a year with clinic levels taken out, and their clustered covariance.

    The coefficients of the term without a reference level are brought to the mean level of clinics, so that
    consumption as a whole is the same; the covariance is that of the differences to its first level, whose own row
    and column are 0, with the factor C/(C−1) · (n−1)/(n−k), k counting clinics too.

    Raises
    ------
    EstimationError
        Within clinics the coefficients cannot be told apart.
    """
    columns = clusters.columns
    kept = [n for n in range(columns) if n != clusters.everyone[0]]
    gram, score = np.zeros((columns - 1, columns - 1)), np.zeros(columns - 1)
    for grams, scores in _within(clusters, kept):
        gram, score = gram + grams.sum(axis=0), score + scores.sum(axis=0)
    if is_singular(gram):
        raise EstimationError("Within clinics the weights cannot be told apart.")
    moved = np.linalg.solve(gram, score)
    middle = np.zeros_like(gram)
    for grams, scores in _within(clusters, kept):
        residual = scores - grams @ moved
        middle += residual.T @ residual
    coefficients = clusters.coefficients.copy()
    coefficients[kept] += moved
    lost = clusters.scores[:, list(clusters.everyone)].sum() - exposures(clusters)[:, kept].sum(axis=0) @ moved
    coefficients[list(clusters.everyone)] += lost / clusters.exposure_days.sum()
    clinics = len(clusters.clinics)
    inverse = np.linalg.inv(gram)
    covariance = np.zeros((columns, columns))
    covariance[np.ix_(kept, kept)] = inverse @ middle @ inverse
    return coefficients, covariance * small_sample_factor(clinics, clusters.citizens, columns - 1 + clinics)


def _within(clusters: Clusters, kept: list[int]) -> Iterator[tuple[Floats, Floats]]:
    """Give the matrices and scores of clinics about their own means, few clinics at a time."""
    exposed, scores = exposures(clusters), clusters.scores
    level = scores[:, list(clusters.everyone)].sum(axis=1)  # Σ (D y − e x'β) of the clinic
    for some in clusters.in_chunks():
        means = exposed[some] / clusters.exposure_days[some, None]
        grams = unpacked(clusters.packed[some], clusters.columns) - exposed[some][:, :, None] * means[:, None, :]
        yield grams[:, kept][:, :, kept], (scores[some] - means * level[some, None])[:, kept]


def exposures(clusters: Clusters) -> Floats:
    """Give Σ e x of each clinic (C, columns): every citizen has one level of the term without a reference."""
    whole = (unpacked(clusters.packed[some], clusters.columns) for some in clusters.in_chunks())
    return np.concatenate([grams[:, list(clusters.everyone)].sum(axis=1) for grams in whole])
