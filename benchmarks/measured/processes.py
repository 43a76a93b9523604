"""Processes measured from outside, and the small files that measurements are kept in.

This module loads nothing heavy: a child begins its life with the memory of its parent, and the
kernel counts that as the child's peak.
"""

import contextlib
import csv
import datetime
import json
import os
import platform
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

MIB = 1 << 20
SAMPLE_SECONDS = 0.1
IO_COUNTS = ("rchar", "wchar", "read_bytes", "write_bytes")
PACKAGES = (
    *("numpy", "pyarrow", "numba", "scikit-learn", "dask", "distributed", "pandas", "duckdb", "polars", "fordel_dask"),
)


@dataclass(frozen=True)
class Moved:
    """Bytes that a process and the children it waited for moved, in MiB (Linux only, else 0).

    ``read`` and ``written`` are what they asked for by calls, from the page cache or not; files that are mapped into
    memory are not among them. ``disk_read`` and ``disk_written`` are what storage had to give and take for them.
    """

    read: float = 0.0
    written: float = 0.0
    disk_read: float = 0.0
    disk_written: float = 0.0


@dataclass(frozen=True)
class Usage:
    """What one process took: seconds on the clock and of the cores, its peak of resident memory, bytes moved."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    moved: Moved = Moved()


@dataclass(frozen=True)
class Limits:
    """How much memory a process and all its descendants may hold together, and for how long it may go on."""

    memory_mib: float
    seconds: float


class DidNotFitError(Exception):
    """A process passed its limits and was ended, or the machine had no memory left for it."""


class MemoryOfAll(threading.Thread):
    """Looks ten times a second at the memory of a process and all its descendants together (Linux only).

    Pages that they share are counted once for each, so the peak is rather too high than too low. If there are
    limits, all of them are ended as soon as they pass one; ``passed`` says which.
    """

    def __init__(self, pid: int, limits: Limits | None = None) -> None:
        super().__init__(daemon=True)
        self.pid, self.limits, self.peak_mib, self.stopped = pid, limits, 0.0, threading.Event()
        self.passed = ""

    def run(self) -> None:
        begun = time.perf_counter()
        while not self.stopped.wait(SAMPLE_SECONDS):
            family = family_of(self.pid)
            now = sum(map(resident_mib, family))
            self.peak_mib = max(self.peak_mib, now)
            if self.limits:
                self._hold(self.limits, family, now, time.perf_counter() - begun)

    def _hold(self, limits: Limits, family: Iterable[int], memory_mib: float, seconds: float) -> None:
        if memory_mib > limits.memory_mib:
            self.passed = f"more than {limits.memory_mib / 1024:g} GiB"
        elif seconds > limits.seconds:
            self.passed = f"more than {limits.seconds:g} s"
        else:
            return
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def family_of(pid: int) -> list[int]:
    """Give a process and all its descendants."""
    family = [pid]
    for parent in family:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            family += map(int, text_of(children).split())
    return family


def resident_mib(pid: int) -> float:
    pages = text_of(Path(f"/proc/{pid}/statm")).split()[1:2]
    return int(pages[0]) * os.sysconf("SC_PAGE_SIZE") / MIB if pages else 0.0


def text_of(path: Path) -> str:
    """Give the text of a file, none if it has gone (processes end while they are looked at)."""
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


def measure(
    command: Sequence[str], environment: Mapping[str, str], all_processes: bool = False, limits: Limits | None = None
) -> tuple[Usage, str]:
    """Run a command in a fresh process; give what it took and what it printed.

    Raises
    ------
    DidNotFitError
        It passed a limit, or the kernel ended it for want of memory.
    SystemExit
        The command failed; the message holds the end of its error output.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=dict(environment))
        watch = MemoryOfAll(child.pid, limits)
        with watching(watch) if all_processes or limits else contextlib.nullcontext():
            moved = moved_until_end(child.pid)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if limits and child.returncode == -signal.SIGKILL:
            raise DidNotFitError(watch.passed or "the machine's memory")
        if child.returncode:
            raise SystemExit(f"{' '.join(command)}\n{ending_of(child.returncode)}:\n{err.read()[-2000:]}")
        peak = usage.ru_maxrss * (1 if platform.system() == "Darwin" else 1024) / MIB
        cpu_seconds = usage.ru_utime + usage.ru_stime
        return Usage(seconds, cpu_seconds, max(peak, watch.peak_mib), moved), out.read()


def ending_of(code: int) -> str:
    """Say how a process ended: by its exit code, or by a signal that somebody else sent it."""
    return f"was ended from outside by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


@contextlib.contextmanager
def watching(watch: MemoryOfAll) -> Iterator[None]:
    watch.start()
    try:
        yield
    finally:
        watch.stopped.set()
        watch.join()


def moved_until_end(pid: int) -> Moved:
    """Wait until a child has ended; give what it, and the children it waited for, read and wrote."""
    if platform.system() != "Linux":
        return Moved()
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # the kernel forgets the counts when the child is fetched
    counted = dict(line.split(": ") for line in text_of(Path(f"/proc/{pid}/io")).splitlines())
    return Moved(*(int(counted.get(name, 0)) / MIB for name in IO_COUNTS))


def machine() -> dict[str, Any]:
    """Give what a reader needs to know of the machine and the programs; no names of hosts, users or places."""
    return {
        "measured_on": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M"),
        "processor": processor(),
        "cores": cores(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30), 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": installed(PACKAGES),
    }


def machine_of(results: Path) -> dict[str, Any]:
    """Give the machine that results were measured on."""
    return dict(json.loads((results / "machine.json").read_text("utf-8")))


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def installed(names: Iterable[str]) -> dict[str, str]:
    """Give the versions of those packages that are installed."""
    versions = {}
    for name in names:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions


def processor() -> str:
    lines = text_of(Path("/proc/cpuinfo")).splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def lines_of(path: Path) -> list[dict[str, str]]:
    """Give the lines of a CSV file by the names of its columns; none if nothing was measured."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
