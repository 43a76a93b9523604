"""The corridor: from a prepared store to capacities and clinic numbers, stage by stage. Read this first.

Each stage turns sums into the next with pure functions of its room; rows of citizens are met
only in the passes, inside one task each. The executor says where tasks run, never what they give.
"""

import datetime
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fordel_dask import passes
from fordel_dask.capacity import (
    PlanningNeed,
    area_needs,
    clinic_numbers,
    council_numbers,
    existing_capacities,
    planning_needs,
)
from fordel_dask.capacity.area import AreaNeed, AreaSums
from fordel_dask.capacity.clinic import ClinicNumber
from fordel_dask.capacity.council import CouncilNumber
from fordel_dask.consumption import FeeRules, Imputation
from fordel_dask.covariates import CodeBooks
from fordel_dask.errors import AccountingError, CoverageError, EstimationError, IntegrityError
from fordel_dask.facts import (
    FactRules,
    FactsFiles,
    find_facts,
    in_batches,
    is_covered,
    keep_facts,
    make_batch,
    plan_facts,
)
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report
from fordel_dask.kept import KeptSums
from fordel_dask.law.rounding import NANO
from fordel_dask.model import Model
from fordel_dask.nation import Nation, read_nation
from fordel_dask.schema.prepared import LISTED_MEDICINE, PRESCRIPTIONS
from fordel_dask.scoring import (
    CitizenCounts,
    ScoreSums,
    Weighting,
    correction_factors,
    count_citizens,
    life_expectancies,
    planning_places,
    score_places,
    score_strata,
    weigh,
)
from fordel_dask.scoring.life_expectancy import LifeExpectancies
from fordel_dask.store import Store
from fordel_dask.strata import ClinicSums, clinic_sums
from fordel_dask.weights import Fit, Scatter, estimate, scatter_by_citizen, scatter_by_clinic

Progress = Callable[[str], Report]


@dataclass(frozen=True)
class Outcome:
    """Everything a run has found, exact; the result tables are printed from it."""

    nation: Nation
    model: Model
    facts: FactsFiles
    sums: passes.CitizenSums
    counts: CitizenCounts
    fit: Fit
    scatter: Scatter
    errors_micro: tuple[int, ...]
    expectancies: LifeExpectancies
    weighting: Weighting
    scores: ScoreSums
    clinic_sums: ClinicSums
    areas: tuple[AreaNeed, ...]
    clinics: tuple[ClinicNumber, ...]
    councils: tuple[CouncilNumber, ...]
    planning_areas: tuple[PlanningNeed, ...]
    taken_up: tuple[str, ...]


def run_model(
    store: Store,
    model: Model,
    executor: Executor,
    progress: Progress,
    fresh: bool = False,
    work: Path | None = None,
) -> Outcome:
    """Run the model on a prepared store.

    ``progress`` gives a reporter for each stage; ``fresh`` reads the registers again even if
    an earlier run has left its facts. In the directory ``work`` finished sums are kept, and taken
    up if a run that was interrupted has left them.
    """
    nation = read_nation(store)
    facts = read_registers(store, model, executor, progress, fresh)
    kept = KeptSums(work, executor, store, model, facts)
    rules = prepare_rules(store, nation, model, facts, kept)
    tasks = passes.plan_tasks(store.grid.partitions, executor.width, rules)

    sums = kept.total(passes.citizens_pass, tasks, "citizens", progress("citizens → cells"))
    return conclude(nation, rules, sums, tuple(kept.taken_up))


