"""One word for one thing: the glossary is whole, and public names keep to it."""

import json

import pytest
from click.testing import CliRunner

from fordel_dask.cli.knowledge import glossary as command
from fordel_dask.errors import UsageError
from fordel_dask.law.glossary import find_words, glossary
from fordel_dask.law.parameters import parameters
from fordel_dask.schema.results import RESULT_TABLES

WORDS = {
    "citizen",
    "clinic",
    "municipality",
    "council",
    "area",
    "capacity",
    "weight",
    "cell",
    "fee",
    "chronic_care",
    "need",
    "floor",
    "minimum_patients",
    "exposure",
    "covariate",
    "term",
    "level",
    "contact",
    "projection",
    "part",
    "clamp",
    "quarantined",
    "dropped",
    "partition",
    "store",
    "facts",
    "RUN",
    "manifest",
    "register",
    "model",
    "scenario",
    "variant",
    "raw weight",
    "mean weight",
    "estimation sample",
    "group 1",
    "status date",
    "planning year",
    "fee year",
    "life expectancy correction",
}
RESULT_NAMES = sorted({column.name for table in RESULT_TABLES for column in table.columns})
AVOIDED = sorted({(avoid, word.term) for word in glossary() for avoid in word.avoid})


def holds(name: str, avoided: str) -> bool:
    return f"_{avoided}_" in f"_{name.casefold()}_"


def test_every_word_of_the_project_is_there():
    assert {word.term for word in glossary()} >= WORDS


@pytest.mark.parametrize("word", glossary(), ids=lambda word: word.term)
def test_a_word_says_all_it_must(word):
    assert all((word.term, word.danish, word.definition, word.definition_da, word.source, word.avoid))
    assert word.definition.endswith(".")
    assert word.definition_da.endswith(".")


def test_terms_and_words_not_to_use_are_told_apart():
    terms = [word.term for word in glossary()]
    avoided = [avoid for avoid, _ in AVOIDED]
    assert len(terms) == len(set(terms))
    assert len(avoided) == len(set(avoided))
    assert not {term.replace(" ", "_") for term in terms} & set(avoided)


@pytest.mark.parametrize("name", RESULT_NAMES)
def test_no_result_column_uses_a_word_that_is_not_to_be_used(name):
    assert [avoid for avoid, _ in AVOIDED if holds(name, avoid)] == []


@pytest.mark.parametrize("key", parameters())
def test_no_parameter_uses_a_word_that_is_not_to_be_used(key):
    assert [avoid for avoid, _ in AVOIDED if holds(key.replace(".", "_"), avoid)] == []


FOUND = {
    "by its term": ("need", ["need"]),
    "by its Danish term": ("minimumspatienttal", ["minimum_patients"]),
    "by a word that is not to be used": ("practice", ["clinic"]),
    "by a piece, if nothing is exact": ("lægekap", ["capacity", "need", "floor"]),
    "with a blank for an underscore": ("chronic care", ["chronic_care"]),
    "in capitals": ("SUNDHEDSRÅD", ["council"]),
}


@pytest.mark.parametrize(("query", "terms"), FOUND.values(), ids=FOUND)
def test_a_word_is_found(query, terms):
    assert [word.term for word in find_words(query)][: len(terms)] == terms


def test_the_command_speaks_danish_and_english():
    danish = CliRunner().invoke(command, ["weight", "--lang", "da"]).output
    english = CliRunner().invoke(command, ["weight"]).output
    assert danish.startswith("sygdomsvægt – weight")
    assert "gennemsnitsborgeren" in danish
    assert english.startswith("weight – sygdomsvægt")
    assert "Not: score" in english


def test_the_command_lists_everything_as_json():
    content = json.loads(CliRunner().invoke(command, ["--json"]).output)
    assert [word["term"] for word in content["words"]] == [word.term for word in glossary()]


def test_an_unknown_word_is_refused_with_the_nearest():
    result = CliRunner().invoke(command, ["capasity"])
    assert isinstance(result.exception, UsageError)
    assert "capacity" in str(result.exception)
