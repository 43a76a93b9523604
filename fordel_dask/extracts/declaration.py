"""The delivery as ``registers.toml`` declares it: which files, named columns and units."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.documents import can_be_written_out
from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.extracts.aliases import refuse_unknown_columns
from fordel_dask.extracts.covariate_blocks import CovariateBlock, declared_blocks
from fordel_dask.extracts.form import UNSTATED, Form, form_of
from fordel_dask.extracts.named_files import Confines, confines_of, files_named
from fordel_dask.extracts.toml import FILE_NAME, NOT_USED, read_toml
from fordel_dask.gathering import Faults

NEEDED = ("population", "enrolment", "services", "dream", "clinics")
OPTIONAL = ("diagnoses", "municipalities", "projection", "prescriptions", "areas")
CODES = ("sks", "icd10")
KEEP = ("listed", "all")
BRUHON = ("kroner", "oere")
YEAR_BY = ("settlement", "treatment")
DETAIL = ("weeks", "days")
ENROLMENT_KINDS = ("spells", "list", "groups")
PREDECESSORS = ("as_delivered", "follow")
"""What may be declared of a register, the default first."""

DEFAULT_YEAR = 2026
DEFAULT_LIFE_EXPECTANCY = "81.6"
"""Danes at birth, both sexes. Source: Statistics Denmark HISB7."""


@dataclass(frozen=True)
class Source:
    """One register: its files, and which delivered name each canonical column has.

    One without files stands for a register that could not be found.
    """

    register: str
    files: tuple[Path, ...]
    columns: tuple[tuple[str, str], ...] = ()
    form: Form = UNSTATED


@dataclass(frozen=True)
class Pair:
    """Hospital contacts and the diagnoses that belong to them, joined within the pair."""

    contacts: Source
    diagnoses: Source
    codes: str = "sks"
    keep: str = "listed"


@dataclass(frozen=True)
class Declaration:
    """Everything ``registers.toml`` says.

    ``year_by`` tells which date puts a service into the fee year, ``services_detail`` whether the store keeps their
    weeks or days, times, km and modules too, ``enrolment_kind`` what is known of
    who belongs to which clinic, ``predecessors`` whether a clinic that changed hands is followed, and
    ``keep`` of diagnoses which codes go on; ``invented`` that there are no such persons.
    """

    root: Path
    year: int
    life_expectancy: str
    population: Source
    enrolment: Source
    services: Source
    dream: Source
    clinics: Source
    bruhon: str = "kroner"
    year_by: str = "settlement"
    services_detail: str = "weeks"
    enrolment_kind: str = "spells"
    predecessors: str = "as_delivered"
    pairs: tuple[Pair, ...] = ()
    diagnoses: Source | None = None
    diagnoses_codes: str = "sks"
    diagnoses_keep: str = "listed"
    municipalities: Source | None = None
    invented: bool = False
    projection: Source | None = None
    prescriptions: Source | None = None
    areas: Source | None = None
    covariates: tuple[CovariateBlock, ...] = ()
    not_used: tuple[str, ...] = ()

    def sources(self) -> Iterator[Source]:
        """Give every register with files, in one order."""
        yield from (self.population, self.enrolment, self.services, self.dream, self.clinics)
        for pair in self.pairs:
            yield from (pair.contacts, pair.diagnoses)
        optional = (self.diagnoses, self.municipalities, self.projection, self.prescriptions, self.areas)
        yield from (source for source in optional if source)
        yield from (block.source for block in self.covariates)


def read_declaration(registers: Path) -> Declaration:
    """Read ``registers.toml`` of a directory and find the files it names.

    Raises
    ------
    SchemaError
        An unknown section, key or value.
    CoverageError
        A register that is needed, or a file that is named, is not there.
    """
    faults = Faults()
    declaration = declared(registers, faults)
    faults.refuse()
    return declaration


def declared(registers: Path, faults: Faults) -> Declaration:
    """Read ``registers.toml`` and note what is wrong; a register that is not found has no files.

    Raises
    ------
    FordelError
        Nothing more can be said of the delivery: no TOML, unknown names, or no year.
    """
    content = read_toml(registers)
    year = faults.note(partial(_year, content), None)
    confines = faults.note(partial(confines_of, content, registers), Confines(registers))
    finders: dict[str, Callable[[], Source | None]] = {
        **{name: partial(_needed, content, confines, name) for name in NEEDED},
        **{name: partial(_optional, content, confines, name) for name in OPTIONAL},
    }
    sources: dict[str, Any] = {name: faults.note(find, Source(name, ())) for name, find in finders.items()}
    declaration = Declaration(
        root=registers,
        year=year or DEFAULT_YEAR,
        life_expectancy=faults.note(partial(_life_expectancy, content), DEFAULT_LIFE_EXPECTANCY),
        bruhon=faults.note(partial(_choice, content, "services", "bruhon", BRUHON), ""),
        year_by=faults.note(partial(_choice, content, "services", "year_by", YEAR_BY), ""),
        services_detail=faults.note(partial(_choice, content, "services", "detail", DETAIL), ""),
        enrolment_kind=faults.note(partial(_choice, content, "enrolment", "kind", ENROLMENT_KINDS), ""),
        predecessors=faults.note(partial(_choice, content, "clinics", "predecessors", PREDECESSORS), ""),
        diagnoses_codes=faults.note(partial(_choice, content, "diagnoses", "codes", CODES), ""),
        diagnoses_keep=faults.note(partial(_choice, content, "diagnoses", "keep", KEEP), ""),
        invented=faults.note(partial(_invented, content), False),
        pairs=_pairs(content, confines, faults),
        covariates=declared_blocks(content, partial(_block_source, confines), faults),
        not_used=tuple(name for name in NOT_USED if name in content),
        **sources,
    )
    if year is None:
        faults.refuse()
    return declaration


def _year(content: Mapping[str, Any]) -> int:
    year = content.get("nation", {}).get("year", DEFAULT_YEAR)
    if not isinstance(year, int) or not 2000 <= year < 2100:
        raise SchemaError(f"{FILE_NAME}: [nation] year must be a year of this century, such as 2026.")
    return year


def _invented(content: Mapping[str, Any]) -> bool:
    found = content.get("nation", {}).get("invented", False)
    if not isinstance(found, bool):
        raise SchemaError(f"{FILE_NAME}: [nation] invented must be true or false: are there no such persons?")
    return found


def _life_expectancy(content: Mapping[str, Any]) -> str:
    text = str(content.get("nation", {}).get("life_expectancy", DEFAULT_LIFE_EXPECTANCY))
    try:
        good = can_be_written_out(Decimal(text)) and Decimal(text) > 0
    except InvalidOperation:
        good = False
    if not good:
        raise SchemaError(f"{FILE_NAME}: [nation] life_expectancy must be a number of years, such as 81.6.")
    return text


def _choice(content: Mapping[str, Any], name: str, key: str, known: tuple[str, ...]) -> str:
    value = content.get(name, {}).get(key, known[0])
    if value not in known:
        choices = " or ".join(f'"{k}"' for k in known)
        raise SchemaError(f"{FILE_NAME}: {key} in [{name}] must be {choices}.")
    return str(value)


def _needed(content: Mapping[str, Any], confines: Confines, name: str) -> Source:
    source = _optional(content, confines, name)
    if source is None:
        raise CoverageError(f"{FILE_NAME} has no section [{name}], which is needed. Add it with its path.")
    return source


def _optional(content: Mapping[str, Any], confines: Confines, name: str) -> Source | None:
    if name not in content:
        return None
    return _source(content[name], confines, name, "path")


def _pairs(content: Mapping[str, Any], confines: Confines, faults: Faults) -> tuple[Pair, ...]:
    sections = content.get("lpr", [])
    sections = sections if isinstance(sections, list) else [sections]
    if not sections and "diagnoses" not in content:
        faults.add(CoverageError(f"{FILE_NAME} names no diagnoses: give [[lpr]] pairs, [diagnoses] or both."))
    return tuple(_pair(section, confines, number, faults) for number, section in enumerate(sections, 1))


def _pair(section: Mapping[str, Any], confines: Confines, number: int, faults: Faults) -> Pair:
    contacts, diagnoses = (
        faults.note(
            partial(_source, section, confines, f"lpr {number} {side}", side), Source(f"lpr {number} {side}", ())
        )
        for side in ("contacts", "diagnoses")
    )
    codes, keep = (
        faults.note(partial(_choice, {"lpr": section}, "lpr", key, known), "")
        for key, known in (("codes", CODES), ("keep", KEEP))
    )
    return Pair(contacts, diagnoses, codes, keep)


def _block_source(confines: Confines, section: Mapping[str, Any], register: str) -> Source:
    return _source(section, confines, register, "path")


def _source(section: Mapping[str, Any], confines: Confines, register: str, key: str) -> Source:
    columns = section.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(v, str) for v in columns.values()):
        raise SchemaError(f'{FILE_NAME}: columns of {register} must look like {{ PNR = "delivered_name" }}.')
    refuse_unknown_columns(register, columns)
    return Source(
        register=register,
        files=files_named(section.get(key), confines, register, key),
        columns=tuple(sorted((name.upper(), given) for name, given in columns.items())),
        form=form_of(section, register),
    )


def declared_bruhon(registers: Path) -> str:
    """Give the unit of what was paid for services, as a delivery declares it.

    Raises
    ------
    SchemaError
        It declares another one than there is.
    """
    return _choice(read_toml(registers), "services", "bruhon", BRUHON)


def declared_source(registers: Path, name: str) -> Source | None:
    """Find the files of one register, also of one that no room reads yet; None if it is not declared.

    Raises
    ------
    FordelError
        A file that is named is not there, or the section cannot be understood.
    """
    content = read_toml(registers)
    return _optional(content, confines_of(content, registers), name)
