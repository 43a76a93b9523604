"""Coefficients other than the published ones, each from the same sums by clinic.

Coefficients are in øre a year, matrices in days. Every solution starts from the published coefficients and adds the
correction that the scores ask for, so that little is lost to rounding.
"""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.strata import unpacked
from fordel_dask.uncertainty.clusters import Clusters, Floats

NEARLY_DEPENDENT = 1e-11
"""A column of which less than this share is its own depends on the columns before it."""


def leave_one_out(clusters: Clusters) -> Floats:
    """Give the coefficients without each clinic in turn (C, columns): β + (A − A_c)⁻¹ Σ of the others' scores.

    Raises
    ------
    EstimationError
        Without some clinic, or with all of them, the coefficients can hardly be told apart.
    """
    whole, scores = clusters.gram, clusters.scores
    if is_singular(whole):
        raise EstimationError("The weights are nearly dependent: what they would be without a clinic cannot be told.")
    moved = []
    for some in clusters.in_chunks():
        left = whole - unpacked(clusters.packed[some], clusters.columns)
        lost = [n for n in range(len(left)) if is_singular(left[n])]
        if lost:
            raise EstimationError(_alone(len(lost)))
        moved.append(np.linalg.solve(left, (scores.sum(axis=0) - scores[some])[..., None])[..., 0])
    return np.asarray(clusters.coefficients + np.concatenate(moved))


def reweighted(clusters: Clusters, counts: NDArray[np.int64]) -> Floats:
    """Give the coefficients of samples in which each clinic stands so often; ``counts`` has shape (samples, C).

    A sample in which they cannot be told apart has no number (NaN) for any.
    """
    found = []
    scores = clusters.scores
    for begin in range(0, len(counts), 64):
        often = counts[begin : begin + 64].astype(np.float64)
        grams = unpacked(often @ clusters.packed, clusters.columns)
        broken = np.array([is_singular(gram) for gram in grams])
        grams[broken] = np.eye(clusters.columns)
        moved = np.linalg.solve(grams, (often @ scores)[..., None])[..., 0]
        moved[broken] = np.nan
        found.append(clusters.coefficients + moved)
    return np.concatenate(found) if found else np.empty((0, clusters.columns))


def of_some(clusters: Clusters, which: NDArray[np.bool_]) -> Floats | None:
    """Give the coefficients that some of the clinics give alone; none where they cannot be told apart."""
    gram = unpacked(clusters.packed[which].sum(axis=0), clusters.columns)
    if is_singular(gram):
        return None
    return np.asarray(clusters.coefficients + np.linalg.solve(gram, clusters.scores[which].sum(axis=0)))


def is_singular(gram: Floats) -> bool:
    """Tell whether a column of a Gram matrix depends on the others, by its pivots after scaling."""
    scale = np.sqrt(np.diagonal(gram))
    if not scale.all():
        return True
    try:
        pivots = np.diagonal(np.linalg.cholesky(gram / np.outer(scale, scale)))
    except np.linalg.LinAlgError:
        return True
    return bool((pivots**2).min() < NEARLY_DEPENDENT)


def _alone(clinics: int) -> str:
    who = "1 clinic has" if clinics == 1 else f"{clinics:,} clinics have"
    return (
        f"{who} all citizens of the estimation sample with some level, or some combination of "
        f"levels. Without those patients the weights cannot be told apart."
    )
