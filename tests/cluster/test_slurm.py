"""The recipe for SLURM, submitted for real: to a controller and two nodes that the test starts itself."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from tests.lib.nations import write_nation
from tests.lib.slurm import missing_programs, running_slurm, wait_until

RECIPE = Path(__file__).parents[2] / "cluster" / "slurm" / "run.sbatch"
SILENT = ProgressLines(quiet=True)
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(missing_programs()), reason="SLURM is not installed (Debian: slurm-wlm and munge)"),
]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    commands = tmp_path_factory.mktemp("commands")
    for name, module in {"fordel": "fordel_dask", "dask": "dask"}.items():
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', "utf-8")
        script.chmod(0o755)
    with running_slurm() as slurm:
        slurm.world["PATH"] = f"{commands}{os.pathsep}{slurm.world['PATH']}"
        slurm.world["PYTHONPATH"] = str(RECIPE.parents[2])
        yield slurm


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A small nation with what threads make of it."""
    folder = tmp_path_factory.mktemp("slurm")
    write_nation(folder / "registers", seed=21, citizens=2500)
    ingest_registers(folder / "registers", folder / "nation.store", 16, Place(threads=1), SILENT)
    shutil.copytree(folder / "nation.store", folder / "untouched.store")
    run_store(
        folder / "nation.store", folder / "threads.run", "national-2025", Manner(fresh=True), Place(threads=1), SILENT
    )
    return folder


def results(run):
    return {path.name: path.read_bytes() for path in sorted(run.iterdir()) if path.name != "manifest.json"}


def interrupted_job(slurm, nation, name, interrupt):
    """Submit a run of an untouched store and interrupt it once it is at work; gives the job."""
    store = nation / f"{name}.store"
    shutil.copytree(nation / "untouched.store", store)
    before = {path.name for path in nation.iterdir()} | {f"{name}.store"}
    number = slurm.submit(nation, RECIPE, "run", store, "--out", nation / f"{name}.run", options=("--ntasks=3",))
    log = nation / f"fordel-{number}.cluster"
    wait_until(lambda: log.exists() and (store / "facts").exists(), "facts are made")
    interrupt(number)
    job = slurm.ended(number)
    left = {path.name for path in nation.iterdir() if not path.name.endswith(".partial")}
    assert left - before <= {log.name, f"slurm-{number}.out"}
    assert "Interrupted" in (nation / f"slurm-{number}.out").read_text("utf-8")
    return job


@pytest.mark.parametrize("nodes", [1, 2], ids=["one node", "two nodes"])
def test_a_job_gives_the_same_bytes_as_threads(slurm, nation, nodes, evidence):
    out = nation / f"{nodes}.run"
    options = (f"--nodes={nodes}", "--ntasks=4")
    number = slurm.submit(nation, RECIPE, "run", nation / "nation.store", "--out", out, "--fresh", options=options)
    job = slurm.ended(number)
    assert (job.state, job.exit_code, job.nodes) == ("COMPLETED", 0, nodes)
    assert results(out) == results(nation / "threads.run")
    log = (nation / f"fordel-{number}.cluster").read_text("utf-8")
    assert log.count("Register worker addr: tls://") == 2
    assert list(nation.glob(".fordel-*")) == [], "the certificates of the job were left behind"
    evidence.note("R5", "a real SLURM job on one node and on two, against threads", 1, "the same bytes")


def test_the_exit_code_of_fordel_is_the_exit_code_of_the_job(slurm, nation):
    number = slurm.submit(nation, RECIPE, "run", nation / "no.store", "--out", nation / "no.run")
    job = slurm.ended(number)
    assert (job.state, job.exit_code) == ("FAILED", 13)
    assert "is no prepared store" in (nation / f"slurm-{number}.out").read_text("utf-8")
    assert list(nation.glob(".fordel-*")) == []


def test_a_cancelled_job_leaves_nothing_half_written_and_goes_on_when_submitted_again(slurm, nation, evidence):
    job = interrupted_job(slurm, nation, "cancelled", lambda number: slurm.say("scancel", number))
    assert job.state == "CANCELLED"
    again = nation / "cancelled.run"
    number = slurm.submit(nation, RECIPE, "run", nation / "cancelled.store", "--out", again)
    assert slurm.ended(number).exit_code == 0
    assert results(again) == results(nation / "threads.run")
    evidence.note("R4", "SLURM job cancelled at work and submitted again", 1, "nothing half written, the same bytes")


def test_a_job_whose_time_is_nearly_up_ends_in_order(slurm, nation):
    job = interrupted_job(
        slurm, nation, "late", lambda number: slurm.say("scancel", "--batch", "--signal=USR1", number)
    )
    assert (job.state, job.exit_code) == ("FAILED", 60)
