"""What is said of uncertainty, and the bundle, are the same bytes in every layout, though binary floats are summed."""

import os
import subprocess
import sys

import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads

SILENT = ProgressLines(quiet=True)
REPLICATES = 200
THREADS_OF_LIBRARIES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A folder with an invented nation's registers and its results in the plainest layout."""
    folder = tmp_path_factory.mktemp("same")
    write_synthetic(folder / "registers", {"citizens": 9_000, "seed": 8}, Threads(2), SILENT)
    run_in(folder, 1, Place(threads=1), "plain")
    assert (folder / "plain.run" / "intervals.csv").read_text("utf-8").count("\n") > 100
    return folder


def run_in(folder, partitions, place, name):
    ingest_registers(folder / "registers", folder / f"{name}.store", partitions, Place(threads=2), SILENT)
    manner = Manner(replicates=REPLICATES)
    run_store(folder / f"{name}.store", folder / f"{name}.run", "national-2025", manner, place, SILENT)
    return results(folder / f"{name}.run")


def results(run):
    found = {path.name: path.read_bytes() for path in run.iterdir() if path.name != "manifest.json"}
    assert {"intervals.csv", "capacity_chances.csv", "alternative_weights.csv", "bundle.json"} <= set(found)
    return found


@pytest.mark.parametrize(
    ("partitions", "place"),
    [(2, Place(threads=1)), (4, Place(threads=2)), (3, Place(workers=2))],
    ids=["2 partitions", "4 partitions, 2 threads", "3 partitions, 2 workers"],
)
def test_partitions_threads_and_workers_change_nothing(partitions, place, nation):
    found = run_in(nation, partitions, place, f"{partitions}")
    plain = results(nation / "plain.run")
    assert [name for name in plain if found[name] != plain[name]] == []


@pytest.mark.parametrize("threads", ["1", "2", "3"])
def test_the_threads_of_libraries_for_matrices_change_nothing(threads, nation):
    out = nation / f"blas-{threads}.run"
    command = [sys.executable, "-m", "fordel_dask", "run", str(nation / "plain.store"), "--out", str(out)]
    env = {**os.environ, **dict.fromkeys(THREADS_OF_LIBRARIES, threads)}
    subprocess.run([*command, "--replicates", str(REPLICATES), "--quiet"], env=env, check=True, capture_output=True)
    found, plain = results(out), results(nation / "plain.run")
    assert [name for name in plain if found[name] != plain[name]] == []


def test_another_seed_draws_other_nations_and_changes_nothing_else(nation):
    out = nation / "seed.run"
    manner = Manner(replicates=REPLICATES, seed=2)
    run_store(nation / "plain.store", out, "national-2025", manner, Place(threads=2), SILENT)
    found, plain = results(out), results(nation / "plain.run")
    changed = {name.partition(".")[0] for name in plain if found[name] != plain[name]}
    assert changed <= {"capacity_chances"}
