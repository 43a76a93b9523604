"""A process that holds rows of persons: no core dump, no look into it from beside, nothing told but kinds and places.

What remains is what no process can do for itself: memory that the system swaps to disk (encrypt or switch off swap),
and an administrator of the machine.
"""

import contextlib
import ctypes
import functools
import os
import resource
import sys
import threading
import warnings
from types import TracebackType
from typing import Any

from fordel_dask.privacy.logs import hide_log_values
from fordel_dask.privacy.tracebacks import WITHHELD, kind_of, traceback_text

PR_SET_DUMPABLE = 4
OWNER_ONLY = 0o077
"""The umask under which new files are 0600 and new directories 0700, whatever umask the process was started with."""


@functools.cache
def seclude() -> None:
    """Keep what this process will know of persons inside it, from now on."""
    seclude_memory()
    hide_log_values()


@functools.cache
def seclude_memory() -> None:
    """Let no dump be written, files be open to their owner only, and errors that nobody catches tell their kind only.

    Logs stay as they are: what a worker says while it joins a cluster holds no persons, and operators need it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _forbid_dumps()
    os.umask(OWNER_ONLY)
    sys.excepthook = _tell_uncaught
    threading.excepthook = _tell_thread
    sys.unraisablehook = _tell_unraisable
    warnings.showwarning = _tell_warning


def _forbid_dumps() -> None:
    """Ask Linux to dump nothing: a limit of size does not hold where dumps are piped to a program.

    No other process of the same user can then read our memory or environment either.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # no Linux: the limit must do
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _tell_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        print(traceback_text(error), end="", file=sys.stderr)


def _tell_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        print(f"A thread ended.\n{traceback_text(ended.exc_value)}", end="", file=sys.stderr)


def _tell_unraisable(ignored: Any) -> None:
    """Tell the kind of an error that Python could raise nowhere, not the object it arose in."""
    print(f"Ignored: {kind_of(ignored.exc_value or ignored.exc_type())}", file=sys.stderr)


def _tell_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    print(f"{filename}:{lineno}: {category.__name__}: ({WITHHELD})", file=file or sys.stderr)
