"""An invented nation straight into a store is the nation that an ingest of its registers would give."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter

import pytest

from fordel_dask.cli.nation import write_nation
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.errors import CoverageError, IntegrityError, UsageError
from fordel_dask.graph.executor import Place, Threads, open_executor
from fordel_dask.invented import drawing, invent_store, making
from fordel_dask.registers import ingest
from fordel_dask.schema.prepared import INVENTED, TABLES
from fordel_dask.store import open_store
from fordel_dask.synthetic import Nation
from fordel_dask.verification import verify_path

SILENT = ProgressLines(quiet=True)
TOWN = {"citizens": 20_000, "seed": 3}
VILLAGE = Nation(citizens=1_300, seed=5)
ACCOUNTS = ("accounting", "choices", "nation", "codebooks", "small_tables", "not_used", "format_version")
STAGES = ("inventing citizens", "numbering codes")


SMALL_BLOCKS = 200


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of a few hundred citizens, so that a village already has many partitions."""

    def of(citizens):
        monkeypatch.setattr("fordel_dask.synthetic.nation.CITIZENS_PER_BLOCK", citizens)
        monkeypatch.setattr("fordel_dask.synthetic.people.CITIZENS_PER_BLOCK", citizens)

    return of


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Every file of the village's store, made in small blocks by one thread."""
    store = tmp_path_factory.mktemp("village") / "store"
    with pytest.MonkeyPatch.context() as patched:
        for module in ("nation", "people"):
            patched.setattr(f"fordel_dask.synthetic.{module}.CITIZENS_PER_BLOCK", SMALL_BLOCKS)
        invent_store(VILLAGE, store, Threads(1))
    return everything_below(store)


@pytest.fixture
def village(undisturbed, small_blocks):
    """Small blocks, and what the village's store must be."""
    small_blocks(SMALL_BLOCKS)
    return undisturbed


class Interrupted(Threads):
    """Threads that stop after some tasks of a stage."""

    def __init__(self, stage, tasks):
        super().__init__(1)
        self.stage, self.tasks = stage, tasks

    def map(self, function, items, name, report=None):
        if name == self.stage:
            super().map(function, items[: self.tasks], name, report)
            raise KeyboardInterrupt
        return super().map(function, items, name, report)


