"""The engine of scenarios: every case on one store, sharing facts and passes, base first."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from fordel_dask import pipeline
from fordel_dask.errors import CoverageError, EstimationError, ImpossibleValueError, ModelError
from fordel_dask.facts import FactsFiles
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report, shared_out
from fordel_dask.model import Model
from fordel_dask.nation import read_nation
from fordel_dask.passes import CitizenSums
from fordel_dask.preparing import Prepared, for_figures, prepare
from fordel_dask.scenarios.concluding import deprivation_tenths, figures_of
from fordel_dask.scenarios.counting import MODELS_AT_ONCE, models_pass, pass_key, plan_models
from fordel_dask.scenarios.figures import CaseFigures, NotRun
from fordel_dask.store import Store

T = TypeVar("T")
S = TypeVar("S")
TOLD = (CoverageError, EstimationError, ImpossibleValueError, ModelError)
"""What keeps one case from being run, and the others not."""

Progress = Callable[[str], Report]


@dataclass(frozen=True)
class Ready:
    """A case that can be run: its place in the order asked for, and what its pass needs to know."""

    place: int
    name: str
    prepared: Prepared


@dataclass(frozen=True)
class Found:
    """What all cases gave, in the order asked for, the base first, and how.

    ``passes`` is how often citizens were gone over; ``tenths`` the deprivation tenth of each clinic.
    """

    base: CaseFigures
    cases: tuple[CaseFigures | NotRun, ...]
    tenths: dict[str, int]
    passes: int
    seconds: dict[str, float]


class SharedTotals:
    """An executor that does not count again what another model has counted."""

    def __init__(self, executor: Executor) -> None:
        self.width = executor.width
        self._executor = executor
        self._known: dict[str, Any] = {}
        self.passes = 0

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum over all items; patients by clinic are the same for every model."""
        if name == "patients" and name in self._known:
            found: S = self._known[name]
            return found
        self.passes += 1
        self._known[name] = self._executor.total(function, items, name, report)
        result: S = self._known[name]
        return result


def run_cases(
    store: Store, base: Model, cases: Sequence[tuple[str, Model]], executor: Executor, progress: Progress
) -> Found:
    """Run the base and all cases; a case that these data do not allow is told, and why.

    Raises
    ------
    FordelError
        The base itself cannot be run.
    """
    begun = time.perf_counter()
    nation, shared = read_nation(store), SharedTotals(executor)
    facts = read_facts_once(store, [base, *(model for _, model in cases)], executor, progress)
    of_base = for_figures(prepare(store, nation, base, facts, shared))
    told: dict[int, CaseFigures | NotRun] = {}
    ready = [Ready(-1, "base", of_base)]
    for place, (name, model) in enumerate(cases):
        try:
            pipeline.fact_rules(store, model)
            ready.append(Ready(place, name, for_figures(prepare(store, nation, model, facts, shared))))
        except TOLD as error:
            told[place] = NotRun(name, str(error))
    prepared = time.perf_counter()
    tenths: dict[str, int] = {}
    for case, sums in _counted(store, ready, executor, shared, progress):
        since = time.perf_counter()
        try:
            outcome = pipeline.conclude(nation, case.prepared, sums)
        except TOLD as error:
            if case.place < 0:
                raise
            told[case.place] = NotRun(case.name, str(error))
            continue
        if case.place < 0:
            tenths = deprivation_tenths(outcome)
        same = pass_key(case.prepared.rules) == pass_key(of_base.rules)
        told[case.place] = figures_of(case.name, outcome, same, time.perf_counter() - since)
    found = told.pop(-1)
    assert isinstance(found, CaseFigures)
    seconds = {"prepare": prepared - begun, "cases": time.perf_counter() - prepared}
    return Found(found, tuple(told[place] for place in sorted(told)), tenths, shared.passes, seconds)


def read_facts_once(store: Store, models: Sequence[Model], executor: Executor, progress: Progress) -> FactsFiles:
    """Give one set of facts for all models: with medicine where any of them asks for it and the store has it."""
    for model in sorted(models, key=lambda one: not one.covariates.asks_for_medicine):
        try:
            return pipeline.read_registers(store, model, executor, progress, fresh=False)
        except CoverageError:
            continue
    return pipeline.read_registers(store, models[0], executor, progress, fresh=False)


def _counted(
    store: Store, ready: Sequence[Ready], executor: Executor, shared: SharedTotals, progress: Progress
) -> Iterator[tuple[Ready, CitizenSums]]:
    """Give every case with its sums; cases of equal sums one after the other, several models a pass."""
    keys = [pass_key(case.prepared.rules) for case in ready]
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    groups = [
        [ready[place] for place in places]
        for _, places in groupby(sorted(range(len(ready)), key=lambda p: (first[keys[p]], p)), lambda p: first[keys[p]])
    ]
    batches = shared_out(groups, -(-len(groups) // MODELS_AT_ONCE))
    for number, batch in enumerate(batches, 1):
        rules = tuple(group[0].prepared.rules for group in batch)
        tasks = plan_models(store.grid.partitions, shared.width, rules)
        told = progress(f"citizens → sums of {len(rules)} models, pass {number} of {len(batches)}")
        found = shared.total(models_pass, tasks, f"models-{number}", told).sums
        for group, sums in zip(batch, found, strict=True):
            for case in group:
                yield case, sums
