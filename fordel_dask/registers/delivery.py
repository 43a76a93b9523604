"""The delivery, opened: every file of every register with the columns that are read from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.columns import Chosen, Wanted, choose_columns, delivered_name, kind_of
from fordel_dask.extracts.covariate_blocks import CovariateBlock
from fordel_dask.extracts.declaration import Declaration, Pair, Source
from fordel_dask.extracts.files import Extract, Piece, described, pieces
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.gathering import Faults
from fordel_dask.registers import dream, enrolment, hospital, population, prescriptions, services
from fordel_dask.registers.budget import PIECE_ROWS
from fordel_dask.registers.covariate_columns import note_repeated_names, wanted_columns
from fordel_dask.registers.people import NUMBERS
from fordel_dask.registers.service_details import DAYS, with_details

SHAPES = {
    "spells": ("enrolment", enrolment.WANTED, ()),
    "list": ("enrolment_list", enrolment.LIST, enrolment.WANTED[3:]),
    "groups": ("enrolment_groups", enrolment.INSURED, enrolment.WANTED[1:2]),
}
"""How enrolment comes: its reader, its columns, and columns that would tell more than the reader takes."""

KEYED = "covariates by key"
"""The kind of further covariates that are not by person; they are kept whole."""

ADVICE = {"list": 'kind = "spells" (or leave kind out)', "groups": 'kind = "list"'}


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
    keep: str = "listed"

    def pieces(self, rows: int = PIECE_ROWS) -> list[tuple[Piece, Chosen]]:
        """Give the pieces of all files, of about so many rows, each with its columns."""
        return [(piece, chosen) for extract, chosen in self.files for piece in pieces(extract, rows)]

    @property
    def is_whole(self) -> bool:
        """Whether there are files, and all of them can be read."""
        return 0 < len(self.files) == len(self.source.files)

    def key_kinds(self, name: str) -> set[str]:
        """Give the kinds of values that a key column has in the files."""
        kinds = {kind_of(e, given) for e, chosen in self.files for column, given in chosen if column == name}
        return {"number" if kind in NUMBERS else "text" for kind in kinds - {"blank"}}


@dataclass(frozen=True)
class Delivery:
    """All registers of persons, opened; ``strip`` says that keys are compared without leading zeros.

    ``keyed`` are covariates by area, municipality or clinic. ``successors`` are the clinics that changed hands,
    each with the one that is read in its place; ``secret`` is the file of the secret that hides person keys, if
    there is one.
    """

    declaration: Declaration
    population: Opened
    others: tuple[Opened, ...]
    strip: bool
    keyed: tuple[Opened, ...] = ()
    successors: tuple[tuple[str, str], ...] = ()
    secret: Path | None = None

    def pair(self, number: int) -> tuple[Opened, Opened]:
        """Give contacts and diagnoses of the pair of this number, counted from 1."""
        contacts, diagnoses = (opened for opened in self.others if opened.pair == number)
        return contacts, diagnoses


def open_delivery(declaration: Declaration, faults: Faults) -> Delivery:
    """Open all files of registers of persons and find the columns.

    Noted are: SchemaError, a column is missing or of the wrong type; CoverageError, a DREAM
    file has no week of the fee year; IntegrityError, a file cannot be read. Such files are left out.
    """
    people = _opened(declaration.population, "population", population.WANTED, faults)
    others = [
        _opened_enrolment(declaration, faults),
        _opened(declaration.services, "services", _of_services(declaration), faults, bruhon=declaration.bruhon),
        _opened_dream(declaration, faults),
    ]
    for number, pair in enumerate(declaration.pairs, 1):
        others += _opened_pair(pair, number, faults)
    if declaration.diagnoses:
        how = {"codes": declaration.diagnoses_codes, "keep": declaration.diagnoses_keep}
        others.append(_opened(declaration.diagnoses, "diagnoses", hospital.JOINED, faults, **how))
    if declaration.prescriptions:
        others.append(_opened(declaration.prescriptions, "prescriptions", prescriptions.WANTED, faults))
    blocks = _opened_blocks(declaration, faults)
    others += (block for block in blocks if block.kind == COVARIATES)
    keyed = tuple(block for block in blocks if block.kind != COVARIATES)
    kinds = set().union(*(opened.key_kinds("PNR") for opened in (people, *others)))
    return Delivery(declaration, people, tuple(others), strip=len(kinds) > 1, keyed=keyed)


def _opened(source: Source, kind: str, wanted: tuple[Wanted, ...], faults: Faults, **how: Any) -> Opened:
    return Opened(source, kind, wanted, choose_columns(source, described(source, faults), wanted, faults), **how)


def _of_services(declaration: Declaration) -> tuple[Wanted, ...]:
    columns = services.wanted(declaration.year_by, declaration.enrolment_kind == "groups")
    return with_details(columns) if declaration.services_detail == DAYS else columns


def _opened_enrolment(declaration: Declaration, faults: Faults) -> Opened:
    source, kind = declaration.enrolment, declaration.enrolment_kind
    name, wanted, too_many = SHAPES.get(kind, SHAPES["spells"])
    opened = _opened(source, name, wanted, faults)
    for extract, _ in opened.files:
        more = [column.name for column in too_many if delivered_name(source, extract, column)]
        if len(more) == len(too_many) > 0:
            faults.add(
                SchemaError(
                    f'enrolment: {extract.path.name} is declared with kind = "{kind}", but has the columns '
                    f"{' and '.join(more)}, which say more. Declare {ADVICE[kind]} at [enrolment] in {FILE_NAME}."
                )
            )
    return opened


def _opened_dream(declaration: Declaration, faults: Faults) -> Opened:
    source, fee_year = declaration.dream, declaration.year - 1
    files: list[tuple[Extract, Chosen]] = []
    weeks: set[Wanted] = set()
    for extract in described(source, faults):
        of_file = faults.note(partial(dream.week_columns, extract, fee_year), ())
        files += choose_columns(source, [extract], (dream.PERSON, *of_file), faults)
        weeks.update(of_file)
    wanted = (dream.PERSON, *sorted(weeks, key=lambda week: week.name))
    return Opened(source, "dream", wanted, tuple(files))


def _opened_pair(pair: Pair, number: int, faults: Faults) -> list[Opened]:
    left, right = described(pair.contacts, faults), described(pair.diagnoses, faults)
    both = [(pair.contacts, extract) for extract in left] + [(pair.diagnoses, extract) for extract in right]
    key, is_lpr3 = _key_column(both)
    contacts = (hospital.PERSON, key, hospital.START, hospital.SYSTEM)
    refuted = hospital.REFUTED_IN_LPR3 if is_lpr3 else hospital.REFUTED
    diagnoses = (key, hospital.CODE, hospital.TYPE, refuted)
    of_both: dict[str, Any] = {"codes": pair.codes, "key": key.name, "pair": number, "keep": pair.keep}
    files = [
        choose_columns(source, extracts, wanted, faults)
        for source, extracts, wanted in ((pair.contacts, left, contacts), (pair.diagnoses, right, diagnoses))
    ]
    return [
        Opened(pair.contacts, "contacts", contacts, files[0], **of_both),
        Opened(pair.diagnoses, "diagnosis_rows", diagnoses, files[1], **of_both),
    ]


def _opened_blocks(declaration: Declaration, faults: Faults) -> list[Opened]:
    """Give the blocks of further covariates, those of persons of the kind ``covariates``."""
    opened = [block for block in (_opened_block(block, faults) for block in declaration.covariates) if block]
    note_repeated_names({block.source.register: block.wanted for block in opened}, faults)
    return opened


def _opened_block(block: CovariateBlock, faults: Faults) -> Opened | None:
    extracts = described(block.source, faults)
    wanted = faults.note(partial(wanted_columns, block, extracts), ()) if extracts else ()
    if not wanted:
        return None
    kind = COVARIATES if wanted[0].name == "PNR" else KEYED
    return Opened(block.source, kind, wanted, choose_columns(block.source, extracts, wanted, faults))


def _key_column(files: Sequence[tuple[Source, Extract]]) -> tuple[Wanted, bool]:
    """Give the key that most files of a pair have, LPR3's first, and whether it is that one."""
    having = [
        sum(delivered_name(source, extract, key) is not None for source, extract in files) for key in hospital.KEYS
    ]
    newer = having[0] >= having[1]
    return hospital.KEYS[0 if newer else 1], newer and having[0] > 0
