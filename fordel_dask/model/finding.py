"""Where scenarios are: the packaged variants by their ids, and files."""

import functools
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fordel_dask.documents import read_whole
from fordel_dask.errors import ModelError
from fordel_dask.model.forms import nearest

NATIONAL = "national-2025"
MOST_BYTES = 1_000_000
ENDING = ".toml"
PACKAGED = re.compile(r"([a-z])0*([0-9]+)(?:\.([a-z0-9_]+))?", re.ASCII | re.IGNORECASE)
"""V31, v1 and V31.double: a letter, a number, and a case of it."""


@dataclass(frozen=True)
class Source:
    """A scenario as text; ``key`` tells it from all others, ``folder`` is where it looks for files it is based on."""

    key: str
    name: str
    text: str
    folder: Path

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return self.name.removesuffix(ENDING)


@functools.cache
def packaged_ids() -> tuple[str, ...]:
    """Give the ids of the packaged variants: V01 … V64, then alternatives to what is not public, by M number."""
    files = [entry.name for entry in resources.files("fordel_dask.model").joinpath("variants").iterdir()]
    ids = [name.removesuffix(ENDING) for name in files if name.endswith(ENDING)]
    return tuple(sorted(ids, key=lambda one: (one[0] != "V", one)))


def packaged_source(identity: str) -> Source:
    """Give the text of a packaged variant by its full id."""
    file = resources.files("fordel_dask.model").joinpath("variants", f"{identity}{ENDING}")
    return Source(identity, f"{identity}{ENDING}", file.read_text("utf-8"), Path())


def find_packaged(name: str) -> tuple[str, str] | None:
    """Give the id and the case that a name such as ``V31.double`` means, none if no packaged variant is called so."""
    told = PACKAGED.fullmatch(name.strip())
    if not told:
        return None
    letter, number, case = told.groups()
    identity = f"{letter.upper()}{int(number):02}"
    return (identity, (case or "").lower()) if identity in packaged_ids() else None


def find(name: str, folder: Path = Path()) -> tuple[Source, str]:
    """Give the scenario that a name means, and its case, blank if none is named.

    ``name`` is the id of a packaged variant (``V31``, ``V31.double``), or a file in ``folder`` (``own.toml``,
    ``own.toml.double``).

    Raises
    ------
    ModelError
        There is no such variant or file, or it cannot be read.
    """
    path = folder / name
    packaged = None if path.is_file() else find_packaged(name)
    if packaged:
        return packaged_source(packaged[0]), packaged[1]
    stem, _, case = path.name.rpartition(".")
    if not path.is_file() and stem.endswith(ENDING) and path.with_name(stem).is_file():
        return _file(path.with_name(stem)), case
    if path.is_file():
        return _file(path), ""
    if path.is_dir():
        raise ModelError(f"'{name}' is a directory. Name the scenario file in it.")
    raise ModelError(
        f"No model, variant or scenario file '{name}'. The packaged model is '{NATIONAL}'; "
        f"'fordel scenarios --list' shows the packaged variants; a scenario file is TOML."
        f"{nearest(name, (NATIONAL, *packaged_ids()))}"
    )


def _file(path: Path) -> Source:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ModelError(
                f"{path.name} has {path.stat().st_size:,} bytes, and a scenario file is a few lines: at most "
                f"{MOST_BYTES:,} are read."
            )
        return Source(str(path.resolve()), path.name, read_whole(path, MOST_BYTES).decode("utf-8-sig"), path.parent)
    except (UnicodeDecodeError, OSError):
        raise ModelError(f"{path.name} cannot be read as UTF-8 text.") from None
