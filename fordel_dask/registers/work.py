"""The work directory of an ingest: finished work by name, so that a restart skips it."""

import functools
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from fordel_dask.errors import DamagedWorkError, FordelError, PlanError, SpaceError
from fordel_dask.graph.program import program_hash
from fordel_dask.store.publishing import NO_SPACE, appearing

T = TypeVar("T")
R = TypeVar("R")
NO_MEMORY = (
    "There was not enough memory. Give --memory less than there is, or fewer --threads or --workers, "
    "and start the same command again."
)
DELIVERY_ERRORS = range(10, 20)


def name_of(*facts: Any) -> str:
    """Give the name of a piece of work: a hash of the program and of everything it depends on.

    So work of another version is not taken up.
    """
    text = json.dumps([program_hash(), *facts], default=_as_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _as_plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def file_state(path: Path) -> tuple[str, int, int]:
    """Give what tells that a file is still the same: path, bytes, time of change."""
    state = path.stat()
    return str(path.resolve()), state.st_size, state.st_mtime_ns


def is_of_delivery(error: FordelError) -> bool:
    """Tell whether the delivery is at fault, and not the machine or the program."""
    return error.exit_code in DELIVERY_ERRORS and not isinstance(error, DamagedWorkError)


def stamp_of(path: Path) -> tuple[int, int]:
    """Give what changes when a file is written anew: a process that lives on must not take what it knew of it."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_ino


def finished(side: Path) -> dict[str, Any] | None:
    """Give the summary that finished work left, or None if there is none, or not as it was written."""
    try:
        seal, _, content = side.read_bytes().partition(b"\n")
    except OSError:
        return None
    if seal != _seal_of(side, content):
        return None
    summary: dict[str, Any] = json.loads(content)
    return summary


def content_of(path: Path) -> dict[str, Any]:
    """Give what was written into a file of the work directory.

    Raises
    ------
    DamagedWorkError
        It is not there, or not as it was written.
    """
    content = finished(path)
    if content is None:
        raise damaged(path, path)
    return content


def damaged(file: Path, side: Path | None = None) -> DamagedWorkError:
    """Give the error for a damaged file, and forget by its ``side`` that the work was finished: it is made anew."""
    if side is not None:
        side.unlink(missing_ok=True)
    return DamagedWorkError(
        f"{file.name} in {file.parent.name} is missing or not what was written there a while ago. The disk or the "
        f"memory of this machine may be failing. Start the same command again: what is damaged is made anew."
    )


def write_json(path: Path, content: Any) -> Path:
    """Write a file of the work directory, sealed by the hash of its name and content, whole or not at all."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    with appearing(path) as begun:
        begun.write_bytes(_seal_of(path, text) + b"\n" + text)
    return path


def _seal_of(path: Path, content: bytes) -> bytes:
    return hashlib.sha256(path.name.encode() + b"\n" + content).hexdigest().encode()


def task(function: Callable[[T], R]) -> Callable[[T], R]:
    """Let a task fail with errors of ours only, raised where no foreign text is attached."""

    @functools.wraps(function)
    def guarded(item: T) -> R:
        try:
            return function(item)
        except FordelError:
            raise
        except OSError as error:
            failure: FordelError = space_error(error.errno)
        except MemoryError:
            failure = PlanError(NO_MEMORY)
        except Exception as error:
            failure = FordelError(f"Internal error in {function.__name__}: {_place(error)}. Please report it.")
        raise failure

    return guarded


def space_error(number: int | None) -> SpaceError:
    """Give the error for a place that could not be written or read, by its error number."""
    if number in NO_SPACE or number is None:  # NumPy gives no number when not all of an array could be written
        return SpaceError("The disk of the store is full. Free some space and start the same command again.")
    return SpaceError(
        f"The store or its work directory cannot be written ({os.strerror(number)}). "
        f"Check the permissions of the directory that is to hold the store, and start again."
    )


def _place(error: Exception) -> str:
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "unknown place"
    return f"{type(error).__name__} at {where}"
