"""Extra covariates, by person or by area, as levels of terms: one mechanism for what the model leaves out (M17)."""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from fordel_dask.covariates.coding import Facts, Integers
from fordel_dask.model.model import Covariates
from fordel_dask.model.terms import ExtraTerm, extra_terms
from fordel_dask.schema.prepared import NO_VALUE

THOUSANDTHS = 1000


def covariates_looked_at(rules: Covariates) -> tuple[str, ...]:
    """Name the extra covariates of citizens that a model looks at."""
    named = (*(one.name for one in extra_terms(rules)), rules.civil_covariate, rules.counted_covariate)
    return tuple(dict.fromkeys(name for name in named if name))


def extra_column(name: str) -> str:
    """Name the column, among facts, of an extra covariate in whole thousandths; the least number is none."""
    return f"extra_{name}"


def extra_level(facts: Facts, term: ExtraTerm) -> Integers:
    """Give the level of each citizen; 0, the reference, without a value."""
    starts, values = [int(Decimal(start) * THOUSANDTHS) for start in term.starts], facts[extra_column(term.name)]
    level = np.searchsorted(np.array(starts), values, side="right")
    return np.where(values == NO_VALUE, 0, level).astype(np.int64)


def is_above_zero(facts: Facts, name: str) -> NDArray[np.bool_]:
    """Tell who has a value above 0 of an extra covariate; nobody where none is named."""
    return np.asarray(facts[extra_column(name)] > 0) if name else np.zeros(facts["age"].size, np.bool_)


def whole_number(facts: Facts, name: str) -> Integers:
    """Give the whole number of an extra covariate, 0 without a value or below 0."""
    values = facts[extra_column(name)].astype(np.int64)
    return np.maximum(values, 0) // THOUSANDTHS
