"""One way to run tasks anywhere: ``map`` a function over small items, results in order.

A task's arguments are numbers, paths and frozen specs, never rows: Dask writes the
arguments of failed tasks to its logs.
"""

import contextlib
import copy
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_threads
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fordel_dask.errors import ClusterError, FordelError, InterruptedRunError, UsageError
from fordel_dask.graph.settings import SETTINGS

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")
Report = Callable[[int, int], None]
CLUSTER_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """Where work is done: threads of this process, local Dask processes, or a cluster that exists."""

    threads: int | None = None
    workers: int | None = None
    scheduler: str | None = None
    scheduler_file: Path | None = None

    def __post_init__(self) -> None:
        if sum(bool(x) for x in (self.workers, self.scheduler, self.scheduler_file)) > 1:
            raise UsageError("Give one of --workers, --scheduler and --scheduler-file, not several.")


class Executor(Protocol):
    """Runs a pure function over items; ``width`` is how many at a time."""

    width: int

    def map(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> list[R]:
        """Give ``function(item)`` for every item, in the order of the items.

        ``name`` is what the tasks are called; ``report(done, all)`` is called as they end.
        """
        ...

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum of ``function(item)`` over all items."""
        ...

    def at_most(self, tasks: int) -> "Executor":
        """Give the same place with fewer tasks at a time."""
        ...


class Threads:
    """Threads of this process (the kernels and the Parquet reader release the GIL)."""

    def __init__(self, width: int) -> None:
        self.width = width

    def map(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> list[R]:
        """Give ``function(item)`` for every item, in order; the first failure stops the rest."""
        if self.width == 1:
            return [_told(function(item), n + 1, len(items), report) for n, item in enumerate(items)]
        with ThreadPoolExecutor(self.width, thread_name_prefix=name) as pool:
            futures = [pool.submit(function, item) for item in items]
            try:
                return [_told(future.result(), n + 1, len(items), report) for n, future in enumerate(futures)]
            except BaseException:
                _drop(futures)
                raise

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum of ``function(item)`` over all items."""
        sums: S = reduce(add, self.map(function, items, name, report))
        return sums

    def at_most(self, tasks: int) -> "Threads":
        """Give threads of which fewer work at a time."""
        fewer = copy.copy(self)
        fewer.width = min(self.width, tasks)
        return fewer


def _told(result: R, done: int, total: int, report: Report | None) -> R:
    if report:
        report(done, total)
    return result


def _drop(futures: Sequence[Future[Any]]) -> None:
    for future in futures:
        future.cancel()
    wait_for_threads([future for future in futures if not future.cancelled()])


class DaskCluster:
    """A Dask client: local processes or a cluster that exists."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.width = max(sum(client.nthreads().values()), 1)
        self._runs = itertools.count(1)
        self._limit: int | None = None

    @property
    def processes(self) -> int:
        """Number of worker processes."""
        return max(len(self._client.nthreads()), 1)

    @property
    def memory_of_worker(self) -> int:
        """Bytes that the worker with the least memory may take, 0 if none says."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return min((int(worker.get("memory_limit") or 0) for worker in workers), default=0)

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum of ``function(item)`` over all items."""
        sums: S = reduce(add, self.map(function, items, name, report))
        return sums

    def at_most(self, tasks: int) -> "DaskCluster":
        """Give the same cluster with fewer tasks under way at a time."""
        fewer = copy.copy(self)
        fewer.width = fewer._limit = min(self.width, tasks)
        return fewer

    def map(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> list[R]:
        """Give ``function(item)`` for every item, in order; task keys hold the name and a number only."""
        from distributed import as_completed

        run, guarded = next(self._runs), _Guarded(function)
        waiting = (
            self._client.submit(guarded, item, key=f"{name}-{os.getpid()}-{run}-{n:05}", pure=False)
            for n, item in enumerate(items)
        )
        futures = list(itertools.islice(waiting, self._limit))
        under_way = as_completed(futures)
        for done, future in enumerate(under_way, 1):
            if report:
                report(done, len(items))
            if future.status != "finished":
                break
            for following in itertools.islice(waiting, 1):
                futures.append(following)
                under_way.add(following)
        return [_unwrapped(result) for result in self._gather(futures, name)]

    def _gather(self, futures: Sequence[Any], name: str) -> list[Any]:
        try:
            return list(self._client.gather(list(futures)))
        except FordelError:
            raise
        except Exception:
            lost = InterruptedRunError(
                f"The cluster was lost during '{name}' (a worker or the scheduler died). "
                f"Nothing was published; start the same command again."
            )
        raise lost


class _Guarded:
    """A task that hands its failure back as a value, so that no scheduler keeps an exception of ours."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, item: Any) -> Any:
        try:
            return self.function(item)
        except FordelError as error:
            return _Failure(type(error), str(error))
        except Exception as error:
            return _Failure(BugInTaskError, type(error).__name__)


class BugInTaskError(FordelError):
    """A task failed in a way nobody foresaw; only the kind of exception is told, its text may hold a value."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"This is a bug of fordel_dask ({kind} in a task). Nothing was published. Report it without the data."
        )


@dataclass(frozen=True)
class _Failure:
    kind: type[FordelError]
    message: str


def _unwrapped(result: Any) -> Any:
    if isinstance(result, _Failure):
        raise result.kind(result.message)
    return result


def default_threads() -> int:
    """Give the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def open_executor(place: Place) -> Iterator[Executor]:
    """Open the place where work is done, and close it after."""
    if place.workers or place.scheduler or place.scheduler_file:
        with _dask_client(place) as client:
            yield DaskCluster(client)
    else:
        yield Threads(place.threads or default_threads())


def _require_file(path: Path) -> None:
    """Refuse a scheduler file that is not there: Dask would wait for it without end."""
    if not path.is_file():
        raise ClusterError(f"There is no scheduler file {path}. Start the scheduler first, or give its address.")


@contextlib.contextmanager
def _dask_client(place: Place) -> Iterator[Any]:
    import dask
    import distributed

    with dask.config.set(dict(SETTINGS)), contextlib.ExitStack() as stack:
        try:
            if place.workers:
                address: Any = stack.enter_context(
                    distributed.LocalCluster(
                        n_workers=place.workers,
                        threads_per_worker=place.threads or 1,
                        processes=True,
                        dashboard_address="127.0.0.1:0",  # any free port: None would ask for 8787
                        silence_logs=50,
                        host="127.0.0.1",
                    )
                )
                client = distributed.Client(address)
            elif place.scheduler_file:
                _require_file(place.scheduler_file)
                client = distributed.Client(scheduler_file=str(place.scheduler_file), timeout=CLUSTER_PATIENCE_SECONDS)
            else:
                client = distributed.Client(place.scheduler, timeout=CLUSTER_PATIENCE_SECONDS)
            stack.enter_context(client)
            client.wait_for_workers(place.workers or 1, timeout=CLUSTER_PATIENCE_SECONDS)
        except (OSError, TimeoutError, ValueError, RuntimeError):
            refused = ClusterError(
                f"No Dask scheduler with workers answered within {CLUSTER_PATIENCE_SECONDS} seconds. "
                f"Check the address or scheduler file, that workers are running, and the TLS settings."
            )
        else:
            yield client
            return
        raise refused
