"""Processes measured from outside, and the small files that measurements are kept in.

This module loads nothing heavy: a child begins its life with the memory of its parent, and the
kernel counts that as the child's peak.
"""

import csv
import datetime
import json
import os
import platform
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

MIB = 1 << 20
SAMPLE_SECONDS = 0.1
PACKAGES = ("numpy", "pyarrow", "numba", "scikit-learn", "dask", "distributed", "pandas", "duckdb", "fordel_dask")


@dataclass(frozen=True)
class Usage:
    """What one process took: seconds on the clock and of the cores, and its peak of resident memory."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


class MemoryOfAll(threading.Thread):
    """Looks ten times a second at the memory of a process and all its descendants together (Linux only).

    Pages that they share are counted once for each, so the peak is rather too high than too low.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak_mib, self.stopped = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(SAMPLE_SECONDS):
            self.peak_mib = max(self.peak_mib, sum(map(resident_mib, family_of(self.pid))))


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


def measure(command: Sequence[str], environment: Mapping[str, str], all_processes: bool = False) -> tuple[Usage, str]:
    """Run a command in a fresh process; give what it took and what it printed.

    Raises
    ------
    SystemExit
        The command failed; the message holds the end of its error output.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=dict(environment))
        watch = MemoryOfAll(child.pid)
        if all_processes:
            watch.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        watch.stopped.set()
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise SystemExit(f"{' '.join(command)}\nended with exit code {child.returncode}:\n{err.read()[-2000:]}")
        peak = usage.ru_maxrss * (1 if platform.system() == "Darwin" else 1024) / MIB
        return Usage(seconds, usage.ru_utime + usage.ru_stime, max(peak, watch.peak_mib)), out.read()


def machine() -> dict[str, Any]:
    """Give what a reader needs to know of the machine and the programs; no names of hosts, users or places."""
    return {
        "measured_on": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M"),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30), 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
    }


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
