"""What of the model is assumed or inferred, as told to a reader: meaning, value and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fordel_dask.law.parameters import parameters, told
from fordel_dask.report.told import ToldRun
from fordel_dask.report.wording import Wording

MOST_SHOWN = 8
"""Entries of a list that are shown one by one."""


@dataclass(frozen=True)
class Told:
    """A parameter as told: its key, meaning, value with unit, kind and source."""

    key: str
    doc: str
    value: str
    kind: str
    source: str


def unsure_parameters(run: ToldRun, words: Wording) -> tuple[Told, ...]:
    """Give every parameter of a RUN that is assumed or inferred, in the order of the model."""
    return tuple(_told(key, entry, words) for key, entry in run.model.unsure.items())


def _told(key: str, entry: Mapping[str, Any], words: Wording) -> Told:
    value, kind = entry["value"], str(entry["kind"])
    if key not in parameters():
        return Told(key, key, _value(value, str(entry["unit"]), words), kind, str(entry["source"]))
    known = told(key, words.code)
    is_changed = str(entry["source"]) != parameters()[key].source
    source = str(entry["source"]) if is_changed else known.source
    return Told(key, known.doc, _value(value, known.unit, words), kind, source)


def _value(value: object, unit: str, words: Wording) -> str:
    """Write a value: lists one by one unless they are long, switches as on and off, numbers with their unit."""
    if isinstance(value, bool):
        return words.say("switched_on" if value else "switched_off")
    if isinstance(value, list | tuple):
        if len(value) > MOST_SHOWN:
            return f"{len(value)} {unit}"
        return ", ".join(map(str, value)) or words.say("none_of_them")
    if isinstance(value, int):
        return f"{words.number(value)} {unit}"
    return str(value)
