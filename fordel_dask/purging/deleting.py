"""Deleting files by their names below a directory, never by way of a link, while no command is at work there."""

import contextlib
import functools
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fordel_dask.errors import UsageError
from fordel_dask.gathering import Faults
from fordel_dask.purging.holding import KERNELS, Holding, Part
from fordel_dask.store import FACTS
from fordel_dask.store.inspection import is_directory
from fordel_dask.store.publishing import LOCK, held_alone, sync, unread, writing

COMMAND = "fordel purge"
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Left:
    """A file that should have gone and stands there still, and why."""

    path: Path
    why: str


@contextlib.contextmanager
def held_still(holdings: Sequence[Holding]) -> Iterator[None]:
    """Hold everything that is to go, so that no run or ingest of ours is at work there.

    Raises
    ------
    UsageError
        One is; all that are busy are named. Nothing was touched.
    SpaceError
        The directory around one cannot be written.
    """
    faults = Faults()
    with contextlib.ExitStack() as stack:
        for work in dict.fromkeys(holding.work for holding in holdings if holding.work):
            faults.note(functools.partial(_hold_work, work, stack), None)
        for holding in holdings:
            if holding.kept is None:
                faults.note(functools.partial(_hold_facts, holding.place, stack), None)
        faults.refuse()
        yield


def _hold_work(work: Path, stack: contextlib.ExitStack) -> None:
    busy = f"Another command is at work in {work.name}. Nothing was touched; wait for it to end."
    with writing(f"The directory around {work.name}"):
        stack.enter_context(held_alone(work, COMMAND, busy))


def _hold_facts(store: Path, stack: contextlib.ExitStack) -> None:
    facts = store / FACTS
    sets = [path for path in sorted(facts.iterdir()) if is_directory(path)] if is_directory(facts) else []
    if not all(stack.enter_context(unread(path)) for path in sets if (path / LOCK).is_file()):
        raise UsageError(f"A run is reading {store.name}. Nothing was touched; wait for it to end, or stop it.")


def refuse_changed(shown: Sequence[Holding], now: Sequence[Holding]) -> None:
    """Refuse to delete anything else than what was shown.

    Raises
    ------
    UsageError
        Files have come or gone since, or are others.
    """
    if _content(shown) != _content(now):
        raise UsageError(
            "What is there has changed since it was shown, so nothing was deleted. Start the same command again."
        )


def _content(holdings: Sequence[Holding]) -> set[tuple[Path, str, int]]:
    """Give the files that go, but locks: holding a place makes one."""
    parts = [part for holding in holdings for part in holding.parts]
    return {(part.root, entry.name, entry.size) for part in parts for entry in part.entries if entry.name != LOCK}


def delete(holdings: Sequence[Holding], report: Report | None = None) -> list[Left]:
    """Delete the files of all parts, and the directories that are empty then; gives what stands there still."""
    parts = [part for holding in holdings for part in holding.parts]
    files, done, left = sum(len(part.files) for part in parts), 0, list[Left]()
    for part in parts:
        left += _delete_files(part)
        if part.holds != KERNELS:  # a run at work may want to keep a kernel there
            _remove_empty(part)
        done += len(part.files)
        if report:
            report(done, files)
    return left


def _delete_files(part: Part) -> list[Left]:
    left = []
    for name in _last_of_all(part.files):
        why = _delete_one(part.root, name)
        if why:
            left.append(Left(part.root / name, why))
    return left


def _last_of_all(names: Sequence[str]) -> list[str]:
    """Put the lock of a work directory and the manifest of a directory at the end: by them it is known again."""
    return sorted(names, key=lambda name: name in {"manifest.json", LOCK})


def _delete_one(root: Path, name: str) -> str | None:
    """Delete one ordinary file; gives why it could not be, None if it is gone."""
    *steps, last = PurePosixPath(name).parts
    try:
        with contextlib.ExitStack() as stack:
            directory = _opened(stack, root, None)
            for step in steps:
                directory = _opened(stack, step, directory)
            if not stat.S_ISREG(os.stat(last, dir_fd=directory, follow_symlinks=False).st_mode):
                return "is no ordinary file any more"
            os.unlink(last, dir_fd=directory)
    except FileNotFoundError:
        return None
    except OSError as error:
        return (os.strerror(error.errno) if error.errno else "the file system refused").lower()
    return None


def _opened(stack: contextlib.ExitStack, name: Path | str, within: int | None) -> int:
    handle = os.open(name, DIRECTORY, dir_fd=within)
    stack.callback(os.close, handle)
    return handle


def _remove_empty(part: Part) -> None:
    """Remove the directories that held the files of a part, if nothing else is in them, and make that durable."""
    for directory, _, _ in os.walk(part.root, topdown=False):
        with contextlib.suppress(OSError):
            Path(directory).rmdir()
    with contextlib.suppress(OSError):
        sync(part.root if part.root.exists() else part.root.parent)
