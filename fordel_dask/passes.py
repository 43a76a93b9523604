"""The passes over citizens: what one task does with the facts of its partitions.

A pass reads facts, derives covariates and consumption, adds them up and forgets them;
what comes back is sums of whole numbers, the same however citizens are partitioned.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fordel_dask.consumption import (
    ChronicTotals,
    chronic_months,
    consumption_columns,
    share_totals,
)
from fordel_dask.consumption.fee import contact_fees
from fordel_dask.covariates import (
    derive_codes,
)
from fordel_dask.deriving import Derived, counts_group_2, read_facts, read_partition, who_is_counted
from fordel_dask.facts import lists_on
from fordel_dask.pass_rules import PassRules, Task, total
from fordel_dask.privacy import redacted
from fordel_dask.scoring import places_of_age
from fordel_dask.store import open_same_store
from fordel_dask.strata import (
    CITIZENS,
    EXPOSURE_DAYS,
    FEE_OERE,
    NOBODY,
    SAMPLED,
    Strata,
    count_strata,
    places_of,
    strata_of,
)
from fordel_dask.weights.sample import SampleSums, sample_of

Integers = NDArray[np.int64]
S = TypeVar("S")


def _sum_over(task: Task, of_partition: Callable[[Derived], S]) -> S:
    return total(map(of_partition, _derived(task)))


def _derived(task: Task) -> Iterator[Derived]:
    return (read_partition(partition, task.rules) for partition in task.partitions)


@redacted
@dataclass(frozen=True)
class FoundCells:
    """The codes of cells that somebody counted is in, ascending."""

    codes: Integers

    def __add__(self, other: "FoundCells") -> "FoundCells":
        return FoundCells(np.union1d(self.codes, other.codes))


def cells_pass(task: Task) -> FoundCells:
    """Find the cells that somebody is in, of a model with too many to count all that are possible."""
    return total(map(partial(_found_cells, rules=task.rules), task.partitions))


def _found_cells(partition: int, rules: PassRules) -> FoundCells:
    facts = read_facts(partition, rules)
    counted = who_is_counted(facts, rules)[2]
    return FoundCells(np.unique(derive_codes(facts, rules.covariates)[counted]))


@redacted
@dataclass(frozen=True)
class PatientCounts:
    """Citizens of group 1 by clinic, the first for those without one."""

    patients: Integers

    def __add__(self, other: "PatientCounts") -> "PatientCounts":
        return PatientCounts(self.patients + other.patients)


def patients_pass(task: Task) -> PatientCounts:
    """Count the citizens of group 1 by clinic at the status date."""
    clinics = len(task.rules.sampled)
    counts = np.zeros(clinics, np.int64)
    for partition in task.partitions:
        clinic = task.rules.facts.read(partition, ("clinic",))["clinic"].astype(np.int64) + 1
        counts += np.bincount(clinic[clinic >= 0], minlength=clinics)
    return PatientCounts(counts)


@dataclass(frozen=True)
class ListTask:
    """One task of counting patients of another day: where, of what store, which partitions, so many clinics."""

    store: Path
    identity: str
    partitions: tuple[int, ...]
    clinics: int
    day: datetime.date


def list_pass(task: ListTask) -> PatientCounts:
    """Count the citizens who were on each clinic's list, in group 1, on a day; the first for those without one."""
    store, counts = open_same_store(task.store, task.identity), np.zeros(task.clinics, np.int64)
    for partition in task.partitions:
        counts += lists_on(store, partition, task.day)
    return PatientCounts(counts)


def chronic_pass(task: Task) -> ChronicTotals:
    """Sum contact fees and all fees of group-1 citizens without chronic care (reading ``share``)."""
    rules = task.rules
    group = ("group_2",) if counts_group_2(rules.model) else ()
    names = ("clinic", *group, *consumption_columns(rules.fees))
    others = "others_paid_oere" if rules.fees.choices.prices == "paid" else "others_oere"
    result = ChronicTotals()
    for partition in task.partitions:
        facts = rules.facts.read(partition, names)
        counted = who_is_counted(facts, rules)[1] & (chronic_months(facts, rules.fees.schedule) <= 0)
        result += share_totals(contact_fees(facts, rules.fees), facts[others].astype(np.int64), counted)
    return result


