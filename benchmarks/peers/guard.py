"""Is our pass over the registers still much faster than DuckDB's? Exit code 1 if not, for whoever checks changes.

python -m benchmarks.peers.guard [--citizens 300000]

Makes a nation on the spot (a directory that goes again), lets DuckDB write its own layout, and then goes over the
registers in turns, in this process, on as many threads as cores: ours to facts, cells and weights by cell; DuckDB to
sums by cell, on the better of our store and its own layout. One turn of each is not counted. The factor, generous so
that a busy machine does not fail anybody, stands in config.toml.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measured.places import fordel_program
from benchmarks.measured.processes import measure
from benchmarks.peers.catalogue import peer_of
from benchmarks.peers.job import Job, job_of
from benchmarks.peers.table import OURS, OWN, STAGES_OF_PASS, STORE
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.nation import read_nation
from fordel_dask.pipeline import run_model
from fordel_dask.store import open_store

HERE = Path(__file__).parent
RIVAL = "duckdb"
Pair = tuple[float, float]
"""Seconds of ours and of the rival."""


def verdict(pairs: Sequence[Pair], factor: float) -> tuple[bool, str]:
    """Tell whether ours is at least ``factor`` times faster, and say so in a sentence."""
    ours, theirs = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    ratio = theirs / ours  # of medians: single pairs are short, and a busy machine strikes one of the two
    what = f"Our pass took {ours:.2f} s and DuckDB's {theirs:.2f} s: {ratio:.2f} times as long"
    if ratio >= factor:
        return True, f"{what}, at least {factor:g} are asked for."
    return False, f"{what}, but at least {factor:g} are asked for. Something has made the pass slow."


def make_nation(citizens: int, folder: Path, threads: int) -> None:
    """Invent extracts and ingest them."""
    registers, store = folder / "registers", folder / "store"
    for command in (
        ("synth", "--citizens", citizens, "--seed", 1, "--out", registers),
        ("ingest", registers, "--store", store),
    ):
        measure((fordel_program(), *map(str, command), "--threads", str(threads), "--quiet"), os.environ)


def our_pass(store: Path, model: str, threads: int) -> Callable[[], float]:
    def seconds() -> float:
        stages = ProgressLines(quiet=True)
        run_model(open_store(store), load_model(model), Threads(threads), stages, fresh=True)
        return sum(stages.seconds[stage] for stage in STAGES_OF_PASS[OURS])

    return seconds


def their_pass(layout: str, source: Path, job: Job, threads: int) -> Callable[[], float]:
    def seconds() -> float:
        session = peer_of(RIVAL).open(layout, source, job, threads)
        begun = time.perf_counter()
        session.cell_sums()
        return time.perf_counter() - begun

    return seconds


def measure_pairs(ours: Callable[[], float], theirs: Callable[[], float], pairs: int) -> list[Pair]:
    """Measure both in turns, every other pair in reverse order."""
    found: list[Pair] = []
    for n in range(pairs):
        if n % 2:
            second = theirs()
            found.append((ours(), second))
        else:
            found.append((ours(), theirs()))
    return found


def main() -> None:
    config = tomllib.loads((HERE / "config.toml").read_text("utf-8"))
    asked = config["guard"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=asked["citizens"])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store, own = Path(folder) / "store", Path(folder) / "own"
        make_nation(given.citizens, Path(folder), given.threads)
        peer_of(RIVAL).prepare(Path(folder) / "registers", own, given.threads)
        model = str(HERE / "models" / f"{config['model']}.toml")
        job = job_of(load_model(model), read_nation(open_store(store)))
        ours = our_pass(store, model, given.threads)
        ways = [their_pass(layout, source, job, given.threads) for layout, source in ((STORE, store), (OWN, own))]
        ours()
        warm = [(way(), way) for way in ways]
        better = min(warm, key=lambda found: found[0])[1]
        fast, sentence = verdict(measure_pairs(ours, better, asked["pairs"]), asked["factor"])
    print(sentence)
    sys.exit(0 if fast else 1)


if __name__ == "__main__":
    main()
