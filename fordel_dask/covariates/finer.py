"""Finer traits of citizens than the model's terms: what diagnostics hold the model against."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.covariates.civil_status import CIVIL_STATUSES
from fordel_dask.covariates.coding import CodeBooks
from fordel_dask.covariates.disease import conditions_of
from fordel_dask.facts.definition import benefit_groups, condition_bits, conditions, family_bits, weeks_column
from fordel_dask.model.model import Covariates

OLDEST = 105
"""Ages from here on are counted together."""

MOST_DISEASES = 10
ORIGIN_TYPES = {"1": "danish_origin", "2": "immigrant", "3": "descendant"}
UNKNOWN = "unknown"
Facts = Mapping[str, NDArray[Any]]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class FinerTrait:
    """A trait and its levels. With ``bits`` a citizen may have several levels, or none: one for each bit set."""

    name: str
    levels: tuple[str, ...]
    bits: tuple[int, ...] = ()


def finer_columns() -> tuple[str, ...]:
    """Name the facts that finer traits are read from, beside those of cells."""
    return tuple(weeks_column(group) for group in benefit_groups())


def finer_traits(rules: Covariates) -> tuple[FinerTrait, ...]:
    """Give the finer traits, in the order of :func:`finer_levels`."""
    ages = (*map(str, range(OLDEST)), f"{OLDEST}+")
    return (
        FinerTrait("age_year", tuple(f"{sex} {age}" for sex in "MF" for age in ages)),
        FinerTrait("civil_status_code", (*CIVIL_STATUSES, UNKNOWN)),
        FinerTrait("origin_type", (*ORIGIN_TYPES.values(), UNKNOWN)),
        FinerTrait("somatic_count", (*map(str, range(MOST_DISEASES)), f"{MOST_DISEASES}+")),
        *(_conditions(kind, rules.asks_for_medicine) for kind in ("somatic", "psychiatric")),
        FinerTrait("benefit", tuple(benefit_groups()), tuple(range(len(benefit_groups())))),
    )


def _conditions(kind: str, medicine: bool) -> FinerTrait:
    seen = [one for one in conditions() if one.kind == kind and (one.prefixes or medicine)]
    return FinerTrait(f"{kind}_condition", tuple(one.name for one in seen), tuple(one.bit for one in seen))


def finer_levels(facts: Facts, rules: Covariates, books: CodeBooks) -> Iterator[NDArray[Any]]:
    """Give for each trait the level of every citizen by position, or for traits with bits, their bits."""
    found = conditions_of(facts, rules) & np.uint64(family_bits())
    age = np.minimum(facts["age"].astype(np.int64), OLDEST)
    yield np.where(facts["sex"] == 2, age + OLDEST + 1, age)
    yield _place_among(facts["civil_status"], books.civil_status, CIVIL_STATUSES)
    yield _place_among(facts["origin_type"], books.origin_type, tuple(ORIGIN_TYPES))
    somatic = np.bitwise_count(found & np.uint64(condition_bits("somatic")))
    yield np.minimum(somatic, MOST_DISEASES).astype(np.int64)
    yield found
    yield found
    yield _benefits(facts)


def _place_among(codes: NDArray[Any], book: tuple[str, ...], known: tuple[str, ...]) -> Integers:
    """Give the position of each code among known ones, their number for all others and blank (−1)."""
    places = [known.index(entry) if entry in known else len(known) for entry in book]
    return np.array([*places, len(known)], np.int64)[codes.astype(np.int64)]


def _benefits(facts: Facts) -> NDArray[np.uint64]:
    """Give a bit for each benefit group of which a citizen had a week or more."""
    had = ((facts[weeks_column(group)] > 0).astype(np.uint64) for group in benefit_groups())
    return functools.reduce(np.bitwise_or, (one << np.uint64(n) for n, one in enumerate(had)))
