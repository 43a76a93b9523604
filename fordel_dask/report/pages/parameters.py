"""What of the model is assumed or inferred, as told to a reader: meaning, value and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fordel_dask.law.parameters import parameters
from fordel_dask.law.parameters import told as told_of_parameter
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording

MOST_SHOWN = 8
"""Entries of a list that are shown one by one."""


@dataclass(frozen=True)
class ToldParameter:
    """A parameter as told: its key, meaning, value with unit, kind and source."""

    key: str
    doc: str
    value: str
    kind: str
    source: str


def unsure_parameters(told: Told, words: Wording) -> tuple[ToldParameter, ...]:
    """Give every parameter of a RUN that is assumed or inferred, in the order of the model, named as in the method."""
    reading = Reading(told, words)
    return tuple(_told(key, entry, reading) for key, entry in told.run.model.unsure.items())


def _told(key: str, entry: Mapping[str, Any], reading: Reading) -> ToldParameter:
    kind, source = str(entry["kind"]), str(entry["source"])
    if key not in parameters():
        return ToldParameter(key, key, str(entry["value"]), kind, source)
    known = told_of_parameter(key, reading.words.code)
    is_changed = source != parameters()[key].source
    value = _value(reading, key, known.unit)
    return ToldParameter(key, reading.name(key), value, kind, source if is_changed else known.source)


def _value(reading: Reading, key: str, unit: str) -> str:
    """Write a value as the method's page does; of a long list how many it has."""
    value = reading.values[key]
    if isinstance(value, tuple) and len(value) > MOST_SHOWN:
        return f"{reading.words.number(len(value))} {unit}"
    return reading.plain(key).removesuffix(".")
