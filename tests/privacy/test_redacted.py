"""Objects that hold rows, keys or sums of persons show their name only, and a class that forgets it is found."""

import dataclasses
import importlib
import inspect
import pkgutil
import sys
import typing

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import fordel_dask
from fordel_dask.privacy import redacted
from fordel_dask.privacy.redacted import name_only
from fordel_dask.registers.people import lookup_in_memory
from tests.lib.canaries import KEYS, found

HOLDS_ROWS = (np.ndarray, pa.Array, pa.ChunkedArray, pa.RecordBatch, pa.Table, pd.DataFrame, pd.Series)
INVENTED = "fordel_dask.synthetic"
"""Makes persons who do not exist."""


def modules():
    for found_module in pkgutil.walk_packages(fordel_dask.__path__, "fordel_dask."):
        if not found_module.name.startswith(INVENTED) and not found_module.name.endswith("__main__"):
            yield importlib.import_module(found_module.name)


def dataclasses_and_named_tuples():
    for module in modules():
        for kind in vars(module).values():
            own = isinstance(kind, type) and kind.__module__ == module.__name__
            if own and (dataclasses.is_dataclass(kind) or issubclass(kind, tuple)):
                yield kind


def holds_rows(kind):
    """Tell whether a field of a class is, or contains, an array, a batch or a table."""
    known = {**vars(typing), **vars(sys.modules[kind.__module__])}
    return any(
        mentions_rows(resolved(hint, known))
        for parent in kind.__mro__[:-1]
        for hint in inspect.get_annotations(parent).values()
    )


def resolved(hint, known):
    """Give what a field's type stands for; a name that only a type checker imports is none of an array."""
    try:
        return eval(hint, known) if isinstance(hint, str) else hint
    except NameError:
        return None


def mentions_rows(hint):
    parts = typing.get_args(hint)
    if typing.get_origin(hint) is typing.get_origin(typing.Callable[[], None]):
        return False  # a function shows its name
    own = typing.get_origin(hint) or hint
    is_rows = isinstance(own, type) and issubclass(own, HOLDS_ROWS)
    return is_rows or any(mentions_rows(part) for part in parts if part is not Ellipsis)


def forgetful(kinds):
    return [kind.__qualname__ for kind in kinds if holds_rows(kind) and kind.__repr__ is not name_only]


def test_every_class_that_holds_rows_or_sums_of_persons_shows_its_name_only(evidence):
    kinds = list(dataclasses_and_named_tuples())
    holding = [kind for kind in kinds if holds_rows(kind)]
    assert len(kinds) > 200 and len(holding) > 30
    assert forgetful(kinds) == []
    evidence.note(
        "S1",
        "classes that hold arrays, batches or tables, found by their types among all of the program",
        len(holding),
        "each shows its name and nothing else",
    )


@dataclasses.dataclass
class Forgetful:
    """Holds rows and shows them."""

    rows: dict[str, np.ndarray] | None


@dataclasses.dataclass
class Careful(Forgetful):
    """Holds them too."""


def test_a_class_that_forgets_it_is_found():
    redacted(Careful)
    assert forgetful([Forgetful, Careful]) == ["Forgetful"]


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, lambda one: f"{[one]} {one:}"])
def test_nothing_of_it_is_shown_however_it_is_printed(show):
    keys = np.array([[int(key), int(key)] for key in KEYS], np.uint64)
    held = Careful({"PNR": keys}) if redacted(Careful) else None
    for one in (held, lookup_in_memory(keys)):
        assert not found(show(one)) and "not shown" in show(one)
    assert found(show(Forgetful({"PNR": keys})))
