"""Three invented citizens, weighed by the weights of a run."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask import law
from fordel_dask.model.design import Term
from fordel_dask.model.model import Covariates
from fordel_dask.model.terms import levels_from
from fordel_dask.report.method.blocks import Block, Paragraph, Step, Sum, Sums
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.naming import AGES, DISEASES, level_name, reference_name, term_name

KRONER, WEIGHT = 2, 3
DIVORCED, IMMIGRANT, PENSION = "F", "2", "disability_pension"


@dataclass(frozen=True)
class Invented:
    """An invented citizen; diseases by their names in the list, ``country`` of an immigrant by its code."""

    word: str
    sex: str
    age: int
    country: str = ""
    is_divorced: bool = False
    has_pension: bool = False
    somatic: tuple[str, ...] = ()
    psychiatric: tuple[str, ...] = ()


INVENTED = (
    Invented("citizen_a", "F", 72, somatic=("ihd", "diabetes")),
    Invented("citizen_b", "M", 34, country="5456"),
    Invented("citizen_c", "F", 47, is_divorced=True, has_pension=True, psychiatric=("mood_anxiety",)),
)
MIXED_GROUPS = {
    "menapt": "menapt",
    "menapt_by_type": "menapt_immigrant",
    "all": "immigrant_or_descendant",
    "by_type": "immigrant",
    "western": "non_western",
    "standard": "non_western_immigrant",
}
"""What an immigrant from a MENAPT country is called in each scheme of origin."""


@dataclass(frozen=True)
class Weighed:
    """A citizen's levels with the kroner and weight of each, in the order of the model, and what they sum to."""

    parts: tuple[tuple[Term, str, Fraction, Fraction], ...]

    @property
    def kroner(self) -> Fraction:
        """Sum of the kroner, which may be below 0."""
        return sum((kroner for _, _, kroner, _ in self.parts), Fraction(0))

    @property
    def weight(self) -> Fraction:
        """Weight before the correction for life expectancy; 0 where the kroner are below 0."""
        return max(sum((weight for *_, weight in self.parts), Fraction(0)), Fraction(0))


def citizens(reading: Reading, mean: Fraction | None) -> Iterator[Block]:
    """Tell what each of the invented citizens is expected to consume and weighs."""
    weighed = [(one, weigh(one, reading)) for one in INVENTED]
    yield Paragraph(reading.say("citizens_lead"))
    if mean is None or any(found is None for _, found in weighed):
        yield Paragraph(reading.say("citizens_kept_back"))
        return
    yield Sums([_sum(reading, one, found, mean) for one, found in weighed if found is not None])


def weigh(one: Invented, reading: Reading) -> Weighed | None:
    """Give a citizen's levels with what they weigh in a run; none where a weight is not told."""
    parts = []
    for term in reading.terms:
        level = level_of(one, term, reading.covariates)
        if term.has_reference and level == term.levels[0]:
            parts.append((term, level, Fraction(0), Fraction(0)))
            continue
        row = reading.run.weights.get((term.name, level))
        if row is None or not row["coefficient_kr"] or not row["weight"]:
            return None
        parts.append((term, level, Fraction(row["coefficient_kr"]), Fraction(row["weight"])))
    return Weighed(tuple(parts))


def level_of(one: Invented, term: Term, rules: Covariates) -> str:
    """Give the level of a term that an invented citizen has; the first where the term is one of no register here."""
    if term.name in AGES:
        band = _band(one.age, rules)
        return f"{one.sex} {band}" if term.name == "age_sex" else band
    if term.name in DISEASES:
        return _count_level(one, term, rules)
    if term.levels == ("no", "yes"):
        return "yes" if term.name in (*one.somatic, *one.psychiatric) else "no"
    named = {
        "origin": _origin(one, rules),
        "civil_status": _civil_status(one, rules),
        "labour_market": _labour_market(one, rules),
    }.get(term.name, "")
    return named if named in term.levels else term.levels[0]


def _band(age: int, rules: Covariates) -> str:
    low = min(age, rules.oldest_band_from) // rules.age_band_years * rules.age_band_years
    if age >= rules.oldest_band_from:
        return f"{rules.oldest_band_from}+"
    high = min(low + rules.age_band_years, rules.oldest_band_from) - 1
    return str(low) if low == high else f"{low}-{high}"


def _count_level(one: Invented, term: Term, rules: Covariates) -> str:
    """Give the level of a number of diseases, or of as many points of an index."""
    had: tuple[str, ...] = getattr(one, term.name)
    listed: tuple[str, ...] = getattr(rules, f"{term.name}_conditions")
    by_list = term.name == "psychiatric" or rules.somatic_measure == "multimorbidity"
    number = sum(disease in listed for disease in had) if by_list else len(had)
    starts: tuple[int, ...] = getattr(rules, f"{term.name}_cut_points")
    return term.levels[sum(number >= start for start in starts)]


def _origin(one: Invented, rules: Covariates) -> str:
    if not one.country:
        return ""
    if rules.origin_scheme == "countries":
        return f"country_{one.country}" if IMMIGRANT in rules.origin_types else ""
    is_menapt = one.country in {row["opr_land_code"] for row in law.rows("codes/menapt")}
    if rules.origin_scheme.startswith("menapt") and not is_menapt:
        return ""
    if rules.origin_scheme == "menapt" and IMMIGRANT not in rules.origin_types:
        return ""
    return MIXED_GROUPS[rules.origin_scheme]


def _civil_status(one: Invented, rules: Covariates) -> str:
    if not one.is_divorced:
        return ""
    if rules.civil_scheme == "single_by_age":
        levels = levels_from(rules.single_age_starts)
        return f"single {levels[sum(one.age >= start for start in rules.single_age_starts)]}"
    if DIVORCED in rules.civil_status:
        return "widowed_or_divorced"
    is_elderly = rules.civil_scheme == "with_single_elderly" and one.age >= rules.single_elderly_from
    return "single_elderly" if is_elderly else ""


def _labour_market(one: Invented, rules: Covariates) -> str:
    of_age = rules.labour_market_age_min <= one.age
    if rules.labour_market_age_rule == "fixed":
        of_age = of_age and one.age <= rules.labour_market_age_max
    if not (one.has_pension and of_age):
        return ""
    if PENSION in rules.permanent_benefits:
        return "permanently_outside"
    return "temporarily_outside" if PENSION in rules.temporary_benefits else ""


def _sum(reading: Reading, one: Invented, found: Weighed, mean: Fraction) -> Sum:
    words = reading.words
    steps = [
        Step(_name(reading, term, level), words.number(kroner, KRONER))
        for term, level, kroner, _ in found.parts
        if kroner or term.levels != ("no", "yes")
    ]
    steps.append(Step(reading.say("citizen_kroner"), words.number(found.kroner, KRONER), total=True))
    if found.kroner < 0:
        steps.append(Step(reading.say("citizen_clamped"), words.number(Fraction(0), KRONER)))
    divided = reading.say("citizen_weight", mean=words.number(mean, KRONER))
    steps.append(Step(divided, words.number(found.weight, WEIGHT), total=True))
    return Sum(reading.say(one.word), reading.say(f"{one.word}_text"), steps)


def _name(reading: Reading, term: Term, level: str) -> str:
    if term.has_reference and level == term.levels[0]:
        trait, group = term_name(reading.words, term.name), reference_name(reading.words, term, reading.covariates)
        says_trait = term.name in DISEASES or group.startswith(trait)
        return group if says_trait else reading.say("citizen_trait", trait=trait, group=group)
    return level_name(reading.words, term.name, level, reading.run.model.in_points)
