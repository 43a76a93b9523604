"""The two roles of a simulated cluster: workers that do no work, and a client that sends a nation's tasks.

python -m benchmarks.cluster.simulated workers --scheduler-file F --number 50
python -m benchmarks.cluster.simulated client --scheduler-file F --citizens 600000000 --workers 100 --share 1

The client goes through the program's own executor and prints a line of JSON for each stage.
"""

import argparse
import asyncio
import contextlib
import json
import pickle
import signal
import time
from pathlib import Path
from typing import Any

import dask

from benchmarks.cluster.load import Size, Stage, stages_of
from fordel_dask.graph import Place, open_executor
from fordel_dask.graph.settings import SETTINGS

PATIENCE_SECONDS = 120
START = {"stage": "start", "seconds": 0.0}
"""The first line of a client: what was used until then belongs to no stage."""


async def be_workers(scheduler_file: str, number: int) -> None:
    """Be so many workers of one thread each, until the process is told to end."""
    from distributed import Worker

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(number):
            worker = Worker(
                scheduler_file=scheduler_file, nthreads=1, memory_limit=0, dashboard=False, host="127.0.0.1"
            )
            await stack.enter_async_context(worker)
        await ended.wait()


def be_client(scheduler_file: Path, size: Size, share: float, seconds: float) -> None:
    """Send the tasks stage by stage, and say how long each took and how large it was."""
    wait_for_workers(scheduler_file, size.workers)
    with open_executor(Place(scheduler_file=scheduler_file)) as executor:
        print(json.dumps(START), flush=True)
        for stage in stages_of(size, seconds):
            some = stage.items[: max(1, round(len(stage.items) * share))]
            print(json.dumps(measured(executor, stage, some)), flush=True)


def wait_for_workers(scheduler_file: Path, workers: int) -> None:
    from distributed import Client

    with Client(scheduler_file=str(scheduler_file)) as client:
        client.wait_for_workers(workers, timeout=PATIENCE_SECONDS)


def measured(executor: Any, stage: Stage, items: Any) -> dict[str, Any]:
    """Run a stage; give its seconds and the longest time in which no task ended."""
    begun = last = time.perf_counter()
    still = 0.0

    def report(_done: int, _all: int) -> None:
        nonlocal last, still
        now = time.perf_counter()
        still, last = max(still, now - last), now

    name = f"simulated-{len(items)}"
    if stage.added:
        executor.total(stage.work, items, name, report)
    else:
        executor.map(stage.work, items, name, report)
    return {
        "stage": stage.name,
        "tasks": len(items),
        "seconds": round(time.perf_counter() - begun, 3),
        "still_seconds": round(still, 3),
        "argument_bytes": len(pickle.dumps(items[0])),
        "result_bytes": len(pickle.dumps(stage.work(items[0]))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=("workers", "client"))
    parser.add_argument("--scheduler-file", required=True)
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--citizens", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--task-seconds", type=float, default=0.0)
    given = parser.parse_args()
    with dask.config.set({**SETTINGS, "distributed.worker.profile.enabled": False}):
        if given.role == "workers":
            asyncio.run(be_workers(given.scheduler_file, given.number))
        else:
            size = Size(given.citizens, given.workers)
            be_client(Path(given.scheduler_file), size, given.share, given.task_seconds)


if __name__ == "__main__":
    main()
