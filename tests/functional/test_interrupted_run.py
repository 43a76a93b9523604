"""A run whose client or scheduler is killed: the same command goes on, gives the same bytes, and redoes little."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fordel_dask import pipeline, rundir
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.run import AS_USUAL, Manner, run_store, summary_text
from fordel_dask.errors import EstimationError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.lib import dying
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
CITIZENS, PARTITIONS = 2000, 24
PATIENCE_SECONDS = 180
LONGEST_WORK_SECONDS = 2.0
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "start_new_session": True, "env": ENVIRONMENT}


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A store, and what an undisturbed run makes of it."""
    folder = tmp_path_factory.mktemp("interrupted")
    write_nation(folder / "registers", seed=8, citizens=CITIZENS)
    ingest(folder / "registers", folder / "store", Threads(2), partitions=PARTITIONS)
    run_store(folder / "store", folder / "undisturbed", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    shutil.rmtree(folder / "store" / "facts")
    return folder


@pytest.fixture
def store(nation, tmp_path):
    return shutil.copytree(nation / "store", tmp_path / "store")


def results(run):
    return {path.name: path.read_bytes() for path in run.iterdir() if path.name != "manifest.json"}


def finished(store, run):
    """Give what is finished: when each partition's facts were written, and each kept sum."""
    parts = sorted(record.with_suffix(".arrow") for record in store.glob("facts/*/part-*.json"))
    sums = sorted(run.with_name(f"{run.name}.partial").glob("*.sums"))
    return [{path: path.stat().st_mtime_ns for path in paths} for paths in (parts, sums)]


def command(store, out, *place):
    return ("run", str(store), "--out", str(out), "--quiet", *place)


def run_until(moment, store, out, *place):
    """Run in a process of its own that is killed at a moment; its workers end with it."""
    process = subprocess.Popen([sys.executable, dying.__file__, moment, *command(store, out, *place)], **QUIET)
    _, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == -signal.SIGKILL, told
    end_group(process.pid)


def end_group(leader):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def hold_resumed(nation, store, out, place):
    """Run again: the same bytes, and nothing that was finished is done again."""
    parts, sums = finished(store, out)
    was_listed = bool(list(store.glob("facts/*/manifest.json")))
    summary = run_store(store, out, "national-2025", AS_USUAL, place, SILENT)
    assert results(out) == results(nation / "undisturbed")
    assert not out.with_name(f"{out.name}.partial").exists(), "a work directory stayed behind"
    for path, written in parts.items():
        assert path.stat().st_mtime_ns == written, "facts that were finished were made again"
    taken_up = summary["taken_up"]
    assert taken_up["partitions"] == (0 if was_listed else len(parts))
    assert taken_up["sums"] == sorted(path.name.split("-")[0] for path in sums)
    return taken_up


STAGES = [dying.HALF, *dying.MOMENTS]
QUICK = [dying.HALF, "before the run is published"]


@pytest.mark.parametrize("moment", QUICK)
def test_a_killed_run_goes_on_where_it_was(moment, nation, store, tmp_path, evidence):
    run_until(moment, store, tmp_path / "run", "--threads", "2")
    taken_up = hold_resumed(nation, store, tmp_path / "run", Place(threads=2))
    assert taken_up["partitions"] or taken_up["sums"] == ["citizens"]
    evidence.note("R4", "client killed at a stage boundary, run again", 1, "same bytes, unfinished tasks redone")


@pytest.mark.long
@pytest.mark.parametrize("place", [Place(threads=2), Place(workers=2)], ids=["threads", "workers"])
@pytest.mark.parametrize("moment", STAGES)
def test_a_run_killed_at_any_stage_goes_on_where_it_was(moment, place, nation, store, tmp_path, evidence):
    where = ("--workers", "2") if place.workers else ("--threads", "2")
    run_until(moment, store, tmp_path / "run", *where)
    hold_resumed(nation, store, tmp_path / "run", Place(threads=2))
    evidence.note("R4", "client killed at a stage boundary, run again", 1, "same bytes, unfinished tasks redone")


def wait_for(condition, process):
    """Wait until something is so, or the process has ended."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while not condition() and process.poll() is None:
        assert time.monotonic() < patience, "nothing happened in time"
        time.sleep(0.005)


@pytest.mark.long
@pytest.mark.parametrize("place", [("--threads", "2"), ("--workers", "2")], ids=["threads", "workers"])
def test_a_run_killed_at_ten_random_moments_gives_the_same_bytes(place, nation, store, tmp_path, evidence):
    moments, killed, out = random.Random(4), 0, tmp_path / "run"
    for _ in range(10):
        process = subprocess.Popen([sys.executable, "-m", "fordel_dask", *command(store, out, *place)], **QUIET)
        wait_for((out.with_name("run.partial") / "lock").exists, process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0, LONGEST_WORK_SECONDS))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        process.stderr.close()
        end_group(process.pid)
        if out.exists():
            assert results(out) == results(nation / "undisturbed")
    assert killed
    hold_resumed(nation, store, out, Place(threads=2))
    evidence.note("R4", "client killed at a random moment, run again", killed, "same bytes, unfinished tasks redone")


@contextlib.contextmanager
def cluster(folder):
    """Start a scheduler and two workers as an operator does; gives the scheduler and its file."""
    file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    processes = [subprocess.Popen([*dask, "scheduler", *here, "--port", "0", "--scheduler-file", str(file)], **QUIET)]
    try:
        wait_for(file.exists, processes[0])
        worker = [*dask, "worker", *here, "--scheduler-file", str(file), "--nthreads", "1", "--death-timeout", "20"]
        processes += [
            subprocess.Popen([*worker, "--local-directory", str(folder / f"worker-{n}")], **QUIET) for n in range(2)
        ]
        yield processes[0], file
    finally:
        for process in processes:
            end_group(process.pid)
            process.wait()
            process.stderr.close()


def kill_scheduler_during_a_run(store, out, folder, moments):
    """Kill the scheduler once facts are being made; gives the run's exit code."""
    folder.mkdir()
    with cluster(folder) as (scheduler, file):
        where = command(store, out, "--scheduler-file", str(file))
        run = subprocess.Popen([sys.executable, "-m", "fordel_dask", *where], **QUIET)
        wait_for(lambda: any(store.glob("facts/*/part-*.json")), run)
        time.sleep(moments.uniform(0, 0.3))
        scheduler.kill()
        _, told = run.communicate(timeout=PATIENCE_SECONDS)
        assert run.returncode == 0 or b"start the same command again" in told
        return run.returncode


def hold_scheduler_killed(nation, store, folder, seed, evidence):
    out, moments = folder / "run", random.Random(seed)
    code = kill_scheduler_during_a_run(store, out, folder / "first", moments)
    assert code in (0, 60), "a lost cluster is exit code 60"
    if code == 0:
        assert results(out) == results(nation / "undisturbed")
    (folder / "second").mkdir()
    with cluster(folder / "second") as (_, file):
        place = Place(scheduler_file=file) if seed % 2 else Place(threads=2)
        hold_resumed(nation, store, out, place)
    evidence.note("R4", "scheduler of a cluster killed, run again", 1, "exit 60; then same bytes, finished tasks kept")


@pytest.mark.parametrize("seed", [1])
def test_a_killed_scheduler_ends_the_run_and_it_can_be_gone_on_with(seed, nation, store, tmp_path, evidence):
    hold_scheduler_killed(nation, store, tmp_path, seed, evidence)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 21))
