"""Room 4, the other estimators: log link, clinics' own levels, trees; by binary floats, rounded to 10⁻⁶."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .model import ESTIMATION, ReferenceError
from .rounding import MICRO
from .terms import Term, cells_of

Floats = NDArray[np.float64]
MOST_ROUNDS, CONVERGED = 500, 1e-12
TREES = 200
OERE = 100  # in a krone


def annual_fees(sample: pd.DataFrame, days: int) -> tuple[Floats, Floats]:
    """Give each citizen's fee in kroner for a whole year, and the share of the year that it was seen."""
    share = sample["exposure"].to_numpy(float) / days
    return sample["fee"].to_numpy(float) / OERE / share, share


def dummy_matrix(rows: list[list[int]], size: int) -> Floats:
    """Give a row a citizen, 1 in the columns of its levels."""
    matrix = np.zeros((len(rows), size))
    for row, ones in zip(matrix, rows, strict=True):
        row[ones] = 1
    return matrix


def micro(values: Iterable[float]) -> list[int]:
    """Round floats to whole 10⁻⁶."""
    return [round(float(value) * MICRO) for value in values]


def log_link(x: Floats, y: Floats, weight: Floats, power: float) -> Floats:
    """Give β of log E(y) = x'β with variance E(y)^power (1: Poisson), by iterated least squares."""
    beta = np.zeros(x.shape[1])
    expected = np.full(len(y), np.average(y, weights=weight))
    for _ in range(MOST_ROUNDS):
        importance = np.sqrt(weight * expected ** (2 - power))
        working = np.log(expected) + (y - expected) / expected
        solution, _, rank, _ = np.linalg.lstsq(x * importance[:, None], working * importance, rcond=None)
        step = np.abs(solution - beta).max()
        beta = solution
        if rank == len(beta) and step <= CONVERGED * max(np.abs(beta).max(), 1):
            return beta
        expected = np.exp(x @ beta)
    raise ReferenceError(ESTIMATION, "the estimate with a log link does not settle")


def within_clinics(x: Floats, y: Floats, weight: Floats, clinics: pd.Series, ages: int) -> tuple[Floats, Floats]:
    """Give β within clinics, and standard errors by clinic: what a clinic's patients cost more than their like is its.

    Everybody has one of the first ``ages`` columns; their common height is such that the sample costs what it costs.
    The first of them has no standard error (0): the others are told by their differences to it.
    """
    own = [list(rows) for rows in pd.Series(range(len(y))).groupby(clinics.to_numpy()).groups.values()]
    differing, fees = x[:, 1:].copy(), y.copy()
    for rows in own:
        differing[rows] -= np.average(differing[rows], axis=0, weights=weight[rows])
        fees[rows] -= np.average(fees[rows], weights=weight[rows])
    root = np.sqrt(weight)
    effects, _, rank, _ = np.linalg.lstsq(differing * root[:, None], fees * root, rcond=None)
    if rank < len(effects):
        raise ReferenceError(ESTIMATION, "linearly dependent within clinics")
    beta = np.concatenate([[0.0], effects])
    beta[:ages] += np.average(y - x @ beta, weights=weight)
    scores = differing * (weight * (fees - differing @ effects))[:, None]
    by_clinic = np.array([scores[rows].sum(axis=0) for rows in own])
    inverse = np.linalg.inv(differing.T @ (differing * weight[:, None]))
    known = len(effects) + len(own)  # effects and levels of clinics
    if len(y) <= known:
        raise ReferenceError(ESTIMATION, "no more citizens than effects and clinics")
    factor = len(own) / (len(own) - 1) * (len(y) - 1) / (len(y) - known)
    errors = np.sqrt(factor * np.diag(inverse @ by_clinic.T @ by_clinic @ inverse))
    return beta, np.concatenate([[0.0], errors])


def boosted(sample: pd.DataFrame, citizens: pd.DataFrame, terms: list[Term], days: int) -> dict[tuple[str, ...], int]:
    """Give what trees expect of each cell there is, in 10⁻⁶ kroner a year; features are positions of levels."""
    from sklearn.ensemble import GradientBoostingRegressor

    sums: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    money = zip(sample["exposure"].tolist(), sample["fee"].tolist(), strict=True)
    for cell, (exposure, fee) in zip(cells_of(sample, terms), money, strict=True):
        sums[positions_of(cell, terms)][0] += exposure
        sums[positions_of(cell, terms)][1] += fee
    seen = sorted(sums)
    exposed, fees = np.array([sums[cell] for cell in seen], float).T
    trees = GradientBoostingRegressor(random_state=0, n_estimators=TREES, subsample=1.0)
    trees.fit(np.array(seen, float), fees / OERE / (exposed / days), sample_weight=exposed / days)
    cells = sorted(set(cells_of(citizens, terms)))
    expected = trees.predict(np.array([positions_of(cell, terms) for cell in cells], float))
    return dict(zip(cells, micro(expected), strict=True))


def positions_of(cell: tuple[str, ...], terms: list[Term]) -> tuple[int, ...]:
    """Give the position of each level among the levels of its term, the reference level first."""
    return tuple(
        term.levels.index(level) + (term.reference is not None) if level else 0
        for level, term in zip(cell, terms, strict=True)
    )
