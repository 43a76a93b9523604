"""What a nation's tasks cost a real scheduler, with workers that do nothing.

python -m benchmarks.cluster.scheduler --name NAME [--citizens 600000000] [--workers 100] [--share 1]

A scheduler process as `dask scheduler` starts it, simulated workers of one thread each in a few processes, and a
client that sends the tasks through the program's own executor, arguments and results as large as they would be.
Besides, the scheduler is asked ten times a second whether it still answers. Writes scheduler.csv, machine.json and
config.toml to benchmarks/cluster/results/NAME.
"""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments, begin, write_results
from benchmarks.measured.places import environment_of, remove
from benchmarks.measured.stages import Watch
from fordel_dask.graph.settings import SETTINGS

HEADER = (
    *("stage", "citizens", "workers", "tasks", "seconds", "argument_bytes", "result_bytes", "still_seconds"),
    *("longest_answer_seconds", "scheduler_cpu_seconds", "workers_cpu_seconds", "client_cpu_seconds"),
    *("scheduler_mib", "client_mib", "workers_mib"),
)
SIMULATED = ("-m", "benchmarks.cluster.simulated")
PATIENCE_SECONDS = 60
ASKED_EVERY_SECONDS = 0.1


class Asking(threading.Thread):
    """Asks the scheduler whether it still answers, and keeps the longest time it took."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.longest, self.stopped = address, 0.0, threading.Event()

    def run(self) -> None:
        import asyncio

        asyncio.run(self._ask())

    async def _ask(self) -> None:
        import asyncio

        from distributed.core import rpc

        scheduler = rpc(self.address)
        while not self.stopped.is_set():
            begun = time.perf_counter()
            with contextlib.suppress(OSError):
                await scheduler.identity(n_workers=0)
            self.longest = max(self.longest, time.perf_counter() - begun)
            await asyncio.sleep(ASKED_EVERY_SECONDS)
        await scheduler.close_rpc()

    def longest_since(self) -> float:
        """Give the longest time since this was asked before."""
        longest, self.longest = self.longest, 0.0
        return longest


def settings_file(data: Path) -> Path:
    """Write our settings as the scheduler of a recipe finds them; JSON is YAML."""
    tree: dict[str, Any] = {}
    for name, value in SETTINGS.items():
        *rooms, last = name.split(".")
        into = tree
        for room in rooms:
            into = into.setdefault(room, {})
        into[last] = value
    path = data / "dask.yaml"
    path.write_text(json.dumps(tree), "utf-8")
    return path


@contextlib.contextmanager
def processes_of(bench: dict[str, Any], data: Path, environment: dict[str, str]) -> Iterator[tuple[Path, list[Watch]]]:
    """Start a scheduler and its simulated workers, each process with its watch, and end them after."""
    file = data / "scheduler.json"
    scheduler = ("-m", "dask", "scheduler", "--scheduler-file", file, "--host", "127.0.0.1", "--port", "0")
    commands = [(*scheduler, "--no-dashboard"), *worker_commands(bench, file)]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            started.append(subprocess.Popen([sys.executable, *map(str, command)], env=environment, **quiet))
            wait_for(file)
        watches = [Watch(process.pid) for process in started]
        for watch in watches:
            watch.start()
        yield file, watches
        for watch in watches:
            watch.stop()
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(PATIENCE_SECONDS)


def worker_commands(bench: dict[str, Any], file: Path) -> Iterator[tuple[object, ...]]:
    processes = min(bench["worker_processes"], bench["workers"])
    for n in range(processes):
        number = bench["workers"] * (n + 1) // processes - bench["workers"] * n // processes
        yield *SIMULATED, "workers", "--scheduler-file", file, "--number", number


def wait_for(file: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not file.exists():
        if time.monotonic() > end:
            raise SystemExit(f"No scheduler has written {file.name} within {PATIENCE_SECONDS} seconds.")
        time.sleep(0.1)


def measure_load(bench: dict[str, Any], data: Path, share: float) -> list[tuple[Any, ...]]:
    """Send the tasks of a nation, and give a line for each stage."""
    environment = {**environment_of(data), "DASK_CONFIG": str(settings_file(data))}
    with processes_of(bench, data, environment) as (file, watches):
        asking = Asking(json.loads(file.read_text("utf-8"))["address"])
        asking.start()
        size = ("--citizens", bench["citizens"], "--workers", bench["workers"], "--share", share)
        how = ("--scheduler-file", file, "--task-seconds", bench["task_seconds"])
        command = [sys.executable, *map(str, (*SIMULATED, "client", *size, *how))]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as client:
            watches.append(Watch(client.pid))
            watches[-1].start()
            told = map(json.loads, client.stdout or ())
            lines = [line for stage in told if (line := line_of(bench, stage, watches, asking))]
        asking.stopped.set()
        asking.join()
    if client.returncode:
        raise SystemExit("The client of the simulated load failed; its message stands above.")
    return lines


def line_of(bench: dict[str, Any], told: dict[str, Any], watches: list[Watch], asking: Asking) -> tuple[Any, ...]:
    """Close the books of a stage for every process, and give its line; none of the start."""
    for watch in watches:
        watch.end_stage(told["stage"], told["seconds"])
    longest = asking.longest_since()
    if "tasks" not in told:
        return ()
    last = [[t for t in watch.taken if t.stage == told["stage"]] for watch in watches]
    cpu = [sum(t.cpu_seconds for t in taken) for taken in last]
    mib = [max((t.rss for t in taken), default=0.0) for taken in last]
    sizes = (told["argument_bytes"], told["result_bytes"], told["still_seconds"])
    print(
        f"{told['stage']:<20}{told['tasks']:>7,} tasks {told['seconds']:>8.2f} s; scheduler {cpu[0]:.2f} cpu s, "
        f"{mib[0]:,.0f} MiB; client {cpu[-1]:.2f} cpu s, {mib[-1]:,.0f} MiB",
        flush=True,
    )
    return (
        *(told["stage"], bench["citizens"], bench["workers"], told["tasks"], told["seconds"], *sizes),
        *(f"{x:.2f}" for x in (longest, cpu[0], sum(cpu[1:-1]), cpu[-1], mib[0], mib[-1])),
        f"{sum(mib[1:-1]):.2f}",
    )


def main() -> None:
    parser = arguments(__doc__, Path(__file__).parent)
    parser.add_argument("--citizens", type=int, help="size of the nation (config.toml)")
    parser.add_argument("--workers", type=int, help="simulated workers (config.toml)")
    parser.add_argument("--share", type=float, default=1.0, help="only this share of the tasks of each stage")
    given = parser.parse_args()
    config, data, results = begin(given)
    bench = config["scheduler"]
    bench |= {name: value for name in ("citizens", "workers") if (value := getattr(given, name))}
    write_results(results, config, {"scheduler.csv": (HEADER, measure_load(bench, data, given.share))})
    remove(data)


if __name__ == "__main__":
    main()
