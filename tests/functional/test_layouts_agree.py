"""Partitions, workers, threads: the results are the same bytes in every layout, and so is a store of the same grid."""

import functools
import hashlib

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from tests.lib.compare import differences
from tests.lib.engines import local_cluster
from tests.lib.nations import write_nation
from tests.reference.run import run_reference

SILENT = ProgressLines(quiet=True)
PARTITIONS = (1, 7, 64, 257)
WORKERS = (1, 2, 4)
THREADS = (1, 3)
CITIZENS = 2500


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a nation and its RUN in the plainest layout, which the reference model has confirmed."""
    folder = tmp_path_factory.mktemp("layouts")
    write_nation(folder / "registers", seed=5, citizens=CITIZENS)
    results_of(folder, 1, Place(threads=1), "plain")
    assert differences(folder / "plain.run", run_reference(folder / "registers")) == []
    return folder


def results_of(folder, partitions, place, name):
    """Ingest and run in one layout; gives the hashes of the store's files and of the RUN's."""
    store, run = folder / f"{name}.store", folder / f"{name}.run"
    ingest_registers(folder / "registers", store, partitions, place, SILENT)
    made = hashes(store)  # before the run, which adds its facts
    run_store(store, run, "national-2025", Manner(fresh=True), place, SILENT)
    found = hashes(run)
    del found["manifest.json"]  # it names layout and timings
    return made, found


def hashes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def alone(folder):
    """The hashes that one thread alone gives for a number of partitions, made once for each."""

    @functools.cache
    def of(partitions):
        store, run = results_of(folder, partitions, Place(threads=1), f"{partitions}-alone")
        assert sum("population/" in file for file in store) == partitions
        return store, run

    return of


def hold(folder, partitions, place, name, alone):
    """Hold a layout against one thread with as many partitions, and its results against the plainest layout."""
    store, run = results_of(folder, partitions, place, f"{partitions}-{name}")
    assert run == alone(partitions)[1] == alone(1)[1]
    assert store == alone(partitions)[0]


def noted(evidence, layouts):
    evidence.note(
        "R5",
        "ingest and run over partitions {1, 7, 64, 257} × workers {none, 1, 2, 4} × threads {1, 3}",
        layouts,
        "results the same bytes, equal to the reference model's; stores of one grid the same bytes",
    )


def test_seven_partitions_on_three_threads(folder, alone):
    hold(folder, 7, Place(threads=3), "threads", alone)


@pytest.mark.long
@pytest.mark.parametrize("partitions", PARTITIONS)
def test_threads_alone(partitions, folder, alone, evidence):
    hold(folder, partitions, Place(threads=3), "three-threads", alone)
    noted(evidence, len(THREADS))


@pytest.mark.long
@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("workers", WORKERS)
def test_workers_with_any_number_of_partitions(workers, threads, folder, alone, evidence):
    with local_cluster(workers, threads) as cluster:  # one for all partitionings: starting it is what takes time
        for partitions in PARTITIONS:
            hold(folder, partitions, cluster, f"{workers}-{threads}", alone)
    noted(evidence, len(PARTITIONS))
