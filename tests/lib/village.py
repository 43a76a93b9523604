"""A small invented nation whose registers a test changes by hand, to see what a rule makes of one citizen or clinic."""

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fordel_dask.cli.nation import write_nation
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads

SILENT = ProgressLines(quiet=True)
QUICKLY = Manner(intervals=False)
KINDS = {"citizens": 3_000, "seed": 5, "year": 2026, "history": "light", "dream": "weeks", "extras": False}
Edit = Callable[[pd.DataFrame], pd.DataFrame]
Row = dict[str, str]


@dataclass(frozen=True)
class Village:
    """The registers of the nation, and its RUN."""

    registers: Path
    run: "Run"

    def table(self, register: str) -> pd.DataFrame:
        """Give a register as it was delivered."""
        return pd.read_parquet(_file(self.registers, register))

    def changed(self, folder: Path, edits: Mapping[str, Edit]) -> "Run":
        """Give the RUN of the same nation with some registers changed."""
        copy = folder / "registers"
        shutil.copytree(self.registers, copy)
        for register, edit in edits.items():
            edit(pd.read_parquet(_file(copy, register))).to_parquet(_file(copy, register), index=False)
        return run_of(copy, folder)


@dataclass(frozen=True)
class Run:
    """The tables of a RUN."""

    folder: Path

    def rows(self, table: str) -> list[Row]:
        """Give the rows of a table."""
        with (self.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def row(self, table: str, code: str) -> Row:
        """Give the row whose first column holds the code."""
        return next(row for row in self.rows(table) if next(iter(row.values())) == code)

    def bytes_of(self, table: str) -> bytes:
        """Give a table as it is printed."""
        return (self.folder / f"{table}.csv").read_bytes()


def make_village(folder: Path) -> Village:
    """Invent the nation and run the model on it."""
    write_nation(folder / "registers", KINDS, Threads(2), SILENT)
    return Village(folder / "registers", run_of(folder / "registers", folder))


def run_of(registers: Path, folder: Path) -> Run:
    """Ingest registers and run the model on them."""
    place = Place(threads=2)
    ingest_registers(registers, folder / "store", 2, place, SILENT)
    run_store(folder / "store", folder / "run", "national-2025", QUICKLY, place, SILENT)
    return Run(folder / "run")


def _file(registers: Path, register: str) -> Path:
    alone = registers / f"{register}.parquet"
    return alone if alone.exists() else registers / register / "part-00000.parquet"
