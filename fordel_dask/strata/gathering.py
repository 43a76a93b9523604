"""How strata are found: partition after partition into one table."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.strata import gather_strata
from fordel_dask.strata.strata import Strata

Integers = NDArray[np.int64]
SLOTS_A_KEY = 2
SMALLEST = 1 << 10


class Gathering:
    """Strata of citizens who come in parts, with ``lines`` values each; the table grows with them."""

    def __init__(self, lines: int) -> None:
        self._used = 0
        self._keys = np.empty(0, np.int64)
        self._sums = np.empty((0, lines), np.int64)
        self._slots = np.empty(0, np.int32)

    def add(self, key: Integers, values: Integers) -> None:
        """Add citizens by the number of their traits; ``values`` has shape (lines, citizens)."""
        self._make_room(self._used + key.size)
        self._used = int(gather_strata(key, values, self._slots, self._keys, self._sums, self._used))

    def strata(self) -> Strata:
        """Give all strata found, ascending."""
        order = np.argsort(self._keys[: self._used])
        return Strata(self._keys[order], np.ascontiguousarray(self._sums[order].T))

    def _make_room(self, keys: int) -> None:
        """Make room for so many keys in all, twice as much as there was at least."""
        if keys <= self._keys.size:
            return
        room = 1 << (max(keys, SMALLEST) - 1).bit_length()
        known, sums = self._keys[: self._used], self._sums[: self._used]
        lines = sums.shape[1]
        self._keys, self._sums = np.empty(room, np.int64), np.zeros((room, lines), np.int64)
        self._slots = np.full(SLOTS_A_KEY * room, -1, np.int32)
        gather_strata(known, np.ascontiguousarray(sums.T), self._slots, self._keys, self._sums, 0)
