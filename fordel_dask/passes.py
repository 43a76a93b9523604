"""The passes over citizens: what one task does with the facts of its partitions.

A pass reads facts, derives covariates and consumption, adds them up and forgets them;
what comes back is sums of whole numbers, the same however citizens are partitioned.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
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
from fordel_dask.covariates import CodeBooks, cell_columns, completed_years, derive_cells, unknown_civil_status
from fordel_dask.errors import ImpossibleValueError
from fordel_dask.facts import FactsFiles
from fordel_dask.graph.executor import shared_out
from fordel_dask.model import Design, Model, design_of
from fordel_dask.scoring import PlanningPlaces, places_of_age
from fordel_dask.strata import CITIZENS, EXPOSURE_DAYS, FEE_OERE, NOBODY, SAMPLED, Strata, places_of, strata_of
from fordel_dask.weights.sample import SampleSums, sample_of

Integers = NDArray[np.int64]
S = TypeVar("S")
LARGEST_FEE = 1 << 36
PLACE_COLUMNS = ("clinic", "municipality", "exposure_days")


@dataclass(frozen=True)
class PassRules:
    """Everything a pass needs to know, frozen: facts, model, code books, and who is in the sample.

    ``sampled`` tells for each clinic, from the second entry on, whether its patients are in
    the estimation sample; the first entry stands for citizens without a clinic. ``highest_age`` is the pooled
    one of the projection, none without one; ``planning_places`` tells planning areas, none without them.
    """

    facts: FactsFiles
    model: Model
    fees: FeeRules
    books: CodeBooks
    municipalities: int
    sampled: tuple[bool, ...]
    highest_age: int | None = None
    imputation: Imputation | None = None
    planning_places: PlanningPlaces | None = None

    @property
    def design(self) -> Design:
        """The terms of the model."""
        return design_of(self.model.covariates)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The lengths of the axes of strata: clinics and none, municipalities, cells."""
        return len(self.sampled), self.municipalities, self.design.cells

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


@dataclass(frozen=True)
class Derived:
    """The citizens of one partition with what the model derives of them."""

    clinic: Integers
    municipality: Integers
    planning_place: Integers
    cell: Integers
    sex: Integers
    age: Integers
    exposure: Integers
    fee: Integers
    floored: int
    unknown_civil_status: int
    group_1: NDArray[np.bool_]
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
    """Add up the sums of tasks or partitions, in order, as they come: a task may have many partitions."""
    return reduce(add, parts)


def _sum_over(task: Task, of_partition: Callable[[Derived], S]) -> S:
    return total(map(of_partition, _derived(task)))


def _derived(task: Task) -> Iterator[Derived]:
    return (read_partition(partition, task.rules) for partition in task.partitions)


def read_partition(partition: int, rules: PassRules) -> Derived:
    """Read the facts of one partition that the model needs, and derive from them."""
    return derive(read_facts(partition, rules), rules)


def read_facts(partition: int, rules: PassRules, more: tuple[str, ...] = ()) -> dict[str, NDArray[Any]]:
    """Read the facts of one partition that the model needs, with age; ``more`` names further ones."""
    areas = ("area",) if rules.planning_places else ()
    names = (*PLACE_COLUMNS, *areas, *cell_columns(rules.model.covariates), *consumption_columns(rules.fees), *more)
    facts = rules.facts.read(partition, tuple(dict.fromkeys(names)))
    return {**facts, "age": completed_years(facts["birth_day"], rules.fees.year)}


