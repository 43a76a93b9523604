"""The one compile setting, and the private directory that compiled kernels live in."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

__all__ = ["cache_directory", "is_on_network", "kernel", "numba"]

F = TypeVar("F", bound=Callable[..., Any])
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "glusterfs", "sshfs", "afs", "9p"}
)


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def cache_directory() -> Path:
    """Give the private directory of compiled kernels, named by the hash of their sources.

    Numba does not notice a change in another file, and its cache files are pickles:
    hence one directory for each state of the sources, open to its owner only. It lies on this machine:
    where the home is on a network, in the directory for temporary files. Where neither
    can be written, kernels are compiled anew into a temporary directory.
    """
    asked = os.environ.get("XDG_CACHE_HOME")
    home = Path(asked or Path("~/.cache").expanduser())
    ours = home / "fordel_dask"
    if not asked and is_on_network(home, _mounts()):
        ours = Path(tempfile.gettempdir()) / f"fordel-{os.getuid()}"
    directory = ours / f"kernels-{_sources_hash()}"
    if _make_private(ours) and _make_private(directory) and os.access(directory, os.W_OK):
        return directory
    return Path(tempfile.mkdtemp(prefix="fordel-kernels-"))


def _make_private(folder: Path) -> bool:
    """Make a directory open to its owner only; tells whether it is one, and is ours."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
            return False
        folder.chmod(0o700)
    except OSError:
        return False
    return True


def is_on_network(path: Path, mounts: str) -> bool:
    """Tell whether a path lies on a network file system, by a table of mounts as Linux gives it."""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, system, *_ = [*line.split(" "), "", "", ""]
        if path.is_relative_to(point or "?") and len(point) >= len(best):
            best, kind = point, system
    return kind.removeprefix("fuse.") in NETWORK_FILE_SYSTEMS


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_directory()))

import numba  # noqa: E402  (the cache directory must be known before)


def kernel(function: F) -> F:
    """Compile ``function`` for one thread, without the GIL.

    Threads and processes belong to the executor. ``parallel=True`` aborts a process when
    two threads meet in it (numba issue 9288).
    """
    return cast(F, numba.njit(nogil=True, cache=True, fastmath=False)(function))
