"""The result files are the same bytes wherever and however a run is made."""

import subprocess
import sys
import textwrap

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, Manner, run_store
from fordel_dask.graph import Place
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("anywhere")
    write_nation(folder / "registers", seed=21, citizens=2500)
    ingest_registers(folder / "registers", folder / "store", 8, Place(threads=1), SILENT)
    run_store(folder / "store", folder / "alone", "national-2025", Manner(fresh=True), Place(threads=1), SILENT)
    return folder


def results(run):
    return {path.name: path.read_bytes() for path in sorted(run.iterdir()) if path.name != "manifest.json"}


@pytest.mark.parametrize(
    "place",
    [Place(threads=2), Place(threads=4), Place(workers=1), Place(workers=2), Place(workers=2, threads=2)],
    ids=["2 threads", "4 threads", "1 worker", "2 workers", "2 workers of 2 threads"],
)
def test_the_same_bytes_on_any_number_of_threads_and_workers(nation, place):
    out = nation / f"run-{place.threads}-{place.workers}"
    run_store(nation / "store", out, "national-2025", Manner(fresh=True), place, SILENT)
    assert results(out) == results(nation / "alone")


def test_the_same_store_on_workers(nation):
    ingest_registers(nation / "registers", nation / "again", 8, Place(workers=2), SILENT)
    first, second = (sorted(p for p in (nation / name).rglob("*.parquet")) for name in ("store", "again"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_cluster_that_exists_does_the_same(nation):
    script = textwrap.dedent(
        f"""
        from distributed import LocalCluster
        import subprocess, sys
        if __name__ == "__main__":
            with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
                command = [sys.executable, "-m", "fordel_dask", "run", {str(nation / "store")!r}, "--out",
                           {str(nation / "cluster")!r}, "--fresh", "--quiet", "--scheduler", cluster.scheduler_address]
                sys.exit(subprocess.run(command).returncode)
        """
    )
    (nation / "cluster.py").write_text(script, "utf-8")
    subprocess.run([sys.executable, str(nation / "cluster.py")], check=True, capture_output=True)
    assert results(nation / "cluster") == results(nation / "alone")


def test_facts_that_were_kept_give_the_same_as_fresh_ones(nation):
    run_store(nation / "store", nation / "kept", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    assert results(nation / "kept") == results(nation / "alone")


def test_two_runs_at_once_make_the_same_facts_and_do_not_disturb_each_other(nation):
    outs = [nation / f"at-once-{n}" for n in range(2)]
    commands = [
        [sys.executable, "-m", "fordel_dask", "run", str(nation / "store"), "--out", str(out), "--fresh", "--quiet"]
        for out in outs
    ]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    assert [process.wait() for process in running] == [0, 0]
    assert [results(out) == results(nation / "alone") for out in outs] == [True, True]
