"""Somatic and psychiatric disease from hospital diagnoses (M12–M14), and from medicine if the model asks for it."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.facts.definition import (
    CANCER,
    MEDICINE_COLUMN,
    bit_of,
    condition_bits,
    family_bits,
    logic_bits,
    mark_column,
    read_with,
)
from fordel_dask.model.model import Covariates


def condition_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that the model's conditions are read from."""
    diagnosed = tuple(mark_column(window, kind) for window in _windows(rules) for kind in rules.diagnosis_kinds)
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
    """Give the bits of diagnosed conditions of the model's family; cancer has a look-back of its own."""
    cancer = np.uint64(bit_of(CANCER))
    others = np.uint64(family_bits()) & ~cancer
    marks = {window: _of_any_kind(facts, rules, window) for window in _windows(rules)}
    return (_within(marks, rules.lookback_years) & others) | (_within(marks, rules.cancer_lookback_years) & cancer)


def _windows(rules: Covariates) -> tuple[int, ...]:
    """Give the windows of marks to read, each once."""
    asked = (rules.lookback_years, rules.cancer_lookback_years)
    return tuple(dict.fromkeys(window for years in asked for window in read_with(years)))


def _of_any_kind(facts: Mapping[str, NDArray[Any]], rules: Covariates, window: int) -> NDArray[np.uint64]:
    bits = np.zeros(facts["age"].size, dtype=np.uint64)
    for kind in rules.diagnosis_kinds:
        bits |= facts[mark_column(window, kind)].view(np.uint64)
    return bits


def _within(marks: Mapping[int, NDArray[np.uint64]], years: int) -> NDArray[np.uint64]:
    return functools.reduce(np.bitwise_or, (marks[window] for window in read_with(years)))


def somatic(conditions: NDArray[np.uint64], rules: Covariates) -> NDArray[np.int64]:
    """Give the level of the number of somatic conditions: 0 below the first cut point."""
    count = np.bitwise_count(conditions & np.uint64(condition_bits("somatic")))
    return np.asarray(np.searchsorted(np.array(rules.somatic_cut_points), count, side="right"), dtype=np.int64)


def psychiatric(conditions: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give 1 for citizens with any psychiatric condition."""
    return np.asarray((conditions & np.uint64(condition_bits("psychiatric"))) != 0, dtype=np.int64)
