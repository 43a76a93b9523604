"""How good the model is on a store: from the sums of two passes to the room of diagnostics and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask import pipeline
from fordel_dask.diagnosed_groups import groups_of, sample_lines
from fordel_dask.diagnostic_passes import (
    HASHES,
    Details,
    FoldedSums,
    FoldTask,
    Predictions,
    alike_shape,
    details_pass,
    fits_one_number,
    folds_pass,
    plan_details,
    plan_folds,
)
from fordel_dask.diagnostics import (
    DAYS,
    FEE,
    FEWEST_CLINICS,
    FOLDS,
    LINES,
    Alike,
    Explained,
    Fitness,
    Group,
    Units,
    clinic_folds,
    explained,
    fitness_of_citizens,
    fitness_of_units,
    squared_error,
    sums_by,
)
from fordel_dask.errors import EstimationError, ModelError
from fordel_dask.facts.definition import conditions
from fordel_dask.graph import Executor
from fordel_dask.law.rounding import MICRO, half_even
from fordel_dask.model import Model
from fordel_dask.nation import read_nation
from fordel_dask.pass_rules import PassRules, days_of
from fordel_dask.pipeline import Outcome, Progress
from fordel_dask.preparing import prepare
from fordel_dask.privacy import redacted
from fordel_dask.store import Store
from fordel_dask.strata import EXPOSURE_DAYS, FEE_OERE
from fordel_dask.uncertainty import Clusters, leave_one_out

Integers = NDArray[np.int64]
OERE_PER_KRONE, MICRO_PER_OERE = 100, 10_000
MOST_ALIKE = 200_000
"""About so many citizens are taken for the trees: enough to grow them, and few enough to do it in seconds."""

PUBLISHED, WITHOUT_CITIZENS, WITHOUT_CLINICS = (
    "published",
    "without_own_fold_of_citizens",
    "without_own_fold_of_clinics",
)
CITIZEN, CLINIC, MUNICIPALITY = "citizen", "clinic", "municipality"
FEWEST_MUNICIPALITIES = 2
NOT_APART = "the other folds do not tell all weights apart"


@dataclass(frozen=True)
class Fitted:
    """How well one way of predicting meets the consumption of citizens, clinics or municipalities."""

    level: str
    prediction: str
    fitness: Fitness


@dataclass(frozen=True)
class Diagnosis:
    """All that was found of how good a model is."""

    outcome: Outcome
    seed: int
    fits: tuple[Fitted, ...]
    groups: tuple[Group, ...]
    ways: tuple[Explained, ...]


@redacted
@dataclass(frozen=True)
class Seen:
    """What the passes have found: the run's outcome, the sample by fold and cell, what was predicted, and details.

    ``clinic_days`` and ``clinic_fee`` (FOLDS, cells) are those of clinics' folds. ``lost`` names predictions that
    could not be made.
    """

    outcome: Outcome
    rules: PassRules
    folded: FoldedSums
    clinic_days: Integers
    clinic_fee: Integers
    predictions: Predictions
    lost: tuple[str, ...]
    details: Details


def diagnose(store: Store, model: Model, executor: Executor, progress: Progress, seed: int) -> Diagnosis:
    """Say how good a model is on a prepared store: two passes over facts, and arithmetic on sums.

    Raises
    ------
    EstimationError
        The weights cannot be estimated.
    """
    seen = look(store, model, executor, progress, seed)
    return Diagnosis(
        outcome=seen.outcome,
        seed=seed,
        fits=tuple(fits_of(seen)),
        groups=tuple(groups_of(seen.outcome, seen.rules, seen.details)),
        ways=ways_of(seen, seed),
    )


NOT_DESCRIBED = (
    "population.groups",
    "covariates.terms",
    "covariates.sex",
    "covariates.extra",
    "covariates.somatic_scheme",
    "covariates.psychiatric_scheme",
    "weights.estimator",
    "weights.uplift",
    "life_expectancy.level",
)
"""What a model may change so that a diagnosis of the national one's terms does not describe it."""


def refuse_unlike(model: Model) -> None:
    """Refuse a model whose terms or estimator are others than those that a diagnosis describes.

    Raises
    ------
    ModelError
        It is such a model.
    """
    other = [key for key in NOT_DESCRIBED if key in model.changed]
    if other:
        raise ModelError(
            f"A diagnosis describes the model's own six terms, estimated by least squares; '{model.name}' changes "
            f"{', '.join(other)}. Compare such a model by 'fordel scenarios', which gives how well each fits."
        )


