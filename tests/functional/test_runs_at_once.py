"""Runs and ingests at once: they wait for nobody, are refused in time, or share what they may share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.errors import IntegrityError, UsageError, VerificationError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.rundir import open_place
from fordel_dask.store import open_store
from fordel_dask.verification import verify_path
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
PARTITIONS = 6


@pytest.fixture(scope="module")
def nations(tmp_path_factory):
    """Two deliveries of registers, their stores, and what a run alone makes of each."""
    folder = tmp_path_factory.mktemp("at-once")
    for seed in (31, 32):
        write_nation(folder / f"registers-{seed}", seed=seed, citizens=2000)
        ingest(folder / f"registers-{seed}", folder / f"store-{seed}", Threads(2), partitions=PARTITIONS)
        run(folder / f"store-{seed}", folder / f"alone-{seed}")
        shutil.rmtree(folder / f"store-{seed}" / "facts")
    return folder


def run(store, out, progress=SILENT, fresh=False):
    return run_store(store, out, "national-2025", Manner(fresh=fresh), Place(threads=2), progress)


def results(out):
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name != "manifest.json"}


@pytest.fixture
def store(nations, tmp_path):
    return shutil.copytree(nations / "store-31", tmp_path / "store")


def start(store, out):
    command = [sys.executable, "-m", "fordel_dask", "run", str(store), "--out", str(out), "--quiet"]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


class During(ProgressLines):
    """Does something once, when a stage of a run has ended."""

    def __init__(self, stage, do):
        super().__init__(quiet=True)
        self.stage, self.do = stage, do

    def __call__(self, stage):
        report = super().__call__(stage)

        def reported(done, of):
            report(done, of)
            if stage == self.stage and done == of and self.do:
                do, self.do = self.do, None
                do()

        return reported


READ, SUMMED = "registers → facts", "citizens → cells"


def test_a_second_run_to_the_same_place_is_refused(nations, store, tmp_path, evidence):
    out = tmp_path / "run"
    run(store, out)
    before = results(out)
    with open_place(out), start(store, out) as second:
        told = second.communicate()[1]
        assert second.returncode == 2
        assert "Another run is writing" in told and "choose another name" in told
        assert results(out) == before
    run(store, out)
    assert results(out) == results(nations / "alone-31")
    evidence.note("R15", "a second run to the same RUN while one is at work", 1, "refused with exit code 2")


def test_a_run_that_is_refused_does_not_disturb_the_one_at_work(nations, store, tmp_path):
    out, refused = tmp_path / "run", []

    def second():
        with pytest.raises(UsageError):
            run(store, out)
        refused.append(1)

    run(store, out, During(SUMMED, second))
    assert refused and results(out) == results(nations / "alone-31")


def hold_two_at_once(nations, store, folder, evidence):
    outs = [folder / f"run-{n}" for n in range(2)]
    running = [start(store, out) for out in outs]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0), ("", 0)]
    assert [results(out) == results(nations / "alone-31") for out in outs] == [True, True]
    assert sorted(path.name for path in folder.iterdir()) == ["run-0", "run-1", "store"]
    evidence.note("R15", "two runs on one store at once, to different RUNs", 1, "both whole, the same bytes as alone")


def test_two_runs_to_different_places_share_the_store(nations, store, tmp_path, evidence):
    hold_two_at_once(nations, store, tmp_path, evidence)


@pytest.mark.long
@pytest.mark.parametrize("again", range(9))
def test_two_runs_to_different_places_again_and_again(again, nations, store, tmp_path, evidence):
    hold_two_at_once(nations, store, tmp_path, evidence)


@pytest.mark.parametrize("stage", [READ, SUMMED])
def test_a_store_replaced_during_a_run_stops_it(stage, nations, store, tmp_path, evidence):
    def replace():
        ingest(nations / "registers-32", store, Threads(1), partitions=PARTITIONS)

    with pytest.raises(IntegrityError, match="replaced by another ingest"):
        run(store, tmp_path / "run", During(stage, replace))
    assert not (tmp_path / "run").exists() and not (tmp_path / "run.partial").exists()
    run(store, tmp_path / "run")
    assert results(tmp_path / "run") == results(nations / "alone-32")
    evidence.note(
        "R15", "an ingest replaces the store during a run", 1, "exit 13, nothing published; then the new store"
    )


def test_an_ingest_of_the_same_registers_during_a_run_changes_nothing(nations, store, tmp_path):
    def replace():
        ingest(nations / "registers-31", store, Threads(1), partitions=PARTITIONS)

    identity = open_store(store).identity
    try:
        run(store, tmp_path / "run", During(SUMMED, replace))
    except IntegrityError:
        pytest.fail("the same store stands there")
    assert open_store(store).identity == identity
    assert results(tmp_path / "run") == results(nations / "alone-31")


def test_an_ingest_beside_a_run_of_another_store_does_not_disturb_it(nations, store, tmp_path):
    def beside():
        ingest(nations / "registers-32", tmp_path / "other", Threads(1), partitions=PARTITIONS)

    run(store, tmp_path / "run", During(READ, beside))
    assert results(tmp_path / "run") == results(nations / "alone-31")


def test_the_work_of_an_ingest_is_not_taken_for_that_of_a_run(nations, store, tmp_path):
    """RUN and STORE of one name: the work directory beside them would be the same."""
    from fordel_dask.registers.place import workplace

    try:
        with workplace(tmp_path / "nation"):
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with pytest.raises(UsageError, match="holds the work of 'fordel ingest'"):
        run(store, tmp_path / "nation")
    assert (tmp_path / "nation.partial").exists()


@pytest.mark.parametrize("companion", ["keys/keys.parquet", "quarantine/services.parquet"])
def test_verify_finds_keys_and_quarantined_rows_of_another_store(companion, nations, tmp_path):
    """As an ingest would leave them that was killed while it published, on a file system without an exchange."""
    for beside in ("", ".keys", ".quarantine"):
        shutil.copytree(nations / f"store-31{beside}", tmp_path / f"store{beside}")
    assert verify_path(tmp_path / "store")["kind"] == "prepared store"
    shutil.copy(nations / f"store-32.{companion}", tmp_path / f"store.{companion}")
    with pytest.raises(
        VerificationError, match=f"store.{companion} has another content|store.{companion} has .* bytes"
    ):
        verify_path(tmp_path / "store")
