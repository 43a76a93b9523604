"""What of the model is assumed or inferred, as told to a reader: what it decides, its value and its source."""

from dataclasses import dataclass

from fordel_dask.report.method.assumptions import is_idle
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.naming import source_in_words
from fordel_dask.report.told import UNSURE, Told
from fordel_dask.report.wording import Wording


@dataclass(frozen=True)
class Unsure:
    """A parameter that is assumed or inferred; ``is_idle`` where another choice leaves it without effect."""

    name: str
    value: str
    kind: str
    source: str
    is_idle: bool


def unsure_parameters(told: Told, words: Wording) -> tuple[Unsure, ...]:
    """Give every parameter of a RUN that is assumed or inferred: assumptions first, each kind as the model has them."""
    reading = Reading(told, words)
    ordered = sorted(told.run.model.unsure.items(), key=lambda one: UNSURE.index(one[1]["kind"]))
    return tuple(_unsure(reading, key, str(entry["kind"])) for key, entry in ordered)


def _unsure(reading: Reading, key: str, kind: str) -> Unsure:
    value = reading.plain(key).removesuffix(".")
    return Unsure(reading.name(key), value, kind, _source(reading, key), is_idle(reading, key))


def _source(reading: Reading, key: str) -> str:
    if key in reading.different:
        return reading.words.say("source_changed")
    return source_in_words(key, reading.words.code)
