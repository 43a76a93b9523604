"""A store held against its manifest before any work begins: every file is there and its own, and none is more.

All but the middle of the files, which is held against page checksums when it is read, and by ``fordel verify``.
"""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from fordel_dask.errors import IntegrityError
from fordel_dask.store.files import PartFile, difference, kind_of_file
from fordel_dask.store.prepared import FACTS, MANIFEST, Store

MOST_NAMED = 5
KEYS, QUARANTINE = "keys", "quarantine"
"""What may stand beside a store, in directories named after it."""


def check_files(store: Store) -> Store:
    """Give the store, if its directory holds what the manifest names and nothing else but facts.

    Raises
    ------
    IntegrityError
        Files are missing, cut, another's, or more than the manifest names; how many, and the first of them.
    """
    problems = problems_of(store)
    if problems:
        raise IntegrityError(
            f"{told(problems, store.root.name)} Nothing was computed. 'fordel verify {store.root.name}' looks at every "
            f"byte; take away what does not belong there, or ingest the registers again."
        )
    return store


def problems_of(store: Store) -> list[str]:
    """Give what is wrong with the files of a store, each with its name."""
    names = [str(record["file"]) for record in whole_files(store.manifest)]
    parts = [PartFile(**part) for records in store.manifest["tables"].values() for part in records]
    found = [(part.file, difference(store.root / part.file, part)) for part in parts]
    found += [(name, kind_of_file(store.root / name)) for name in names]
    wrong = [f"{name} {failure}" for name, failure in found if failure]
    known = {MANIFEST, *names, *(part.file for part in parts)}
    return wrong + [f"{name} is named by no manifest" for name in strangers(store.root, known, {FACTS})]


def whole_files(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the records of the files that are read whole and at once: code books and small tables."""
    return [manifest["codebooks"], *manifest["small_tables"].values()]


def strangers(root: Path, known: set[str], left_alone: set[str]) -> Iterator[str]:
    """Give the names below a directory that are not known, and no directory of what is known, in order."""
    directories = {parent.as_posix() for name in known for parent in PurePosixPath(name).parents}
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for entry in sorted(os.scandir(root / below), key=lambda entry: entry.name):
            name = f"{below}{entry.name}"
            if name in directories and entry.is_dir(follow_symlinks=False):
                waiting.append(f"{name}/")
            elif name not in known and name not in left_alone:
                yield name


def told(problems: Sequence[str], where: str) -> str:
    """Say how many problems there are and name the first of them."""
    more = f"; and {len(problems) - MOST_NAMED} more" if len(problems) > MOST_NAMED else ""
    many = f"{len(problems)} files of {where} are" if len(problems) > 1 else f"A file of {where} is"
    return f"{many} not what the manifest says: {'; '.join(problems[:MOST_NAMED])}{more}."


def beside(root: Path, kind: str) -> Path:
    """Give the directory beside a store that holds its keys or its quarantined rows."""
    return root.with_name(f"{root.name}.{kind}")


def is_directory(path: Path) -> bool:
    """Tell whether a path is a directory itself, and no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False
