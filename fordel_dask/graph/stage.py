"""One stage of work on a cluster: its tasks handed over, awaited, judged, and let go whatever happens."""

import itertools
import queue
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from fordel_dask.errors import ClusterError, FordelError, InterruptedRunError, PlanError
from fordel_dask.graph.guarded import MORE_MEMORY, Failure, Guarded, add_up, named
from fordel_dask.graph.pulse import GOES_ON, Pulse, listed
from fordel_dask.graph.tree import Tree

GONE = frozenset({"CancelledError", "FutureCancelledError", "CommClosedError", "NoValidWorkerError", "TimeoutError"})
"""What Dask raises where workers or the scheduler are gone."""
SUM = -1
"""The number of the sum, among the numbers of tasks."""
LAST_NEWS_SECONDS = 0.5


@dataclass(frozen=True)
class Lost:
    """A task that Dask could not carry through: the kind of its exception, and the deaths it is blamed for."""

    kind: str
    deaths: int


@dataclass(frozen=True)
class Work:
    """What a stage does: a function over items; its tasks are called by a name and a mark of this stage alone."""

    function: Callable[[Any], Any]
    items: Sequence[Any]
    name: str
    mark: str

    def key(self, number: int) -> str:
        """Give the key of a task: no more than the stage's name and numbers."""
        return f"{self.name}-{self.mark}-{number:05}"

    def merge_key(self, number: int) -> str:
        """Give the key of a merge. To Dask that is another group than the tasks, which workers fetch one by one."""
        return f"{self.name}-merge-{self.mark}-{number:05}"

    def told(self, number: int) -> str:
        """Name a task for a person."""
        if number == SUM:
            return "the adding up"
        return named(self.items[number], f"task {number + 1} of {len(self.items)}")


class Stage:
    """Tasks under way. At the end of the context no task and no result of it is left on the cluster."""

    def __init__(self, client: Any, work: Work, pulse: Pulse, at_once: int | None = None) -> None:
        self._client, self._work, self._pulse = client, work, pulse
        self._at_once = at_once or len(work.items)
        self._waiting = iter(range(len(work.items)))
        self._held: dict[int, Any] = {}
        self._news: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._sums: Tree[Any] = Tree(self._merge)
        self._merges = itertools.count()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for future in (*self._held.values(), *self._sums.parts):
            future.release()

    def results(self) -> Iterator[tuple[int, Any]]:
        """Give number and result of each task, as they end; of several failures the first in order is raised."""
        self._hand_over(self._at_once, fetch=True)
        for number, result in self._ends():
            self._hand_over(1, fetch=True)
            yield number, result

    def summed(self) -> Iterator[int]:
        """Give the number of each task, as they end; their results stay on the workers until they are added up."""
        self._hand_over(self._at_once, fetch=False)
        for number, _ in self._ends():
            self._hand_over(1, fetch=False)
            yield number

    def sum(self) -> Any:
        """Give the sum of all results, in order."""
        self._hold(SUM, self._sums.root(), fetch=True)
        return next(self._ends())[1]

    def _hand_over(self, many: int, fetch: bool) -> None:
        numbers = list(itertools.islice(self._waiting, many))
        if not numbers:
            return
        items, keys = [self._work.items[n] for n in numbers], [self._work.key(n) for n in numbers]
        futures = self._client.map(Guarded(self._work.function), items, key=keys, pure=False)
        for number, future in zip(numbers, futures, strict=True):
            self._hold(number, future, fetch)
            if not fetch:
                self._sums.add(future)

    def _hold(self, number: int, future: Any, fetch: bool) -> None:
        self._held[number] = future
        self._client.loop.add_callback(self._await, number, future, fetch)

    def _merge(self, futures: Sequence[Any]) -> Any:
        key = self._work.merge_key(next(self._merges))
        return self._client.submit(Guarded(add_up), futures, key=key, pure=False)

    async def _await(self, number: int, future: Any, fetch: bool) -> None:
        """Put into the queue how a task ended; runs in the client's own thread."""
        try:
            result = await _end_of(future, fetch)
        except Exception as error:  # Dask raises what a worker, a scheduler or a connection died of
            result = Lost(type(error).__name__, getattr(error, "allowed_failures", -1) + 1)
        self._news.put((number, result))

    def _ends(self) -> Iterator[tuple[int, Any]]:
        failure: Failure | None = None
        while self._held:
            number, result = self._next()
            if isinstance(result, Lost):
                raise self._error(number, result)
            if isinstance(result, Failure):
                failure = result
                self._drop_after(number)
            elif failure is None:
                yield number, result
        if failure:
            raise failure.error()

    def _drop_after(self, number: int) -> None:
        """Await no task after one that failed: whatever they give, an earlier failure is the one to tell."""
        self._waiting = iter(())
        for later in [n for n in self._held if n > number]:
            self._held.pop(later).release()

    def _next(self) -> tuple[int, Any]:
        while True:
            try:
                number, result = self._news.get(timeout=self._pulse.seconds)
            except queue.Empty:
                trouble = self._pulse.trouble([self._work.told(n) for n in sorted(self._held)])
            else:
                if self._held.pop(number, None) is not None:
                    self._pulse.beat()
                    return number, result
                continue
            if trouble and self._news.empty():
                raise trouble

    def _error(self, number: int, lost: Lost) -> FordelError:
        name = self._work.name
        if lost.deaths:
            blamed = listed([self._work.told(n) for n in sorted([number, *self._also_blamed()])])
            return PlanError(
                f"{blamed[0].upper()}{blamed[1:]} killed {lost.deaths} workers one after the other during '{name}': "
                f"most likely the memory was too small. {MORE_MEMORY} Nothing was published."
            )
        if lost.kind in GONE:
            return InterruptedRunError(
                f"The cluster was lost during '{name}': its scheduler went away, or no worker was left. {GOES_ON}"
            )
        return ClusterError(
            f"The workers cannot take up the tasks of '{name}' ({lost.kind}). They and the scheduler need the same "
            f"versions of Python, Dask and fordel_dask as this program, and the same settings. Nothing was published."
        )

    def _also_blamed(self) -> Iterator[int]:
        """Give the other tasks that died with the same workers: which of them it was, Dask does not know."""
        end = time.monotonic() + LAST_NEWS_SECONDS
        while True:
            try:
                number, result = self._news.get(timeout=max(end - time.monotonic(), 0))
            except queue.Empty:
                return
            if isinstance(result, Lost) and result.deaths and number in self._held:
                yield number


async def _end_of(future: Any, fetch: bool) -> Any:
    """Give the result of a task, or only whether it failed."""
    if not fetch:
        await future.exception()
        if future.status == "finished" and future.type is not Failure:
            return None
    return await future
