"""What a model makes of the citizens of one partition: read facts, derive cell, consumption, and who counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.consumption import (
    chronic_months,
    consumption_columns,
    count_fees,
)
from fordel_dask.covariates import (
    cell_columns,
    completed_years,
    covariates_looked_at,
    derive_cells,
    extra_column,
    unknown_civil_status,
)
from fordel_dask.errors import ImpossibleValueError
from fordel_dask.model import Model
from fordel_dask.pass_rules import PassRules
from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]
Facts = dict[str, NDArray[Any]]
LARGEST_FEE = 1 << 36
PLACE_COLUMNS = ("clinic", "municipality", "exposure_days")


@redacted
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
        for name in covariates_looked_at(one.model.covariates):
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
