"""The terms that a model's covariates make, with the names of their levels (model section 4)."""

import functools
import itertools
from dataclasses import dataclass

from fordel_dask import law
from fordel_dask.model.design import Design, Term, span
from fordel_dask.model.model import Covariates

ORIGIN_LEVELS = {
    "menapt": ("menapt",),
    "menapt_by_type": ("menapt_immigrant", "menapt_descendant"),
    "all": ("immigrant_or_descendant",),
    "by_type": ("immigrant", "descendant"),
    "western": ("western", "non_western"),
    "standard": ("western_immigrant", "non_western_immigrant", "western_descendant", "non_western_descendant"),
}
"""Levels of the schemes of origin above the reference, ``other``."""

NO, YES = "no", "yes"
TERMS = ("age_sex", "origin", "civil_status", "labour_market", "somatic", "psychiatric")
"""Traits in the model's order."""


@functools.cache
def design_of(rules: Covariates) -> Design:
    """Give the terms of a model in their published order, extra covariates last."""
    own = (term for name in TERMS if name in rules.terms for term in terms_of(name, rules))
    return Design((*own, *(extra.term for extra in extra_terms(rules))))


def terms_of(name: str, rules: Covariates) -> tuple[Term, ...]:
    """Give the terms that one trait of citizens makes: one, or for a disease perhaps one for each condition."""
    match name:
        case "age_sex":
            return (age_term(rules),)
        case "origin":
            return (Term(name, ("other", *origin_levels(rules))),)
        case "civil_status":
            return (Term(name, ("other", *civil_levels(rules))),)
        case "labour_market":
            return (Term(name, ("in", "temporarily_outside", "permanently_outside")),)
        case _:
            return disease_terms(name, rules)


def age_term(rules: Covariates) -> Term:
    """Give the term of age, by sex or not; it has no reference, so that there is no intercept."""
    bands = age_bands(rules)
    if not rules.sex:
        return Term("age", bands, False)
    return Term("age_sex", tuple(f"{sex} {band}" for sex in "MF" for band in bands), False)


def age_bands(rules: Covariates) -> tuple[str, ...]:
    """Give the names of the age bands: ``0-4`` … ``85-89``, ``90+``."""
    width, oldest = rules.age_band_years, rules.oldest_band_from
    return (*(span(age, min(age + width, oldest)) for age in range(0, oldest, width)), f"{oldest}+")


def origin_levels(rules: Covariates) -> tuple[str, ...]:
    """Give the levels of origin above the reference."""
    if rules.origin_scheme == "countries":
        return tuple(f"country_{code}" for code in rules.origin_countries)
    return ORIGIN_LEVELS[rules.origin_scheme]


def civil_levels(rules: Covariates) -> tuple[str, ...]:
    """Give the levels of civil status above the reference."""
    if rules.civil_scheme == "single_by_age":
        return tuple(f"single {band}" for band in levels_from(rules.single_age_starts)[1:])
    return ("widowed_or_divorced", *(("single_elderly",) if rules.civil_scheme == "with_single_elderly" else ()))


def levels_from(starts: tuple[int, ...]) -> tuple[str, ...]:
    """Name the levels of a whole number that begin at 0 and at each start: ``0-1``, ``2``, ``3``, ``4+``."""
    closed = [span(low, high) for low, high in itertools.pairwise((0, *starts))]
    return (*closed, f"{starts[-1]}+")


def disease_terms(kind: str, rules: Covariates) -> tuple[Term, ...]:
    """Give the term of a kind of disease, or that of each condition where each has its own (V19)."""
    if getattr(rules, f"{kind}_scheme") == "each":
        return tuple(Term(condition, (NO, YES)) for condition in conditions_with_weight(kind, rules))
    if kind == "somatic":
        return (Term(kind, levels_from(rules.somatic_cut_points)),)
    starts = rules.psychiatric_cut_points
    return (Term(kind, ("none", "any") if starts == (1,) else levels_from(starts)),)


def conditions_with_weight(kind: str, rules: Covariates) -> tuple[str, ...]:
    """Give the conditions of a kind that can be seen: without medicine those that have a diagnosis."""
    unseen = {row["condition_id"] for row in law.rows("codes/multimorbidity") if not row["icd10_prefixes"]}
    named: tuple[str, ...] = getattr(rules, f"{kind}_conditions")
    return tuple(one for one in named if rules.asks_for_medicine or one not in unseen)


@dataclass(frozen=True)
class ExtraTerm:
    """An extra covariate with a weight: its name, and the values (texts of decimals) at which its levels begin."""

    name: str
    starts: tuple[str, ...]

    @property
    def term(self) -> Term:
        """The term, named in lower case; what lies below the first start is the reference."""
        between = [f"{low}-<{high}" for low, high in itertools.pairwise(self.starts)]
        return Term(self.name.lower(), (f"<{self.starts[0]}", *between, f">={self.starts[-1]}"))


def extra_terms(rules: Covariates) -> tuple[ExtraTerm, ...]:
    """Give the extra covariates that have a weight, of texts as ``HOSPITAL_KM 10 20``."""
    named = (text.split() for text in rules.extra)
    return tuple(ExtraTerm(name, tuple(starts)) for name, *starts in named)
