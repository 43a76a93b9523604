"""Strata: citizens who are alike, with their sums, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.strata import merge_strata
from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]
CITIZENS, SAMPLED, EXPOSURE_DAYS, FEE_OERE = range(4)
"""The lines of sums of citizens by clinic, municipality and cell: all of group 1; of the sample: citizens, Σ e, Σ y."""


@redacted
@dataclass(frozen=True)
class Strata:
    """Those traits that citizens have together, ascending, and sums over the citizens who have them.

    ``key`` (strata) is one number for all traits, see :func:`places_of`; ``sums`` has shape (lines, strata).
    Only traits that somebody has are there. The sum of strata is that of all their citizens, exact, in whatever
    order parts are added.
    """

    key: Integers
    sums: Integers

    def __add__(self, other: "Strata") -> "Strata":
        room = self.key.size + other.key.size
        key, sums = np.empty(room, np.int64), np.empty((len(self.sums), room), np.int64)
        strata = merge_strata(self.key, self.sums, other.key, other.sums, key, sums)
        return Strata(key[:strata].copy(), sums[:, :strata].copy())

    def traits(self, shape: Sequence[int]) -> tuple[Integers, ...]:
        """Give the traits of each stratum: the places that were made one number, of axes of these lengths."""
        return tuple(map(np.ascontiguousarray, np.unravel_index(self.key, tuple(shape))))


NOBODY = Strata(np.empty(0, np.int64), np.empty((1, 0), np.int64))
"""No strata, of one line of sums: where nobody asks for them."""


def strata_of(key: Integers, values: Integers) -> Strata:
    """Give the strata of citizens by the number of their traits; ``values`` has shape (lines, citizens)."""
    keys, place = np.unique(key, return_inverse=True)
    sums = np.zeros((len(values), keys.size), np.int64)
    for line, of_citizens in zip(sums, values, strict=True):
        np.add.at(line, place, of_citizens)
    return Strata(keys, sums)


def count_strata(key: Integers) -> Strata:
    """Give the strata of citizens by the number of their traits, with how many each has as their one line of sums."""
    keys, citizens = np.unique(key, return_counts=True)
    return Strata(keys, citizens[None].astype(np.int64))


def places_of(traits: Sequence[Integers], shape: Sequence[int]) -> Integers:
    """Give one number for places on several axes of these lengths, the last axis fastest."""
    place = traits[0].astype(np.int64)
    for trait, length in zip(traits[1:], shape[1:], strict=True):
        place *= length
        place += trait
    return place
