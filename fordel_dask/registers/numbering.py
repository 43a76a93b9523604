"""Citizens get their numbers: sorted runs of the population, ranges of keys, the table from key to citizen.

A task holds one run or one range of persons, however many there are in all. Everything here lies in the
private directory that alone may hold person keys.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.registers.checksums import load_array, load_cut, note_cuts, save_array
from fordel_dask.registers.hidden import sort_words
from fordel_dask.registers.people import Words, write_lookup
from fordel_dask.registers.repeated import repeats
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.sorting import sorted_order
from fordel_dask.registers.work import content_of, task, write_json
from fordel_dask.store.publishing import remove

RANGE_ROWS = 250_000
SAMPLES = 400_000
CODES_OF_RUNS = "codes.json"
TRAITS = {"sex": "i1", "birth_day": "i4", "municipality": "i2"}
CODES = {"civil_status": "CIVST", "country": "OPR_LAND", "origin_type": "IE_TYPE", "area": "AREA"}
"""Columns of codes, each with the register's name for it."""

PERSON = np.dtype(
    [
        ("first", "i8"),
        ("second", "i8"),
        ("high", "u8"),
        ("low", "u8"),
        ("kept", "?"),
        *TRAITS.items(),
        *((name, "i4") for name in CODES),
    ]
)
"""A person in a run or a range: the two words that say where it stands, its key, whether it is kept, and its traits."""


@dataclass(frozen=True)
class Runs:
    """The sorted runs of a population in a directory: how many each share of it has; the codes met beside them."""

    directory: Path
    of_share: tuple[int, ...]
    range_rows: int = RANGE_ROWS

    def files(self) -> list[Path]:
        """Give the files of all runs, in order."""
        return [run_file(self.directory, share, run) for share, runs in enumerate(self.of_share) for run in range(runs)]

    def remove(self) -> None:
        """Remove all runs."""
        for file in self.files():
            file.unlink()


def run_file(directory: Path, share: int, run: int) -> Path:
    """Give the file of a run of a share."""
    return directory / f"run-{share:05}-{run:05}.array"


def write_run(path: Path, columns: Columns, kept: np.ndarray, secret: Path | None) -> None:
    """Write persons sorted by key, or by what hides it."""
    words = sort_words(secret, columns["high"], columns["low"])
    order = sorted_order(words)
    run = np.empty(kept.size, PERSON)
    for name, values in zip(("first", "second"), words, strict=True):
        run[name] = values[order]
    run["kept"] = kept[order]
    for name in ("high", "low", *TRAITS, *CODES):
        run[name] = columns[name][order]
    save_array(path, run)


def write_books(runs: Runs, codes: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Write and give the book of all codes that were met, beside the number in it of each code of each run."""
    books = {name: sorted({text for of_share in codes for text in of_share[name]}) for name in CODES}
    number = {name: {text: n for n, text in enumerate(texts)} for name, texts in books.items()}
    numbers = [{name: [number[name][text] for text in share[name]] for name in CODES} for share in codes]
    of_runs = [numbers[share] for share, count in enumerate(runs.of_share) for _ in range(count)]
    write_json(runs.directory / CODES_OF_RUNS, {"runs": of_runs})
    return books


@task
def cut_ranges(runs: Runs) -> int:
    """Cut all keys into ranges of about equal size, note where each begins in each run, and give their number."""
    persons = sum(file.stat().st_size for file in runs.files()) // PERSON.itemsize
    step = max(1, persons // SAMPLES)
    sample = np.concatenate([_persons(file)[::step] for file in runs.files()])
    order = sorted_order([np.array(sample["first"]), np.array(sample["second"])])
    ranges = max(1, round(persons / runs.range_rows))
    begins = sample[order[[sample.size * number // ranges for number in range(1, ranges)]]]
    for file in runs.files():
        run = _persons(file)
        note_cuts(file, run, [0, *_positions(run, begins), run.size])
    return ranges


def _persons(file: Path) -> np.ndarray:
    return load_array(file).view(PERSON)


def _positions(run: np.ndarray, keys: np.ndarray) -> Iterator[int]:
    first, second = np.array(run["first"]), np.array(run["second"])
    for key in keys:
        begin, end = (int(np.searchsorted(first, key["first"], side)) for side in ("left", "right"))
        yield begin + int(np.searchsorted(second[begin:end], key["second"]))


@dataclass(frozen=True)
class Range:
    """One range of keys, to be gathered from all runs."""

    runs: Runs
    number: int


def range_file(directory: Path, number: int) -> Path:
    """Give the file of the citizens of a range."""
    return directory / f"range-{number:06}.array"


@task
def order_range(part: Range) -> dict[str, Any]:
    """Write the citizens of a range in order; give how many they are of how many, their codes, and repeated keys."""
    persons = _gathered(part)
    words = [np.array(persons[name]) for name in ("first", "second")]
    order = sorted_order(words) if persons.size else np.empty(0, np.int64)
    repeated = int(np.count_nonzero(repeats(np.array(persons["high"]), np.array(persons["low"]), order)))
    citizens = persons[order]
    citizens = citizens[citizens["kept"]]
    save_array(range_file(part.runs.directory, part.number), citizens)
    used = {name: [n for n in np.unique(citizens[name]).tolist() if n >= 0] for name in CODES}
    return {"persons": int(persons.size), "citizens": int(citizens.size), "repeated": repeated, "used": used}


def _gathered(part: Range) -> np.ndarray:
    """Give the persons of a range, with codes numbered as in the book of all of them."""
    codes = content_of(part.runs.directory / CODES_OF_RUNS)["runs"]
    slices = []
    for file, numbers in zip(part.runs.files(), codes, strict=True):
        persons = load_cut(file, part.number).view(PERSON).copy()
        for name in CODES:
            persons[name] = np.array([*numbers[name], -1])[persons[name]]
        slices.append(persons)
    return np.concatenate(slices)


@dataclass(frozen=True)
class Numbered:
    """The citizens in order: the number of them in each range, in a directory."""

    directory: Path
    citizens: tuple[int, ...]

    def keys(self) -> Iterator[Words]:
        """Give the keys of the citizens in order, range by range."""
        for number, _ in enumerate(self.citizens):
            citizens = _persons(range_file(self.directory, number))
            yield np.column_stack((citizens["high"], citizens["low"]))

    def rows(self, begin: int, end: int) -> np.ndarray:
        """Give the citizens from one number up to another."""
        parts, at = [np.empty(0, PERSON)], 0
        for number, size in enumerate(self.citizens):
            if at < end and begin < at + size:
                citizens = _persons(range_file(self.directory, number))
                parts.append(citizens[max(begin - at, 0) : end - at])
            at += size
        return np.concatenate(parts)


@dataclass(frozen=True)
class Known:
    """The task that writes the table from key to citizen into a directory of its own below ``lookup``."""

    numbered: Numbered
    lookup: Path


@task
def write_known(known: Known) -> str:
    """Write the table from key to citizen, and give the hash of the citizens in order, which names its directory."""
    begun = known.lookup / f"begun-{secrets.token_hex(8)}"
    begun.mkdir(mode=0o700)  # and nothing above it: where the lookup is gone, the ingest has ended
    fingerprint = write_lookup(begun, known.numbered.keys(), sum(known.numbered.citizens))
    place = known.lookup / fingerprint
    try:
        begun.rename(place)
    except OSError:
        if not place.is_dir():
            raise
        remove(begun)  # the task has run twice: the first table stands, this one is the same
    return fingerprint
