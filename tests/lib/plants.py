"""A library that fails in a task and says a person's values in every way it can; started in the place of ``fordel``.

``PLANTED`` names the exception it raises, ``UNPROTECTED`` takes away what keeps such texts in, so that a search
can be seen to find them. Workers import this module too: by a preload, or as the program that started them.
"""

import ctypes
import gc
import logging
import os
import threading
import warnings

import numba
import pandas as pd
import pyarrow as pa

from fordel_dask.facts import derive
from fordel_dask.registers import people
from tests.lib.canaries import KEYS, ORIGIN

UNPROTECTED_WORDS = {f"row of {KEYS[0]}", f"strange value {KEYS[0]}", f"ValueError: {KEYS[0]}"}
"""What a terminal shows where nothing keeps it in."""
ABORTED = "aborted"
"""Instead of an exception: the process dies by a signal, as by a fault of a library in C."""


class OldPanicError(BaseException):
    """What a library in Rust may raise: no ``Exception``, so that nobody's ``except Exception`` catches it."""


def _parsed():
    return pd.to_numeric(pd.Series([ORIGIN, KEYS[0]]))


def _chained():
    try:
        raise ValueError(KEYS[0])
    except ValueError as error:
        error.add_note(KEYS[1])
        raise TypeError(f"because of {KEYS[2]}") from error


EXCEPTIONS = {
    "KeyError": lambda: {}[KEYS[0]],
    "ValueError": lambda: int(f"{KEYS[0]} {ORIGIN}"),
    "UnicodeDecodeError": lambda: (KEYS[0].encode() + b"\xff").decode("utf-8"),
    "ArrowInvalid": lambda: pa.array([f"{KEYS[0]}{ORIGIN}"]).cast(pa.int64()),
    "pandas": _parsed,
    "numba": lambda: numba.njit(lambda: KEYS[0].no_such_attribute)(),  # noqa: PLW0108  it shows our file
    "OSError": lambda: open(f"/no/such/place/{KEYS[0]}"),  # noqa: PTH123, SIM115
    "MemoryError": lambda: _raised(MemoryError(KEYS[0])),
    "SystemExit": lambda: _raised(SystemExit(KEYS[0])),
    "a panic": lambda: _raised(OldPanicError(KEYS[0])),
    "a group": lambda: _raised(ExceptionGroup(KEYS[0], [ValueError(KEYS[1]), KeyError(KEYS[2])])),
    "one from another": _chained,
}


def _raised(error):
    raise error


class Unraisable:
    """Fails when it is forgotten, and holds a key."""

    def __init__(self, key):
        self.key = key

    def __repr__(self):
        return f"holds {self.key}"

    def __del__(self):
        raise ValueError(self.key)


def talk(person):
    """Say a person's values in every other way in which a library may."""
    for name in ("distributed.worker", "pyarrow", "asyncio", "some.library"):
        logger = logging.getLogger(name)
        logger.error("row of %s", person)
        logger.warning(f"row of {person}")
        try:
            raise ValueError(person)
        except ValueError:
            logger.exception("failed")
    warnings.warn(f"strange value {person}", stacklevel=1)
    thread = threading.Thread(target=_raised, args=(ValueError(person),))
    thread.start()
    thread.join()
    Unraisable(person)
    gc.collect()


def fail(*arguments):
    """Take the place of a function that tasks call."""
    person, origin = KEYS[0], ORIGIN  # as variables, which some tracebacks show
    if os.environ["PLANTED"] == ABORTED:
        ctypes.string_at(0)  # reads at address 0: SIGSEGV, as of an error in a library in C
    talk(person)
    return EXCEPTIONS[os.environ["PLANTED"]]() or origin


def unprotect():
    """Take away what keeps texts of libraries in."""
    import traceback

    from fordel_dask import cli
    from fordel_dask.graph import guarded, preload
    from fordel_dask.registers import work

    for module in (cli, guarded):
        module.seclude = lambda: None
    preload.seclude_memory = lambda: None
    cli.traceback_text = lambda error: "".join(traceback.format_exception(error))
    guarded.Guarded.__call__ = lambda self, item: self.function(item)
    work.task = lambda function: function


if "UNPROTECTED" in os.environ:
    unprotect()
if "PLANTED" in os.environ:
    people.look_up = derive.exposure_days = fail

if __name__ == "__main__":
    from fordel_dask.cli import main

    main()
