"""The one compile setting, and the private directory that compiled kernels live in."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def cache_directory() -> Path:
    """Give the private directory of compiled kernels, named by the hash of their sources.

    Numba does not notice a change in another file, and its cache files are pickles:
    hence one directory for each state of the sources, open to its owner only. Where no home
    can be written, kernels are compiled anew into a temporary directory.
    """
    home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    directory = Path(home) / "fordel_dask" / f"kernels-{_sources_hash()}"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        ours = directory.stat().st_uid == os.getuid() and os.access(directory, os.W_OK)
    except OSError:
        ours = False
    if not ours:
        return Path(tempfile.mkdtemp(prefix="fordel-kernels-"))
    directory.chmod(0o700)
    return directory


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_directory()))

import numba  # noqa: E402  (the cache directory must be known before)


def kernel(function: F) -> F:
    """Compile ``function`` for one thread, without the GIL.

    Threads and processes belong to the executor. ``parallel=True`` aborts a process when
    two threads meet in it (numba issue 9288).
    """
    return cast(F, numba.njit(nogil=True, cache=True, fastmath=False)(function))
