"""The engine of scenarios: every case on one store, sharing facts and passes, base first."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from fordel_dask import pipeline
from fordel_dask.errors import (
    CoverageError,
    EstimationError,
    FordelError,
    ImpossibleValueError,
    IntegrityError,
    ModelError,
    UsageError,
)
from fordel_dask.facts import FactsFiles, find_facts
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report, shared_out
from fordel_dask.kept import KeptSums
from fordel_dask.model import Model
from fordel_dask.nation import read_nation
from fordel_dask.pass_rules import PassRules, plan_tasks
from fordel_dask.passes import CitizenSums, citizens_pass
from fordel_dask.preparing import Prepared, for_figures, prepare
from fordel_dask.scenarios.concluding import deprivation_tenths, figures_of
from fordel_dask.scenarios.counting import LARGE_AT_ONCE, MODELS_AT_ONCE, is_large, models_pass, pass_key, plan_models
from fordel_dask.scenarios.figures import CaseFigures, NotRun
from fordel_dask.store import Store

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")
TOLD = (CoverageError, EstimationError, ImpossibleValueError, ModelError, UsageError)
"""What keeps one case from being run, and the others not."""

PATIENTS = "patients"
HOSPITAL, MEDICINE_TOO = "hospital", "hospital_and_medicine"
BASE = "base"
Progress = Callable[[str], Report]
Compare = Callable[[CaseFigures, CaseFigures], R]
"""What is kept of a case: made of the base's figures and the case's own, which are then let go."""


@dataclass(frozen=True)
class Ready:
    """A case that can be run: its place in the order asked for, and what its pass needs to know."""

    place: int
    name: str
    prepared: Prepared


@dataclass(frozen=True)
class Found(Generic[R]):
    """What is kept of all cases in the order asked for, and how often citizens were gone over for them."""

    cases: tuple[R | NotRun, ...]
    passes: int


class SharedTotals:
    """An executor that counts its passes, and patients by clinic once for all models."""

    def __init__(self, executor: Executor) -> None:
        self.width = executor.width
        self._executor = executor
        self._patients: Any = None
        self.passes = 0

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum over all items."""
        if name == PATIENTS and self._patients is not None:
            known: S = self._patients
            return known
        self.passes += 1
        found = self._executor.total(function, items, name, report)
        if name == PATIENTS:
            self._patients = found
        return found


