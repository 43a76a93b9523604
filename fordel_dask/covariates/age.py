"""Age at the status date."""

import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH_YEAR = 1970


def completed_years(birth_day: NDArray[Any], year: int) -> NDArray[np.int64]:
    """Give the completed years on 1 January ``year`` of persons born on days since 1 January 1970."""
    epoch = datetime.date(EPOCH_YEAR, 1, 1)
    status_day = (datetime.date(year, 1, 1) - epoch).days
    oldest = int(birth_day.min(initial=status_day))
    days = np.arange(oldest, status_day + 1).astype("datetime64[D]")
    birth_years = days.astype("datetime64[Y]")
    on_new_year = days == birth_years.astype("datetime64[D]")
    age = year - EPOCH_YEAR - birth_years.astype(np.int64) - np.where(on_new_year, 0, 1)
    return np.asarray(age[birth_day.astype(np.int64) - oldest])
