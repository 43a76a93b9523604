"""The terms of a model put together to the cell of each citizen (model section 4)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fordel_dask.covariates.civil_status import civil_status
from fordel_dask.covariates.coding import CodeBooks, Facts, Integers
from fordel_dask.covariates.disease import condition_columns, disease_levels
from fordel_dask.covariates.extra import extra_level
from fordel_dask.covariates.labour_market import benefit_columns, labour_market
from fordel_dask.covariates.origin import origin
from fordel_dask.model.design import Design
from fordel_dask.model.model import Covariates
from fordel_dask.model.terms import age_bands, extra_terms


def cell_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that cells are derived from."""
    traits = ("sex", "birth_day", "civil_status", "country", "origin_type")
    benefits = benefit_columns(rules) if "labour_market" in rules.terms else ()
    return (*traits, *dict.fromkeys((*benefits, *condition_columns(rules))))


@dataclass(frozen=True)
class CovariateRules:
    """How cells are derived: the model's choices, code books, the planning year, and the cells of its terms."""

    choices: Covariates
    books: CodeBooks
    year: int
    design: Design


def derive_cells(facts: Facts, rules: CovariateRules) -> Integers:
    """Give the cell of each citizen."""
    return rules.design.cell_of_code(derive_codes(facts, rules))


def derive_codes(facts: Facts, rules: CovariateRules) -> Integers:
    """Give the code of each citizen's levels: one of each term, mixed-radix, the last term fastest."""
    return np.asarray(np.ravel_multi_index(tuple(levels_of(facts, rules)), rules.design.shape))


def levels_of(facts: Facts, rules: CovariateRules) -> Iterator[Integers]:
    """Give the level of every citizen, term by term."""
    choices, books = rules.choices, rules.books
    yield age_sex(facts, choices)
    if "origin" in choices.terms:
        yield origin(facts, choices, books)
    if "civil_status" in choices.terms:
        yield civil_status(facts, choices, books)
    if "labour_market" in choices.terms:
        yield labour_market(facts, choices, rules.year)
    yield from disease_levels(facts, choices)
    for term in extra_terms(choices):
        yield extra_level(facts, term)


def age_sex(facts: Facts, rules: Covariates) -> Integers:
    """Give the level of age, or of age and sex: men's bands first, then women's."""
    bands, age = len(age_bands(rules)), facts["age"].astype(np.int64)
    band = np.where(age >= rules.oldest_band_from, bands - 1, age // rules.age_band_years)
    return np.where((facts["sex"] == 2) & rules.sex, band + bands, band)
