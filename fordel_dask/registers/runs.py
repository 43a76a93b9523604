"""Rows in the order of their keys, however many there are: sorted a run at a time on disk, then read range by range.

A run is as many rows as are sorted in memory at once. The ranges are cut by keys met in the runs, so that each holds
about a run's rows of all runs together; rows of one key are in one range. The files hold person keys, so they belong
into the private directory of the lookup.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fordel_dask.registers.repeated import key_order
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.work import private_directory

RUN_ROWS = 500_000
"""Rows sorted at once: 70 MB with what sorting them takes."""

SAMPLES = 1_000
"""Keys of a run that ranges may be cut at."""

Rows = npt.NDArray[np.void]
Keys = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


class SortedRuns:
    """Rows that are added in any order and given back sorted; ``by`` names the two words of the key."""

    def __init__(self, directory: Path, by: tuple[str, str], run_rows: int = RUN_ROWS) -> None:
        self._directory, self._by, self._run_rows = private_directory(directory), by, run_rows
        self._waiting: list[Columns] = []
        self._rows_waiting = self.rows = 0
        self._files: list[Path] = []
        self._samples: list[Keys] = []
        self._form: np.dtype[np.void] = np.dtype([])

    def add(self, columns: Columns) -> None:
        """Take rows; the first ones say which columns there are."""
        self._waiting.append(columns)
        self._rows_waiting += columns[self._by[0]].size
        self.rows += columns[self._by[0]].size
        if self._rows_waiting >= self._run_rows:
            self._write()

    def ranges(self) -> Iterator[Columns]:
        """Give all rows in order, about a run's rows at a time."""
        if self._rows_waiting:
            self._write()
        if not self._files:
            return
        for firsts in itertools.pairwise(zip(*self._cuts(), strict=True)):
            parts = [
                np.fromfile(file, self._form, last - first, offset=first * self._form.itemsize)
                for file, first, last in zip(self._files, *firsts, strict=True)
            ]
            rows = _in_order(np.concatenate(parts), self._by)
            yield {name: rows[name].copy() for name in self._form.names or ()}

    def _write(self) -> None:
        first = self._waiting[0]
        widest_first = sorted(first, key=lambda name: -first[name].dtype.itemsize)
        self._form = np.dtype([(name, first[name].dtype) for name in widest_first], align=True)
        rows = np.empty(self._rows_waiting, self._form)
        for name in first:
            np.concatenate([columns[name] for columns in self._waiting], out=rows[name])
        self._waiting, self._rows_waiting = [], 0
        rows = _in_order(rows, self._by)
        self._files.append(self._directory / f"run-{len(self._files):05}")
        rows.tofile(self._files[-1])
        high, low = _words(rows, self._by)
        some = np.linspace(0, rows.size - 1, min(SAMPLES, rows.size)).astype(np.int64)
        self._samples.append((high[some], low[some]))

    def _cuts(self) -> list[list[int]]:
        """Give, for each run, where every range begins, and its end."""
        high, low = (np.concatenate([sample[n] for sample in self._samples]) for n in (0, 1))
        order = np.lexsort((low, high))
        ranges = -(-self.rows // self._run_rows)
        at = order[[order.size * n // ranges for n in range(1, ranges)]]
        return [self._cuts_of(file, (high[at], low[at])) for file in self._files]

    def _cuts_of(self, file: Path, keys: Keys) -> list[int]:
        rows = np.fromfile(file, self._form)
        high, low = _words(rows, self._by)
        begin, end = (np.searchsorted(high, keys[0], side=side).tolist() for side in ("left", "right"))
        among = zip(begin, end, keys[1].tolist(), strict=True)
        return [0, *(a + int(np.searchsorted(low[a:b], word)) for a, b, word in among), rows.size]


def _in_order(rows: Rows, by: tuple[str, str]) -> Rows:
    high, low = by
    sorted_rows: Rows = rows.take(key_order(rows[high].copy(), rows[low].copy()))
    return sorted_rows


def _words(rows: Rows, by: tuple[str, str]) -> Keys:
    """Give the two words of keys as they are compared: as whole numbers with a sign."""
    high, low = by
    return rows[high].copy().view(np.int64), rows[low].copy().view(np.int64)