def conclude(nation: Nation, rules: passes.PassRules, sums: passes.CitizenSums, taken_up: tuple[str, ...]) -> Outcome:
    """Give all that follows from the sums of citizens: arithmetic alone, no rows of people."""
    model, year_days, shape, design = rules.model, days_of(nation.year), rules.shape[:2], rules.design
    counts = count_citizens(sums.strata, shape, design, sums.persons)
    if counts.citizens == 0:
        raise CoverageError("No citizen is in group 1 at the status date. Check SIKGRUP, FRA and TIL of enrolment.")
    clinics_in_sample = int((counts.sample > 0).sum())
    fit = estimate(sums.sample, counts.by_cell.sum(axis=0), design, clinics_in_sample, year_days)

    expectancies = life_expectancies(nation, counts.by_cell.sum(axis=1).tolist())
    factors = correction_factors(nation.life_expectancy, expectancies.years, model.life_expectancy.exponent)
    weighting = weigh(fit.prediction_of_cells(design), factors, counts.by_cell)

    refuse_overflow(weighting, counts, year_days)
    scores = score_strata(sums.strata, sums.ages, shape, rules.highest_age, weighting)
    by_clinic = clinic_sums(sums.strata, shape, design)
    scatter = scatter_of(fit, by_clinic, sums, rules, clinics_in_sample, year_days)

    areas = area_needs(nation, area_sums(counts, weighting, scores), model.capacity)
    clinics = clinic_numbers(
        nation,
        counts.by_clinic.sum(axis=1)[1:].tolist(),
        scores.nano[1:].tolist(),
        model.capacity.citizens_per_capacity,
        model.clinics,
    )
    councils = council_numbers(nation, areas, existing_capacities(nation, clinics, model.clinics))
    planning_areas = planning_area_needs(nation, areas, sums, rules, weighting)
    check_conservation(counts, weighting, scores, areas, planning_areas)
    return Outcome(
        nation=nation,
        model=model,
        facts=rules.facts,
        sums=sums,
        counts=counts,
        fit=fit,
        scatter=scatter,
        errors_micro=tuple(scatter.errors(fit)),
        expectancies=expectancies,
        weighting=weighting,
        scores=scores,
        clinic_sums=by_clinic,
        areas=areas,
        clinics=clinics,
        councils=councils,
        planning_areas=planning_areas,
        taken_up=taken_up,
    )


def fact_rules(store: Store, model: Model) -> FactRules:
    """Give the rules of the facts that a model needs.

    Raises
    ------
    CoverageError
        The model asks for medicine, and the store holds none.
    IntegrityError
        The store holds medicine by an older list of diseases.
    """
    medicine = model.covariates.asks_for_medicine
    if medicine and not store.has(PRESCRIPTIONS):
        raise CoverageError(
            f"prescriptions: the model '{model.name}' counts dispensed medicine (disease_definition), but "
            f"{store.root.name} was made of a delivery without it. Deliver the register ([prescriptions] in "
            f"registers.toml: PNR, ATC, EKSD, APK) and ingest again, or choose the disease_definition 'hospital'."
        )
    if medicine and not is_covered(store.codebooks[LISTED_MEDICINE]):
        raise IntegrityError(
            f"prescriptions: {store.root.name} was made with another list of diseases, and holds no rows of some "
            f"medicine that the list of today names. Ingest the registers again."
        )
    return FactRules(store.year, model.consumption.specialities, medicine)


def read_registers(store: Store, model: Model, executor: Executor, progress: Progress, fresh: bool) -> FactsFiles:
    """Give the facts of all citizens, reading the registers only if no earlier run has."""
    rules = fact_rules(store, model)
    found = None if fresh else find_facts(store, rules)
    if found is not None:
        return found
    batches = in_batches(plan_facts(store, rules, fresh), executor.width)
    made = executor.map(make_batch, batches, "facts", progress("registers → facts"))
    return keep_facts(store, rules, list(itertools.chain.from_iterable(made)))


def prepare_rules(
    store: Store, nation: Nation, model: Model, facts: FactsFiles, kept: KeptSums | Executor
) -> passes.PassRules:
    """Give the rules of the passes, with what the reading of chronic care needs to know beforehand."""
    excluded = model.weights.excluded_clinic_types
    rules = passes.PassRules(
        facts=facts,
        model=model,
        fees=FeeRules(model.consumption, store.year),
        books=CodeBooks(*(store.codebooks[name] for name in ("civil_status", "country", "origin_type"))),
        municipalities=len(nation.municipalities),
        highest_age=nation.projection.highest_age if nation.projection else None,
        planning_places=planning_places(nation, store.codebooks["area"]),
        sampled=(False, *(clinic.registered and clinic.kind not in excluded for clinic in nation.clinics)),
    )
    tasks = passes.plan_tasks(store.grid.partitions, kept.width, rules)
    if model.consumption.chronic_care == "share":
        return rules.with_share(kept.total(passes.chronic_pass, tasks, "share"))
    if rules.imputes:
        comparable = kept.total(passes.comparable_pass, tasks, "comparable")
        cells_of_age_sex = rules.design.cells // len(rules.design.terms[0].levels)
        return rules.with_imputation(Imputation(comparable.fee_oere, comparable.exposure_days, cells_of_age_sex))
    return rules


