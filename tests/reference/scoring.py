"""Room 5: one weight for every counted citizen: expected fee, life expectancy, national mean 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pandas as pd

from .model import ESTIMATION, ReferenceError
from .registers import Registers
from .rounding import NANO, exact, half_even
from .weights import Weights

PUBLISHED_NATIONAL = Fraction("81.6")  # years at birth, both sexes
FACTOR_UNIT = 10**12  # of a life-expectancy factor with a broken exponent


@dataclass(frozen=True)
class Scale:
    """What turns a raw weight into a weight: w = r · factor of the municipality · scale."""

    factors: dict[str, Fraction]
    scale: Fraction  # N ÷ Σ r q, per 10⁻⁶ krone
    mean_raw: Fraction  # r̄, in 10⁻⁶ kroner


def add_weights(
    citizens: pd.DataFrame, weights: Weights, registers: Registers, model: Mapping[str, Any]
) -> tuple[pd.DataFrame, Scale]:
    """Give the citizens with x'β, raw weight (10⁻⁶ kroner) and weight (whole 10⁻⁹), and the scale."""
    linear = [weights.linear(citizen) for citizen in citizens.itertuples()]
    table = citizens.assign(linear=linear, raw=[max(value, 0) for value in linear])
    counts = table.groupby("municipality").size().to_dict()
    factors = life_expectancy_factors(registers, counts, model)
    number, raw_sum = len(table), sum(table["raw"].tolist())
    if raw_sum == 0:
        raise ReferenceError(ESTIMATION, "the raw weights sum to nothing")
    by_municipality = table.groupby("municipality")["raw"].sum()
    scaled = sum(int(raw) * factors[code] for code, raw in by_municipality.items())
    scale = Scale(factors, number / scaled, Fraction(raw_sum, number))
    known: dict[tuple[int, str], int] = {}
    keys = list(zip(table["raw"].tolist(), table["municipality"], strict=True))
    for raw, code in set(keys):
        known[raw, code] = half_even(raw * factors[code] * scale.scale * NANO)
    return table.assign(weight=[known[key] for key in keys]), scale


def life_expectancy_factors(
    registers: Registers, counts: Mapping[str, int], model: Mapping[str, Any]
) -> dict[str, Fraction]:
    """Give (L ÷ L_m)^k of each municipality (M16)."""
    stated = model["life_expectancy.national"]
    national = exact(str(stated)) if stated is not None else registers.life_expectancy or PUBLISHED_NATIONAL
    own = complete_life_expectancies(registers.municipalities, counts, national)
    exponent = exact(str(model["life_expectancy.exponent"]))
    return {code: power(national / years, exponent) for code, years in own.items()}


def complete_life_expectancies(
    municipalities: pd.DataFrame, counts: Mapping[str, int], national: Fraction
) -> dict[str, Fraction]:
    """Give each municipality's years; a missing one is its council's mean, weighted by citizens."""
    known = {code: years for code, years in municipalities["life_expectancy"].items() if years is not None}
    councils = municipalities["council_id"]
    complete = {}
    for code, council in councils.items():
        others = [other for other in known if councils[other] == council]
        complete[code] = known.get(code) or weighted_mean(known, others, counts) or national
    return complete


def weighted_mean(values: Mapping[str, Fraction], codes: list[str], counts: Mapping[str, int]) -> Fraction | None:
    """Give the mean of the values by citizens, unweighted where there are none, none without codes."""
    number = sum(counts.get(code, 0) for code in codes)
    if number:
        return sum(values[code] * counts.get(code, 0) for code in codes) / Fraction(number)
    return sum(values[code] for code in codes) / Fraction(len(codes)) if codes else None


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Give a power: exact with a whole exponent, else rounded to 10⁻¹², half to even."""
    if exponent.denominator == 1:
        return base**exponent.numerator
    with localcontext() as context:
        context.prec = 80
        numbers = (Decimal(n.numerator) / Decimal(n.denominator) for n in (base, exponent))
        root = pow(*numbers)
    return Fraction(half_even(Fraction(root) * FACTOR_UNIT), FACTOR_UNIT)
