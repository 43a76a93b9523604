"""One peer doing the whole job once, in this process.

python -m benchmarks.peers.one PEER LAYOUT SOURCE --store STORE --model MODEL --threads 2 --out numbers.json

Prints one JSON line: seconds of each stage. The small tables (clinics, municipalities) come from the prepared
store for everybody. ``--prepare DIR`` writes the peer's own layout into DIR instead, or, if the layout is "facts", adds
facts to the own layout in SOURCE (for peers that do this apart; others write them with their own layout).
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
OURS, FACTS = "ours", "facts"


@dataclass
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """Do some work, and note how long it took."""
        begun = time.perf_counter()
        result = work()
        self.seconds[stage] = time.perf_counter() - begun
        return result


@dataclass(frozen=True)
class Turn:
    """Who does the job, starting from which layout, by which model."""

    peer: str
    layout: str
    source: Path
    store: Path
    model: str
    threads: int


def do_job(turn: Turn, clock: Clock) -> Any:
    """Do the job from rows to numbers; gives :class:`benchmarks.peers.job.Numbers`."""
    if turn.peer == OURS:
        from benchmarks.peers.ours import numbers_of_store

        return clock.time("rows", lambda: numbers_of_store(turn.source, turn.model, turn.threads))
    from benchmarks.peers.catalogue import peer_of
    from benchmarks.peers.job import estimated, job_of, numbers_of
    from fordel_dask.model import load_model
    from fordel_dask.nation import read_nation
    from fordel_dask.store import open_store

    peer = clock.time("import", lambda: peer_of(turn.peer))
    model, nation = load_model(turn.model), read_nation(open_store(turn.store))
    job = job_of(model, nation)
    session = clock.time("open", lambda: peer.open(turn.layout, turn.source, job, turn.threads))
    sums = clock.time("rows", session.cell_sums)
    known = clock.time("fit", lambda: estimated(job, model, nation, sums))
    nano = clock.time("score", lambda: session.clinic_nano(known.nano))
    return clock.time("totals", lambda: numbers_of(model, nation, sums, known, nano))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer")
    parser.add_argument("layout")
    parser.add_argument("source", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--model", default="national-2025")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--prepare", type=Path, help="write the layout of one's own, and do nothing else")
    given = parser.parse_args()
    clock = Clock()
    if given.prepare:
        from benchmarks.peers.catalogue import peer_of

        peer = clock.time("import", lambda: peer_of(given.peer))
        if given.layout == FACTS:
            clock.time("prepare", lambda: peer.prepare_facts(given.source, given.threads))
        else:
            clock.time("prepare", lambda: peer.prepare(given.source, given.prepare, given.threads))
    else:
        store = given.store or given.source
        numbers = do_job(Turn(given.peer, given.layout, given.source, store, given.model, given.threads), clock)
        if given.out:
            given.out.write_text(json.dumps(numbers.plain(), indent=1) + "\n", "utf-8")
    print(json.dumps(clock.seconds))


if __name__ == "__main__":
    main()
