"""How many citizens there are, by municipality, cell and clinic, before any weight is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.model.design import Design
from fordel_dask.strata import CITIZENS, SAMPLED, Strata

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class CitizenCounts:
    """Counts of group-1 citizens; the first row of a clinic axis is for those without a clinic.

    ``by_cell`` (municipalities, cells), ``by_clinic`` (clinics + 1, municipalities of
    residence), ``by_column`` (clinics + 1, columns), ``sample`` (clinics + 1), and
    ``persons`` (municipalities), everybody in the population extract.
    """

    by_cell: Integers
    by_clinic: Integers
    by_column: Integers
    sample: Integers
    persons: Integers

    @property
    def citizens(self) -> int:
        """N: all group-1 citizens."""
        return int(self.by_cell.sum())


def count_citizens(strata: Strata, shape: tuple[int, int], design: Design, persons: Integers) -> CitizenCounts:
    """Count the citizens of strata by area, clinic and dummy.

    ``shape`` is clinics + 1 and municipalities, ``persons`` everybody by municipality.
    """
    clinics, municipalities = shape
    clinic, home, cell = strata.traits((*shape, design.cells))
    citizens, sampled = strata.sums[CITIZENS], strata.sums[SAMPLED]
    return CitizenCounts(
        sums_of_pairs(home, cell, citizens, (municipalities, design.cells)),
        sums_of_pairs(clinic, home, citizens, shape),
        _counts_by_column(clinic, cell, citizens, clinics, design),
        sums_by(clinic, sampled, clinics),
        persons,
    )


def sums_of_pairs(row: Integers, column: Integers, value: Integers, shape: tuple[int, int]) -> Integers:
    """Sum a value by (row, column)."""
    return sums_by(row * shape[1] + column, value, shape[0] * shape[1]).reshape(shape)


def sums_by(place: Integers, value: Integers, places: int) -> Integers:
    """Sum a value by place, in whole numbers: the weights of ``bincount`` are floats, exact up to 2⁵³ only."""
    sums = np.zeros(places, dtype=np.int64)
    np.add.at(sums, place, value)
    return sums


def _counts_by_column(clinic: Integers, cell: Integers, citizens: Integers, clinics: int, design: Design) -> Integers:
    """Count dummies by clinic, term by term: −1, a term at its reference, becomes a spare first column."""
    counts = np.zeros((clinics, 1 + len(design.columns)), dtype=np.int64)
    for column_of_cell in design.columns_of_cell.T:
        counts += sums_of_pairs(clinic, 1 + column_of_cell[cell], citizens, counts.shape)
    return counts[:, 1:]
