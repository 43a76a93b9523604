"""The end of the page: why figures are missing, the words that it uses, and its sources."""

from fordel_dask.law.glossary import Word, glossary
from fordel_dask.law.language import DANISH
from fordel_dask.report.credits import OF_THE_METHOD, credits_in_words
from fordel_dask.report.method.blocks import Block, Items, Paragraph, Section, Tabled
from fordel_dask.report.method.clinics import FURTHER, PHASE_IN
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.picture import TEXT, Cell, Column, Table

HASH_GROUP = 8
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
    "exposure": ("weights.exposure", "population.groups"),
    "estimation sample": ("weights.excluded_clinic_types", "weights.exposure", "weights.sample_areas"),
    "clamp": (),
    "life expectancy correction": tuple(f"life_expectancy.{name}" for name in ("exponent", "form", "level", "columns")),
    "need": ("capacity.citizens_per_capacity",),
    "floor": ("capacity.floor", "capacity.floor_km2", "capacity.floor_level", "capacity.floor_where"),
    "maximum_capacities": ("capacity.rounding", "capacity.floor", "capacity.floor_level"),
    "projection": ("capacity.projection_percent",),
    "minimum_patients": (),
    "minimum per capacity": ("capacity.citizens_per_capacity", "clinics.rounding_step", *FURTHER, PHASE_IN),
}
"""Words of the glossary that the page uses, with the parameters whose national value their definition tells."""


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
    if set(WORDS[word.term]) & set(reading.different):
        return reading.say("meaning_differs")
    return word.definition_da if reading.words.code == DANISH else word.definition


def sources(reading: Reading) -> Section:
    """Name the sources, the model and the program."""
    model = reading.run.model
    hash_groups = [model.hash[at : at + HASH_GROUP] for at in range(0, len(model.hash), HASH_GROUP)]
    blocks: list[Block] = [
        Paragraph(reading.say("sources_lead")),
        Items(credits_in_words(OF_THE_METHOD, reading.words)),
        Paragraph(reading.say("sources_model", name=model.name, program=model.program)),
        Paragraph(reading.say("sources_hash", hash=" ".join(hash_groups)), soft=True),
    ]
    return Section("sources", reading.say("sources"), blocks)
