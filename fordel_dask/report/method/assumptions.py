"""What in the model is law and what is assumed, where a run differs from the law, and what is kept back."""

from collections import Counter
from collections.abc import Iterator

from fordel_dask.law.glossary import Word, glossary
from fordel_dask.law.language import DANISH
from fordel_dask.law.parameters import parameters, told
from fordel_dask.report.method.blocks import Block, Heading, Items, Paragraph, Section, Tabled
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.told import UNSURE

KINDS = ("law", "register", "published", "inferred", "assumption")
HASH_GROUP = 8
CREDITS = 5
WORDS: dict[str, tuple[str, ...]] = {
    "citizen": ("population.groups",),
    "group 1": ("population.groups",),
    "status date": (),
    "fee year": (),
    "council": (),
    "capacity": ("capacity.citizens_per_capacity",),
    "weight": (),
    "weighted citizens": (),
    "mean weight": (),
    "consumption": ("consumption.prices", "consumption.chronic_care"),
    "contact": (),
    "chronic_care": (),
    "coefficient": ("weights.estimator",),
    "exposure": ("weights.exposure",),
    "estimation sample": ("weights.excluded_clinic_types", "weights.exposure", "weights.sample_areas"),
    "clamp": (),
    "life expectancy correction": ("life_expectancy.exponent", "life_expectancy.form", "life_expectancy.level"),
    "need": ("capacity.citizens_per_capacity",),
    "floor": ("capacity.floor", "capacity.floor_km2", "capacity.floor_level"),
    "maximum_capacities": ("capacity.rounding", "capacity.floor", "capacity.floor_level"),
    "projection": ("capacity.projection_percent",),
    "minimum_patients": (),
    "minimum per capacity": ("capacity.citizens_per_capacity", "clinics.rounding_step"),
}
"""Words of the glossary that the page uses, with the parameters whose national value their definition tells."""


def assumptions(reading: Reading) -> Section:
    """Say what is law and what is not, and where the run differs from the national model."""
    return Section("assumptions", reading.say("assumptions"), list(_assumptions(reading)))


def _assumptions(reading: Reading) -> Iterator[Block]:
    kinds = Counter(entry["kind"] for entry in reading.run.model.parameters.values())
    yield Paragraph(reading.say("assumptions_lead", number=reading.words.number(sum(kinds.values()))))
    yield Items([reading.say(f"kind_{kind}", number=reading.words.number(kinds[kind])) for kind in KINDS if kinds[kind]])
    yield Heading(reading.say("differs"))
    different = [_difference(reading, key) for key in _different(reading)]
    yield Items(different) if different else Paragraph(reading.say("differs_nowhere"))
    yield Heading(reading.say("unsure"))
    yield Tabled(_unsure(reading))


def _different(reading: Reading) -> list[str]:
    return [key for key, parameter in parameters().items() if reading.values[key] != parameter.value]


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
        [Cell(reading.name(key)), Cell(_short(reading, key)), Cell(f"{reading.say(entry['kind'])}: {told(key, lang).source}")]
        for key, entry in unsure
    ]
    return Table(reading.say("unsure_table"), columns, rows)


def _short(reading: Reading, key: str) -> str:
    """Write a value; of a long list how many it has, for they stand in section 4."""
    value = reading.values[key]
    if key.endswith("_conditions") and isinstance(value, tuple):
        return reading.say("conditions_listed", number=reading.words.number(len(value)))
    return _ended(reading.plain(key))


def disclosure(reading: Reading) -> Section:
    """Say why figures are missing."""
    blocks = [Paragraph(reading.say(f"disclosure_{n}")) for n in (1, 2, 3)]
    return Section("disclosure", reading.say("disclosure"), blocks)


def words_used(reading: Reading) -> Section:
    """Define the words that the page uses, as the project's glossary does."""
    by_term = {word.term: word for word in glossary()}
    columns = [Column(reading.say("word"), TEXT), Column(reading.say("meaning"), TEXT)]
    rows = [[Cell(_word(reading, by_term[term])), Cell(_meaning(reading, by_term[term]))] for term in WORDS]
    rows.sort(key=lambda row: row[0].text.casefold())
    return Section("words", reading.say("words"), [Tabled(Table(reading.say("words_table"), columns, rows))])


def _word(reading: Reading, word: Word) -> str:
    text = word.danish.partition(" (")[0] if reading.words.code == DANISH else word.term.replace("_", " ")
    return f"{text[0].upper()}{text[1:]}"


def _meaning(reading: Reading, word: Word) -> str:
    """Define a word; where the run has other rules than the definition tells, send the reader to the text."""
    if set(WORDS[word.term]) & set(_different(reading)):
        return reading.say("meaning_differs")
    return word.definition_da if reading.words.code == DANISH else word.definition


def sources(reading: Reading) -> Section:
    """Name the sources, the model and the program."""
    model = reading.run.model
    hash_groups = [model.hash[at : at + HASH_GROUP] for at in range(0, len(model.hash), HASH_GROUP)]
    blocks = [
        Paragraph(reading.say("sources_lead")),
        Items([reading.say(f"credit_{n}") for n in range(1, CREDITS + 1)]),
        Paragraph(reading.say("sources_model", name=model.name, program=model.program)),
        Paragraph(reading.say("sources_hash", hash=" ".join(hash_groups)), soft=True),
    ]
    return Section("sources", reading.say("sources"), blocks)
