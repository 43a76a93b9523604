"""Which terms a model has, and the levels of each: the reference level first in thought, unlisted in results."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from fordel_dask import law

from .model import SCENARIO, ReferenceError

Level = tuple[str, str]  # of a term and its level
Model = Mapping[str, Any]


class Term(NamedTuple):
    """A trait: its estimated levels in order, and the name of the level without a weight (none: all have one)."""

    name: str
    levels: list[str]
    reference: str | None


def terms_of(model: Model) -> list[Term]:
    """Give the terms of a model in their order; one that is asked for by disease becomes a term for each."""
    makers = {
        "age_sex": lambda: [age_term(model)],
        "origin": lambda: [Term("origin", origin_levels(model), "other")],
        "civil_status": lambda: [Term("civil_status", civil_levels(model), "other")],
        "labour_market": lambda: [Term("labour_market", ["temporarily_outside", "permanently_outside"], "in")],
        "somatic": lambda: somatic_terms(model),
        "psychiatric": lambda: psychiatric_terms(model),
    }
    terms = [term for name, make in makers.items() if name in model["covariates.terms"] for term in make()]
    terms += [Term(name.lower(), steps[1:], steps[0]) for name, steps in extra_steps(model).items()]
    names = [term.name for term in terms]
    if len(set(names)) < len(names):
        raise ReferenceError(SCENARIO, f"a term twice: {names}")
    return terms


def levels_of(terms: Iterable[Term]) -> list[Level]:
    """Give every level that can have a weight, in the model's order."""
    return [(term.name, level) for term in terms for level in term.levels]


def cells_of(citizens: pd.DataFrame, terms: Iterable[Term]) -> list[tuple[str, ...]]:
    """Give each citizen's level of every term; the reference level is blank."""
    return list(zip(*(citizens[term.name] for term in terms), strict=True))


def span(low: int, below: int) -> str:
    """Name the whole numbers from ``low`` to the one before ``below``."""
    return str(low) if below == low + 1 else f"{low}-{below - 1}"


def age_bands(model: Model) -> list[str]:
    """Name the bands of ages: 0-4 … 85-89, 90+."""
    width, oldest = model["covariates.age_band_years"], model["covariates.oldest_band_from"]
    return [*(span(low, min(low + width, oldest)) for low in range(0, oldest, width)), f"{oldest}+"]


def age_term(model: Model) -> Term:
    """Give the term of age, by sex or not; everybody has one of its levels."""
    bands = age_bands(model)
    if not model["covariates.sex"]:
        return Term("age", bands, None)
    return Term("age_sex", [f"{sex} {band}" for sex in "MF" for band in bands], None)


def origin_levels(model: Model) -> list[str]:
    """Give the levels of origin (M8, V07, V08)."""
    return {
        "menapt": ["menapt"],
        "menapt_by_type": ["menapt_immigrant", "menapt_descendant"],
        "all": ["immigrant_or_descendant"],
        "by_type": ["immigrant", "descendant"],
        "western": ["western", "non_western"],
        "standard": [f"{west}_{kind}" for kind in ("immigrant", "descendant") for west in ("western", "non_western")],
        "countries": [f"country_{code}" for code in model["covariates.origin_countries"]],
    }[model["covariates.origin_scheme"]]


def civil_levels(model: Model) -> list[str]:
    """Give the levels of civil status (M10, V09, V10)."""
    starts = model["covariates.single_age_starts"]
    return {
        "widowed_or_divorced": ["widowed_or_divorced"],
        "with_single_elderly": ["widowed_or_divorced", "single_elderly"],
        "single_by_age": [*(f"single {span(*ages)}" for ages in pairwise(starts)), f"single {starts[-1]}+"],
    }[model["covariates.civil_scheme"]]


def counted_levels(cut_points: list[int]) -> list[str]:
    """Name the levels of a number that begin at 0 and at each cut point: 0-1, 2, 3, 4+."""
    return [*(span(*numbers) for numbers in pairwise([0, *cut_points])), f"{cut_points[-1]}+"]


def somatic_terms(model: Model) -> list[Term]:
    """Give the term of the somatic count or index, or one term a condition (V19)."""
    if model["covariates.somatic_scheme"] == "each":
        return each_condition(model["covariates.somatic_conditions"], model)
    levels = counted_levels(model["covariates.somatic_cut_points"])
    return [Term("somatic", levels[1:], levels[0])]


def psychiatric_terms(model: Model) -> list[Term]:
    """Give the term of psychiatric disease: any, or a count; or one term a condition."""
    if model["covariates.psychiatric_scheme"] == "each":
        return each_condition(model["covariates.psychiatric_conditions"], model)
    cut_points = model["covariates.psychiatric_cut_points"]
    levels = ["none", "any"] if cut_points == [1] else counted_levels(cut_points)
    return [Term("psychiatric", levels[1:], levels[0])]


def each_condition(conditions: list[str], model: Model) -> list[Term]:
    """Give a term a condition; one that no diagnosis shows only where medicine counts."""
    by_medicine_alone = {row["condition_id"] for row in law.rows("codes/multimorbidity") if not row["icd10_prefixes"]}
    if model["covariates.disease_definition"] == "hospital_and_medicine":
        by_medicine_alone = set()
    return [Term(condition, ["yes"], "no") for condition in conditions if condition not in by_medicine_alone]


def extra_steps(model: Model) -> dict[str, list[str]]:
    """Give the levels of each extra covariate of the model by its name: <10, 10-<20, >=20."""
    found = {}
    for text in model["covariates.extra"]:
        name, *cuts = text.split()
        if not cuts or any(Fraction(low) >= Fraction(high) for low, high in pairwise(cuts)):
            raise ReferenceError(SCENARIO, f"no rising values at which a level of {name} begins")
        found[name] = [f"<{cuts[0]}", *(f"{low}-<{high}" for low, high in pairwise(cuts)), f">={cuts[-1]}"]
    return found
