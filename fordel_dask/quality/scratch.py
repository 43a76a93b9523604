"""Where a check works: a private directory outside the delivery, gone when it ends, or when the next check begins."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fordel_dask.errors import SpaceError
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.place import Place
from fordel_dask.store.publishing import held, private_directory, remove_unless_held, take_away

PREFIX = "fordel-check-"


@contextlib.contextmanager
def scratch() -> Iterator[Place]:
    """Open a private directory under TMPDIR for the lookup of persons and for dealt rows, and remove it at the end.

    Raises
    ------
    SpaceError
        It cannot be made or written.
    """
    failed = False
    _remove_left_over()
    with contextlib.ExitStack() as stack:
        try:
            directory = Path(tempfile.mkdtemp(prefix=PREFIX))
            stack.callback(take_away, directory)
            stack.callback(forget_lookups)
            with contextlib.suppress(SpaceError):  # no locks there: then nobody removes it before its time either
                stack.enter_context(held(directory))
            place = Place(directory / "check")
            for part in (place.work, place.new_store, place.keys, place.lookup, place.setting_aside):
                private_directory(part)
            yield place
        except (OSError, SpaceError):
            failed = True
    if failed:
        raise SpaceError(
            f"The temporary directory {tempfile.gettempdir()} is full or cannot be written. A check writes rows "
            f"there while it runs, at most as much as the delivery holds; name a larger place in TMPDIR."
        )


def _remove_left_over() -> None:
    """Remove what checks that were killed have left: it holds keys of persons."""
    for directory in Path(tempfile.gettempdir()).glob(f"*{PREFIX}*"):  # also while it was being removed
        with contextlib.suppress(OSError, SpaceError):
            state = directory.lstat()
            if stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid():
                remove_unless_held(directory)
