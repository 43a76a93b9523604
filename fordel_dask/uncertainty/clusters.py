"""The estimation sample by clinic, as the estimators of this room take it: a cluster for each clinic."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.privacy import redacted
from fordel_dask.strata import ClinicSums, unpacked

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@redacted
@dataclass(frozen=True)
class Clusters:
    """Sums of the sample by clinic, and the coefficients that the whole sample gives.

    ``clinics`` are positions among the clinics of the nation (C of them); ``packed`` Σ e x x' (C, pairs of estimated
    columns) in days; ``moments`` D Σ y x (C, columns) in øre × days of the year; ``exposure_days`` (C) and
    ``fee_oere`` (C), D times too; ``patients`` (C) citizens of the sample; ``coefficients`` (columns) in øre a year.
    ``everyone`` are the columns of the one term without a reference level: they sum to 1 for everybody.
    """

    clinics: Integers
    packed: Floats
    moments: Floats
    exposure_days: Floats
    fee_oere: Floats
    patients: Integers
    coefficients: Floats
    everyone: tuple[int, ...]

    @property
    def citizens(self) -> int:
        """The n citizens of the sample."""
        return int(self.patients.sum())

    @property
    def columns(self) -> int:
        """How many coefficients there are."""
        return int(self.coefficients.size)

    @property
    def gram(self) -> Floats:
        """Σ e x x' of the whole sample."""
        return unpacked(self.packed.sum(axis=0), self.columns)

    @property
    def scores(self) -> Floats:
        """Σ (D y − e x'β) x of each clinic (C, columns): they add up to nothing."""
        return np.concatenate(
            [
                self.moments[some] - unpacked(self.packed[some], self.columns) @ self.coefficients
                for some in self.in_chunks()
            ]
        )

    def in_chunks(self, size: int = 256) -> list[slice]:
        """Give slices of few clinics, so that not all matrices are unpacked at once."""
        return [slice(begin, begin + size) for begin in range(0, len(self.packed), size)]

    def chosen(self, which: NDArray[Any], coefficients: Floats) -> "Clusters":
        """Give the clusters of some clinics, with coefficients of their own."""
        return Clusters(
            clinics=self.clinics[which],
            packed=self.packed[which],
            moments=self.moments[which],
            exposure_days=self.exposure_days[which],
            fee_oere=self.fee_oere[which],
            patients=self.patients[which],
            coefficients=coefficients,
            everyone=self.everyone,
        )


def clusters_of(sums: ClinicSums, columns: tuple[int, ...], everyone: int, micro: Integers, year_days: int) -> Clusters:
    """Give the clusters of the sample.

    ``columns`` are the estimated ones of the design, of which the first ``everyone`` columns of the design are the
    term without a reference level; ``micro`` their coefficients in 10⁻⁶ kroner.
    """
    clinics = np.flatnonzero(sums.citizens)
    width = sums.moments.shape[1]
    left, right = (np.array(columns)[axis] for axis in np.triu_indices(len(columns)))
    place = left * (2 * width - left - 1) // 2 + right
    return Clusters(
        clinics=clinics - 1,
        packed=sums.grams[np.ix_(clinics, place)].astype(np.float64),
        moments=sums.moments[clinics][:, list(columns)].astype(np.float64) * year_days,
        exposure_days=sums.exposure_days[clinics].astype(np.float64),
        fee_oere=sums.fee_oere[clinics].astype(np.float64) * year_days,
        patients=sums.citizens[clinics],
        coefficients=micro / 1e4,
        everyone=tuple(n for n, column in enumerate(columns) if column < everyone),
    )