def everything_below(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def both_ways(folder, nation):
    """Make a nation's store straight, and by way of its register extracts and an ingest; give both manifests."""
    straight = invent_store(Nation(**nation), folder / "straight", Threads(2))
    write_nation(folder / "registers", nation, Threads(2), SILENT)
    return straight, ingest(folder / "registers", folder / "ingested", Threads(2))


def results(folder, store):
    run_store(folder / store, folder / f"run of {store}", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    files = everything_below(folder / f"run of {store}")
    assert sum(name.endswith(".csv") for name in files) > 5
    return {name: content for name, content in files.items() if name != "manifest.json"}


def rows_of_nobody(store, table):
    """Count the rows of a table without the number of their citizen, which depends on the way they came."""
    names = [name for name in table.names if name != "citizen"]
    parts = (store.read(table, partition, names) for partition in range(store.grid.partitions))
    return Counter(row for part in parts for row in zip(*(part[name].tolist() for name in names), strict=True))


LONG = pytest.mark.long
NATIONS = {
    "with every optional table": {**TOWN, "seed": 4, "extras": True},
    "as the registers usually come": TOWN,
    "with a long history": {**TOWN, "seed": 6, "history": "full"},
}


@pytest.mark.parametrize(
    "nation", [pytest.param(n, id=name, marks=[] if n["seed"] == 4 else [LONG]) for name, n in NATIONS.items()]
)
def test_results_are_the_bytes_of_extracts_ingest_and_run(tmp_path, small_blocks, nation):
    small_blocks(3_000)
    straight, ingested = both_ways(tmp_path, nation)
    assert {key: straight[key] for key in ACCOUNTS} == {key: ingested[key] for key in ACCOUNTS}
    assert results(tmp_path, "straight") == results(tmp_path, "ingested")
    assert verify_path(tmp_path / "straight")["kind"] == "prepared store"


DELIVERIES = {
    "a long history": {"history": "full"},
    "another planning year": {"year": 2031},
    "every optional table, in another year": {"extras": True, "year": 2023},
    "a last block of one citizen": {"citizens": 1_201},
    "a last partition of two blocks, one of them one citizen": {"citizens": 1_601},
}


@pytest.mark.parametrize("more", DELIVERIES.values(), ids=DELIVERIES)
def test_rows_books_and_accounts_are_those_of_an_ingest(tmp_path, small_blocks, more):
    small_blocks(400)
    straight, ingested = both_ways(tmp_path, {"citizens": 1_300, "seed": 5, **more})
    assert {key: straight[key] for key in ACCOUNTS} == {key: ingested[key] for key in ACCOUNTS}
    one, other = open_store(tmp_path / "straight"), open_store(tmp_path / "ingested")
    assert one.codebooks == other.codebooks and list(one.manifest["tables"]) == list(other.manifest["tables"])
    for table in filter(one.has, TABLES.values()):
        assert rows_of_nobody(one, table) == rows_of_nobody(other, table)
    assert one.grid.partitions == (2 if more.get("citizens", 1_300) < 1_600 else 3)


def test_a_store_is_the_same_bytes_on_any_number_of_threads_and_at_any_place(tmp_path, village):
    invent_store(VILLAGE, tmp_path / "elsewhere", Threads(3))
    assert everything_below(tmp_path / "elsewhere") == village


@LONG
def test_all_columns_of_dream_are_drawn_and_those_of_the_fee_year_kept(tmp_path, small_blocks):
    small_blocks(400)
    straight, ingested = both_ways(tmp_path, {"citizens": 1_300, "seed": 5, "dream": "full"})
    assert {key: straight[key] for key in ACCOUNTS} == {key: ingested[key] for key in ACCOUNTS}


def test_codes_are_numbered_by_the_books_of_the_nation_though_partitions_know_fewer(
    tmp_path, small_blocks, monkeypatch
):
    small_blocks(200)
    own = []
    written = drawing.write_json
    monkeypatch.setattr(drawing, "write_json", lambda path, summary: own.append(summary) or written(path, summary))
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    national = open_store(tmp_path / "store").codebooks["diagnosis"]
    partitions = [set(summary["codes"]["diagnosis"]) for summary in own if "codes" in summary]
    assert len(partitions) == 4 and all(codes < set(national) for codes in partitions)
    assert set().union(*partitions) == set(national)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("tasks", [0, 2, 4])
def test_what_was_interrupted_goes_on_and_gives_the_same_store(tmp_path, village, monkeypatch, stage, tasks):
    with pytest.raises(KeyboardInterrupt):
        invent_store(VILLAGE, tmp_path / "store", Interrupted(stage, tasks))
    assert not (tmp_path / "store").exists()
    drawn, real = [], drawing.block_tables
    monkeypatch.setattr(drawing, "block_tables", lambda nation, block: drawn.append(block) or real(nation, block))
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert drawn == (list(range(2 * tasks, 7)) if stage == STAGES[0] else [])
    assert everything_below(tmp_path / "store") == village
    assert not (tmp_path / "store.partial").exists()


def test_a_file_system_without_second_names_gets_copies(tmp_path, village, monkeypatch):
    def refused(*_):
        raise OSError

    monkeypatch.setattr(drawing.os, "link", refused)
    invent_store(VILLAGE, tmp_path / "store", Threads(2))
    assert everything_below(tmp_path / "store") == village


class Twice(Threads):
    """Threads that do every task twice, at once and in any order."""

    def map(self, function, items, name, report=None):
        again = [item for item in items for _ in range(2)]
        random.Random(name).shuffle(again)
        results = dict(zip(map(id, again), super().map(function, again, name, report), strict=True))
        return [results[id(item)] for item in items]


def test_tasks_that_run_twice_at_once_give_the_same_store(tmp_path, village, evidence):
    invent_store(VILLAGE, tmp_path / "store", Twice(4))
    assert everything_below(tmp_path / "store") == village
    evidence.note("R6", "an invented nation straight into a store, every task twice at once", 1, "the same bytes")


def test_a_damaged_part_of_an_interrupted_nation_is_drawn_once_more(tmp_path, village):
    with pytest.raises(KeyboardInterrupt):
        invent_store(VILLAGE, tmp_path / "store", Interrupted(STAGES[1], 0))
    part = tmp_path / "store.partial" / "drawn" / "services" / "part-00001.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert everything_below(tmp_path / "store") == village


def test_citizens_that_come_out_otherwise_the_second_time_are_refused(tmp_path, small_blocks, monkeypatch):
    small_blocks(200)
    with pytest.raises(KeyboardInterrupt):
        invent_store(VILLAGE, tmp_path / "store", Interrupted(STAGES[1], 0))
    (tmp_path / "store.partial" / "drawn" / "services" / "part-00001.parquet").unlink()
    other, real = Nation(citizens=1_300, seed=6), drawing.block_tables
    monkeypatch.setattr(drawing, "block_tables", lambda _, block: real(other, block))
    with pytest.raises(IntegrityError, match="NumPy or Arrow"):
        invent_store(VILLAGE, tmp_path / "store", Threads(1))


def test_another_nation_takes_nothing_of_an_interrupted_one(tmp_path, village):
    with pytest.raises(KeyboardInterrupt):
        invent_store(Nation(citizens=1_300, seed=6), tmp_path / "store", Interrupted(STAGES[1], 2))
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert everything_below(tmp_path / "store") == village


def test_the_manifest_tells_the_recipe_in_the_place_of_files_and_a_run_repeats_it(tmp_path):
    manifest = invent_store(Nation(**TOWN), tmp_path / "store", Threads(2))
    (told,) = manifest["inputs"][INVENTED]
    assert list(manifest["inputs"]) == [INVENTED]
    assert told["file"] == "fordel synth --citizens 20000 --seed 3 --year 2026 --history light --dream weeks"
    assert (told["recipe"]["citizens"], told["recipe"]["seed"], told["recipe"]["extras"]) == (20_000, 3, False)
    assert told["rows"] == sum(account["rows_in"] for account in manifest["accounting"].values())
    assert told["rows_by_register"]["population"] == 20_000
    results(tmp_path, "store")
    run = json.loads((tmp_path / "run of store" / "manifest.json").read_text("utf-8"))
    assert run["store"]["inputs"] == manifest["inputs"]


def test_nothing_but_the_store_is_left_and_no_pseudonym_is_in_it(tmp_path):
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    names = {path.name for path in (tmp_path / "store").iterdir()}
    tables = {"population", "enrolment", "services", "diagnoses", "benefits"}
    assert names == tables | {"clinics.json", "municipalities.json", "codebooks.json", "manifest.json"}
    assert not any("PNR" in column for table in TABLES.values() for column in table.names)


def test_an_earlier_invented_nation_is_replaced(tmp_path):
    invent_store(Nation(citizens=1_000, seed=1), tmp_path / "store", Threads(1))
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").grid.citizens == 1_300


def test_a_store_of_register_extracts_is_not_replaced(tmp_path):
    write_nation(tmp_path / "registers", {"citizens": 1_000, "seed": 1}, Threads(1), SILENT)
    ingest(tmp_path / "registers", tmp_path / "store", Threads(1))
    before = everything_below(tmp_path)
    with pytest.raises(UsageError, match="is a prepared store of register extracts"):
        invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize("beside", ["store.keys/keys.parquet", "store.quarantine/services.parquet"])
def test_keys_and_quarantined_rows_of_an_ingest_are_not_replaced(tmp_path, beside):
    file = tmp_path / beside
    file.parent.mkdir()
    file.write_bytes(b"of people who exist")
    with pytest.raises(UsageError, match="belongs to an ingest of register extracts"):
        invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert everything_below(tmp_path) == {beside: b"of people who exist"}


def test_a_directory_of_something_else_is_not_replaced(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is no prepared store"):
        invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert (tmp_path / "store" / "notes.txt").read_text("utf-8") == "mine"


def test_an_ingest_replaces_an_invented_nation(tmp_path):
    invent_store(VILLAGE, tmp_path / "store", Threads(1))
    write_nation(tmp_path / "registers", {"citizens": 1_000, "seed": 1}, Threads(1), SILENT)
    assert INVENTED not in ingest(tmp_path / "registers", tmp_path / "store", Threads(1))["inputs"]


def test_every_row_is_accounted_for_or_the_store_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "check_joined", lambda *_: (_ for _ in ()).throw(CoverageError("a row is lost")))
    with pytest.raises(CoverageError, match="a row is lost"):
        invent_store(VILLAGE, tmp_path / "store", Threads(1))
    assert not (tmp_path / "store").exists()


@LONG
def test_processes_give_the_bytes_of_threads(tmp_path):
    nation = Nation(citizens=100_500, seed=9)
    invent_store(nation, tmp_path / "threads", Threads(1))
    with open_executor(Place(workers=2)) as processes:
        invent_store(nation, tmp_path / "processes", processes)
    assert everything_below(tmp_path / "processes") == everything_below(tmp_path / "threads")
    assert open_store(tmp_path / "threads").grid.first == (0, 100_000, 100_500)


KILLED = """
import sys
from pathlib import Path
from fordel_dask.graph.executor import Threads
from fordel_dask.invented import invent_store
from fordel_dask.synthetic import Nation, nation, people
nation.CITIZENS_PER_BLOCK = people.CITIZENS_PER_BLOCK = 200
print("at work", flush=True)
invent_store(Nation(citizens=1_300, seed=5), Path(sys.argv[1]), Threads(2))
"""


def kill_at_work(store, moment):
    """Begin to invent the village and kill that some seconds after its work began; tells whether it still worked."""
    command = [sys.executable, "-c", KILLED, store]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout.readline() == b"at work\n"
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return True
    assert process.returncode == 0
    return False


@LONG
def test_a_nation_killed_at_random_moments_is_whole_or_not_there_and_goes_on(tmp_path, village, evidence):
    store, moments, killed = tmp_path / "store", random.Random(7), 0
    while kill_at_work(store, moments.uniform(0, 0.1 * 1.3**killed)):  # ever later: it comes to an end on any machine
        killed += 1
        assert not store.exists() or everything_below(store) == village
    assert killed and everything_below(store) == village
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    evidence.note("R14", "kill -9 while a nation is invented straight into a store", killed, "whole or not there")
