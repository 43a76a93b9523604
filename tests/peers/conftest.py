"""Small nations that every peer of the benchmark goes over, and what we find in them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.peers.catalogue import peer_of
from benchmarks.peers.one import Clock, Turn, do_job
from benchmarks.peers.ours import numbers_of_store
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.synthetic import Nation, blocks, write_block, write_tables

MODELS = Path(__file__).parents[2] / "benchmarks" / "peers" / "models"


@dataclass(frozen=True)
class Invented:
    """Extracts and the store that an ingest makes of them."""

    registers: Path
    store: Path


@pytest.fixture(scope="session")
def invented(tmp_path_factory):
    """Give a nation of 6,000 citizens."""
    folder = tmp_path_factory.mktemp("peers")
    nation = Nation(seed=11, citizens=6_000)
    write_tables(nation, folder / "registers")
    for block in range(blocks(nation)):
        write_block(nation, block, folder / "registers")
    ingest(folder / "registers", folder / "store", Threads(2), partitions=3)
    return Invented(folder / "registers", folder / "store")


@pytest.fixture
def holds_against_ours(invented, tmp_path):
    """Give a function that lets a peer do the job by a model and compares all its numbers with ours."""

    def check(name, layout, model):
        source = {"raw": invented.registers, "ours": invented.store}.get(layout)
        if source is None:
            source = tmp_path / layout
            peer_of(name).prepare(invented.registers, source, 2)
        found = do_job(Turn(name, layout, source, invented.store, str(model), threads=2), Clock())
        expected = numbers_of_store(invented.store, str(model), 2)
        assert found.plain() == expected.plain()

    return check
