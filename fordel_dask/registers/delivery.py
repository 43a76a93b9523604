"""The delivery, opened: every file of every register with the columns that are read from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fordel_dask.extracts.columns import Wanted, choose_columns, delivered_name, kind_of
from fordel_dask.extracts.declaration import Declaration, Pair, Source
from fordel_dask.extracts.files import Extract, Piece, describe, pieces
from fordel_dask.extracts.gathering import every
from fordel_dask.registers import dream, enrolment, hospital, population, services

PIECE_ROWS = 4_000_000
Chosen = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Opened:
    """One register with rows of persons or contacts: its files, and their columns.

    ``kind`` names the reader. ``key`` is the column that joins contacts with diagnoses,
    ``pair`` the number of their pair.
    """

    source: Source
    kind: str
    wanted: tuple[Wanted, ...]
    files: tuple[tuple[Extract, Chosen], ...]
    bruhon: str = "kroner"
    codes: str = "sks"
    key: str = ""
    pair: int = 0

    def pieces(self) -> list[tuple[Piece, Chosen]]:
        """Give the pieces of all files, each with its columns."""
        return [(piece, chosen) for extract, chosen in self.files for piece in pieces(extract, PIECE_ROWS)]

    def key_kinds(self, name: str) -> set[str]:
        """Give the kinds of values that a key column has in the files."""
        kinds = {kind_of(e, given) for e, chosen in self.files for column, given in chosen if column == name}
        return {"number" if kind in ("integer", "float") else "text" for kind in kinds}


@dataclass(frozen=True)
class Delivery:
    """All registers of persons, opened; ``strip`` says that keys are compared without leading zeros."""

    declaration: Declaration
    population: Opened
    others: tuple[Opened, ...]
    strip: bool

    def pair(self, number: int) -> tuple[Opened, Opened]:
        """Give contacts and diagnoses of the pair of this number, counted from 1."""
        contacts, diagnoses = (opened for opened in self.others if opened.pair == number)
        return contacts, diagnoses


def open_delivery(declaration: Declaration) -> Delivery:
    """Open all files of registers of persons and find the columns.

    Raises
    ------
    SchemaError
        A column is missing.
    CoverageError
        A DREAM file has no week of the fee year.
    IntegrityError
        A file cannot be read.
    """
    checks: list[Callable[[], list[Opened]]] = [
        partial(_opened, declaration.population, "population", population.WANTED),
        partial(_opened, declaration.enrolment, "enrolment", enrolment.WANTED),
        partial(_opened, declaration.services, "services", services.WANTED, bruhon=declaration.bruhon),
        partial(_opened_dream, declaration),
    ]
    checks += [partial(_opened_pair, pair, number) for number, pair in enumerate(declaration.pairs, 1)]
    if declaration.diagnoses:
        codes = declaration.diagnoses_codes
        checks.append(partial(_opened, declaration.diagnoses, "diagnoses", hospital.JOINED, codes=codes))
    people, *others = [opened for registers in every(checks) for opened in registers]
    kinds = set().union(*(opened.key_kinds("PNR") for opened in (people, *others)))
    return Delivery(declaration, people, tuple(others), strip=len(kinds) > 1)


def _opened(source: Source, kind: str, wanted: tuple[Wanted, ...], **how: Any) -> list[Opened]:
    return [Opened(source, kind, wanted, _chosen(source, describe(source), wanted), **how)]


def _opened_dream(declaration: Declaration) -> list[Opened]:
    source = declaration.dream
    files = [
        (extract, choose_columns(source, extract, (dream.PERSON,)) + dream.week_columns(extract, declaration.year - 1))
        for extract in describe(source)
    ]
    weeks = sorted({name for _, chosen in files for name, _ in chosen if name != "PNR"})
    return [Opened(source, "dream", (dream.PERSON, *map(Wanted, weeks)), tuple(files))]


def _opened_pair(pair: Pair, number: int) -> list[Opened]:
    left, right = describe(pair.contacts), describe(pair.diagnoses)
    key = _key_column([(pair.contacts, extract) for extract in left] + [(pair.diagnoses, extract) for extract in right])
    contacts = (hospital.PERSON, key, hospital.START, hospital.SYSTEM)
    diagnoses = (key, hospital.CODE, hospital.TYPE, hospital.REFUTED)
    of_both: dict[str, Any] = {"codes": pair.codes, "key": key.name, "pair": number}
    return [
        Opened(pair.contacts, "contacts", contacts, _chosen(pair.contacts, left, contacts), **of_both),
        Opened(pair.diagnoses, "diagnosis_rows", diagnoses, _chosen(pair.diagnoses, right, diagnoses), **of_both),
    ]


def _chosen(source: Source, files: Sequence[Extract], wanted: tuple[Wanted, ...]) -> tuple[tuple[Extract, Chosen], ...]:
    return tuple((extract, choose_columns(source, extract, wanted)) for extract in files)


def _key_column(files: Sequence[tuple[Source, Extract]]) -> Wanted:
    columns = [Wanted(name, few_values=False) for name in hospital.KEY_NAMES]
    for column in columns:
        if all(delivered_name(source, extract, column) for source, extract in files):
            return column
    return Wanted(hospital.KEY_NAMES[0], hospital.KEY_NAMES[1:], few_values=False)
