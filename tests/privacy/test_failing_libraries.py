"""A library fails inside a task and says a person's values in every way it can: none of it leaves the process.

What a library raises, logs, warns of, prints from a thread or a destructor is planted by ``tests/lib/plants.py``.
"""

import json
import shutil
import sys
import urllib.error
import urllib.request
from types import MappingProxyType, SimpleNamespace

import distributed
import pytest

from fordel_dask.graph.unspilled import keep_in_memory
from tests.lib.canaries import PERSONS, Search
from tests.lib.faults import OwnCluster
from tests.lib.plants import EXCEPTIONS, UNPROTECTED_WORDS

PLANTS = "tests.lib.plants"
QUICK = {("ingest", "ArrowInvalid"), ("run", "one from another")}
CODES = {"OSError": 31, "MemoryError": 30}
PAGES = (
    *("/info/main/workers.html", "/info/main/logs.html", "/json/counts.json", "/json/identity.json", "/metrics"),
    *("/json/index.html", "/info/logs.html", "/api/v1/", "/status", "/health"),
)
"""What a scheduler shows of itself unless it is told not to."""


def command_of(name, marked, store, room):
    """Give a command whose tasks meet the failing library."""
    if name == "ingest":
        return ("ingest", marked, "--store", room.folder / "store", "--debug")
    own = shutil.copytree(store, room.folder / "store", ignore=shutil.ignore_patterns("facts"))
    return ("run", own, "--out", room.folder / "run", "--fresh", "--debug")


def nothing_is_told(room, *more):
    search = room.searched(*more)
    assert search.files and search.hits == []
    return search


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param(name, kind, marks=() if (name, kind) in QUICK else pytest.mark.long)
        for name in ("ingest", "run")
        for kind in EXCEPTIONS
    ],
)
def test_threads_tell_the_kind_and_the_place(name, kind, marked, store, room, evidence):
    code = room.run(*command_of(name, marked, store, room), "--threads", 2, module=PLANTS, PLANTED=kind)
    words = room.last_words()
    assert code in {70, CODES.get(kind)}
    assert "Traceback" in words and "plants.py" in words
    nothing_is_told(room)
    evidence.note(
        "S1",
        "ingests and runs on threads, with --debug, in which a library fails and says a person's values",
        1,
        "0 marks in what was said, a home, temporary files and the working directory; kind and place are told",
    )


@pytest.mark.parametrize("kind", [k if k == "a panic" else pytest.param(k, marks=pytest.mark.long) for k in EXCEPTIONS])
def test_local_processes_tell_the_kind_and_the_partition(kind, marked, store, room, evidence):
    command = command_of("run", marked, store, room)
    code = room.run(*command, "--workers", 1, module=PLANTS, PLANTED=kind)
    words = room.last_words()
    assert code in {70, CODES.get(kind)}, words
    assert "partition" in words
    nothing_is_told(room)
    evidence.note(
        "S1",
        "runs on local processes, with --debug, in which a library fails and says a person's values",
        1,
        "0 marks in what was said, a home, temporary files and the working directory",
    )


class Watched(OwnCluster):
    """A cluster as an operator starts it, whose scheduler, workers, logs and pages are looked through."""

    def __init__(self, room, **settings):
        super().__init__(room.folder, workers=2, WORKER__PRELOAD=f'["{PLANTS}"]', **settings)
        self._room = room

    def search(self):
        """Look through all that scheduler and workers hold or show of tasks, and through what was written."""
        search = Search()
        with distributed.Client(scheduler_file=str(self.file), set_as_default=False) as client:
            client.dump_cluster_state(str(self._room.folder / "state"), format="yaml")
            search.look("state", (self._room.folder / "state.yaml").read_bytes(), PERSONS)
            search.look("logs of the scheduler", repr(client.get_scheduler_logs()), PERSONS)
            search.look("logs of workers", repr(client.get_worker_logs()), PERSONS)
            search.look("events", repr(client.get_events()), PERSONS)
            search.look("tasks", client.run_on_scheduler(all_of_tasks), PERSONS)
            port = client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.http_server.port)
            workers = client.run(lambda dask_worker: dask_worker.http_server.port)
        for one in (port, *workers.values()):
            search.files += sum(look_at_page(search, f"http://127.0.0.1:{one}{page}") for page in PAGES)
        (self._room.folder / "state.yaml").unlink()
        return search.look_below(self._room.folder / "cluster.log", PERSONS)


