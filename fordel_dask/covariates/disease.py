"""Somatic and psychiatric disease from hospital diagnoses (M12–M14), and from medicine if the model asks for it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.covariates.extra import whole_number
from fordel_dask.facts.definition import (
    CANCER,
    MEDICINE_COLUMN,
    bit_of,
    logic_bits,
    mark_column,
)
from fordel_dask.model.model import Covariates
from fordel_dask.model.terms import conditions_with_weight

KINDS = ("somatic", "psychiatric")


def condition_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that the model's conditions are read from."""
    if not set(KINDS) & set(rules.terms):
        return ()
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


def disease_levels(facts: Mapping[str, NDArray[Any]], rules: Covariates) -> Iterator[NDArray[np.int64]]:
    """Give the level of every citizen of the terms of disease: a count, or condition by condition."""
    kinds = [kind for kind in KINDS if kind in rules.terms]
    if not kinds:
        return
    found = conditions_of(facts, rules)
    for kind in kinds:
        if getattr(rules, f"{kind}_scheme") == "each":
            for name in conditions_with_weight(kind, rules):
                yield np.asarray((found & np.uint64(bit_of(name))) != 0, dtype=np.int64)
        elif kind == "somatic":
            yield _level(somatic_number(facts, found, rules), rules.somatic_cut_points)
        else:
            yield _level(_number(found, rules.psychiatric_conditions), rules.psychiatric_cut_points)


def somatic_number(
    facts: Mapping[str, NDArray[Any]], found: NDArray[np.uint64], rules: Covariates
) -> NDArray[np.int64]:
    """Give what the somatic term counts: conditions, with those of an extra covariate, or points of an index."""
    number = _number(found, rules.somatic_conditions)
    if rules.counted_covariate:
        number += whole_number(facts, rules.counted_covariate)
    return number


def _number(found: NDArray[np.uint64], names: tuple[str, ...]) -> NDArray[np.int64]:
    return np.bitwise_count(found & np.uint64(bits_of(names))).astype(np.int64)


def _level(number: NDArray[np.int64], starts: tuple[int, ...]) -> NDArray[np.int64]:
    return np.asarray(np.searchsorted(np.array(starts), number, side="right"), dtype=np.int64)


def bits_of(names: tuple[str, ...]) -> int:
    """Give the bits of some conditions as one number."""
    return sum(bit_of(name) for name in names)
