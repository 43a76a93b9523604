"""Every task done twice at the same time: what it gives and writes does not change, and nothing is left over."""

import contextlib

import pytest

from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from tests.graph.conftest import PARTITIONS, SILENT, put_to_work, results_in
from tests.lib.twice import Twice

DONE = "ingests and runs of which every task was done twice, both at once, in random order"
SAME = "the same stores, result tables and files, byte for byte; no stray file"


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ingest_and_run_twice(undisturbed, folder, monkeypatch, seed):
    twice = Twice(seed)
    put_to_work(monkeypatch, lambda *_: contextlib.nullcontext(twice))
    ingest_registers(undisturbed.folder / "registers", folder / "store", PARTITIONS, Place(threads=2), SILENT)
    assert files_below(folder / "store") == files_below(undisturbed.folder / "fresh")
    run_store(folder / "store", folder / "run", "national-2025", Manner(fresh=True), Place(threads=2), SILENT)
    assert results_in(folder / "run") == undisturbed.results
    # workers that other tests have killed over the undisturbed store have left what they had begun there
    whole = {name: content for name, content in files_below(undisturbed.folder / "store").items() if "/." not in name}
    assert files_below(folder / "store") == whole
    beside = {path.name.replace("fresh", "store") for path in undisturbed.folder.glob("fresh*")}
    assert {path.name for path in folder.iterdir()} == beside | {"run"}
    assert twice.tasks > 3 * PARTITIONS


def test_an_ingest_and_a_run_done_twice_are_the_same(undisturbed, tmp_path, monkeypatch, evidence):
    ingest_and_run_twice(undisturbed, tmp_path, monkeypatch, 0)
    evidence.note("R6", DONE, 1, SAME)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 10))
def test_nine_more_done_twice_are_the_same(undisturbed, tmp_path, monkeypatch, evidence, seed):
    ingest_and_run_twice(undisturbed, tmp_path, monkeypatch, seed)
    evidence.note("R6", DONE, 1, SAME)


def test_a_task_that_gives_something_else_the_second_time_is_noticed():
    given = iter(range(1000))
    with pytest.raises(AssertionError, match=r"numbers: . differs"):
        Twice(1).map(lambda _: next(given), range(4), "numbers")
    assert Twice(1).total(abs, range(4), "numbers") == Threads(1).total(abs, range(4), "numbers") == 6
