"""The finest facts of each citizen, made in one pass over the registers and kept in the store.

Covariates and consumption of every model of the family are derived from them.
"""

from fordel_dask.facts.cache import (
    FactsFiles,
    FactsMade,
    FactsTask,
    find_facts,
    hold_facts,
    in_batches,
    keep_facts,
    make_batch,
    make_facts,
    plan_facts,
)
from fordel_dask.facts.clinic_lists import lists_on
from fordel_dask.facts.definition import FactRules, is_covered
from fordel_dask.facts.extra import (
    NO_EXTRA,
    ExtraCovariates,
    by_clinic,
    by_municipality,
    extra_covariates,
    require_covariates,
)
from fordel_dask.facts.inspection import inspect_facts

__all__ = [
    "NO_EXTRA",
    "ExtraCovariates",
    "FactRules",
    "FactsFiles",
    "FactsMade",
    "FactsTask",
    "by_clinic",
    "by_municipality",
    "extra_covariates",
    "find_facts",
    "hold_facts",
    "in_batches",
    "inspect_facts",
    "is_covered",
    "keep_facts",
    "lists_on",
    "make_batch",
    "make_facts",
    "plan_facts",
    "require_covariates",
]
