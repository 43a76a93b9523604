"""Commands that are killed, stopped or interrupted: what stands there is private, and the next start removes it."""

import os
import signal
import tempfile
import time

import pytest

from fordel_dask.quality.scratch import scratch
from tests.lib.canaries import PERSON_KEYS, PERSONS, Search
from tests.lib.faults import slowness
from tests.lib.rooms import open_to_others

PATIENCE_SECONDS = 60
INTERRUPTED = 60
MOMENTS = {
    "while keys are looked up": ("store.keys", "slots.array"),
    "while rows are set aside": ("store.quarantine.partial", ".parquet"),
    "while the store is written": ("store.partial/store/services", ".parquet"),
}
"""A directory, and how the name of a file in it ends that shows the moment."""
PLACES = {"threads": ("--threads", 1), "processes": ("--workers", 1)}
QUICK = "while keys are looked up"


def end_at(room, marked, moment, how, place):
    """Start an ingest, end it by a signal at a moment, and give how it ended."""
    ingest = room.start("ingest", marked, "--store", room.folder / "store", "--partitions", 9, *place)
    patience = time.monotonic() + PATIENCE_SECONDS * slowness()
    while not has_come(moment, room.folder) and ingest.poll() is None and time.monotonic() < patience:
        time.sleep(0.001)
    if how == signal.SIGKILL:
        os.killpg(ingest.pid, how)
    elif ingest.poll() is None:
        ingest.send_signal(how)
    return ingest.wait(PATIENCE_SECONDS * slowness())


def has_come(moment, folder):
    directory, ending = moment
    files = (file for _, _, names in os.walk(folder / directory) for file in names)
    return any(file.endswith(ending) for file in files)


def beside_the_delivery(room):
    return [path for path in room.folder.iterdir() if path.name.startswith("store")]


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        pytest.param(m, p, marks=() if (m, p) == (QUICK, "threads") else pytest.mark.long)
        for m in MOMENTS
        for p in PLACES
    ],
)
def test_a_killed_ingest_leaves_keys_in_private_places_and_the_next_start_removes_them(
    moment, place, marked, room, evidence
):
    killed = end_at(room, marked, MOMENTS[moment], signal.SIGKILL, PLACES[place]) == -signal.SIGKILL
    assert killed
    assert open_to_others(*beside_the_delivery(room)) == []
    work = Search().look_below(room.folder / "store.partial", PERSON_KEYS)
    elsewhere = room.searched()
    assert work.hits == elsewhere.hits == []
    assert room.run("ingest", marked, "--store", room.folder / "store", "--partitions", 9) == 0, room.last_words()
    names = {path.name for path in beside_the_delivery(room)}
    assert names == {"store", "store.keys", "store.quarantine"}
    assert [path.name for path in (room.folder / "store.keys").iterdir()] == ["keys.parquet"]
    assert Search().look_below(room.folder / "store", PERSON_KEYS).hits == []
    evidence.note(
        "S5",
        "ingests killed (SIGKILL) while they hold person keys",
        1,
        "keys in directories 0700 of files 0600 only, none in the work directory; gone after the next start",
    )
    evidence.note("S1", "ingests killed (SIGKILL): work directory, words, home, temporary files", 1, "0 marks found")


@pytest.mark.parametrize(
    ("how", "place"),
    [
        pytest.param(how, p, marks=() if (how, p) == (signal.SIGTERM, "threads") else pytest.mark.long)
        for how in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
        for p in PLACES
    ],
)
def test_a_stopped_ingest_removes_keys_on_its_way_out(how, place, marked, room, evidence):
    code = end_at(room, marked, MOMENTS[QUICK], how, PLACES[place])
    assert code == INTERRUPTED, room.last_words()
    assert not (room.folder / "store.keys").exists()
    left = [path for path in beside_the_delivery(room) if path.name != "store.quarantine.partial"]
    search = Search()
    for path in left:
        search.look_below(path, PERSON_KEYS)
    assert search.hits == room.searched().hits == []
    assert open_to_others(*beside_the_delivery(room)) == []
    evidence.note("S5", "ingests stopped by SIGTERM, SIGHUP or SIGINT", 1, "no key is left but in rows set aside")


def test_a_killed_run_leaves_nothing_of_persons_in_the_open(store, room, evidence):
    run = room.start("run", store, "--out", room.folder / "run", "--fresh", "--threads", 1)
    patience = time.monotonic() + PATIENCE_SECONDS * slowness()
    while not (room.folder / "run.partial").exists() and run.poll() is None and time.monotonic() < patience:
        time.sleep(0.001)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    work = room.folder / "run.partial"
    assert open_to_others(work) == []
    search = room.searched(work)
    assert [hit for hit in search.hits if hit.mark in {mark.name for mark in PERSONS}] == []
    assert room.run("run", store, "--out", room.folder / "run", "--threads", 1) == 0, room.last_words()
    assert not work.exists()
    evidence.note("S5", "runs killed (SIGKILL): work directory, words, home, temporary files", 1, search.told())


def test_a_killed_check_leaves_keys_in_a_private_place_and_the_next_check_removes_it(marked, room, evidence):
    check = room.start("check", marked, "--out", room.folder / "quality", "--threads", 1)
    patience = time.monotonic() + PATIENCE_SECONDS * slowness()
    while not has_come(("tmp", "slots.array"), room.folder) and check.poll() is None and time.monotonic() < patience:
        time.sleep(0.001)
    os.killpg(check.pid, signal.SIGKILL)
    check.wait()
    (left,) = room.temporary.iterdir()
    assert open_to_others(left) == []
    assert Search().look_below(room.said).look_below(room.home).look_below(room.here).hits == []
    others = room.temporary / "fordel-check-others"
    others.symlink_to(room.said)
    assert room.run("check", marked, "--out", room.folder / "quality", "--threads", 1) == 0, room.last_words()
    assert list(room.temporary.iterdir()) == [others] and list(room.said.iterdir())
    evidence.note("S5", "checks killed (SIGKILL) while they hold person keys", 1, "0700; gone after the next check")


def test_a_check_does_not_remove_the_place_of_another_that_is_at_work(room, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(room.temporary))
    with scratch() as first, scratch() as second:
        assert first.lookup.is_dir() and second.lookup.is_dir() and first != second
    assert list(room.temporary.iterdir()) == []
