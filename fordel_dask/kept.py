"""Sums that a run keeps beside its RUN, so that one that was interrupted is gone on with."""

import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, get_type_hints

from fordel_dask.facts import FactsFiles
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report
from fordel_dask.model import Model
from fordel_dask.store import Store, refuse_replaced
from fordel_dask.store.publishing import writing
from fordel_dask.store.sums import read_sums, write_sums

T = TypeVar("T")
S = TypeVar("S")
PACKAGE = Path(__file__).parent
ROOMS = ("consumption", "covariates", "facts", "fees", "kernels", "law", "model", "scoring", "store", "weights")
SOURCES = (".py", ".csv", ".toml")
MODULES = ("passes.py", "pipeline.py", "nation.py", "kept.py")


@functools.cache
def code_hash() -> str:
    """Give a hash of the sources and of the data that sums come from: those of another version are not taken up."""
    digest = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*") if path.suffix in SOURCES):
        digest.update(path.read_bytes())
    for module in MODULES:
        digest.update((PACKAGE / module).read_bytes())
    return digest.hexdigest()


class KeptSums:
    """Gives totals over tasks as an executor does, and keeps each as a file in ``directory``.

    A total is named by everything that it rests on: store, facts, model, program and the totals
    before it. One that a run before has left under that name is taken up; ``taken_up`` names those.
    Without a directory nothing is kept.
    """

    def __init__(
        self, directory: Path | None, executor: Executor, store: Store, model: Model, facts: FactsFiles
    ) -> None:
        self.width = executor.width
        self.taken_up: list[str] = []
        self._directory, self._executor, self._store = directory, executor, store
        self._rests_on = [store.identity, model.hash, *(part.sha256 for part in facts.parts)]

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum of ``function(item)`` over all items, from the file of a run before if there is one."""
        if self._directory is None:
            return self._executor.total(function, items, name, report)
        path = self._directory / f"{name}-{self._name()}.sums"
        kind: type[S] = get_type_hints(function)["return"]
        found = read_sums(path, kind)
        if found is not None:
            total, seal = found
            self.taken_up.append(name)
            if report:
                report(len(items), len(items))
        else:
            total = self._executor.total(function, items, name, report)
            refuse_replaced(self._store)  # what was summed of two stores must not be found by a later run
            with writing(f"The sums of a run in {self._directory.name}"):
                seal = write_sums(path, total)
        self._rests_on.append(seal)
        return total

    def _name(self) -> str:
        return hashlib.sha256(json.dumps([code_hash(), *self._rests_on]).encode()).hexdigest()[:32]
