"""The same commands on this machine alone, encrypted too: what a preflight says, and whom it refuses."""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from fordel_dask.graph.asking import SILENT, ask_cluster
from fordel_dask.kernels.signatures import SIGNATURES
from fordel_dask.preflight.sight import look
from tests.lib.hosts import Processes
from tests.lib.recipe import PATIENCE_SECONDS, ROOT, bash, commands, done, environment

WITHOUT_US = """
import sys
sys.modules["fordel_dask"] = None
from dask.cli import run_cli
sys.argv[0] = "dask"
run_cli()
"""


class Here:
    """A cluster on the loopback of this machine, set up by the commands of cluster/README.md."""

    def __init__(self, shared, processes):
        self.shared, self.processes = shared, processes
        self.place = ("--scheduler-file", shared / "certs" / "scheduler.json")
        self.settings = {"DASK_CONFIG": str(shared / "certs" / "dask.yaml")}

    def start(self, role, **settings):
        script = commands(role, self.shared)
        script = script.replace("dask scheduler", "dask scheduler --host 127.0.0.1 --port 0")
        script = script.replace("dask worker", "dask worker --host 127.0.0.1")
        return self.processes.start(bash(script), {**environment(), **settings}, role)

    def fordel(self, *words, **settings):
        return done(["fordel", *words, *self.place], **{**self.settings, **settings})


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    shared = tmp_path_factory.mktemp("here")
    assert done(bash(commands("certificates", shared))).returncode == 0
    (shared / "logs").mkdir()
    processes = Processes(shared / "logs")
    cluster = Here(shared, processes)
    try:
        for role in ("scheduler", "worker", "worker"):
            cluster.start(role)
        yield cluster
    finally:
        processes.end()


def test_a_fit_cluster_tells_what_it_is(here):
    said = here.fordel("cluster", "check", "--expect", "2", "--json")
    assert said.returncode == 0, f"{said.stderr}\n{here.processes.logs()}"
    told = json.loads(said.stdout)
    assert told["faults"] == []
    assert told["scheduler"]["address"].startswith("tls://127.0.0.1:")
    for worker in told["workers"]:
        assert worker["threads"]["pyarrow_compute"] == worker["threads"]["pyarrow_reading"] == 1
        assert worker["worker"]["kernels"] == sum(map(len, SIGNATURES.values()))
        assert worker["worker"]["requires_encryption"]
        assert not worker["worker"]["spills"]


def test_no_port_of_it_is_open_to_others(here, evidence):
    listening = [line.split() for line in _sockets() if line.split()[3] == "0A"]
    ours = {inode for process in here.processes.running for inode in _inodes_of_group(process.pid)}
    addresses = {words[1].partition(":")[0] for words in listening if words[9] in ours}
    assert addresses == {"0100007F"}
    evidence.note("S2", "every port of a cluster on one machine", 1, "on loopback only")


def _sockets():
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    return [line for table in tables if table.exists() for line in table.read_text("ascii").splitlines()[1:]]


def _inodes_of_group(group):
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                links = [str(file.readlink()) for file in (process / "fd").iterdir()]
                yield from (link[8:-1] for link in links if link.startswith("socket:["))
        except OSError:
            continue


def test_a_store_that_is_not_there_is_told_before_anybody_is_asked(here):
    said = here.fordel("cluster", "check", "--store", here.shared / "nowhere.store")
    assert said.returncode == 2
    assert "is no prepared store as seen from here" in said.stderr


def test_a_client_without_certificates_is_refused_and_told_what_to_do(here, evidence):
    said = here.fordel("cluster", "check", DASK_CONFIG=os.devnull)
    assert said.returncode == 61
    assert "export DASK_CONFIG=" in said.stderr
    evidence.note(
        "S2",
        "a client or worker without encryption, without certificates, or with those of another cluster",
        1,
        "refused",
    )


def test_workers_of_another_program_and_without_it_are_refused(here, tmp_path):
    shutil.copytree(ROOT / "fordel_dask", tmp_path / "older" / "fordel_dask")
    with (tmp_path / "older" / "fordel_dask" / "errors.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    no_preload = {**here.settings, "DASK_DISTRIBUTED__WORKER__PRELOAD": "[]"}
    options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--dashboard-address", "127.0.0.1:0")
    older = {**environment(), **no_preload, "PYTHONPATH": str(tmp_path / "older")}
    strangers = [
        here.processes.start(["dask", "worker", *here.place, *options, "--name", "older"], older, "older"),
        here.processes.start(
            [sys.executable, "-c", WITHOUT_US, "worker", *here.place, *options, "--name", "none"],
            {**environment(), **no_preload},
            "none",
        ),
    ]
    try:
        said = here.fordel("cluster", "check", "--expect", "4")
        assert said.returncode == 61
        assert "Sources of fordel_dask: expected" in said.stderr
        assert "found none, or an older one, on 1 of 4 workers (127.0.0.1:" in said.stderr
        assert "1 of 4 workers" in said.stderr
    finally:
        for stranger in strangers:
            stranger.terminate()
            stranger.wait(PATIENCE_SECONDS)


def test_a_worker_that_is_frozen_is_named_within_the_deadline(here):
    from distributed import Client, Security

    certs = here.shared / "certs" / "client"
    security = Security(
        require_encryption=True,
        tls_ca_file=str(certs / "authority.pem"),
        tls_client_cert=str(certs / "certificate.pem"),
        tls_client_key=str(certs / "key.pem"),
    )
    with Client(scheduler_file=str(here.place[1]), security=security, set_as_default=False) as client:
        first = sorted(client.scheduler_info(n_workers=-1)["workers"])[0]
        frozen = client.run(os.getpid, workers=[first])[first]
        os.kill(frozen, signal.SIGSTOP)
        try:
            begun = time.monotonic()
            answers = ask_cluster(SimpleNamespace(client=client), _look, _look, 3.0)
            assert time.monotonic() - begun < 60
        finally:
            os.kill(frozen, signal.SIGCONT)
    assert {one.address: one.failure for one in answers.workers if one.failure} == {first: SILENT}
    assert answers.scheduler.failure is None


def _look():
    return look(())


def test_the_local_processes_of_a_command_are_checked_too():
    said = done(["fordel", "cluster", "check", "--workers", "1"])
    assert said.returncode == 0, said.stderr
    assert "Fit for work." in said.stdout


def test_a_cluster_must_be_named():
    assert done(["fordel", "cluster", "check"]).returncode == 2
