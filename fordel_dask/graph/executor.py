"""One way to run tasks anywhere: ``map`` a function over small items, or give the ``total`` of what it gives.

A task's arguments are numbers, paths and frozen specs, never rows: Dask writes the
arguments of failed tasks to its logs.
"""

import contextlib
import copy
import itertools
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_threads
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fordel_dask.errors import UsageError
from fordel_dask.graph.settings import PATIENCE_SECONDS

T = TypeVar("T")
R = TypeVar("R")
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Place:
    """Where work is done: threads of this process, local Dask processes, or a cluster that exists.

    ``patience`` is how many seconds a cluster may go on without a task ending before it is given up.
    """

    threads: int | None = None
    workers: int | None = None
    scheduler: str | None = None
    scheduler_file: Path | None = None
    patience: float = PATIENCE_SECONDS

    def __post_init__(self) -> None:
        if sum(bool(x) for x in (self.workers, self.scheduler, self.scheduler_file)) > 1:
            raise UsageError("Give one of --workers, --scheduler and --scheduler-file, not several.")


class Executor(Protocol):
    """Runs a pure function over items; ``width`` is how many at a time.

    ``client`` is Dask's, of a cluster whose processes may be asked; None where there are none.
    """

    width: int
    client: Any

    def map(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> list[R]:
        """Give ``function(item)`` for every item, in the order of the items.

        ``name`` is what the tasks are called; ``report(done, all)`` is called as they end.
        """
        ...

    def total(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> R:
        """Give the sum (``+``) of ``function(item)`` over at least one item, in the order of the items.

        The sum must be exact, so that it does not depend on which neighbours are added first.
        """
        ...

    def at_most(self, tasks: int) -> "Executor":
        """Give the same place with fewer tasks at a time."""
        ...


class Threads:
    """Threads of this process (the kernels and the Parquet reader release the GIL)."""

    client = None

    def __init__(self, width: int) -> None:
        self.width = width

    def map(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> list[R]:
        """Give ``function(item)`` for every item, in order; the first failure stops the rest."""
        with contextlib.closing(self._results(function, items, name, ahead=len(items))) as results:
            return [_told(result, n, len(items), report) for n, result in enumerate(results, 1)]

    def total(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> R:
        """Give the sum of ``function(item)`` in order, with at most a few results waiting to be added."""
        with contextlib.closing(self._results(function, items, name, ahead=2 * self.width)) as results:
            return reduce(add, (_told(result, n, len(items), report) for n, result in enumerate(results, 1)))

    def at_most(self, tasks: int) -> "Threads":
        """Give threads of which fewer work at a time."""
        fewer = copy.copy(self)
        fewer.width = min(self.width, tasks)
        return fewer

    def _results(
        self, function: Callable[[T], R], items: Sequence[T], name: str, ahead: int
    ) -> Generator[R, None, None]:
        """Give results in order, with at most ``ahead`` tasks begun and not yet taken."""
        if self.width == 1:
            yield from map(function, items)
            return
        with ThreadPoolExecutor(self.width, thread_name_prefix=name) as pool:
            begun: deque[Future[R]] = deque()
            try:
                for item in items:
                    if len(begun) >= ahead:
                        yield begun.popleft().result()
                    begun.append(pool.submit(function, item))
                while begun:
                    yield begun.popleft().result()
            finally:
                _drop(begun)


def _told(result: R, done: int, total: int, report: Report | None) -> R:
    if report:
        report(done, total)
    return result


def _drop(futures: Sequence[Future[Any]]) -> None:
    for future in futures:
        future.cancel()
    wait_for_threads([future for future in futures if not future.cancelled()])


def shared_out(items: Sequence[T], tasks: int) -> list[Sequence[T]]:
    """Share items among at most so many tasks: neighbours together, and to none more than one item above another."""
    shares = min(len(items), tasks)
    bounds = (len(items) * n // shares for n in range(shares + 1))
    return [items[a:b] for a, b in itertools.pairwise(bounds)]


def default_threads() -> int:
    """Give the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def open_executor(place: Place) -> Iterator[Executor]:
    """Open the place where work is done, and close it after.

    Raises
    ------
    ClusterError
        There is no such cluster, it has no workers, or it is reached over a network without TLS.
    """
    if place.workers or place.scheduler or place.scheduler_file:
        from fordel_dask.graph.cluster import open_cluster

        with open_cluster(place) as cluster:
            yield cluster
    else:
        yield Threads(place.threads or default_threads())
