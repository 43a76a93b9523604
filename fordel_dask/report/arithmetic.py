"""From the national norm to a number in whole patients, step by step, as far as the steps may be told.

A part of weighted citizens becomes −(norm · capacities ÷ weighted citizens) · part patients, all as told. What is kept
back stands in one step with what no single figure is told of, and whole patients are shared out by largest remainder:
what a reader adds up is the number in the last line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.patients import whole_patients
from fordel_dask.law.rounding import half_up_to_step
from fordel_dask.report.told import Model, Row, ToldRun
from fordel_dask.report.wording import Wording

CLINIC, MUNICIPALITY, COUNCIL = "clinic", "municipality", "council"
START, OTHER, TO_STEP = "start", "other", "to_step"
LIFE_EXPECTANCY, PROJECTION = "life_expectancy", "projection"
CLAMP = "clamp"
RULES = "rules"
LIMITS = ("clinics.lowest_per_capacity", "clinics.highest_per_capacity")
ONE = Fraction(1)


@dataclass(frozen=True)
class Step:
    """One step of the arithmetic, in whole patients.

    ``term`` is a term of the model, or :data:`START` (norm times capacities), :data:`OTHER` (what is kept back, with
    life expectancy and rounding), :data:`LIFE_EXPECTANCY` or :data:`PROJECTION` (in its place where nothing is kept
    back), :data:`TO_STEP` or :data:`RULES` (what limits, phases and the like change in the rounded number). ``told`` of
    the term's ``levels`` are in it; both are 0 where a step is of no term.
    """

    term: str
    patients: int
    told: int = 0
    levels: int = 0

    @property
    def is_partly_told(self) -> bool:
        """Whether levels of the term are kept back, so that the step holds a part of it only."""
        return self.told < self.levels


@dataclass(frozen=True)
class _Counted:
    """What steps lead to: persons and weighted persons as told, capacities, and the published whole number."""

    persons: int
    weighted: Fraction
    capacities: Fraction
    number: int
    is_projected: bool = False


def clinic_steps(run: ToldRun, ydernummer: str) -> tuple[Step, ...] | None:
    """Give the steps from the norm to a clinic's minimum number of patients; none where no number is told."""
    row = run.clinics[ydernummer]
    if not (row["minimum_patients"] and row["patients"] and row["weighted_patients"] and row["capacities"]):
        return None
    persons, weighted, capacities = (
        int(row["patients"]),
        Fraction(row["weighted_patients"]),
        Fraction(row["capacities"]),
    )
    if not weighted or not capacities:
        return None
    published = int(row["minimum_patients"])
    rounded = _by_weights_alone(run.model, row)
    steps = _steps(run, (CLINIC, ydernummer), _Counted(persons, weighted, capacities, rounded), run.model.step)
    return steps if published == rounded else (*steps, Step(RULES, published - rounded))


def _by_weights_alone(model: Model, row: Row) -> int:
    """Give the rounded number that norm, weights and capacities lead to, before limits, phases and the like."""
    published, capacities = row["minimum_per_capacity"], Fraction(row["capacities"])
    if not published:
        return int(row["minimum_patients"])
    each = int(published)
    if each in [model.value(limit) for limit in LIMITS]:
        exact = Fraction(model.norm * int(row["patients"])) / Fraction(row["weighted_patients"])
        each = _within_limits(model, half_up_to_step(exact, model.step), each)
    return half_up_to_step(each * capacities, 1)


def _within_limits(model: Model, unlimited: int, published: int) -> int:
    """Give the number before its limits, where they lead from it to the published one; else the published one."""
    lowest, highest = (int(model.value(limit)) for limit in LIMITS)
    limited = max(min(unlimited, highest or unlimited), lowest)
    return unlimited if limited == published else published


def municipality_steps(run: ToldRun, code: str) -> tuple[Step, ...] | None:
    """Give the steps from the norm to a municipality's patients per capacity, rounded; none where it is not told."""
    row = run.municipalities[code]
    counted = _of_an_area(row, row["patients_per_capacity_rounded"])
    return _steps(run, (MUNICIPALITY, code), counted, run.model.step) if counted else None


