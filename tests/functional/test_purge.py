"""What is kept of persons can be deleted, is shown first, and nothing else is touched."""

import json
import os
import pty
import shutil
import stat
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.purge import purge
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.errors import FordelError, SpaceError, UsageError
from fordel_dask.graph import Place
from fordel_dask.purging import delete, deleting, find_holdings
from fordel_dask.registers import ingest
from fordel_dask.schema.directories import DIRECTORIES
from fordel_dask.seals import sealed
from fordel_dask.store.publishing import held, open_work
from fordel_dask.verification import verify_path
from tests.lib.nations import write_nation
from tests.unit.test_ingest_store import Interrupted

SILENT = ProgressLines(quiet=True)
GONE = "what was kept of persons deleted: store, facts, keys, quarantined rows, RUN, work of interrupted commands"
KEPT = "a place with other files, links, a ledger, changed manifests, or a command at work"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("purge")
    write_nation(folder / "registers", seed=4, citizens=2000)
    ingest_registers(folder / "registers", folder / "store", 2, Place(threads=1), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, Place(threads=1), SILENT)
    return folder


@pytest.fixture
def place(made, tmp_path):
    return shutil.copytree(made, tmp_path / "place")


def purged(*arguments):
    return CliRunner().invoke(purge, [*map(str, arguments), "--yes", "--quiet"])


def refused(*arguments):
    """Give the error that the command ends with."""
    error = purged(*arguments).exception
    assert isinstance(error, FordelError)
    return error


