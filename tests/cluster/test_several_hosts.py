"""Four machines with addresses of their own, TLS between them, and the commands of cluster/README.md."""

import contextlib
import json
import sys
import time
from pathlib import Path

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from tests.lib.hosts import Hosts, Processes, why_no_hosts
from tests.lib.nations import write_nation
from tests.lib.recipe import PATIENCE_SECONDS, bash, commands, done, environment, results

pytestmark = pytest.mark.skipif(bool(why_no_hosts()), reason=why_no_hosts() or "machines can be made here")
SILENT = ProgressLines(quiet=True)
NAMES = ("office", "middle", "left", "right")
QUICKLY_GIVEN_UP = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "15s", "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "15s"}


@contextlib.contextmanager
def cluster(shared, partitions, **settings):
    """Set up everything as the reader does: certificates, scheduler on one machine, workers on two."""
    write_nation(shared / "registers", seed=21, citizens=2500)
    ingest_registers(shared / "registers", shared / "nation.store", partitions, Place(threads=1), SILENT)
    run_store(
        shared / "nation.store", shared / "alone.run", "national-2025", Manner(fresh=True), Place(threads=2), SILENT
    )
    assert done(bash(commands("certificates", shared))).returncode == 0
    (shared / "logs").mkdir()
    processes = Processes(shared / "logs")
    with Hosts(NAMES) as hosts:
        try:
            for host, role in (("middle", "scheduler"), ("left", "worker"), ("right", "worker")):
                command = hosts.on(host, bash(commands(role, shared)))
                processes.start(command, {**environment(), **settings}, f"{role}-{host}")
            yield hosts, processes
        finally:
            processes.end()


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    shared = tmp_path_factory.mktemp("shared")
    with cluster(shared, 8) as (hosts, processes):
        yield shared, hosts, processes


def at_the_office(machines, *words, **settings):
    shared, hosts, _ = machines
    command = hosts.on("office", ["fordel", *map(str, words)])
    return done(command, **{"DASK_CONFIG": str(shared / "certs" / "dask.yaml"), **settings})


def scheduler_of(shared):
    return json.loads((shared / "certs" / "scheduler.json").read_text("utf-8"))["address"]


def test_the_readers_own_commands_check_the_cluster_and_give_the_bytes_of_one_machine(machines):
    shared, hosts, processes = machines
    said = done(hosts.on("office", bash(commands("client", shared))))
    assert said.returncode == 0, f"{said.stderr}\n{processes.logs()}"
    assert "Fit for work." in said.stdout
    assert {"left", "right"} <= set(said.stdout.split())
    assert scheduler_of(shared).startswith("tls://10.77.0.2:")
    assert results(shared / "nation.run") == results(shared / "alone.run")


def test_an_ingest_on_the_cluster_gives_the_bytes_of_one_machine(machines):
    shared, _, processes = machines
    place = ("--scheduler-file", shared / "certs" / "scheduler.json")
    ingest = ("ingest", shared / "registers", "--store", shared / "again.store", "--partitions", 8)
    said = at_the_office(machines, *ingest, *place)
    assert said.returncode == 0, f"{said.stderr}\n{processes.logs()}"
    alone, again = (sorted((shared / name).rglob("*.parquet")) for name in ("nation.store", "again.store"))
    tables = [path for path in alone if "facts" not in path.parts]
    assert [path.read_bytes() for path in tables] == [path.read_bytes() for path in again]


STRANGER = (
    "S2",
    "a client or worker without encryption, without certificates, or with those of another cluster",
    1,
    "refused",
)


def test_a_client_without_certificates_is_refused(machines, evidence):
    shared, hosts, _ = machines
    run = ["fordel", "run", shared / "nation.store", "--out", shared / "refused.run"]
    said = done(hosts.on("office", [*run, "--scheduler-file", shared / "certs" / "scheduler.json"]))
    assert (said.returncode, (shared / "refused.run").exists()) == (61, False)
    assert "export DASK_CONFIG=" in said.stderr
    evidence.note(*STRANGER)


