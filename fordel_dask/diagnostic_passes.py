"""The two passes of diagnostics: the model's own sums with folds of citizens, then errors and finer groups.

What comes back is whole numbers, the same however citizens are partitioned. The second pass needs to be told what
is predicted: the error of a citizen is the one sum that cannot be had from sums.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.covariates import OLDEST, FinerTrait, conditions_of, finer_columns, finer_levels, finer_traits
from fordel_dask.deriving import Derived, derive, read_facts
from fordel_dask.diagnostics import (
    CONSUMPTION,
    FINER,
    FOLDS,
    LINES,
    NOT_IN_MODEL,
    CitizenSpread,
    citizen_folds,
    hashed,
    lines_of,
    spread_of,
    sums_by,
)
from fordel_dask.facts.definition import conditions, family_bits
from fordel_dask.law.rounding import MICRO
from fordel_dask.pass_rules import PassRules, Task, plan_tasks, total
from fordel_dask.passes import CitizenSums, citizen_sums
from fordel_dask.privacy import redacted
from fordel_dask.store import Grid
from fordel_dask.strata import Strata, places_of, strata_of

Integers = NDArray[np.int64]
LONGEST_YEAR = 366
MICRO_PER_OERE = 10_000
HASHES = 1 << 32
MOST_KRONER = 20_000
"""Citizens are put in order of their yearly consumption by whole kroner; those above this are together."""

KRONER, CARE, CONTACT, ENROLLED = "annual_kroner", "chronic_care", "any_consumption", "enrolment"
KNOWN = {"age_year": FINER, "civil_status_code": FINER, "origin_type": FINER, "somatic_count": FINER}
OWN_TRAITS = (
    FinerTrait(ENROLLED, ("whole_year", "half_a_year_or_more", "under_half_a_year", "under_a_month")),
    FinerTrait(CARE, ("none", "any")),
    FinerTrait(CONTACT, ("none", "any")),
    FinerTrait(KRONER, tuple(map(str, range(MOST_KRONER + 1)))),
)
MONTH_DAYS = 30


@dataclass(frozen=True)
class FoldTask(Task):
    """One task: ``first`` is the number of the first citizen of each of its partitions, ``seed`` that of the folds."""

    first: tuple[int, ...]
    seed: int


@redacted
@dataclass(frozen=True)
class FoldedSums:
    """The sums of the model's own pass, and by fold of citizens and cell: ``days`` and ``fee`` (FOLDS, cells)."""

    citizens: CitizenSums
    days: Integers
    fee: Integers

    def __add__(self, other: "FoldedSums") -> "FoldedSums":
        return FoldedSums(self.citizens + other.citizens, self.days + other.days, self.fee + other.fee)


def plan_folds(grid: Grid, width: int, rules: PassRules, seed: int) -> list[FoldTask]:
    """Share the partitions among few fat tasks."""
    return [
        FoldTask(task.partitions, task.rules, tuple(grid.first[partition] for partition in task.partitions), seed)
        for task in plan_tasks(grid.partitions, width, rules)
    ]


def folds_pass(task: FoldTask) -> FoldedSums:
    """Sum the citizens as a run does, and the sample by fold of citizens too."""
    return total(_folded(first, partition, task) for first, partition in zip(task.first, task.partitions, strict=True))


def _folded(first: int, partition: int, task: FoldTask) -> FoldedSums:
    rules = task.rules
    d = derive(read_facts(partition, rules), rules)
    fold = citizen_folds(first, d.cell.size, task.seed)[d.in_sample]
    cells = rules.design.cells
    place = fold * cells + d.cell[d.in_sample]
    sums = sums_by(place, np.stack([d.exposure[d.in_sample], d.fee[d.in_sample]]), FOLDS * cells)
    return FoldedSums(citizen_sums(d, rules), *sums.T.reshape(2, FOLDS, cells))


