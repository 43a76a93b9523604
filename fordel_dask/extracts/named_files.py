"""Which files a path of ``registers.toml`` names: regular files below its own directory, or below a declared root.

A declaration may come with a delivery, from outside. So what it names may not be anything on the machine: a path
that leads elsewhere (by ``..``, from ``/``, or over a link) is refused, unless ``[nation] roots`` names the folder.
Paths are literal: ``~``, ``%2e``, ``$HOME`` and look-alikes of dots and slashes are characters like any other.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.errors import CoverageError, FordelError, SchemaError
from fordel_dask.extracts.toml import FILE_NAME

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".sas7bdat")
ROOTS = "roots"
LONGEST_PATTERN = 1024
MOST_DEEP = 2
"""How often ``**`` may stand in one pattern: each looks through all folders again that the ones before it found."""

MOST_TOLD = 60
"""Characters of a pattern that a message repeats."""

WILDCARD = re.compile(r"[*?\[]")
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


@dataclass(frozen=True)
class Confines:
    """Where the files of a delivery may lie: its own directory, and the roots that it declares beside, all resolved."""

    directory: Path
    roots: tuple[Path, ...] = ()

    def hold(self, path: Path) -> bool:
        """Tell whether a path, with all links followed, lies within."""
        try:
            found = path.resolve()
        except (OSError, RuntimeError, ValueError):  # links in a circle
            return False
        return any(found.is_relative_to(root) for root in (self.directory.resolve(), *self.roots))


def confines_of(content: Mapping[str, Any], directory: Path) -> Confines:
    """Give the confines that a declaration states.

    Raises
    ------
    SchemaError
        ``roots`` is no list of folders, or names the whole machine.
    CoverageError
        A root is not there.
    """
    given = content.get("nation", {}).get(ROOTS, [])
    if not isinstance(given, list) or not all(isinstance(one, str) and one and one.isprintable() for one in given):
        raise SchemaError(f'{FILE_NAME}: [nation] {ROOTS} must be a list of folders, such as ["/mnt/registers"].')
    return Confines(directory, tuple(_root(directory / one, one) for one in given))


def _root(path: Path, given: str) -> Path:
    try:
        found = path.resolve() if path.is_dir() else None
    except (OSError, RuntimeError):
        found = None
    if found is None:
        raise CoverageError(
            f"{FILE_NAME}: [nation] {ROOTS} names '{_shown(given)}', which is no folder here. Correct the name, or "
            f"look whether the drive is there."
        )
    if found == Path(found.anchor):
        raise SchemaError(f"{FILE_NAME}: [nation] {ROOTS} may not be the whole machine. Name the folder of the files.")
    return found


def files_named(given: object, confines: Confines, register: str, key: str) -> tuple[Path, ...]:
    """Give the files that a register's path names: a name, a glob or a list of them; a folder stands for its files.

    Raises
    ------
    SchemaError
        It is none of these, or leads out of the confines.
    CoverageError
        No file matches.
    """
    patterns = given if isinstance(given, list) else [given]
    if not patterns or not all(isinstance(p, str) and p for p in patterns):
        raise SchemaError(f"{FILE_NAME}: {register} needs {key}, a file name, a glob or a list of them.")
    found = sorted({file for pattern in patterns for file in _matching(confines, str(pattern), register)})
    once = {file.resolve(): file for file in reversed(found)}  # a file that two paths or a link lead to is one file
    return tuple(sorted(once.values()))


def _matching(confines: Confines, pattern: str, register: str) -> list[Path]:
    _refuse_no_path(pattern, register)
    path, base = Path(pattern), confines.directory
    if path.is_absolute() or ".." in path.parts:
        base, pattern = (confines.directory / path).parent, path.name
    if not confines.hold(base / _literal(pattern)):  # told before anything there is looked through
        raise _outside(f"'{_shown(str(path))}'", register)
    files = [file for match in _found(base, pattern, register) for file in _below(match)]
    if not files:
        raise CoverageError(
            f"{register}: no file matches '{_shown(pattern)}' in {base}. "
            f"Put the delivery there, or correct the name in {FILE_NAME}."
        )
    if not all(map(confines.hold, files)):
        raise _outside(f"what '{_shown(pattern)}' matches", register)
    return files


def _refuse_no_path(pattern: str, register: str) -> None:
    if not pattern.isprintable() or len(pattern) > LONGEST_PATTERN:
        wrong = f"longer than {LONGEST_PATTERN:,} characters, or has some that cannot be printed"
    elif ADDRESS.match(pattern):
        wrong = "an address; nothing is fetched from anywhere"
    elif pattern.count("**") > MOST_DEEP:
        wrong = f"a glob with more than {MOST_DEEP} times '**'"
    else:
        return
    raise SchemaError(f"{FILE_NAME}: a path of {register} is {wrong}. Name files below the folder of {FILE_NAME}.")


def _literal(pattern: str) -> Path:
    """Give the folders that a pattern names before its first wildcard, or the whole of one without."""
    return Path(*itertools.takewhile(lambda part: not WILDCARD.search(part), Path(pattern).parts))


def _found(base: Path, pattern: str, register: str) -> list[Path]:
    try:
        return list(base.glob(pattern))
    except (ValueError, IndexError, NotImplementedError):
        pass
    except OSError:  # a name that no file can have
        return []
    raise SchemaError(f"{FILE_NAME}: '{_shown(pattern)}', a path of {register}, is no file name and no glob.")


def _outside(what: str, register: str) -> FordelError:
    return SchemaError(
        f"{register}: {what} leads out of the folder of {FILE_NAME}. Put the files there; or, if they are to lie "
        f'elsewhere, name that folder: [nation] {ROOTS} = ["/folder/of/the/files"].'
    )


def _shown(pattern: str) -> str:
    return pattern if len(pattern) <= MOST_TOLD else f"{pattern[:MOST_TOLD]}…"


def _below(match: Path) -> list[Path]:
    if match.is_dir():
        visible = (file for file in match.rglob("*") if not file.name.startswith("."))
        return [file for file in visible if file.name.lower().endswith(SUFFIXES) and file.is_file()]
    return [match] if match.is_file() else []
