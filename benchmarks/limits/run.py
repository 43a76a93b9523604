"""How far is our pass from what decoding, memory and the least of work would take? In one process, in turns.

python -m benchmarks.limits.run --name NAME [STORE ...] [--citizens 6000000] [--data DIR]

Without a STORE a nation is invented, and deleted again; runs leave facts in a STORE that is given. Writes limits.csv,
limits.svg, machine.json and config.toml to benchmarks/limits/results/NAME. What is measured, and how, stands in
benchmarks/README.md.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import arguments, begin, write_results
from benchmarks.measured.nations import ingest, synth, warm_kernels
from benchmarks.measured.places import environment_of, remove
from benchmarks.measured.processes import measure

HERE = Path(__file__).parent
OF_STORE = ("citizens", "partitions", "rows", "bytes")


def measure_store(store: Path, config: Mapping[str, Any], environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give one line for each pair: what was read, and the seconds of each job."""
    often = ("--threads", str(config["threads"]), "--pairs", str(config["pairs"]))
    usage, printed = measure((sys.executable, "-m", "benchmarks.limits.limits", str(store), *often), environment)
    found = json.loads(printed)
    what = {name: found[name] for name in OF_STORE}
    print(f"{what['citizens']:>12,} citizens {usage.seconds:>8.1f} s {usage.peak_mib:>8.0f} MiB", flush=True)
    return [
        {**what, "pair": number, **{job: f"{seconds:.5f}" for job, seconds in pair.items()}}
        for number, pair in enumerate(found["pairs"], 1)
    ]


def make_store(data: Path, config: Mapping[str, Any], environment: Mapping[str, str]) -> Path:
    """Make the store of an invented nation."""
    registers = synth(data / "registers", config["citizens"], config["seed"], environment)
    store = ingest(registers, data / "store", environment)
    remove(registers)
    return store


def main() -> None:
    parser = arguments(__doc__, HERE)
    parser.add_argument("stores", type=Path, nargs="*", metavar="STORE")
    parser.add_argument("--citizens", type=int, help="size of the nation that is invented (config.toml)")
    parser.add_argument("--threads", type=int, help="threads of all jobs (config.toml)")
    parser.add_argument("--pairs", type=int, help="measured turns (config.toml)")
    given = parser.parse_args()
    config, data, results = begin(given)
    config |= {name: value for name in ("citizens", "threads", "pairs") if (value := getattr(given, name))}
    environment = environment_of(data)
    warm_kernels(environment)
    stores = [store.resolve() for store in given.stores] or [make_store(data, config, environment)]
    lines = [line for store in stores for line in measure_store(store, config, environment)]
    write_results(results, config, {"limits.csv": (tuple(lines[0]), [tuple(line.values()) for line in lines])})
    remove(data)
    from benchmarks.limits.chart import draw  # it loads matplotlib, which no measured child may inherit

    draw(results)


if __name__ == "__main__":
    main()
