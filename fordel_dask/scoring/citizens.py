"""How many citizens there are, by municipality, cell and clinic, before any weight is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.model.design import Design

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

    def __add__(self, other: "CitizenCounts") -> "CitizenCounts":
        return CitizenCounts(
            self.by_cell + other.by_cell,
            self.by_clinic + other.by_clinic,
            self.by_column + other.by_column,
            self.sample + other.sample,
            self.persons + other.persons,
        )

    @property
    def citizens(self) -> int:
        """N: all group-1 citizens."""
        return int(self.by_cell.sum())


def count_citizens(
    shape: tuple[int, int],
    design: Design,
    citizens: tuple[Integers, Integers, Integers],
    group_1: NDArray[np.bool_],
    in_sample: NDArray[np.bool_],
) -> CitizenCounts:
    """Count the citizens of one partition; ``shape`` is clinics + 1 and municipalities, ``citizens`` is
    their clinic (0 for none), municipality and cell."""
    clinics, municipalities = shape
    clinic, municipality, cell = citizens
    own_clinic, home, own_cell = clinic[group_1], municipality[group_1], cell[group_1]
    return CitizenCounts(
        counts_of_pairs(home, own_cell, (municipalities, design.cells)),
        counts_of_pairs(own_clinic, home, (clinics, municipalities)),
        _counts_by_column(own_clinic, own_cell, clinics, design),
        np.bincount(clinic[in_sample], minlength=clinics),
        np.bincount(municipality, minlength=municipalities),
    )


def counts_of_pairs(row: Integers, column: Integers, shape: tuple[int, int]) -> Integers:
    """Count the pairs (row, column)."""
    counts: Integers = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return counts.reshape(shape)


def _counts_by_column(clinic: Integers, cell: Integers, clinics: int, design: Design) -> Integers:
    """Count dummies by clinic, term by term: −1, a term at its reference, becomes a spare first column."""
    counts = np.zeros((clinics, 1 + len(design.columns)), dtype=np.int64)
    for column_of_cell in design.columns_of_cell.T:
        counts += counts_of_pairs(clinic, 1 + column_of_cell[cell], counts.shape)
    return counts[:, 1:]
