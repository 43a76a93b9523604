"""Room 3, count: facts become one fee for each citizen, by the model."""

from fordel_dask.consumption.chronic_care import ChronicTotals, Imputation, chronic_months, share_totals
from fordel_dask.consumption.fee import FeeRules, consumption_columns, count_fees

__all__ = [
    "ChronicTotals",
    "FeeRules",
    "Imputation",
    "chronic_months",
    "consumption_columns",
    "count_fees",
    "share_totals",
]