def comparable_pass(task: Task) -> SampleSums:
    """Sum the citizens of the sample without chronic care by cell (reading ``imputed``)."""
    cells = task.rules.design.cells
    return _sum_over(task, lambda d: sample_of(cells, d.cell, d.exposure, d.fee, d.in_sample & ~d.on_care))


@redacted
@dataclass(frozen=True)
class CitizenSums:
    """What the pass brings home, whole numbers.

    ``sample`` is the estimation sample by cell; ``strata`` are the citizens counted by clinic (0 for none), home and
    cell, ``ages`` by home, cell, and sex and age (nobody without a projection),
    ``by_planning_place`` by that and cell (nobody without planning areas); ``sampled`` is the sample by clinic,
    ``persons`` everybody by municipality. Strata of a pass without errors have one line of sums, of citizens.
    """

    sample: SampleSums
    strata: Strata
    ages: Strata
    by_planning_place: Strata
    sampled: Integers
    persons: Integers
    floored: int
    unknown_civil_status: int

    def __add__(self, other: "CitizenSums") -> "CitizenSums":
        return CitizenSums(
            self.sample + other.sample,
            self.strata + other.strata,
            self.ages + other.ages,
            self.by_planning_place + other.by_planning_place,
            self.sampled + other.sampled,
            self.persons + other.persons,
            self.floored + other.floored,
            self.unknown_civil_status + other.unknown_civil_status,
        )


def citizens_pass(task: Task) -> CitizenSums:
    """Sum the estimation sample, and find the citizens who are alike."""
    return _sum_over(task, lambda d: citizen_sums(d, task.rules))


def citizen_sums(d: Derived, rules: PassRules) -> CitizenSums:
    """Give the sums of the citizens of one partition."""
    return CitizenSums(
        sample_of(rules.design.cells, d.cell, d.exposure, d.fee, d.in_sample),
        _strata(d, rules),
        _ages(d, rules),
        _by_planning_place(d, rules),
        np.bincount(d.clinic[d.in_sample], minlength=len(rules.sampled)),
        np.bincount(d.municipality, minlength=rules.municipalities),
        d.floored,
        d.unknown_civil_status,
    )


def _strata(d: Derived, rules: PassRules) -> Strata:
    sampled = d.in_sample.astype(np.int64)
    key = places_of((d.clinic, d.home, d.cell), rules.shape)
    if not rules.with_errors:
        return count_strata(key[d.counted])
    values = {
        CITIZENS: np.ones_like(sampled),
        SAMPLED: sampled,
        EXPOSURE_DAYS: d.exposure * sampled,
        FEE_OERE: d.fee * sampled,
    }
    return strata_of(key[d.counted], np.stack([values[line] for line in sorted(values)])[:, d.counted])


def _by_planning_place(d: Derived, rules: PassRules) -> Strata:
    """Give the citizens by planning place and cell; nobody without planning areas."""
    if rules.planning_places is None:
        return NOBODY
    key = places_of((d.planning_place, d.cell), (rules.planning_places.places, rules.design.cells))
    return count_strata(key[d.counted])


def _ages(d: Derived, rules: PassRules) -> Strata:
    """Give the citizens by municipality, cell, and sex and age as the projection has it; nobody without one."""
    if rules.highest_age is None:
        return NOBODY
    age = (d.sex - 1) * (rules.highest_age + 1) + np.minimum(d.age, rules.highest_age)
    key = places_of((d.home, d.cell, age), (*rules.shape[1:], places_of_age(rules.highest_age)))
    return count_strata(key[d.counted])
