"""The traits of citizens that have a weight: how many groups each has, which is the reference, how they are found."""

from collections.abc import Callable, Iterator

from fordel_dask.model.terms import TERMS, conditions_with_weight, terms_of
from fordel_dask.report.method.blocks import Block, Heading, Paragraph, Section
from fordel_dask.report.method.reading import EVERYTHING, Reading
from fordel_dask.report.naming import condition, level_name, reference_name, term_name


def traits(reading: Reading) -> Section:
    """Tell every trait of the run, and which of the law's it leaves out."""
    return Section("traits", reading.say("traits"), list(_traits(reading)))


def _traits(reading: Reading) -> Iterator[Block]:
    counted = [name for name in TERMS if name in reading.value("covariates.terms")]
    yield Paragraph(reading.say("traits_lead", number=reading.words.number(len(counted))))
    tell: dict[str, Callable[[Reading], Iterator[str]]] = {
        "age_sex": _age,
        "origin": _origin,
        "civil_status": _civil_status,
        "labour_market": _labour_market,
        "somatic": lambda reading: _disease(reading, "somatic"),
        "psychiatric": lambda reading: _disease(reading, "psychiatric"),
    }
    for name in counted:
        yield Heading(_title(reading, name))
        yield Paragraph(" ".join(tell[name](reading)))
    if any(name in counted for name in ("somatic", "psychiatric")):
        yield Heading(reading.say("diagnoses"))
        yield Paragraph(" ".join(_diagnoses(reading)))
    yield from _extra(reading)
    left = [term_name(reading.words, name) for name in TERMS if name not in counted]
    if left:
        yield Paragraph(reading.say("traits_left_out", terms=reading.listed(left)))


def _title(reading: Reading, name: str) -> str:
    text = term_name(reading.words, "age" if name == "age_sex" and not reading.covariates.sex else name)
    return f"{text[0].upper()}{text[1:]}"


def _groups(reading: Reading, name: str) -> str:
    """Say how many groups a trait has, and which is the reference."""
    term = next(iter(terms_of(name, reading.covariates)))
    reference = reading.say("group_of_reference", name=reference_name(reading.words, term, reading.covariates))
    levels = [level_name(reading.words, term.name, level, reading.run.model.in_points) for level in term.estimated]
    number = reading.words.number(len(term.levels))
    return reading.say("groups", number=number, levels=reading.listed([reference, *levels]))


def _age(reading: Reading) -> Iterator[str]:
    term = terms_of("age_sex", reading.covariates)[0]
    yield reading.say(
        "age_groups",
        years=reading.words.number(reading.covariates.age_band_years),
        oldest=reading.covariates.oldest_band_from,
        groups=reading.words.number(len(term.levels)),
    )
    yield reading.chosen("covariates.sex")
    yield reading.say("age_reference")


def _origin(reading: Reading) -> Iterator[str]:
    rules = reading.covariates
    yield reading.chosen("covariates.origin_scheme")
    if rules.origin_scheme in ("menapt", "countries"):
        yield reading.say("origin_types", types=reading.plain("covariates.origin_types"))
    if "menapt" in rules.origin_scheme:
        yield reading.say("origin_menapt")
    if rules.origin_scheme != "countries" or rules.origin_countries:
        yield _groups(reading, "origin")


def _civil_status(reading: Reading) -> Iterator[str]:
    rules = reading.covariates
    yield reading.chosen("covariates.civil_scheme")
    if rules.civil_scheme != "single_by_age":
        yield reading.say("civil_codes", codes=reading.plain("covariates.civil_status"))
    if rules.civil_scheme == "with_single_elderly":
        yield reading.say("civil_elderly", age=rules.single_elderly_from)
    if rules.civil_covariate:
        yield reading.say("civil_covariate", name=rules.civil_covariate)
    yield _groups(reading, "civil_status")


def _labour_market(reading: Reading) -> Iterator[str]:
    rules = reading.covariates
    word = "labour_ages" if rules.labour_market_age_rule == "fixed" else "labour_ages_pension"
    yield reading.say(word, youngest=rules.labour_market_age_min, oldest=rules.labour_market_age_max)
    yield reading.say("labour_permanent", benefits=reading.plain("covariates.permanent_benefits"))
    yield reading.say("labour_temporary", benefits=reading.plain("covariates.temporary_benefits"))
    yield reading.say("labour_weeks", weeks=rules.labour_market_weeks)
    yield _groups(reading, "labour_market")


def _disease(reading: Reading, kind: str) -> Iterator[str]:
    rules = reading.covariates
    measure = rules.somatic_measure if kind == "somatic" else "multimorbidity"
    if measure != "multimorbidity":
        yield reading.chosen("covariates.somatic_measure")
        yield _groups(reading, kind)
        return
    found = conditions_with_weight(kind, rules)
    names = reading.listed([condition(reading.words, one) for one in found])
    yield reading.say(f"disease_{kind}", number=reading.words.number(len(found)), names=names)
    unseen = [condition(reading.words, one) for one in getattr(rules, f"{kind}_conditions") if one not in found]
    if unseen:
        yield reading.say("disease_unseen", names=reading.listed(unseen))
    if kind == "somatic" and rules.counted_covariate:
        yield reading.say("disease_counted_covariate", name=rules.counted_covariate)
    if getattr(rules, f"{kind}_scheme") == "each":
        yield reading.say("disease_each", number=reading.words.number(len(found)))
        return
    yield reading.say("disease_count")
    yield _groups(reading, kind)


def _diagnoses(reading: Reading) -> Iterator[str]:
    rules = reading.covariates
    yield reading.chosen("covariates.disease_definition")
    yield _lookback(reading, "lookback", rules.lookback_years)
    yield _lookback(reading, "lookback_cancer", rules.cancer_lookback_years)
    yield reading.say("diagnosis_kinds", kinds=reading.plain("covariates.diagnosis_kinds"))


def _lookback(reading: Reading, word: str, years: int) -> str:
    return reading.say(f"{word}_ever") if years == EVERYTHING else reading.say(word, years=years)


def _extra(reading: Reading) -> Iterator[Block]:
    terms = reading.terms[len(reading.terms) - len(reading.covariates.extra) :]
    if not terms:
        return
    yield Heading(reading.say("extra"))
    for term in terms:
        levels = [level_name(reading.words, term.name, level, reading.run.model.in_points) for level in term.estimated]
        reference = reference_name(reading.words, term, reading.covariates)
        yield Paragraph(reading.say("extra_term", levels=reading.listed(levels), reference=reference))
