"""What a pass over citizens needs to know, the tasks it is shared among, and sums that are added up."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fordel_dask.consumption import (
    ChronicTotals,
    FeeRules,
    Imputation,
)
from fordel_dask.covariates import (
    CovariateRules,
)
from fordel_dask.facts import NO_EXTRA, ExtraCovariates, FactsFiles
from fordel_dask.graph.executor import shared_out
from fordel_dask.model import Design, Model
from fordel_dask.scoring import Homes, PlanningPlaces

Integers = NDArray[np.int64]
S = TypeVar("S")


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
