"""Room 6: residents and their weights carried to the year's end."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from .registers import Registers
from .rounding import NANO, half_even

Figures = tuple[Fraction, Fraction]  # persons and weighted persons


def projected(own: pd.DataFrame, code: str, registers: Registers, model: Mapping[str, Any]) -> Figures:
    """Give a municipality's persons and their weight when so much of the expected growth counts (R4, V58)."""
    persons, weighted = Fraction(len(own)), Fraction(sum(own["weight"].tolist()), NANO)
    if registers.projection is None:
        return persons, weighted
    full_persons, full_weighted = at_the_years_end(own, code, registers)
    part = Fraction(model["capacity.projection_percent"], 100)
    then = weighted + part * (full_weighted - weighted)
    return max(persons + part * (full_persons - persons), Fraction(0)), max(nano(then), Fraction(0))


def nano(number: Fraction) -> Fraction:
    """Round to 10⁻⁹, half to even."""
    return Fraction(half_even(number * NANO), NANO)


def at_the_years_end(own: pd.DataFrame, code: str, registers: Registers) -> Figures:
    """Give projected persons and their weight for a municipality's citizens (R4)."""
    table = registers.projection
    if own.empty or table is None:
        return Fraction(0), Fraction(0)
    persons = int((registers.population["municipality"] == code).sum())
    counted_share = Fraction(len(own), persons)
    means = cell_means(own, int(table["age"].max()))
    own_mean = Fraction(sum(own["weight"].tolist()), NANO * len(own))
    number, weighted = Fraction(0), Fraction(0)
    for cell in table[table["municipality"] == code].itertuples():
        here = cell.persons * counted_share
        number += here
        weighted += means.get((cell.sex, cell.age), own_mean) * here
    return number, nano(weighted)


def cell_means(own: pd.DataFrame, highest_age: int) -> dict[tuple[str, int], Fraction]:
    """Give the mean weight by sex and age, ages above the projection's highest pooled into it."""
    groups = own.groupby(["sex", own["years"].clip(upper=highest_age)])["weight"]
    return {(str(sex), int(age)): Fraction(sum(cell.tolist()), NANO * len(cell)) for (sex, age), cell in groups}
