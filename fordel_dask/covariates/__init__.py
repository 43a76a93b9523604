"""Room 2, derive: facts become one cell of equal traits for each citizen, by the model."""

from fordel_dask.covariates.age import completed_years
from fordel_dask.covariates.cell import CovariateRules, cell_columns, derive_cells, derive_codes
from fordel_dask.covariates.civil_status import unknown_civil_status
from fordel_dask.covariates.coding import CodeBooks
from fordel_dask.covariates.disease import conditions_of
from fordel_dask.covariates.extra import covariates_looked_at, extra_column
from fordel_dask.covariates.finer import OLDEST, FinerTrait, finer_columns, finer_levels, finer_traits

__all__ = [
    "OLDEST",
    "CodeBooks",
    "CovariateRules",
    "FinerTrait",
    "cell_columns",
    "completed_years",
    "conditions_of",
    "covariates_looked_at",
    "derive_cells",
    "derive_codes",
    "extra_column",
    "finer_columns",
    "finer_levels",
    "finer_traits",
    "unknown_civil_status",
]
