"""What in the model is law and what is assumed, and where a run differs from the national model."""

from collections import Counter
from collections.abc import Iterator

from fordel_dask.law.parameters import parameters
from fordel_dask.report.method.blocks import Block, Heading, Items, Paragraph, Section, Tabled
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.naming import source_in_words
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.told import UNSURE

KINDS = ("law", "register", "published", "inferred", "assumption")
OF_A_TRAIT = (
    *(("origin", "origin_"), ("civil_status", "civil_"), ("civil_status", "single_")),
    *(("labour_market", "labour_market_"), ("labour_market", "permanent_"), ("labour_market", "temporary_")),
    *(("somatic", "somatic_"), ("psychiatric", "psychiatric_")),
)
"""Traits, and how the names of their own choices begin."""
CALLED_FOR: dict[str, tuple[tuple[str, tuple[str | bool, ...]], ...]] = {
    "consumption.home_visits": (("consumption.prices", ("standard", "time")),),
    "consumption.left_out": (("consumption.prices", ("standard", "time")),),
    "consumption.chronic_care_percent": (("consumption.chronic_care", ("fee", "share")),),
    "covariates.single_age_starts": (("covariates.civil_scheme", ("single_by_age",)),),
    "covariates.single_elderly_from": (("covariates.civil_scheme", ("with_single_elderly",)),),
    "covariates.somatic_conditions": (("covariates.somatic_measure", ("multimorbidity",)),),
    "covariates.somatic_cut_points": (("covariates.somatic_scheme", ("count",)),),
    "covariates.psychiatric_cut_points": (("covariates.psychiatric_scheme", ("count",)),),
    "weights.tweedie_power": (("weights.estimator", ("tweedie",)),),
    "life_expectancy.shrinkage_citizens": (("life_expectancy.level", ("area",)),),
    "capacity.floor_level": (("capacity.floor", (True,)),),
}
"""Choices that have an effect only with these values of another."""


def assumptions(reading: Reading) -> Section:
    """Say what is law and what is not, and where the run differs from the national model."""
    return Section("assumptions", reading.say("assumptions"), list(_assumptions(reading)))


def _assumptions(reading: Reading) -> Iterator[Block]:
    kinds = Counter(entry["kind"] for entry in reading.run.model.parameters.values())
    yield Paragraph(reading.say("assumptions_lead", number=reading.words.number(sum(kinds.values()))))
    known = [kind for kind in KINDS if kinds[kind]]
    yield Items([reading.say(f"kind_{kind}", number=reading.words.number(kinds[kind])) for kind in known])
    yield Heading(reading.say("differs"))
    different = [_difference(reading, key) for key in reading.different]
    yield Items(different) if different else Paragraph(reading.say("differs_nowhere"))
    yield Heading(reading.say("unsure"))
    yield Tabled(_unsure(reading))
    kept = [key for key in reading.run.model.unsure if key not in reading.different]
    idle = [reading.name(key) for key in kept if is_idle(reading, key)]
    if idle:
        names = reading.listed([_uncapital(name) for name in idle])
        yield Paragraph(reading.say("unsure_idle", names=names), soft=True)


def _difference(reading: Reading, key: str) -> str:
    national = reading.written(key, parameters()[key].value)
    return reading.say("difference", name=reading.name(key), here=_ended(reading.plain(key)), national=_ended(national))


def _ended(text: str) -> str:
    return text.removesuffix(".")


def _unsure(reading: Reading) -> Table:
    columns = [Column(reading.say(head), TEXT) for head in ("choice", "in_this_run", "why")]
    lang = reading.words.code
    unsure = sorted(reading.run.model.unsure.items(), key=lambda one: UNSURE.index(one[1]["kind"]))
    rows = [
        [
            Cell(reading.name(key)),
            Cell(_short(reading, key)),
            Cell(f"{reading.say(entry['kind'])}: {source_in_words(key, lang)}"),
        ]
        for key, entry in unsure
        if not is_idle(reading, key) and key not in reading.different
    ]
    return Table(reading.say("unsure_table"), columns, rows)


def _short(reading: Reading, key: str) -> str:
    """Write a value; of a long list how many it has, for they stand in section 4."""
    value = reading.values[key]
    if key.endswith("_conditions") and isinstance(value, tuple):
        return reading.say("conditions_listed", number=reading.words.number(len(value)))
    return _ended(reading.plain(key))


def is_idle(reading: Reading, key: str) -> bool:
    """Tell whether a choice has no effect in this run, because another one does not call for it."""
    if any(key.startswith(f"covariates.{start}") for name, start in OF_A_TRAIT if not _has(reading, name)):
        return True
    return any(reading.value(other) not in wanted for other, wanted in CALLED_FOR.get(key, ()))


def _has(reading: Reading, trait: str) -> bool:
    return trait in reading.value("covariates.terms")


def _uncapital(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
