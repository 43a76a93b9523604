"""Somatic and psychiatric disease from hospital diagnoses (M12–M14)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.facts.definition import CANCER, bit_of, condition_bits, mark_column
from fordel_dask.model.model import Covariates


def diagnosis_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that the model's conditions are read from."""
    windows = dict.fromkeys((rules.lookback_years, rules.cancer_lookback_years))
    return tuple(mark_column(years, kind) for years in windows for kind in rules.diagnosis_kinds)


def conditions_of(facts: Mapping[str, NDArray[Any]], rules: Covariates) -> NDArray[np.uint64]:
    """Give the bits of each citizen's counted conditions; cancer has a look-back of its own."""
    cancer = np.uint64(bit_of(CANCER))
    return (_within(facts, rules, rules.lookback_years) & ~cancer) | (
        _within(facts, rules, rules.cancer_lookback_years) & cancer
    )


def _within(facts: Mapping[str, NDArray[Any]], rules: Covariates, years: int) -> NDArray[np.uint64]:
    bits = np.zeros(facts["age"].size, dtype=np.uint64)
    for kind in rules.diagnosis_kinds:
        bits |= facts[mark_column(years, kind)].view(np.uint64)
    return bits


def somatic(conditions: NDArray[np.uint64], rules: Covariates) -> NDArray[np.int64]:
    """Give the level of the number of somatic conditions: 0 below the first cut point."""
    count = np.bitwise_count(conditions & np.uint64(condition_bits("somatic")))
    return np.asarray(np.searchsorted(np.array(rules.somatic_cut_points), count, side="right"), dtype=np.int64)


def psychiatric(conditions: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give 1 for citizens with any psychiatric condition."""
    return np.asarray((conditions & np.uint64(condition_bits("psychiatric"))) != 0, dtype=np.int64)
