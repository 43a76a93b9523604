"""Dask: the same results as threads, one sum that comes back, failures named by partitions, nothing left behind."""

import logging

import pytest

from fordel_dask.errors import ClusterError, CoverageError, InterruptedRunError, PlanError, UsageError
from fordel_dask.graph import Place, open_executor
from fordel_dask.graph.cluster import DaskCluster
from fordel_dask.graph.connection import settings_here
from fordel_dask.graph.guarded import BugInTaskError, named
from fordel_dask.graph.quiet import quiet_logs
from fordel_dask.graph.settings import SETTINGS
from fordel_dask.graph.tree import Tree
from tests.lib import tasks
from tests.lib.faults import wait_until
from tests.lib.tasks import SECRET, Part, Parts


@pytest.fixture(scope="module")
def cluster():
    with open_executor(Place(workers=2)) as executor:
        yield executor


def test_results_and_totals_come_in_the_order_of_the_items(cluster):
    assert cluster.map(tasks.square, range(40), "squares") == [n * n for n in range(40)]
    assert cluster.total(tasks.word, range(100), "words").text == "".join(f"{n};" for n in range(100))
    assert cluster.map(tasks.square, [], "nothing") == []


def test_fewer_at_a_time_give_the_same(cluster):
    one = cluster.at_most(1)
    assert (one.width, cluster.width) == (1, 2)
    assert one.map(tasks.square, range(5), "squares") == [0, 1, 4, 9, 16]
    assert one.total(tasks.word, range(20), "words") == cluster.total(tasks.word, range(20), "words")


def test_progress_is_told_as_tasks_end(cluster):
    told = []
    for work in (cluster.map, cluster.total):
        work(tasks.square, range(9), "squares", lambda *what: told.append(what))
    assert told == 2 * [(done, 9) for done in range(1, 10)]


def test_of_several_failures_the_first_in_order_is_raised(cluster):
    for work in (cluster.map, cluster.total):
        with pytest.raises(CoverageError, match="refused 7"):
            work(tasks.refuse_from_seven, range(20), "refusals")


@pytest.mark.parametrize(
    ("function", "kind", "told"),
    [(tasks.bug, BugInTaskError, "KeyError in partition 3"), (tasks.no_memory, PlanError, "memory for partition 3")],
    ids=["a bug", "too little memory"],
)
def test_a_failure_names_the_partition_and_no_more(cluster, function, kind, told, evidence):
    for work in (cluster.map, cluster.total):
        with pytest.raises(kind, match=told) as failure:
            work(function, [Part(3)], "facts")
        assert SECRET not in str(failure.value) and failure.value.__context__ is None
    evidence.note("S1", "a task that fails with a value in its error", 1, "the partition is named, and no more")


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (Part(17), "partition 17"),
        (Parts((16, 17, 23)), "partitions 16-23"),
        (Parts((4,)), "partition 4"),
        (SECRET, "task 5 of 12"),
        (Part(None), "task 5 of 12"),
    ],
)
def test_a_task_is_named_by_its_partitions_or_its_number(item, name):
    assert named(item, "task 5 of 12") == name


@pytest.mark.parametrize("parts", [1, 2, 8, 9, 64, 65, 513, 1000])
def test_a_tree_adds_in_order_and_merges_at_most_eight(parts):
    widths = []

    def merge(words):
        widths.append(len(words))
        return "".join(words)

    tree = Tree(merge)
    for number in range(parts):
        tree.add(f"{number};")
    assert tree.root() == "".join(f"{number};" for number in range(parts))
    assert all(2 <= width <= 8 for width in widths)
    assert len(widths) <= max(parts - 1, 0) / 7 + 4


def test_workers_do_not_load_what_they_do_not_need(cluster):
    assert cluster.map(tasks.heavy_modules, range(4), "looking") == [[]] * 4


def test_nothing_is_left_on_the_scheduler_and_keys_hold_names_and_numbers_only(cluster, evidence):
    client = cluster.client

    def keys():
        return client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks))

    seen = []
    items = [Part(n) for n in range(20)]
    cluster.total(partition_of, items, "facts", lambda *_: seen.extend(keys()))
    assert seen and all(key.startswith("facts-") and SECRET not in key for key in seen)
    assert any(key.startswith("facts-merge-") for key in seen)
    with pytest.raises(BugInTaskError):
        cluster.total(tasks.bug, items, "facts")
    wait_until(lambda: keys() == [])
    evidence.note(
        "S1",
        "what a scheduler keeps after tasks: results, names of tasks",
        1,
        "nothing; names and partition numbers only",
    )


def partition_of(part):
    return part.partition


def test_a_stage_in_which_no_task_ends_is_given_up_and_what_is_not_done_is_named(cluster):
    impatient = DaskCluster(cluster.client, patience=2)
    for work in (impatient.map, impatient.total):
        with pytest.raises(InterruptedRunError, match=r"no task has ended.*task 1 of 1.*--patience.*same command"):
            work(tasks.sleep, [4], "sleeping")


def test_dask_logs_nothing_while_a_cluster_is_open_and_as_before_after():
    quiet, loud = logging.getLogger("distributed.worker"), logging.getLogger("distributed.client")
    before = loud.level
    with quiet_logs():
        assert not quiet.isEnabledFor(logging.CRITICAL) and not loud.isEnabledFor(logging.CRITICAL)
    assert loud.level == before


def test_a_partition_that_kills_every_worker_is_named(cluster):
    with pytest.raises(PlanError, match=r"^Partition 5 killed 4 workers .* more memory .* --partitions") as failure:
        cluster.total(tasks.die_at_five, [Part(n) for n in range(12)], "facts")
    assert failure.value.exit_code == 30
    assert cluster.map(tasks.square, [1, 2], "squares") == [1, 4]


def test_one_place_only():
    with pytest.raises(UsageError, match="Give one of"):
        Place(workers=2, scheduler="tcp://127.0.0.1:1")


def test_a_scheduler_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr("fordel_dask.graph.connection.CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="No Dask scheduler"), open_executor(Place(scheduler="tcp://127.0.0.1:9")):
        pass


def test_an_operator_may_set_deadlines_but_not_that_rows_are_spilled(monkeypatch, evidence):
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "7 s")
    monkeypatch.setenv("DASK_DISTRIBUTED__WORKER__MEMORY__SPILL", "0.7")
    here = settings_here()
    assert here["distributed.scheduler.worker-ttl"] == "7 s"
    assert here["distributed.worker.memory.spill"] is False
    assert here["distributed.scheduler.allowed-failures"] == SETTINGS["distributed.scheduler.allowed-failures"]
    evidence.note("S5", "a Dask configuration that would spill rows to scratch disks", 1, "overruled")
