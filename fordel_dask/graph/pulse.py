"""Whether a cluster still goes on: its scheduler answers, workers are there, and tasks end."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from fordel_dask.errors import InterruptedRunError
from fordel_dask.graph.settings import FROZEN_SECONDS, NO_WORKERS_SECONDS

PULSE_SECONDS = 5.0
TOLD = 3
GOES_ON = "Nothing was published; start the same command again, it goes on."


class Pulse:
    """Felt while no task ends; each way in which a cluster may stand still has a deadline of its own."""

    def __init__(self, client: Any, stage: str, patience: float) -> None:
        self._client, self._stage, self._patience = client, stage, patience
        self.seconds = min(PULSE_SECONDS, patience / 4)
        self.beat()

    def beat(self) -> None:
        """Note that a task has ended."""
        self._moved = self._manned = time.monotonic()

    def trouble(self, unfinished: Sequence[str]) -> InterruptedRunError | None:
        """Tell why the cluster does not go on: its scheduler is silent, workers are gone, or nothing ends any more."""
        workers = number_of_workers(self._client, min(FROZEN_SECONDS, self._patience))
        now = time.monotonic()
        if workers:
            self._manned = now
        if workers is None:
            found = "its scheduler does not answer. Start the scheduler and its workers"
        elif now - self._manned > min(NO_WORKERS_SECONDS, self._patience):
            found = f"for {now - self._manned:.0f} seconds it has had no worker. Start workers"
        elif now - self._moved > self._patience:
            found = (
                f"for {self._patience:.0f} seconds no task has ended, though {workers} workers are there; not done are "
                f"{listed(unfinished)}. If a task may take longer, say so with --patience; else start the cluster anew"
            )
        else:
            return None
        return InterruptedRunError(f"The cluster was lost during '{self._stage}': {found}. {GOES_ON}")


def listed(names: Sequence[str]) -> str:
    """List a few names, and how many more there are."""
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    return ", ".join(names[:TOLD]) + more


def number_of_workers(client: Any, seconds: float) -> int | None:
    """Give the number of workers, None if the scheduler does not say within some seconds."""
    if client.status != "running":
        return None
    try:
        return len(ask(client, client.scheduler.ncores, seconds))
    except Exception:
        return None  # however the connection ended, it means the same here


def ask(client: Any, question: Callable[[], Any], seconds: float) -> Any:
    """Ask the scheduler, and wait for the answer no longer than that."""
    return client.sync(question, callback_timeout=seconds)