def derive(facts: dict[str, NDArray[Any]], rules: PassRules) -> Derived:
    """Derive covariates and consumption of the citizens of one partition."""
    clinic = facts["clinic"].astype(np.int64) + 1
    municipality = facts["municipality"].astype(np.int64)
    places = rules.planning_places
    planning_place = places.of_citizens(facts["area"], municipality) if places else municipality
    group_1 = clinic >= 0
    clinic[~group_1] = 0
    exposure = facts["exposure_days"].astype(np.int64)
    in_sample = group_1 & np.array(rules.sampled)[clinic] & (exposure >= 1)
    cell = derive_cells(facts, rules.model.covariates, rules.books)
    fee = count_fees(facts, rules.fees)
    below = fee < 0
    fee[below] = 0
    months = chronic_months(facts, rules.fees.schedule)
    if rules.imputation:
        fee = rules.imputation.replace(fee, cell, exposure, (months > 0) & group_1)
    if fee.size and fee.max() > LARGEST_FEE:
        raise ImpossibleValueError(
            f"A citizen's fees of the year pass {LARGEST_FEE // 100:,} kroner. Check the unit of BRUHON and YDLANT."
        )
    return Derived(
        clinic=clinic,
        municipality=municipality,
        planning_place=planning_place,
        cell=cell,
        sex=facts["sex"].astype(np.int64),
        age=facts["age"].astype(np.int64),
        exposure=exposure,
        fee=fee,
        floored=int((below & group_1).sum()),
        unknown_civil_status=int((unknown_civil_status(facts, rules.books) & group_1).sum()),
        group_1=group_1,
        in_sample=in_sample,
        on_care=months > 0,
    )


def chronic_pass(task: Task) -> ChronicTotals:
    """Sum contact fees and all fees of group-1 citizens without chronic care (reading ``share``)."""
    rules = task.rules
    names = ("clinic", *consumption_columns(rules.fees))
    others = "others_paid_oere" if rules.fees.choices.prices == "paid" else "others_oere"
    result = ChronicTotals()
    for partition in task.partitions:
        facts = rules.facts.read(partition, names)
        counted = (facts["clinic"] >= -1) & (chronic_months(facts, rules.fees.schedule) <= 0)
        result += share_totals(contact_fees(facts, rules.fees), facts[others].astype(np.int64), counted)
    return result


def comparable_pass(task: Task) -> SampleSums:
    """Sum the citizens of the sample without chronic care by cell (reading ``imputed``)."""
    cells = task.rules.design.cells
    return _sum_over(task, lambda d: sample_of(cells, d.cell, d.exposure, d.fee, d.in_sample & ~d.on_care))


@dataclass(frozen=True)
class CitizenSums:
    """What the pass brings home, whole numbers.

    ``sample`` is the estimation sample by cell; ``strata`` are the citizens of group 1 by clinic (0 for none),
    municipality of residence and cell, ``ages`` by municipality, cell, and sex and age (nobody without a projection),
    ``by_planning_place`` by that and cell (nobody without planning areas); ``persons`` is everybody by municipality.
    """

    sample: SampleSums
    strata: Strata
    ages: Strata
    by_planning_place: Strata
    persons: Integers
    floored: int
    unknown_civil_status: int

    def __add__(self, other: "CitizenSums") -> "CitizenSums":
        return CitizenSums(
            self.sample + other.sample,
            self.strata + other.strata,
            self.ages + other.ages,
            self.by_planning_place + other.by_planning_place,
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
        np.bincount(d.municipality, minlength=rules.municipalities),
        d.floored,
        d.unknown_civil_status,
    )


def _strata(d: Derived, rules: PassRules) -> Strata:
    sampled = d.in_sample.astype(np.int64)
    values = {
        CITIZENS: np.ones_like(sampled),
        SAMPLED: sampled,
        EXPOSURE_DAYS: d.exposure * sampled,
        FEE_OERE: d.fee * sampled,
    }
    key = places_of((d.clinic, d.municipality, d.cell), rules.shape)
    return strata_of(key[d.group_1], np.stack([values[line] for line in sorted(values)])[:, d.group_1])


def _by_planning_place(d: Derived, rules: PassRules) -> Strata:
    """Give the citizens by planning place and cell; nobody without planning areas."""
    if rules.planning_places is None:
        return NOBODY
    key = places_of((d.planning_place, d.cell), (rules.planning_places.places, rules.design.cells))
    return strata_of(key[d.group_1], np.ones((1, np.count_nonzero(d.group_1)), np.int64))


def _ages(d: Derived, rules: PassRules) -> Strata:
    """Give the citizens by municipality, cell, and sex and age as the projection has it; nobody without one."""
    if rules.highest_age is None:
        return NOBODY
    age = (d.sex - 1) * (rules.highest_age + 1) + np.minimum(d.age, rules.highest_age)
    key = places_of((d.municipality, d.cell, age), (*rules.shape[1:], places_of_age(rules.highest_age)))
    return strata_of(key[d.group_1], np.ones((1, np.count_nonzero(d.group_1)), np.int64))
