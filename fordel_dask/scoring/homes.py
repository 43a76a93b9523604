"""Homes: where citizens live, as finely as the correction for life expectancy tells places apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.privacy import redacted
from fordel_dask.scoring.planning_places import PlanningPlaces
from fordel_dask.strata import CITIZENS, Strata

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Homes:
    """Municipalities, or (``places``) the planning places that divide them.

    ``municipalities`` is the number of municipalities.
    """

    municipalities: int
    places: PlanningPlaces | None = None

    @property
    def number(self) -> int:
        """How many homes there are."""
        return self.places.places if self.places else self.municipalities

    def municipality(self) -> Integers:
        """Give the municipality of each home."""
        return self.places.homes() if self.places else np.arange(self.municipalities)

    def of_places(self, places: PlanningPlaces) -> Integers:
        """Give the home of each planning place."""
        return np.arange(places.places) if self.places else places.homes()


@redacted
@dataclass(frozen=True)
class HomeCells:
    """Citizens by home and cell: those pairs that somebody is in, ascending.

    ``home``, ``cell``, ``citizens`` and ``municipality`` have shape (pairs); ``of_stratum`` is each stratum's pair.
    """

    home: Integers
    cell: Integers
    citizens: Integers
    municipality: Integers
    of_stratum: Integers
    cells: int

    def find(self, home: Integers, cell: Integers) -> Integers:
        """Give the pairs of homes and cells that are known to be there."""
        return np.searchsorted(self.home * self.cells + self.cell, home * self.cells + cell)

    def by_cell(self) -> Integers:
        """Give citizens by cell."""
        return np.asarray(np.bincount(self.cell, self.citizens, self.cells).astype(np.int64))


def home_cells(strata: Strata, shape: tuple[int, int, int], homes: Homes) -> HomeCells:
    """Find the pairs of home and cell; ``shape`` is clinics + 1, homes and cells."""
    _, home, cell = strata.traits(shape)
    pairs, of_stratum = np.unique(home * shape[2] + cell, return_inverse=True)
    citizens = np.zeros(pairs.size, np.int64)
    np.add.at(citizens, of_stratum, strata.sums[CITIZENS])
    own, cells = np.divmod(pairs, shape[2])
    return HomeCells(own, cells, citizens, homes.municipality()[own], of_stratum, shape[2])
