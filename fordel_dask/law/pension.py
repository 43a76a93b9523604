"""The state pension age, which the upper age of the labour market may follow (M11, V13)."""

import datetime

from fordel_dask.law.provisions import whole


def state_pension_age(planning_year: int) -> int:
    """Give the state pension age on 1 January of a planning year, in completed years.

    Raises
    ------
    LawError
        The year lies before the ages that are known.
    """
    return whole("pension.age", datetime.date(planning_year, 1, 1))
