"""A small nation in many partitions, and what an undisturbed run makes of it."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
PARTITIONS = 24


@dataclass(frozen=True)
class Undisturbed:
    """Registers, store and run that nothing has disturbed."""

    folder: Path

    @property
    def results(self):
        return results_in(self.folder / "run")

    def fresh_store(self, place):
        """Give a copy of the store of which no run has left facts."""
        return shutil.copytree(self.folder / "fresh", place)

    def run(self, out, place, progress=SILENT):
        run_store(self.folder / "store", out, "national-2025", Manner(fresh=True), place, progress)
        return results_in(out)


def put_to_work(monkeypatch, open_executor):
    """Let ``ingest`` and ``run`` work on another executor."""
    for command in ("registers", "run"):
        monkeypatch.setattr(sys.modules[f"fordel_dask.cli.{command}"], "working_place", open_executor)


def results_in(run):
    """Give the result files of a run, less what tells of time and machine."""
    return {path.name: path.read_bytes() for path in sorted(run.iterdir()) if path.name != "manifest.json"}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    made = Undisturbed(tmp_path_factory.mktemp("undisturbed"))
    write_nation(made.folder / "registers", seed=21, citizens=2500)
    ingest_registers(made.folder / "registers", made.folder / "fresh", PARTITIONS, Place(threads=1), SILENT)
    made.fresh_store(made.folder / "store")
    made.run(made.folder / "run", Place(threads=1))
    return made
