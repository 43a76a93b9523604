"""Correction for life expectancy by municipality of residence (M16, model section 5.5), and as variants ask for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import CoverageError, EstimationError
from fordel_dask.law.rounding import half_even
from fordel_dask.model.model import LifeExpectancy
from fordel_dask.nation import Nation
from fordel_dask.privacy import redacted
from fordel_dask.scoring.homes import HomeCells, Homes

PLACES = 10**12
SEXES = 2
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class LifeExpectancies:
    """Life expectancy of each place that the correction tells apart, and the national one it is held against.

    ``borrowed`` are the names of municipalities that took their council's mean.
    """

    years: tuple[Fraction, ...]
    national: tuple[Fraction, ...]
    borrowed: tuple[str, ...]


@redacted
@dataclass(frozen=True)
class Correction:
    """The factors q, and the one of each pair of home and cell."""

    expectancies: LifeExpectancies
    factors: tuple[Fraction, ...]
    factor_of_pair: Integers


@dataclass(frozen=True)
class Lives:
    """Life expectancies that were delivered besides those of municipalities: by the names in the model's columns.

    One table for both sexes, or that of men and that of women, each by position of the municipality.
    """

    columns: tuple[Mapping[int, Fraction], ...] = ()


def correction_of(
    nation: Nation, by_home: HomeCells, homes: Homes, rules: LifeExpectancy, lives: Lives, sex_of_cell: Integers
) -> Correction:
    """Give the correction of every pair of home and cell; ``sex_of_cell`` is 0 for men and 1 for women.

    Raises
    ------
    CoverageError
        The model names years of life that no municipality has.
    """
    counted = _citizens(by_home, homes.municipalities, sex_of_cell)
    if lives.columns:
        found = _delivered(nation, rules.columns, lives, counted)
    else:
        found = life_expectancies(nation, counted.sum(axis=0).tolist())
    factor = by_home.municipality
    if homes.places is not None:
        found, factor = _by_area(nation, found, by_home, homes, rules.shrinkage_citizens), by_home.home
    if len(lives.columns) == SEXES:
        factor = by_home.municipality + homes.municipalities * sex_of_cell[by_home.cell]
    return Correction(found, factors_of(found, rules), factor)


def factors_of(found: LifeExpectancies, rules: LifeExpectancy) -> tuple[Fraction, ...]:
    """Give q = (national ÷ own)ᵏ, exact for a whole k, else to 10⁻¹²; or 1 + k (national − own) ÷ national."""
    power = Fraction(rules.exponent)
    pairs = zip(found.national, found.years, strict=True)
    if rules.form == "additive":
        added = tuple(1 + power * (national - own) / national for national, own in pairs)
        if min(added) <= 0:
            raise EstimationError(
                f"life_expectancy.exponent = {rules.exponent} is too strong for the additive form: where lives are "
                f"longest nobody would weigh anything. Choose a smaller one, or the form 'ratio'."
            )
        return added
    return tuple(_power(national / own, power) for national, own in pairs)


def life_expectancies(nation: Nation, citizens: Sequence[int]) -> LifeExpectancies:
    """Give L of each municipality; a missing one is the mean of its council, weighted by ``citizens``."""
    own = [municipality.life_expectancy for municipality in nation.municipalities]
    years = tuple(length or nation.life_expectancy for length in _filled(nation, own, citizens))
    borrowed = tuple(m.name for m in nation.municipalities if m.life_expectancy is None)
    return LifeExpectancies(years, (nation.life_expectancy,) * len(years), borrowed)


def _citizens(by_home: HomeCells, municipalities: int, sex_of_cell: Integers) -> Integers:
    """Give citizens by sex and municipality."""
    counted = np.zeros((SEXES, municipalities), np.int64)
    np.add.at(counted, (sex_of_cell[by_home.cell], by_home.municipality), by_home.citizens)
    return counted


def _delivered(nation: Nation, names: Sequence[str], lives: Lives, counted: Integers) -> LifeExpectancies:
    """Give L by the columns of the model; the national one is their mean over citizens (V28, V29).

    Years of 0 or less are none. A council without any takes that mean: years left at 65 are none at birth.
    """
    of_sex = counted if len(lives.columns) == SEXES else counted.sum(axis=0, keepdims=True)
    years: list[Fraction] = []
    national: list[Fraction] = []
    borrowed: dict[str, None] = {}
    for name, column, citizens in zip(names, lives.columns, of_sex.tolist(), strict=True):
        own = [length if (length := column.get(n)) and length > 0 else None for n in range(len(nation.municipalities))]
        borrowed |= {m.name: None for m, known in zip(nation.municipalities, own, strict=True) if known is None}
        filled = _filled(nation, own, citizens)
        mean = _mean([(number, length) for number, length in zip(citizens, filled, strict=True) if length])
        if mean is None:
            raise CoverageError(
                f"covariates: {name} has no value for any municipality, and the correction for life expectancy needs "
                f"one. Deliver {name} by KOM, or leave life_expectancy.columns out."
            )
        years += [length or mean for length in filled]
        national += [mean] * len(filled)
    return LifeExpectancies(tuple(years), tuple(national), tuple(borrowed))


def _by_area(
    nation: Nation, found: LifeExpectancies, by_home: HomeCells, homes: Homes, shrinkage: int
) -> LifeExpectancies:
    """Give L of each home: that of the area, mixed with so many citizens of its municipality (V26, V27)."""
    citizens = np.zeros(homes.number, np.int64)
    np.add.at(citizens, by_home.home, by_home.citizens)
    years = [found.years[municipality] for municipality in homes.municipality().tolist()]
    for place, area in enumerate(nation.areas):  # planning places begin with the areas, in their order
        here = int(citizens[place])
        if area.life_expectancy and here + shrinkage:
            years[place] = (here * area.life_expectancy + shrinkage * years[place]) / (here + shrinkage)
    return LifeExpectancies(tuple(years), (nation.life_expectancy,) * len(years), found.borrowed)


def _filled(nation: Nation, own: Sequence[Fraction | None], citizens: Sequence[int]) -> list[Fraction | None]:
    """Give the life expectancy of each municipality, a missing one as the mean of its council if that has one."""
    return [
        known or _mean([(citizens[n], length) for n in nation.members(municipality.council_id) if (length := own[n])])
        for known, municipality in zip(own, nation.municipalities, strict=True)
    ]


def _mean(known: Sequence[tuple[int, Fraction]]) -> Fraction | None:
    """Give the mean of years by their citizens, unweighted where there are none; none without years."""
    total = sum(citizens for citizens, _ in known)
    if total:
        return sum((citizens * years for citizens, years in known), Fraction(0)) / total
    return sum((years for _, years in known), Fraction(0)) / len(known) if known else None


def _power(base: Fraction, power: Fraction) -> Fraction:
    if power.denominator == 1:
        return base**power.numerator
    context = Context(prec=60)
    root = context.power(
        context.divide(Decimal(base.numerator), Decimal(base.denominator)),
        context.divide(Decimal(power.numerator), Decimal(power.denominator)),
    )
    exact = Fraction(root)
    return Fraction(half_even(exact.numerator * PLACES, exact.denominator), PLACES)
