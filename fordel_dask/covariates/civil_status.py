"""Civil status (M10), and who is single as variants ask for it (V09, V10)."""

import numpy as np
from numpy.typing import NDArray

from fordel_dask.covariates.coding import CodeBooks, Facts, Integers, is_among
from fordel_dask.covariates.extra import is_above_zero
from fordel_dask.model.model import Covariates

CIVIL_STATUSES = ("U", "G", "F", "E", "P", "O", "L")
"""Unmarried, married, divorced, widowed, and registered, dissolved and surviving partners."""

SINGLE = ("U", "F", "E", "O", "L")
WIDOWED_OR_DIVORCED, SINGLE_ELDERLY = 1, 2


def civil_status(facts: Facts, rules: Covariates, books: CodeBooks) -> Integers:
    """Give the level of civil status of each citizen."""
    codes, book = facts["civil_status"], books.civil_status
    ended = is_above_zero(facts, rules.civil_covariate)
    single = (is_among(codes, book, SINGLE) == 1) | ended
    if rules.civil_scheme == "single_by_age":
        band = np.searchsorted(np.array(rules.single_age_starts), facts["age"], side="right")
        return np.asarray(np.where(single, band, 0))
    level = np.where((is_among(codes, book, rules.civil_status) == 1) | ended, WIDOWED_OR_DIVORCED, 0)
    if rules.civil_scheme == "with_single_elderly":
        elderly = (level == 0) & single & (facts["age"] >= rules.single_elderly_from)
        level[elderly] = SINGLE_ELDERLY
    return level.astype(np.int64)


def unknown_civil_status(facts: Facts, books: CodeBooks) -> NDArray[np.bool_]:
    """Tell whose civil status is blank or no code of the population register; they count as other (M10)."""
    known = is_among(facts["civil_status"], books.civil_status, CIVIL_STATUSES)
    return np.asarray(known == 0)