@redacted
@dataclass(frozen=True)
class Predictions:
    """What is predicted, in 10⁻⁶ kroner a year, and of whom the sample of alike citizens is made.

    ``published`` by cell; ``without_citizens`` and ``without_clinics`` (FOLDS, cells) by coefficients of all other
    folds; ``fold_of_clinic`` (clinics + 1); ``mean`` that of the sample; ``share`` of 2³² hashes of citizens who are
    taken for the alike, and ``held_back`` the fold of clinics that is tested there.
    """

    published: Integers
    without_citizens: Integers
    without_clinics: Integers
    fold_of_clinic: Integers
    mean: int
    year_days: int
    share: int
    held_back: int


@dataclass(frozen=True)
class DetailTask(FoldTask):
    """One task of the second pass."""

    predictions: Predictions


@redacted
@dataclass(frozen=True)
class Details:
    """What the second pass brings home; lines as :mod:`fordel_dask.diagnostics.groups` has them.

    ``groups`` (levels of all :func:`grouping_traits` in a row, lines); ``outside`` (clinics + 1, lines) of citizens of
    group 1 with exposure who are not in the sample; ``clinics`` (clinics + 1, lines) and ``municipalities`` of the
    sample as predicted without each citizen's fold; ``absolute`` Σ |y − e p| in 10⁻⁶ kroner × days for the
    published weights, the mean, and without the citizen's or clinic's fold; ``spread`` of all, ``tested`` of those
    held back in ``alike``, which are strata of tested, cell, age and conditions with citizens, days and fees.
    """

    groups: Integers
    outside: Integers
    clinics: Integers
    municipalities: Integers
    absolute: "WholeNumbers"
    spread: CitizenSpread
    tested: CitizenSpread
    alike: Strata

    def __add__(self, other: "Details") -> "Details":
        return Details(*(getattr(self, own.name) + getattr(other, own.name) for own in fields(self)))


@dataclass(frozen=True)
class WholeNumbers:
    """Whole numbers of any size, added one by one."""

    values: tuple[int, ...]

    def __add__(self, other: "WholeNumbers") -> "WholeNumbers":
        return WholeNumbers(tuple(one + more for one, more in zip(self.values, other.values, strict=True)))


def plan_details(folds: list[FoldTask], predictions: Predictions) -> list[DetailTask]:
    """Give the tasks of the second pass, of the same partitions."""
    return [DetailTask(task.partitions, task.rules, task.first, task.seed, predictions) for task in folds]


def grouping_traits(rules: PassRules) -> tuple[tuple[FinerTrait, str], ...]:
    """Give the traits by which the second pass groups citizens, and whether the model knows each."""
    own = tuple((trait, NOT_IN_MODEL if trait.name == ENROLLED else CONSUMPTION) for trait in OWN_TRAITS)
    finer = finer_traits(rules.model.covariates)
    return (*((trait, KNOWN.get(trait.name, NOT_IN_MODEL)) for trait in finer), *own)


def alike_shape(rules: PassRules) -> tuple[int, int, int, int]:
    """Give the axes of alike citizens: tested, cells, ages, and sets of conditions."""
    return 2, rules.design.cells, OLDEST + 1, 1 << len(conditions())


def fits_one_number(rules: PassRules) -> bool:
    """Tell whether the traits of alike citizens can be made one number of 63 bits."""
    return math.prod(alike_shape(rules)) < 1 << 63


def details_pass(task: DetailTask) -> Details:
    """Sum errors and finer groups of citizens."""
    return total(_details(first, partition, task) for first, partition in zip(task.first, task.partitions, strict=True))


