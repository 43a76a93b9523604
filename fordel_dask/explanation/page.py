"""An explanation as one HTML file that opens anywhere, offline, on paper and by ear."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from fordel_dask.explanation import sentences
from fordel_dask.explanation.answer import Answer, LevelFigures
from fordel_dask.explanation.arithmetic import arithmetic_of
from fordel_dask.explanation.by_hand import arithmetic_lines
from fordel_dask.explanation.difference import Difference
from fordel_dask.explanation.found import CLINIC, COUNCIL
from fordel_dask.explanation.ladder import CAPACITIES, THOUSANDTHS, TO_STEP, Ladder, ladder_of
from fordel_dask.explanation.language import Language
from fordel_dask.explanation.patients import by_term
from fordel_dask.explanation.sentences import in_unit

HALF_BAR = 50.0
"""Percent of the width that the longest bar takes to its side."""


@dataclass(frozen=True)
class StepLine:
    """One step as printed, with where its bar begins and how long it is in percent of the width."""

    text: str
    whole: str
    per_capacity: str
    left: float
    width: float


@functools.cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("fordel_dask.explanation", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(name)


def page_text(answer: Answer, model: str, language: Language, difference: Difference | None = None) -> str:
    """Give the page of one clinic or area; ``model`` is the name of the run's model."""
    return _template("explanation.html").render(_content(answer, model, language, difference))


def index_text(rows: Mapping[str, Iterable[Mapping[str, str]]], year: int, language: Language) -> str:
    """Give the page that leads to all others; rows by kind: heading, place, number, how sure, and the file's name."""
    return _template("index.html").render(lang=language.code, t=language.words(), year=year, kinds=rows)


def _content(answer: Answer, model: str, language: Language, difference: Difference | None) -> dict[str, Any]:
    ladder, arithmetic = ladder_of(answer), arithmetic_of(answer)
    year, number = answer.rules.year, sentences.published(answer, language)
    return {
        "lang": language.code,
        "t": language.words(),
        "kind": answer.kind,
        "title": sentences.heading(answer, language),
        "place": ", ".join(sentences.place(answer, language)),
        "lead": language.say(f"lead_{answer.kind}" if ladder else "lead_none", number=number, year=year),
        "number": number,
        "who": sentences.who(answer, language),
        "why_not": "" if ladder else sentences.unnumbered(answer, language),
        "note": sentences.note(answer, language),
        "steps": _steps(answer, ladder, language) if ladder else None,
        "how_sure": tuple(sentences.how_sure(answer, language)) if ladder else (),
        "flag": sentences.flag_of(answer),
        "what_changes": tuple(sentences.what_would_change(answer, language)),
        "mean_weights": tuple(sentences.mean_weights(answer, language)) if answer.weighted else (),
        "levels": _levels(answer, ladder, language),
        "has_council": answer.kind != COUNCIL and answer.around.council is not None,
        "sum": _sums(answer, language),
        "all_counted": language.number(answer.country.citizens),
        "arithmetic": tuple(arithmetic_lines(answer, arithmetic, language)) if arithmetic else (),
        "clamped": bool(answer.country.clamp_kr),
        "members": _members(answer, language),
        "since": _since(answer, difference, language) if difference else None,
        "model": model,
        "guidance": "" if answer.kind == COUNCIL else language.say(f"guidance_{answer.kind}"),
    }


def _steps(answer: Answer, ladder: Ladder, language: Language) -> dict[str, Any]:
    """Give the steps to the published number; beside them those of one capacity if a clinic has not just one."""
    beside = answer.kind == CLINIC and Fraction(answer.row["capacities"]) != 1
    each = _steps_of_one_capacity(answer) if beside else {}
    lines = _bars(sentences.steps_of(ladder))
    return {
        "title": sentences.title(answer, language),
        "unit": language.say(f"effect_whole_{answer.kind}"),
        "has_each": beside,
        "start": (sentences.begin(ladder, language), in_unit(ladder.start, ladder.unit, language)),
        "start_each": language.number(answer.rules.norm),
        "lines": tuple(
            StepLine(
                text=sentences.effect(answer, term, whole, ladder.unit, language),
                whole=in_unit(whole, ladder.unit, language, sign=True),
                per_capacity=language.signed(each[term]) if term in each else "",
                left=left,
                width=width,
            )
            for term, whole, left, width in lines
        ),
        "end": (language.say(f"end_{answer.kind}"), in_unit(ladder.number, ladder.unit, language)),
        "end_each": language.number(int(answer.row["minimum_per_capacity"])) if beside else "",
    }


