"""What became of every published number between two RUNs, and why: councils, municipalities, clinics.

The parts of a council are those of its municipalities, because the floor works on each of them (R15); a number that
is rounded takes what rounding does last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from fordel_dask.explanation.change import (
    AREA,
    BORDERS,
    CAPACITIES,
    CAUSES,
    FLOOR,
    OTHER,
    ROUNDING,
    RULES,
    STEP,
    Cause,
    Parts,
    Side,
    middle,
    need_change,
    per_capacity_change,
    plus,
    side_of,
    times,
    weights_of,
)
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY, Found, Level, Row
from fordel_dask.law.capacities import floor_of, need_of, with_floor
from fordel_dask.law.rounding import half_up, half_up_to_step

NEED, MAXIMUM = "need", "maximum_capacities"
PER_CAPACITY, PER_CAPACITY_ROUNDED = "patients_per_capacity", "patients_per_capacity_rounded"
MINIMUM_PER_CAPACITY, MINIMUM = "minimum_per_capacity", "minimum_patients"
FIGURES = {
    COUNCIL: (NEED, MAXIMUM),
    MUNICIPALITY: (NEED, PER_CAPACITY, PER_CAPACITY_ROUNDED),
    CLINIC: (MINIMUM_PER_CAPACITY, MINIMUM),
}
COMPARED, NEW, GONE = "compared", "new", "gone"
FIRST_NUMBER, LOST_NUMBER, NO_NUMBER = "first_number", "lost_number", "no_number"
STATUSES = {(True, True): COMPARED, (False, True): FIRST_NUMBER, (True, False): LOST_NUMBER}


@dataclass(frozen=True)
class FigureChange:
    """One figure of a clinic or area in two RUNs.

    ``status`` is compared; new or gone (only the later, or earlier, RUN lists it); first_number or lost_number
    (listed in both, but only one has this figure); or no_number (neither has). Only what is compared has parts;
    they add up to the change.
    """

    kind: str
    code: str
    figure: str
    status: str
    before: Fraction | None
    after: Fraction | None
    parts: Mapping[Cause, Fraction] = field(default_factory=dict)

    @property
    def change(self) -> Fraction | None:
        """How much more than before; none unless both RUNs have the figure."""
        return None if self.before is None or self.after is None else self.after - self.before

    def by_cause(self) -> dict[str, Fraction]:
        """Give the parts by cause, details added up; every cause is there."""
        found = dict.fromkeys(CAUSES, Fraction(0))
        for (cause, _), amount in self.parts.items():
            found[cause] += amount
        return found

    @property
    def main_cause(self) -> tuple[str, Fraction] | None:
        """The cause, rounding aside, that did most towards the change; none where nothing changed."""
        if not self.change:
            return None
        causes = {cause: amount for cause, amount in self.by_cause().items() if amount and cause != ROUNDING}
        found = {cause: amount for cause, amount in causes.items() if amount * self.change > 0} or causes
        return max(found.items(), key=lambda item: abs(item[1])) if found else None

    @property
    def main_detail(self) -> str | None:
        """What did most within the main cause: a term of the model, a rule; none where that has no details."""
        main = self.main_cause
        details = [(amount, detail) for (cause, detail), amount in self.parts.items() if main and cause == main[0]]
        return (max(details, key=lambda one: one[0] * (main[1] if main else 0))[1] or None) if details else None


@dataclass(frozen=True)
class Pair:
    """Two RUNs to be compared, with the weights of each as whole numbers."""

    before: Found
    after: Found
    weights: tuple[Mapping[Level, int], Mapping[Level, int]]

    @property
    def norms(self) -> tuple[int, int]:
        """Citizens per capacity in each."""
        return self.before.rules.norm, self.after.rules.norm

    @property
    def steps(self) -> tuple[int, int]:
        """Step to which patients per capacity are rounded in each."""
        return self.before.rules.step, self.after.rules.step

    def rows(self, kind: str, code: str) -> tuple[Row, Row]:
        """Give the rows of what both list."""
        return self.before.rows[kind][code], self.after.rows[kind][code]

    def sides(self, kind: str, code: str) -> tuple[Side, Side]:
        """Give the citizens of what both list."""
        before, after = self.weights
        return side_of(self.before, kind, code, before), side_of(self.after, kind, code, after)


def pair_of(before: Found, after: Found) -> Pair:
    """Put two RUNs side by side."""
    return Pair(before, after, (weights_of(before), weights_of(after)))


def figure_changes(pair: Pair) -> Iterator[FigureChange]:
    """Give every figure of every council, municipality and clinic that either RUN lists, sorted by kind and code."""
    parts_of = {COUNCIL: _council_parts, MUNICIPALITY: _municipality_parts, CLINIC: _clinic_parts}
    for kind, figures in FIGURES.items():
        for code in sorted({*pair.before.rows[kind], *pair.after.rows[kind]}):
            for figure in figures:
                listed = _listed(pair, kind, code, figure)
                if listed.status == COMPARED:
                    parts = parts_of[kind](pair, code, figure)
                    rest = (listed.change or Fraction(0)) - sum(parts.values())
                    listed = FigureChange(**{**vars(listed), "parts": plus([parts, {(ROUNDING, ""): rest}])})
                yield listed


def _listed(pair: Pair, kind: str, code: str, figure: str) -> FigureChange:
    """Give a figure in both RUNs, without parts."""
    rows = [found.rows[kind].get(code) for found in (pair.before, pair.after)]
    before, after = [Fraction(row[figure]) if row and row[figure] else None for row in rows]
    if rows[0] is None or rows[1] is None:
        status = NEW if rows[0] is None else GONE
    else:
        status = STATUSES.get((before is not None, after is not None), NO_NUMBER)
    return FigureChange(kind, code, figure, status, before, after)


def _municipality_parts(pair: Pair, code: str, figure: str) -> Parts:
    sides = pair.sides(MUNICIPALITY, code)
    if figure == NEED:
        return need_change(*sides, pair.norms)
    parts = per_capacity_change(*sides, pair.norms)
    if figure == PER_CAPACITY or any(side.is_empty for side in sides):
        return parts
    exact = [norm / side.mean_weight for norm, side in zip(pair.norms, sides, strict=True)]
    rounded = [[half_up_to_step(value, step) for step in pair.steps] for value in exact]
    return plus([parts, {(RULES, STEP): middle(rounded[0][1] - rounded[0][0], rounded[1][1] - rounded[1][0])}])


def _clinic_parts(pair: Pair, code: str, figure: str) -> Parts:
    """Take apart a clinic's minimum: per capacity by mean weight and norm; of the whole clinic times its capacities."""
    sides, rows = pair.sides(CLINIC, code), pair.rows(CLINIC, code)
    parts = per_capacity_change(*sides, pair.norms)
    exact = [norm / side.mean_weight for norm, side in zip(pair.norms, sides, strict=True)]
    capacities = [Fraction(1), Fraction(1)]
    if figure == MINIMUM:
        capacities = [Fraction(row["capacities"]) for row in rows]
        parts = times(parts, middle(*capacities))
        parts[CAPACITIES, ""] = (capacities[1] - capacities[0]) * middle(*exact)
    rounded = [
        [_whole_patients(number * half_up_to_step(value, step)) for step in pair.steps]
        for number, value in zip(capacities, exact, strict=True)
    ]
    return plus([parts, {(RULES, STEP): middle(rounded[0][1] - rounded[0][0], rounded[1][1] - rounded[1][0])}])


