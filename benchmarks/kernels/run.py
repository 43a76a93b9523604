"""Measure every kernel beside NumPy and pandas, and keep what was measured.

``python -m benchmarks.kernels.run --name NAME`` writes ``benchmarks/kernels/results/NAME``: ``kernels.csv``, a line for
every comparison and way, and ``machine.json``. It takes about four minutes and 3 GiB of memory.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.measured.places import environment_of_modules, place_of_results
from benchmarks.measured.processes import machine, measure, write_csv, write_json

HERE = Path(__file__).parent
CITIZENS = 100_000
SECONDS_EACH, ROUNDS = 0.7, 9
HEADER = (
    "name",
    "way",
    "kernels",
    "rows",
    "bytes",
    "seconds",
    "least_seconds",
    "ns_a_row",
    "times_kernel",
    "times_copy",
    "peak_bytes",
)


def seconds_of_calls(citizens: int, seconds: float) -> list[dict[str, Any]]:
    """Run pytest-benchmark in a fresh process, each way for so many seconds; give what it measured."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "calls.json"
        options = (
            f"--benchmark-json={found}",
            "--benchmark-timer=time.thread_time",
            "--benchmark-disable-gc",
            f"--benchmark-max-time={seconds}",
            f"--benchmark-min-rounds={ROUNDS}",
            f"--citizens={citizens}",
            "--override-ini=cache_dir=" + folder,
        )
        command = (sys.executable, "-m", "pytest", "-q", str(HERE / "bench_calls.py"), *options)
        measure(command, environment_of_modules())
        return json.loads(found.read_text("utf-8"))["benchmarks"]


def peaks_of_calls(citizens: int) -> dict[str, dict[str, int]]:
    command = (sys.executable, "-m", "benchmarks.kernels.memory", "--citizens", str(citizens))
    _, printed = measure(command, {**environment_of_modules(), "MALLOC_MMAP_THRESHOLD_": "65536"})
    return json.loads(printed)


def lines(calls: list[dict[str, Any]], peaks: dict[str, dict[str, int]]) -> Iterator[tuple[Any, ...]]:
    """Give the lines of ``kernels.csv``; ratios are those of the medians of one run."""
    medians = {(call["extra_info"]["name"], call["extra_info"]["way"]): call["stats"]["median"] for call in calls}
    for call in calls:
        info, stats = call["extra_info"], call["stats"]
        name, way = info["name"], info["way"]
        yield (
            *(info[column] for column in ("name", "way", "kernels", "rows", "bytes")),
            f"{stats['median']:.4g}",
            f"{stats['min']:.4g}",
            f"{1e9 * stats['median'] / max(info['rows'], 1):.3f}",
            f"{stats['median'] / medians[name, 'kernel']:.3f}",
            f"{stats['median'] / medians[name, 'copy']:.3f}",
            peaks[name].get(way, ""),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="name of the results")
    parser.add_argument("--citizens", type=int, default=CITIZENS, help="size of the partition")
    parser.add_argument("--seconds", type=float, default=SECONDS_EACH, help="how long every way is called")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="directory that results are kept in")
    given = parser.parse_args()
    results = place_of_results(given.results, given.name)
    calls, peaks = seconds_of_calls(given.citizens, given.seconds), peaks_of_calls(given.citizens)
    results.mkdir(parents=True, exist_ok=True)
    write_csv(results / "kernels.csv", HEADER, lines(calls, peaks))
    about = machine()
    about["packages"]["pytest-benchmark"] = metadata.version("pytest-benchmark")
    write_json(results / "machine.json", {**about, "citizens": given.citizens})


if __name__ == "__main__":
    main()
