"""Where a check works: a private directory outside the delivery, gone when it ends, however it ends."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fordel_dask.errors import SpaceError
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.place import Place
from fordel_dask.store.publishing import private_directory

TRIES, PAUSE_SECONDS = 5, 0.5


@contextlib.contextmanager
def scratch() -> Iterator[Place]:
    """Open a private directory under TMPDIR for the lookup of persons and for dealt rows, and remove it at the end.

    Raises
    ------
    SpaceError
        It cannot be made or written.
    """
    directory: Path | None = None
    failed = False
    try:
        directory = Path(tempfile.mkdtemp(prefix="fordel-check-"))
        place = Place(directory / "check")
        for part in (place.work, place.new_store, place.keys, place.lookup, place.setting_aside):
            private_directory(part)
        yield place
    except (OSError, SpaceError):
        failed = True
    finally:
        forget_lookups()
        if directory:
            _remove(directory)
    if failed:
        raise SpaceError(
            f"The temporary directory {tempfile.gettempdir()} is full or cannot be written. A check writes rows "
            f"there while it runs, at most as much as the delivery holds; name a larger place in TMPDIR."
        )


def _remove(directory: Path) -> None:
    """Remove a directory, though a task of a cluster that nobody waits for any more may still write into it."""
    for _ in range(TRIES):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(PAUSE_SECONDS)
