"""The passes over citizens: what one task does with the facts of its partitions.

A pass reads facts, derives covariates and consumption, adds them up and forgets them;
what comes back is sums of whole numbers, the same however citizens are partitioned.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fordel_dask.consumption import (
    ChronicTotals,
    FeeRules,
    Imputation,
    chronic_months,
    consumption_columns,
    count_fees,
    share_totals,
)
from fordel_dask.consumption.fee import contact_fees
from fordel_dask.covariates import (
    CovariateRules,
    cell_columns,
    completed_years,
    derive_cells,
    derive_codes,
    extra_column,
    extra_names,
    unknown_civil_status,
)
from fordel_dask.errors import ImpossibleValueError
from fordel_dask.facts import NO_EXTRA, ExtraCovariates, FactsFiles, lists_on
from fordel_dask.graph.executor import shared_out
from fordel_dask.model import Design, Model
from fordel_dask.scoring import Homes, PlanningPlaces, places_of_age
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
Facts = dict[str, NDArray[Any]]
S = TypeVar("S")
LARGEST_FEE = 1 << 36
PLACE_COLUMNS = ("clinic", "municipality", "exposure_days")


@dataclass(frozen=True)
class PassRules:
    """Everything a pass needs to know, frozen: facts, model, how to derive, and who is counted and in the sample.

    ``sampled`` tells for each clinic, from the second entry on, whether its patients are in
    the estimation sample; the first entry stands for citizens without a clinic; ``left_out`` likewise whose patients
    are not counted at all. ``highest_age`` is the pooled one of the projection, none without one; ``planning_places``
    tells planning areas, none without them; ``extra`` the extra covariates that the model looks at. ``with_errors``
    says that the sample is asked for by clinic too: for standard errors and clinic fixed effects.
    """

    facts: FactsFiles
    model: Model
    fees: FeeRules
    covariates: CovariateRules
    homes: Homes
    sampled: tuple[bool, ...]
    left_out: tuple[bool, ...]
    highest_age: int | None = None
    imputation: Imputation | None = None
    planning_places: PlanningPlaces | None = None
    extra: ExtraCovariates = NO_EXTRA
    with_errors: bool = True

    @property
    def design(self) -> Design:
        """The terms of the model, with their cells."""
        return self.covariates.design

    @property
    def municipalities(self) -> int:
        """How many municipalities there are."""
        return self.homes.municipalities

    @property
    def shape(self) -> tuple[int, int, int]:
        """The lengths of the axes of strata: clinics and none, homes, cells."""
        return len(self.sampled), self.homes.number, self.design.cells

    @property
    def year_days(self) -> int:
        """D, the days of the fee year."""
        return days_of(self.fees.year)

    @property
    def imputes(self) -> bool:
        """Whether chronic-care citizens take the fee of comparable ones."""
        return self.model.consumption.chronic_care == "imputed"

    def with_share(self, totals: ChronicTotals) -> "PassRules":
        """Give the rules with A and B of the share of contact fees."""
        return replace(self, fees=replace(self.fees, share=(totals.contacts, totals.all_services)))

    def with_imputation(self, imputation: Imputation) -> "PassRules":
        """Give the rules with the fees of comparable citizens."""
        return replace(self, imputation=imputation)

    def with_clinics(self, sampled: tuple[bool, ...], left_out: tuple[bool, ...]) -> "PassRules":
        """Give the rules with whose patients are in the sample, and whose are not counted."""
        return replace(self, sampled=sampled, left_out=left_out)

    def with_cells(self, found: Integers) -> "PassRules":
        """Give the rules with those cells, by code, that somebody is in."""
        design = replace(self.design, found=found)
        return replace(self, covariates=replace(self.covariates, design=design))


def days_of(planning_year: int) -> int:
    """Give D, the days of the fee year."""
    return (datetime.date(planning_year, 1, 1) - datetime.date(planning_year - 1, 1, 1)).days


@dataclass(frozen=True)
class Derived:
    """The citizens of one partition with what the model derives of them."""

    clinic: Integers
    municipality: Integers
    home: Integers
    planning_place: Integers
    cell: Integers
    sex: Integers
    age: Integers
    exposure: Integers
    fee: Integers
    floored: int
    unknown_civil_status: int
    counted: NDArray[np.bool_]
    in_sample: NDArray[np.bool_]
    on_care: NDArray[np.bool_]


@dataclass(frozen=True)
class Task:
    """One task of a pass: its partitions and the rules."""

    partitions: tuple[int, ...]
    rules: PassRules


def plan_tasks(partitions: int, width: int, rules: PassRules) -> list[Task]:
    """Share the partitions among few fat tasks, four for each that runs at a time; each knows its own files only."""
    shares = shared_out(range(partitions), 4 * width)
    return [Task(tuple(share), replace(rules, facts=rules.facts.only(share))) for share in shares]


def total(parts: Iterable[S]) -> S:
    """Add up the sums of tasks or partitions, in order, as they come: a task may have many partitions.

    Neighbours that are sums of as many parts are added first: to add each part to all before it would go over those
    again and again.
    """
    pending: list[tuple[int, S]] = []
    for part in parts:
        size, so_far = 1, part
        while pending and pending[-1][0] == size:
            so_far, size = pending.pop()[1] + so_far, 2 * size  # type: ignore[operator]
        pending.append((size, so_far))
    return reduce(lambda later, earlier: earlier + later, (one for _, one in reversed(pending)))  # type: ignore[operator]


def _sum_over(task: Task, of_partition: Callable[[Derived], S]) -> S:
    return total(map(of_partition, _derived(task)))


def _derived(task: Task) -> Iterator[Derived]:
    return (read_partition(partition, task.rules) for partition in task.partitions)


def read_partition(partition: int, rules: PassRules) -> Derived:
    """Read the facts of one partition that the model needs, and derive from them."""
    return derive(read_facts(partition, rules), rules)


def read_facts(partition: int, rules: PassRules, more: tuple[str, ...] = ()) -> Facts:
    """Read the facts of one partition that the model needs, with age; ``more`` names further ones."""
    return read_for(partition, (rules,), more)


def read_for(partition: int, models: Sequence[PassRules], more: tuple[str, ...] = ()) -> Facts:
    """Read the facts of one partition that some models need, with age and extra covariates."""
    rules = models[0]
    names = dict.fromkeys((*(name for one in models for name in needed_columns(one)), *more))
    by_person = dict.fromkeys(name for one in models for name in one.extra.by_person)
    facts = rules.facts.read(partition, tuple(names), tuple(by_person))
    facts["age"] = completed_years(facts["birth_day"], rules.fees.year)
    for one in models:
        for name in extra_names(one.model.covariates):
            facts[extra_column(name)] = one.extra.of_citizens(name, facts)
    return facts


def needed_columns(rules: PassRules) -> tuple[str, ...]:
    """Name the facts that a model needs."""
    areas = ("area",) if rules.planning_places else ()
    group = ("group_2",) if counts_group_2(rules.model) else ()
    cells, fees = cell_columns(rules.model.covariates), consumption_columns(rules.fees)
    return (*PLACE_COLUMNS, *areas, *group, *cells, *fees, *rules.extra.columns)


def counts_group_2(model: Model) -> bool:
    """Tell whether citizens of group 2 are counted where they live (V59)."""
    return "2" in model.population.groups


def derive(facts: Facts, rules: PassRules) -> Derived:
    """Derive covariates and consumption of the citizens of one partition."""
    municipality, exposure = facts["municipality"].astype(np.int64), facts["exposure_days"].astype(np.int64)
    clinic, group_1, counted = who_is_counted(facts, rules)
    least = 1 if rules.model.weights.exposure == "weighted" else rules.year_days
    in_sample = group_1 & np.array(rules.sampled)[clinic] & (exposure >= least)
    places = rules.planning_places
    planning_place = places.of_citizens(facts["area"], municipality) if places else municipality
    cell = derive_cells(facts, rules.covariates)
    fee, floored, on_care = consumption_of(facts, rules, cell, group_1)
    unknown = unknown_civil_status(facts, rules.covariates.books)
    return Derived(
        clinic=clinic,
        municipality=municipality,
        home=planning_place if rules.homes.places else municipality,
        planning_place=planning_place,
        cell=cell,
        sex=facts["sex"].astype(np.int64),
        age=facts["age"].astype(np.int64),
        exposure=exposure,
        fee=fee,
        floored=floored,
        unknown_civil_status=int((unknown & counted).sum()),
        counted=counted,
        in_sample=in_sample,
        on_care=on_care,
    )


def who_is_counted(facts: Facts, rules: PassRules) -> tuple[Integers, NDArray[np.bool_], NDArray[np.bool_]]:
    """Give the clinic of each citizen (0 for none), who is in group 1, and who is counted.

    Patients of clinics that are left out count as if they were not in group 1 (V02, V03); of group 2 only where they
    live (V59).
    """
    clinic = facts["clinic"].astype(np.int64) + 1
    group_1 = clinic >= 0
    clinic[~group_1] = 0
    group_1 &= ~np.array(rules.left_out)[clinic]
    clinic[~group_1] = 0
    counted = group_1 | (facts["group_2"] == 1) if counts_group_2(rules.model) else group_1
    return clinic, group_1, counted


def consumption_of(
    facts: Facts, rules: PassRules, cell: Integers, group_1: NDArray[np.bool_]
) -> tuple[Integers, int, NDArray[np.bool_]]:
    """Give the fee of each citizen, how many in group 1 had one below 0, and who is on chronic care."""
    fee = count_fees(facts, rules.fees)
    below = fee < 0
    fee[below] = 0
    on_care = chronic_months(facts, rules.fees.schedule) > 0
    if rules.imputation:
        fee = rules.imputation.replace(fee, cell, facts["exposure_days"].astype(np.int64), on_care & group_1)
    if fee.size and fee.max() > LARGEST_FEE:
        raise ImpossibleValueError(
            f"A citizen's fees of the year pass {LARGEST_FEE // 100:,} kroner. Check the unit of BRUHON and YDLANT."
        )
    return fee, int((below & group_1).sum()), on_care


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