def planning_area_needs(
    nation: Nation,
    areas: tuple[AreaNeed, ...],
    sums: passes.CitizenSums,
    rules: passes.PassRules,
    weighting: Weighting,
) -> tuple[PlanningNeed, ...]:
    """Give the need of planning areas below the council; none without areas."""
    if rules.planning_places is None:
        return ()
    found = score_places(sums.by_planning_place, rules.planning_places, weighting)
    return planning_needs(nation, areas, found.citizens.tolist(), found.nano.tolist())


def days_of(planning_year: int) -> int:
    """Give D, the days of the fee year."""
    return (datetime.date(planning_year, 1, 1) - datetime.date(planning_year - 1, 1, 1)).days


def scatter_of(
    fit: Fit, by_clinic: ClinicSums, sums: passes.CitizenSums, rules: passes.PassRules, clinics: int, year_days: int
) -> Scatter:
    """Give what the standard errors that the model asks for come from."""
    if rules.model.weights.standard_errors == "hc0":
        return scatter_by_citizen(fit, sums.sample, fit.prediction_of_cells(rules.design), rules.design, year_days)
    return scatter_by_clinic(fit, by_clinic, sums.sample, clinics, year_days)


def area_sums(counts: CitizenCounts, weighting: Weighting, scores: ScoreSums) -> AreaSums:
    """Give what is known of each municipality: citizens, persons, weights, and ages for a projection."""
    return AreaSums(
        citizens=counts.by_cell.sum(axis=1).tolist(),
        persons=counts.persons.tolist(),
        weighted_nano=(counts.by_cell * weighting.nano).sum(axis=1).tolist(),
        age_nano=scores.age_nano,
        age_citizens=scores.age_citizens,
    )


def refuse_overflow(weighting: Weighting, counts: CitizenCounts, year_days: int) -> None:
    """Refuse predictions so large that sums over a clinic's patients would leave 64 bits."""
    largest = int(np.abs(weighting.prediction).max()) * year_days * max(int(counts.by_clinic.sum(axis=1).max()), 1)
    if largest >= 1 << 62:
        raise EstimationError(
            "The coefficients are too large to be summed exactly: terms are nearly dependent, or fees are in the wrong "
            "unit. Use a model with fewer levels, or check the unit of BRUHON."
        )


def check_conservation(
    counts: CitizenCounts,
    weighting: Weighting,
    scores: ScoreSums,
    areas: tuple[AreaNeed, ...],
    planning_areas: tuple[PlanningNeed, ...],
) -> None:
    """Hold what must always hold (model section 8): nobody and no weight is lost between strata, areas and clinics.

    Raises
    ------
    AccountingError
        A sum differs from the sum of its parts: a bug of ours.
    """
    citizens, weighted = counts.citizens, sum(area.weighted_nano for area in areas)
    if not (citizens == int(counts.by_clinic.sum()) == sum(area.citizens for area in areas)):
        raise AccountingError(f"{citizens:,} citizens were counted, but clinics or areas have another number of them.")
    if weighted != sum(scores.nano.tolist()) or weighting.raw_total != sum(scores.raw.ravel().tolist()):
        raise AccountingError("The weights of citizens by municipality and by clinic have different sums.")
    below = sum(need.citizens for need in planning_areas), sum(need.weighted_nano for need in planning_areas)
    if planning_areas and below != (citizens, weighted):
        raise AccountingError("The citizens of planning areas, or their weights, are not those of municipalities.")
    if 2 * abs(weighted - citizens * NANO) > citizens:
        raise AccountingError(f"The weights sum to {weighted / NANO:,.9f} instead of {citizens:,} citizens.")
