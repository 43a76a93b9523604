"""The arithmetic of a number as it is written down: each figure with what it is."""

from collections.abc import Iterator
from fractions import Fraction

from fordel_dask.explanation.answer import Answer
from fordel_dask.explanation.arithmetic import PLACES_OF_FACTOR, Arithmetic
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY
from fordel_dask.explanation.language import Language


def arithmetic_lines(answer: Answer, found: Arithmetic, language: Language) -> Iterator[tuple[str, str]]:
    """Give the arithmetic with pen and paper: each number with what it is."""
    say, write = language.say, language.number
    norm, step = write(answer.rules.norm), write(answer.rules.step)
    yield write(found.expected_kr, 6), say("line_expected")
    if found.clamp_kr:
        yield write(found.clamp_kr, 6), say("line_clamp")
    yield write(found.mean_kr, 9), say("line_mean")
    yield write(found.average, 9), say("line_average")
    yield write(found.factor, PLACES_OF_FACTOR), say("line_factor")
    yield write(found.rounding, 9), say("line_rounding")
    if found.projection is not None:
        yield write(found.projection, 9), say("line_projection")
    yield write(found.weighted, 9), say("line_weighted")
    yield language.exactly(answer.persons), say("line_persons")
    if answer.exact is not None:
        yield write(answer.exact, 9), say("line_exact", norm=norm)
    yield from {CLINIC: _clinic_lines, MUNICIPALITY: _municipality_lines, COUNCIL: _council_lines}[answer.kind](
        answer, language, {"norm": norm, "step": step}
    )


def _clinic_lines(answer: Answer, language: Language, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    if answer.has_number:
        row = answer.row
        yield language.number(int(row["minimum_per_capacity"])), language.say("line_step", **words)
        yield language.shortest(Fraction(row["capacities"])), language.say("line_capacities")
        yield language.number(int(row["minimum_patients"])), language.say("line_minimum")


def _municipality_lines(answer: Answer, language: Language, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    rounded = answer.row["patients_per_capacity_rounded"]
    if rounded:
        yield language.number(int(rounded)), language.say("line_step", **words)
    yield language.number(Fraction(answer.row["need"]), 9), language.say("line_need", **words)


def _council_lines(answer: Answer, language: Language, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    row = answer.row
    yield language.number(Fraction(row["need"]), 9), language.say("line_need", **words)
    yield language.number(Fraction(row["floor_addition"]), 9), language.say("line_floor_added")
    yield language.number(Fraction(row["need_before_rounding"]), 9), language.say("line_before")
    yield language.number(int(row["maximum_capacities"])), language.say("line_maximum")
