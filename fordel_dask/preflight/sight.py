"""What one process says of itself and of the files it sees; runs in workers, the scheduler and the client.

Answers are plain dictionaries: a process with another version of this package must still be understood.
"""

import hashlib
import os
import platform
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_json
from fordel_dask.graph.program import program_hash
from fordel_dask.graph.unspilled import keep_in_memory

PACKAGES = ("dask", "distributed", "numpy", "pyarrow", "numba", "click")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
Sight = dict[str, Any]


def look(landmarks: Sequence[str], dask_worker: Any = None) -> Sight:
    """Give the essentials: versions, the hash of our sources, the hash of each landmark, and whether a worker spills.

    From now on it does not, if it can be told so.

    A landmark is a file that must be the same for all, such as the manifest of a store. ``dask_worker`` is given by
    Dask where this runs in a worker, or is the scheduler.
    """
    is_worker = hasattr(dask_worker, "memory_manager")
    return {
        "host": socket.gethostname(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "executable": sys.executable,
        "packages": {name: _version(name) for name in PACKAGES},
        "fordel_dask": program_hash(),
        "landmarks": {name: _hash_or_failure(Path(name)) for name in landmarks},
        "clock": time.time(),
        "worker": {"spills": not keep_in_memory(dask_worker)} if is_worker else None,
    }


def look_closely(landmarks: Sequence[str], store: str | None, dask_worker: Any = None) -> Sight:
    """Give the essentials, and all else that a long run needs of a worker.

    ``dask_worker`` is given by Dask where this runs in a worker.
    """
    return {
        **look(landmarks),
        "machine": _machine(),
        "threads": _threads(),
        "scratch": _scratch(dask_worker.local_directory if dask_worker else tempfile.gettempdir()),
        "store": _store(Path(store)) if store else None,
        "worker": _worker(dask_worker) if dask_worker else None,
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"


def _hash_or_failure(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        return error.strerror or "unreadable"


def _machine() -> Mapping[str, Any]:
    flags = ""
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith(("flags", "Features")):
            flags = line.partition(":")[2]
            break
    return {
        "byteorder": sys.byteorder,
        "file_names": sys.getfilesystemencoding(),
        "system": platform.system(),
        "processor": platform.machine(),
        "processor_features": hashlib.sha256(" ".join(sorted(flags.split())).encode()).hexdigest()[:8],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()


def _threads() -> Mapping[str, Any]:
    import pyarrow as pa

    return {
        "pyarrow_compute": pa.cpu_count(),
        "pyarrow_reading": pa.io_thread_count(),
        **{name: os.environ.get(name, "") for name in THREAD_VARIABLES},
    }


def _scratch(folder: str) -> Mapping[str, Any]:
    try:
        return {"folder": folder, "free": shutil.disk_usage(folder).free, "writable": os.access(folder, os.W_OK)}
    except OSError:
        return {"folder": folder, "free": 0, "writable": False}


def _store(root: Path) -> Mapping[str, Any]:
    """Count the files that a manifest lists, and those that are missing or of another size as seen from here."""
    listed = bad = 0
    try:
        tables = read_json(root / "manifest.json")["tables"]
        for part in (part for parts in tables.values() for part in parts):
            listed += 1
            bad += not _has_size(root / part["file"], part["bytes"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        bad += 1
    return {"files": listed, "bad_files": bad, "writable": _takes_files(root)}


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size and os.access(path, os.R_OK)
    except OSError:
        return False


def _takes_files(folder: Path) -> bool:
    """Tell by trying whether a file can be written: rights of a network file system are known to its server only."""
    facts = folder / "facts"
    if not facts.is_dir():  # nothing may be put beside the files of a store, not even for a moment
        return os.access(folder, os.W_OK)
    try:
        with tempfile.NamedTemporaryFile(dir=facts, prefix=".preflight-"):
            return True
    except OSError:
        return False


def _worker(worker: Any) -> Mapping[str, Any]:
    from fordel_dask.graph.preload import preparation

    prepared = preparation()
    return {
        "name": str(worker.name),
        "address": worker.address,
        "threads": worker.state.nthreads,
        "memory_limit": int(worker.memory_manager.memory_limit or 0),
        "requires_encryption": bool(worker.security.require_encryption),
        "spills": _spills(worker),
        "kernels": prepared.kernels if prepared else 0,
        "kernel_seconds": round(prepared.seconds, 2) if prepared else None,
        "kernel_folder": str(prepared.folder) if prepared else None,
    }


def _spills(worker: Any) -> bool:
    """Tell whether a worker may write results to a scratch disk."""
    return bool(worker.memory_manager.memory_target_fraction or worker.memory_manager.memory_spill_fraction)
