"""How a finished directory comes into its place, and who may work beside it."""

import stat
import subprocess
import sys

import pytest

from fordel_dask.errors import SpaceError, UsageError
from fordel_dask.store import publishing
from fordel_dask.store.publishing import (
    exchange,
    held,
    open_work,
    put_in_place,
    remove_unless_held,
    remove_work,
    restore,
    writing,
)

BUSY = "Another one is at work."


def folder_with(path, text):
    path.mkdir(parents=True)
    (path / "file").write_text(text, "utf-8")
    return path


@pytest.fixture(params=["exchange", "two renames"])
def way(request, monkeypatch):
    """Publish as Linux can, or as a file system that refuses to exchange names."""
    if request.param == "two renames":
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    return request.param


def test_the_first_directory_gets_its_place(tmp_path, way):
    put_in_place(folder_with(tmp_path / "work" / "new", "new"), tmp_path / "place", tmp_path / "work" / "aside")
    assert (tmp_path / "place" / "file").read_text("utf-8") == "new"
    assert list((tmp_path / "work").iterdir()) == []


def test_a_new_directory_takes_the_place_of_the_old_one_and_nothing_else_is_left(tmp_path, way):
    folder_with(tmp_path / "place", "old")
    put_in_place(folder_with(tmp_path / "work" / "new", "new"), tmp_path / "place", tmp_path / "work" / "aside")
    assert (tmp_path / "place" / "file").read_text("utf-8") == "new"
    assert list((tmp_path / "work").iterdir()) == []


def test_on_linux_two_names_change_places_in_one_step(tmp_path):
    one, other = folder_with(tmp_path / "one", "1"), folder_with(tmp_path / "other", "2")
    assert exchange(one, other)
    assert [(path / "file").read_text("utf-8") for path in (one, other)] == ["2", "1"]


def test_names_that_cannot_be_exchanged_stay_as_they_are(tmp_path):
    assert not exchange(folder_with(tmp_path / "one", "1"), tmp_path / "missing")
    assert (tmp_path / "one" / "file").read_text("utf-8") == "1"


def test_where_the_second_rename_fails_the_old_directory_is_put_back(tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    place, new = folder_with(tmp_path / "place", "old"), folder_with(tmp_path / "work" / "new", "new")
    rename = type(new).rename

    def refuse_the_new(self, target):
        if self == new:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(type(new), "rename", refuse_the_new)
    with pytest.raises(OSError, match="Input/output"):
        put_in_place(new, place, tmp_path / "work" / "aside")
    assert (place / "file").read_text("utf-8") == "old"


def test_what_a_killed_process_had_moved_aside_is_put_back_at_the_next_start(tmp_path):
    folder_with(tmp_path / "aside", "old")
    restore(tmp_path / "place", tmp_path / "aside")
    assert (tmp_path / "place" / "file").read_text("utf-8") == "old"
    assert not (tmp_path / "aside").exists()


def test_what_was_replaced_already_is_removed_at_the_next_start(tmp_path):
    folder_with(tmp_path / "place", "new"), folder_with(tmp_path / "aside", "old")
    restore(tmp_path / "place", tmp_path / "aside")
    assert (tmp_path / "place" / "file").read_text("utf-8") == "new"
    assert not (tmp_path / "aside").exists()


def test_a_work_directory_is_private_and_one_process_has_it_at_a_time(tmp_path):
    work = tmp_path / "run.partial"
    with open_work(work, "fordel run", BUSY):
        assert stat.S_IMODE(work.stat().st_mode) == 0o700
        with pytest.raises(UsageError, match=BUSY):
            open_work(work, "fordel run", BUSY)
    with open_work(work, "fordel run", BUSY):
        remove_work(work)
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_killed_process_is_open(tmp_path):
    script = (
        "import os, signal, sys, pathlib\nfrom fordel_dask.store.publishing import open_work\n"
        "lock = open_work(pathlib.Path(sys.argv[1]), 'fordel run', '')\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", script, tmp_path / "work"], check=False)
    assert died.returncode == -9
    assert (tmp_path / "work" / "lock").exists()
    open_work(tmp_path / "work", "fordel run", BUSY).close()


def test_the_work_of_another_command_is_left_alone(tmp_path):
    open_work(tmp_path / "work", "fordel ingest", BUSY).close()
    with pytest.raises(UsageError, match="holds the work of 'fordel ingest'"):
        open_work(tmp_path / "work", "fordel run", BUSY)


def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    folder = folder_with(tmp_path / "work", "not ours")
    folder.chmod(0o755)
    with pytest.raises(UsageError, match="no work of ours"):
        open_work(folder, "fordel run", BUSY)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_a_directory_that_is_read_is_not_removed(tmp_path):
    folder = folder_with(tmp_path / "facts", "1")
    with held(folder), held(folder):
        remove_unless_held(folder)
        assert (folder / "file").exists()
    remove_unless_held(folder)
    assert not folder.exists()


def test_a_directory_that_cannot_be_written_can_still_be_read(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(publishing, "_locked", refuse)
    with held(folder_with(tmp_path / "facts", "1")):
        assert (tmp_path / "facts" / "file").exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (OSError(13, "Permission denied"), "Permission denied"),
        (OSError("512 requested and 0 written"), "the disk is full, or"),
    ],
    ids=["full", "not allowed", "without a number"],
)
def test_what_a_file_system_refuses_becomes_an_error_of_ours(error, told):
    with pytest.raises(SpaceError, match=told), writing("The run in x"):
        raise error
