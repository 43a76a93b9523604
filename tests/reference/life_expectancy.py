"""Room 5: how much shorter or longer than the nation's the lives of a citizen's place are, and what that is worth."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pandas as pd

from .extra_values import extra_values
from .model import COVERAGE, ESTIMATION, ReferenceError
from .registers import Registers
from .rounding import exact, half_even

Model = Mapping[str, Any]
Years = dict[str, Fraction]
PUBLISHED_NATIONAL = Fraction("81.6")  # years at birth, both sexes
FACTOR_UNIT = 10**12  # of a life-expectancy factor with a broken exponent
MEN, WOMEN = "1", "2"


def life_expectancy_factors(
    citizens: pd.DataFrame, registers: Registers, model: Model
) -> tuple[list[str], dict[str, Fraction]]:
    """Give each citizen's place, and the factor of each place (M16).

    A place is a municipality, or a planning area (``area`` and its code), or one sex of a municipality (its code,
    then 1 or 2).
    """
    columns = model["life_expectancy.columns"]
    if len(columns) == 2:
        places = [f"{code} {sex}" for code, sex in zip(citizens["municipality"], citizens["sex"], strict=True)]
        factors = {}
        for sex, column in zip((MEN, WOMEN), columns, strict=True):
            own = citizens[citizens["sex"] == sex]
            years, mean = delivered_years(own, registers, column)
            factors |= {f"{code} {sex}": factor(mean, of, model) for code, of in years.items()}
        return places, factors
    if columns:
        years, national = delivered_years(citizens, registers, columns[0])
    else:
        national = national_years(registers, model)
        years = complete_life_expectancies(registers.municipalities, counts_of(citizens), national)
    places = citizens["municipality"].tolist()
    if model["life_expectancy.level"] == "area":
        places = area_places(citizens, registers)
        years |= area_years(places, years, registers, model)
    return places, {place: factor(national, of, model) for place, of in years.items()}


def counts_of(citizens: pd.DataFrame) -> dict[str, int]:
    """Count citizens by municipality."""
    return citizens["municipality"].value_counts().to_dict()


def factor(national: Fraction, own: Fraction, model: Model) -> Fraction:
    """Give (L ÷ L_m)^k, or 1 + k (L − L_m) ÷ L."""
    exponent = exact(str(model["life_expectancy.exponent"]))
    if model["life_expectancy.form"] == "additive":
        added = 1 + exponent * (national - own) / national
        if added <= 0:
            raise ReferenceError(ESTIMATION, "a life so long that it leaves no weight")
        return added
    return power(national / own, exponent)


def national_years(registers: Registers, model: Model) -> Fraction:
    """Give the nation's years: as stated, as delivered, or the published ones."""
    stated = model["life_expectancy.national"]
    return exact(str(stated)) if stated is not None else registers.life_expectancy or PUBLISHED_NATIONAL


def delivered_years(citizens: pd.DataFrame, registers: Registers, column: str) -> tuple[Years, Fraction]:
    """Give each municipality's years by an extra covariate, and their mean over the citizens (V28, V29).

    A council without any has the mean of the others, which then is the nation's.
    """
    given = {code: years for code, years in extra_values(registers, "KOM", column).items() if years > 0}
    table = registers.municipalities.assign(
        life_expectancy=pd.Series([given.get(code) for code in registers.municipalities.index], dtype=object).to_numpy()
    )
    counts = counts_of(citizens)
    known = {code: years for code, years in complete_life_expectancies(table, counts, None).items() if years}
    mean = weighted_mean(known, list(known), counts)
    if mean is None:
        raise ReferenceError(COVERAGE, f"{column}: no municipality has one")
    return {code: known.get(code, mean) for code in table.index}, mean


def complete_life_expectancies(
    municipalities: pd.DataFrame, counts: Mapping[str, int], national: Fraction | None
) -> dict[str, Any]:
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


def area_places(citizens: pd.DataFrame, registers: Registers) -> list[str]:
    """Give each citizen's planning area if it lies in the own municipality and its years are known, else that."""
    areas = registers.areas
    if areas.empty:
        raise ReferenceError(COVERAGE, "planning areas were not delivered")
    known = areas[[bool(years) for years in areas["life_expectancy"].fillna(0)]]
    home = known["municipality"].to_dict()
    return [
        f"area {area}" if home.get(area) == code else code
        for area, code in zip(citizens["area"], citizens["municipality"], strict=True)
    ]


def area_years(places: list[str], municipal: Years, registers: Registers, model: Model) -> Years:
    """Give the years of each planning area, mixed with so many citizens of its municipality (V26)."""
    strangers = model["life_expectancy.shrinkage_citizens"]
    numbers = pd.Series(places, dtype=object).value_counts()
    found = {}
    for place, citizens in numbers.items():
        if place.startswith("area "):
            area = registers.areas.loc[place.removeprefix("area ")]
            own, around = area["life_expectancy"], municipal[area["municipality"]]
            found[place] = (own * int(citizens) + around * strangers) / Fraction(int(citizens) + strangers)
    return found


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Give a power: exact with a whole exponent, else rounded to 10⁻¹², half to even."""
    if exponent.denominator == 1:
        return base**exponent.numerator
    with localcontext() as context:
        context.prec = 80
        numbers = (Decimal(n.numerator) / Decimal(n.denominator) for n in (base, exponent))
        root = pow(*numbers)
    return Fraction(half_even(Fraction(root) * FACTOR_UNIT), FACTOR_UNIT)
