"""Somatic and psychiatric disease from hospital diagnoses (M12–M14), and from medicine if the model asks for it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.facts.definition import (
    CANCER,
    MEDICINE_COLUMN,
    bit_of,
    condition_bits,
    logic_bits,
    mark_column,
)
from fordel_dask.model.model import Covariates


def condition_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that the model's conditions are read from."""
    windows = dict.fromkeys((rules.lookback_years, rules.cancer_lookback_years))
    diagnosed = tuple(mark_column(years, kind) for years in windows for kind in rules.diagnosis_kinds)
    return (*diagnosed, MEDICINE_COLUMN) if rules.asks_for_medicine else diagnosed


def conditions_of(facts: Mapping[str, NDArray[Any]], rules: Covariates) -> NDArray[np.uint64]:
    """Give the bits of each citizen's counted conditions, by diagnosis or by the logic of both arms."""
    diagnosed = _diagnosed(facts, rules)
    if not rules.asks_for_medicine:
        return diagnosed
    return joined_arms(diagnosed, facts[MEDICINE_COLUMN].view(np.uint64))


def joined_arms(diagnosed: NDArray[np.uint64], medicated: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Give the bits of conditions from those of both arms, each condition by its logic.

    Source: Danish multimorbidity index (Prior et al. 2016), without exclusions of one condition by another.
    """
    by_diagnosis = diagnosed & np.uint64(logic_bits("DX", "OR"))
    by_medicine = medicated & np.uint64(logic_bits("RX", "OR"))
    by_both = diagnosed & medicated & np.uint64(logic_bits("AND"))
    return np.asarray(by_diagnosis | by_medicine | by_both, dtype=np.uint64)


def _diagnosed(facts: Mapping[str, NDArray[Any]], rules: Covariates) -> NDArray[np.uint64]:
    """Give the bits of diagnosed conditions; cancer has a look-back of its own."""
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
