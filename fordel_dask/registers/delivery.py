"""The delivery, opened: every file of every register with the columns that are read from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.extracts.columns import Wanted, choose_columns, delivered_name, kind_of
from fordel_dask.extracts.declaration import Declaration, Source
from fordel_dask.extracts.files import Extract, Piece, describe, pieces
from fordel_dask.registers import dream, enrolment, hospital, population, services

PIECE_ROWS = 4_000_000
Chosen = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Opened:
    """One register with rows of persons or contacts: its files, and their columns.

    ``kind`` names the reader. ``key`` is the column that joins contacts with diagnoses.
    """

    source: Source
    kind: str
    wanted: tuple[Wanted, ...]
    files: tuple[tuple[Extract, Chosen], ...]
    bruhon: str = "kroner"
    codes: str = "sks"
    key: str = ""

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
        by_name = {opened.source.register: opened for opened in self.others}
        return by_name[f"lpr {number} contacts"], by_name[f"lpr {number} diagnoses"]


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
    people = _opened(declaration.population, "population", population.WANTED)
    others = [
        _opened(declaration.enrolment, "enrolment", enrolment.WANTED),
        _opened(declaration.services, "services", services.WANTED, bruhon=declaration.bruhon),
        _opened_dream(declaration),
    ]
    for pair in declaration.pairs:
        others += _opened_pair(pair.contacts, pair.diagnoses, pair.codes)
    if declaration.diagnoses:
        codes = declaration.diagnoses_codes
        others.append(_opened(declaration.diagnoses, "diagnoses", hospital.JOINED, codes=codes))
    kinds = set().union(*(opened.key_kinds("PNR") for opened in (people, *others)))
    return Delivery(declaration, people, tuple(others), strip=len(kinds) > 1)


def _opened(source: Source, kind: str, wanted: tuple[Wanted, ...], **how: str) -> Opened:
    files = tuple((extract, choose_columns(source, extract, wanted)) for extract in describe(source))
    return Opened(source, kind, wanted, files, **how)


def _opened_dream(declaration: Declaration) -> Opened:
    source = declaration.dream
    files = [
        (extract, choose_columns(source, extract, (dream.PERSON,)) + dream.week_columns(extract, declaration.year - 1))
        for extract in describe(source)
    ]
    weeks = sorted({name for _, chosen in files for name, _ in chosen if name != "PNR"})
    return Opened(source, "dream", (dream.PERSON, *map(Wanted, weeks)), tuple(files))


def _opened_pair(contacts: Source, diagnoses: Source, codes: str) -> list[Opened]:
    left, right = describe(contacts), describe(diagnoses)
    key = _key_name(contacts, left, diagnoses, right)
    of_contacts = (hospital.PERSON, key, hospital.START, hospital.SYSTEM)
    of_diagnoses = (key, hospital.CODE, hospital.TYPE, hospital.REFUTED)
    return [
        Opened(contacts, "contacts", of_contacts, _chosen(contacts, left, of_contacts), key=key.name),
        Opened(
            diagnoses,
            "diagnosis_rows",
            of_diagnoses,
            _chosen(diagnoses, right, of_diagnoses),
            codes=codes,
            key=key.name,
        ),
    ]


def _chosen(source: Source, files: Sequence[Extract], wanted: tuple[Wanted, ...]) -> tuple[tuple[Extract, Chosen], ...]:
    return tuple((extract, choose_columns(source, extract, wanted)) for extract in files)


def _key_name(left: Source, contacts: Sequence[Extract], right: Source, diagnoses: Sequence[Extract]) -> Wanted:
    sides = [(left, extract) for extract in contacts] + [(right, extract) for extract in diagnoses]
    for name in hospital.KEY_NAMES:
        if all(delivered_name(source, extract, hospital.key_column(name)) for source, extract in sides):
            return hospital.key_column(name)
    first, *others = hospital.KEY_NAMES
    return Wanted(first, tuple(others), few_values=False)