def below(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_purged_store_leaves_neither_persons_nor_keys_nor_facts_nor_quarantined_rows(place, evidence):
    assert {"store", "store.keys", "store.quarantine"} < names(place)
    assert purged(place / "store").exit_code == 0
    assert names(place) == {"registers", "run"}
    evidence.note("S5", GONE, 1, "nothing of it is left")


def test_store_and_run_go_by_one_command(place, evidence):
    assert purged(place / "store", place / "run").exit_code == 0
    assert names(place) == {"registers"}
    evidence.note("S5", GONE, 1, "nothing of it is left")


def test_what_is_named_twice_goes_once(place):
    assert purged(place / "store.keys", place / "store", place / "store").exit_code == 0
    assert names(place) == {"registers", "run"}


def test_what_would_go_is_shown_to_the_byte_and_nothing_goes(place):
    before = below(place)
    shown = json.loads(CliRunner().invoke(purge, [str(place / "store"), "--show", "--json"]).stdout)
    parts = [part for where in shown["places"] for part in where["parts"]]
    assert sum(part["bytes"] for part in parts) == sum(
        len(content) for name, content in before.items() if name.startswith("store")
    )
    assert {part["holds"] for part in parts} == {
        "keys of persons",
        "rows of persons, with their keys",
        "rows of persons by number, without keys",
        "sums and marks of every person by number, without keys",
        "lists of codes, clinics, areas and municipalities, and counts of rows",
    }
    persons = pq.read_metadata(place / "store.keys" / "keys.parquet").num_rows
    assert (shown["deleted_at"], shown["places"][0]["citizens"]) == (None, persons)
    assert below(place) == before


def answered(place, answer):
    """Run the command on a terminal that answers; gives its exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "fordel_dask", "purge", str(place / "run"), "--quiet"]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        os.write(ours, answer)
        _, said = process.communicate(timeout=60)
    os.close(ours), os.close(theirs)
    assert b"sums and counts, some of few persons" in said
    return process.returncode


def test_it_asks_and_a_no_keeps_everything(place):
    assert answered(place, b"n\n") == 2
    verify_path(place / "run")
    assert answered(place, b"y\n") == 0
    assert not (place / "run").exists()


def test_without_anybody_to_ask_and_without_yes_nothing_goes(place):
    before = below(place)
    result = CliRunner().invoke(purge, [str(place / "store")])
    assert isinstance(result.exception, UsageError)
    assert "--yes" in str(result.exception)
    assert below(place) == before


def test_keys_can_go_alone_and_the_store_still_gives_the_same_numbers(place):
    assert purged(place / "store", "--keys-only").exit_code == 0
    assert names(place) == {"registers", "run", "store"}
    assert verify_path(place / "store")["kind"] == "prepared store"
    run_store(place / "store", place / "again", "national-2025", AS_USUAL, Place(threads=1), SILENT)
    assert (place / "again" / "clinics.csv").read_bytes() == (place / "run" / "clinics.csv").read_bytes()


def test_keys_alone_are_no_question_of_a_run(place):
    assert "is no prepared store" in str(refused(place / "run", "--keys-only"))
    assert (place / "run").exists()


@pytest.mark.parametrize("end", ["keys", "quarantine"])
def test_what_stands_beside_a_store_can_be_named_by_itself(place, end):
    assert purged(place / f"store.{end}").exit_code == 0
    assert not (place / f"store.{end}").exists()
    assert verify_path(place / "store")["kind"] == "prepared store"


def test_a_file_that_is_not_ours_is_named_and_stays_and_the_rest_goes(place, evidence):
    thesis = place / "store" / "services" / "thesis.txt"
    thesis.write_text("years of work", "utf-8")
    result = purged(place / "store", "--json")
    assert result.exit_code == 13
    assert json.loads(result.stdout)["not_ours_and_left"] == [str(thesis)]
    assert below(place / "store") == {"services/thesis.txt": b"years of work"}
    assert not (place / "store.keys").exists()
    evidence.note("S5", KEPT, 1, "refused or left, and named")


@pytest.mark.parametrize("what", ["services", "services/part-00000.parquet", "facts", "codebooks.json"])
def test_no_link_is_followed_out_of_a_store(place, what, evidence):
    outside = place / "outside"
    (place / "store" / what).rename(outside)
    (place / "store" / what).symlink_to(outside)
    before = below(outside) if outside.is_dir() else outside.read_bytes()
    result = purged(place / "store")
    assert result.exit_code == 13
    assert what in result.stdout
    assert (place / "store" / what).is_symlink()
    assert (below(outside) if outside.is_dir() else outside.read_bytes()) == before
    evidence.note("S5", KEPT, 1, "refused or left, and named")


def test_a_link_in_the_place_of_keys_or_of_the_store_is_not_followed(place, evidence):
    (place / "store.keys").rename(place / "elsewhere")
    (place / "store.keys").symlink_to(place / "elsewhere")
    assert purged(place / "store").exit_code == 13
    assert (place / "elsewhere" / "keys.parquet").exists()
    (place / "link").symlink_to(place / "run")
    assert "is a link" in str(refused(place / "link"))
    verify_path(place / "run")
    evidence.note("S5", KEPT, 2, "refused or left, and named")


def test_a_manifest_that_leads_elsewhere_deletes_nothing_there(place):
    path = place / "run" / "manifest.json"
    content = {key: value for key, value in json.loads(path.read_bytes()).items() if key != "seal"}
    content["files"]["../store/manifest.json"] = content["files"]["clinics.csv"]
    path.write_text(json.dumps(sealed(content), indent=1) + "\n", "utf-8")
    assert "leads elsewhere" in str(refused(place / "run"))
    verify_path(place / "store")


@pytest.mark.parametrize("harm", ["missing", "changed", "no manifest at all"])
def test_a_directory_that_no_manifest_of_ours_vouches_for_is_not_touched(place, harm, evidence):
    manifest = place / "run" / "manifest.json"
    if harm == "changed":
        manifest.write_text(manifest.read_text("utf-8").replace('"kind": "run"', '"kind": "Run"'), "utf-8")
    else:
        manifest.unlink()
    if harm == "no manifest at all":
        shutil.rmtree(place / "run"), (place / "run").mkdir()
        (place / "run" / "clinics.csv").touch()
    before = below(place)
    error = refused(place / "run")
    assert (error.exit_code, below(place)) == (13, before)
    evidence.note("S5", KEPT, 1, "refused or left, and named")


@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "not sealed"])
def test_a_ledger_of_releases_is_never_deleted(place, is_sealed, evidence):
    ledger = place / "ledger"
    ledger.mkdir()
    content = {"kind": "ledger", "files": {"ledger.jsonl": {}}}
    (ledger / "manifest.json").write_text(json.dumps(sealed(content) if is_sealed else content) + "\n", "utf-8")
    (ledger / "ledger.jsonl").touch()
    assert "later releases are held against it" in str(refused(ledger))
    assert names(ledger) == {"manifest.json", "ledger.jsonl"}
    evidence.note("S5", KEPT, 1, "refused or left, and named")


@pytest.mark.parametrize("kind", [*sorted(DIRECTORIES), "release-proposal"])
def test_every_kind_of_directory_of_tables_can_be_deleted(tmp_path, kind):
    named = ("table.csv", "for_the_checker/counts.csv")
    (tmp_path / "out" / "for_the_checker").mkdir(parents=True)
    for name in named:
        (tmp_path / "out" / name).touch()
    content = sealed({"kind": kind, "files": {name: {"bytes": 0, "sha256": ""} for name in named}})
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    assert purged(tmp_path / "out").exit_code == 0
    assert names(tmp_path) == set()


def test_a_store_of_an_earlier_format_can_be_deleted_though_no_longer_read(place):
    path = place / "store" / "manifest.json"
    content = {key: value for key, value in json.loads(path.read_bytes()).items() if key != "seal"}
    path.write_text(json.dumps(sealed({**content, "format_version": 1})) + "\n", "utf-8")
    assert purged(place / "store").exit_code == 0
    assert not (place / "store").exists()


def test_several_faults_are_told_at_once_and_nothing_goes(place):
    before = below(place)
    (place / "empty").mkdir()
    error = refused(place / "store", place / "nowhere", place / "empty")
    assert (error.exit_code, len(error.gathered)) == (2, 2)
    assert below(place) == before


def test_a_store_that_a_run_reads_is_not_deleted(place, evidence):
    (facts,) = (path for path in (place / "store" / "facts").iterdir())
    before = below(place)
    with held(facts):
        assert "A run is reading store" in str(refused(place / "store"))
    assert below(place) == before
    evidence.note("S5", KEPT, 1, "refused or left, and named")


AT_WORK = {
    "an ingest": ("store", "fordel ingest", []),
    "an ingest, of keys alone": ("store", "fordel ingest", ["--keys-only"]),
    "a run": ("run", "fordel run", []),
    "scenarios": ("run", "fordel scenarios", []),
}


@pytest.mark.parametrize(("name", "command", "option"), AT_WORK.values(), ids=AT_WORK)
def test_a_place_where_a_command_is_at_work_is_not_deleted(place, name, command, option, evidence):
    with open_work(place / f"{name}.partial", command, "busy"):
        before = below(place)
        error = refused(place / name, *option)
        assert (error.exit_code, "is at work" in str(error)) == (2, True)
        assert below(place) == before
    evidence.note("S5", KEPT, 1, "refused or left, and named")


def test_what_an_interrupted_ingest_left_goes_though_there_is_no_store_yet(place, evidence):
    with pytest.raises(KeyboardInterrupt):
        ingest(place / "registers", place / "new", Interrupted("hashing extracts"), partitions=2)
    lookup = place / "new.keys" / "lookup" / "begun"  # as after a kill: an interruption removes it
    lookup.mkdir(parents=True)
    (lookup / "slots.npy").write_bytes(b"0101010101")
    assert "new.partial" in names(place)
    assert purged(place / "new").exit_code == 0
    assert [name for name in names(place) if name.startswith("new")] == []
    assert verify_path(place / "store")["kind"] == "prepared store"
    evidence.note("S5", GONE, 1, "nothing of it is left")


def test_what_an_interrupted_run_left_goes_alone_or_with_the_run(place, evidence):
    for asked in ("run.partial", "run"):
        open_work(place / "run.partial", "fordel run", "busy").close()
        (place / "run.partial" / "cells-0123.sums").write_bytes(b"sums")
        assert purged(place / asked).exit_code == 0
        assert not (place / "run.partial").exists()
    assert not (place / "run").exists()
    evidence.note("S5", GONE, 2, "nothing of it is left")


def test_a_directory_called_partial_that_is_none_of_ours_stays(place):
    (place / "letters.partial").mkdir()
    (place / "letters.partial" / "thesis.txt").touch()
    assert "no work of ours" in str(refused(place / "letters.partial"))
    assert names(place / "letters.partial") == {"thesis.txt"}


def test_the_record_says_what_went_and_when_and_no_value_of_a_person(place):
    keys = pq.read_table(place / "store.keys" / "keys.parquet")["key"].to_pylist()
    record = place / "record.json"
    assert purged(place / "store", "--record", record).exit_code == 0
    text = record.read_text("utf-8")
    content = json.loads(text)
    assert content["what"] == "record of a deletion"
    assert content["deleted_at"].endswith("+00:00")
    assert "Overwriting is not promised" in content["promise"]
    assert not [key for key in keys if key in text]
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


@pytest.mark.parametrize("where", ["record.json", "store/record.json"])
def test_a_record_neither_replaces_a_file_nor_goes_with_what_is_deleted(place, where):
    if where == "record.json":
        (place / where).write_text("an earlier record", "utf-8")
    before = below(place)
    assert "Nothing was deleted" in str(refused(place / "store", "--record", place / where))
    assert below(place) == before


def test_what_cannot_be_written_down_is_not_deleted(place):
    error = refused(place / "store", "--record", place / "nowhere" / "record.json")
    assert isinstance(error, SpaceError)
    verify_path(place / "store")


def test_a_deletion_that_was_stopped_is_ended_by_the_same_command(place, monkeypatch):
    delete_one, deleted = deleting._delete_one, []

    def until_the_machine_stops(root, name):
        if len(deleted) > 8:
            raise KeyboardInterrupt
        deleted.append(name)
        return delete_one(root, name)

    monkeypatch.setattr(deleting, "_delete_one", until_the_machine_stops)
    assert purged(place / "store").exit_code != 0
    assert not (place / "store.keys").exists(), "keys go first"
    assert (place / "store" / "manifest.json").exists(), "the manifest goes last"
    monkeypatch.undo()
    assert purged(place / "store").exit_code == 0
    assert names(place) == {"registers", "run"}


def test_what_cannot_be_deleted_is_told(place):
    (holding,) = find_holdings([place / "run"])
    shutil.rmtree(place / "run" / "clinics.csv", ignore_errors=True)
    (place / "run" / "clinics.csv").unlink()
    (place / "run" / "clinics.csv").mkdir()  # became something else between looking and deleting
    (left,) = delete([holding])
    assert (left.path.name, left.why) == ("clinics.csv", "is no ordinary file any more")


def test_what_came_after_it_was_shown_is_not_deleted_unseen(place, monkeypatch):
    def while_it_is_asked(_):
        late = place / "store" / "facts" / ("0" * 32)
        late.mkdir()
        (late / "part-00000.arrow").write_bytes(b"a new run")

    monkeypatch.setattr(sys.modules["fordel_dask.cli.purge"], "_ask", while_it_is_asked)
    result = CliRunner().invoke(purge, [str(place / "store"), "--quiet"])
    assert "has changed since it was shown" in str(result.exception)
    assert (place / "store.keys" / "keys.parquet").exists()


def test_files_that_have_another_name_too_are_told_since_what_they_hold_stays(place):
    os.link(place / "store.keys" / "keys.parquet", place / "copy-of-keys")
    shown = CliRunner().invoke(purge, [str(place / "store"), "--show"]).stdout
    assert "1 of these files have another name too (a hard link)" in shown


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Give a directory for temporary files with scratch of killed commands, and of two that may be at work."""
    folder = tmp_path / "tmp"
    names = ("fordel-check-killed", "fordel-check-at-work", "fordel-selftest-killed", "fordel-selftest-new")
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "keys").write_bytes(b"0101010101")
    for name in names[:2]:
        (folder / name / "lock").touch()
    long_ago = time.time() - 7200
    for path in (folder / names[2] / "keys", folder / names[2]):
        os.utime(path, (long_ago, long_ago))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with held(folder / "fordel-check-at-work"):
        yield folder


def test_scratch_of_killed_commands_and_compiled_kernels_go_if_asked(temporary, tmp_path, monkeypatch, evidence):
    kernels = tmp_path / "home" / "fordel_dask" / "kernels-0123456789abcdef" / "sums_1"
    kernels.mkdir(parents=True)
    (kernels / "a.nbc").touch()
    (temporary / "fordel-check-link").symlink_to(kernels)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert purged("--caches").exit_code == 13
    assert names(temporary) == {"fordel-check-at-work", "fordel-selftest-new", "fordel-check-link"}
    assert below(tmp_path / "home") == {}
    evidence.note("S5", "scratch of commands that were killed", 2, "deleted; that of a command at work stays")


def test_deleting_nothing_is_no_order():
    assert isinstance(refused(), UsageError)
