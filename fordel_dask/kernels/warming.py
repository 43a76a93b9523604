"""Every kernel compiled, or loaded from the cache, before the first task needs it."""

import fcntl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fordel_dask.kernels.jit import numba
from fordel_dask.kernels.signatures import SIGNATURES, Signature

DONE = "warmed"


def warm_kernels() -> tuple[int, Path]:
    """Compile all kernels for the types of the tasks; gives how many, and where they are kept.

    Several processes of a machine may begin at once, and the first alone compiles: the others
    wait for it, and load.
    """
    folder = Path(numba.config.CACHE_DIR)
    if (folder / DONE).exists():
        return _compile(SIGNATURES), folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{DONE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        already = (folder / DONE).exists()
        kernels = 0 if already else _compile(SIGNATURES)
        (folder / DONE).touch()
    return (_compile(SIGNATURES) if already else kernels), folder


def _compile(signatures: Mapping[Any, Sequence[Signature]]) -> int:
    for kernel, forms in signatures.items():
        for form in forms:
            kernel.compile(form)
    return sum(map(len, signatures.values()))
