"""Weighted sums that leave beside the counts: how far each may move before anything shown of it changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.privacy import redacted

Floats = NDArray[np.float64]


@redacted
@dataclass(frozen=True)
class Figure:
    """Weighted citizens of the rows of a block by one model: a sum over levels of weight × count × factor.

    Attributes
    ----------
    name
        The model.
    weights
        By term of the block, the weight of each level (0 for the reference), in citizens.
    spread
        By term, how much more or less than by ``weights`` an exchanged citizen may weigh at most, where the model
        groups the trait otherwise than the block; 0 where it does not.
    factor
        By row, the largest factor of life expectancy that a weight is multiplied with.
    sums, group_sums
        Weighted citizens by row and by group.
    low, high
        By row: between these (both excluded) every whole number that the law makes of the sum stays as it is, and
        so does what earlier releases told of it. Infinite where there is none.
    group_low, group_high
        The same by group.
    bounded
        Whether the factors are not known: a weight is multiplied with something between 0 and ``factor``.
    elsewhere
        Whether citizens may count in other rows than their own (need that is moved to clinics), so that an exchange
        may shift any sum by as much.
    least
        Weighted citizens below which no step is taken: where a model counts other citizens, or by other groups, its
        sums less the base's would tell of the few between the two.
    unproven
        Weighted citizens by which any row's sum may differ for traits of which no count leaves, because no exchange
        was found: several models' sums together must not tell them either.
    """

    name: str
    weights: tuple[Floats, ...]
    spread: tuple[float, ...]
    factor: Floats
    sums: Floats
    group_sums: Floats
    low: Floats
    high: Floats
    group_low: Floats
    group_high: Floats
    bounded: bool = False
    elsewhere: bool = False
    least: float = 0.0
    unproven: float = 0.0

    def shift(self, term: int, level: int, other: NDArray[np.int64] | int, moved: int) -> Floats:
        """Give by how much raw weight rises where ``moved`` citizens go from ``other`` to ``level``."""
        weight = self.weights[term]
        return np.asarray(moved * (weight[level] - weight[other]))

    def bears(self, rows: NDArray[np.int64], shifts: Floats) -> NDArray[np.bool_]:
        """Tell whether the rows' sums may be shifted so far."""
        after = self.sums[rows] + shifts
        return np.asarray((after > self.low[rows]) & (after < self.high[rows]))

    def groups_bear(self, groups: NDArray[np.int64], shifts: Floats) -> NDArray[np.bool_]:
        """Tell whether the groups' sums may be shifted so far; −1 is no group and bears all."""
        if not len(self.group_sums):
            return np.ones(np.broadcast(groups, shifts).shape, bool)
        after = self.group_sums[groups] + shifts
        inside = (after > self.group_low[groups]) & (after < self.group_high[groups])
        return np.asarray((groups < 0) | inside)
