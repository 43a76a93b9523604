"""The estimation sample as sums by cell (model section 5.1)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.tallies import SQUARE_LIMB, tally_sample
from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]


@redacted
@dataclass(frozen=True)
class SampleSums:
    """Sums over the estimation sample by cell, whole numbers.

    ``sums`` has shape (8, cells): see :func:`fordel_dask.kernels.tallies.tally_sample`.
    Exposure is in days, fees in øre.
    """

    sums: Integers

    def __add__(self, other: "SampleSums") -> "SampleSums":
        return SampleSums(self.sums + other.sums)

    @property
    def citizens(self) -> Integers:
        """Citizens of the sample by cell."""
        return np.asarray(self.sums[0])

    @property
    def exposure_days(self) -> Integers:
        """Σ e by cell."""
        return np.asarray(self.sums[1])

    @property
    def fee_oere(self) -> Integers:
        """Σ y by cell."""
        return np.asarray(self.sums[2])

    def squares(self, cell: int) -> tuple[int, int, int]:
        """Give Σ e², Σ e·y and Σ y² of a cell, exact."""
        _, _, _, ee, ey, high, mixed, low = map(int, self.sums[:, cell])
        return ee, ey, (high << 2 * SQUARE_LIMB) + (mixed << SQUARE_LIMB + 1) + low


def sample_of(
    cells: int, cell: Integers, exposure: Integers, fee: Integers, in_sample: NDArray[np.bool_]
) -> SampleSums:
    """Sum the citizens of the sample in one partition by cell."""
    sums = np.zeros((8, cells), dtype=np.int64)
    tally_sample(cell, exposure, fee, in_sample, sums)
    return SampleSums(sums)
