"""Killed again and again while it publishes: readers meet an old or a new directory, whole; nothing stays behind."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fordel_dask.registers.place import FINGERPRINT, workplace
from fordel_dask.store import seal_of
from tests.lib import publishing_forever
from tests.lib.publishing_forever import publish_run, publish_store

LONGEST_SECONDS = 0.1
PAUSE_SECONDS = 0.002
MEMORY = Path("/dev/shm")
PATIENCE_SECONDS = 60


@pytest.fixture
def folder():
    """A directory in memory where there is one: to a killed process it is the same, and 200 kills are quicker."""
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="fordel-publishing-", dir=base) as name:
        yield Path(name)


def read_below(directory, name):
    """Read a file of a directory that is open: whatever its name is now."""
    with open(os.open(name, os.O_RDONLY, dir_fd=directory), "rb") as file:  # noqa: PTH123  a file below a handle
        return file.read()


def difference(out):
    """Tell what is wrong with a published directory, None if it is whole; raises if it is not there."""
    directory = os.open(out, os.O_RDONLY)
    try:
        manifest = json.loads(read_below(directory, "manifest.json"))
        if manifest.pop("seal") != seal_of(manifest):
            return "the manifest is not what was written"
        for name, record in manifest["files"].items():
            if hashlib.sha256(read_below(directory, name)).hexdigest() != record["sha256"]:
                return f"{name} is not what the manifest says"
        there = set(os.listdir(directory)) - {"manifest.json", *manifest["files"]}  # noqa: PTH208  a handle
        return f"{there} is in no manifest" if there else None
    except OSError:
        if os.fstat(directory).st_ino == Path(out).stat().st_ino:
            return "a file of the manifest is missing"
        return None  # it was replaced, and is being removed, while we read it
    finally:
        os.close(directory)


class Reader(threading.Thread):
    """Reads what is published without pause, and notes everything that is wrong."""

    def __init__(self, out):
        super().__init__(daemon=True)
        self.out, self.looks, self.faults, self.ended = out, 0, [], threading.Event()

    def run(self):
        while not self.ended.is_set():
            try:
                fault = difference(self.out)
            except FileNotFoundError:
                fault = "it is not there"
            self.looks += 1
            if fault:
                self.faults.append(fault)
            time.sleep(PAUSE_SECONDS)


@contextlib.contextmanager
def reading(out):
    reader = Reader(out)
    reader.start()
    try:
        yield reader
    finally:
        reader.ended.set()
        reader.join(PATIENCE_SECONDS)


@contextlib.contextmanager
def publisher(kind, out):
    """Start the process that forks publishing children; standard error tells what they die of, if not of us."""
    command = [sys.executable, publishing_forever.__file__, kind, str(out)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    path = str(Path(__file__).parents[2])
    with subprocess.Popen(command, text=True, env={**os.environ, "PYTHONPATH": path}, **pipes) as process:
        yield process
        process.stdin.close()
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr.read() == ""


def versions_seen(out):
    return json.loads((out / "manifest.json").read_bytes())["version"]


def wait_for_another(out, seen):
    """Wait until a child has published something, so that it is killed while it publishes and not before."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while versions_seen(out) in seen and time.monotonic() < patience:
        time.sleep(0.001)


def kill_while_publishing(kind, out, kills):
    """Kill a publishing child at random moments; gives how often the reader looked and what it found wrong."""
    moments, seen = random.Random(14), {versions_seen(out)}
    with reading(out) as reader, publisher(kind, out) as process:
        for _ in range(kills):
            process.stdin.write("go\n")
            process.stdin.flush()
            child = int(process.stdout.readline())
            wait_for_another(out, seen)
            time.sleep(moments.uniform(0, LONGEST_SECONDS))
            os.kill(child, signal.SIGKILL)
            assert process.stdout.readline() == "ended\n"
            assert difference(out) is None
            seen.add(versions_seen(out))
    return reader, seen


def companions(store):
    """Give which citizens the key table and the quarantined rows beside a store belong to."""
    files = [store.with_name(f"{store.name}.keys") / "keys.parquet"]
    files += sorted(store.with_name(f"{store.name}.quarantine").glob("*.parquet"))
    return {pq.read_schema(file).metadata[FINGERPRINT.encode()].decode() for file in files}


def hold_run(folder, kills, evidence):
    out = folder / "nation.run"
    publish_run(out, 1)
    reader, seen = kill_while_publishing("run", out, kills)
    assert reader.faults == [] and reader.looks > kills and len(seen) > kills // 2
    publish_run(out, 2)
    assert difference(out) is None and versions_seen(out) == 2
    assert [path.name for path in folder.iterdir()] == ["nation.run"], "something of a killed run stayed behind"
    evidence.note("R14", "kill −9 while a run is published, read all the time", kills, "old or new, never half or none")


def hold_store(folder, kills, evidence):
    out = folder / "nation.store"
    publish_store(out, 1)
    reader, seen = kill_while_publishing("store", out, kills)
    assert reader.faults == [] and reader.looks > kills and len(seen) > kills // 2
    publish_store(out, 2)
    assert difference(out) is None and versions_seen(out) == 2
    assert companions(out) == {"citizens of version 2"}
    assert sorted(path.name for path in folder.iterdir()) == ["nation.store", "nation.store.keys"]
    evidence.note(
        "R14", "kill −9 while a store is published, read all the time", kills, "old or new, never half or none"
    )


def test_a_run_killed_while_it_is_published(folder, evidence):
    hold_run(folder, 10, evidence)


def test_a_store_killed_while_it_is_published(folder, evidence):
    hold_store(folder, 10, evidence)


@pytest.mark.long
def test_a_run_killed_two_hundred_times_while_it_is_published(folder, evidence):
    hold_run(folder, 200, evidence)


@pytest.mark.long
def test_a_store_killed_two_hundred_times_while_it_is_published(folder, evidence):
    hold_store(folder, 200, evidence)


STEPS = ["the store is exchanged", "the keys followed", "the old quarantine went", "all followed"]
DYING = """
import os, signal, sys
from pathlib import Path
from fordel_dask.registers import place
from fordel_dask.store import publishing
from tests.lib.publishing_forever import publish_store

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def at_step(step):
    if step == 0:
        place._finish_publication = lambda at: die() if at.publication.exists() else None
    if step == 1:
        place.restore = lambda at, aside: die() if at.name.endswith(".quarantine") else None
    if step == 2:
        place.remove = lambda path: (publishing.remove(path), path.name.endswith(".quarantine") and die())
    if step == 3:
        place.remove_work = die

for step in range(4):
    child = os.fork()
    if child == 0:
        at_step(step)
        publish_store(Path(sys.argv[1], str(step), "nation.store"), 2 if step == 2 else 3)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_keys_and_quarantined_rows_follow_the_store_at_the_next_start(tmp_path):
    """A child is killed at each step of the publication; the next ingest lets the rest follow before it works."""
    for step in range(len(STEPS)):
        publish_store(tmp_path / str(step) / "nation.store", 1)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path)], env=environment, check=True, capture_output=True, text=True
    )
    assert died.stdout.split() == [str(-signal.SIGKILL)] * len(STEPS)
    for step, after in enumerate(STEPS):
        out, version = tmp_path / str(step) / "nation.store", 2 if step == 2 else 3
        assert versions_seen(out) == version, after
        with contextlib.suppress(KeyboardInterrupt), workplace(out):
            raise KeyboardInterrupt  # an ingest that begins and is stopped at once
        assert companions(out) == {f"citizens of version {version}"}, after
        assert out.with_name("nation.store.quarantine").exists() == bool(version % 2), after
