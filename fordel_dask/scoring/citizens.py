"""How many citizens there are, by home, cell and clinic, before any weight is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.privacy import redacted
from fordel_dask.scoring.homes import HomeCells, Homes, home_cells
from fordel_dask.strata import CITIZENS, Strata

Integers = NDArray[np.int64]


@redacted
@dataclass(frozen=True)
class CitizenCounts:
    """Counts of the citizens counted; the first row of a clinic axis is for those without a clinic.

    ``by_home`` by home and cell, ``by_clinic`` (clinics + 1, municipalities of residence), ``sample`` (clinics + 1),
    and ``persons`` (municipalities), everybody in the population extract.
    """

    by_home: HomeCells
    by_clinic: Integers
    sample: Integers
    persons: Integers

    @property
    def citizens(self) -> int:
        """N: all citizens counted."""
        return int(self.by_clinic.sum())

    @property
    def by_municipality(self) -> Integers:
        """Citizens of each municipality."""
        return np.asarray(self.by_clinic.sum(axis=0))


def count_citizens(
    strata: Strata, shape: tuple[int, int, int], homes: Homes, sample: Integers, persons: Integers
) -> CitizenCounts:
    """Count the citizens of strata by area and clinic.

    ``shape`` is clinics + 1, homes and cells; ``sample`` that by clinic, ``persons`` everybody by municipality.
    """
    clinic, home, _ = strata.traits(shape)
    municipality = homes.municipality()[home]
    return CitizenCounts(
        home_cells(strata, shape, homes),
        sums_of_pairs(clinic, municipality, strata.sums[CITIZENS], (shape[0], homes.municipalities)),
        sample,
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
