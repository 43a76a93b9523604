"""Instructions a row of every kernel and its NumPy twin, counted by callgrind, twice.

``python -m benchmarks.kernels.instructions --name NAME`` writes ``instructions.csv`` beside the seconds of that name:
the instructions of a call on a small and on a larger partition, less those of an empty call, what each further row
takes, and by how much the two counts differ. Counts do not depend on what else the machine does. Valgrind runs no
AVX-512: kernels are compiled for x86-64-v3, and NumPy chooses by itself.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.kernels.driver import EMPTY
from benchmarks.kernels.run import HERE
from benchmarks.kernels.table import INSTRUCTIONS
from benchmarks.measured.places import environment_with
from benchmarks.measured.processes import measure, write_csv

TOOL = "valgrind"
SIZES = (1_000, 3_000)
TURNS = 2
TOTAL = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
PLAIN_PROCESSOR = {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": "+avx2", "PYTHONHASHSEED": "0"}
HEADER = ("name", "way", "small_rows", "rows", "small_instructions", "instructions", "a_row", "differ_by")
Calls = list[tuple[str, str, int]]


def counted(command: tuple[str, ...], surroundings: dict[str, str], folder: Path) -> tuple[Calls, list[int]]:
    """Run the driver under callgrind; give what it called and the instructions between calls of ``getsid``."""
    tool = (TOOL, "--tool=callgrind", "--dump-before=getsid", f"--callgrind-out-file={folder / 'counts'}")
    calls = calls_of((*tool, *command), surroundings)
    dumps = [TOTAL.search(dump.read_text("utf-8", "replace")) for dump in in_order(folder)]
    counts = [int(found[1]) for found in dumps[1::2] if found]
    if len(counts) != len(calls):
        raise SystemExit(f"{len(calls)} calls were made, and {len(counts)} counts found.")
    return calls, [count - counts[0] for count in counts]


def calls_of(command: tuple[str, ...], surroundings: dict[str, str]) -> Calls:
    return [(name, way, rows) for name, way, rows in json.loads(measure(command, surroundings)[1])]


def in_order(folder: Path) -> list[Path]:
    """Give the dumps in the order in which they were written; the one without a number is the end of the process."""
    numbered = [path for path in folder.iterdir() if path.suffix[1:].isdigit()]
    return sorted(numbered, key=lambda path: int(path.suffix[1:]))


def lines(calls: Calls, turns: list[list[int]]) -> Iterator[tuple[Any, ...]]:
    """Give the lines of ``instructions.csv``: each way was called on a small and on a larger partition."""
    counts: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for (name, way, rows), *found in zip(calls, *turns, strict=True):
        counts.setdefault((name, way), []).append((rows, *found))
    del counts[EMPTY, "kernel"]
    for (name, way), ((few, *first), (many, *second)) in counts.items():
        differ = max(max(found) / min(found) - 1 for found in (first, second))
        slope = (second[0] - first[0]) / (many - few)
        yield name, way, few, many, first[0], second[0], f"{slope:.2f}", f"{differ:.1e}"


def count(command: tuple[str, ...], turns: int) -> tuple[Calls, list[list[int]]]:
    """Count several times; gives what was called, and the instructions of each turn."""
    counts = []
    with tempfile.TemporaryDirectory() as cache:
        surroundings = {**environment_with(Path(cache)), **PLAIN_PROCESSOR}
        calls = calls_of(command, surroundings)  # compiles
        for turn in range(turns):
            folder = Path(cache) / str(turn)
            folder.mkdir()
            called, found = counted(command, surroundings, folder)
            if called != calls:
                raise SystemExit("The driver called something else than before.")
            counts.append(found)
    return calls, counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True)
    parser.add_argument("--results", type=Path, default=HERE / "results", help="directory that results are kept in")
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, help="citizens of the two partitions")
    parser.add_argument("--turns", type=int, default=TURNS, help="how often all is counted")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these comparisons")
    given = parser.parse_args()
    results = given.results / given.name
    if not results.is_dir():
        raise SystemExit(f"There are no seconds of {results.name} to write beside; run benchmarks.kernels.run first.")
    if shutil.which(TOOL) is None:
        raise SystemExit(f"{TOOL} is not installed.")
    only = ("--only", *given.only) if given.only else ()
    command = (sys.executable, "-m", "benchmarks.kernels.driver", "--citizens", *map(str, given.sizes), *only)
    write_csv(results / INSTRUCTIONS, HEADER, lines(*count(command, given.turns)))


if __name__ == "__main__":
    main()