def council_steps(run: ToldRun, council_id: str) -> tuple[Step, ...] | None:
    """Give the steps from the norm to how many citizens fill a capacity in a council; none where it is not told."""
    row = run.councils[council_id]
    filled = patients_per_capacity(run, row)
    counted = _of_an_area(row, "" if filled is None else str(filled))
    return _steps(run, (COUNCIL, council_id), counted, 1) if counted else None


def patients_per_capacity(run: ToldRun, row: Row) -> int | None:
    """Give how many citizens of a council or municipality fill one capacity, whole; none where it is not told."""
    if not row["projected_citizens"] or row["weighted_citizens"] in ("", "0"):
        return None
    return half_up_to_step(
        Fraction(run.model.norm * int(row["projected_citizens"])) / Fraction(row["weighted_citizens"]), 1
    )


def step_label(step: Step, words: Wording, model: Model, capacities: Fraction = ONE) -> str:
    """Name a step, with a small first letter; ``capacities`` are those that the norm is multiplied by."""
    if step.term == START:
        key = "step_start" if capacities == 1 else "step_start_of_capacities"
        return words.say(key, norm=words.number(model.norm), capacities=words.shortest(capacities))
    if step.levels:
        told = {"term": words.term(step.term), "told": step.told, "levels": step.levels}
        return words.say("step_part" if step.is_partly_told else "step_term", **told)
    return words.say(f"step_{step.term}", step=words.number(model.step))


def _of_an_area(row: Row, number: str) -> _Counted | None:
    if not number or not row["projected_citizens"] or row["weighted_citizens"] in ("", "0"):
        return None
    is_projected = row["projected_citizens"] != row["citizens"]
    return _Counted(int(row["projected_citizens"]), Fraction(row["weighted_citizens"]), ONE, int(number), is_projected)


def _steps(run: ToldRun, area: tuple[str, str], counted: _Counted, step: int) -> tuple[Step, ...]:
    """Lay out the steps: norm, told terms, what is left over, and rounding to the step."""
    each = run.model.norm * counted.capacities
    start = half_up_to_step(each, 1)
    unrounded = _unrounded(each * counted.persons / counted.weighted, counted, step)
    told = _told_parts(run.traits.get(area, ()))
    exact = [-each * part / counted.weighted for part, _, _ in told.values()]
    rest = unrounded - each - sum(exact, Fraction(0))
    before_rounding = half_up_to_step(unrounded, 1)
    whole = whole_patients([*exact, rest], before_rounding - start)
    steps = [Step(START, start)]
    for (term, (_, known, levels)), patients in zip(told.items(), whole, strict=False):
        steps.append(Step(term, patients, known, levels))
    steps.append(Step(_name_of_rest(run.traits.get(area, ()), counted.is_projected), whole[-1]))
    if step > 1:
        steps.append(Step(TO_STEP, counted.number - before_rounding))
    return tuple(steps)


def _unrounded(told: Fraction, counted: _Counted, step: int) -> Fraction:
    """Give the number before rounding: as told, or the nearest that rounds to the published one.

    The published number is of the exact weights. Where the told sum is too coarse to lead to it, the difference
    belongs to what is kept back, not to the rounding.
    """
    if step == 1:
        return told
    half = counted.capacities * step / 2
    return min(max(told, counted.number - half), counted.number + half - 1)  # a half would be rounded up


def _told_parts(traits: Sequence[Row]) -> Mapping[str, tuple[Fraction, int, int]]:
    """Give by term the sum of its told parts, how many levels are told, and how many it has; no term without any."""
    found: dict[str, tuple[Fraction, int, int]] = {}
    for row in traits:
        part, known, levels = found.get(row["term"], (Fraction(0), 0, 0))
        is_told = bool(row["weighted_part"])
        found[row["term"]] = (part + Fraction(row["weighted_part"] or 0), known + is_told, levels + 1)
    return {term: one for term, one in found.items() if one[1] and (one[0] or term != CLAMP)}


def _name_of_rest(traits: Sequence[Row], is_projected: bool) -> str:
    is_whole = bool(traits) and all(row["weighted_part"] for row in traits)
    if not is_whole:
        return OTHER
    return PROJECTION if is_projected else LIFE_EXPECTANCY
