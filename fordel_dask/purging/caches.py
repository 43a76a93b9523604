"""What the program leaves outside of stores and results: compiled kernels, and scratch of commands that were killed."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fordel_dask.purging.holding import KERNELS, SCRATCH, Holding, Part, entries_below, looked_at
from fordel_dask.store.inspection import is_directory

KIND = "caches and scratch"
OF_KERNELS = re.compile(r"kernels-[0-9a-f]{16}/.+")
PREFIXES = {"fordel-kernels-": KERNELS, "fordel-check-": SCRATCH, "fordel-selftest-": SCRATCH}
"""How names of temporary directories begin, and what these hold."""

AT_WORK_SECONDS = 3600.0
"""A command that has touched nothing in its scratch for so long has ended: it writes there all the time."""


def find_caches() -> Holding:
    """Give compiled kernels of this user, and scratch that no command has touched for an hour.

    A younger one is told as not ours to delete: a check may be at work in it.
    """
    parts: list[Part] = []
    strangers: list[Path] = []
    for folder in _homes_of_kernels():
        found, others = looked_at(folder, [(KERNELS, lambda name: OF_KERNELS.fullmatch(name) is not None)])
        parts, strangers = [*parts, *found], [*strangers, *others]
    for root, holds in _temporary():
        if holds == SCRATCH and _touched(root) > time.time() - AT_WORK_SECONDS:
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


def _is_own(path: Path) -> bool:
    """Tell whether a path is a directory of this user, and no link to one."""
    return is_directory(path) and path.lstat().st_uid == os.getuid()


def _touched(root: Path) -> float:
    """Give when something in a directory was written last."""
    return max([root.lstat().st_mtime, *((root / entry.name).lstat().st_mtime for entry in entries_below(root))])
