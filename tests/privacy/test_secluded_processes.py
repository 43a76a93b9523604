"""A process that holds rows of persons leaves no dump, and tells of errors, warnings and logs their kind and place."""

import importlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fordel_dask.errors import CoverageError, FordelError
from fordel_dask.graph import Place, guarded, open_executor
from fordel_dask.graph.guarded import Guarded
from fordel_dask.privacy import traceback_text
from fordel_dask.privacy.logs import record_without_values
from fordel_dask.registers.work import task
from tests.lib.canaries import KEYS, found
from tests.lib.plants import ABORTED, EXCEPTIONS
from tests.lib.rooms import generous

SEGFAULT = "import ctypes; ctypes.string_at(0)"
KEY = KEYS[0]


def planted(kind):
    """Give the exception of a failing library, with all that led to it."""
    try:
        EXCEPTIONS[kind]()
    except BaseException as error:
        return error
    raise AssertionError(kind)


def chain(error):
    """Give all that travels with an exception."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_a_traceback_shows_files_lines_and_kinds_and_no_text_of_a_library(kind, evidence):
    error = planted(kind)
    assert any(found(repr(one), str(one)) for one in chain(error)), "nothing was planted"
    told = traceback_text(error)
    assert not found(told)
    assert type(error).__name__ in told and "plants.py" in told
    evidence.note("S1", "tracebacks of --debug, of exceptions that hold a person's values", 1, "0 marks")


def test_a_traceback_shows_the_text_of_our_own_errors():
    assert "three of four files" in traceback_text(CoverageError("three of four files"))


def test_a_traceback_names_a_module_that_is_not_there():
    with pytest.raises(ImportError) as missing:
        importlib.import_module("no_such_module")
    assert "no_such_module" in traceback_text(missing.value)
    assert not found(traceback_text(ImportError(KEY)))


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_what_a_task_hands_back_holds_nothing_of_a_library(kind, monkeypatch, evidence):
    monkeypatch.setattr(guarded, "seclude", lambda: None)  # this process goes on with other tests
    failure = Guarded(lambda item: EXCEPTIONS[kind]())(object())
    error = failure.error()
    assert not found(pickle.dumps(failure), pickle.dumps(error), *map(repr, chain(error)), repr(failure))
    assert error.__context__ is None and error.__cause__ is None
    evidence.note("S1", "failures of tasks as they travel to scheduler and client", 1, "0 marks, nothing attached")


@pytest.mark.parametrize("kind", sorted(EXCEPTIONS.keys() - {"SystemExit", "a panic"}))
def test_what_a_task_of_an_ingest_raises_has_nothing_of_a_library_attached(kind):
    with pytest.raises(FordelError) as raised:
        task(lambda item: EXCEPTIONS[kind]())(None)
    assert len(chain(raised.value)) == 1
    assert not found(str(raised.value), repr(raised.value.args), pickle.dumps(raised.value))


@pytest.fixture
def secluded_logs():
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(record_without_values)
    yield
    logging.setLogRecordFactory(before)


LOGGER = logging.getLogger("pyarrow.dataset")
FILLED_IN = {
    "into a fixed text": lambda: LOGGER.warning("row of %s", KEY),
    "by name": lambda: LOGGER.warning("row of %(key)s", {"key": KEY}),
    "before": lambda: LOGGER.warning(f"row of {KEY}"),
    "as the text itself": lambda: LOGGER.error(KEY),
    "as an object": lambda: LOGGER.error([KEY]),
    "with where it was": lambda: LOGGER.warning("row of %s", KEY, stack_info=True),
    "by an exception": lambda: LOGGER.warning("Compute Failed", exc_info=KeyError(KEY)),
}


@pytest.mark.parametrize("log", FILLED_IN.values(), ids=FILLED_IN)
def test_a_log_record_of_a_library_loses_what_is_filled_in(log, secluded_logs, caplog, evidence):
    log()
    (record,) = caplog.records
    assert record.name == "pyarrow.dataset" and record.filename == "test_secluded_processes.py"
    assert not found(caplog.text, *map(repr, vars(record).values()))
    evidence.note("S1", "log records of libraries with a person's values", 1, "0 marks; name, level and place are kept")


def test_a_fixed_text_and_the_kind_of_an_exception_are_kept(secluded_logs, caplog):
    LOGGER.warning("row of %s", KEY)
    LOGGER.error("Compute Failed", exc_info=KeyError(KEY))
    assert [record.getMessage() for record in caplog.records] == ["row of %s", "Compute Failed [KeyError]"]


def test_our_own_log_records_are_whole(secluded_logs, caplog):
    logging.getLogger("fordel_dask.cli").warning("%d of %d files", 3, 4)
    assert "3 of 4 files" in caplog.text


def test_threads_may_log_at_once(secluded_logs, caplog):
    threads = [threading.Thread(target=logging.getLogger("x").warning, args=("at %s", KEY)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not found(caplog.text)


UNCAUGHT = f"""
import threading, warnings, gc
from fordel_dask.privacy import seclude
seclude()
person = "{KEY}"
warnings.warn(f"strange {{person}}")
thread = threading.Thread(target=lambda: {{}}[person]); thread.start(); thread.join()
class Lost:
    def __del__(self): raise ValueError(person)
