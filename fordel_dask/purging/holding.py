"""What stands in the directories of ours that are asked about: files that are ours, and files that are not."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

KEYS_HELD = "keys of persons"
ROWS_WITH_KEYS = "rows of persons, with their keys"
ROWS = "rows of persons by number, without keys"
FACTS_HELD = "sums and marks of every person by number, without keys"
NO_PERSONS = "lists of codes, clinics, areas and municipalities, and counts of rows"
SUMS = "sums and counts, some of few persons"
TOLD = "pages, letters and tables of what a release would tell"
WORK = "work that a command left behind: rows of persons by number, or sums"
KERNELS = "compiled programs, no data"
SELFTEST = "work that a stopped selftest left behind: invented persons"
SCRATCH = "work that a killed check left behind: rows of persons, with their keys"


@dataclass(frozen=True)
class Entry:
    """What stands under a name below a directory; ``names`` counts the names (hard links) that a file has."""

    name: str
    is_file: bool
    size: int
    names: int


@dataclass(frozen=True)
class Part:
    """Files of one directory that go together, in the order of their deletion, and what they hold."""

    root: Path
    holds: str
    entries: tuple[Entry, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Names below ``root``."""
        return tuple(entry.name for entry in self.entries)

    @property
    def size(self) -> int:
        """Size of all files in bytes."""
        return sum(entry.size for entry in self.entries)

    @property
    def named_elsewhere(self) -> int:
        """Number of files that have another name too: what they hold stays under that."""
        return sum(entry.names > 1 for entry in self.entries)


@dataclass(frozen=True)
class Holding:
    """What is kept under one name: parts that go, and ``strangers``, which are not ours and stay.

    ``citizens`` and ``seal`` are those of a prepared store, None for others. ``work`` is the directory that commands
    hold while they are at work there, None where there is none; ``kept`` names what was left out on purpose.
    """

    place: Path
    kind: str
    parts: tuple[Part, ...]
    strangers: tuple[Path, ...]
    work: Path | None = None
    citizens: int | None = None
    seal: str | None = None
    kept: Path | None = None


def entries_below(root: Path) -> Iterator[Entry]:
    """Give everything below a directory but directories, in order of names; links are not followed."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for entry in sorted(os.scandir(root / below), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{below}{entry.name}/")
            else:
                state = entry.stat(follow_symlinks=False)
                yield Entry(f"{below}{entry.name}", stat.S_ISREG(state.st_mode), state.st_size, state.st_nlink)


def looked_at(root: Path, kinds: Iterable[tuple[str, Callable[[str], bool]]]) -> tuple[list[Part], list[Path]]:
    """Share the files below a directory among parts: what each holds, and which names are of it; the rest is strange.

    The first part that a name fits is its own. What is no ordinary file is strange whatever it is called.
    """
    sorts = list(kinds)
    found: dict[str, list[Entry]] = {holds: [] for holds, _ in sorts}
    strangers = []
    for entry in entries_below(root):
        holds = next((holds for holds, is_of in sorts if entry.is_file and is_of(entry.name)), None)
        if holds is None:
            strangers.append(root / entry.name)
        else:
            found[holds].append(entry)
    return [Part(root, holds, tuple(entries)) for holds, entries in found.items() if entries], strangers
