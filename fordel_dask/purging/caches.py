"""What the program leaves outside of stores and results: compiled kernels, and scratch of commands that were killed."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fordel_dask.purging.holding import KERNELS, SCRATCH, SELFTEST, Holding, Part, entries_below, looked_at
from fordel_dask.store.inspection import is_directory
from fordel_dask.store.publishing import LOCK, unread

KIND = "caches and scratch"
OF_KERNELS = re.compile(r"kernels-[0-9a-f]{16}/.+")
PREFIXES = {"fordel-kernels-": KERNELS, "fordel-selftest-": SELFTEST, "fordel-check-": SCRATCH}
"""How names of temporary directories begin, and what these hold."""

AT_WORK_SECONDS = 3600.0
"""What has no lock and was not touched for so long was left behind: a command writes there all the time."""


def find_caches() -> Holding:
    """Give compiled kernels of this user, and scratch that commands which were killed have left.

    Scratch of a command at work is told among what is not deleted.
    """
    parts: list[Part] = []
    strangers: list[Path] = []
    for folder in _homes_of_kernels():
        found, others = looked_at(folder, [(KERNELS, lambda name: OF_KERNELS.fullmatch(name) is not None)])
        parts, strangers = [*parts, *found], [*strangers, *others]
    for root, holds in _temporary():
        if holds != KERNELS and _is_in_use(root):
            strangers.append(root)
        else:
            found, others = looked_at(root, [(holds, lambda _: True)])
            parts, strangers = [*parts, *found], [*strangers, *others]
    return Holding(Path(tempfile.gettempdir()), KIND, tuple(parts), tuple(strangers))


def _homes_of_kernels() -> list[Path]:
    """Give the directories in which kernels of this user are kept, by state of their sources."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    homes = (home / "fordel_dask", Path(tempfile.gettempdir()) / f"fordel-{os.getuid()}")
    return [path for path in homes if _is_own(path)]


def _temporary() -> Iterator[tuple[Path, str]]:
    """Give the temporary directories of this user that are ours by name, and what they hold."""
    for path in sorted(Path(tempfile.gettempdir()).iterdir()):
        holds = next((holds for prefix, holds in PREFIXES.items() if path.name.startswith(prefix)), None)
        if holds and _is_own(path):
            yield path, holds


def _is_in_use(scratch: Path) -> bool:
    """Tell whether a command may be at work in its scratch: it holds the lock there, or was there within the hour."""
    if (scratch / LOCK).is_file():
        with unread(scratch) as is_free:
            return not is_free
    return _touched(scratch) > time.time() - AT_WORK_SECONDS


def _is_own(path: Path) -> bool:
    """Tell whether a path is a directory of this user, and no link to one."""
    return is_directory(path) and path.lstat().st_uid == os.getuid()


def _touched(root: Path) -> float:
    """Give when something in a directory was written last."""
    return max([root.lstat().st_mtime, *((root / entry.name).lstat().st_mtime for entry in entries_below(root))])
