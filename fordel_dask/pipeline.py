"""The corridor: from a prepared store to capacities and clinic numbers, stage by stage. Read this first.

Each stage turns sums into the next with pure functions of its room; rows of citizens are met
only in the passes, inside one task each. The executor says where tasks run, never what they give.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fordel_dask import passes
from fordel_dask.area_scores import area_sums, planning_area_needs
from fordel_dask.capacity import (
    PlanningNeed,
    area_needs,
    clinic_numbers,
    council_numbers,
    existing_capacities,
)
from fordel_dask.capacity.area import AreaNeed
from fordel_dask.capacity.clinic import ClinicNumber
from fordel_dask.capacity.council import CouncilNumber
from fordel_dask.errors import AccountingError, CoverageError, EstimationError, IntegrityError
from fordel_dask.estimating import Estimation, estimate_weights
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
from fordel_dask.model import Design, Model
from fordel_dask.nation import Nation, read_nation
from fordel_dask.pass_rules import PassRules, plan_tasks
from fordel_dask.preparing import Prepared, prepare
from fordel_dask.schema.prepared import LISTED_MEDICINE, PRESCRIPTIONS
from fordel_dask.scoring import (
    CitizenCounts,
    LifeExpectancies,
    ScoreSums,
    Weighting,
    correction_of,
    count_citizens,
    places_of_age,
    score_ages,
    score_municipalities,
    score_strata,
    weigh,
)
from fordel_dask.store import Store
from fordel_dask.strata import ClinicSums, clinic_sums
from fordel_dask.weights import Fit, Scatter

Progress = Callable[[str], Report]


@dataclass(frozen=True)
class Outcome:
    """Everything a run has found, exact; the result tables are printed from it."""

    nation: Nation
    model: Model
    prepared: Prepared
    sums: passes.CitizenSums
    counts: CitizenCounts
    fit: Fit
    scatter: Scatter | None
    errors_micro: tuple[int | None, ...]
    expectancies: LifeExpectancies
    weighting: Weighting
    scores: ScoreSums
    by_clinic: ClinicSums | None
    areas: tuple[AreaNeed, ...]
    clinics: tuple[ClinicNumber, ...]
    councils: tuple[CouncilNumber, ...]
    planning_areas: tuple[PlanningNeed, ...]
    taken_up: tuple[str, ...]

    @property
    def design(self) -> Design:
        """The terms of the model, with their cells."""
        return self.prepared.rules.design

    @property
    def clinic_sums(self) -> ClinicSums:
        """The sample by clinic, of a run with standard errors."""
        assert self.by_clinic is not None
        return self.by_clinic

    @property
    def facts(self) -> FactsFiles:
        """The facts that citizens were counted from."""
        return self.prepared.rules.facts


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
    prepared = prepare(store, nation, model, facts, kept)
    tasks = plan_tasks(store.grid.partitions, executor.width, prepared.rules)

    sums = kept.total(passes.citizens_pass, tasks, "citizens", progress("citizens → cells"))
    return conclude(nation, prepared, sums, tuple(kept.taken_up))


def conclude(
    nation: Nation,
    prepared: Prepared,
    sums: passes.CitizenSums,
    taken_up: tuple[str, ...] = (),
    like: Outcome | None = None,
) -> Outcome:
    """Give all that follows from the sums of citizens: arithmetic alone, no rows of people.

    ``like`` is an outcome of the same sums: its counts are taken, and its weights if the model estimates alike.
    """
    rules, model = prepared.rules, prepared.rules.model
    counts = like.counts if like else counts_of(sums, rules)
    by_clinic = clinic_sums(sums.strata, rules.shape, rules.design) if rules.with_errors else None
    if like and like.model.weights == model.weights:
        estimation = Estimation(like.fit, like.errors_micro, like.scatter)
    else:
        estimation = estimate_weights(rules, sums.sample, by_clinic, counts)

    sexes = sex_of_cells(rules.design, model)
    correction = correction_of(nation, counts.by_home, rules.homes, model.life_expectancy, prepared.lives, sexes)
    fit, factors = estimation.fit, (correction.factors, correction.factor_of_pair)
    weighting = weigh(fit.prediction, fit.raw, *factors, counts.by_home)
    refuse_overflow(weighting, counts, rules.year_days)
    scores = score(sums, counts, rules, weighting)

    areas = area_needs(nation, area_sums(nation, counts, scores, sums, rules, weighting), model.capacity)
    clinics = clinic_numbers(
        nation,
        (counts.by_clinic.sum(axis=1)[1:].tolist(), scores.clinics.nano[1:].tolist()),
        model.capacity.citizens_per_capacity,
        model.clinics,
        prepared.clinics,
    )
    councils = council_numbers(nation, areas, existing_capacities(nation, clinics, model.clinics), model.capacity)
    planning_areas = planning_area_needs(nation, areas, counts, sums, rules, weighting)
    check_conservation(counts, weighting, scores, areas, planning_areas)
    return Outcome(
        nation=nation,
        model=model,
        prepared=prepared,
        sums=sums,
        counts=counts,
        fit=fit,
        scatter=estimation.scatter,
        errors_micro=estimation.errors_micro,
        expectancies=correction.expectancies,
        weighting=weighting,
        scores=scores,
        by_clinic=by_clinic,
        areas=areas,
        clinics=clinics,
        councils=councils,
        planning_areas=planning_areas,
        taken_up=taken_up,
    )


def counts_of(sums: passes.CitizenSums, rules: PassRules) -> CitizenCounts:
    """Count citizens by area and clinic.

    Raises
    ------
    CoverageError
        There are none.
    """
    counts = count_citizens(sums.strata, rules.shape, rules.homes, sums.sampled, sums.persons)
    if counts.citizens == 0:
        raise CoverageError("No citizen is in group 1 at the status date. Check SIKGRUP, FRA and TIL of enrolment.")
    return counts


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


def sex_of_cells(design: Design, model: Model) -> passes.Integers:
    """Give the sex of the citizens of each cell, 0 for men and 1 for women; 0 where the model knows no sex."""
    level = design.levels_of_cell[:, 0]
    return np.asarray(level // (design.shape[0] // 2) if model.covariates.sex else np.zeros_like(level))


def score(sums: passes.CitizenSums, counts: CitizenCounts, rules: PassRules, weighting: Weighting) -> ScoreSums:
    """Sum the weights of citizens by clinic, municipality and, for a projection, age."""
    by_home, home = counts.by_home, rules.homes.municipality()
    ages = (rules.homes.number, rules.design.cells, places_of_age(rules.highest_age))
    age_nano, age_citizens = score_ages(sums.ages, by_home, ages, home, weighting)
    return ScoreSums(
        clinics=score_strata(sums.strata, rules.shape, by_home, weighting, rules.design),
        municipalities=score_municipalities(by_home, rules.municipalities, weighting, rules.design),
        age_nano=age_nano,
        age_citizens=age_citizens,
    )


def refuse_overflow(weighting: Weighting, counts: CitizenCounts, year_days: int) -> None:
    """Refuse predictions so large that sums over a clinic's patients would leave 64 bits."""
    somebody = counts.by_home.cell
    kroner = int(max(np.abs(weighting.prediction[somebody]).max(), weighting.raw[somebody].max()))
    largest = kroner * year_days * max(int(counts.by_clinic.sum(axis=1).max()), 1)
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
    if weighted != sum(scores.clinics.nano.tolist()) or weighting.raw_total != sum(scores.clinics.raw.ravel().tolist()):
        raise AccountingError("The weights of citizens by municipality and by clinic have different sums.")
    below = sum(need.citizens for need in planning_areas), sum(need.weighted_nano for need in planning_areas)
    if planning_areas and below != (citizens, weighted):
        raise AccountingError("The citizens of planning areas, or their weights, are not those of municipalities.")
    if 2 * abs(weighted - citizens * NANO) > citizens:
        raise AccountingError(f"The weights sum to {weighted / NANO:,.9f} instead of {citizens:,} citizens.")
