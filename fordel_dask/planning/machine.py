"""This machine: its memory, as far as we may take it, cores, and how fast it is."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fordel_dask.graph.executor import default_threads
from fordel_dask.kernels.keys import UNKNOWN, look_up, place_keys

ROOT = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
KNOWN_KEYS, LOOKED_UP, TURNS = 1 << 17, 1 << 20, 3


@dataclass(frozen=True)
class Machine:
    """Bytes of memory there are, cores, and speed: 2 if work takes half of the time it takes on the reference."""

    memory: int
    cores: int
    speed: float = 1.0


def this_machine(reference_seconds: float | None = None) -> Machine:
    """Give what this machine has; its speed is measured only if the seconds of the reference are given."""
    speed = reference_seconds / seconds_of_trial() if reference_seconds else 1.0
    return Machine(memory_of_machine(), default_threads(), speed)


def memory_of_machine() -> int:
    """Give the bytes of memory of this machine, or of the group of processes we are confined to, if that is less."""
    import psutil

    return min([int(psutil.virtual_memory().total), *limits_of_group(ROOT, OWN_GROUPS)])


def limits_of_group(root: Path, own: Path) -> list[int]:
    """Give the limits of memory that control groups set (containers, SLURM, systemd), of both versions."""
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, place = line.split(":", 2)
        if controllers in ("", "memory") or "memory" in controllers.split(","):
            base, name = (root / "memory", "memory.limit_in_bytes") if controllers else (root, "memory.max")
            found += [_limit(folder / name) for folder in _upward(base, place)]
    return [limit for limit in found if limit]


def _upward(base: Path, place: str) -> list[Path]:
    """Give the folder of a group and of those that hold it; a limit of any of them counts."""
    parts = [part for part in place.split("/") if part and part != ".."]
    return [base.joinpath(*parts[:many]) for many in range(len(parts), -1, -1)]


def _limit(file: Path) -> int | None:
    try:
        text = file.read_text("utf-8").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def seconds_of_trial() -> float:
    """Give the seconds of a core that a fixed piece of an ingest's work takes here: look-ups and a sort."""
    keys = np.random.default_rng(1).integers(1, 1 << 60, (KNOWN_KEYS, 2)).astype(np.uint64)
    slots = np.full(4 * KNOWN_KEYS, UNKNOWN, np.int32)
    place_keys(keys, 0, slots)
    asked = np.tile(keys, (LOOKED_UP // KNOWN_KEYS, 1))
    high, low = np.ascontiguousarray(asked[:, 0]), np.ascontiguousarray(asked[:, 1])
    look_up(high[:1], low[:1], slots, keys)  # compiles, or loads what is compiled
    return min(_turn(high, low, slots, keys) for _ in range(TURNS))


def _turn(high: np.ndarray, low: np.ndarray, slots: np.ndarray, keys: np.ndarray) -> float:
    begun = time.thread_time()
    look_up(high, low, slots, keys)
    np.sort(high)
    return time.thread_time() - begun
