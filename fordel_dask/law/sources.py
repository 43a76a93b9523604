"""Origin and terms of every packaged data file, and the parameters by how sure their source is."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from fordel_dask.law.parameters import Parameter, parameters

KINDS_UNSURE_FIRST = ("assumption", "inferred", "law", "register", "published")
UNSURE = KINDS_UNSURE_FIRST[:2]


@dataclass(frozen=True)
class DataFile:
    """One packaged data file; ``path`` is below ``law/``, ``credit`` is empty where none is due."""

    path: str
    content: str
    origin: str
    licence: str
    credit: str
    kind: str
    note: str


@functools.cache
def data_files() -> tuple[DataFile, ...]:
    """Give every packaged data file, those of unsure source first, else as in ``law/sources.toml``."""
    text = resources.files("fordel_dask.law").joinpath("sources.toml").read_text("utf-8")
    files = [DataFile(**entry) for entry in tomllib.loads(text)["file"]]
    return tuple(sorted(files, key=lambda file: KINDS_UNSURE_FIRST.index(file.kind)))


def data_file(path: str) -> DataFile:
    """Give the entry of one packaged data file."""
    return next(file for file in data_files() if file.path == path)


def parameters_by_kind() -> dict[str, tuple[Parameter, ...]]:
    """Give the parameters by kind, assumptions and inferred ones first; kinds without any are left out."""
    known = parameters().values()
    groups = {kind: tuple(one for one in known if one.kind == kind) for kind in KINDS_UNSURE_FIRST}
    return {kind: group for kind, group in groups.items() if group}
