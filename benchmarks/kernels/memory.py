"""Peak of resident memory that a call adds to what its arguments take, by comparison and way, as JSON (Linux only).

``MALLOC_MMAP_THRESHOLD_`` must be set by whoever starts this: arrays then come from the system and go back to it.
"""

import argparse
import ctypes
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kernels.comparisons import COMPARISONS, SEED
from benchmarks.kernels.invented import CITIZENS

LIBC = ctypes.CDLL(None)
SET_BACK = "5"
KIB = 1024


def status(field: str) -> int:
    """Give a field of this process' memory in bytes."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) * KIB for line in lines if line.startswith(f"{field}:"))


def peak_bytes(call: Callable[[], Any]) -> int:
    """Give the bytes that a second call adds at its peak, its answer among them."""
    call()
    LIBC.malloc_trim(0)  # what was freed goes back to the system, and counts when it is taken again
    Path("/proc/self/clear_refs").write_text(SET_BACK, "utf-8")
    before = status("VmRSS")
    call()
    return status("VmHWM") - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, default=CITIZENS)
    citizens = parser.parse_args().citizens
    found = {}
    for name, comparison in COMPARISONS.items():
        ways = comparison.ways(comparison.make(citizens, np.random.default_rng(SEED)))
        found[name] = {way: peak_bytes(call) for way, call in ways.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
