"""The citizens of one partition and their rows, taken block by block through the rules of the registers."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.errors import AccountingError
from fordel_dask.extracts.arrays import is_text, plain_text
from fordel_dask.extracts.columns import Chosen
from fordel_dask.extracts.files import DEFAULT_PORTION
from fordel_dask.invented.form import Form
from fordel_dask.registers.canonical import LocalCodes
from fordel_dask.registers.covariates import filled
from fordel_dask.registers.dealt import UsedCodes, texts_of
from fordel_dask.registers.filling import names_by_person
from fordel_dask.registers.joining import CONTACT, DIAGNOSIS, matched
from fordel_dask.registers.numbering import CODES
from fordel_dask.registers.people import Lookup, lookup_in_memory
from fordel_dask.registers.population import WANTED, columns_of, joined_rows, judged, places_of
from fordel_dask.registers.rules import Books, Columns
from fordel_dask.registers.settling import coded_columns, types_to_gather
from fordel_dask.registers.spread import KINDS, few_values
from fordel_dask.registers.tally import Tally, fates, merged, rows_of, tally
from fordel_dask.schema import Table
from fordel_dask.schema.prepared import COVARIATES, TABLES

POPULATION = "population"
TABLE_OF_KIND = {
    "enrolment": "enrolment",
    "services": "services",
    "diagnosis_rows": "diagnoses",
    "dream": "benefits",
    "prescriptions": "prescriptions",
}
"""The table of the store that each kind of register becomes; contacts become none, they give diagnoses their day."""


def batches_of(tables: Iterable[pa.Table], columns: Chosen, few: frozenset[str]) -> Iterator[pa.RecordBatch]:
    """Give the chosen columns of tables under canonical names, as if they were read from files."""
    for table in tables:
        arrays = [_as_read(table.column(delivered), name in few) for name, delivered in columns]
        chosen = pa.table(arrays, names=[name for name, _ in columns]).combine_chunks()
        yield from (batch for batch in chosen.to_batches(DEFAULT_PORTION.rows) if batch.num_rows)


def _as_read(column: pa.ChunkedArray, few: bool) -> pa.ChunkedArray:
    return column.dictionary_encode() if few and is_text(column.type) else column


class Residents:
    """Takes the blocks of a partition; their citizens are counted on, each block's in the order of their keys.

    Codes are numbered as they are met; ``numbered`` gives them the numbers of sorted books.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._codes = {name: LocalCodes(plain_text) for name in CODES}
        self._books: dict[str, Books] = {f: KINDS[r.kind].books(r.rules) for f, r in form.readings.items()}
        self._used: dict[str, UsedCodes] = {folder: UsedCodes() for folder in form.readings}
        self._citizens: list[Columns] = []
        self._rows: dict[str, list[Columns]] = {folder: [] for folder in form.readings}
        self._keys = hashlib.sha256()
        self.citizens = 0
        self.tallies: dict[str, Tally] = {}
        self.joined: dict[str, Tally] = {}
        self.read: dict[str, int] = {}

    @property
    def fingerprint(self) -> str:
        """A hash of the keys of the citizens in their order."""
        return self._keys.hexdigest()

    def add_block(self, registers: Iterable[tuple[str, Iterable[pa.Table]]]) -> None:
        """Take the registers of a block: the population first, contacts before their diagnoses."""
        before, lookup, contacts = self.citizens, lookup_in_memory(np.empty((0, 2), np.uint64)), _empty(CONTACT)
        for folder, tables in registers:
            if folder == POPULATION:
                lookup = self._add_citizens(tables)
                continue
            rows = self._kept(folder, tables, lookup)
            if self._form.readings[folder].kind == "contacts":
                contacts = _together(CONTACT, rows)
                continue
            if self._form.readings[folder].kind == "diagnosis_rows":
                rows = [self._with_contacts(folder, contacts, _together(DIAGNOSIS, rows))]
            for columns in rows:
                self._used[folder].add(columns, self._books[folder])
                columns["citizen"] = columns["citizen"] + np.int32(before)
            self._rows[folder] += rows

    def _add_citizens(self, tables: Iterable[pa.Table]) -> Lookup:
        """Number the citizens of a block and give the table that tells them by their keys."""
        census, places = self._form.census, places_of(self._form.census)
        batches = batches_of(tables, census.pieces[0][1], few_values(WANTED))
        columns = joined_rows([columns_of(batch, census.strip, places, self._codes) for batch in batches])
        order, reasons = judged(columns, census)
        fate = fates(reasons)
        kept = order[fate[order] == 0]
        self._count(POPULATION, POPULATION, fate.size, tally(fate, list(reasons)))
        citizens = {name: values[kept] for name, values in columns.items()}
        known = np.column_stack((citizens.pop("high"), citizens.pop("low")))
        self._keys.update(known.tobytes())
        self._citizens.append(citizens)
        self.citizens += kept.size
        return lookup_in_memory(known)

    def _kept(self, folder: str, tables: Iterable[pa.Table], lookup: Lookup) -> list[Columns]:
        """Read a register of a block and account for its rows; give those kept."""
        reading = self._form.readings[folder]
        rules, kept = replace(reading.rules, lookup=lookup), []
        for batch in batches_of(tables, reading.columns, reading.few_values):
            columns, counted, _ = KINDS[reading.kind].rows(batch, rules, self._books[folder])
            self._count(folder, reading.piece.register, batch.num_rows, counted)
            kept.append(columns)
        return kept

    def _count(self, folder: str, register: str, rows: int, counted: Tally) -> None:
        if rows != rows_of(counted):
            raise AccountingError(
                f"{register}: {rows_of(counted):,} rows were accounted for, {rows:,} were invented. "
                f"This is an error of the program; please report it."
            )
        self.read[folder] = self.read.get(folder, 0) + rows
        self.tallies[register] = merged([self.tallies.get(register, {}), counted])

    def _with_contacts(self, folder: str, contacts: Columns, diagnoses: Columns) -> Columns:
        """Join the diagnoses of a block with their contacts, which are all in it."""
        register = self._form.readings[folder].piece.register
        rows, counted = matched(contacts, diagnoses)
        self.joined[register] = merged([self.joined.get(register, {}), counted])
        return rows

    def codes(self) -> dict[str, list[str]]:
        """Give the codes that kept rows of events have, by book, sorted."""
        found: dict[str, set[str]] = {}
        for folder, books in self._books.items():
            for book, texts in texts_of(books, self._used[folder]).items():
                found.setdefault(book, set()).update(text for text in texts if text)
        return {book: sorted(texts) for book, texts in found.items()}

    def population(self) -> tuple[Columns, dict[str, list[str]]]:
        """Give the table of citizens, and the sorted books of their codes, whose numbers it has."""
        citizens = joined_rows(self._citizens)
        return citizens, _renumbered(citizens, self._codes)

    def events(self, books: Mapping[str, Sequence[str]]) -> Iterator[tuple[Table, Columns]]:
        """Give the rows of every table of events, their codes with the numbers of ``books``; then forget them."""
        for name in TABLE_OF_KIND.values():
            folders = [f for f, reading in self._form.readings.items() if TABLE_OF_KIND.get(reading.kind) == name]
            if folders:
                parts = [part for folder in folders for part in self._numbered(folder, TABLES[name], books)]
                yield TABLES[name], _together(types_to_gather(TABLES[name]), parts)

    def covariates(self) -> Columns:
        """Give further covariates by person, one value a citizen; none if they were not delivered."""
        names = names_by_person(self._form.delivery)
        folders = [folder for folder, reading in self._form.readings.items() if reading.kind == COVARIATES]
        return filled([part for folder in folders for part in self._rows.pop(folder)], names, self.citizens)

    def _numbered(self, folder: str, table: Table, books: Mapping[str, Sequence[str]]) -> list[Columns]:
        parts = self._rows.pop(folder)
        for column, book in coded_columns(table).items():
            number = {text: n for n, text in enumerate(books[book])}
            local = self._books[folder][book].texts
            numbers = np.array([*(number.get(text, -1) for text in local), -1], np.int32)  # the last one is for blank
            for part in parts:
                part[column] = numbers[part[column]]
        return parts


def _renumbered(citizens: Columns, codes: Mapping[str, LocalCodes]) -> dict[str, list[str]]:
    """Give the sorted books of the codes that citizens have, and these the numbers of the books."""
    books = {}
    for name, local in codes.items():
        texts = [local.texts[n] for n in np.unique(citizens[name]).tolist() if n >= 0]
        books[name] = sorted(texts)
        number = {text: n for n, text in enumerate(books[name])}
        citizens[name] = np.array([*(number.get(t, -1) for t in local.texts), -1], np.int16)[citizens[name]]
    return books


def _empty(types: Mapping[str, Any]) -> Columns:
    return {name: np.empty(0, type_) for name, type_ in types.items()}


def _together(types: Mapping[str, Any], parts: Sequence[Columns]) -> Columns:
    """Put rows together; there may be none."""
    every = [_empty(types), *parts]
    return {name: np.concatenate([part[name] for part in every]).astype(t, copy=False) for name, t in types.items()}
