"""How many citizens there are, by municipality, cell and clinic, before any weight is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.tallies import tally_columns, tally_pairs
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
    by_cell = np.zeros((municipalities, design.cells), dtype=np.int64)
    by_clinic = np.zeros((clinics, municipalities), dtype=np.int64)
    by_column = np.zeros((clinics, len(design.columns)), dtype=np.int64)
    tally_pairs(municipality, cell, group_1, by_cell)
    tally_pairs(clinic, municipality, group_1, by_clinic)
    tally_columns(clinic, cell, group_1, design.columns_of_cell, by_column)
    return CitizenCounts(
        by_cell,
        by_clinic,
        by_column,
        np.bincount(clinic[in_sample], minlength=clinics),
        np.bincount(municipality, minlength=municipalities),
    )
