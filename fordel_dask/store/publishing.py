"""How a finished directory comes into its place: whole or not at all, whenever the machine stops.

What is being made stands in a private work directory beside its place, which one process at a time
holds by a lock. Files are durable before the place is given to them, and on Linux the new directory
and the one that stood there change names in one step: readers see the old one or the new one.
"""

import contextlib
import ctypes
import errno
import fcntl
import functools
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from fordel_dask.errors import SpaceError, UsageError

LOCK = "lock"
AT_WORKING_DIRECTORY, EXCHANGE = -100, 2
NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP}
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def private_directory(path: Path) -> Path:
    """Make a directory that only its owner can enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def hidden_name(path: Path) -> Path:
    """Give a new hidden name beside a path, of the same kind: a task may run twice, and another one be reading."""
    return path.with_name(f".{secrets.token_hex(8)}.{path.name}")


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Give a hidden name to write a file under, which takes its place at the end: whole or not at all."""
    begun = hidden_name(path)
    try:
        yield begun
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)  # also where both were names of one file: then replacing removes neither


@contextlib.contextmanager
def writing(what: str) -> Iterator[None]:
    """Turn what a file system refuses into an error of ours that says what could not be written.

    Raises
    ------
    SpaceError
        There is no space or no permission.
    """
    try:
        yield
    except OSError as error:
        number = error.errno
    else:
        return
    if number in NO_SPACE:
        raise SpaceError(f"{what} could not be written: the disk is full. Free some space and start again.")
    failure = os.strerror(number) if number else "the disk is full, or the file system refused"
    raise SpaceError(f"{what} could not be written: {failure}. Check space and permissions, and start again.")


