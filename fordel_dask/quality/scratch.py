"""Where a check works: a private directory outside the delivery, gone when it ends, however it ends.

It is held by a lock that dies with its process. What a killed check left is removed by the next one that starts.
"""

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fordel_dask.errors import SpaceError
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.place import Place
from fordel_dask.store.inspection import is_directory
from fordel_dask.store.publishing import LOCK, open_work, private_directory, unread

PREFIX, PLACE = "fordel-check-", "check"
TRIES, PAUSE_SECONDS = 5, 0.5
BEGINNING_SECONDS = 60.0
"""Between making its directory and holding it a check needs an instant: so young a directory is taken for held."""


@contextlib.contextmanager
def scratch() -> Iterator[Place]:
    """Open a private directory under TMPDIR for the lookup of persons and for dealt rows, and remove it at the end.

    Raises
    ------
    SpaceError
        It cannot be made or written.
    """
    for left in abandoned():
        _remove(left)
    directory = Path(tempfile.gettempdir()) / f"{PREFIX}{secrets.token_hex(8)}"  # known before it is there
    lock: IO[str] | None = None
    failed = False
    try:
        directory.mkdir(mode=0o700)
        place = Place(directory / PLACE)
        with contextlib.suppress(SpaceError):  # a file system without locks: nobody can take it for abandoned then
            lock = open_work(place.work, "fordel check", f"Another command is at work in {directory}.")
        for part in (place.work, place.new_store, place.keys, place.lookup, place.setting_aside):
            private_directory(part)
        yield place
    except (OSError, SpaceError):
        failed = True
    finally:
        forget_lookups()
        _remove(directory)
        if lock:
            lock.close()
    if failed:
        raise SpaceError(
            f"The temporary directory {tempfile.gettempdir()} is full or cannot be written. A check writes rows "
            f"there while it runs, at most as much as the delivery holds; name a larger place in TMPDIR."
        )


def abandoned() -> list[Path]:
    """Give the directories that checks of this user have left here when they were killed: nobody holds them."""
    temporary = Path(tempfile.gettempdir())
    return [path for path in sorted(temporary.glob(f"{PREFIX}*")) if _is_abandoned(path)]


def _is_abandoned(directory: Path) -> bool:
    try:
        state, work = directory.lstat(), Place(directory / PLACE).work
        is_young = state.st_mtime > time.time() - BEGINNING_SECONDS
        if is_young or not is_directory(directory) or state.st_uid != os.getuid():
            return False
        if not (work / LOCK).exists():
            return True
        with unread(work) as is_free:
            return is_free
    except (OSError, SpaceError):
        return False


def _remove(directory: Path) -> None:
    """Remove a directory, though a task of a cluster that nobody waits for any more may still write into it."""
    for _ in range(TRIES):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(PAUSE_SECONDS)
