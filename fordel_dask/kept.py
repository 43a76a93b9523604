"""Sums that a run keeps beside its RUN, so that one that was interrupted is gone on with."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, get_type_hints

from fordel_dask.facts import FactsFiles
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report
from fordel_dask.graph.program import program_hash
from fordel_dask.model import Model
from fordel_dask.store import Store, refuse_replaced
from fordel_dask.store.publishing import writing
from fordel_dask.store.sums import read_sums, write_sums

T = TypeVar("T")
S = TypeVar("S")


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
        return hashlib.sha256(json.dumps([program_hash(), *self._rests_on]).encode()).hexdigest()[:32]
