"""Counts put together as they come: by file, by register, and what an ingest would refuse."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fordel_dask import __version__
from fordel_dask.errors import FordelError
from fordel_dask.extracts.declaration import Source
from fordel_dask.quality.observed import FileMeasures, Observed
from fordel_dask.registers.work import is_of_delivery

UNREADABLE = 13
Counts = Mapping[str, int]
Refusal = tuple[int, str]


class Gathered:
    """What was seen so far; ``observed`` gives it as a value in an order of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rows: dict[tuple[str, Path], int] = {}
        self._measures: dict[tuple[str, Path], Counter[str]] = {}
        self._registers: dict[str, Counter[str]] = {}
        self._refusals: set[Refusal] = set()
        self.coverage: dict[str, dict[str, int]] = {}
        self.units: dict[str, Any] = {}

    def open_register(self, source: Source) -> None:
        """Take up the files of a register, with no rows yet."""
        for path in source.files:
            self._rows.setdefault((source.register, path), 0)
            self._measures.setdefault((source.register, path), Counter())

    def add_file(self, register: str, path: Path, measures: Counts, rows: int = 0) -> None:
        """Add counts of a file by rule, and rows."""
        self._rows[register, path] = self._rows.get((register, path), 0) + rows
        self._measures.setdefault((register, path), Counter()).update(measures)

    def add_register(self, register: str, measures: Counts) -> None:
        """Add counts by rule that only the whole register shows."""
        self._registers.setdefault(register, Counter()).update(measures)

    def refuse(self, errors: Iterable[FordelError]) -> None:
        """Note errors that an ingest would raise.

        Raises
        ------
        FordelError
            An error that is not of the delivery.
        """
        for error in errors:
            for part in error.gathered or (error,):
                if not is_of_delivery(part):
                    raise part
                self._refusals.add((part.exit_code, str(part)))

    def add_refusals(self, refusals: Iterable[Refusal]) -> None:
        """Note errors of a task, by exit code and message."""
        self._refusals.update((int(code), message) for code, message in refusals)

    def refuse_file(self, register: str, path: Path, refusal: Refusal) -> None:
        """Note the error for which a file was left while it was read; a file is counted once, in pieces or whole."""
        self.add_refusals([refusal])
        rule = "file_unreadable" if refusal[0] == UNREADABLE else "column_type"
        self._measures.setdefault((register, path), Counter())[rule] = 1

    def forget(self, rule: str) -> None:
        """Leave out a rule that nothing can be said of."""
        for measures in (*self._measures.values(), *self._registers.values()):
            measures.pop(rule, None)

    def observed(self, year: int) -> Observed:
        """Give what was seen; counts of 0 are left out."""
        files = sorted(self._rows, key=lambda file: (file[0], self._name(file[1])))
        registers = {name: _seen(self._registers[name]) for name in sorted(self._registers)}
        return Observed(
            files=tuple(
                FileMeasures(register, self._name(path), self._rows[register, path], _seen(measures))
                for register, path in files
                if (measures := self._measures[register, path]) is not None
            ),
            registers={name: measures for name, measures in registers.items() if measures},
            coverage={name: dict(sorted(counts.items())) for name, counts in sorted(self.coverage.items())},
            units=self.units,
            refusals=tuple(sorted(self._refusals)),
            inputs=tuple(self._input(register, path) for register, path in files),
            year=year,
            program_version=__version__,
        )

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else path.name

    def _input(self, register: str, path: Path) -> dict[str, Any]:
        size = path.stat().st_size if path.is_file() else 0
        return {"register": register, "file": self._name(path), "bytes": size, "rows": self._rows[register, path]}


def _seen(measures: Counts) -> dict[str, int]:
    return {rule: int(count) for rule, count in sorted(measures.items()) if count}
