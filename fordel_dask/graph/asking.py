"""Asking every process of a cluster the same question, in one round, with a deadline."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fordel_dask.graph.executor import Executor

SILENT = "did not answer"


@dataclass(frozen=True)
class Answer:
    """What one process answered, or why it did not: ``failure`` is then one line."""

    name: str
    address: str
    content: Any = None
    failure: str | None = None


@dataclass(frozen=True)
class Answers:
    """The answers of all workers, by their names, and of the scheduler; and whether this client demands TLS."""

    workers: tuple[Answer, ...]
    scheduler: Answer
    requires_encryption: bool


def is_cluster(executor: Executor) -> bool:
    """Tell whether work is done by other processes, which may be asked."""
    return executor.client is not None


def wait_for_workers(cluster: Executor, expected: int, seconds: float) -> None:
    """Wait until that many workers are there, or time is over."""
    with contextlib.suppress(TimeoutError):
        cluster.client.wait_for_workers(expected, timeout=seconds)


def ask_cluster(
    cluster: Executor, of_worker: Callable[..., Any], of_scheduler: Callable[..., Any], seconds: float
) -> Answers:
    """Run a function in every worker and one in the scheduler, outside all queues of tasks.

    Functions go by their names, so a process without them says so. A process that is silent for
    ``seconds`` is told as such.
    """
    client = cluster.client
    names = {address: str(one["name"]) for address, one in client.scheduler_info(n_workers=-1)["workers"].items()}
    asking = partial(_ask_workers, client, of_worker, tuple(names))
    said, scheduler = client.sync(_both, asking, partial(client.run_on_scheduler, of_scheduler), seconds)
    workers = [_answer(name, address, said[address]) for address, name in names.items()]
    return Answers(
        workers=tuple(sorted(workers, key=lambda one: (len(one.name), one.name))),
        scheduler=_answer("scheduler", client.scheduler.address, scheduler),
        requires_encryption=bool(client.security.require_encryption),
    )


async def _both(of_workers: Callable[[float], Any], of_scheduler: Callable[[], Any], seconds: float) -> tuple[Any, Any]:
    """Ask workers and scheduler at the same time."""
    return await asyncio.gather(of_workers(seconds), _within(of_scheduler(), seconds))


async def _ask_workers(
    client: Any, question: Callable[..., Any], addresses: Sequence[str], seconds: float
) -> Mapping[str, Any]:
    together = await _within(client.run(question, workers=list(addresses), on_error="return"), seconds)
    if not isinstance(together, Exception):
        return together  # type: ignore[no-any-return]
    # one silent worker keeps the answers of all: ask one by one who it is
    alone = (_within(client.run(question, workers=[one], on_error="return"), seconds) for one in addresses)
    said = await asyncio.gather(*alone)
    return {
        address: one if isinstance(one, Exception) else one.get(address)
        for address, one in zip(addresses, said, strict=True)
    }


async def _within(question: Any, seconds: float) -> Any:
    """Give what a question is answered with, or the exception it ends with."""
    try:
        return await asyncio.wait_for(question, seconds)
    except Exception as error:
        return error


def _answer(name: str, address: str, said: Any) -> Answer:
    if isinstance(said, TimeoutError):
        return Answer(name, address, failure=SILENT)
    if isinstance(said, Exception):
        return Answer(name, address, failure=" ".join(str(said).split())[:200] or type(said).__name__)
    return Answer(name, address, said)
