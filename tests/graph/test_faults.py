"""Workers die, freeze or are poisoned while a run is at work: the same results, or an end that says what to do."""

import contextlib
import os
import signal
import time
from functools import partial

import psutil
import pytest

from fordel_dask.errors import PlanError
from fordel_dask.graph import Place, open_executor
from tests.graph.conftest import put_to_work
from tests.lib.faults import Disturbed, slowness

REPORTS = 24 - 1 + 8 - 1
"""Tasks of a run on two workers that end while others of their stage are under way."""
WORKERS = Place(workers=2)
FROZEN_SECONDS = 8


def run_disturbed(undisturbed, out, seed, kills):
    """Run while workers are killed; gives the seconds it took."""
    progress, begun = Disturbed(seed, kills, REPORTS), time.monotonic()
    assert undisturbed.run(out, WORKERS, progress) == undisturbed.results
    assert len(progress.hurt) == kills
    assert not any(psutil.pid_exists(pid) for _, pid in progress.hurt)
    return time.monotonic() - begun


def test_two_workers_killed_during_a_run_change_no_byte(undisturbed, tmp_path):
    run_disturbed(undisturbed, tmp_path / "run", seed=3, kills=2)


@pytest.mark.long
def test_twenty_runs_with_one_to_three_killed_workers_change_no_byte(undisturbed, tmp_path, evidence):
    calm = min(run_disturbed(undisturbed, tmp_path / "calm", 0, kills=0) for _ in range(3))
    kills = [1 + seed % 3 for seed in range(20)]
    slower = sorted(run_disturbed(undisturbed, tmp_path / "run", seed, kills[seed]) / calm for seed in range(20))
    evidence.note(
        "R1",
        "runs on 2 local workers of which 1-3 were killed (SIGKILL) at random moments of the work",
        20,
        f"{sum(kills)} kills; every result file byte-identical to the undisturbed run's; {slower[10]:.1f} times its "
        f"seconds in the middle, {slower[-1]:.1f} at most (a run of {calm:.0f} s; a new worker takes a few of them)",
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_a_frozen_worker_is_given_up_and_its_work_done_elsewhere(undisturbed, tmp_path, monkeypatch, evidence, seed):
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", f"{FROZEN_SECONDS} s")
    progress = Disturbed(seed, 1, REPORTS - 7, signal.SIGSTOP)
    began_at = {}

    def note(*hurt):
        began_at["frozen"] = time.monotonic()
        return Disturbed._hurt_one(progress, *hurt)

    monkeypatch.setattr(progress, "_hurt_one", note)
    assert undisturbed.run(tmp_path / "run", WORKERS, progress) == undisturbed.results
    assert len(progress.hurt) == 1
    assert time.monotonic() - began_at["frozen"] <= (FROZEN_SECONDS + 30) * slowness()
    assert not any(psutil.pid_exists(pid) for _, pid in progress.hurt)
    evidence.note(
        "R2",
        f"runs on 2 local workers of which one was frozen (SIGSTOP); it is given up after {FROZEN_SECONDS} s here",
        1,
        "finished within that and 30 s; every result file byte-identical; no process left",
    )


class Poisoned:
    """An executor on which the tasks of a stage that hold a partition kill every worker they meet."""

    def __init__(self, executor, stage, partition):
        self._executor, self._stage, self._partition = executor, stage, partition
        self.width = executor.width

    def map(self, function, items, name, report=None):
        return self._executor.map(self._poisoned(function, name), items, name, report)

    def total(self, function, items, name, report=None):
        return self._executor.total(self._poisoned(function, name), items, name, report)

    def _poisoned(self, function, name):
        return partial(die_at, self._partition, function) if name == self._stage else function


def die_at(partition, function, task):
    if partition in getattr(task, "partitions", (getattr(task, "partition", None),)):
        os.kill(os.getpid(), signal.SIGKILL)
    return function(task)


@pytest.mark.long
@pytest.mark.parametrize(
    ("stage", "named"),
    [("facts", "Partition 17"), ("citizens", "Partitions 15-17")],
)
def test_a_partition_that_kills_workers_ends_the_run_and_is_named(
    undisturbed, tmp_path, monkeypatch, evidence, stage, named
):
    @contextlib.contextmanager
    def open_poisoned(place, *_):
        with open_executor(place) as executor:
            yield Poisoned(executor, stage, 17)

    put_to_work(monkeypatch, open_poisoned)
    begun = time.monotonic()
    with pytest.raises(PlanError, match=f"^{named} killed 4 workers"):
        undisturbed.run(tmp_path / "run", WORKERS)
    assert time.monotonic() - begun < 60 * slowness()
    assert {path.name for path in tmp_path.iterdir()} <= {"run.partial"}  # what was summed before, to go on from
    evidence.note(
        "R3",
        "runs with a partition that kills every worker it meets (in reading registers, in counting citizens)",
        1,
        "stopped in less than 60 s, exit code 30, naming the partition; nothing published",
    )
