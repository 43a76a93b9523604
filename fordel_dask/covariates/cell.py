"""The six terms of the model put together to the cell of each citizen (model section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask import law
from fordel_dask.covariates.disease import condition_columns, conditions_of, psychiatric, somatic
from fordel_dask.covariates.labour_market import benefit_columns, labour_market
from fordel_dask.model.design import age_bands, design_of
from fordel_dask.model.model import Covariates

CIVIL_STATUSES = ("U", "G", "F", "E", "P", "O", "L")
"""Unmarried, married, divorced, widowed, and registered, dissolved and surviving partners."""

Facts = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class CodeBooks:
    """The code books that civil status and origin are read with."""

    civil_status: tuple[str, ...]
    country: tuple[str, ...]
    origin_type: tuple[str, ...]


def cell_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that cells are derived from."""
    traits = ("sex", "birth_day", "civil_status", "country", "origin_type")
    return (*traits, *dict.fromkeys((*benefit_columns(rules), *condition_columns(rules))))


def derive_cells(facts: Facts, rules: Covariates, books: CodeBooks) -> NDArray[np.int64]:
    """Give the cell of each citizen: one level of each term, mixed-radix, the last term fastest."""
    conditions = conditions_of(facts, rules)
    levels = (
        age_sex(facts, rules),
        origin(facts, rules, books),
        _is_among(facts["civil_status"], books.civil_status, rules.civil_status),
        labour_market(facts, rules),
        somatic(conditions, rules),
        psychiatric(conditions),
    )
    shape = [len(term.levels) for term in design_of(rules).terms]
    return np.ravel_multi_index(levels, shape)


def age_sex(facts: Facts, rules: Covariates) -> NDArray[np.int64]:
    """Give the level of age and sex: men's bands first, then women's."""
    bands = len(age_bands(rules))
    band = np.minimum(facts["age"].astype(np.int64) // rules.age_band_years, bands - 1)
    return np.where(facts["sex"] == 2, band + bands, band)


def origin(facts: Facts, rules: Covariates, books: CodeBooks) -> NDArray[np.int64]:
    """Give 1 for immigrants and descendants from MENAPT countries (M8, M9)."""
    menapt = tuple(row["opr_land_code"] for row in law.rows("codes/menapt"))
    return _is_among(facts["country"], books.country, menapt) & _is_among(
        facts["origin_type"], books.origin_type, rules.origin_types
    )


def unknown_civil_status(facts: Facts, books: CodeBooks) -> NDArray[np.bool_]:
    """Tell whose civil status is blank or no code of the population register; they count as other (M10)."""
    known = _is_among(facts["civil_status"], books.civil_status, CIVIL_STATUSES)
    return np.asarray(known == 0)


def _is_among(codes: NDArray[Any], book: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.int64]:
    """Give 1 where a code's entry in the book is wanted; the blank code −1 never is."""
    wanted_codes = np.array([*(entry in wanted for entry in book), False], dtype=np.int64)
    return wanted_codes[codes.astype(np.int64)]