def test_a_client_that_speaks_without_encryption_is_refused(machines, evidence):
    shared, hosts, _ = machines
    plain = scheduler_of(shared).replace("tls://", "tcp://")
    run = ["fordel", "run", shared / "nation.store", "--out", shared / "refused.run", "--scheduler", plain]
    assert done(hosts.on("office", run)).returncode == 61
    assert not (shared / "refused.run").exists()
    evidence.note(*STRANGER)


def test_a_client_with_certificates_of_another_cluster_is_refused(machines, evidence):
    shared, _, _ = machines
    assert done(["fordel", "cluster", "certs", "--out", shared / "others"]).returncode == 0
    run = ("run", shared / "nation.store", "--out", shared / "refused.run")
    place = ("--scheduler-file", shared / "certs" / "scheduler.json")
    said = at_the_office(machines, *run, *place, DASK_CONFIG=str(shared / "others" / "dask.yaml"))
    assert (said.returncode, (shared / "refused.run").exists()) == (61, False)
    evidence.note(*STRANGER)


def test_a_worker_with_certificates_of_another_cluster_never_joins(machines, evidence):
    shared, hosts, processes = machines
    assert done(["fordel", "cluster", "certs", "--out", shared / "strangers"]).returncode == 0
    script = commands("worker", shared).replace("certs/dask.yaml", "strangers/dask.yaml")
    command = hosts.on("office", bash(script.replace("--death-timeout 120", "--death-timeout 5")))
    stranger = processes.start(command, environment(), "stranger")
    assert stranger.wait(PATIENCE_SECONDS) != 0
    place = ("--scheduler-file", shared / "certs" / "scheduler.json")
    seen = json.loads(at_the_office(machines, "cluster", "check", *place, "--json").stdout)
    assert sorted(worker["host"] for worker in seen["workers"]) == ["left", "right"]
    evidence.note(*STRANGER)


@pytest.mark.long
def test_the_commands_over_ssh_set_up_the_same_cluster(tmp_path):
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "bin").symlink_to(Path(sys.executable).parent)
    script = commands("ssh", tmp_path).replace("--nworkers 8", "--nworkers 2").replace("--expect 16", "--expect 4")
    with Hosts(("office", "node1", "node2", "node3")) as hosts:
        hosts.write_ssh(tmp_path / "ssh")
        # the office has no namespace of its own here: it makes the others' processes, and asks from inside
        ssh_first = f"export PATH={tmp_path / 'ssh'}:$PATH\n"
        started, _, asked = script.partition("export DASK_CONFIG")
        assert done(bash(ssh_first + started)).returncode == 0
        said = done(hosts.on("office", bash(f"export DASK_CONFIG{asked}")))
        logs = "\n".join(path.read_text("utf-8") for path in (tmp_path / "ssh").glob("*/*.log"))
        assert said.returncode == 0, f"{said.stderr}\n{logs}"
        assert "Workers: 4, threads: 4, hosts: 2." in said.stdout


@pytest.mark.long
def test_a_machine_that_is_cut_off_half_way_does_not_change_the_bytes(tmp_path, evidence):
    with cluster(tmp_path, 96, **QUICKLY_GIVEN_UP) as (hosts, processes):
        ready = ("cluster", "check", "--scheduler-file", tmp_path / "certs" / "scheduler.json", "--expect", 2)
        assert at_the_office((tmp_path, hosts, processes), *ready).returncode == 0, processes.logs()
        script = commands("client", tmp_path).replace("nation.run", "nation.run --fresh")
        before = set((tmp_path / "nation.store" / "facts").rglob("*.arrow"))
        run = processes.start(hosts.on("office", bash(script)), environment(), "run")
        wait_until(lambda: rewritten(before) or run.poll() is not None)
        hosts.pull_the_plug("left")
        assert run.poll() is None, processes.logs()
        assert run.wait(PATIENCE_SECONDS) == 0, processes.logs()
    assert results(tmp_path / "nation.run") == results(tmp_path / "alone.run")
    evidence.note("R1", "a machine cut off from the network in the middle of a run", 1, "the same bytes")


def rewritten(files):
    """Tell whether a file was written again since it was listed first."""
    now = time.time()
    return any(now - path.stat().st_mtime < 2 for path in files if path.exists())


def wait_until(condition):
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
