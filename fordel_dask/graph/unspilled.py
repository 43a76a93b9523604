"""Workers that others have started keep our results in memory: sums of strata are nearly persons."""

import functools
import sys
from typing import Any


def keep_in_memory(worker: Any) -> bool:
    """Let a Dask worker write nothing of ours to its scratch disk, whatever its configuration says.

    Tells whether it does so now: not where it keeps results in a store of somebody else's making.
    """
    memory = worker.memory_manager
    memory.memory_target_fraction = memory.memory_spill_fraction = False
    if not isinstance(memory.data, dict):
        try:
            memory.data.n = sys.maxsize  # a buffer that spills: of so many bytes in memory, it never has to
        except AttributeError:
            return False
    return True


@functools.cache
def keep_in_memory_here() -> None:
    """Do so for the worker that this task runs in, if it is one: also for one that joined after the preflight."""
    distributed = sys.modules.get("distributed")
    if distributed is not None:
        try:
            worker = distributed.get_worker()
        except ValueError:  # no worker
            return
        keep_in_memory(worker)