def _details(first: int, partition: int, task: DetailTask) -> Details:
    rules, told = task.rules, task.predictions
    everybody = read_facts(partition, rules, finer_columns())
    d = derive(everybody, rules)
    outside = d.counted & (d.exposure >= 1) & ~d.in_sample
    clinics, homes = len(rules.sampled), rules.municipalities
    sample = chosen(d, d.in_sample)
    facts = {name: column[d.in_sample] for name, column in everybody.items()}
    without_citizen = told.without_citizens[citizen_folds(first, d.cell.size, task.seed)[d.in_sample], sample.cell]
    without_clinic = told.without_clinics[told.fold_of_clinic[sample.clinic], sample.cell]
    ones = np.ones_like(sample.cell)
    by_fold = lines_of(ones, sample.exposure, sample.fee, without_citizen)
    taken = (hashed(np.arange(first, first + d.cell.size), task.seed, "alike") < told.share)[d.in_sample]
    tested = told.fold_of_clinic[sample.clinic] == told.held_back
    all_predicted = (told.published[sample.cell], told.mean, without_citizen, without_clinic)
    return Details(
        groups=_groups(facts, sample, task),
        outside=sums_by(d.clinic[outside], _lines(chosen(d, outside), told), clinics),
        clinics=sums_by(sample.clinic, by_fold, clinics),
        municipalities=sums_by(sample.municipality, by_fold, homes),
        absolute=WholeNumbers(tuple(absolute_error(sample, one, told.year_days) for one in all_predicted)),
        spread=spread_of(sample.fee, sample.exposure, LONGEST_YEAR),
        tested=spread_of(sample.fee[taken & tested], sample.exposure[taken & tested], LONGEST_YEAR),
        alike=_alike(facts, sample, taken, tested, rules),
    )


def chosen(d: Derived, which: NDArray[np.bool_]) -> Derived:
    """Give some of the derived citizens."""
    arrays: dict[str, Any] = {name: value[which] for name, value in vars(d).items() if isinstance(value, np.ndarray)}
    return replace(d, **arrays)


def _lines(d: Derived, told: Predictions) -> Integers:
    return lines_of(np.ones_like(d.cell), d.exposure, d.fee, told.published[d.cell])


def absolute_error(d: Derived, prediction: Integers | int, year_days: int) -> int:
    """Give Σ |y − e p| in 10⁻⁶ kroner × days, exact: whole kroner and the rest are summed apart."""
    whole, rest = np.divmod(np.abs(d.fee * (MICRO_PER_OERE * year_days) - d.exposure * prediction), MICRO)
    return int(whole.sum()) * MICRO + int(rest.sum())


def _groups(facts: dict[str, NDArray[Any]], d: Derived, task: DetailTask) -> Integers:
    """Sum the sample by every level of every trait (levels, lines)."""
    rules = task.rules
    lines = _lines(d, task.predictions)
    found = (
        *finer_levels(facts, rules.model.covariates, rules.covariates.books),
        *_own_levels(d, task.predictions.year_days),
    )
    return np.concatenate(
        [_by_level(trait, levels, lines) for (trait, _), levels in zip(grouping_traits(rules), found, strict=True)]
    )


def _by_level(trait: FinerTrait, levels: NDArray[Any], lines: Integers) -> Integers:
    if not trait.bits:
        return sums_by(levels, lines, len(trait.levels))
    some = np.flatnonzero(levels)
    bits, own = levels[some], lines[:, some]
    sums = [own[:, (bits >> np.uint64(bit)) & np.uint64(1) == 1].sum(axis=1) for bit in trait.bits]
    return np.array(sums, np.int64).reshape(len(trait.bits), LINES)


def _own_levels(d: Derived, year_days: int) -> Iterator[Integers]:
    """Give the levels of the traits that are no covariates: enrolment, chronic care, contact, kroner a year."""
    yield np.select([d.exposure >= year_days, 2 * d.exposure >= year_days, d.exposure >= MONTH_DAYS], [0, 1, 2], 3)
    yield d.on_care.astype(np.int64)
    yield (d.fee > 0).astype(np.int64)
    yield np.minimum(d.fee * year_days // (d.exposure * 100), MOST_KRONER)


def _alike(
    facts: dict[str, NDArray[Any]], d: Derived, taken: NDArray[np.bool_], tested: NDArray[np.bool_], rules: PassRules
) -> Strata:
    """Give the citizens taken who are alike; nobody where their traits do not make one number."""
    if not fits_one_number(rules):
        return strata_of(np.empty(0, np.int64), np.empty((3, 0), np.int64))
    some = {name: column[taken] for name, column in facts.items()}
    age = np.minimum(d.age[taken], OLDEST)
    disease = (conditions_of(some, rules.model.covariates) & np.uint64(family_bits())).astype(np.int64)
    key = places_of((tested[taken].astype(np.int64), d.cell[taken], age, disease), alike_shape(rules))
    return strata_of(key, np.stack([np.ones_like(age), d.exposure[taken], d.fee[taken]]))
