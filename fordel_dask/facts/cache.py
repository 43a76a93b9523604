"""Facts kept in the store under the hash of what made them, so that registers are read once."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from fordel_dask.errors import AccountingError, SpaceError
from fordel_dask.facts.definition import FactRules, facts_hash, facts_table
from fordel_dask.facts.derive import Counted, facts_of_partition
from fordel_dask.graph.executor import shared_out
from fordel_dask.schema.prepared import COVARIATES, POPULATION
from fordel_dask.store import (
    FACTS,
    PartFile,
    Store,
    kind_of_file,
    open_same_store,
    part_records,
    read_facts_part,
    read_part,
    seal_of,
    sealed,
    sha256_of_file,
    write_facts_part,
)
from fordel_dask.store.publishing import (
    appearing,
    held,
    hidden_name,
    private_directory,
    remove_unless_held,
    sync,
    writing,
)

SETS_KEPT = 4
BATCHES_AT_A_TIME = 16


@dataclass(frozen=True)
class FactsTask:
    """What a worker needs to make the facts of one partition: where, of what store, which, by what rules.

    ``fresh``: they are made though a run before has left them.
    """

    store: Path
    identity: str
    partition: int
    rules: FactRules
    directory: str
    fresh: bool = False

    @property
    def file(self) -> str:
        """The file of these facts, below the store."""
        return f"{self.directory}/part-{self.partition:05}.arrow"

    @property
    def record(self) -> Path:
        """The file that says that they are made, and what they must be."""
        return (self.store / self.file).with_suffix(".json")


@dataclass(frozen=True)
class FactsBatch:
    """Neighbouring partitions that one task makes the facts of, one after the other."""

    tasks: tuple[FactsTask, ...]

    @property
    def partitions(self) -> tuple[int, ...]:
        """The partitions of the batch."""
        return tuple(task.partition for task in self.tasks)


@dataclass(frozen=True)
class FactsMade:
    """The facts of one partition that are made, and what was noticed; ``taken_up`` if a run before had made them."""

    part: PartFile
    counted: Counted
    taken_up: bool = False


@dataclass(frozen=True)
class FactsFiles:
    """Facts that are ready: one file per partition beside the store's population, and what was noticed.

    ``taken_up`` is the number of partitions that an interrupted run had made; ``first`` the number of
    the first partition, where these are some of them.
    """

    root: Path
    parts: tuple[PartFile, ...]
    population: tuple[PartFile, ...]
    counted: Counted
    taken_up: int = 0
    first: int = 0
    covariates: tuple[PartFile, ...] = ()

    def only(self, partitions: Sequence[int]) -> "FactsFiles":
        """Give the facts of neighbouring partitions: what a task needs to be sent."""
        begin, end = partitions[0], partitions[-1] + 1
        return replace(
            self,
            parts=self.parts[begin:end],
            population=self.population[begin:end],
            covariates=self.covariates[begin:end],
            first=begin,
        )

    def read(self, partition: int, names: Sequence[str], extra: Sequence[str] = ()) -> dict[str, NDArray[Any]]:
        """Read columns of the facts and of the population of one partition; ``extra`` names covariates by person."""
        at = partition - self.first
        traits = [name for name in names if name in POPULATION.names]
        events = [name for name in names if name not in POPULATION.names]
        return {
            **(read_part(self.root, self.population[at], traits) if traits else {}),
            **(read_part(self.root, self.covariates[at], list(extra)) if extra else {}),
            **read_facts_part(self.root, self.parts[at], events),
        }


def directory_of(store: Store, rules: FactRules) -> str:
    """Name the directory, below the store, that these facts live in."""
    return f"{FACTS}/{facts_hash(store.identity, rules)[:32]}"


@contextlib.contextmanager
def hold_facts(store: Store, rules: FactRules) -> Iterator[None]:
    """Keep the directory of these facts from being removed by another run while this one makes or reads them."""
    with held(store.root / directory_of(store, rules)):
        yield


def find_facts(store: Store, rules: FactRules) -> FactsFiles | None:
    """Give the facts that an earlier run has left, if they are whole."""
    content = sealed_content(store.root / directory_of(store, rules) / "manifest.json")
    if content is None or len(content.get("parts", ())) != store.grid.partitions:
        return None
    parts = tuple(PartFile(**part) for part in content["parts"])
    if any(kind_of_file(store.root / part.file, part.bytes) for part in parts):
        return None  # a file is missing, cut or a link: all are made anew
    return _files(store, parts, Counted(**content["counted"]))


def _files(store: Store, parts: tuple[PartFile, ...], counted: Counted, taken_up: int = 0) -> FactsFiles:
    covariates = store.parts(COVARIATES) if COVARIATES in store.manifest["tables"] else ()
    return FactsFiles(store.root, parts, store.parts(POPULATION.name), counted, taken_up, covariates=covariates)


def sealed_content(path: Path) -> dict[str, Any] | None:
    """Give what a sealed file of facts says, None if it is not there or not what was written."""
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        seal = content.pop("seal")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return content if seal == seal_of(content) else None


def plan_facts(store: Store, rules: FactRules, fresh: bool = False) -> list[FactsTask]:
    """Give one task for each partition.

    Nothing is deleted: a run beside this one may be reading or making the same files, and
    makes the same bytes.
    """
    directory = directory_of(store, rules)
    try:
        private_directory(store.root / FACTS)
        private_directory(store.root / directory)
    except OSError:
        raise SpaceError(
            f"{store.root.name} cannot be written to, and the facts of a run are kept there. "
            f"Give write permission or copy the store."
        ) from None
    return [
        FactsTask(store.root, store.identity, partition, rules, directory, fresh)
        for partition in range(store.grid.partitions)
    ]


def in_batches(tasks: Sequence[FactsTask], width: int) -> list[FactsBatch]:
    """Share tasks among batches, sixteen for each that runs at a time: fewer end unevenly, more cost a scheduler."""
    return [FactsBatch(tuple(some)) for some in shared_out(tasks, BATCHES_AT_A_TIME * width)]


def make_batch(batch: FactsBatch) -> list[FactsMade]:
    """Make the facts of all partitions of a batch."""
    return [make_facts(task) for task in batch.tasks]


def make_facts(task: FactsTask) -> FactsMade:
    """Make and write the facts of one partition; runs anywhere, as often as it must.

    Facts that were made whole by an interrupted run are taken up.

    Raises
    ------
    AccountingError
        They are other bytes than when they were made before.
    """
    before = _record_of(task)
    if before and not task.fresh and _is_whole(task.store / before.part.file, before.part):
        return replace(before, taken_up=True)
    store = open_same_store(task.store, task.identity)
    facts, counted = facts_of_partition(store, task.partition, task.rules)
    open_same_store(task.store, task.identity)  # all of it was read from the one store
    with writing(f"Facts in {task.store.name}"):
        part = write_facts_part(store.root, task.file, facts_table(task.rules), facts)
        first = _record(task, FactsMade(part, counted))
    if first.part != part or first.counted != counted:
        raise AccountingError(
            f"facts of partition {task.partition}: two runs of the same task gave different bytes. That is bad memory "
            f"or a bug of ours. Check the machine, remove {task.directory} from {task.store.name} and start again."
        )
    return first


def _is_whole(path: Path, part: PartFile) -> bool:
    try:
        return path.stat().st_size == part.bytes and sha256_of_file(path) == part.sha256
    except OSError:
        return False


def _record_of(task: FactsTask) -> FactsMade | None:
    content = sealed_content(task.record)
    if content is None or "part" not in content:  # none, damaged, or the manifest in its place
        return None
    return FactsMade(PartFile(**content["part"]), Counted(**content["counted"]))


def _record(task: FactsTask, made: FactsMade) -> FactsMade:
    """Record that facts are made, unless they were recorded before; gives the record that stands."""
    content = {"part": asdict(made.part), "counted": asdict(made.counted)}
    beside = hidden_name(task.record)
    try:
        _write_sealed(beside, content)
        with contextlib.suppress(OSError):  # the same task may be running twice: the first record stands
            task.record.hardlink_to(beside)
        first = _record_of(task)
        if first is None:  # there was none, on a file system without links, or a damaged one
            beside.replace(task.record)
    finally:
        beside.unlink(missing_ok=True)
    return first or made


def _write_sealed(path: Path, content: dict[str, Any]) -> None:
    path.write_text(sealed_text(content), "utf-8")


def sealed_text(content: dict[str, Any]) -> str:
    """Give the text of a sealed file of facts."""
    return json.dumps(sealed(content), indent=1) + "\n"


def _forget_old_facts(folder: Path) -> None:
    """Delete all but the newest sets of facts, of other code, fee tables or specialities, that no run is reading."""
    with contextlib.suppress(OSError):  # another run tidies up too: the next one does what is left
        sets = [path for path in folder.iterdir() if path.is_dir()]
        newest_first = sorted(sets, key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for old in newest_first[SETS_KEPT:]:
            remove_unless_held(old)


def keep_facts(store: Store, rules: FactRules, made: Sequence[FactsMade]) -> FactsFiles:
    """Write the manifest of facts that were made, so that the next run finds them."""
    parts = tuple(one.part for one in made)
    counted = sum((one.counted for one in made), Counted())
    directory = store.root / directory_of(store, rules)
    with writing(f"The manifest of facts in {store.root.name}"):
        with appearing(directory / "manifest.json") as begun:
            _write_sealed(begun, {"parts": part_records(parts), "counted": asdict(counted)})
            sync(begun)
        sync(directory)
    _forget_old_facts(store.root / FACTS)
    taken_up = sum(one.taken_up for one in made)
    return _files(store, parts, counted, taken_up)
