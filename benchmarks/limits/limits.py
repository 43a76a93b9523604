"""Our pass over the registers beside what nobody can be faster than, in one process, in turns.

``python -m benchmarks.limits.limits STORE --threads 2 --pairs 3`` prints one JSON line: citizens, rows and decoded
bytes of what a pass reads, and for every pair the seconds of what :mod:`benchmarks.scale.passes` measures (``decode``,
``decode_checked``, ``pass``, ``pass_kept``), and of two limits more, on arrays that were decoded beforehand:

- ``copy``: the same bytes are copied from memory to memory;
- ``ideal``: for each row one number is added to the sum of its citizen, the least that a join by citizen can do.

The arrays are held twice: about 5 GB for six million citizens.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.passes import Bench, Job, measure_pairs, open_bench, options, rows_read
from fordel_dask.schema.prepared import TABLES

Columns = Mapping[str, NDArray[Any]]
Held = tuple[dict[str, Columns], ...]
ORDER = ("decode", "decode_checked", "copy", "ideal", "pass", "pass_kept")


@numba.njit(nogil=True)  # type: ignore[untyped-decorator]
def add_rows(citizen: NDArray[np.int32], value: NDArray[np.int64], sums: NDArray[np.int64]) -> None:
    """Add the value of each row to the sum of its citizen; unsigned indices need no test of their sign."""
    for row in range(citizen.size):
        sums[np.uint64(citizen[row])] += value[row]


@dataclass(frozen=True)
class LimitsBench(Bench):
    """The bench of the passes, with the columns that they read held in memory, and a place to copy them to."""

    held: Held
    copies: Held

    def jobs(self) -> dict[str, Callable[[], Job]]:
        """Give what is measured, by name: the passes, and the limits on decoded arrays."""
        more: dict[str, Callable[[], Job]] = {
            "copy": lambda: (self.copy, self.partitions),
            "ideal": lambda: (self.add_each_row, self.partitions),
        }
        jobs = {**super().jobs(), **more}
        return {name: jobs[name] for name in ORDER}

    def copy(self, partition: int) -> None:
        """Copy the decoded columns of one partition."""
        for table, arrays in self.held[partition].items():
            for name, array in arrays.items():
                np.copyto(self.copies[partition][table][name], array)

    def add_each_row(self, partition: int) -> NDArray[np.int64]:
        """Give, for each citizen of a partition, the sum over all rows of the last column of each table."""
        sums = np.zeros(self.store.grid.size(partition), np.int64)
        for arrays in self.held[partition].values():
            add_rows(arrays["citizen"], list(arrays.values())[-1], sums)
        return sums

    def decoded_bytes(self) -> int:
        """Give the bytes of the decoded columns of all partitions."""
        return sum(array.nbytes for tables in self.held for arrays in tables.values() for array in arrays.values())


def open_limits(root: Path, threads: int) -> LimitsBench:
    """Open a store and take what its pass reads into memory, so that no turn pays for it."""
    bench = open_bench(root, threads)
    held = tuple(decoded(bench, partition) for partition in bench.partitions)
    copies = tuple({table: written_once(arrays) for table, arrays in tables.items()} for tables in held)
    return LimitsBench(**{field.name: getattr(bench, field.name) for field in fields(bench)}, held=held, copies=copies)


def decoded(bench: Bench, partition: int) -> dict[str, Columns]:
    """Give the columns of one partition that a pass reads, by table."""
    return {
        table: {name: array.copy() for name, array in bench.store.read(TABLES[table], partition, columns).items()}
        for table, columns in bench.columns.items()
    }


def written_once(arrays: Columns) -> Columns:
    """Give arrays of the same shapes whose memory the kernel has already handed out."""
    return {name: np.full_like(array, 1) for name, array in arrays.items()}


def main() -> None:
    given = options(__doc__)
    bench = open_limits(given.store, given.threads)
    what = {
        "citizens": bench.store.grid.citizens,
        "partitions": bench.store.grid.partitions,
        "rows": rows_read(bench),
        "bytes": bench.decoded_bytes(),
    }
    print(json.dumps({**what, "pairs": measure_pairs(bench, given.pairs)}))


if __name__ == "__main__":
    main()
