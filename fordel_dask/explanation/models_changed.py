"""What differs between the models of two RUNs, in words: their manifests and the levels of their weights."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fordel_dask.explanation.figures_changed import Pair
from fordel_dask.law.parameters import parameters
from fordel_dask.law.words import level_words, plain_value

Manifest = Mapping[str, Any]
YEAR, LIFE_EXPECTANCY, PROJECTION, PARAMETER, LEVEL = "year", "life_expectancy", "projection", "parameter", "level"
UNTOLD = "not told"


@dataclass(frozen=True)
class ModelChange:
    """One thing that differs: what it is (``kind``, ``key``), what it was and is, and what that means."""

    kind: str
    key: str
    unit: str
    before: str
    after: str
    words: str


def model_changes(before: Manifest, after: Manifest, pair: Pair) -> tuple[ModelChange, ...]:
    """Give what differs: year, life expectancy of the country, projection, parameters, and levels only one has."""
    return (*_nation(before, after), *_parameters(before, after), *_levels(pair))


def _nation(before: Manifest, after: Manifest) -> Iterator[ModelChange]:
    for key, unit, words in (
        (YEAR, "year", "Planning year: citizens are counted on its first day, consumption in the year before."),
        (LIFE_EXPECTANCY, "years", "Life expectancy at birth in the country, by which municipalities are corrected."),
    ):
        old, new = (str(manifest["nation"].get(key, UNTOLD)) for manifest in (before, after))
        if old != new:
            yield ModelChange(key, key, unit, old, new, words)
    old, new = (plain_value(bool(manifest["noticed"].get(PROJECTION))) for manifest in (before, after))
    if old != new:
        words = "Whether need is that of the population expected at the year's end (R4)."
        yield ModelChange(PROJECTION, PROJECTION, "switch", old, new, words)


def _parameters(before: Manifest, after: Manifest) -> Iterator[ModelChange]:
    old, new = (manifest["model"]["parameters"] for manifest in (before, after))
    known = parameters()
    for key in dict.fromkeys((*old, *new)):
        then, now = (plain_value(entries[key]["value"]) if key in entries else UNTOLD for entries in (old, new))
        if then != now:
            unit = str((new.get(key) or old[key]).get("unit", ""))
            yield ModelChange(PARAMETER, key, unit, then, now, known[key].doc if key in known else "")


def _levels(pair: Pair) -> Iterator[ModelChange]:
    before, after = pair.weights
    for level in dict.fromkeys((*before, *after)):
        if level not in before or level not in after:
            then, now = (plain_value(level in levels) for levels in (before, after))
            words = f"Only one of the models weighs: {level_words(*level)}. In the other the weight counts as 0."
            yield ModelChange(LEVEL, " ".join(level), "switch", then, now, words)