def test_twenty_killed_schedulers_change_no_byte(seed, nation, store, tmp_path, evidence):
    hold_scheduler_killed(nation, store, tmp_path, seed, evidence)


@pytest.fixture
def stopped_before(monkeypatch, store, tmp_path):
    """Runs in this process until a function of the run is called, and stops there as at Ctrl-C."""

    def stopping(module, name):
        def stop(*_):
            seen.extend((path, path.stat().st_mode & 0o777) for path in (tmp_path / "run.partial").rglob("*"))
            raise KeyboardInterrupt

        seen = [(tmp_path / "run.partial", 0o700)]
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(module, name, stop)
            run_store(store, tmp_path / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
        return seen

    return stopping


def test_a_fresh_run_takes_nothing_up(stopped_before, nation, store, tmp_path):
    stopped_before(rundir, "_write_files")
    summary = run_store(store, tmp_path / "run", "national-2025", Manner(fresh=True), Place(threads=2), SILENT)
    assert summary["taken_up"] == {"partitions": 0, "of": PARTITIONS, "sums": []}
    assert results(tmp_path / "run") == results(nation / "undisturbed")


def test_another_model_takes_up_no_sums(stopped_before, nation, store, tmp_path):
    stopped_before(rundir, "_write_files")
    (tmp_path / "share.toml").write_text('based_on = "national-2025"\nchronic_care = "share"\n', "utf-8")
    summary = run_store(store, tmp_path / "run", str(tmp_path / "share.toml"), AS_USUAL, Place(threads=2), SILENT)
    assert summary["taken_up"]["sums"] == []
    assert results(tmp_path / "run") != results(nation / "undisturbed")


def test_a_run_that_is_refused_leaves_nothing_for_another(store, tmp_path, monkeypatch):
    def refuse(*_):
        raise EstimationError("The weights cannot be estimated.")

    monkeypatch.setattr(pipeline, "weigh", refuse)
    with pytest.raises(EstimationError):
        run_store(store, tmp_path / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_the_command_says_what_it_took_up(stopped_before, store, tmp_path):
    stopped_before(pipeline, "keep_facts")
    for record in sorted(store.glob("facts/*/part-*.json"))[:4]:
        record.unlink()
    summary = run_store(store, tmp_path / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    told = f"Taken up from an interrupted run: {PARTITIONS - 4} of {PARTITIONS} partitions were done before."
    assert summary_text(summary, tmp_path / "run").startswith(told)


def test_work_directories_are_private_and_hold_numbers_only(stopped_before, tmp_path):
    seen = stopped_before(rundir, "put_in_place")
    modes = {path.relative_to(tmp_path).as_posix().partition("-")[0]: mode for path, mode in seen}
    work = "run.partial"
    assert modes[work] == modes[f"{work}/run"] == 0o700
    assert modes[f"{work}/citizens"] == 0o600
    assert {name.split("/")[1] for name in modes if name != work} == {"lock", "run", "citizens"}
