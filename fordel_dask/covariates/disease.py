"""Somatic and psychiatric disease from hospital diagnoses (M12–M14), and from medicine if the model asks for it."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.covariates.extra import whole_number
from fordel_dask.facts.definition import (
    CANCER,
    MEDICINE_COLUMN,
    Category,
    bit_of,
    charlson,
    family_bits,
    logic_bits,
    mark_column,
    nordic_column,
    nordic_index,
    read_with,
)
from fordel_dask.model.model import Covariates
from fordel_dask.model.terms import conditions_with_weight

SOMATIC, PSYCHIATRIC = "somatic", "psychiatric"
NORDIC, CHARLSON = "nordic", "charlson"
Facts = Mapping[str, NDArray[Any]]
Integers = NDArray[np.int64]
Bits = NDArray[np.uint64]


def condition_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that the model's conditions are read from."""
    if not {SOMATIC, PSYCHIATRIC} & set(rules.terms):
        return ()
    diagnosed = tuple(mark_column(window, kind) for window in _windows(rules) for kind in rules.diagnosis_kinds)
    nordic = tuple(map(nordic_column, rules.diagnosis_kinds)) if rules.somatic_measure == NORDIC else ()
    return (*diagnosed, *nordic, *((MEDICINE_COLUMN,) if rules.asks_for_medicine else ()))


def disease_levels(facts: Facts, rules: Covariates) -> Iterator[Integers]:
    """Give the level of every citizen of the terms of disease: a number, or condition by condition (V19)."""
    kinds = [kind for kind in (SOMATIC, PSYCHIATRIC) if kind in rules.terms]
    found = conditions_of(facts, rules) if kinds else None
    for kind in kinds:
        assert found is not None
        if getattr(rules, f"{kind}_scheme") == "each":
            for name in conditions_with_weight(kind, rules):
                yield np.asarray((found & np.uint64(bit_of(name))) != 0, dtype=np.int64)
        elif kind == SOMATIC:
            yield _level(somatic_number(facts, found, rules), rules.somatic_cut_points)
        else:
            yield _level(_number(found, rules.psychiatric_conditions), rules.psychiatric_cut_points)


def somatic_number(facts: Facts, found: Bits, rules: Covariates) -> Integers:
    """Give what the somatic term counts: conditions, with those of an extra covariate, or points of an index."""
    if rules.somatic_measure == CHARLSON:
        return points_of(_all_within(facts, rules, rules.lookback_years), charlson())
    if rules.somatic_measure == NORDIC:
        columns = (facts[nordic_column(kind)].view(np.uint64) for kind in rules.diagnosis_kinds)
        return points_of(functools.reduce(np.bitwise_or, columns), nordic_index())
    number = _number(found, rules.somatic_conditions)
    if rules.counted_covariate:
        number += whole_number(facts, rules.counted_covariate)
    return number


def points_of(bits: Bits, index: tuple[Category, ...]) -> Integers:
    """Give the points of an index: of a graver category in the place of a lighter one."""
    patterns, place = np.unique(bits & np.uint64(sum(1 << one.bit for one in index)), return_inverse=True)
    bit_of_name = {one.name: 1 << one.bit for one in index}
    points = [
        sum(one.weight for one in index if pattern >> one.bit & 1 and not pattern & bit_of_name.get(one.not_if, 0))
        for pattern in patterns.tolist()
    ]
    return np.array(points, dtype=np.int64)[place]


def conditions_of(facts: Facts, rules: Covariates) -> Bits:
    """Give the bits of each citizen's counted conditions, by diagnosis or by the logic of both arms."""
    diagnosed = _diagnosed(facts, rules)
    if not rules.asks_for_medicine:
        return diagnosed
    joined = joined_arms(diagnosed, facts[MEDICINE_COLUMN].view(np.uint64))
    return np.asarray(joined | (diagnosed & ~np.uint64(family_bits())))


def joined_arms(diagnosed: Bits, medicated: Bits) -> Bits:
    """Give the bits of conditions from those of both arms, each condition by its logic.

    Source: Danish multimorbidity index (Prior et al. 2016), without exclusions of one condition by another.
    """
    by_diagnosis = diagnosed & np.uint64(logic_bits("DX", "OR"))
    by_medicine = medicated & np.uint64(logic_bits("RX", "OR"))
    by_both = diagnosed & medicated & np.uint64(logic_bits("AND"))
    return np.asarray(by_diagnosis | by_medicine | by_both, dtype=np.uint64)


def _diagnosed(facts: Facts, rules: Covariates) -> Bits:
    """Give the bits of diagnosed conditions; cancer has a look-back of its own."""
    cancer = np.uint64(bit_of(CANCER))
    others = _all_within(facts, rules, rules.lookback_years) & ~cancer
    return others | (_all_within(facts, rules, rules.cancer_lookback_years) & cancer)


def _windows(rules: Covariates) -> tuple[int, ...]:
    """Give the windows of marks to read, each once."""
    asked = (rules.lookback_years, rules.cancer_lookback_years)
    return tuple(dict.fromkeys(window for years in asked for window in read_with(years)))


def _all_within(facts: Facts, rules: Covariates, years: int) -> Bits:
    """Give the bits of all that was diagnosed within a look-back window, of the kinds of diagnosis that count."""
    columns = (facts[mark_column(window, kind)] for window in read_with(years) for kind in rules.diagnosis_kinds)
    return np.asarray(functools.reduce(np.bitwise_or, columns).view(np.uint64))


def _number(found: Bits, names: tuple[str, ...]) -> Integers:
    wanted = np.uint64(sum(bit_of(name) for name in names))
    return np.asarray(np.bitwise_count(found & wanted), dtype=np.int64)


def _level(number: Integers, starts: tuple[int, ...]) -> Integers:
    return np.asarray(np.searchsorted(np.array(starts), number, side="right"), dtype=np.int64)