Lost(); gc.collect()
int(person + "x")
"""


def test_what_nobody_catches_is_told_by_kind_and_place(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(UNCAUGHT.replace(f'"{KEY}"', f"str({int(KEY) - 1} + 1)"), "utf-8")
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    for kind in ("UserWarning", "KeyError", "Ignored: ValueError", "ValueError: (text withheld"):
        assert kind in ended.stderr
    assert not found(ended.stderr, ended.stdout)


def leaves_a_dump(folder):
    """Tell whether this machine writes dumps into the directory where a process died."""
    if Path("/proc/sys/kernel/core_pattern").read_text("ascii").strip() != "core":
        return False
    subprocess.run([sys.executable, "-c", SEGFAULT], cwd=folder, preexec_fn=generous, check=False)
    dumps = list(folder.iterdir())
    for dump in dumps:
        dump.unlink()
    return bool(dumps)


@pytest.mark.parametrize("place", [("--threads", "2"), pytest.param(("--workers", "1"), marks=pytest.mark.long)])
def test_a_process_that_crashes_leaves_no_dump_and_says_no_value(place, marked, room, tmp_path, evidence):
    (tmp_path / "control").mkdir()
    dumps_are_written = leaves_a_dump(tmp_path / "control")
    told = {"PLANTED": ABORTED, "PYTHONFAULTHANDLER": "1"}
    command = ("ingest", marked, "--store", room.folder / "store", *place)
    assert room.run(*command, module="tests.lib.plants", **told) != 0
    assert "Segmentation fault" in room.last_words() and "plants.py" in room.last_words()
    search = room.searched()
    assert search.hits == [] and list(room.here.iterdir()) == []
    where = "in the working directory" if dumps_are_written else "(this machine keeps dumps elsewhere)"
    evidence.note("S1", "ingests that crash in a library in C, with faulthandler", 1, f"no dump {where}, 0 marks said")


def test_workers_can_be_dumped_by_nobody_write_for_their_owner_and_spill_nothing(evidence):
    with open_executor(Place(workers=1)) as cluster:
        (limits,) = cluster.client.run(limits_of_process).values()
        spills = cluster.client.run(lambda dask_worker: dask_worker.memory_manager.memory_spill_fraction)
        targets = cluster.client.run(lambda dask_worker: dask_worker.memory_manager.memory_target_fraction)
        data = cluster.client.run(lambda dask_worker: type(dask_worker.data).__name__)
    assert limits == {"core": (0, 0), "dumpable": 0, "umask": 0o077}
    assert {*spills.values(), *targets.values()} == {False}
    assert set(data.values()) == {"dict"}  # a buffer that spills is another kind
    evidence.note("S5", "local workers asked for core limit, dumps, umask and spilling", 1, "0, off, 077, off")


def limits_of_process():
    import ctypes
    import resource

    mask = os.umask(0)
    os.umask(mask)
    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
        "umask": mask,
    }
