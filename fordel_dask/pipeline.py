"""The corridor: from a prepared store to capacities and clinic numbers, stage by stage. Read this first.

Each stage turns sums into the next with pure functions of its room; rows of citizens are met
only in the passes, inside one task each. The executor says where tasks run, never what they give.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fordel_dask import passes, tables
from fordel_dask.capacity import area_needs, clinic_numbers, council_numbers, existing_capacities
from fordel_dask.capacity.area import AreaNeed, AreaSums
from fordel_dask.capacity.clinic import UNREGISTERED, ClinicNumber
from fordel_dask.capacity.council import CouncilNumber
from fordel_dask.consumption import FeeRules, Imputation
from fordel_dask.covariates import CodeBooks
from fordel_dask.errors import CoverageError
from fordel_dask.explanation import AreaGroup, NationalMeans
from fordel_dask.explanation.parts import PROJECTION
from fordel_dask.facts import FactRules, FactsFiles, find_facts, keep_facts, make_facts, plan_facts
from fordel_dask.graph import Executor
from fordel_dask.graph.executor import Report
from fordel_dask.law.rounding import NANO
from fordel_dask.model import Model, design_of
from fordel_dask.nation import Nation, read_nation
from fordel_dask.scoring import Weighting, correction_factors, life_expectancies, weigh
from fordel_dask.scoring.life_expectancy import LifeExpectancies
from fordel_dask.store import Store
from fordel_dask.tables import WeightRow
from fordel_dask.weights import Fit, clustered_errors, estimate, hc0_errors

Progress = Callable[[str], Report]


@dataclass(frozen=True)
class Outcome:
    """Everything a run has found, exact; the result tables are printed from it."""

    nation: Nation
    model: Model
    facts: FactsFiles
    estimation: passes.EstimationSums
    fit: Fit
    errors_micro: tuple[int, ...]
    expectancies: LifeExpectancies
    weighting: Weighting
    scoring: passes.ScoringSums
    areas: tuple[AreaNeed, ...]
    clinics: tuple[ClinicNumber, ...]
    councils: tuple[CouncilNumber, ...]


def run_model(store: Store, model: Model, executor: Executor, progress: Progress, fresh: bool = False) -> Outcome:
    """Run the model on a prepared store.

    ``progress`` gives a reporter for each stage; ``fresh`` reads the registers again even if
    an earlier run has left its facts.
    """
    nation = read_nation(store)
    facts = read_registers(store, model, executor, progress, fresh)
    rules = prepare_rules(store, nation, model, facts, executor)
    tasks = passes.plan_tasks(store.grid.partitions, executor.width, rules)

    estimation = passes.total(executor.map(passes.estimation_pass, tasks, "estimation", progress("citizens → cells")))
    counts, year_days = estimation.counts, days_of(model_year=store.year)
    if counts.citizens == 0:
        raise CoverageError("No citizen is in group 1 at the status date. Check SIKGRUP, FRA and TIL of enrolment.")
    clinics_in_sample = int((counts.sample > 0).sum())
    fit = estimate(estimation.sample, counts.by_cell.sum(axis=0), rules.design, clinics_in_sample, year_days)

    expectancies = life_expectancies(nation, counts.by_cell.sum(axis=1).tolist())
    factors = correction_factors(nation.life_expectancy, expectancies.years, model.life_expectancy.exponent)
    weighting = weigh(fit.prediction_of_cells(rules.design), factors, counts.by_cell)

    highest_age = nation.projection.highest_age if nation.projection else None
    scoring_tasks = [passes.ScoringTask(task, weighting, highest_age) for task in tasks]
    scoring = passes.total(executor.map(passes.scoring_pass, scoring_tasks, "scoring", progress("weights → clinics")))
    errors = standard_errors(fit, scoring, estimation, rules, clinics_in_sample, year_days)

    areas = area_needs(nation, area_sums(estimation, weighting, scoring), model.capacity)
    clinics = clinic_numbers(
        nation,
        counts.by_clinic.sum(axis=1)[1:].tolist(),
        scoring.scores.nano[1:].tolist(),
        model.capacity.citizens_per_capacity,
        model.clinics,
    )
    councils = council_numbers(nation, areas, existing_capacities(nation, clinics, model.clinics))
    return Outcome(
        nation, model, facts, estimation, fit, tuple(errors), expectancies, weighting, scoring, areas, clinics, councils
    )


def read_registers(store: Store, model: Model, executor: Executor, progress: Progress, fresh: bool) -> FactsFiles:
    """Give the facts of all citizens, reading the registers only if no earlier run has."""
    rules = FactRules(store.year, model.consumption.specialities)
    found = None if fresh else find_facts(store, rules)
    if found is not None:
        return found
    tasks = plan_facts(store, rules)
    return keep_facts(store, rules, executor.map(make_facts, tasks, "facts", progress("registers → facts")))


def prepare_rules(
    store: Store, nation: Nation, model: Model, facts: FactsFiles, executor: Executor
) -> passes.PassRules:
    """Give the rules of the passes, with what the reading of chronic care needs to know beforehand."""
    excluded = model.weights.excluded_clinic_types
    rules = passes.PassRules(
        facts=facts,
        model=model,
        fees=FeeRules(model.consumption, store.year),
        books=CodeBooks(*(store.codebooks[name] for name in ("civil_status", "country", "origin_type"))),
        municipalities=len(nation.municipalities),
        sampled=(False, *(clinic.registered and clinic.kind not in excluded for clinic in nation.clinics)),
    )
    tasks = passes.plan_tasks(store.grid.partitions, executor.width, rules)
    if model.consumption.chronic_care == "share":
        return rules.with_share(passes.total(executor.map(passes.chronic_pass, tasks, "share")))
    if rules.imputes:
        comparable = passes.total(executor.map(passes.comparable_pass, tasks, "comparable"))
        cells_of_age_sex = rules.design.cells // len(rules.design.terms[0].levels)
        return rules.with_imputation(Imputation(comparable.fee_oere, comparable.exposure_days, cells_of_age_sex))
    return rules


def days_of(model_year: int) -> int:
    """Give D, the days of the fee year."""
    return (datetime.date(model_year, 1, 1) - datetime.date(model_year - 1, 1, 1)).days


def standard_errors(
    fit: Fit,
    scoring: passes.ScoringSums,
    estimation: passes.EstimationSums,
    rules: passes.PassRules,
    clinics: int,
    year_days: int,
) -> list[int]:
    """Give the standard errors that the model asks for, in 10⁻⁶ kroner."""
    if rules.model.weights.standard_errors == "hc0":
        return hc0_errors(fit, estimation.sample, fit.prediction_of_cells(rules.design), rules.design, year_days)
    return clustered_errors(fit, scoring.clinic_scores, estimation.sample, clinics, year_days)


def area_sums(estimation: passes.EstimationSums, weighting: Weighting, scoring: passes.ScoringSums) -> AreaSums:
    """Give what is known of each municipality: citizens, persons, weights, and ages for a projection."""
    counts = estimation.counts
    return AreaSums(
        citizens=counts.by_cell.sum(axis=1).tolist(),
        persons=counts.persons.tolist(),
        weighted_nano=(counts.by_cell * weighting.nano).sum(axis=1).tolist(),
        age_nano=scoring.scores.age_nano,
        age_citizens=scoring.scores.age_citizens,
    )


def result_tables(outcome: Outcome) -> dict[str, list[tables.Row]]:
    """Print all result tables."""
    nation, model = outcome.nation, outcome.model
    means = national_means(outcome)
    mean_raw = Fraction(outcome.weighting.raw_total, outcome.weighting.citizens)
    return {
        "weights": list(tables.weight_rows(weight_levels(outcome), days_of(nation.year), mean_raw)),
        "municipalities": list(tables.municipality_rows(outcome.areas, nation, model)),
        "councils": list(tables.council_rows(outcome.councils, nation)),
        "clinics": list(tables.clinic_rows(outcome.clinics, nation, model)),
        "parts": list(tables.part_rows(area_groups(outcome), means)),
        "flows": list(tables.flow_rows(nation, outcome.estimation.counts.by_clinic.tolist())),
    }


def weight_levels(outcome: Outcome) -> list[WeightRow]:
    """Give the estimated levels with their citizens, exposure, coefficient and error."""
    design, sample = design_of(outcome.model.covariates), outcome.estimation.sample
    citizens, days = design.dummies.T @ sample.citizens, design.dummies.T @ sample.exposure_days
    return [
        WeightRow(*design.columns[column], int(citizens[column]), int(days[column]), beta, error)
        for column, beta, error in zip(outcome.fit.columns, outcome.fit.micro, outcome.errors_micro, strict=True)
    ]


def national_means(outcome: Outcome) -> NationalMeans:
    """Give what the parts of areas are measured from."""
    design = design_of(outcome.model.covariates)
    by_cell = outcome.estimation.counts.by_cell.sum(axis=0)
    everywhere = design.dummies.T @ by_cell
    weighting = outcome.weighting
    predicted = sum(int(n) * int(p) for n, p in zip(by_cell, weighting.prediction, strict=True) if n)
    return NationalMeans(
        citizens=weighting.citizens,
        raw_total=weighting.raw_total,
        clamp_total=weighting.raw_total - predicted,
        levels=tuple(
            (column, *design.columns[column], beta, int(everywhere[column]))
            for column, beta in zip(outcome.fit.columns, outcome.fit.micro, strict=True)
        ),
    )


def area_groups(outcome: Outcome) -> list[AreaGroup]:
    """Give the citizens of every clinic, municipality and council as sums, in the order of the result files."""
    return [*_clinic_groups(outcome), *_municipality_groups(outcome), *_council_groups(outcome)]


def _clinic_groups(outcome: Outcome) -> list[AreaGroup]:
    scores, counts = outcome.scoring.scores, outcome.estimation.counts
    return [
        AreaGroup(
            kind="clinic",
            code=clinic.ydernummer,
            citizens=int(counts.by_clinic[row].sum()),
            by_column=counts.by_column[row].tolist(),
            raw=sum(scores.raw[row].tolist()),
            clamp=sum(scores.raw[row].tolist()) - int(scores.prediction[row]),
            below_zero=int(scores.below_zero[row]),
            exact_weight=outcome.weighting.exact(scores.raw[row].tolist()),
            weighted_nano=int(scores.nano[row]),
        )
        for row, clinic in enumerate(outcome.nation.clinics, 1)
        if counts.by_clinic[row].any()
    ]


def _municipality_groups(outcome: Outcome) -> list[AreaGroup]:
    return [_area_group(outcome, "municipality", area.municipality.code, (n,)) for n, area in enumerate(outcome.areas)]


def _council_groups(outcome: Outcome) -> list[AreaGroup]:
    members = outcome.nation.members
    return [_area_group(outcome, "council", c.council_id, members(c.council_id)) for c in outcome.councils]


def _area_group(outcome: Outcome, kind: str, code: str, places: tuple[int, ...]) -> AreaGroup:
    weighting, design = outcome.weighting, design_of(outcome.model.covariates)
    here = outcome.estimation.counts.by_cell[list(places)]
    cells = here.sum(axis=0)
    raw_by_place = [0] * len(outcome.areas)
    for place, row in zip(places, here, strict=True):
        raw_by_place[place] = int(row @ weighting.raw)
    areas = [outcome.areas[place] for place in places]
    added = sum((a.projected_nano - a.weighted_nano for a in areas), 0) / Fraction(NANO) - sum(
        (a.projected - a.citizens for a in areas), Fraction(0)
    )
    return AreaGroup(
        kind=kind,
        code=code,
        citizens=int(cells.sum()),
        by_column=(design.dummies.T @ cells).tolist(),
        raw=sum(raw_by_place),
        clamp=sum(raw_by_place) - int(cells @ weighting.prediction),
        below_zero=int(cells[weighting.prediction < 0].sum()),
        exact_weight=weighting.exact(raw_by_place),
        weighted_nano=sum(a.weighted_nano for a in areas),
        projection=added if outcome.nation.projection is not None else None,
    )


def noticed(outcome: Outcome) -> dict[str, Any]:
    """Give what the run noticed and a reader should know."""
    counts = outcome.estimation.counts
    return {
        "citizens": counts.citizens,
        "persons": int(counts.persons.sum()),
        "persons_not_in_group_1": int(counts.persons.sum()) - counts.citizens,
        "sample_citizens": int(outcome.estimation.sample.citizens.sum()),
        "sample_clinics": int((counts.sample > 0).sum()),
        "citizens_without_clinic": int(counts.by_clinic[0].sum()),
        "patients_of_unregistered_clinics": sum(
            clinic.patients for clinic in outcome.clinics if clinic.status == UNREGISTERED
        ),
        "civil_status_blank_or_unknown": outcome.estimation.unknown_civil_status,
        "fees_below_zero_set_to_zero": outcome.estimation.floored,
        "citizens_predicted_below_zero": int(counts.by_cell.sum(axis=0)[outcome.weighting.prediction < 0].sum()),
        "competing_spells_at_the_status_date": outcome.facts.counted.competing_spells,
        "service_rows_without_paid_fee": outcome.facts.counted.contacts_without_paid_fee,
        "service_rows_quarantined_for_lack_of_paid_fee": (
            outcome.facts.counted.contacts_without_paid_fee if outcome.model.consumption.prices == "paid" else 0
        ),
        "life_expectancy_from_council_mean": list(outcome.expectancies.borrowed),
        PROJECTION: outcome.nation.projection is not None,
    }


def national_summary(outcome: Outcome) -> dict[str, Any]:
    """Give the national figures that a terminal shows after a run."""
    need = sum((council.need for council in outcome.councils), Fraction(0))
    return {
        "citizens": outcome.estimation.counts.citizens,
        "need": float(round(need, 3)),
        "maximum_capacities": sum(council.maximum_capacities for council in outcome.councils),
        "existing_capacities": float(sum((council.existing for council in outcome.councils), Fraction(0))),
        "clinics_with_a_number": sum(clinic.status == "ok" for clinic in outcome.clinics),
        "mean_consumption_kr": float(
            round(Fraction(outcome.weighting.raw_total, outcome.weighting.citizens) / 1_000_000, 2)
        ),
        "coefficients": len(outcome.fit.micro),
        "smallest_weight": float(np.round(outcome.weighting.nano[outcome.weighting.nano > 0].min() / NANO, 3))
        if (outcome.weighting.nano > 0).any()
        else 0.0,
    }