def _whole_patients(value: Fraction) -> int:
    return half_up(value.numerator, value.denominator)


def _council_parts(pair: Pair, code: str, figure: str) -> Parts:
    """Add up a council's municipalities; one that came or left counts as borders."""
    return plus(_member_parts(pair, code, member, figure) for member in _members(pair, code))


def _members(pair: Pair, code: str) -> list[str]:
    rows = (row for found in (pair.before, pair.after) for row in found.rows[MUNICIPALITY].values())
    return sorted({row["municipality_code"] for row in rows if row["council_id"] == code})


def _member_parts(pair: Pair, council: str, member: str, figure: str) -> Parts:
    rows = [found.rows[MUNICIPALITY].get(member) for found in (pair.before, pair.after)]
    inside = [row if row and row["council_id"] == council else None for row in rows]
    if inside[0] is None or inside[1] is None:
        there = [_counted(found, row, figure) for found, row in zip((pair.before, pair.after), inside, strict=True)]
        return {(OTHER, BORDERS): there[1] - there[0]}
    sides = pair.sides(MUNICIPALITY, member)
    parts = need_change(*sides, pair.norms)
    return parts if figure == NEED else _above_the_floor(parts, pair, sides, (inside[0], inside[1]))


def _counted(found: Found, row: Row | None, figure: str) -> Fraction:
    """Give the capacities that a municipality counts for in its council: 0 if it is not in it."""
    if row is None:
        return Fraction(0)
    need = need_of(Fraction(row["weighted_citizens"]), found.rules.norm)
    return need if figure == NEED else with_floor(need, _floor(found, row))


def _floor(found: Found, row: Row) -> Fraction:
    return floor_of(Fraction(row["area_km2"]), found.rules.floor_km2) if found.rules.floor else Fraction(0)


def _per_km2(found: Found) -> Fraction:
    """Give capacities per square kilometre by the floor (R14); 0 while it is off."""
    return Fraction(1, found.rules.floor_km2) if found.rules.floor else Fraction(0)


def _above_the_floor(parts: Parts, pair: Pair, sides: tuple[Side, Side], rows: tuple[Row, Row]) -> Parts:
    """Give what of a municipality's change counts in its council, need or floor, whichever is larger (R15).

    As both can change, each is asked before and after the other, and the mean counts. Need below the floor counts
    for nothing, and neither does a floor below the need.
    """
    founds = pair.before, pair.after
    need = [need_of(side.weighted, norm) for side, norm in zip(sides, pair.norms, strict=True)]
    floor = [_floor(found, row) for found, row in zip(founds, rows, strict=True)]
    by_need = middle(*(with_floor(need[1], low) - with_floor(need[0], low) for low in floor))
    by_floor = middle(*(with_floor(own, floor[1]) - with_floor(own, floor[0]) for own in need))
    km2, rate = [Fraction(row["area_km2"]) for row in rows], [_per_km2(found) for found in founds]
    floor_parts = {
        (RULES, FLOOR): (rate[1] - rate[0]) * middle(*km2),
        (OTHER, AREA): (km2[1] - km2[0]) * middle(*rate),
    }
    return plus([_part_of(parts, by_need, need), _part_of(floor_parts, by_floor, floor)])


def _part_of(parts: Parts, counted: Fraction, ends: list[Fraction]) -> Parts:
    """Give what counts of a change from one end to the other, each part in proportion."""
    change = ends[1] - ends[0]
    return times(parts, counted / change) if change else {}
