"""The disk is full, wherever a command writes: exit 31 or 30, one clear paragraph, nothing half, the old still there.

Each command works on a small disk in memory that is filled up to less and less free space, so that one
writer after the other meets the end of it; with space it then works.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from fordel_dask.cli import cli
from fordel_dask.errors import FordelError, SpaceError
from fordel_dask.graph.executor import Threads
from fordel_dask.planning import disk as planned_disk
from fordel_dask.registers import ingest
from tests.lib.nations import write_nation

MIB = 1 << 20
DISK_MIB = 96
LEAST_FREE = 16 * 1024
QUICK_STEPS, LONG_STEPS, DEMO_STEPS = 2, 16, 8


@pytest.fixture(scope="module")
def disk():
    """A disk of its own, in memory."""
    with tempfile.TemporaryDirectory(prefix="fordel-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0700", "tmpfs", name]
        if not shutil.which("mount") or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("a small disk of its own can be mounted by root only")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@pytest.fixture
def place(disk):
    """An empty disk."""
    for path in disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return disk


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    return write_nation(tmp_path_factory.mktemp("full") / "registers", 11, 2000, patients="both")


@contextlib.contextmanager
def filled(place, free):
    """Fill the disk until so many bytes are free."""
    ballast, state = place / "ballast", os.statvfs(place)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(state.f_bavail * state.f_frsize - free, 1))
    try:
        yield
    finally:
        ballast.unlink()


def taken(place):
    state = os.statvfs(place)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def attempt(*arguments):
    """Give the exit code and the message of a command; anything but an error of ours fails the test."""
    try:
        cli.main([str(argument) for argument in arguments], prog_name="fordel", standalone_mode=False)
    except FordelError as error:
        return error.exit_code, str(error)
    except SystemExit as ended:
        return ended.code, ""
    return 0, ""


def everything(*places):
    return {path: path.read_bytes() for place in places for path in sorted(place.rglob("*")) if path.is_file()}


def hold_refused(place, command, published=(), work=()):
    """Run a command with less and less space; gives how often it was refused.

    ``published`` must stay as it is, ``work`` may hold finished work, and no temporary file stays.
    """

    def refused_with(free):
        with filled(place, free):
            code, message = command()
        assert code in (30, 31), f"{code} with {free:,} bytes free: {message}"
        assert 0 < len(message) < 900 and "Traceback" not in message
        assert everything(*published) == before, f"with {free:,} bytes free something published was changed"
        left = {path for path in everything(place) if not path.is_relative_to(place / "old")} - known
        assert not [path for path in left if path.name.startswith(".")], "a temporary file stayed"
        assert not [path for path in left if path.relative_to(place).parts[0] not in work], "something half stayed"
        for name in work:
            shutil.rmtree(place / name, ignore_errors=True)

    before, known = everything(*published), set(everything(place))
    return refused_with


def sizes(needed, steps):
    """Give sizes from nearly nothing to nearly enough."""
    return [LEAST_FREE + (needed * 9 // 10 - LEAST_FREE) * step // (steps - 1) for step in range(steps)]


@pytest.fixture(params=[QUICK_STEPS, pytest.param(LONG_STEPS, marks=pytest.mark.long)], ids="{} sizes".format)
def steps(request):
    return request.param


DONE = "disk full at less and less free space"


def test_a_full_disk_during_an_ingest(place, registers, steps, evidence):
    store = place / "nation.store"

    def without_a_plan():
        """The plan would refuse it before anything is written; here the writers are asked."""
        try:
            ingest(registers, store, Threads(2), partitions=3)
        except SpaceError as error:
            return error.exit_code, str(error)
        return 0, ""

    ingest(write_nation(place / "old", 12, 1500, patients="both"), store, Threads(2), partitions=2)
    shutil.rmtree(place / "old")
    companions = [place / "nation.store", place / "nation.store.keys", place / "nation.store.quarantine"]
    before = taken(place)
    ingest(registers, place / "other", Threads(2), partitions=3)
    needed = taken(place) - before
    for name in ("other", "other.keys", "other.quarantine"):
        shutil.rmtree(place / name)
    refused_with = hold_refused(
        place, without_a_plan, companions, ("nation.store.partial", "nation.store.quarantine.partial")
    )
    for free in sizes(needed, steps):
        refused_with(free)
    with filled(place, LEAST_FREE):
        assert attempt("ingest", registers, "--store", store, "--quiet")[0] in (30, 31)
    old = everything(*companions)
    assert without_a_plan()[0] == 0 and everything(*companions) != old
    evidence.note("R13", f"{DONE}: ingest, with keys and quarantined rows", steps, "exit 31, the old store stands")


def test_a_full_disk_during_a_run(place, registers, steps, evidence, monkeypatch):
    store, out = place / "nation.store", place / "nation.run"
    ingest(registers, store, Threads(2), partitions=3)
    run = ("run", store, "--out", out, "--quiet")
    before = taken(place)
    assert attempt(*run)[0] == 0
    needed = taken(place) - before
    old = {path: content for path, content in everything(out).items() if path.name != "manifest.json"}
    shutil.rmtree(store / "facts")
    with filled(place, LEAST_FREE):
        assert attempt(*run)[0] == 30, "the plan knows beforehand"
    monkeypatch.setattr(planned_disk, "facts_bytes_of", lambda *_: 0)

    def command():
        code, message = attempt(*run)
        shutil.rmtree(store / "facts", ignore_errors=True)
        return code, message

    refused_with = hold_refused(place, command, [store, out], ("nation.run.partial",))
    for free in sizes(needed, steps):
        refused_with(free)
    assert attempt(*run)[0] == 0
    assert {path: content for path, content in everything(out).items() if path.name != "manifest.json"} == old
    evidence.note("R13", f"{DONE}: run, with facts and sums", steps, "exit 31 (30 from the plan), the old run stands")


def test_a_full_disk_during_synth(place, steps, evidence):
    out = place / "invented"
    command = ("synth", "--citizens", "1000", "--out", out, "--quiet")
    assert attempt(*command)[0] == 0
    whole, needed = everything(out), taken(place)
    shutil.rmtree(out)
    refused_with = hold_refused(place, lambda: attempt(*command), (), ("invented",))
    for free in sizes(needed, steps):
        refused_with(free)
    assert attempt(*command)[0] == 0 and everything(out) == whole
    evidence.note("R13", f"{DONE}: synth", steps, "exit 31, every file whole or not there")


def test_a_full_disk_during_a_check(place, registers, steps, evidence, monkeypatch):
    out = place / "report"
    (place / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place / "scratch"))
    command = ("check", registers, "--out", out, "--quiet")
    assert attempt(*command)[0] == 0
    whole = everything(out)
    refused_with = hold_refused(place, lambda: attempt(*command), [out], ())
    for free in sizes(sum(map(len, whole.values())), steps):
        refused_with(free)
    assert attempt(*command)[0] == 0 and everything(out) == whole
    evidence.note("R13", f"{DONE}: check, report and scratch", steps, "exit 31, the old report stands")


@pytest.mark.long
def test_a_full_disk_during_a_demo(place, evidence):
    out = place / "demo"
    command = ("demo", "--citizens", "20000", "--out", out, "--quiet")
    assert attempt(*command)[0] == 0
    needed = taken(place)
    for part in ("store", "store.keys", "run", "page"):
        assert (out / part).exists()
    refused_with = hold_refused(place, lambda: attempt(*command), (), ("demo",))
    shutil.rmtree(out)
    for free in sizes(needed, DEMO_STEPS):
        refused_with(free)
    assert attempt(*command)[0] == 0 and (out / "page" / "index.html").exists()
    evidence.note("R13", f"{DONE}: demo", DEMO_STEPS, "exit 31 (30 from the plan), no temporary file stays")


COMMANDS = {
    "run": ["run", "{}/nation.store", "--out", "{}/closed/run"],
    "ingest": ["ingest", "{}/registers", "--store", "{}/closed/store"],
    "synth": ["synth", "--citizens", "1000", "--out", "{}/closed/invented"],
    "check": ["check", "{}/registers", "--out", "{}/closed/report"],
    "demo": ["demo", "--citizens", "1000", "--out", "{}/closed/demo"],
}


@pytest.fixture(scope="module")
def closed(disk, registers, tmp_path_factory):
    """A directory on a disk that cannot be written, for root neither."""
    folder = tmp_path_factory.mktemp("closed")
    shutil.copytree(registers, folder / "registers")
    ingest(folder / "registers", folder / "nation.store", Threads(2), partitions=2)
    (folder / "closed").mkdir()
    mounted = folder / "closed"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", mounted], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", mounted], check=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_cannot_be_written(command, closed, evidence):
    code, message = attempt(*(argument.format(closed) for argument in COMMANDS[command]), "--quiet")
    assert code == 31, message
    assert 0 < len(message) < 900
    assert list((closed / "closed").iterdir()) == []
    evidence.note("R13", "a directory that cannot be written: run, ingest, synth, check, demo", 1, "exit 31")
