"""Whatever is lost while a run is at work, the command ends before long, says what to do, and leaves nothing behind."""

import os
import random
import signal
import time

import psutil
import pytest

from tests.graph.conftest import PARTITIONS, results_in
from tests.lib.faults import OwnCluster, facts_in, slowness, start_run, wait_until, workers_of

INTERRUPTED = 60
PATIENCE_SECONDS = 8
LONGEST_SECONDS = 90
"""No wait of a run with this patience adds up to more: silence, lost workers, no progress, and leaving."""
FROZEN = {"SCHEDULER__WORKER_TTL": "6 s"}


def ended(run, begun):
    """Wait for the end of a run, and give its exit code and what it said."""
    _, told = run.communicate(timeout=LONGEST_SECONDS * slowness())
    assert "Traceback" not in told and "part-" not in told and time.monotonic() - begun < LONGEST_SECONDS * slowness()
    return run.returncode, told


def hurt(processes, how):
    for process in processes:
        process.send_signal(how)


FAULTS = {
    "the scheduler is killed": lambda cluster: hurt([cluster.scheduler], signal.SIGKILL),
    "the scheduler freezes": lambda cluster: hurt([cluster.scheduler], signal.SIGSTOP),
    "all workers are killed": lambda cluster: hurt(cluster.workers, signal.SIGKILL),
    "all workers freeze": lambda cluster: hurt(cluster.workers, signal.SIGSTOP),
    "scheduler and workers are killed": lambda cluster: hurt([cluster.scheduler, *cluster.workers], signal.SIGKILL),
}
QUICK = "the scheduler is killed"


@pytest.mark.parametrize("fault", [pytest.param(f, marks=() if f == QUICK else pytest.mark.long) for f in FAULTS])
def test_a_run_whose_cluster_is_lost_ends_and_can_be_started_again(undisturbed, tmp_path, evidence, fault):
    store = undisturbed.fresh_store(tmp_path / "store")
    with OwnCluster(tmp_path, **FROZEN) as cluster:
        run = start_run(store, tmp_path / "run", "--scheduler-file", cluster.file, "--patience", PATIENCE_SECONDS)
        wait_until(lambda: facts_in(store) or run.poll() is not None)
        FAULTS[fault](cluster)
        code, told = ended(run, time.monotonic())
    assert code == INTERRUPTED, told
    assert told.startswith("fordel: The cluster was lost during '") and "start the same command again" in told
    assert not (tmp_path / "run").exists()
    assert ended(start_run(store, tmp_path / "run", "--threads", 1), time.monotonic()) == (0, "")
    assert results_in(tmp_path / "run") == undisturbed.results
    evidence.note(
        "R17",
        "runs whose scheduler or workers were all lost for good (killed or frozen) while tasks were under way",
        1,
        f"ended within {LONGEST_SECONDS} s at a patience of {PATIENCE_SECONDS} s with exit code 60 and what to do, "
        f"nothing published; started again, the results are byte-identical",
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_in_chaos_a_run_ends_with_the_right_results_or_with_none(undisturbed, tmp_path, evidence, seed):
    chance = random.Random(seed)
    store = undisturbed.fresh_store(tmp_path / "store")
    moments = sorted(chance.sample(range(1, PARTITIONS), chance.randint(1, 4)))
    with OwnCluster(tmp_path, workers=3, **FROZEN) as cluster:
        run, begun, hurts = start_run(store, tmp_path / "run", *place_of(cluster)), time.monotonic(), 0
        for moment in moments:
            reached = [moment]
            wait_until(lambda r=reached: facts_in(store) >= r[0] or run.poll() is not None or stands_still(cluster))
            hurts += run.poll() is None
            victim = chance.choice([*cluster.workers, *cluster.workers, cluster.scheduler])
            victim.send_signal(chance.choice([signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT]))
        code, told = ended(run, begun)
    assert hurts and code in (0, INTERRUPTED), told
    if code == 0:
        assert results_in(tmp_path / "run") == undisturbed.results
    else:
        assert not (tmp_path / "run").exists() and "start the same command again" in told
    evidence.note(
        "R17",
        "runs on 3 workers in chaos: 1-4 of scheduler and workers killed, frozen or thawed at random moments",
        1,
        f"each ended within {LONGEST_SECONDS} s, with byte-identical results, or with exit code 60 and none",
    )


def place_of(cluster):
    return "--scheduler-file", cluster.file, "--patience", PATIENCE_SECONDS


def stands_still(cluster):
    """Tell whether no more facts will come: the scheduler or all workers are stopped or gone."""
    states = [is_at_work(process) for process in (cluster.scheduler, *cluster.workers)]
    return not states[0] or not any(states[1:])


def is_at_work(process):
    return process.poll() is None and psutil.Process(process.pid).status() != psutil.STATUS_STOPPED


def local_run_at_work(undisturbed, tmp_path):
    """Start a run on two local workers, and wait until they work; gives it, its workers and the store."""
    store = undisturbed.fresh_store(tmp_path / "store")
    run = start_run(store, tmp_path / "run", "--workers", 2)
    wait_until(lambda: facts_in(store) or run.poll() is not None)
    return run, workers_of(run.pid)


@pytest.mark.parametrize(
    ("ending", "to_all"),
    [
        pytest.param(signal.SIGINT, True, id="Ctrl-C on a terminal, to all processes"),
        pytest.param(signal.SIGTERM, False, id="the batch system's SIGTERM", marks=pytest.mark.long),
    ],
)
def test_an_interrupted_run_ends_quickly_and_leaves_no_worker(undisturbed, tmp_path, ending, to_all):
    run, workers = local_run_at_work(undisturbed, tmp_path)
    (os.killpg if to_all else os.kill)(run.pid, ending)
    code, told = ended(run, time.monotonic())
    assert (code, len(workers)) == (INTERRUPTED, 2), told
    said = "Start the same command again (without --fresh); no run or store was half written."
    assert told.strip() == f"fordel: Interrupted. {said}"
    assert not any(worker.is_running() for worker in workers)
    assert not (tmp_path / "run").exists()


@pytest.mark.long
def test_local_workers_end_by_themselves_when_their_run_is_killed(undisturbed, tmp_path, evidence):
    run, workers = local_run_at_work(undisturbed, tmp_path)
    run.kill()
    _, told = run.communicate()
    assert len(workers) == 2
    wait_until(lambda: not any(worker.is_running() for worker in workers))
    assert "Traceback" not in told
    evidence.note("R17", "runs on local workers killed with SIGKILL", 1, "no worker process left within a minute")


@pytest.mark.long
def test_the_tasks_of_a_killed_run_are_released_by_the_cluster(undisturbed, tmp_path):
    import distributed

    store = undisturbed.fresh_store(tmp_path / "store")
    with OwnCluster(tmp_path) as cluster:
        run = start_run(store, tmp_path / "run", "--scheduler-file", cluster.file)
        wait_until(lambda: facts_in(store) or run.poll() is not None)
        run.kill()
        run.communicate()
        with distributed.Client(scheduler_file=str(cluster.file), set_as_default=False) as client:
            wait_until(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0)
            assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.workers)) == 2