def open_work(directory: Path, purpose: str, busy: str, whose_ever: bool = False) -> IO[str]:
    """Make a private work directory, or take up one that a stopped process left, and hold it until the file is closed.

    ``purpose`` stands in the lock, so that no command takes the work of another one for its own, unless it is to be
    taken ``whose_ever`` it is; ``busy`` is what to say while another process holds it.

    Raises
    ------
    UsageError
        Another process is at work there, or the directory is none of ours.
    """
    while True:
        if directory.is_symlink() or (directory.exists() and not _may_be_work(directory)):
            raise UsageError(f"{directory.name} exists and is no work of ours, and work is done there. Move it away.")
        private_directory(directory)
        try:
            lock = _locked(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:  # another process has just removed the directory
            continue
        if lock is None:
            raise UsageError(busy)
        if _is_there(lock, directory):
            break
        lock.close()
    lock.seek(0)
    written = lock.read()
    if written not in ("", purpose) and not whose_ever:
        lock.close()
        raise UsageError(f"{directory.name} holds the work of '{written}', and work is done there. Move it away.")
    if not written:
        try:
            lock.write(purpose)
            lock.flush()
        except OSError:
            if not [entry for entry in directory.iterdir() if entry.name != LOCK]:
                remove_work(directory)
            raise
    return lock


@contextlib.contextmanager
def held_alone(directory: Path, purpose: str, busy: str) -> Iterator[None]:
    """Hold a work directory, whichever command it was left by, so that no command of ours begins there meanwhile.

    It is made if it is not there, and then removed at the end.

    Raises
    ------
    UsageError
        Another process is at work there (``busy``), or the directory is none of ours.
    """
    is_new = not directory.exists()
    with open_work(directory, purpose, busy, whose_ever=True):
        try:
            yield
        finally:
            if is_new and directory.exists():
                remove_work(directory)


@contextlib.contextmanager
def unread(directory: Path) -> Iterator[bool]:
    """Hold a directory that readers hold by :func:`held` so that none of them reads it; tells whether that worked."""
    lock = _locked(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield lock is not None
    finally:
        if lock:
            lock.close()


def _may_be_work(directory: Path) -> bool:
    """Tell whether a directory has a lock of ours, or is empty: another process is just making or removing it."""
    return directory.is_dir() and ((directory / LOCK).is_file() or not any(directory.iterdir()))


def _locked(directory: Path, how: int) -> IO[str] | None:
    """Open the lock of a directory and hold it; None if another process does."""
    handle = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    lock = os.fdopen(handle, "a+", encoding="utf-8")
    try:
        fcntl.flock(lock, how)
    except BlockingIOError:
        lock.close()
        return None
    except OSError as error:
        lock.close()
        number = error.errno
    else:
        return lock
    if number in NO_LOCKS:
        raise SpaceError(
            f"The file system of {directory.parent} has no locks, so two commands at once could not be kept apart. "
            f"Mount it with them (Lustre: -o flock; NFS: version 4), or take another place."
        )
    raise OSError(number, os.strerror(number or errno.EIO))


def _is_there(lock: IO[str], directory: Path) -> bool:
    """Tell whether a lock still stands in its directory: who held it before may have removed both."""
    held = os.fstat(lock.fileno())
    try:
        there = (directory / LOCK).stat()
    except OSError:
        return False
    return (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino)


def remove_work(directory: Path) -> None:
    """Remove a work directory that this process holds; the lock goes last."""
    for entry in [entry for entry in directory.iterdir() if entry.name != LOCK]:
        remove(entry)
    with contextlib.suppress(OSError):
        (directory / LOCK).unlink()
        directory.rmdir()


def remove(path: Path) -> None:
    """Remove a file or a directory, as far as it lets itself be removed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def take_away(directory: Path) -> None:
    """Remove a directory though tasks that nobody waits for any more may still write below it.

    Under another name they do not find it, and what is written anew there does not keep it from going.
    """
    gone = hidden_name(directory)
    with contextlib.suppress(OSError):
        directory.rename(gone)
        directory = gone
    remove(directory)


@contextlib.contextmanager
def held(directory: Path) -> Iterator[None]:
    """Keep a directory, made if it is not there, from being removed while it is read; any number may hold it.

    Where a lock cannot be written nothing can be removed either, and it is not held.
    """
    lock: IO[str] | None = None
    with contextlib.suppress(OSError):
        while lock is None:
            private_directory(directory)
            lock = _locked(directory, fcntl.LOCK_SH)
            if lock and not _is_there(lock, directory):
                lock.close()
                lock = None
    try:
        yield
    finally:
        if lock:
            lock.close()


def remove_unless_held(directory: Path) -> None:
    """Remove a directory unless a process holds it, here or on another machine."""
    with contextlib.suppress(OSError):
        lock = _locked(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock:
            with lock:
                remove_work(directory)


def put_in_place(new: Path, place: Path, aside: Path) -> None:
    """Give a finished directory its place; what stood there goes by way of ``aside``.

    All three lie on one file system. A process that is killed on the way leaves the old directory
    in the place or the new one; where a file system cannot exchange two names it may leave none,
    and :func:`restore` puts the old one back.
    """
    sync_tree(new)
    shutil.rmtree(aside, ignore_errors=True)
    if not place.exists():
        new.rename(place)
    elif exchange(new, place):
        new.rename(aside)
    else:
        place.rename(aside)
        try:
            new.rename(place)
        except OSError:
            aside.rename(place)
            raise
    for directory in {place.parent, new.parent}:
        sync(directory)
    shutil.rmtree(aside, ignore_errors=True)


def restore(place: Path, aside: Path) -> None:
    """Put back what a killed process had moved aside and not yet replaced; if it had, remove it."""
    if aside.exists() and not place.exists():
        aside.rename(place)
        sync(place.parent)
    shutil.rmtree(aside, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two names on one file system change places in one step; tells whether the system can."""
    rename = _renameat2()
    if rename is None:
        return False
    names = (AT_WORKING_DIRECTORY, os.fsencode(one), AT_WORKING_DIRECTORY, os.fsencode(other))
    return bool(rename(*names, EXCHANGE) == 0)


@functools.cache
def _renameat2() -> Any:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    rename.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return rename


def sync_tree(folder: Path) -> None:
    """Make a directory and everything below it durable."""
    for directory, _, files in os.walk(folder, topdown=False):
        for file in files:
            sync(Path(directory, file))
        sync(Path(directory))


def sync(path: Path) -> None:
    """Make a file, or the names in a directory, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL or not path.is_dir():  # some file systems cannot sync directories
            raise
    finally:
        os.close(handle)
