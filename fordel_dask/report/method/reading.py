"""What a run's model says, in words: its parameters, each with a sentence of its own or with what the law room says."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fordel_dask.law.parameters import Value, parameters, told
from fordel_dask.model.design import Term
from fordel_dask.model.model import Covariates, model_with
from fordel_dask.model.terms import design_of
from fordel_dask.privacy import redacted
from fordel_dask.report import naming
from fordel_dask.report.told import Told, ToldRun
from fordel_dask.report.wording import Wording

EVERYTHING = 100
"""Years of look-back that stand for all that was delivered."""
AND = {"da": "og", "en": "and"}


@redacted
@dataclass(frozen=True)
class Reading:
    """A run's model and tables beside the language in which they are told."""

    told: Told
    words: Wording

    @property
    def run(self) -> ToldRun:
        """The run."""
        return self.told.run

    def value(self, key: str) -> Any:
        """Give the value of a parameter."""
        return self.run.model.value(key)

    @cached_property
    def covariates(self) -> Covariates:
        """The traits of the model."""
        return model_with(self.run.model.name, self.values).covariates

    @cached_property
    def values(self) -> dict[str, Value]:
        """The values of all parameters, lists as tuples."""
        return {key: _frozen(self.value(key)) for key in parameters()}

    @property
    def different(self) -> list[str]:
        """The parameters that are not as in the national model."""
        return [key for key, parameter in parameters().items() if self.values[key] != parameter.value]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the model, in its order."""
        return design_of(self.covariates).terms

    @property
    def traits(self) -> list[str]:
        """The names of all traits with a weight, extra ones last."""
        own = [
            "age" if name == "age_sex" and not self.covariates.sex else name for name in self.value("covariates.terms")
        ]
        return [*own, *(text.split()[0].lower() for text in self.value("covariates.extra"))]

    @cached_property
    def facts(self) -> Mapping[str, object]:
        """What most sentences are filled with."""
        model, words = self.run.model, self.words
        fee_year = model.year - 1
        return {
            "year": model.year,
            "fee_year": fee_year,
            "status_date": words.date(model.status_date),
            "price_date": words.date(datetime.date(fee_year, 10, 1)),
            "year_end": words.date(datetime.date(model.year, 12, 31)),
            "norm": words.number(model.norm),
            "step": words.number(model.step),
            "km2": words.number(self.value("capacity.floor_km2")),
            "confidence": words.number(model.confidence * 100),
            "threshold": words.number(self.told.clearance.threshold),
        }

    def say(self, word: str, **filled: object) -> str:
        """Give a sentence of the method."""
        return self.words.say(f"method_{word}", **{**self.facts, **filled})

    def knows(self, word: str) -> bool:
        """Tell whether there is such a sentence."""
        return self.words.knows(f"method_{word}")

    def chosen(self, key: str) -> str:
        """Say what the value of a choice means; where there is no sentence for it, name the parameter and its value."""
        word = word_of(key, self.values[key])
        if self.knows(word):
            return self.say(word)
        return self.say("unsaid", doc=told(key, self.words.code).doc.rstrip("."), value=self.plain(key))

    def name(self, key: str) -> str:
        """Name a parameter."""
        return self.say(f"name_{key.replace('.', '_')}")

    def plain(self, key: str) -> str:
        """Write the value of a parameter for a reader, with its unit."""
        return self.written(key, self.values[key])

    def written(self, key: str, value: Value) -> str:
        """Write a value that a parameter might have for a reader, with its unit."""
        if self.knows(word_of(key, value)):
            return self.say(word_of(key, value))
        if isinstance(value, tuple):
            return self.listed([naming.entry(self.words, key, one) for one in value]) or self.say("none")
        if isinstance(value, bool) or value == "":
            return self.say("yes" if value else "none" if value == "" else "no")
        unit = told(key, self.words.code).unit
        if isinstance(value, int):
            return f"{self.words.number(value)} {unit}"
        return naming.decimal(self.words, key, value)

    def listed(self, texts: list[str]) -> str:
        """Write a list as it stands in a sentence: ``a, b og c``."""
        *most, last = texts or [""]
        return f"{', '.join(most)} {AND[self.words.code]} {last}" if most else last


def word_of(key: str, value: Value) -> str:
    """Name the sentence that says what a value of a parameter means."""
    text = "_".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()
    return f"{key.replace('.', '_')}__{text}"


def _frozen(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value