def all_of_tasks(dask_scheduler):
    """Give all that a scheduler knows of tasks, as text: keys, states, arguments, exceptions, what erred."""
    told = [
        (task.key, task.state, repr(task.run_spec), repr(task.exception), repr(task.traceback), task.exception_text)
        for task in dask_scheduler.tasks.values()
    ]
    erred = [repr(one) for one in dask_scheduler.erred_tasks]
    return json.dumps([told, erred, repr(list(dask_scheduler.transition_log))], default=repr)


def look_at_page(search, address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            search.look(address, answer.read(), PERSONS)
    except urllib.error.HTTPError:
        return 0
    return 1


@pytest.mark.parametrize(
    "kind", [k if k == "KeyError" else pytest.param(k, marks=pytest.mark.long) for k in EXCEPTIONS]
)
def test_a_cluster_holds_logs_and_shows_nothing(kind, marked, store, room, evidence, monkeypatch):
    monkeypatch.setenv("PLANTED", kind)
    with Watched(room) as cluster:
        command = command_of("run", marked, store, room)
        code = room.run(*command, "--scheduler-file", cluster.file)
        assert code in {70, CODES.get(kind)}, room.last_words()
        assert "partition" in room.last_words()
        search = cluster.search()
    assert search.files > 4 and search.hits == []
    nothing_is_told(room)
    evidence.note(
        "S1",
        "runs on a cluster of its own settings in which a library fails and says a person's values",
        1,
        "0 marks in logs, task keys and states, erred tasks, events, a dump of the cluster's state, pages",
    )


def test_without_our_protection_the_search_finds_them_on_a_cluster(marked, store, room, evidence, monkeypatch):
    monkeypatch.setenv("PLANTED", "KeyError")
    monkeypatch.setenv("UNPROTECTED", "1")
    with Watched(room) as cluster:
        room.run(*command_of("run", marked, store, room), "--scheduler-file", cluster.file, module=PLANTS)
        search = cluster.search()
    assert {"state", "logs of workers"} <= {hit.where for hit in search.hits}
    evidence.note("S1", "the same with our protection taken away", 1, "the search finds the marks in logs and states")


def test_without_our_protection_the_search_finds_them_in_a_terminal(marked, store, room):
    room.run(*command_of("run", marked, store, room), module=PLANTS, PLANTED="ArrowInvalid", UNPROTECTED="1")
    words = room.last_words()
    assert {word for word in UNPROTECTED_WORDS if word in words} >= UNPROTECTED_WORDS
    assert room.searched().hits


def test_a_cluster_that_would_write_results_to_a_scratch_disk_no_longer_does(store, room, evidence):
    with OwnCluster(room.folder, workers=1, WORKER__MEMORY__TARGET="0.6", WORKER__MEMORY__SPILL="0.7") as cluster:
        assert room.run("run", store, "--out", room.folder / "run", "--scheduler-file", cluster.file) == 0
        with distributed.Client(scheduler_file=str(cluster.file)) as client:
            (told,) = client.run(how_it_keeps_results).values()
    assert told == (False, False, sys.maxsize)
    evidence.note(
        "S5", "runs on a cluster whose workers would spill, as Dask's own settings let them", 1, "they do not"
    )


def how_it_keeps_results(dask_worker):
    memory = dask_worker.memory_manager
    return memory.memory_target_fraction, memory.memory_spill_fraction, memory.data.n


def test_no_run_begins_on_a_worker_that_cannot_be_told_to_keep_results_in_memory():
    own_store = SimpleNamespace(data=MappingProxyType({}))
    assert not keep_in_memory(SimpleNamespace(memory_manager=own_store))


@pytest.mark.long
def test_a_cluster_at_work_shows_nothing_of_whom_it_works_on(marked, room, evidence):
    looks, search = 0, Search()
    with Watched(room) as cluster:
        for command in (
            ("ingest", marked, "--store", room.folder / "store", "--partitions", 9),
            ("run", room.folder / "store", "--out", room.folder / "run"),
        ):
            process = room.start(*command, "--scheduler-file", cluster.file)
            while process.poll() is None:
                seen = cluster.search()
                search.files, search.size, looks = search.files + seen.files, search.size + seen.size, looks + 1
                assert seen.hits == []
            assert process.returncode == 0, room.last_words()
    assert looks > 2
    nothing_is_told(room)
    evidence.note(
        "S1",
        "looks at a cluster while it ingests and counts marked persons: tasks, logs, events, dumped state, pages",
        looks,
        search.told(),
    )
