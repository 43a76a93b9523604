"""Why an area's number is what it is: the parts that add up to weighted citizens less citizens."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from .capacity import Area
from .registers import Registers
from .rounding import NANO
from .scoring import Scale
from .terms import Level, Term
from .weights import Weights


@dataclass(frozen=True)
class Part:
    """One part of Σw − N: its term and level, the area's citizens it is about, and its size."""

    term: str
    level: str
    citizens: int
    weighted: Fraction


@dataclass(frozen=True)
class Nation:
    """What an area is held against: all counted citizens, their levels, their mean clamp."""

    citizens: int
    levels: Counter[Level]
    mean_clamp: Fraction  # 10⁻⁶ kroner a citizen

    @classmethod
    def of(cls, citizens: pd.DataFrame, terms: list[Term]) -> "Nation":
        """Sum the citizens up."""
        return cls(len(citizens), count_levels(citizens, terms), Fraction(clamp_of(citizens), len(citizens)))


def count_levels(citizens: pd.DataFrame, terms: list[Term]) -> Counter[Level]:
    """Count the citizens with each level."""
    return Counter((term.name, level) for term in terms for level in citizens[term.name].tolist())


def clamp_of(citizens: pd.DataFrame) -> int:
    """Give what lifting negative expected fees to nothing adds, in 10⁻⁶ kroner; all where effects do not add up."""
    return sum(citizens["raw"].tolist()) - sum(citizens["linear"].tolist())


def parts(own: pd.DataFrame, nation: Nation, weights: Weights, scale: Scale) -> list[Part]:
    """Give the parts of an area's citizens: each level, clamp, life expectancy, rounding.

    They sum exactly to the area's weighted citizens less its citizens. Where effects do not add up (a log link,
    trees) the levels have no part and the clamp is the whole of the raw weight.
    """
    number, counts = len(own), count_levels(own, weights.terms)
    coefficients = weights.coefficients if weights.adds_up else [0] * len(weights.levels)
    by_level = [
        Part(*level, counts[level], surplus(counts, number, nation, level) * effect / scale.mean_raw)
        for level, effect in zip(weights.levels, coefficients, strict=True)
    ]
    clamp = (clamp_of(own) - number * nation.mean_clamp) / scale.mean_raw
    exact = exact_weight(own, scale)
    rounded = Fraction(sum(own["weight"].tolist()), NANO)
    return [
        *by_level,
        Part("clamp", "", int((own["linear"] < 0).sum()), clamp),
        Part("life_expectancy", "", number, exact - sum(own["raw"].tolist()) / scale.mean_raw),
        Part("rounding", "", number, rounded - exact),
    ]


def surplus(counts: Counter[Level], number: int, nation: Nation, level: Level) -> Fraction:
    """Give how many more citizens have a level than if it were as common as in the nation."""
    return counts[level] - Fraction(number * nation.levels[level], nation.citizens)


def exact_weight(own: pd.DataFrame, scale: Scale) -> Fraction:
    """Give the sum of weights before they are rounded."""
    raw = own.groupby("place")["raw"].sum()
    scaled = sum((int(total) * scale.factors[str(place)] for place, total in raw.items()), Fraction(0))
    return scaled * scale.scale


def projection_part(own: pd.DataFrame, projected: Fraction, weighted: Fraction) -> Part:
    """Give what the projection, or moving need, changes: (S − P) − (Σw − N)."""
    now = Fraction(sum(own["weight"].tolist()), NANO) - len(own)
    return Part("projection", "", len(own), (weighted - projected) - now)


def area_parts(
    citizens: pd.DataFrame,
    registers: Registers,
    areas: dict[str, Area],
    weights: Weights,
    scale: Scale,
    moves: bool = False,
) -> Iterator[tuple[str, str, Part]]:
    """Give kind, code and part for every clinic, municipality and council with citizens.

    The row ``projection`` stands where there is one, and where the model ``moves`` need.
    """
    councils = registers.municipalities["council_id"]
    council_of_citizen = citizens["municipality"].map(councils)
    kinds = {
        "clinic": citizens["clinic"].where(citizens["clinic"] != ""),
        "municipality": citizens["municipality"],
        "council": council_of_citizen,
    }
    nation = Nation.of(citizens, weights.terms)
    for kind, belongs in kinds.items():
        for code, own in citizens.groupby(belongs):
            for part in parts(own, nation, weights, scale):
                yield kind, str(code), part
            if kind != "clinic" and (moves or registers.projection is not None):
                within = [areas[m] for m in councils.index if str(code) in (m, councils[m])]
                projected = sum((area.projected for area in within), Fraction(0))
                weighted = sum((area.weighted for area in within), Fraction(0))
                yield kind, str(code), projection_part(own, projected, weighted)


def whole_patients(areas_parts: list[Part], weighted: Fraction, persons: Fraction, norm: int) -> list[int]:
    """Share out the patients between ``norm`` and the minimum per capacity over the parts.

    Parts −(norm ÷ S) · part are floored; the shortfall goes to the largest remainders, ties in order.
    """
    exact_parts = [-norm / weighted * part.weighted for part in areas_parts]
    floors = [value.numerator // value.denominator for value in exact_parts]
    target = (norm * persons / weighted + Fraction(1, 2)).__floor__() - norm
    by_remainder = sorted(range(len(floors)), key=lambda i: (floors[i] - exact_parts[i], i))
    for position in by_remainder[: target - sum(floors)]:
        floors[position] += 1
    return floors
