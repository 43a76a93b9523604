"""Correction for life expectancy by municipality of residence (M16, model section 5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from fordel_dask.law.rounding import half_even
from fordel_dask.nation import Nation

PLACES = 10**12


@dataclass(frozen=True)
class LifeExpectancies:
    """Life expectancy of each municipality, and the names of those that took their council's mean."""

    years: tuple[Fraction, ...]
    borrowed: tuple[str, ...]


def life_expectancies(nation: Nation, citizens: Sequence[int]) -> LifeExpectancies:
    """Give L of each municipality; a missing one is the mean of its council, weighted by ``citizens``."""
    years = tuple(
        municipality.life_expectancy or _council_mean(nation, municipality.council_id, citizens)
        for municipality in nation.municipalities
    )
    return LifeExpectancies(years, tuple(m.name for m in nation.municipalities if m.life_expectancy is None))


def _council_mean(nation: Nation, council_id: str, citizens: Sequence[int]) -> Fraction:
    known = [
        (int(citizens[n]), expectancy)
        for n in nation.members(council_id)
        if (expectancy := nation.municipalities[n].life_expectancy) is not None
    ]
    if not known:
        return nation.life_expectancy
    if not any(weight for weight, _ in known):
        known = [(1, expectancy) for _, expectancy in known]
    return sum((weight * years for weight, years in known), Fraction(0)) / sum(weight for weight, _ in known)


def correction_factors(national: Fraction, years: Sequence[Fraction], exponent: str) -> tuple[Fraction, ...]:
    """Give q = (national ÷ municipal life expectancy)ᵏ, exact for a whole k, else to 10⁻¹²."""
    power = Fraction(exponent)
    return tuple(_power(national / own, power) for own in years)


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
