"""Room 5: one weight for every counted citizen: expected fee, life expectancy, national mean 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .life_expectancy import life_expectancy_factors
from .model import ESTIMATION, ReferenceError
from .registers import Registers
from .rounding import NANO, half_even
from .terms import cells_of
from .weights import Weights


@dataclass(frozen=True)
class Scale:
    """What turns a raw weight into a weight: w = r · factor of the citizen's place · scale."""

    factors: dict[str, Fraction]
    scale: Fraction  # N ÷ Σ r q, per 10⁻⁶ krone
    mean_raw: Fraction  # r̄, in 10⁻⁶ kroner


def add_weights(
    citizens: pd.DataFrame, weights: Weights, registers: Registers, model: Mapping[str, Any]
) -> tuple[pd.DataFrame, Scale]:
    """Give the citizens with x'β, raw weight (10⁻⁶ kroner), place and weight (whole 10⁻⁹), and the scale.

    Where effects do not add up, x'β is 0 and all of the raw weight is clamp.
    """
    cells = cells_of(citizens, weights.terms)
    linear = {cell: weights.linear(cell) if weights.adds_up else 0 for cell in set(cells)}
    raw = {cell: weights.raw(cell) for cell in set(cells)}
    table = citizens.assign(linear=[linear[cell] for cell in cells], raw=[raw[cell] for cell in cells])
    places, factors = life_expectancy_factors(table, registers, model)
    table["place"] = places
    number, raw_sum = len(table), sum(table["raw"].tolist())
    if raw_sum == 0:
        raise ReferenceError(ESTIMATION, "the raw weights sum to nothing")
    by_place = table.groupby("place")["raw"].sum()
    scaled = sum(int(total) * factors[place] for place, total in by_place.items())
    scale = Scale(factors, number / scaled, Fraction(raw_sum, number))
    known: dict[tuple[int, str], int] = {}
    keys = list(zip(table["raw"].tolist(), places, strict=True))
    for raw_weight, place in set(keys):
        known[raw_weight, place] = half_even(raw_weight * factors[place] * scale.scale * NANO)
    return table.assign(weight=[known[key] for key in keys]), scale
