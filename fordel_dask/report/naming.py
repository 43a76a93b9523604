"""Names of traits, levels and codes, those of variants too, as a reader of any part of the report says them."""

import datetime
import functools
import re
from fractions import Fraction

from fordel_dask import law
from fordel_dask.law.language import DANISH, Language
from fordel_dask.law.parameters import told as told_of_parameter
from fordel_dask.law.words import level_words, term_words
from fordel_dask.model.design import Term
from fordel_dask.model.model import Covariates

DISEASES = ("somatic", "psychiatric")
EPONYM = "Parkinson"
RANGE = re.compile(r"<|>=|[^<]*-<")
"""How a level of an extra covariate begins: ``<10``, ``>=20`` or ``10-<20``."""
AGES = ("age_sex", "age")
POWERS = ("life_expectancy.exponent", "weights.tweedie_power")
CODES = {"covariates.civil_status": "civil", "covariates.origin_types": "origin_type"}
CODES |= {"covariates.diagnosis_kinds": "diagnosis_kind", "covariates.terms": "trait"}
CONDITIONS = ("covariates.somatic_conditions", "covariates.psychiatric_conditions")
BENEFITS = ("covariates.permanent_benefits", "covariates.temporary_benefits")
CODES |= {"weights.excluded_clinic_types": "clinic_kind", "clinics.left_out_types": "clinic_kind"}

RULE_NUMBERS = re.compile(r" \((?:[MR]\d+(?:[,–] ?)?)+\)|, [MR]\d+(?=[,)])")


def source_in_words(key: str, lang: str) -> str:
    """Tell the source of a parameter without the numbers of the project's own list of rules, which no reader has."""
    return RULE_NUMBERS.sub("", told_of_parameter(key, lang).source)


def entry(words: Language, key: str, value: str | int) -> str:
    """Name an entry of a parameter that is a list."""
    if isinstance(value, int):
        return words.number(value)
    name = next((name for keys, name in NAMED_BY if key in keys), None)
    return name(words, value) if name else _coded(words, key, value)


def decimal(words: Language, key: str, value: str) -> str:
    """Write a value that is text: a power with the language's decimal sign, a day as days are written."""
    if key == "clinics.capped_at_list_of":
        return words.date(datetime.date.fromisoformat(value))
    return words.shortest(Fraction(value)) if key in POWERS else value


def term_name(words: Language, term: str) -> str:
    """Name a term, also one of a variant."""
    if words.knows(word := f"method_term_{term}"):
        return words.say(word)
    return condition(words, term) if term in conditions(words.code) else term_words(term, words.code)


def level_name(words: Language, term: str, level: str, in_points: bool) -> str:
    """Name the citizens who have a level, also one of a variant; ``in_points`` where an index measures disease."""
    if words.knows(word := f"method_level_{term}_{level}"):
        return words.say(word)
    if term == "age":
        return words.say("method_level_years" if "-" in level else "method_level_years_up", ages=_span(level))
    if term in DISEASES:
        return _diseases(words, term, level, in_points)
    if term in conditions(words.code):
        return condition(words, term)
    return _variant_level(words, term, level)


def _variant_level(words: Language, term: str, level: str) -> str:
    """Name a level that only a variant has; else as the law room does."""
    if level.startswith("country_"):
        return words.say("method_level_country", country=country(words, level.removeprefix("country_")))
    if level.startswith("single "):
        ages = level.removeprefix("single ")
        return words.say("method_level_single" if "-" in ages else "method_level_single_up", ages=_span(ages))
    if RANGE.match(level):
        return f"{term_name(words, term)}: {_range(words, level)}"
    return level_words(term, level, words.code)


def is_in_points(measure: str) -> bool:
    """Tell whether a measure of somatic disease is points of an index, not a number of diseases."""
    return measure != "multimorbidity"


def reference_name(words: Language, term: Term, rules: Covariates) -> str:
    """Name the level of a term that the others are measured from."""
    first = term.levels[0]
    if term.name in DISEASES and first != "none":
        return _few_diseases(words, term.name, first, is_in_points(rules.somatic_measure))
    word = f"method_reference_{term.name}"
    if words.knows(word):
        return words.say(word)
    if term.name in conditions(words.code):
        return words.say("method_reference_condition", condition=condition(words, term.name))
    return f"{term_name(words, term.name)}: {_range(words, first)}"


def condition(words: Language, identity: str) -> str:
    """Name a disease."""
    label = conditions(words.code)[identity].partition(" (")[0]
    return label if label[:2].isupper() or label.startswith(EPONYM) else f"{label[0].lower()}{label[1:]}"


@functools.cache
def conditions(lang: str) -> dict[str, str]:
    """Give the names of all diseases that a model may count."""
    rows = (*law.rows("codes/multimorbidity"), *law.rows("codes/psychiatric_asked_for"))
    return {row["condition_id"]: row[f"label_{lang}"] for row in rows}


def benefit(words: Language, group: str) -> str:
    """Name a group of benefits."""
    return words.say(f"method_benefit_{group}")


def country(words: Language, code: str) -> str:
    """Name a country of origin, in Danish where there is no English name."""
    if words.code != DANISH and code in (english := {row["opr_land_code"]: row for row in law.rows("codes/menapt")}):
        return english[code]["country_en"]
    return next((row["land_da"] for row in law.rows("codes/countries") if row["code"] == code), code)


def service(_: Language, code: str) -> str:
    """Name a service of the fee table, in Danish as there."""
    rows = law.rows("fees/gp_fees_2025-10-01")
    return next((f"{row['text_da']} ({code})" for row in rows if row["code"] == code), code)


def _diseases(words: Language, term: str, level: str, in_points: bool) -> str:
    kind = _kind(term, in_points)
    if level == "1":
        return words.say(f"method_one_{kind}")
    word = f"method_some_{kind}_up" if level.endswith("+") else f"method_some_{kind}"
    return words.say(word, number=_span(level))


def _few_diseases(words: Language, term: str, first: str, in_points: bool) -> str:
    below = int(first.rpartition("-")[2]) + 1
    word = {1: "none", 2: "none_or_one"}.get(below, "fewer")
    return words.say(f"method_{word}_{_kind(term, in_points)}", number=words.number(below))


def _kind(term: str, in_points: bool) -> str:
    return "points" if term == "somatic" and in_points else term


def _span(level: str) -> str:
    return level.removesuffix("+").replace("-", "–")


def _range(words: Language, level: str) -> str:
    """Say a level of an extra covariate: ``<10``, ``10-<20`` or ``>=20``."""
    if level.startswith("<"):
        return words.say("method_range_below", high=words.shortest(Fraction(level[1:])))
    if level.startswith(">="):
        return words.say("method_range_from", low=words.shortest(Fraction(level[2:])))
    low, high = level.split("-<")
    return words.say("method_range_between", low=words.shortest(Fraction(low)), high=words.shortest(Fraction(high)))


def _coded(words: Language, key: str, value: str) -> str:
    return words.say(f"method_{CODES[key]}_{value}") if key in CODES else value


NAMED_BY = (
    (CONDITIONS, condition),
    (BENEFITS, benefit),
    (("covariates.origin_countries",), country),
    (("consumption.left_out",), service),
)
"""Parameters that are lists, with how an entry of theirs is named."""
