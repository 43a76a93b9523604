"""Coded rows on disk, by ranges of citizens: our prepared store, and a layout that pandas and dask.dataframe share.

Their own layout is Feather files of the same integers, sorted by citizen, one for each table and range of citizens, and
the books as JSON. Sorted Parquet is as large and takes a fifth longer to go over; smaller ranges cost more, larger ones
save little. It holds every service of the fee year and every diagnosis that a packaged disease list asks
for, whenever it was made, so prices, look-backs, cut points and weeks can be chosen later.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.peers.frames import CODED, Books, Frames
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS
from fordel_dask.store import open_store

BOOKS = "books.json"
CITIZENS_OF_RANGE = 200_000
FEATHER = ".feather"

SORTED_BY = {
    "enrolment": ["citizen", "first_day"],
    "services": ["citizen", "service"],
    "diagnoses": ["citizen", "code"],
    "benefits": ["citizen", "code"],
}


@dataclass(frozen=True)
class Layout:
    """Where coded rows are: the books, and for each range of citizens the file of each table."""

    books: Books
    ranges: tuple[Mapping[str, Path], ...]


def layout_of(layout: str, source: Path) -> Layout:
    """Find ``own`` files or those of ``ours``."""
    if layout == "ours":
        return our_layout(source)
    books = json.loads((source / BOOKS).read_text("utf-8"))
    numbers = range(len(list(source.glob(f"population-*{FEATHER}"))))
    return Layout(books, tuple({table: own_file(source, table, n) for table in CODED} for n in numbers))


def our_layout(source: Path) -> Layout:
    """Find the files of a prepared store."""
    store = open_store(source)
    parts = zip(*(store.parts(table) for table in CODED), strict=True)
    ranges = tuple({t: source / part.file for t, part in zip(CODED, of_range, strict=True)} for of_range in parts)
    return Layout({**store.codebooks, "kind": DIAGNOSIS_KINDS}, ranges)


def own_file(folder: Path, table: str, number: int) -> Path:
    """Name the file of a table of a range of citizens."""
    return folder / f"{table}-{number:05}{FEATHER}"


def read_range(files: Mapping[str, Path], use_threads: bool) -> dict[str, pd.DataFrame]:
    """Read the coded rows of a range, of each table the columns that are needed."""
    found = {}
    for table, columns in CODED.items():
        read = pd.read_feather if files[table].suffix == FEATHER else pd.read_parquet
        found[table] = read(files[table], columns=list(columns), use_threads=use_threads)
    return found


def write_books(folder: Path, books: Books) -> None:
    """Write the books."""
    (folder / BOOKS).write_text(json.dumps(books), "utf-8")


def write_range(folder: Path, number: int, coded: Frames) -> None:
    """Write the coded rows of a range, already sorted."""
    for table, columns in CODED.items():
        rows = coded[table][list(columns)].astype(columns).reset_index(drop=True)
        rows.to_feather(own_file(folder, table, number), compression="lz4")


def in_order(coded: Frames) -> dict[str, pd.DataFrame]:
    """Sort numbered rows as they are written; the population already is."""
    ordered = {table: coded[table].sort_values(by, ignore_index=True) for table, by in SORTED_BY.items()}
    return {"population": coded["population"], **ordered}


def ranges_for(citizens: int) -> int:
    """Give how many ranges so many citizens are cut into."""
    return -(-citizens // CITIZENS_OF_RANGE)


def cut(coded: Frames) -> Iterator[dict[str, pd.DataFrame]]:
    """Cut sorted rows into ranges of citizens."""
    for first in range(0, len(coded["population"]), CITIZENS_OF_RANGE):
        past = first + CITIZENS_OF_RANGE
        found = {"population": coded["population"][first:past]}
        for table in SORTED_BY:
            rows = coded[table]
            begin, end = np.searchsorted(rows["citizen"], (first, past))
            found[table] = rows[begin:end].assign(citizen=rows["citizen"][begin:end] - first)
        yield found
