"""Two workers against one on the pass over the registers, in turns, in one go.

python -m benchmarks.cluster.pairs --name NAME [--citizens 6000000] [--store STORE] [--data DIR]

Every round is `fordel run --fresh` with one worker and with two, and with one thread and two of a single process
without Dask, the other way round in every second round, after one unmeasured turn of each: the threads tell what the
cores and their memory allow. What counts is the stage "registers → facts" by the run's own manifest. Scheduler and
client share the cores with the workers. Writes pairs.csv, machine.json and config.toml to
benchmarks/cluster/results/NAME.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks.cluster.growth import HERE, Bench
from benchmarks.measured.commands import arguments, begin, write_results
from benchmarks.measured.nations import drop_store, warm_kernels
from benchmarks.measured.places import remove
from benchmarks.measured.processes import measure

KINDS = {"facts": "workers", "total": "workers", "threads": "threads"}
HEADER = ("round", "citizens", *(f"{kind}_{number}" for kind in KINDS for number in (1, 2)))
STAGE = "registers → facts"
CREWS = (("workers", 1), ("workers", 2), ("threads", 1), ("threads", 2))
Crew = tuple[str, int]


def measure_pairs(bench: Bench, citizens: int, store: Path) -> list[tuple[Any, ...]]:
    """Give the seconds of each round, of the pass over the registers and of the whole run."""
    lines = []
    for number in range(bench.config["pairs"]["rounds"] + 1):
        order = CREWS if number % 2 else CREWS[::-1]
        seconds = {crew: seconds_of_run(bench, store, crew) for crew in order}
        found = [
            seconds[crew, many]["total" if kind == "total" else STAGE]
            for kind, crew in KINDS.items()
            for many in (1, 2)
        ]
        workers, threads = found[0] / found[1], found[4] / found[5]
        print(f"round {number}: two workers {workers:.2f} × one, two threads {threads:.2f} × one", flush=True)
        if number:  # the first turn fills the page cache
            lines.append((number, citizens, *(f"{s:.3f}" for s in found)))
    return lines


def seconds_of_run(bench: Bench, store: Path, crew: Crew) -> dict[str, float]:
    run = bench.data / "run"
    remove(run)
    what = ("run", store, "--out", run, "--fresh", "--quiet")
    kind, number = crew
    command = bench.fordel(*what, workers=number) if kind == "workers" else bench.threads(*what, threads=number)
    measure(command, bench.environment)
    return dict(json.loads((run / "manifest.json").read_text("utf-8"))["machine"]["seconds"])


def make_store(bench: Bench, citizens: int) -> Path:
    """Make the store of an invented nation, not measured."""
    registers, store = bench.synth(citizens), bench.data / "store"
    drop_store(store)
    measure(bench.fordel("ingest", registers, "--store", store, "--quiet", workers=2), bench.environment)
    remove(registers)
    return store


def citizens_of(store: Path) -> int:
    return int(json.loads((store / "manifest.json").read_text("utf-8"))["grid"]["first"][-1])


def main() -> None:
    parser = arguments(__doc__, HERE)
    parser.add_argument("--citizens", type=int, help="size of the nation (config.toml)")
    parser.add_argument("--store", type=Path, help="a store that exists; runs write facts into it")
    parser.add_argument("--rounds", type=int, help="pairs (config.toml)")
    given = parser.parse_args()
    config, data, results = begin(given)
    config["pairs"]["rounds"] = given.rounds or config["pairs"]["rounds"]
    bench = Bench(config, data)
    warm_kernels(bench.environment)
    store = given.store.resolve() if given.store else make_store(bench, given.citizens or config["pairs"]["citizens"])
    write_results(results, config, {"pairs.csv": (HEADER, measure_pairs(bench, citizens_of(store), store))})
    remove(data)


if __name__ == "__main__":
    main()