def _steps_of_one_capacity(answer: Answer) -> dict[str, int]:
    """Give the steps from the norm to a clinic's minimum per capacity."""
    each = {term: sum(row.whole for row in rows) for term, rows in by_term(answer.parts).items()}
    rounded = int(answer.row["minimum_per_capacity"])
    return {CAPACITIES: 0} | each | {TO_STEP: rounded - answer.rules.norm - sum(each.values())}


def _bars(steps: Mapping[str, int]) -> list[tuple[str, int, float, float]]:
    """Give each step with its bar; the number of capacities is no trait of citizens and has none."""
    longest = max((abs(whole) for term, whole in steps.items() if term != CAPACITIES), default=0) or 1
    found = []
    for term, whole in steps.items():
        width = 0.0 if term == CAPACITIES else round(HALF_BAR * abs(whole) / longest, 1)
        found.append((term, whole, HALF_BAR - width if whole < 0 else HALF_BAR, width))
    return found


def _levels(answer: Answer, ladder: Ladder | None, language: Language) -> list[tuple[str, list[dict[str, str]]]]:
    """Give the levels by term as printed, with what each does to the number."""
    steps = {(step.term, step.level): step.whole for step in ladder.steps} if ladder else {}
    unit = ladder.unit if ladder else THOUSANDTHS
    return [
        (language.term(term), [_level(one, steps.get((term, one.level)), unit, language) for one in own])
        for term, own in groupby(answer.levels, key=lambda one: one.term)
    ]


def _level(one: LevelFigures, whole: int | None, unit: str, language: Language) -> dict[str, str]:
    country, council, coefficient, weight, everywhere = _elsewhere(one, language.code)
    return {
        "name": language.level(one.term, one.level),
        "citizens": language.number(one.citizens),
        "share": language.percent(one.share),
        "council": council,
        "country": country,
        "effect": "" if whole is None else in_unit(whole, unit, language, sign=True),
        "coefficient": coefficient,
        "weight": weight,
        "kroner": language.number(one.kroner, 6),
        "everywhere": everywhere,
    }


def _elsewhere(one: LevelFigures, code: str) -> tuple[str, ...]:
    """Write what is the same on many pages only once."""
    return _written_once(one.in_country, one.in_council, one.coefficient_kr, one.weight, one.everywhere, code)


@functools.lru_cache(maxsize=10_000)
def _written_once(country: Fraction, council: Fraction | None, kroner: Fraction, *rest: Any) -> tuple[str, ...]:
    weight, everywhere, code = rest
    language = Language(code)
    return (
        language.percent(country),
        language.percent(council),
        language.number(kroner, 6),
        language.number(Fraction(weight), 9),
        language.number(everywhere),
    )


def _sums(answer: Answer, language: Language) -> str:
    return language.number(sum((one.kroner for one in answer.levels), Fraction(0)), 6)


def _members(answer: Answer, language: Language) -> list[dict[str, str]]:
    """Give the municipalities of a council: need, floor, and which of them counts."""
    found = []
    for row in answer.members:
        need, floor = Fraction(row["need"]), Fraction(row["floor"])
        found.append(
            {
                "name": row["municipality"],
                "need": language.number(need, 9),
                "area": language.shortest(Fraction(row["area_km2"])),
                "floor": language.number(floor, 9),
                "counts": language.say("need_word" if need >= floor else "floor_word"),
                "counted": language.number(max(need, floor), 9),
            }
        )
    return found


def _since(answer: Answer, difference: Difference, language: Language) -> dict[str, Any]:
    ladder, earlier = difference.ladder, difference.earlier
    return {
        "sentences": tuple(sentences.since(answer, difference, language)),
        "figures": sentences.then_and_now(answer, earlier, language) if earlier else (),
        "start": in_unit(ladder.start, ladder.unit, language) if ladder else "",
        "lines": [
            (sentences.short(answer, term, language), in_unit(whole, ladder.unit, language, sign=True))
            for term, whole in sentences.steps_of(ladder).items()
        ]
        if ladder
        else [],
        "end": in_unit(ladder.number, ladder.unit, language) if ladder else "",
        "unit": language.say(f"effect_whole_{answer.kind}"),
    }
