"""What differs between two models, in words: each parameter with what it was and is, in English or Danish."""

from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.law.parameters import Value, parameters, told
from fordel_dask.law.words import plain_value
from fordel_dask.model import Model

DANISH = "da"
WITHOUT_UNIT = frozenset({"choice", "on or off", "power", "terms", "conditions", "benefit groups"})
"""Units that say nothing beside a value."""
TAKEN_ONE_BY_ONE = 3
"""Lists of at least so many entries are told by what is added and removed, if that is less than the list."""


@dataclass(frozen=True)
class ParameterChange:
    """A parameter that two models have different values of; ``added`` and ``removed`` are entries of a list."""

    key: str
    before: Value
    after: Value
    added: tuple[str | int, ...] = ()
    removed: tuple[str | int, ...] = ()

    def doc(self, lang: str) -> str:
        """Say what the parameter is."""
        return told(self.key, lang).doc

    def difference(self, lang: str) -> str:
        """Say what becomes of the value: from → to with its unit, or which entries are added (+) and removed (−)."""
        if self.added or self.removed:
            return ", ".join((*(f"+ {one}" for one in self.added), *(f"− {one}" for one in self.removed)))
        unit = "" if parameters()[self.key].unit in WITHOUT_UNIT else f" {told(self.key, lang).unit}"
        return f"{_words(self.before, lang)} → {_words(self.after, lang)}{unit}"

    def words(self, lang: str) -> str:
        """Say the change in one line: the key, and what becomes of its value."""
        return f"{self.key}: {self.difference(lang)}"


def parameter_changes(base: Model, case: Model) -> tuple[ParameterChange, ...]:
    """Give the parameters of which a case has another value than the base, in the order of all parameters."""
    before, after = base.values(), case.values()
    return tuple(_change(key, before[key], after[key]) for key in parameters() if before[key] != after[key])


def in_words(changes: Sequence[ParameterChange], lang: str) -> str:
    """Say several changes in one line."""
    return "; ".join(change.words(lang) for change in changes)


def _change(key: str, before: Value, after: Value) -> ParameterChange:
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) >= TAKEN_ONE_BY_ONE:
        added = tuple(entry for entry in after if entry not in before)
        removed = tuple(entry for entry in before if entry not in after)
        if 0 < len(added) + len(removed) < len(before):
            return ParameterChange(key, before, after, added, removed)
    return ParameterChange(key, before, after)


def _words(value: Value, lang: str) -> str:
    if isinstance(value, bool):
        return {False: "fra", True: "til"}[value] if lang == DANISH else plain_value(value)
    return plain_value(value) or ("ingen" if lang == DANISH else "none")
