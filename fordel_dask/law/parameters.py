"""The parameters of the model: each with value, unit, date, source and kind."""

import datetime
import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]
KINDS = ("law", "register", "published", "inferred", "assumption")


@dataclass(frozen=True)
class Parameter:
    """One parameter as the law, a publication or this project sets it."""

    key: str
    value: Value
    unit: str
    valid_from: datetime.date
    kind: str
    source: str
    doc: str
    choices: tuple[str | int, ...] = ()


@functools.cache
def parameters() -> dict[str, Parameter]:
    """Give every parameter by its dotted key, in the order of ``law/parameters.toml``."""
    text = resources.files("fordel_dask.law").joinpath("parameters.toml").read_text("utf-8")
    return {entry["key"]: _parameter(entry) for entry in tomllib.loads(text)["parameter"]}


def _parameter(entry: dict[str, object]) -> Parameter:
    value, choices = entry["value"], entry.get("choices", [])
    return Parameter(
        key=str(entry["key"]),
        value=tuple(value) if isinstance(value, list) else value,  # type: ignore[arg-type]
        unit=str(entry["unit"]),
        valid_from=entry["from"],  # type: ignore[arg-type]
        kind=str(entry["kind"]),
        source=str(entry["source"]),
        doc=str(entry["doc"]),
        choices=tuple(choices),  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Told:
    """What is told of a parameter in one language."""

    unit: str
    doc: str
    source: str


def told(key: str, lang: str) -> Told:
    """Give what is told of a parameter in English (``en``) or Danish (``da``)."""
    if lang == "da":
        return Told(**_in_danish()[key])
    parameter = parameters()[key]
    return Told(parameter.unit, parameter.doc, parameter.source)


@functools.cache
def _in_danish() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("fordel_dask.law").joinpath("parameters_da.toml").read_text("utf-8"))
