"""Why an area's mean weight, weighted citizens and need differ between two RUNs, cause by cause; exact.

Every product is taken apart at the middle: Δ(a·b) = Δa · mean(b) + mean(a) · Δb. So no cause is asked before another,
the causes add up exactly, and from the later RUN to the earlier one each is the same with the other sign.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.answer import CITIZENS_OF, WEIGHTED_OF
from fordel_dask.explanation.found import CLINIC, Country, Found, Level
from fordel_dask.explanation.parts import CLAMP, PROJECTION
from fordel_dask.explanation.parts import LIFE_EXPECTANCY as LIFE_EXPECTANCY_PART
from fordel_dask.law.rounding import NANO

POPULATION, COMPOSITION, WEIGHTS, LIFE_EXPECTANCY = "population", "composition", "weights", "life_expectancy"
RULES, CAPACITIES, OTHER, ROUNDING = "rules", "capacities", "other", "rounding"
CAUSES = (POPULATION, COMPOSITION, WEIGHTS, LIFE_EXPECTANCY, RULES, CAPACITIES, OTHER, ROUNDING)
NORM, FLOOR, STEP = "norm", "floor", "step"
"""Details of :data:`RULES`: which rule was changed."""

BORDERS, AREA, ROUNDING_OF_WEIGHTS = "borders", "area_km2", "rounding_of_weights"
"""Details of :data:`OTHER`, beside clamp and projection: a municipality came or left, or its area was changed."""

Cause = tuple[str, str]
"""A cause and its detail: a term of the model, a rule, or nothing."""

Parts = dict[Cause, Fraction]


@dataclass(frozen=True)
class Side:
    """The citizens of one area in one RUN, as its tables tell them.

    ``citizens`` N by level and in all at the status date; ``persons`` P counted for the need (the same without a
    projection); ``weighted`` S. ``life_expectancy``, ``clamp`` and ``projection`` are weighted citizens per citizen.
    """

    citizens: int
    by_level: Mapping[Level, int]
    persons: Fraction
    weighted: Fraction
    country: Country
    weights_nano: Mapping[Level, int]
    life_expectancy: Fraction
    clamp: Fraction
    projection: Fraction

    @property
    def is_empty(self) -> bool:
        """Whether nobody is counted, so that there is no mean weight."""
        return not self.persons

    @property
    def mean_weight(self) -> Fraction:
        """S over P."""
        return self.weighted / self.persons


def weights_of(found: Found) -> dict[Level, int]:
    """Give the weight of each level of a RUN, in 10⁻⁹."""
    return {level: int(Fraction(row["weight"] or 0) * NANO) for level, row in found.weights.items()}


def side_of(found: Found, kind: str, code: str, weights_nano: Mapping[Level, int]) -> Side:
    """Gather the citizens of one area of a RUN; ``weights_nano`` is what :func:`weights_of` gives."""
    row, parts = found.rows[kind][code], found.parts.get((kind, code), ())
    citizens = int(row["patients" if kind == CLINIC else "citizens"])
    persons, weighted = Fraction(row[CITIZENS_OF[kind]]), Fraction(row[WEIGHTED_OF[kind]])
    each = {part.term: part.weighted / citizens for part in parts if not part.level and citizens}
    expected = Fraction(0)
    if PROJECTION in each and persons:
        today = sum((part.weighted for part in parts if part.term != PROJECTION), Fraction(0))
        expected = weighted / persons - 1 - today / citizens
    return Side(
        citizens=citizens,
        by_level={(part.term, part.level): part.citizens for part in parts if part.level},
        persons=persons,
        weighted=weighted,
        country=found.country,
        weights_nano=weights_nano,
        life_expectancy=each.get(LIFE_EXPECTANCY_PART, Fraction(0)),
        clamp=each.get(CLAMP, Fraction(0)),
        projection=expected,
    )


def mean_weight_change(before: Side, after: Side) -> Parts:
    """Take apart the change of the mean weight of citizens who are there in both RUNs.

    A level's part of it is (s − x̄) · w, with s its share here, x̄ its share in the country and w its weight: other
    shares are composition, another weight is weights. A level that only one RUN has, has weight 0 in the other.
    What the tables' nine decimals leave over counts as rounding of weights.
    """
    if before.is_empty or after.is_empty:
        return {}
    parts = _by_term(before, after)
    parts[LIFE_EXPECTANCY, ""] = after.life_expectancy - before.life_expectancy
    parts[OTHER, CLAMP] = after.clamp - before.clamp
    parts[OTHER, PROJECTION] = after.projection - before.projection
    whole = after.mean_weight - before.mean_weight
    parts[OTHER, ROUNDING_OF_WEIGHTS] = whole - sum(parts.values())
    return parts


def _by_term(before: Side, after: Side) -> Parts:
    """Give composition and weights by term; in whole numbers over one denominator, as clinics have many levels."""
    over = [max(side.citizens * side.country.citizens, 1) for side in (before, after)]
    units: dict[Cause, int] = {}
    for level in dict.fromkeys((*before.weights_nano, *after.weights_nano)):
        then, now = _excess(before, level) * over[1], _excess(after, level) * over[0]
        if level not in before.weights_nano:
            then = now  # another model knows the level: what is not known of its share has not changed
        if level not in after.weights_nano:
            now = then
        old, new = before.weights_nano.get(level, 0), after.weights_nano.get(level, 0)
        for cause, amount in ((COMPOSITION, (now - then) * (old + new)), (WEIGHTS, (now + then) * (new - old))):
            units[cause, level[0]] = units.get((cause, level[0]), 0) + amount
    return {cause: Fraction(amount, 2 * NANO * over[0] * over[1]) for cause, amount in units.items()}


def _excess(side: Side, level: Level) -> int:
    """Give (s − x̄) of a level, times the citizens here and in the country."""
    here, everywhere = side.by_level.get(level, 0), side.country.levels.get(level, 0)
    return here * side.country.citizens - side.citizens * everywhere


def weighted_change(before: Side, after: Side) -> Parts:
    """Take apart the change of weighted citizens: how many there are, and what makes up their mean weight.

    Where nobody was or is counted, all of it is population.
    """
    if before.is_empty or after.is_empty:
        return {(POPULATION, ""): after.weighted - before.weighted}
    parts = times(mean_weight_change(before, after), middle(before.persons, after.persons))
    more = after.persons - before.persons
    return {(POPULATION, ""): more * middle(before.mean_weight, after.mean_weight), **parts}


def need_change(before: Side, after: Side, norms: tuple[int, int]) -> Parts:
    """Take apart the change of need, in capacities; ``norms`` are citizens per capacity in the two RUNs (R2)."""
    each = [Fraction(1, norm) for norm in norms]
    parts = times(weighted_change(before, after), middle(*each))
    return plus([parts, {(RULES, NORM): middle(before.weighted, after.weighted) * (each[1] - each[0])}])


def per_capacity_change(before: Side, after: Side, norms: tuple[int, int]) -> Parts:
    """Take apart the change of citizens per capacity, norm over mean weight; both mean weights are above 0."""
    if before.is_empty or after.is_empty:
        return {}
    means = before.mean_weight, after.mean_weight
    # 1/b − 1/a = −(b − a) ÷ (a·b): linear in the parts of the mean weight
    parts = times(mean_weight_change(before, after), -middle(*norms) / (means[0] * means[1]))
    return plus([parts, {(RULES, NORM): (norms[1] - norms[0]) * middle(1 / means[0], 1 / means[1])}])


def middle(one: Fraction | int, other: Fraction | int) -> Fraction:
    """Give the mean of two numbers."""
    return Fraction(one + other) / 2


def times(parts: Mapping[Cause, Fraction], factor: Fraction) -> Parts:
    """Multiply each part."""
    return {cause: amount * factor for cause, amount in parts.items()}


def plus(several: Iterable[Mapping[Cause, Fraction]]) -> Parts:
    """Add parts up, cause by cause."""
    found: Parts = {}
    for parts in several:
        for cause, amount in parts.items():
            found[cause] = found.get(cause, Fraction(0)) + amount
    return found
