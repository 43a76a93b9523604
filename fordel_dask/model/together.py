"""Several variants made together, and grids: every value of some parameters with every value of others."""

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from fordel_dask.documents import toml_of
from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults, every
from fordel_dask.law.words import plain_value
from fordel_dask.model.changes import Change, Changes, full_key
from fordel_dask.model.forms import typed
from fordel_dask.model.scenario import Case, case_of, load_case

AND = "+"
"""Between names of variants that are made together."""


def combined(names: Sequence[str]) -> Case:
    """Give the case of several variants or files made together, such as ``V31.none`` and ``V17``.

    Raises
    ------
    ModelError
        One of them is not there, or two change the same parameter to different values: all are named.
    """
    return combine(every([partial(load_case, name) for name in names]))


def combine(cases: Sequence[Case]) -> Case:
    """Give the case that makes the changes of all cases.

    Raises
    ------
    ModelError
        Two change the same parameter to different values, or changes contradict each other: all are named.
    """
    faults = Faults()
    changes = _merged({case.name: case.changes for case in cases}, faults)
    faults.refuse()
    titles = (
        AND.join(case.title or case.name for case in cases),
        AND.join(case.title_da or case.name for case in cases),
    )
    together = case_of(AND.join(case.name for case in cases), titles, changes, faults, frozenset())
    faults.refuse()
    return together


def _merged(by_name: Mapping[str, Changes], faults: Faults) -> dict[str, Change]:
    merged: dict[str, Change] = {}
    names: dict[str, list[str]] = {}
    for name, changes in by_name.items():
        for key, change in changes.items():
            first = merged.get(key, change)
            both = _both(first, change)
            if both is None:
                others = " and ".join(names[key])
                faults.add(
                    ModelError(
                        f"{others} and {name} cannot be made together: {first.told()}, but {change.told()}. "
                        f"Leave one of them out."
                    )
                )
            merged[key] = both or first
            names.setdefault(key, []).append(name)
    return merged


def _both(one: Change, other: Change) -> Change | None:
    """Give the change that makes both of one key, none if they differ; entries of lists may be added side by side."""
    if one.value is not None or other.value is not None:
        return one if one == other else None
    added, removed = (
        tuple(dict.fromkeys((*a, *b))) for a, b in ((one.added, other.added), (one.removed, other.removed))
    )
    return None if {*added} & {*removed} else Change(one.key, added=added, removed=removed)


def grid(texts: Sequence[str]) -> tuple[Case, ...]:
    """Give a case for every value of a grid such as ``life_expectancy.exponent=0,0.5,1,2``.

    Of several texts every value of one is taken with every value of the others. A value of a list is written with
    brackets (``somatic_cut_points=[1],[1,2]``). Each is named by what it sets: ``life_expectancy.exponent=0.5``.

    Raises
    ------
    ModelError
        A text is no grid, or a key or value is not allowed, or values contradict each other: all are named.
    """
    axes = every([partial(_axis, text) for text in texts])
    keys = [axis[0].key for axis in axes]
    for key in {key for key in keys if keys.count(key) > 1}:
        raise ModelError(f"--grid varies {key} twice. Give all its values in one.")
    faults = Faults()
    cases = [_grid_case(point, faults) for point in itertools.product(*axes)]
    faults.refuse()
    return tuple(cases)


def _grid_case(point: Sequence[Change], faults: Faults) -> Case:
    name = AND.join(f"{change.key}={_written(change)}" for change in point)
    return case_of(name, (name, name), {change.key: change for change in point}, faults, frozenset())


def _written(change: Change) -> str:
    if isinstance(change.value, bool):
        return str(change.value).lower()
    return plain_value(change.value).replace(", ", ",")


def _axis(text: str) -> list[Change]:
    written, _, values = text.partition("=")
    key = full_key(written.strip())
    entries = list(_entries(values))
    if not entries:
        raise ModelError(f"--grid '{text}' has no values: expected {key}=VALUE,VALUE.")
    found = every([partial(_point, key, entry) for entry in entries])
    if len({change.value for change in found}) < len(found):
        raise ModelError(f"--grid '{text}' names a value twice.")
    return found


def _point(key: str, entry: object) -> Change:
    return Change(key, typed(key, entry))


def _entries(values: str) -> Iterator[object]:
    """Give the values of a text as TOML has them; words without quotes are texts."""
    try:
        yield from _toml(f"[{values}]")
    except tomllib.TOMLDecodeError:
        for word in filter(None, map(str.strip, values.split(","))):
            try:
                yield _toml(word)
            except tomllib.TOMLDecodeError:
                yield word


def _toml(text: str) -> list[object]:
    found: list[object] = toml_of(f"value = {text}", parse_float=Decimal)["value"]
    return found