def look(store: Store, model: Model, executor: Executor, progress: Progress, seed: int) -> Seen:
    """Make the two passes."""
    refuse_unlike(model)
    nation = read_nation(store)
    facts = pipeline.read_registers(store, model, executor, progress, fresh=False)
    prepared = prepare(store, nation, model, facts, executor)
    rules = prepared.rules
    tasks = plan_folds(store.grid, executor.width, rules, seed)
    folded = executor.total(folds_pass, tasks, "folds", progress("citizens → cells and folds"))
    outcome = pipeline.conclude(nation, prepared, folded.citizens)
    return _look_again((outcome, rules, folded), tasks, executor, progress)


def _look_again(
    seen: tuple[Outcome, PassRules, FoldedSums], tasks: list[FoldTask], executor: Executor, progress: Progress
) -> Seen:
    outcome, rules, folded = seen
    of_clinics, clinic_days, clinic_fee = folds_by_clinic(outcome, tasks[0].seed)
    without_citizens = predicted_without(outcome, folded.days, folded.fee)
    without_clinics = predicted_without(outcome, clinic_days, clinic_fee)
    published = outcome.weighting.prediction
    lost = {WITHOUT_CITIZENS: without_citizens, WITHOUT_CLINICS: without_clinics}
    instead = np.tile(published, (FOLDS, 1))
    year_days = days_of(outcome.nation.year)
    sample = outcome.sums.sample
    days, fee = int(sample.exposure_days.sum()), int(sample.fee_oere.sum())
    predictions = Predictions(
        published=published,
        without_citizens=instead if without_citizens is None else without_citizens,
        without_clinics=instead if without_clinics is None else without_clinics,
        fold_of_clinic=of_clinics,
        mean=half_even(fee * year_days * MICRO_PER_OERE, days),
        year_days=year_days,
        share=min(HASHES, MOST_ALIKE * HASHES // max(int(sample.citizens.sum()), 1)),
        held_back=FOLDS - 1,
    )
    details = executor.total(
        details_pass, plan_details(tasks, predictions), "details", progress("citizens → errors and groups")
    )
    without = tuple(name for name, found in lost.items() if found is None)
    return Seen(outcome, rules, folded, clinic_days, clinic_fee, predictions, without, details)


def folds_by_clinic(outcome: Outcome, seed: int) -> tuple[Integers, Integers, Integers]:
    """Give the fold of each clinic (clinics + 1), and days and fees of the sample by fold and cell."""
    clinics, cells = outcome.nation.clinics, outcome.weighting.prediction.size
    sampled = np.flatnonzero(outcome.counts.sample)
    fold = np.zeros(len(clinics) + 1, np.int64)
    fold[sampled] = clinic_folds([clinics[n - 1].ydernummer for n in sampled], seed)
    clinic, _, cell = outcome.sums.strata.traits(outcome.prepared.rules.shape)
    lines = outcome.sums.strata.sums[[EXPOSURE_DAYS, FEE_OERE]]
    days, fee = sums_by(fold[clinic] * cells + cell, lines, FOLDS * cells).T.reshape(2, FOLDS, cells)
    return fold, days, fee


def predicted_without(outcome: Outcome, days: Integers, fee: Integers) -> Integers | None:
    """Give what each fold's citizens are predicted by the coefficients of all others, 10⁻⁶ kroner (FOLDS, cells).

    ``days`` and ``fee`` are sums of the sample by fold and cell. None where the others do not tell all weights apart.
    """
    design, fit = outcome.design, outcome.fit
    x = design.dummies[:, list(fit.columns)]
    try:
        coefficients = leave_one_out(_clusters_of_folds(outcome, x, days, fee))
    except EstimationError:
        return None
    return np.rint(coefficients * MICRO_PER_OERE).astype(np.int64) @ x.T


def _clusters_of_folds(outcome: Outcome, x: Integers, days: Integers, fee: Integers) -> Clusters:
    year_days = days_of(outcome.nation.year)
    upper = np.triu_indices(x.shape[1])
    return Clusters(
        clinics=np.arange(FOLDS),
        packed=np.stack([(x.T @ (of_fold[:, None] * x))[upper] for of_fold in days]).astype(np.float64),
        moments=(fee @ x * year_days).astype(np.float64),
        exposure_days=days.sum(axis=1).astype(np.float64),
        fee_oere=(fee.sum(axis=1) * year_days).astype(np.float64),
        coefficients=np.array(outcome.fit.micro) / MICRO_PER_OERE,
        patients=np.zeros(FOLDS, np.int64),  # leaving out does not ask how many
        everyone=(),
    )


def fits_of(seen: Seen) -> list[Fitted]:
    """Say how well the published weights and those without each fold predict citizens, clinics and municipalities."""
    units = {CLINIC: _by_clinic(seen), MUNICIPALITY: _by_municipality(seen)}
    fewest = {CLINIC: FEWEST_CLINICS, MUNICIPALITY: FEWEST_MUNICIPALITIES}
    found = [Fitted(CITIZEN, name, _of_citizens(seen, name)) for name in (PUBLISHED, WITHOUT_CITIZENS, WITHOUT_CLINICS)]
    for level, ways in units.items():
        found += [Fitted(level, name, fitness_of_units(_units(lines, seen), fewest[level])) for name, lines in ways]
    return [Fitted(f.level, f.prediction, _unless_lost(f, seen)) for f in found]


def _unless_lost(fitted: Fitted, seen: Seen) -> Fitness:
    return Fitness(fitted.fitness.units, note=NOT_APART) if fitted.prediction in seen.lost else fitted.fitness


def _of_citizens(seen: Seen, name: str) -> Fitness:
    told, year_days = seen.predictions, seen.predictions.year_days
    days, fee, prediction = {
        PUBLISHED: (seen.folded.days, seen.folded.fee, np.tile(told.published, (FOLDS, 1))),
        WITHOUT_CITIZENS: (seen.folded.days, seen.folded.fee, told.without_citizens),
        WITHOUT_CLINICS: (seen.clinic_days, seen.clinic_fee, told.without_clinics),
    }[name]
    spread = seen.details.spread
    mean = np.array([told.mean])
    everybody = (np.array([days.sum()]), np.array([fee.sum()]))
    errors = squared_error(spread, days, fee, prediction, year_days), squared_error(spread, *everybody, mean, year_days)
    gaps = dict(zip((PUBLISHED, "mean", WITHOUT_CITIZENS, WITHOUT_CLINICS), seen.details.absolute.values, strict=True))
    citizens = int(seen.outcome.sums.sample.citizens.sum())
    return fitness_of_citizens(citizens, errors, (gaps[name], gaps["mean"]), int(days.sum()))


def _by_clinic(seen: Seen) -> list[tuple[str, Integers]]:
    return [
        (PUBLISHED, sample_lines(seen.outcome)[0]),
        (WITHOUT_CITIZENS, seen.details.clinics),
        (WITHOUT_CLINICS, sample_lines(seen.outcome, seen.predictions)[0]),
    ]


def _by_municipality(seen: Seen) -> list[tuple[str, Integers]]:
    return [
        (PUBLISHED, sample_lines(seen.outcome)[1]),
        (WITHOUT_CITIZENS, seen.details.municipalities),
        (WITHOUT_CLINICS, sample_lines(seen.outcome, seen.predictions)[1]),
    ]


def _units(lines: Integers, seen: Seen) -> Units:
    """Give what citizens of each unit consumed and were predicted in a year, units without anybody left out."""
    there = lines[lines[:, DAYS] > 0]
    days = there[:, DAYS].astype(np.float64)
    actual = there[:, FEE] * (seen.predictions.year_days / OERE_PER_KRONE) / days
    return Units(days, actual, (there[:, LINES - 2] + there[:, LINES - 1] / MICRO) / days)


def ways_of(seen: Seen, seed: int) -> tuple[Explained, ...]:
    """Say what trees would explain more than the weights."""
    alike = alike_of(seen)
    return explained(alike, seen.predictions.year_days, seed)


def alike_of(seen: Seen) -> Alike:
    """Give the citizens taken who are alike to the finest traits."""
    design, strata = seen.outcome.design, seen.details.alike
    if fits_one_number(seen.rules):
        tested, cell, age, disease = strata.traits(alike_shape(seen.rules))
    else:
        tested, cell, age, disease = (np.empty(0, np.int64) for _ in range(4))
    bits = np.arange(len(conditions()))
    citizens, days, fee = strata.sums
    return Alike(
        citizens=citizens,
        days=days,
        fee=fee,
        tested=tested == 1,
        levels=design.levels_of_cell[cell].astype(np.int64),
        design=design.dummies[cell],
        published=seen.predictions.published[cell],
        finer=np.column_stack([age, disease[:, None] >> bits & 1]),
        spread=seen.details.tested,
    )
