"""Covariances of coefficients (øre a year, squared) from sums by clinic."""

import math

import numpy as np

from fordel_dask.uncertainty.clusters import Clusters, Floats


def clustered(clusters: Clusters, small_sample: bool = True) -> Floats:
    """Give the covariance robust to whatever patients of a clinic have in common (CR0).

    ``small_sample`` multiplies by C/(C−1) · (n−1)/(n−p), as the published standard errors do.
    """
    inverse = np.linalg.inv(clusters.gram)
    middle = clusters.scores.T @ clusters.scores
    factor = small_sample_factor(len(clusters.clinics), clusters.citizens, clusters.columns) if small_sample else 1.0
    return np.asarray(factor * inverse @ middle @ inverse)


def small_sample_factor(clinics: int, citizens: int, coefficients: int) -> float:
    """Give C/(C−1) · (n−1)/(n−p); not a number where there are no more citizens than coefficients, or one clinic."""
    if clinics < 2 or citizens <= coefficients:
        return math.nan
    return clinics / (clinics - 1) * (citizens - 1) / (citizens - coefficients)


def roots(covariance: Floats) -> Floats:
    """Give the standard errors on the diagonal of a covariance; what rounding put below nothing is nothing."""
    return np.asarray(np.sqrt(np.maximum(np.diag(covariance), 0.0)))


def jackknifed(without: Floats, whole: Floats) -> Floats:
    """Give the jackknife covariance (CR3) of numbers: ``without`` (C, numbers) each clinic, ``whole`` with all."""
    moved = without - whole
    return np.asarray((len(moved) - 1) / len(moved) * moved.T @ moved)


def jackknife_errors(without: Floats, whole: Floats) -> Floats:
    """Give the jackknife standard error of each number: the root of the diagonal of :func:`jackknifed`."""
    moved = without - whole
    return np.asarray(np.sqrt((len(moved) - 1) / len(moved) * (moved * moved).sum(axis=0)))
