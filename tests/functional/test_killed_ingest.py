"""The machine stops, again and again; the same command goes on where it was, and the store is the same."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.lib.nations import write_nation

CITIZENS, PARTITIONS = 400, 24
LONGEST_WORK_SECONDS = 0.4
PATIENCE_SECONDS = 60


def start(nation, store, place):
    command = (sys.executable, "-m", "fordel_dask", "ingest", nation, "--store", store, "--quiet")
    options = ("--partitions", str(PARTITIONS), *place)
    return subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, start_new_session=True)


def kill_while_it_works(process, work, moment):
    """Kill a process and its children some time after it began to work; tells whether it was still at work."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and not (work / "lock").exists() and time.monotonic() < patience:
        time.sleep(0.01)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    assert process.returncode == 0
    return False


def finished_work(work):
    """Give when each piece of work was finished."""
    return {path.name: path.stat().st_mtime_ns for path in work.glob("*.json")}


def everything_below(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def hold_killed_against_undisturbed(folder, kills, place=()):
    nation = write_nation(folder / "registers", 5, CITIZENS, patients="both")
    ingest(nation, folder / "undisturbed", Threads(1), partitions=PARTITIONS)
    store, work = folder / "store", folder / "store.partial"
    moments, killed, finished = random.Random(20), 0, {}
    for _ in range(kills):
        process = start(nation, store, place)
        if not kill_while_it_works(process, work, moments.uniform(0, LONGEST_WORK_SECONDS)):
            break
        killed += 1
        now = finished_work(work)
        assert {name: now.get(name) for name in finished} == finished, "finished work was done again"
        finished = now
    assert start(nation, store, place).wait(PATIENCE_SECONDS) == 0
    assert killed and everything_below(store) == everything_below(folder / "undisturbed")
    assert not work.exists() and [path.name for path in (folder / "store.keys").iterdir()] == ["keys.parquet"]


def test_an_ingest_killed_at_random_moments_goes_on_and_gives_the_same_store(tmp_path):
    hold_killed_against_undisturbed(tmp_path, kills=4)


@pytest.mark.long
@pytest.mark.parametrize("place", [("--threads", "2"), ("--workers", "2")], ids=["threads", "processes"])
def test_an_ingest_killed_forty_times_gives_the_same_store(tmp_path, place):
    hold_killed_against_undisturbed(tmp_path, kills=40, place=place)
