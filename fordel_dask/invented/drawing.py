"""Two tasks a partition: its citizens are drawn and written, then their codes get the numbers of the nation.

The codes that the nation uses are known only when everybody was drawn. Until then a partition has sorted
books of its own; a part whose books are those of the nation is finished as it is.
"""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.errors import IntegrityError
from fordel_dask.invented.citizens import Residents
from fordel_dask.invented.form import form_of
from fordel_dask.registers.dealt import book_numbers
from fordel_dask.registers.memory import give_back_memory
from fordel_dask.registers.settling import coded_columns, is_written, write_sorted
from fordel_dask.registers.work import finished, task, write_json
from fordel_dask.schema.prepared import COVARIATES, POPULATION, TABLES, covariates_table
from fordel_dask.store import PartFile, part_records, read_part, write_part
from fordel_dask.store.publishing import appearing
from fordel_dask.synthetic import Nation, block_tables

Summary = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """One partition: its ``blocks``, and where its parts stand until codes are numbered.

    ``sample`` tells how registers are read, ``side`` is the JSON that says it is finished.
    """

    partition: int
    nation: Nation
    blocks: tuple[int, ...]
    sample: Path
    drawn: Path
    side: Path


@dataclass(frozen=True)
class Numbering:
    """One partition that was drawn, to be written into the ``store`` with the numbers of the nation's ``books``."""

    partition: int
    drawing: Drawing
    books: Path
    store: Path
    side: Path


@task
def draw(drawing: Drawing) -> None:
    """Draw the citizens of a partition, and write what is kept of them with books of its own."""
    if finished(drawing.side) is None:
        _draw(drawing)


def _draw(drawing: Drawing) -> Summary:
    form = form_of(drawing.sample)
    residents = Residents(form)
    for block in drawing.blocks:
        residents.add_block(block_tables(drawing.nation, block))
        give_back_memory()
    citizens, own_books = residents.population()
    known = {"clinic": {row["YDERNR"] for row in form.small["clinics"]}}
    codes = {**residents.codes(), **own_books}
    more = {book: sorted(set(texts).difference(known.get(book, ()))) for book, texts in codes.items()}
    books = own_books_of(more, known)
    file = f"{POPULATION.name}/part-{drawing.partition:05}.parquet"
    parts = {POPULATION.name: write_part(drawing.drawn, file, POPULATION, citizens)}
    for table, rows in residents.events(books):
        parts[table.name] = write_sorted(drawing.drawn, table, drawing.partition, rows)
    if covariates := residents.covariates():
        file = f"{COVARIATES}/part-{drawing.partition:05}.parquet"
        parts[COVARIATES] = write_part(drawing.drawn, file, covariates_table(tuple(covariates)), covariates)
    summary = {
        "citizens": residents.citizens,
        "fingerprint": residents.fingerprint,
        "parts": {name: part_records([part])[0] for name, part in parts.items()},
        "codes": more,
        "tallies": residents.tallies,
        "joined": residents.joined,
        "read": residents.read,
    }
    write_json(drawing.side, summary)
    give_back_memory()
    return summary


def own_books_of(codes: Mapping[str, Sequence[str]], known: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Give the sorted books of a partition: its codes, and those ``known`` to be in the nation's books."""
    return {book: sorted({*texts, *known.get(book, ())}) for book, texts in codes.items()}


@task
def number(numbering: Numbering) -> Summary:
    """Write the parts of a partition into the store, and give their records by table."""
    done = finished(numbering.side)
    if done and all(is_written(numbering.store / part["file"], part["sha256"]) for part in done.values()):
        return done
    drawing = numbering.drawing
    drawn = finished(drawing.side) or _draw(drawing)
    if not all(is_written(drawing.drawn / part["file"], part["sha256"]) for part in drawn["parts"].values()):
        _refuse_other(drawn, _draw(drawing))
    known = {"clinic": [row["YDERNR"] for row in form_of(drawing.sample).small["clinics"]]}
    own = own_books_of(drawn["codes"], known)
    records = {
        name: part_records([_numbered(numbering, name, PartFile(**part), own)])[0]
        for name, part in drawn["parts"].items()
    }
    write_json(numbering.side, records)
    return records


def _refuse_other(before: Summary, again: Summary) -> None:
    if before["parts"] != again["parts"]:
        raise IntegrityError(
            "Citizens that were drawn once more came out otherwise: workers differ in the versions of NumPy or Arrow. "
            "Give all of them the same, remove the directory STORE.partial and start again."
        )


def _numbered(numbering: Numbering, name: str, part: PartFile, own: Mapping[str, Sequence[str]]) -> PartFile:
    """Write one part with the nation's numbers; one that has them already is the same file in the store."""
    table, drawn = (
        TABLES.get(name),
        numbering.drawing.drawn,
    )  # further covariates have columns of their own, and no codes
    numbers = {
        column: national
        for column, book in (coded_columns(table) if table else {}).items()
        if (national := _national(numbering.books, book, own.get(book, ()))) is not None
    }
    if table and numbers:
        columns = read_part(drawn, part, table.names)
        rows = {n: numbers[n][values] if n in numbers else values for n, values in columns.items()}
        return write_part(numbering.store, part.file, table, rows)
    _link(drawn / part.file, numbering.store / part.file)
    return part


def _link(drawn: Path, written: Path) -> None:
    """Give a file a second name, whole or not at all; the first stays, so the task can be run again."""
    written.parent.mkdir(parents=True, exist_ok=True)
    with appearing(written) as begun:
        try:
            os.link(drawn, begun)
        except OSError:  # not every file system has second names
            shutil.copyfile(drawn, begun)


def _national(books: Path, book: str, own: Sequence[str]) -> np.ndarray | None:
    """Give the nation's number of every code of a book of a partition, None if these are the numbers it has.

    Both are sorted, so rows stay in their order. The last number is for −1, blank.
    """
    national = book_numbers(books, book)
    numbers = np.array([*(national[text] for text in own), -1], np.int32)
    return None if np.array_equal(numbers[:-1], np.arange(len(own))) else numbers
