"""What a check saw in a delivery: counts by rule, never a row and never a value of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FileMeasures:
    """What one file shows: its rows, and counts by rule (the name of a measure is the id of its rule)."""

    register: str
    file: str
    rows: int
    measures: Mapping[str, int]


@dataclass(frozen=True)
class Observed:
    """Everything that was seen in a delivery; the same whatever the order of rows, files and tasks.

    ``files`` holds what can be counted file by file, ``registers`` what only a whole register
    shows, both by the id of the rule. ``coverage`` holds rows by week or month (cells by week
    for DREAM), ``units`` what speaks for or against the declared unit of money, ``refusals`` the
    exit code and message of everything an ingest would refuse, ``inputs`` register, file, bytes
    and rows of every file.
    """

    files: tuple[FileMeasures, ...]
    registers: Mapping[str, Mapping[str, int]]
    coverage: Mapping[str, Mapping[str, int]]
    units: Mapping[str, Any]
    refusals: tuple[tuple[int, str], ...]
    inputs: tuple[Mapping[str, Any], ...]
    year: int
    program_version: str
