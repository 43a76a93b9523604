"""Room 2, derive: facts become one cell of equal traits for each citizen, by the model."""

from fordel_dask.covariates.age import completed_years
from fordel_dask.covariates.cell import CodeBooks, cell_columns, derive_cells, unknown_civil_status

__all__ = ["CodeBooks", "cell_columns", "completed_years", "derive_cells", "unknown_civil_status"]
