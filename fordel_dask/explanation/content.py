"""An explanation for a program: exact figures as decimal text, patients as whole numbers, the sentences beside them."""

from fractions import Fraction
from typing import Any

from fordel_dask.explanation import sentences
from fordel_dask.explanation.answer import Answer, LevelFigures
from fordel_dask.explanation.arithmetic import PLACES_OF_FACTOR, arithmetic_of
from fordel_dask.explanation.difference import Difference
from fordel_dask.explanation.ladder import Ladder, by_step, ladder_of
from fordel_dask.explanation.language import Language
from fordel_dask.explanation.patients import by_term
from fordel_dask.explanation.turning import Turn, turns_of
from fordel_dask.law.rounding import decimals, scaled


def as_content(answer: Answer, language: Language, difference: Difference | None = None) -> dict[str, Any]:
    """Give an explanation as plain dictionaries and lists."""
    exact, ladder = answer.exact, ladder_of(answer)
    content = {
        "kind": answer.kind,
        "code": answer.code,
        "name": sentences.heading(answer, language),
        "place": list(sentences.place(answer, language)),
        "language": language.code,
        "year": answer.rules.year,
        "figures": dict(answer.row),
        "citizens_per_capacity": answer.rules.norm,
        "rounding_step": answer.rules.step,
        "patients_per_capacity_exact": None if exact is None else decimal(exact),
        "number": int(answer.row[sentences.NUMBER_OF[answer.kind]]) if answer.has_number else None,
        "why_no_number": None if ladder else sentences.unnumbered(answer, language),
        "ladder": None if ladder is None else _ladder(answer, ladder, language),
        "terms": [
            {"term": term, "words": language.term(term), "patients": sum(row.whole for row in rows)}
            for term, rows in by_term(answer.parts).items()
        ],
        "parts": _parts(answer, language),
        "levels": [_level(one, language) for one in answer.levels],
        "country": {
            "citizens": answer.country.citizens,
            "mean_raw_weight_kr": decimal(answer.country.mean_kr),
            "clamp_kr": decimal(answer.country.clamp_kr),
        },
        "mean_weights": _mean_weights(answer),
        "arithmetic": _arithmetic(answer),
        "how_sure": _sureness(answer, language),
        "what_would_change": [_turn(turn) for turn in turns_of(answer)],
        "what_would_change_in_words": list(sentences.what_would_change(answer, language)),
    }
    return content if difference is None else {**content, "since": _since(answer, difference, language)}


def decimal(value: Fraction, places: int = 9) -> str:
    """Print a number for a program: a point, no thousands, half to even."""
    return decimals(scaled(value, 10**places), places)


def _ladder(answer: Answer, ladder: Ladder, language: Language) -> dict[str, Any]:
    return {
        "unit": ladder.unit,
        "start": ladder.start,
        "steps": [
            {
                "term": term,
                "whole": whole,
                "exact": decimal(sum((step.exact for step in ladder.of(term)), Fraction(0))),
                "sentence": sentences.effect(answer, term, whole, ladder.unit, language),
                "levels": [
                    {"level": step.level, "whole": step.whole, "exact": decimal(step.exact)}
                    for step in ladder.of(term)
                    if step.level
                ],
            }
            for term, whole in by_step(ladder.steps).items()
        ],
        "number": ladder.number,
    }


def _parts(answer: Answer, language: Language) -> list[dict[str, Any]]:
    """Give each part of patients per capacity, as the model's section 7 shares it out."""
    return [
        {
            "term": part.term,
            "level": part.level,
            "words": language.level(part.term, part.level) if part.level else language.term(part.term),
            "citizens": part.citizens,
            "weighted_part": decimal(weighted.weighted),
            "patients_exact": decimal(part.exact),
            "patients": part.whole,
        }
        for part, weighted in zip(answer.parts, answer.weighted_parts, strict=False)
    ]


def _level(one: LevelFigures, language: Language) -> dict[str, Any]:
    return {
        "term": one.term,
        "level": one.level,
        "words": language.level(one.term, one.level),
        "citizens": one.citizens,
        "share": None if one.share is None else decimal(one.share),
        "share_in_council": None if one.in_council is None else decimal(one.in_council),
        "citizens_in_country": one.everywhere,
        "share_in_country": decimal(one.in_country),
        "coefficient_kr": decimal(one.coefficient_kr, 6),
        "weight": one.weight,
        "kroner": decimal(one.kroner, 6),
    }


def _mean_weights(answer: Answer) -> dict[str, str | None]:
    around = answer.around
    return {
        "here": None if answer.mean_weight is None else decimal(answer.mean_weight),
        "municipality": around.municipality["mean_weight"] or None if around.municipality else None,
        "council": around.council["mean_weight"] or None if around.council else None,
        "country": decimal(Fraction(1)),
    }


def _arithmetic(answer: Answer) -> dict[str, Any] | None:
    found = arithmetic_of(answer)
    if found is None:
        return None
    return {
        "expected_kr": decimal(found.expected_kr, 6),
        "clamp_kr": decimal(found.clamp_kr),
        "mean_raw_weight_kr": decimal(found.mean_kr),
        "average_citizens": decimal(found.average),
        "life_expectancy_factor": decimal(found.factor, PLACES_OF_FACTOR),
        "rounding": decimal(found.rounding),
        "projection": None if found.projection is None else decimal(found.projection),
        "weighted_citizens": decimal(found.weighted),
        "citizens": decimal(answer.persons),
    }


def _sureness(answer: Answer, language: Language) -> dict[str, Any]:
    sureness = answer.sureness
    return {
        "said": sureness.unsaid is None and bool(sureness.intervals),
        "flag": sentences.flag_of(answer) or None,
        "intervals": list(sureness.intervals.values()),
        "chances": list(sureness.chances),
        "sentences": list(sentences.how_sure(answer, language)),
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "number": turn.number,
        "per_capacity": turn.per_capacity,
        "mean_weight_change": decimal(turn.change),
        "weighted_citizens_change": decimal(turn.weighted),
        "border": decimal(turn.border),
        "distance": decimal(turn.distance),
    }


def _since(answer: Answer, difference: Difference, language: Language) -> dict[str, Any]:
    ladder = difference.ladder
    steps = by_step(ladder.steps) if ladder else {}
    return {
        "earlier": None if difference.earlier is None else dict(difference.earlier.row),
        "sentences": list(sentences.since(answer, difference, language)),
        "unit": ladder.unit if ladder else None,
        "number_then": ladder.start if ladder else None,
        "steps": [
            {"term": term, "words": sentences.short(answer, term, language), "whole": whole}
            for term, whole in steps.items()
        ],
        "parts": [
            {"term": step.term, "level": step.level, "whole": step.whole, "exact": decimal(step.exact)}
            for step in (ladder.steps if ladder else ())
        ],
        "number_now": ladder.number if ladder else None,
    }
