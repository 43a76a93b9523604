"""Local Dask processes: a scheduler in this process, and workers that end with it, however it ends."""

import contextlib
import signal
from collections.abc import Iterator
from multiprocessing import resource_tracker
from typing import Any

import distributed
from distributed.utils import LoopRunner, sync

from fordel_dask.graph.executor import Place
from fordel_dask.graph.settings import CLOSE_SECONDS, PRELOAD, START_SECONDS


class LocalProcesses:
    """Worker processes of this machine, to be started; closed with a stack of contexts, also if they never came up."""

    def __init__(self, place: Place, stack: contextlib.ExitStack) -> None:
        self._place = place
        self._cluster: Any = None
        runner = LoopRunner()
        with _deaf_to_interrupts():
            runner.start()
        self.loop = runner.loop
        stack.callback(runner.stop)
        stack.callback(self._close)

    def start(self) -> str:
        """Start scheduler and workers, and give the scheduler's address."""
        sync(self.loop, self._start, callback_timeout=START_SECONDS)
        return str(self._cluster.scheduler_address)

    async def _start(self) -> None:
        """Start the cluster. Each worker may take its share of the memory: the machine's by the number of workers.

        That is Dask's own default: what is planned beforehand stays below it, and a task that takes more
        than was planned ends its own process, not those of others.
        """
        self._cluster = distributed.LocalCluster(
            n_workers=self._place.workers,
            threads_per_worker=self._place.threads or 1,
            processes=True,
            dashboard_address="127.0.0.1:0",  # any free port: None would ask for 8787
            scheduler_kwargs={
                "dashboard": False
            },  # also where the library for it is there: it asks nobody who they are
            silence_logs=50,
            host="127.0.0.1",
            death_timeout=START_SECONDS,
            asynchronous=True,
            preload=[PRELOAD],
        )
        self._cluster.shutdown_on_close = False  # Dask would close it once more at exit, and tell what it did not like
        await self._cluster

    def _close(self) -> None:
        if self._cluster is not None:
            with contextlib.suppress(Exception):  # what is left ends with this process
                sync(self.loop, self._cluster.close, callback_timeout=CLOSE_SECONDS)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Begin threads to which Ctrl-C does not come, nor to the processes they start: their leader ends them."""
    resource_tracker.ensure_running()  # whichever thread starts it would hear Ctrl-C again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
