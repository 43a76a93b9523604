"""What a preflight says: every fault with what was expected, what was found, on which workers, and what mends it."""

import copy
import time
from pathlib import Path

import pytest

from fordel_dask.graph.addresses import is_local
from fordel_dask.graph.asking import SILENT, Answer, Answers
from fordel_dask.preflight import Survey, faults_of
from fordel_dask.preflight.sight import PACKAGES, look_closely

STORE = Path("/shared/nation.store")
LANDMARK = str(STORE / "manifest.json")


def fit_worker(name, host):
    """Give what a worker says with which all is well."""
    return {
        **look_closely([], None),
        "host": host,
        "landmarks": {LANDMARK: "0f1e2d3c4b5a6978"},
        "clock": time.time(),
        "machine": {"byteorder": "little", "file_names": "utf-8", "cores": 4},
        "threads": {
            "pyarrow_compute": 1,
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
        "scratch": {"folder": "/tmp", "free": 1 << 33, "writable": True},
        "store": {"files": 40, "bad_files": 0, "writable": True},
        "worker": {
            "name": name,
            "threads": 1,
            "memory_limit": 1 << 31,
            "requires_encryption": True,
            "spills": False,
            "kernels": 36,
        },
    }


def survey(spoil=lambda worker: None, where=("2",), **more):
    """Give a survey of three workers on two hosts; ``spoil`` changes what some of them say."""
    here = fit_worker("here", "office")
    answers = []
    for name, host in (("1", "left"), ("2", "right"), ("3", "right")):
        said = copy.deepcopy(fit_worker(name, host))
        if name in where:
            spoil(said)
        answers.append(Answer(name, f"tls://{host}:4000{name}", said))
    scheduler = Answer("scheduler", "tls://middle:8786", {**here, "host": "middle"})
    now = time.time()
    return Survey(here, Answers(tuple(answers), scheduler, True), (now - 1, now + 1), STORE, **more)


def only_fault(of):
    faults = faults_of(of)
    assert len(faults) == 1, faults
    return faults[0]


def test_a_fit_cluster_has_no_faults():
    assert faults_of(survey()) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_another_version_of_a_library(package):
    fault = only_fault(survey(lambda said: said["packages"].update({package: "0.1"})))
    assert f"{package}: expected" in fault
    assert "found 0.1 on 1 of 3 workers (right: 2)" in fault
    assert f"-m pip install {package}==" in fault


def setting(path, value):
    """Give a function that changes one thing a worker says."""

    def spoil(said):
        *above, last = path.split(".")
        for name in above:
            said = said[name]
        said[last] = value

    return spoil


@pytest.mark.parametrize(
    ("path", "value", "told", "mend"),
    [
        ("python", "3.10.2", "Python: expected", "-m venv"),
        ("fordel_dask", "aaaabbbbccccdddd", "Sources of fordel_dask: expected", "pip install --force-reinstall"),
        ("landmarks", {LANDMARK: "ffff"}, f"Content of {LANDMARK}: expected 0f1e2d3c4b5a6978", "rsync -a"),
        ("landmarks", {LANDMARK: "No such file or directory"}, "found No such file or directory", "mount the shared"),
        ("store.bad_files", 2, "some missing or of another size", "fordel verify /shared/nation.store"),
        ("store.writable", False, "facts can be written", "chmod"),
        ("worker.kernels", 0, "expected kernels compiled", "--preload fordel_dask.graph.preload"),
        ("threads.pyarrow_compute", 8, "one thread of pyarrow", "--preload fordel_dask.graph.preload"),
        ("threads.OMP_NUM_THREADS", "", "one core a task", "export OMP_NUM_THREADS=1"),
        ("worker.threads", 5, "more threads than its machine has cores", "--nthreads 1"),
        ("worker.memory_limit", 0, "Memory: expected a limit", "--memory-limit"),
        ("worker.spills", True, "a store of results that spills", "export DASK_CONFIG="),
        ("worker.requires_encryption", False, "found only offered by 1 of 3 workers", "export DASK_CONFIG="),
        ("scratch.free", 1000, "MiB free", "--local-directory"),
        ("scratch.writable", False, "MiB free", "--local-directory"),
        ("clock", 1.0, "expected the time of this machine", "timedatectl"),
        ("machine.byteorder", "big", "expected little-endian", "another machine"),
    ],
)
def test_one_worker_that_is_not_fit(path, value, told, mend):
    fault = only_fault(survey(setting(path, value)))
    assert told in fault
    assert "1 of 3 workers (right: 2)" in fault
    assert mend in fault


def test_workers_with_the_same_fault_are_told_together():
    fault = only_fault(survey(setting("worker.memory_limit", 0), where=("1", "2", "3")))
    assert "3 of 3 workers (left: 1; right: 2, 3)" in fault


def test_different_findings_of_one_kind_are_told_apart():
    def spoil(said):
        said["packages"]["numba"] = said["worker"]["name"]

    assert len(faults_of(survey(spoil, where=("1", "2")))) == 2


def with_answers(of, **changes):
    answers = Answers(**{**vars(of.answers), **changes})
    return Survey(of.here, answers, of.asked, of.store, of.expected)


def test_a_worker_without_our_program():
    failure = "ModuleNotFoundError(\"No module named 'fordel_dask'\")"
    fit = survey()
    stranger = Answer("9", "tls://10.0.0.9:1234", failure=failure)
    fault = only_fault(with_answers(fit, workers=(*fit.answers.workers, stranger)))
    assert "found none, or an older one, on 1 of 4 workers (10.0.0.9:1234: 9)" in fault
    assert "pip install" in fault


def test_a_scheduler_without_our_program():
    fit = survey()
    stranger = Answer("scheduler", "tls://middle:8786", failure="No module named 'fordel_dask.preflight'")
    assert "on the scheduler (middle:8786)" in only_fault(with_answers(fit, scheduler=stranger))


def test_a_worker_that_is_silent():
    fit = survey()
    silent = Answer("2", "tls://right:40002", failure=SILENT)
    workers = (fit.answers.workers[0], silent, fit.answers.workers[2])
    fault = only_fault(with_answers(fit, workers=workers))
    assert fault.startswith("No answer came from 1 of 3 workers (right:40002: 2)")


def test_fewer_workers_than_were_started():
    assert "Workers: expected 4, found 3." in only_fault(survey(expected=4))


NO_TLS = (
    "S2",
    "a cluster whose parts talk to other machines without encryption, or do not demand it",
    1,
    "refused by the preflight",
)


def test_no_encryption_between_machines(evidence):
    fit = survey()
    plain = tuple(Answer(one.name, one.address.replace("tls", "tcp"), one.content) for one in fit.answers.workers)
    fault = only_fault(with_answers(fit, workers=plain))
    assert "found none at 3 of 3 workers" in fault
    assert "fordel cluster certs --out DIR" in fault
    evidence.note(*NO_TLS)


def test_a_client_that_does_not_demand_encryption(evidence):
    assert "only offered by this client" in only_fault(with_answers(survey(), requires_encryption=False))
    evidence.note(*NO_TLS)


def test_nothing_is_encrypted_on_one_machine_and_that_is_no_fault():
    fit = survey()
    workers = tuple(Answer(one.name, "tcp://127.0.0.1:4001", one.content) for one in fit.answers.workers)
    scheduler = Answer("scheduler", "tcp://127.0.0.1:8786", fit.answers.scheduler.content)
    changed = with_answers(fit, workers=workers, scheduler=scheduler, requires_encryption=False)
    assert faults_of(changed) == []


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("tls://[::1]:8786", True),
        ("tcp://localhost:1", True),
        ("inproc://10.0.0.1/1/2", True),
        ("tcp://10.0.0.1:8786", False),
        ("tls://[fe80::1]:8786", False),
        ("tcp://node1:8786", False),
        ("10.0.0.1:8786", False),
    ],
)
def test_which_addresses_never_leave_a_machine(address, stays):
    assert is_local(address) is stays
