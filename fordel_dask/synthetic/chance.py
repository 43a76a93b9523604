"""Draws from tables of probabilities, and the array types of this room."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Chance: TypeAlias = np.random.Generator


def draw(rng: Chance, weights: Floats, size: int) -> Ints:
    """Draw ``size`` positions in proportion to ``weights``."""
    cumulative = np.cumsum(weights)
    found = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    return np.asarray(np.minimum(found, weights.size - 1), dtype=np.int64)


def cumulated(table: Floats) -> Floats:
    """Give a table of weights by row as shares cumulated along each row, the last exactly 1."""
    shares = np.cumsum(table, axis=1)
    shares /= shares[:, -1:]
    return shares


def draw_by_row(rng: Chance, shares: Floats, row: Ints) -> Ints:
    """Draw for each element one column of its own ``row`` of cumulated ``shares``."""
    rows, columns = shares.shape
    ladder = (shares + np.arange(rows)[:, None]).ravel()
    found = np.searchsorted(ladder, row + rng.random(row.size), side="right")
    return np.asarray(np.clip(found - row * columns, 0, columns - 1), dtype=np.int64)


def happens(rng: Chance, probability: Floats | float, size: int) -> Flags:
    """Let an event of this probability happen or not, for each of ``size``."""
    return np.asarray(rng.random(size) < probability, dtype=np.bool_)


def day_between(rng: Chance, first: Ints | int, end: Ints | int, size: int) -> Ints:
    """Draw a day from ``first`` up to and not including ``end`` (``first`` itself if nothing lies between)."""
    width = np.maximum(np.asarray(end) - np.asarray(first), 1)
    return np.asarray(first + np.floor(rng.random(size) * width), dtype=np.int64)


def some(rng: Chance, size: int, share: float) -> Ints:
    """Pick about this share of ``size`` rows, each at most once, in rising order."""
    return np.flatnonzero(rng.random(size) < share)
