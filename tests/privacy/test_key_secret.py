"""The secret that hides keys: read from its file by the processes that need it, and never written or told (S12)."""

import base64
import hashlib
import hmac
import os
import pickle
import time
from pathlib import Path

import psutil
import pytest

from fordel_dask.errors import UsageError
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.lib.canaries import KEYS, PERSON_KEYS, Mark, Search, found, mark
from tests.lib.faults import OwnCluster
from tests.lib.rooms import Room

SECRET = "kanariefuglens-hemmelighed-4711"
HIDDEN = tuple(hmac.new(SECRET.encode(), key.encode(), hashlib.sha256).hexdigest()[:32] for key in KEYS)
STATE = Mark("state of the hash", (("padded inside", bytes(b ^ 0x36 for b in SECRET.encode())),))
SECRETS = (mark("secret", SECRET), STATE)


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "vault").mkdir(mode=0o700)
    path = tmp_path / "vault" / "secret"
    path.touch(mode=0o600)
    path.write_text(SECRET, "utf-8")
    return path


def watched(process, search):
    """Look, as long as a process works, at arguments and environment of it and of all that it starts."""
    seen = 0
    while process.poll() is None:
        for one in family(process.pid):
            for file in ("cmdline", "environ"):
                try:
                    search.look(f"{file} of a process", Path(f"/proc/{one}/{file}").read_bytes(), SECRETS)
                    seen += 1
                except OSError:
                    continue  # it has just ended, or lets nobody look
        time.sleep(0.02)
    return seen


def family(pid):
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return []


PLACES = {"threads": ("--threads", 1), "processes": ("--workers", 1)}


@pytest.mark.parametrize("place", ["threads", pytest.param("processes", marks=pytest.mark.long)])
def test_secret_and_raw_keys_stand_nowhere(place, marked, secret, tmp_path, evidence):
    (tmp_path / "room").mkdir()
    room, search = Room(tmp_path / "room"), Search()
    store = room.folder / "store"
    command = ("ingest", marked, "--store", store, "--key-secret-file", secret, "--debug", *PLACES[place])
    process = room.start(*command)
    assert watched(process, search)
    assert process.returncode == 0, room.last_words()
    assert room.run("run", store, "--out", room.folder / "run", *PLACES[place]) == 0, room.last_words()
    search.look_below(room.folder, (*SECRETS, *PERSON_KEYS))
    assert search.hits == []
    keys = Search().look_below(
        room.folder / "store.keys", tuple(mark(f"hidden {n}", key) for n, key in enumerate(HIDDEN))
    )
    assert {hit.mark for hit in keys.hits} == {f"hidden {n}" for n in range(len(HIDDEN))}
    evidence.note(
        "S12",
        "ingests with a key secret, and a run: searched for secret and raw keys in store, key table, quarantine, RUN, "
        "manifests, words, temporary files, arguments and environment of all processes",
        1,
        "0 marks found",
    )


class Listening(Threads):
    """Threads that look at every task, its result and its name, as a cluster would be sent them."""

    def __init__(self):
        super().__init__(1)
        self.search, self.tasks = Search(), 0

    def map(self, function, items, name, report=None):
        results = super().map(function, items, name, report)
        for what, one in (("name", name), ("function", function), ("items", items), ("results", results)):
            self.search.look(f"{what} of {name}", pickle.dumps(one) + repr(one).encode(), (*SECRETS, *PERSON_KEYS))
        self.tasks += len(items)
        return results


@pytest.mark.parametrize("hidden", [True, False])
def test_what_tasks_are_given_and_give_back_holds_neither_secret_nor_key(hidden, marked, secret, tmp_path, evidence):
    listening = Listening()
    ingest(marked, tmp_path / "store", listening, partitions=3, key_secret=secret if hidden else None)
    assert listening.tasks > 20 and listening.search.hits == []
    for goal in ("S12", "S1"):
        evidence.note(
            goal,
            "tasks of ingests of marked persons: their names, arguments and results, pickled and as text",
            listening.tasks,
            "0 keys, 0 secrets",
        )


@pytest.mark.long
def test_a_cluster_is_told_the_path_of_the_secret_only(marked, secret, tmp_path, evidence):
    import distributed

    (tmp_path / "room").mkdir()
    room, search = Room(tmp_path / "room"), Search()
    with OwnCluster(tmp_path, workers=1) as cluster:
        place = ("--scheduler-file", cluster.file)
        code = room.run("ingest", marked, "--store", room.folder / "store", "--key-secret-file", secret, *place)
        assert code == 0, room.last_words()
        with distributed.Client(scheduler_file=str(cluster.file), set_as_default=False) as client:
            client.dump_cluster_state(str(tmp_path / "state"), format="yaml")
            settings = client.run(configuration), client.run_on_scheduler(configuration)
            logs = client.get_worker_logs(), client.get_scheduler_logs()
    search.look("settings and logs", repr((settings, logs)), SECRETS)
    for place in (tmp_path / "state.yaml", tmp_path / "cluster.log", room.folder):
        search.look_below(place, (*SECRETS, *PERSON_KEYS))
    assert search.hits == []
    evidence.note(
        "S12", "ingests with a key secret on a cluster: its state, settings, environment, logs", 1, search.told()
    )


def configuration():
    import dask.config

    return repr((dask.config.config, dict(os.environ)))


@pytest.mark.parametrize(
    "beside", ["store", "store.keys", "store.quarantine", "store.partial", "store.quarantine.partial"]
)
def test_a_secret_among_what_it_hides_is_refused(beside, marked, secret, tmp_path, evidence):
    (tmp_path / beside / "deep").mkdir(parents=True, mode=0o700)
    own = secret.rename(tmp_path / beside / "deep" / "secret")
    with pytest.raises(UsageError, match="apart") as refusal:
        ingest(marked, tmp_path / "store", Threads(1), key_secret=own)
    assert not found(str(refusal.value), marks=SECRETS) and own.exists()
    evidence.note("S12", "a secret that lies among the keys, rows or the store that it hides", 1, "refused, exit 2")


def test_a_link_to_a_secret_among_what_it_hides_is_refused_too(marked, secret, tmp_path):
    (tmp_path / "store.keys").mkdir(mode=0o700)
    own = secret.rename(tmp_path / "store.keys" / "secret")
    secret.symlink_to(own)
    with pytest.raises(UsageError, match="apart"):
        ingest(marked, tmp_path / "store", Threads(1), key_secret=secret)


def test_the_search_would_find_the_secret():
    raw = SECRET.encode()
    for content in (raw, raw.hex().encode(), base64.b64encode(b"?" + raw), bytes(byte ^ 0x36 for byte in raw)):
        assert found(b"x" + content + b"y", marks=SECRETS)
