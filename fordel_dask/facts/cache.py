"""Facts kept in the store under the hash of what made them, so that registers are read once."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from fordel_dask.errors import IntegrityError, SpaceError
from fordel_dask.facts.definition import FactRules, facts_hash, facts_table
from fordel_dask.facts.derive import Counted, facts_of_partition
from fordel_dask.schema.prepared import POPULATION
from fordel_dask.store import (
    FACTS,
    PartFile,
    Store,
    kind_of_file,
    open_store,
    part_records,
    read_facts_part,
    read_part,
    seal_of,
    write_facts_part,
)

SETS_KEPT = 4


@dataclass(frozen=True)
class FactsTask:
    """What a worker needs to make the facts of one partition: where, which, by what rules."""

    store: Path
    partition: int
    rules: FactRules
    directory: str


@dataclass(frozen=True)
class FactsFiles:
    """Facts that are ready: one file per partition beside the store's population, and what was noticed."""

    root: Path
    parts: tuple[PartFile, ...]
    population: tuple[PartFile, ...]
    counted: Counted

    def read(self, partition: int, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Read columns of the facts and of the population of one partition."""
        traits = [name for name in names if name in POPULATION.names]
        events = [name for name in names if name not in POPULATION.names]
        return {
            **(read_part(self.root, self.population[partition], traits) if traits else {}),
            **read_facts_part(self.root, self.parts[partition], events),
        }


def directory_of(store: Store, rules: FactRules) -> str:
    """Name the directory, below the store, that these facts live in."""
    return f"{FACTS}/{facts_hash(store.identity, rules)[:32]}"


def find_facts(store: Store, rules: FactRules) -> FactsFiles | None:
    """Give the facts that an earlier run has left, if they are whole."""
    manifest = store.root / directory_of(store, rules) / "manifest.json"
    try:
        content = json.loads(manifest.read_text("utf-8"))
        seal = content.pop("seal")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if seal != seal_of(content) or len(content["parts"]) != store.grid.partitions:
        return None
    parts = tuple(PartFile(**part) for part in content["parts"])
    if any(kind_of_file(store.root / part.file, part.bytes) for part in parts):
        return None  # a file is missing, cut or a link: all are made anew
    return FactsFiles(store.root, parts, store.parts(POPULATION.name), Counted(**content["counted"]))


def kept_facts(root: Path) -> list[dict[str, Any]]:
    """Give the records of all files of facts that runs have left in a store.

    Raises
    ------
    IntegrityError
        A manifest of facts is not what was written.
    """
    return [part for path in sorted((root / FACTS).glob("*/manifest.json")) for part in _read_records(root, path)]


def _read_records(root: Path, manifest: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(manifest.read_text("utf-8"))
        if content.pop("seal") == seal_of(content):
            return list(content["parts"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise IntegrityError(
        f"{manifest.relative_to(root).as_posix()} in {root.name} is not what was written. "
        f"It is harmless: the next run makes these facts anew."
    )


def plan_facts(store: Store, rules: FactRules) -> list[FactsTask]:
    """Give one task for each partition.

    Nothing is deleted: a run beside this one may be reading or making the same files, and
    makes the same bytes.
    """
    try:
        (store.root / directory_of(store, rules)).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise SpaceError(
            f"{store.root.name} cannot be written to, and the facts of a run are kept there. "
            f"Give write permission or copy the store."
        ) from None
    return [
        FactsTask(store.root, partition, rules, directory_of(store, rules))
        for partition in range(store.grid.partitions)
    ]


def make_facts(task: FactsTask) -> tuple[PartFile, Counted]:
    """Make and write the facts of one partition; runs anywhere, as often as it must."""
    store = open_store(task.store)
    facts, counted = facts_of_partition(store, task.partition, task.rules)
    file = f"{task.directory}/part-{task.partition:05}.arrow"
    return write_facts_part(store.root, file, facts_table(task.rules), facts), counted


def _forget_old_facts(folder: Path) -> None:
    """Delete all but the newest sets of facts: those of other code, fee tables or specialities."""
    newest_first = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in newest_first[SETS_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def keep_facts(store: Store, rules: FactRules, made: Sequence[tuple[PartFile, Counted]]) -> FactsFiles:
    """Write the manifest of facts that were made, so that the next run finds them."""
    parts = tuple(part for part, _ in made)
    counted = sum((counted for _, counted in made), Counted())
    content = {"parts": part_records(parts), "counted": asdict(counted)}
    path = store.root / directory_of(store, rules) / "manifest.json"
    path.write_text(json.dumps({**content, "seal": seal_of(content)}, indent=1) + "\n", "utf-8")
    _forget_old_facts(store.root / FACTS)
    return FactsFiles(store.root, parts, store.parts(POPULATION.name), counted)
