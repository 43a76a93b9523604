"""What every process of a command takes, by its part in the work and by stage: seen from outside (Linux only).

A command tells its stages on standard error ("registers → facts: 60 of 60, 3.2 s"). When a stage ends the kernel is
asked for the peak of resident memory of each process since the stage began, and told to begin anew; so no peak of
resident memory is missed, however short. Anonymous memory has no such mark and is looked at fifty times a second.

This module loads nothing heavy, for the reason given in ``processes``.
"""

import contextlib
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measured.processes import MIB, ending_of, family_of, text_of

SAMPLE_SECONDS = 0.02
SHARED_EVERY = 25  # samples: shares of mapped pages are counted page by page, which takes the kernel some time
TICKS = os.sysconf("SC_CLK_TCK")
FROM_HERE = "5"  # written to clear_refs: the peak of resident memory begins anew
STAGE = re.compile(r"^(?P<stage>.+): (?P<done>[\d,]+) of (?P<all>[\d,]+), (?P<seconds>[\d.]+) s$")
WORKER_SIGNS = ("spawn_main", "dask worker", "dask_worker")
REST = "start and end"


@dataclass(frozen=True)
class Taken:
    """What one process took in one stage: seconds of the cores, and peaks of memory in MiB.

    ``rss`` counts every page that is mapped, also those of files and of libraries, which processes share;
    ``pss`` counts shared pages in part; ``anonymous`` is what the process made itself and no other can have.
    """

    stage: str
    process: str
    seconds: float
    cpu_seconds: float
    rss: float
    anonymous: float
    pss: float


@dataclass
class _Seen:
    """A process while it is watched."""

    number: int
    part: str = "other"
    cpu: float = 0.0
    cpu_before: float = 0.0
    rss: float = 0.0
    anonymous: float = 0.0
    pss: float = 0.0


class Watch(threading.Thread):
    """Looks at a process and its descendants until it is stopped, and closes the books at the end of each stage."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.taken: list[Taken] = []
        self._seen: dict[int, _Seen] = {}
        self._stopped, self._lock, self._samples = threading.Event(), threading.Lock(), 0

    def run(self) -> None:
        while not self._stopped.wait(SAMPLE_SECONDS):
            with self._lock:
                self._look(self._samples % SHARED_EVERY == 0)
            self._samples += 1

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def _look(self, shared: bool) -> None:
        for pid in family_of(self.pid):
            seen = self._seen.setdefault(pid, _Seen(len(self._seen)))
            if seen.part == "other":
                seen.part = "leader" if pid == self.pid else part_of(pid)
            status = fields_of(pid, "status", ("VmHWM", "RssAnon"))
            seen.rss = max(seen.rss, status.get("VmHWM", 0.0))
            seen.anonymous = max(seen.anonymous, status.get("RssAnon", 0.0))
            seen.cpu = max(seen.cpu, cpu_seconds_of(pid))
            if shared:
                seen.pss = max(seen.pss, fields_of(pid, "smaps_rollup", ("Pss",)).get("Pss", 0.0))

    def end_stage(self, stage: str, seconds: float) -> None:
        """Note what every process took in a stage that has ended, and begin anew."""
        with self._lock:
            self._look(shared=True)
            for name, pid, seen in self._named():
                used = seen.cpu - seen.cpu_before
                self.taken.append(Taken(stage, name, seconds, used, seen.rss, seen.anonymous, seen.pss))
                seen.cpu_before, seen.rss, seen.anonymous, seen.pss = seen.cpu, 0.0, 0.0, 0.0
                with contextlib.suppress(OSError):
                    Path(f"/proc/{pid}/clear_refs").write_text(FROM_HERE, "ascii")

    def _named(self) -> list[tuple[str, int, _Seen]]:
        """Give leader and workers by name; a worker that came for another one has a number of its own."""
        workers = sorted((s.number, pid) for pid, s in self._seen.items() if s.part == "worker")
        numbers = {pid: n for n, (_, pid) in enumerate(workers, 1)}
        return [
            (f"worker {numbers[pid]}" if pid in numbers else seen.part, pid, seen)
            for pid, seen in self._seen.items()
            if seen.part in ("leader", "worker") and seen.rss
        ]


def part_of(pid: int) -> str:
    command = text_of(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")
    return "worker" if any(sign in command for sign in WORKER_SIGNS) else "other"


def fields_of(pid: int, file: str, names: tuple[str, ...]) -> dict[str, float]:
    """Give fields of a file of the kernel, in MiB."""
    lines = (line.split() for line in text_of(Path(f"/proc/{pid}/{file}")).splitlines())
    return {line[0][:-1]: int(line[1]) * 1024 / MIB for line in lines if len(line) > 1 and line[0][:-1] in names}


def cpu_seconds_of(pid: int) -> float:
    """Give the seconds of the cores that a process has had, in itself and the system."""
    words = text_of(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS if words else 0.0


def measure_stages(command: Sequence[str], environment: Mapping[str, str]) -> tuple[list[Taken], float, float]:
    """Run a command; give what its processes took by stage, and the seconds of the clock and the cores in all.

    Raises
    ------
    SystemExit
        The command failed; the message holds the end of its error output.
    """
    with tempfile.TemporaryFile("w+") as out:
        begun = time.perf_counter()
        pipes = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.PIPE}
        child = subprocess.Popen(command, env=dict(environment), text=True, encoding="utf-8", **pipes)
        watch = Watch(child.pid)
        watch.start()
        told = _follow(child, watch)
        seconds_before = sum({taken.stage: taken.seconds for taken in watch.taken}.values())
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        watch.stop()
        watch.end_stage(REST, max(seconds - seconds_before, 0.0))
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)}\n{ending_of(child.returncode)}:\n{''.join(told)[-2000:]}")
    return watch.taken, seconds, usage.ru_utime + usage.ru_stime


def _follow(child: Any, watch: Watch) -> list[str]:
    """Read what a command tells until it closes, and end its stages as it does."""
    told = []
    with child.stderr as lines:
        for line in lines:
            told.append(line)
            found = STAGE.match(line.strip())
            if found and found["done"] == found["all"]:
                watch.end_stage(found["stage"], float(found["seconds"]))
    return told
