"""What a model needs to know before citizens are counted: who counts, what was delivered besides, and light passes."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol, TypeVar

import numpy as np

from fordel_dask import passes
from fordel_dask.capacity import ClinicFacts
from fordel_dask.consumption import FeeRules, Imputation
from fordel_dask.covariates import CodeBooks, CovariateRules, covariates_looked_at
from fordel_dask.errors import CoverageError, ModelError
from fordel_dask.facts import FactsFiles, by_clinic, by_municipality, extra_covariates, require_covariates
from fordel_dask.graph.executor import Report
from fordel_dask.model import Model, design_of
from fordel_dask.model.needs import TRAINEES, needed_covariates
from fordel_dask.nation import Nation
from fordel_dask.pass_rules import PassRules, plan_tasks
from fordel_dask.scoring import Homes, Lives, PlanningPlaces, planning_places
from fordel_dask.store import Store

T = TypeVar("T")
S = TypeVar("S")


class Totals(Protocol):
    """Where totals over tasks come from: an executor, or one that keeps what was counted before."""

    width: int

    def total(self, function: Callable[[T], S], items: Sequence[T], name: str, report: Report | None = None) -> S:
        """Give the sum of ``function(item)`` over all items."""
        ...


MOST_CODES, WHOLE = 1 << 62, 100
NO_LIVES, NO_CLINIC_FACTS = Lives(), ClinicFacts()


@dataclass(frozen=True)
class Prepared:
    """The rules of the pass over citizens, and what else a model looks at."""

    rules: PassRules
    lives: Lives = NO_LIVES
    clinics: ClinicFacts = NO_CLINIC_FACTS


def prepare(store: Store, nation: Nation, model: Model, facts: FactsFiles, kept: Totals) -> Prepared:
    """Give what a model needs before its pass, making the light passes that it asks for.

    Raises
    ------
    CoverageError
        The model looks at something that was not delivered.
    """
    require_covariates(store, needed_covariates(model))
    require_tables(nation, model)
    rules = first_rules(store, nation, model, facts)
    patients: Sequence[int] = ()
    if asks_for_patients(model):
        tasks = plan_tasks(store.grid.partitions, kept.width, rules)
        patients = kept.total(passes.patients_pass, tasks, "patients").patients[1:].tolist()
    unlike, small = unlike_clinics(store, nation, model), small_clinics(nation, model, patients)
    sampled = sampled_clinics(nation, model, patients)
    without_patients = unlike | small if model.clinics.small == "left_out" else unlike
    left_out = (place in without_patients for place in range(len(nation.clinics)))
    rules = rules.with_clinics(sampled=(False, *sampled), left_out=(False, *left_out))
    return Prepared(
        rules=_with_passes_before(store, rules, kept),
        lives=lives_of(store, nation, model),
        clinics=ClinicFacts(
            trainees=by_place(store, nation, TRAINEES) if model.clinics.trainee_percent else {},
            listed_before=listed_before(store, rules, kept),
            left_out=frozenset(unlike | small),
        ),
    )


def require_tables(nation: Nation, model: Model) -> None:
    """Refuse a model whose choice would do nothing, for want of a table or column.

    Raises
    ------
    CoverageError
        It looks at present limits or a projection, and there is none.
    """
    limits = model.clinics.tolerance_patients or model.clinics.phase_in_percent != WHOLE
    if limits and not any(clinic.present_limit is not None for clinic in nation.clinics):
        raise CoverageError(
            f"'{model.name}' starts from the present limits of clinics, and the clinic register has none. Deliver its "
            f"column MINIMUM and ingest again."
        )
    if model.capacity.projection_percent != WHOLE and nation.projection is None:
        raise CoverageError(
            f"'{model.name}' counts a part of the projection, and none was delivered. Deliver [projection] (KOM, KOEN, "
            f"ALDER, PERSONS) and ingest again."
        )


def for_figures(prepared: Prepared) -> Prepared:
    """Give what is needed for figures alone: nothing by planning area, and errors only where weights need them."""
    rules = prepared.rules
    by_clinic = rules.model.weights.estimator == "clinic_fixed_effects"
    return replace(prepared, rules=replace(rules, planning_places=rules.homes.places, with_errors=by_clinic))


def first_rules(store: Store, nation: Nation, model: Model, facts: FactsFiles) -> PassRules:
    """Give the rules that need no look at citizens."""
    if design_of(model.covariates).possible > MOST_CODES:
        raise ModelError(
            f"'{model.name}' has more combinations of levels than can be numbered. Choose fewer terms with a weight of "
            f"their own for each condition, fewer extra covariates, or wider bands of age."
        )
    places = planning_places(nation, store.codebooks["area"])
    books = CodeBooks(*(store.codebooks[name] for name in ("civil_status", "country", "origin_type")))
    clinics = len(nation.clinics)
    return PassRules(
        facts=facts,
        model=model,
        fees=FeeRules(model.consumption, store.year),
        covariates=CovariateRules(model.covariates, books, store.year, design_of(model.covariates)),
        homes=Homes(len(nation.municipalities), _places_of_homes(model, places)),
        sampled=(False,) * (1 + clinics),
        left_out=(False,) * (1 + clinics),
        highest_age=nation.projection.highest_age if nation.projection else None,
        planning_places=places,
        extra=extra_covariates(store, covariates_looked_at(model.covariates)),
    )


def _places_of_homes(model: Model, places: PlanningPlaces | None) -> PlanningPlaces | None:
    if model.life_expectancy.level == "municipality":
        return None
    if places is None:
        raise CoverageError(
            "life_expectancy.level = 'area' needs planning areas, and the store was made of a delivery without them. "
            "Deliver [areas] with LIFE_EXPECTANCY and AREA in population, and ingest again."
        )
    return places


def asks_for_patients(model: Model) -> bool:
    """Tell whether who counts depends on how many patients clinics have (V02, V41)."""
    return model.clinics.small != "counted" or model.weights.sample_areas != "all"


def unlike_clinics(store: Store, nation: Nation, model: Model) -> set[int]:
    """Give the registered clinics left out with their patients: of some types, or named by a covariate (V03)."""
    rules = model.clinics
    flagged = by_place(store, nation, rules.left_out_covariate) if rules.left_out_covariate else {}
    return {
        place
        for place, clinic in enumerate(nation.clinics)
        if clinic.registered and (clinic.kind in rules.left_out_types or flagged.get(place, 0) > 0)
    }


def small_clinics(nation: Nation, model: Model, patients: Sequence[int]) -> set[int]:
    """Give the registered clinics with few patients, whose capacities do not count; none where all do (V02)."""
    if model.clinics.small == "counted":
        return set()
    return {
        place
        for place, clinic in enumerate(nation.clinics)
        if clinic.registered and 0 < patients[place] < model.clinics.small_threshold
    }


def sampled_clinics(nation: Nation, model: Model, patients: Sequence[int]) -> list[bool]:
    """Tell for each clinic whether its patients are in the estimation sample (M6, V37, V41)."""
    excluded = model.weights.excluded_clinic_types
    places = set(range(len(nation.municipalities)))
    if model.weights.sample_areas == "well_covered":
        places = well_covered(nation, patients, model.capacity.citizens_per_capacity)
    return [
        clinic.registered and clinic.kind not in excluded and clinic.municipality in places for clinic in nation.clinics
    ]


def well_covered(nation: Nation, patients: Sequence[int], norm: int) -> set[int]:
    """Give the municipalities whose registered clinics have no more patients for each capacity than the norm."""
    found: dict[int, tuple[int, Fraction]] = {}
    for clinic, count in zip(nation.clinics, patients, strict=True):
        if clinic.municipality is not None:
            seen, capacities = found.get(clinic.municipality, (0, Fraction(0)))
            found[clinic.municipality] = seen + count, capacities + (clinic.capacities or 0)
    return {place for place, (count, capacities) in found.items() if 0 < count <= norm * capacities}


def by_place(store: Store, nation: Nation, name: str) -> dict[int, Fraction]:
    """Give an extra covariate of clinics by their position."""
    values = by_clinic(store, name)
    position = {clinic.ydernummer: place for place, clinic in enumerate(nation.clinics)}
    return {position[number]: value for number, value in values.items() if number in position}


def lives_of(store: Store, nation: Nation, model: Model) -> Lives:
    """Give the life expectancies that the model names, by position of the municipality."""
    position = {municipality.code: place for place, municipality in enumerate(nation.municipalities)}
    tables = [by_municipality(store, name) for name in model.life_expectancy.columns]
    return Lives(
        tuple({position[code]: years for code, years in table.items() if code in position} for table in tables)
    )


def listed_before(store: Store, rules: PassRules, kept: Totals) -> Sequence[int]:
    """Give the patients of each clinic on the day that numbers are capped at; nothing where there is none (V47)."""
    if not rules.model.clinics.capped_at_list_of:
        return ()
    day = datetime.date.fromisoformat(rules.model.clinics.capped_at_list_of)
    tasks = [
        passes.ListTask(store.root, store.identity, task.partitions, len(rules.sampled), day)
        for task in plan_tasks(store.grid.partitions, kept.width, rules)
    ]
    return list(kept.total(passes.list_pass, tasks, "list").patients[1:].tolist())


def _with_passes_before(store: Store, rules: PassRules, kept: Totals) -> PassRules:
    """Give the rules with what the cells or the reading of chronic care need to know beforehand."""
    if rules.design.is_wide:
        tasks = plan_tasks(store.grid.partitions, kept.width, rules)
        rules = rules.with_cells(kept.total(passes.cells_pass, tasks, "cells").codes)
    tasks = plan_tasks(store.grid.partitions, kept.width, rules)
    if rules.model.consumption.chronic_care == "share":
        return rules.with_share(kept.total(passes.chronic_pass, tasks, "share"))
    if rules.imputes:
        comparable = kept.total(passes.comparable_pass, tasks, "comparable")
        age_of_cell = rules.design.levels_of_cell[:, 0].astype(np.int64)
        return rules.with_imputation(Imputation(comparable.fee_oere, comparable.exposure_days, age_of_cell))
    return rules
