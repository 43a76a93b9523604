"""What a worker does before its first task: ``dask worker --preload fordel_dask.graph.preload``.

One task has one core, so pyarrow keeps no threads of its own; and every kernel is compiled, or
loaded from the cache, once, instead of in the first tasks of every thread.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.privacy import seclude_memory

_prepared: list["Preparation"] = []


@dataclass(frozen=True)
class Preparation:
    """What was prepared: how many kernels, in how many seconds, and where they are kept."""

    kernels: int
    seconds: float
    folder: Path


def dask_setup(worker: Any) -> None:
    """Prepare this worker; Dask calls it before the worker registers with the scheduler."""
    seclude_memory()
    prepare()


def prepare() -> Preparation:
    """Prepare this process for tasks, once."""
    if not _prepared:
        import pyarrow as pa

        from fordel_dask.graph.program import program_hash
        from fordel_dask.kernels.warming import warm_kernels

        program_hash()
        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
        begun = time.perf_counter()
        kernels, folder = warm_kernels()
        _prepared.append(Preparation(kernels, time.perf_counter() - begun, folder))
    return _prepared[0]


def preparation() -> Preparation | None:
    """Give what was prepared in this process, if it was."""
    return _prepared[0] if _prepared else None
