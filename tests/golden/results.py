"""What this program makes of the golden nation: the numbers that must not change unnoticed."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.graph import Place
from fordel_dask.schema.prepared import TABLES
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.store import open_store

HERE = Path(__file__).parent
NATION, EXPECTED, REASONS = HERE / "nation", HERE / "expected", HERE / "reasons.csv"
HASHES = EXPECTED / "sha256.csv"
NATIONAL, PROJECTED = "national-2025", "national-2025-projected"
SCENARIOS = {path.stem: path for path in sorted((HERE / "models").glob("*.toml"))}
MODELS = (NATIONAL, PROJECTED, *SCENARIOS)
HASHED = {"parts", "clinic_register", "planning_areas"}
"""Kept as a hash only: too long, or what the registers say of the golden nation."""

ESTIMATES = {table.name for table in RESULT_TABLES if any(column.kind == "estimate" for column in table.columns)}
"""Tables of binary floats, whose last digits are not promised from one library to the next: not kept."""
PROJECTION = '[projection]\npath = "projection.csv.gz"\n'
SILENT = ProgressLines(quiet=True)


@dataclass(frozen=True)
class Made:
    """The stores of the golden nation, without and with its projection, in a folder of their own."""

    folder: Path

    def store(self, model: str) -> Path:
        """Give the store that a model runs on."""
        return self.folder / ("projected.store" if model == PROJECTED else "store")

    def run(self, model: str, place: Place, name: str | None = None) -> Path:
        """Run a model and give the RUN."""
        out = self.folder / (name or model)
        scenario = str(SCENARIOS.get(model, NATIONAL))
        run_store(self.store(model), out, scenario, AS_USUAL, place, SILENT)
        return out


def make_stores(folder: Path) -> Made:
    """Ingest the golden nation."""
    shutil.copytree(NATION, folder / "projected")
    with (folder / "projected" / "registers.toml").open("a", encoding="utf-8") as file:
        file.write(PROJECTION)
    made = Made(folder)
    ingest_registers(NATION, made.store(NATIONAL), 3, Place(threads=2), SILENT)
    ingest_registers(folder / "projected", made.store(PROJECTED), 3, Place(threads=2), SILENT)
    return made


def hashes_of_run(run: Path) -> Iterator[tuple[str, str, str]]:
    """Give the hash of each result table's CSV: model, table, SHA-256."""
    for path in sorted(run.glob("*.csv")):
        if path.stem not in ESTIMATES:
            yield run.name, path.stem, hashlib.sha256(path.read_bytes()).hexdigest()


def hashes_of_store(store: Path) -> Iterator[tuple[str, str, str]]:
    """Give the hash of what each table of a store holds; its files name the pyarrow that wrote them."""
    opened = open_store(store)
    for table in TABLES.values():
        digest = hashlib.sha256()
        for partition in range(opened.grid.partitions):
            for name, values in opened.read(table, partition).items():
                digest.update(name.encode() + values.astype("<i8").tobytes())
        yield store.name, table.name, digest.hexdigest()
    for what in ("accounting", "nation"):
        text = json.dumps(opened.manifest[what], sort_keys=True)
        yield store.name, what, hashlib.sha256(text.encode()).hexdigest()


def kept_hashes() -> dict[tuple[str, str], str]:
    """Give the hashes that were kept."""
    with HASHES.open(encoding="utf-8", newline="") as file:
        return {(row["of"], row["table"]): row["sha256"] for row in csv.DictReader(file)}


def digest_of_expected() -> str:
    """Give one hash of all that is kept, which the last reason must name."""
    digest = hashlib.sha256()
    for path in sorted(EXPECTED.rglob("*.csv")):
        digest.update(path.relative_to(EXPECTED).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
