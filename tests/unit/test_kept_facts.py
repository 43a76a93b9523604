"""Facts of a partition that was made whole are taken up; other bytes for the same work are an error."""

import json
import os
import pickle
import stat
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.cluster import load
from fordel_dask.errors import AccountingError, IntegrityError, SpaceError
from fordel_dask.facts import FactRules, cache, find_facts, hold_facts, in_batches, keep_facts, make_facts, plan_facts
from fordel_dask.graph.executor import Threads
from fordel_dask.pass_rules import plan_tasks
from fordel_dask.registers import ingest
from fordel_dask.store import open_store, seal_of
from tests.lib.nations import write_nation

RULES = FactRules(2026, ("80", "83"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    write_nation(folder / "registers", 3, 300)
    ingest(folder / "registers", folder / "store", Threads(1), partitions=4)
    return folder / "store"


@pytest.fixture
def store(prepared, tmp_path):
    import shutil

    return open_store(shutil.copytree(prepared, tmp_path / "store"))


def test_a_partition_that_was_made_whole_is_taken_up(store):
    tasks = plan_facts(store, RULES)
    first = [make_facts(task) for task in tasks[:3]]
    written = [(store.root / task.file).stat().st_mtime_ns for task in tasks[:3]]
    made = [make_facts(task) for task in plan_facts(store, RULES)]
    assert [one.taken_up for one in made] == [True, True, True, False]
    assert [replace(one, taken_up=False) for one in made[:3]] == first
    assert [(store.root / task.file).stat().st_mtime_ns for task in tasks[:3]] == written
    assert keep_facts(store, RULES, made).taken_up == 3
    assert find_facts(store, RULES).parts == tuple(one.part for one in made)


@pytest.mark.parametrize("damage", ["file flipped", "file cut", "file gone", "record flipped", "record empty"])
def test_a_part_or_record_that_was_damaged_is_made_again(store, damage):
    task = plan_facts(store, RULES)[1]
    made, whole = make_facts(task), (store.root / task.file).read_bytes()
    path = task.record if damage.startswith("record") else store.root / task.file
    content = path.read_bytes()
    match damage.split()[1]:
        case "flipped":
            path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
        case "cut":
            path.write_bytes(content[:-1])
        case "empty":
            path.write_bytes(b"")
        case _:
            path.unlink()
    assert make_facts(task) == made
    assert (store.root / task.file).read_bytes() == whole
    assert make_facts(task).taken_up


def test_fresh_facts_are_made_though_a_run_before_has_left_them(store):
    task = plan_facts(store, RULES)[0]
    make_facts(task)
    assert not make_facts(plan_facts(store, RULES, fresh=True)[0]).taken_up


def test_two_runs_of_a_task_that_give_different_bytes_are_an_error(store, evidence):
    """As after a flipped bit in memory: the record of the first says another hash, and is itself whole."""
    task = plan_facts(store, RULES, fresh=True)[2]
    make_facts(task)
    record = json.loads(task.record.read_text("utf-8"))
    record.pop("seal")
    record["part"]["sha256"] = "0" * 64
    task.record.write_text(json.dumps({**record, "seal": seal_of(record)}), "utf-8")
    with pytest.raises(AccountingError, match="partition 2: two runs of the same task gave different bytes"):
        make_facts(task)
    assert AccountingError.exit_code == 70
    evidence.note("R6", "a task of facts run again with another checksum on record", 1, "refused with exit code 70")


def test_the_same_task_twice_leaves_one_file_and_one_record(store):
    task = plan_facts(store, RULES, fresh=True)[0]
    made = Threads(4).map(make_facts, [task] * 8, "facts")
    assert len(set(made)) == 1
    names = sorted(path.name for path in (store.root / task.directory).iterdir())
    assert names == ["part-00000.arrow", "part-00000.json"]


def test_facts_are_not_made_of_a_store_that_was_replaced(store):
    task = replace(plan_facts(store, RULES)[0], identity="that of another")
    with pytest.raises(IntegrityError, match="was replaced by another ingest"):
        make_facts(task)
    assert not task.record.exists()


def test_directories_of_facts_are_private(store):
    task = plan_facts(store, RULES)[0]
    folders = (store.root / task.directory, (store.root / task.directory).parent)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]


def test_only_old_facts_that_no_run_is_reading_are_forgotten(store, monkeypatch):
    folder = store.root / cache.FACTS
    for number in range(6):
        (folder / f"old-{number}").mkdir(parents=True)
        os.utime(folder / f"old-{number}", (number, number))
    read = FactRules(2026, ("80",))
    with hold_facts(store, read):
        held = (store.root / cache.directory_of(store, read)).name
        os.utime(folder / held, (1, 1))
        keep_facts(store, RULES, [make_facts(task) for task in plan_facts(store, RULES)])
        names = {path.name for path in folder.iterdir()}
    assert held in names
    assert {"old-3", "old-4", "old-5"} <= names and not {"old-0", "old-1", "old-2"} & names


def test_a_full_disk_is_told_and_leaves_no_half_file(store, monkeypatch):
    task = plan_facts(store, RULES)[0]

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(SpaceError, match="the disk is full"):
        make_facts(task)
    assert list((store.root / task.directory).iterdir()) == []


def test_a_few_fat_batches_cover_every_partition_once():
    tasks = [SimpleNamespace(partition=n) for n in range(100)]
    for width, expected in ((1, 16), (2, 32), (100, 100)):
        batches = in_batches(tasks, width)
        assert len(batches) == expected
        assert [p for batch in batches for p in batch.partitions] == list(range(100))
        assert max(len(b.tasks) for b in batches) - min(len(b.tasks) for b in batches) <= 1


def test_what_a_task_of_a_pass_is_sent_does_not_grow_with_the_nation():
    def sent(partitions):
        rules = load.pass_rules(load.Size(partitions * 100_000, 100))
        tasks = plan_tasks(partitions, partitions // 8, rules)
        return max(len(pickle.dumps(task)) for task in tasks)

    assert sent(6_000) < 1.01 * sent(60)


def test_some_of_the_facts_are_read_by_the_numbers_of_the_nation(store):
    facts = keep_facts(store, RULES, [make_facts(task) for task in plan_facts(store, RULES)])
    whole, some = facts.read(2, ("clinic", "sex")), facts.only((1, 2)).read(2, ("clinic", "sex"))
    assert all(np.array_equal(whole[name], some[name]) for name in whole)
