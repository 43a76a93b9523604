"""Who is weighed, as sums: coefficients become weighted citizens by clinic and municipality, many sets at a time."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask.privacy import redacted
from fordel_dask.uncertainty.clusters import Floats, Integers


@redacted
@dataclass(frozen=True)
class Weighed:
    """What sets of coefficients give, a row for each set.

    ``mean_raw`` r̄ in øre a year (sets); ``clinics`` Σ w of each clinic's patients (sets, clinics); ``areas`` Σ w of
    each municipality's citizens, projected if there is a projection (sets, municipalities).
    """

    mean_raw: Floats
    clinics: Floats
    areas: Floats


@redacted
@dataclass(frozen=True)
class Population:
    """Citizens of group 1 by what decides their weight; a line of each array is one municipality, clinic and cell.

    ``clinic`` (−1 for none), ``home`` and ``cell`` are positions, ``citizens`` how many; ``dummies`` (cells, columns)
    those of the estimated columns; ``factors`` q by municipality; ``projected`` (municipalities, cells) the citizens
    expected at the year's end, as many as there are without a projection.
    """

    clinic: Integers
    home: Integers
    cell: Integers
    citizens: Integers
    clinics: int
    dummies: Integers
    factors: Floats
    projected: Floats

    def weigh(self, coefficients: Floats) -> Weighed:
        """Give what each set of coefficients, shape (sets, columns) in øre a year, makes of the citizens.

        A set that predicts nothing for anybody has no weights: its figures are no numbers (NaN).
        """
        predicted = coefficients @ self.dummies.T
        raw = np.maximum(predicted, 0.0)
        by_cell = np.bincount(self.cell, self.citizens, len(self.dummies))
        corrected = np.bincount(self.cell, self._corrected, len(self.dummies))
        total = raw @ corrected
        scale = np.divide(self.citizens.sum(), total, out=np.full_like(total, np.nan), where=total > 0)
        return Weighed(
            mean_raw=np.where(total > 0, raw @ by_cell / self.citizens.sum(), np.nan),
            clinics=self._by_clinic(coefficients, predicted) * scale[:, None],
            areas=raw @ (self.projected * self.factors[:, None]).T * scale[:, None],
        )

    @functools.cached_property
    def _exposed(self) -> Floats:
        """Σ q x of the patients of each clinic (clinics, columns)."""
        known, columns = self.clinic >= 0, self.dummies.shape[1]
        clinic, amount, cell = self.clinic[known], self._corrected[known], self.cell[known]
        exposed = np.empty((self.clinics, columns))
        for column in range(columns):
            has = self.dummies[cell, column] == 1
            exposed[:, column] = np.bincount(clinic[has], amount[has], self.clinics)
        return exposed

    @functools.cached_property
    def _corrected(self) -> Floats:
        return np.asarray(self.citizens * self.factors[self.home])

    def _by_clinic(self, coefficients: Floats, predicted: Floats) -> Floats:
        """Give Σ r q by clinic: by dummies, and in cells that some set puts below nothing what is lifted to nothing."""
        sums = coefficients @ self._exposed.T
        for cell in np.flatnonzero((predicted < 0).any(axis=0)):
            here = (self.cell == cell) & (self.clinic >= 0)
            patients = np.bincount(self.clinic[here], self._corrected[here], self.clinics)
            sums += np.outer(np.maximum(-predicted[:, cell], 0.0), patients)
        return np.asarray(sums)
