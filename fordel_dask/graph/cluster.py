"""Work on a Dask cluster: local processes, or a cluster that exists."""

import contextlib
import copy
import itertools
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from fordel_dask.errors import ClusterError
from fordel_dask.graph.connection import connected
from fordel_dask.graph.executor import Place, Report
from fordel_dask.graph.pulse import Pulse, ask
from fordel_dask.graph.settings import CONNECT_SECONDS, PATIENCE_SECONDS
from fordel_dask.graph.stage import Stage, Work

T = TypeVar("T")
R = TypeVar("R")


class DaskCluster:
    """A Dask client that gives results, or an error of ours before long.

    What a worker's death has taken is done again elsewhere. ``patience`` is how many seconds may
    pass without a task ending.
    """

    def __init__(self, client: Any, patience: float = PATIENCE_SECONDS) -> None:
        self.client = client
        self._patience = patience
        about = ask(client, partial(client.scheduler.identity, n_workers=-1), CONNECT_SECONDS)
        workers = about["workers"].values()
        self.processes = max(len(workers), 1)
        self.width = max(sum(worker["nthreads"] for worker in workers), 1)
        self.memory_of_worker = min((int(worker.get("memory_limit") or 0) for worker in workers), default=0)
        self._mark = secrets.token_hex(4)
        self._stages = itertools.count(1)
        self._limit: int | None = None

    def at_most(self, tasks: int) -> "DaskCluster":
        """Give the same cluster with fewer tasks under way at a time."""
        fewer = copy.copy(self)
        fewer.width = fewer._limit = min(self.width, tasks)
        return fewer

    def map(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> list[R]:
        """Give ``function(item)`` for every item, in order; task keys hold the name and numbers only."""
        results: dict[int, R] = {}
        with self._stage(function, items, name) as stage:
            for number, result in stage.results():
                results[number] = result
                if report:
                    report(len(results), len(items))
        return [results[number] for number in range(len(items))]

    def total(self, function: Callable[[T], R], items: Sequence[T], name: str, report: Report | None = None) -> R:
        """Give the sum of ``function(item)``, added up on the workers: one result comes back."""
        with self._stage(function, items, name) as stage:
            for done, _ in enumerate(stage.summed(), 1):
                if report:
                    report(done, len(items))
            result: R = stage.sum()
        return result

    def _stage(self, function: Callable[[T], R], items: Sequence[T], name: str) -> Stage:
        work = Work(function, items, name, f"{self._mark}-{next(self._stages)}")
        return Stage(self.client, work, Pulse(self.client, name, self._patience), self._limit)


@contextlib.contextmanager
def open_cluster(place: Place) -> Iterator[DaskCluster]:
    """Open local processes or a cluster that exists, and close it after.

    Raises
    ------
    ClusterError
        There is no such cluster, it has no workers, or it is reached over a network without TLS.
    """
    with connected(place) as client:
        try:
            cluster = DaskCluster(client, place.patience)
        except Exception:  # whatever Dask raises where its scheduler has just gone
            gone = ClusterError("The scheduler went away before work began. Start it and the same command again.")
        else:
            yield cluster
            return
        raise gone
