"""The weights: how they are estimated, the run's own, and three invented citizens."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from fordel_dask.model.design import Term
from fordel_dask.report.method.blocks import Block, Formula, Heading, Paragraph, Section, Tabled
from fordel_dask.report.method.citizens import citizens
from fordel_dask.report.method.formulas import below_each_other, formula, named, over, row, sign
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.naming import AGES, level_name, reference_name, term_name
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.told import Row
from fordel_dask.report.wording import NONE

LINEAR = ("least_squares", "clinic_fixed_effects")
"""Estimators by which kroner of traits are added."""
KRONER, WEIGHT = 2, 3
"""Decimals of kroner and of weights."""


def weights(reading: Reading) -> Section:
    """Tell how weights are estimated, what they are, and what three citizens weigh."""
    return Section("weights", reading.say("weights"), list(_weights(reading)))


def _weights(reading: Reading) -> Iterator[Block]:
    yield Paragraph(f"{reading.say('weights_lead')} {reading.chosen('weights.estimator')}")
    if reading.value("weights.estimator") == "tweedie":
        yield Paragraph(reading.say("weights_power", power=reading.plain("weights.tweedie_power")))
    if is_linear(reading):
        yield _added_up(reading)
    yield Paragraph(" ".join(_sample(reading)))
    yield Paragraph(reading.say("weights_clamp"))
    yield _weight_formula(reading)
    for text in reading.value("weights.uplift"):
        yield Paragraph(_uplift(reading, text))
    if not is_linear(reading):
        yield Paragraph(reading.say("weights_not_linear"))
        return
    mean = mean_kroner(reading.run.weights)
    yield Heading(reading.say("weights_table"))
    yield Paragraph(" ".join(_how_to_read(reading, mean)))
    for table in _tables(reading):
        yield Tabled(table)
    yield Heading(reading.say("citizens"))
    yield from citizens(reading, mean)


def _how_to_read(reading: Reading, mean: Fraction | None) -> Iterator[str]:
    yield reading.say("weights_read", ages=term_name(reading.words, reading.terms[0].name))
    if mean is not None:
        yield reading.say("weights_mean", mean=reading.words.number(mean, KRONER))
    yield reading.chosen("weights.standard_errors")


def is_linear(reading: Reading) -> bool:
    """Tell whether the kroner of a citizen's traits are added up."""
    return reading.value("weights.estimator") in LINEAR


def mean_kroner(weights: Mapping[tuple[str, str], Row]) -> Fraction | None:
    """Give the mean expected consumption that weights are measured by: kroner over weight, where the weight is largest.

    The weight is told with nine decimals, so that the mean is known to far less than an øre.
    """
    told = [one for one in weights.values() if one["coefficient_kr"] and one["weight"] and Fraction(one["weight"])]
    if not told:
        return None
    largest = max(told, key=lambda one: abs(Fraction(one["weight"])))
    return Fraction(largest["coefficient_kr"]) / Fraction(largest["weight"])


def _added_up(reading: Reading) -> Formula:
    traits = [named(term_name(reading.words, name)) for name in reading.traits]
    lines = [row(sign("+" if place else "="), trait) for place, trait in enumerate(traits)]
    return formula(reading, "weights_sum", below_each_other([named(reading.say("expected")), *lines]))


def _weight_formula(reading: Reading) -> Formula:
    mean = named(reading.say("expected_mean"))
    ratio = over(named(reading.say("expected_own")), mean)
    return formula(reading, "weights_ratio", named(reading.say("weight_name")), sign("="), ratio)


def _sample(reading: Reading) -> Iterator[str]:
    excluded = reading.plain("weights.excluded_clinic_types")
    has_any = bool(reading.value("weights.excluded_clinic_types"))
    yield reading.say("sample_without" if has_any else "sample_all", clinics=excluded)
    yield reading.chosen("weights.exposure")
    yield reading.chosen("weights.sample_areas")


def _uplift(reading: Reading, text: str) -> str:
    term, *level, percent = text.split()
    name = level_name(reading.words, term, " ".join(level), reading.run.model.in_points)
    return reading.say("weights_uplift", level=name, percent=reading.words.shortest(Fraction(percent)))


def _tables(reading: Reading) -> Iterator[Table]:
    ages = next(term for term in reading.terms if term.name in AGES)
    yield _paired(reading, ages) if ages.name == "age_sex" else _listed(reading, [ages], "weights_of_ages")
    yield _listed(reading, [term for term in reading.terms if term is not ages], "weights_of_traits")


def _paired(reading: Reading, ages: Term) -> Table:
    """Put women and men of an age beside each other."""
    columns = [Column(reading.say("age"), TEXT)]
    for who in (reading.say("women"), reading.say("men")):
        columns += [Column(who, unit=reading.say("kroner_a_year")), Column(who, unit=reading.say("weight_name"))]
    rows = []
    for band in dict.fromkeys(level[2:] for level in ages.levels):
        name = level_name(reading.words, "age", band, reading.run.model.in_points)
        figures = [cell for sex in "FM" for cell in _cells(reading, ages.name, f"{sex} {band}")]
        rows.append([Cell(name), *figures])
    return Table(reading.say("weights_of_ages"), columns, rows)


def _listed(reading: Reading, terms: list[Term], caption: str) -> Table:
    unit, has_intervals = reading.say("kroner_a_year"), bool(reading.run.intervals)
    columns = [Column(_capital(reading.say(head)), TEXT) for head in ("trait", "compared_with")]
    columns.append(Column(_capital(reading.say("coefficient")), unit=unit))
    if has_intervals:
        columns.append(Column(_capital(reading.say("interval")), unit=unit))
    columns.append(Column(_capital(reading.say("weight_name"))))
    rows = []
    for term, level in ((one, level) for one in terms for level in one.estimated):
        reference = reference_name(reading.words, term, reading.covariates) if term.has_reference else NONE
        kroner, weight = _cells(reading, term.name, level)
        interval = [Cell(_interval(reading, term.name, level))] if has_intervals else []
        name = _capital(level_name(reading.words, term.name, level, reading.run.model.in_points))
        rows.append([Cell(name), Cell(reference), kroner, *interval, weight])
    return Table(reading.say(caption), columns, rows)


def _cells(reading: Reading, term: str, level: str) -> list[Cell]:
    words, told = reading.words, reading.run.weights.get((term, level))
    kroner, weight = (told["coefficient_kr"], told["weight"]) if told else ("", "")
    return [Cell(words.figure(kroner, KRONER), kroner), Cell(words.figure(weight, WEIGHT), weight)]


def _interval(reading: Reading, term: str, level: str) -> str:
    found = reading.run.intervals.get(("weight", term, level), {}).get("coefficient_kr")
    if not found or not found["low"]:
        return NONE
    low, high = (reading.words.figure(found[end], KRONER) for end in ("low", "high"))
    return reading.say("from_to", low=low, high=high)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