class Bench:
    """A store with the base worked out on it: cases are run beside it, as often as they are asked for.

    ``base`` are the base's figures, ``tenths`` the deprivation tenth of each clinic.

    Raises
    ------
    FordelError
        The base itself cannot be run.
    """

    def __init__(self, store: Store, base: Model, models: Sequence[Model], executor: Executor, progress: Progress):
        self.store, self._executor, self._progress = store, executor, progress
        self._shared = SharedTotals(executor)
        self._facts = FactsOnce(store, [base, *models], executor, progress)
        self.nation = read_nation(store)
        self._prepared = self._prepare(base)
        self._sums = self._base_sums()
        self._outcome = pipeline.conclude(self.nation, self._prepared, self._sums)
        self.base = figures_of(base.name, self._outcome, True, 0.0)
        self.tenths = deprivation_tenths(self._outcome)

    def run(self, cases: Sequence[tuple[str, Model]], compare: Compare[R]) -> Found[R]:
        """Run cases, each a name and a model; one that these data do not allow is told, and why."""
        passes = self._shared.passes
        kept: dict[int, R | NotRun] = {}
        ready = list(self._ready(cases, kept))
        for case, sums in self._counted(ready):
            kept[case.place] = self._concluded(case, sums, compare)
        return Found(tuple(kept[place] for place in range(len(cases))), self._shared.passes - passes)

    @property
    def passes(self) -> int:
        """How often citizens were gone over so far."""
        return self._shared.passes

    def _prepare(self, model: Model) -> Prepared:
        pipeline.fact_rules(self.store, model)
        return for_figures(prepare(self.store, self.nation, model, self._facts.of(model), self._shared))

    def _ready(self, cases: Sequence[tuple[str, Model]], kept: dict[int, R | NotRun]) -> Iterator[Ready]:
        for place, (name, model) in enumerate(cases):
            try:
                yield Ready(place, name, self._prepare(model))
            except TOLD as error:
                kept[place] = NotRun(name, str(error), error.exit_code)

    def _concluded(self, case: Ready, sums: CitizenSums | FordelError, compare: Compare[R]) -> R | NotRun:
        if isinstance(sums, FordelError):
            return NotRun(case.name, str(sums), sums.exit_code)
        since = time.perf_counter()
        try:
            like = self._outcome if sums is self._sums else None
            outcome = pipeline.conclude(self.nation, case.prepared, sums, like=like)
        except TOLD as error:
            return NotRun(case.name, str(error), error.exit_code)
        figures = figures_of(case.name, outcome, sums is self._sums, time.perf_counter() - since)
        return compare(self.base, figures)

    def _counted(self, ready: Sequence[Ready]) -> Iterator[tuple[Ready, CitizenSums | FordelError]]:
        """Give every case with its sums: first those of the base's, then the others, several models a pass."""
        alike: dict[Any, list[Ready]] = {pass_key(self._prepared.rules): []}
        for case in ready:
            alike.setdefault(pass_key(case.prepared.rules), []).append(case)
        like_base, *others = alike.values()
        batches = [batch for groups in _by_facts(others) for batch in _in_batches(groups)]
        with ThreadPoolExecutor(1, thread_name_prefix="models") as ahead:
            # The next pass is under way while figures are made of the last one, which keeps one core busy alone.
            under_way = ahead.submit(self._count, batches, 0) if batches else None
            yield from ((case, self._sums) for case in like_base)
            for number, batch in enumerate(batches):
                assert under_way is not None
                found = under_way.result()
                if number + 1 < len(batches):
                    under_way = ahead.submit(self._count, batches, number + 1)
                for group, of_group in zip(batch, found, strict=True):
                    yield from ((case, of_group) for case in group)

    def _count(self, batches: Sequence[Sequence[list[Ready]]], number: int) -> list[CitizenSums | FordelError]:
        """Give the sums of each model of a batch; if they cannot be had together, one by one, or why not."""
        rules = tuple(group[0].prepared.rules for group in batches[number])
        told = self._progress(f"citizens → sums of {len(rules)} models, pass {number + 1} of {len(batches)}")
        try:
            return [*self._sums_of(rules, told)]
        except TOLD as error:
            return [error] if len(rules) == 1 else [self._alone(one) for one in rules]

    def _alone(self, rules: PassRules) -> CitizenSums | FordelError:
        try:
            return self._sums_of((rules,), None)[0]
        except TOLD as error:
            return error

    def _sums_of(self, rules: tuple[PassRules, ...], told: Report | None) -> tuple[CitizenSums, ...]:
        tasks = plan_models(self.store.grid.partitions, self._shared.width, rules)
        return self._shared.total(models_pass, tasks, "models", told).sums

    def _base_sums(self) -> CitizenSums:
        """Give the sums of the base, kept beside the facts: variants of estimation and rules alone need no pass."""
        rules: PassRules = self._prepared.rules
        beside = self.store.root / Path(rules.facts.parts[0].file).parent
        kept = KeptSums(beside, self._executor, self.store, rules.model, rules.facts)
        tasks = plan_tasks(self.store.grid.partitions, self._executor.width, rules)
        sums = kept.total(citizens_pass, tasks, BASE, self._progress("citizens → sums of the base"))
        self._shared.passes += not kept.taken_up
        return sums


class FactsOnce:
    """Facts for all models: with medicine where any of them asks for it and the store has it."""

    def __init__(self, store: Store, models: Sequence[Model], executor: Executor, progress: Progress) -> None:
        self._store, self._executor, self._progress = store, executor, progress
        self._models = models
        self._known: dict[tuple[str, ...], FactsFiles] = {}

    def of(self, model: Model) -> FactsFiles:
        """Give the facts of a model: those of the same specialities are one set."""
        specialities = model.consumption.specialities
        if specialities not in self._known:
            widest = widest_model(self._store, model, self._models)
            self._known[specialities] = pipeline.read_registers(
                self._store, widest, self._executor, self._progress, fresh=False
            )
        return self._known[specialities]


def widest_model(store: Store, base: Model, models: Sequence[Model]) -> Model:
    """Give the model whose facts serve all of the same specialities as the base.

    With medicine if any asks for it, or such facts are there already.
    """
    specialities = base.consumption.specialities
    asked = any(one.covariates.asks_for_medicine and one.consumption.specialities == specialities for one in models)
    hospital, with_medicine = (
        replace(base, covariates=replace(base.covariates, disease_definition=one)) for one in (HOSPITAL, MEDICINE_TOO)
    )
    try:
        found = find_facts(store, pipeline.fact_rules(store, with_medicine))
    except (CoverageError, IntegrityError):  # the store has no medicine, or that of another list
        return hospital
    return with_medicine if asked or found else hospital


def _in_batches(groups: Sequence[list[Ready]]) -> Iterator[Sequence[list[Ready]]]:
    for large, at_once in ((False, MODELS_AT_ONCE), (True, LARGE_AT_ONCE)):
        some = [group for group in groups if is_large(group[0].prepared.rules) == large]
        if some:
            yield from shared_out(some, -(-len(some) // at_once))


def _by_facts(groups: Sequence[list[Ready]]) -> list[list[list[Ready]]]:
    """Put the groups that rest on the same facts together: only those can share a pass."""
    found: dict[Any, list[list[Ready]]] = {}
    for group in groups:
        found.setdefault(group[0].prepared.rules.facts.parts[0].file, []).append(group)
    return list(found.values())
