"""One random nation through every way there is to its numbers: what differs between them, if anything.

The ways: the slow reference model on the raw registers; the pipeline on one thread, on three threads and
(where there is one) on a Dask cluster; and plain SQL on the prepared store.
"""

import csv
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import dask
from distributed import LocalCluster

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.doubt import doubts_of
from fordel_dask.errors import EstimationError
from fordel_dask.graph import Executor, Place, open_executor
from fordel_dask.graph.settings import SETTINGS
from fordel_dask.model import load_model
from fordel_dask.pipeline import run_model
from fordel_dask.printing import csv_text
from fordel_dask.registers import ingest
from fordel_dask.results import result_tables
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.store import open_store
from tests.lib.compare import differences
from tests.lib.nations import random_options, write_nation
from tests.lib.sql_model import NotEstimableError, SqlNumbers, numbers_of
from tests.reference.model import ReferenceError as Refused
from tests.reference.run import run_reference

SILENT = ProgressLines(quiet=True)
SIZES = {"capacity.citizens_per_capacity": 20, "capacity.floor_km2": 1}  # so that small nations get capacities
Tables = dict[str, str]  # CSV text by the name of the result table


@contextmanager
def local_cluster(workers: int, threads: int) -> Iterator[Place]:
    """Give a cluster of processes on this machine that many runs may use in turn."""
    with (
        dask.config.set(dict(SETTINGS)),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=threads,
            processes=True,
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
            host="127.0.0.1",
        ) as cluster,
    ):
        yield Place(scheduler=cluster.scheduler_address)


@dataclass(frozen=True)
class Verdict:
    """What came of one nation: whether it could be estimated, and one line for each disagreement."""

    seed: int
    estimated: bool
    disagreements: tuple[str, ...]


@contextmanager
def open_engines(scheduler: str | None) -> Iterator[dict[str, Executor]]:
    """Give the places where the pipeline is to run, by name."""
    places = {"one thread": Place(threads=1), "three threads": Place(threads=3)}
    if scheduler:
        places["Dask"] = Place(scheduler=scheduler)
    with ExitStack() as stack:
        yield {name: stack.enter_context(open_executor(place)) for name, place in places.items()}


def judge_nations(seeds: list[int], scheduler: str | None = None) -> list[Verdict]:
    """Take nations through all engines, opened once."""
    with open_engines(scheduler) as engines:
        return [judge_nation(seed, engines) for seed in seeds]


def judge_nation(seed: int, engines: Mapping[str, Executor]) -> Verdict:
    """Invent the nation of a seed, and hold all ways to its numbers against each other.

    The store is made by one engine in turn; the reference reads the registers itself.
    """
    rng = Random(seed)
    citizens = rng.randint(60, 400) if seed % 4 == 0 else rng.randint(250, 400)
    options = random_options(seed) | {"projection": rng.random() < 0.1}
    with tempfile.TemporaryDirectory() as folder:
        registers, store = Path(folder, "registers"), Path(folder, "store")
        write_nation(registers, seed, citizens, **options)
        maker = list(engines.values())[seed % len(engines)]
        ingest(registers, store, maker, partitions=rng.choice([1, 2, 3, 7]))
        found = {name: tables_of(store, engine, Path(folder)) for name, engine in engines.items()}
        expected = reference_of(registers)
        try:
            numbers = numbers_of(store, *SIZES.values())
        except NotEstimableError:
            numbers = None
        return Verdict(seed, expected is not None, tuple(disagreements(Path(folder), found, expected, numbers)))


def tables_of(store: Path, engine: Executor, folder: Path) -> Tables | None:
    """Give the result tables as text, none if the nation cannot be estimated."""
    scenario = folder / "sizes.toml"
    scenario.write_text("\n".join(f"{key} = {value}" for key, value in SIZES.items()), "utf-8")
    try:
        outcome = run_model(open_store(store), load_model(str(scenario)), engine, SILENT, fresh=True)
    except EstimationError:
        return None
    rows = result_tables(outcome, doubts_of(outcome, 20, 1))
    return {table.name: csv_text([c.name for c in table.columns], rows[table.name]) for table in RESULT_TABLES}


def reference_of(registers: Path) -> dict[str, Any] | None:
    """Give the reference's tables, none if the nation cannot be estimated."""
    try:
        return run_reference(registers, SIZES)
    except Refused as refused:
        if refused.exit_code != EstimationError.exit_code:
            raise
        return None


def disagreements(
    folder: Path, found: Mapping[str, Tables | None], expected: dict[str, Any] | None, numbers: SqlNumbers | None
) -> Iterator[str]:
    """Tell what differs: between engines, from the reference, and from SQL."""
    first, *others = found
    tables = found[first]
    yield from (f"{other} gives other tables than {first}" for other in others if found[other] != tables)
    for way, theirs in (("the reference", expected), ("SQL", numbers)):
        if (tables is None) != (theirs is None):
            yield f"{way} {'can' if theirs else 'cannot'} estimate the nation, the pipeline says otherwise"
            return
    if tables is not None and expected is not None and numbers is not None:
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text, "utf-8")
        yield from differences(folder, expected)
        yield from sql_disagreements(tables, numbers)


def sql_disagreements(tables: Tables, numbers: SqlNumbers) -> Iterator[str]:
    """Tell which numbers SQL has otherwise; areas are left out where a projection carries them on."""
    rows = {name: list(csv.DictReader(text.splitlines())) for name, text in tables.items()}
    weights = {
        (row["term"], row["level"]): (int(row["citizens"]), units(row["coefficient_kr"], 6)) for row in rows["weights"]
    }
    clinics = {
        row["ydernummer"]: (int(row["patients"]), units(row["weighted_patients"], 9), number(row["minimum_patients"]))
        for row in rows["clinics"]
        if row["patients"] != "0"
    }
    pairs = {
        "weights": (weights, {level: (citizens, micro) for level, (citizens, _, micro) in numbers.weights.items()}),
        "clinics": (clinics, numbers.clinics),
    }
    if not numbers.projected:
        pairs["municipalities"] = (areas(rows["municipalities"], "municipality_code"), numbers.municipalities)
        pairs["councils"] = (areas(rows["councils"], "council_id", "maximum_capacities"), numbers.councils)
    for name, (ours, theirs) in pairs.items():
        if ours != theirs:
            differing = sorted(key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key))
            yield f"SQL has other {name}: {differing[:5]} and so on, {len(differing)} in all"


def areas(rows: list[dict[str, str]], code: str, *more: str) -> dict[str, tuple[int, ...]]:
    """Give citizens and weight of areas, and what more is asked for, by code."""
    return {
        row[code]: (int(row["citizens"]), units(row["weighted_citizens"], 9), *(int(row[name]) for name in more))
        for row in rows
    }


def units(text: str, places: int) -> int:
    """Give a printed number in units of its last decimal."""
    return int(Decimal(text).scaleb(places))


def number(text: str) -> int | None:
    """Give a whole number, none for blank."""
    return int(text) if text else None
