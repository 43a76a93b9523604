"""The engine of scenarios: every case on one store, sharing facts and passes, base first."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from fordel_dask.schema.prepared import PRESCRIPTIONS
from fordel_dask.store import Store

T = TypeVar("T")
S = TypeVar("S")
TOLD = (CoverageError, EstimationError, ImpossibleValueError, ModelError)
"""What keeps one case from being run, and the others not."""

PATIENTS = "patients"
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
        self._patients: Any = None
        self.passes = 0

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum over all items; patients by clinic are the same for every model."""
        if name == PATIENTS and self._patients is not None:
            known: S = self._patients
            return known
        self.passes += 1
        found = self._executor.total(function, items, name, report)
        if name == PATIENTS:
            self._patients = found
        return found


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
    facts = FactsOnce(store, [base, *(model for _, model in cases)], executor, progress)
    of_base = for_figures(prepare(store, nation, base, facts.of(base), shared))
    told: dict[int, CaseFigures | NotRun] = {}
    ready = [Ready(-1, "base", of_base)]
    for place, (name, model) in enumerate(cases):
        try:
            pipeline.fact_rules(store, model)
            ready.append(Ready(place, name, for_figures(prepare(store, nation, model, facts.of(model), shared))))
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


class FactsOnce:
    """Facts for all models: with medicine where any of them asks for it and the store has it."""

    def __init__(self, store: Store, models: Sequence[Model], executor: Executor, progress: Progress) -> None:
        self._store, self._executor, self._progress = store, executor, progress
        self._medicine = [one for one in models if one.covariates.asks_for_medicine and store.has(PRESCRIPTIONS)]
        self._known: dict[tuple[str, ...], FactsFiles] = {}

    def of(self, model: Model) -> FactsFiles:
        """Give the facts of a model: those of the same specialities are one set."""
        specialities = model.consumption.specialities
        if specialities not in self._known:
            widest = next((one for one in self._medicine if one.consumption.specialities == specialities), model)
            self._known[specialities] = pipeline.read_registers(
                self._store, widest, self._executor, self._progress, fresh=False
            )
        return self._known[specialities]


def _counted(
    store: Store, ready: Sequence[Ready], executor: Executor, shared: SharedTotals, progress: Progress
) -> Iterator[tuple[Ready, CitizenSums]]:
    """Give every case with its sums; cases of equal sums one after the other, several models a pass."""
    alike: dict[Any, list[Ready]] = {}
    for case in ready:
        alike.setdefault(pass_key(case.prepared.rules), []).append(case)
    batches = [
        batch
        for groups in _by_facts(list(alike.values()))
        for batch in shared_out(groups, -(-len(groups) // MODELS_AT_ONCE))
    ]

    def count(number: int) -> tuple[CitizenSums, ...]:
        rules = tuple(group[0].prepared.rules for group in batches[number])
        tasks = plan_models(store.grid.partitions, shared.width, rules)
        told = progress(f"citizens → sums of {len(rules)} models, pass {number + 1} of {len(batches)}")
        return shared.total(models_pass, tasks, f"models-{number + 1}", told).sums

    with ThreadPoolExecutor(1, thread_name_prefix="models") as ahead:
        # The next pass is under way while figures are made of the last one, which keeps one core busy alone.
        under_way = ahead.submit(count, 0)
        for number, batch in enumerate(batches):
            found = under_way.result()
            if number + 1 < len(batches):
                under_way = ahead.submit(count, number + 1)
            for group, sums in zip(batch, found, strict=True):
                for case in group:
                    yield case, sums


def _by_facts(groups: Sequence[list[Ready]]) -> list[list[list[Ready]]]:
    """Put the groups that rest on the same facts together: only those can share a pass."""
    found: dict[Any, list[list[Ready]]] = {}
    for group in groups:
        found.setdefault(group[0].prepared.rules.facts.parts[0].file, []).append(group)
    return list(found.values())
