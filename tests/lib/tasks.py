"""Tasks for the executors: what they work on, and ways to go wrong. Workers import this module."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from fordel_dask.errors import CoverageError

SECRET = "0101011234"  # stands for a person key in the text of an exception


@dataclass(frozen=True)
class Part:
    """A task that works on one partition; ``note`` is what may not be told of it."""

    partition: int
    note: str = SECRET


@dataclass(frozen=True)
class Parts:
    """A task that works on several."""

    partitions: tuple[int, ...]


@dataclass(frozen=True)
class Word:
    """Something whose sum shows in which order it was added."""

    text: str

    def __add__(self, other):
        return Word(self.text + other.text)


def word(number):
    return Word(f"{number};")


def square(number):
    return number * number


def refuse_from_seven(number):
    if number >= 7:
        raise CoverageError(f"refused {number}")
    time.sleep(0.05)
    return number


def bug(part):
    raise KeyError(part.note)


def no_memory(part):
    raise MemoryError(part.note)


def die_at_five(part):
    """Kill the worker that meets partition 5."""
    if part.partition == 5:
        os._exit(1)
    return part.partition


def sleep(seconds):
    time.sleep(seconds)
    return os.getpid()


def touch_and_sleep(file):
    """Show that a task is under way, then take long."""
    Path(file).touch()
    time.sleep(600)


def heavy_modules(_):
    return sorted(name for name in sys.modules if name in ("sklearn", "dask.dataframe"))
