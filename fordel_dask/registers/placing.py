"""Which register a file is, told by its columns; names of files only break ties."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.extracts.aliases import canonical_of, folded, names_of
from fordel_dask.extracts.columns import Wanted, delivered_names, unknown_columns
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import Extract
from fordel_dask.registers import clinics, enrolment, hospital, municipalities, population, projection, services

CONTACTS, DIAGNOSES = "lpr contacts", "lpr diagnoses"
LIST, INSURED = "list", "insured"
"""What may stand for spells: who is on which clinic's list, and insurance groups of one day (SSSI)."""

WEEKS = "Y_yyww"
COST_OF_LACKING = 2
"""A column that a register needs and a file lacks weighs twice as much against it as one it has weighs for it."""

Alternatives = tuple[str, ...]


def _names(wanted: Sequence[Wanted]) -> tuple[Alternatives, ...]:
    return tuple((column.name,) for column in wanted if not column.optional)


def _spoken(*names: str) -> tuple[Alternatives, ...]:
    return tuple((name,) for name in names)


KEY = tuple(key.name for key in hospital.KEYS)
NEEDED: dict[str, tuple[Alternatives, ...]] = {
    "population": _names(population.WANTED),
    "enrolment": _names(enrolment.WANTED),
    "services": _names(services.WANTED),
    CONTACTS: (("PNR",), KEY, (hospital.START.name,)),
    DIAGNOSES: (KEY, (hospital.CODE.name,), (hospital.TYPE.name,)),
    "diagnoses": _names(hospital.JOINED),
    "dream": _spoken("PNR", WEEKS),
    "clinics": _names(clinics.WANTED),
    "municipalities": _names(municipalities.WANTED),
    "projection": _names(projection.WANTED),
    "areas": _spoken("AREA", "NAME", "KOM", "KM2"),
    "prescriptions": _spoken("PNR", "ATC", "EKSD", "APK"),
    "capacity_register": _spoken("MONTH", "YDERNR", "CAPACITY_ID", "ALLOCATED_FROM", "OCCUPIED_SHARE"),
    "decisions": _spoken("YDERNR", "NUMBER", "DECIDED_ON", "EFFECTIVE_FROM"),
    LIST: _spoken("PNR", "YDERNR", "SIKGRUP"),
    INSURED: _spoken("PNR", "SIKGRUP"),
}
"""The columns that a file of each register must have; of several names in one place any will do."""

TABLES = {LIST: "enrolment"}
"""Whose names of columns a register has, where it has none of its own."""

NICKNAMES = {
    "population": ("population", "bef", "cpr"),
    "enrolment": ("enrolment", "tilmeld", "sikrede"),
    "services": ("services", "sssy", "sysi", "ssr"),
    CONTACTS: ("contacts", "adm", "kontakt"),
    DIAGNOSES: ("diagnoses", "diag"),
    "clinics": ("clinics", "yder"),
}


@dataclass(frozen=True)
class Placed:
    """A file, the register it is, the names guessed for its columns, and those that could be either of two."""

    extract: Extract
    register: str
    guessed: tuple[tuple[str, str], ...] = ()
    unclear: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Fit:
    """How well a file fits a register."""

    register: str
    has: int
    lacks: tuple[Alternatives, ...]
    known: int
    named: bool

    @property
    def order(self) -> tuple[int, int, bool]:
        """The better fit is the greater."""
        return self.has - COST_OF_LACKING * len(self.lacks), self.known, self.named


def place(extract: Extract) -> Placed | str:
    """Give the register of a file, or why it cannot be placed."""
    best = max((_fit(extract, register) for register in NEEDED), key=lambda fit: fit.order)
    if best.has < COST_OF_LACKING or best.has <= len(best.lacks):
        return "its columns are those of no register" if extract.names else "it has no columns"
    source = Source(TABLES.get(best.register, best.register), ())
    guessed = _guesses(source, extract, best.lacks)
    if len(guessed) < len(best.lacks):
        return _told(best, set(guessed), unknown_columns(source, extract))
    needed = [name for names in NEEDED[best.register] for name in names]
    unclear = [(name, delivered_names(source, extract, name)) for name in needed]
    return Placed(extract, best.register, tuple(guessed.items()), tuple(u for u in unclear if len(u[1]) > 1))


def _fit(extract: Extract, register: str) -> Fit:
    table = TABLES.get(register, register)
    lacks = tuple(names for names in NEEDED[register] if not any(_has(extract, table, name) for name in names))
    known = sum(canonical_of(table, name) is not None for name in extract.names[:100])
    path = extract.path.as_posix().lower()
    named = any(word in path for word in NICKNAMES.get(register, (register,)))
    has = len(NEEDED[register]) - len(lacks)
    if register in (LIST, INSURED) and known * 2 < len(extract.names):
        has = 0  # services have such columns too, among many others
    return Fit(register, has, lacks, known, named)


def _has(extract: Extract, register: str, canonical: str) -> bool:
    if canonical == WEEKS:
        return any(canonical_of(register, name) == WEEKS for name in extract.names)
    return bool(delivered_names(Source(register, ()), extract, canonical))


def _guesses(source: Source, extract: Extract, lacks: Sequence[Alternatives]) -> dict[str, str]:
    """Give columns that are lacking as the one unknown column whose name holds one of their names as a word."""
    unknown = unknown_columns(source, extract)
    found = {}
    for names in lacks:
        words = [w for name in names for w in (name, *(a.delivered for a in names_of(source.register, name)))]
        alike = [given for given in unknown if any(_holds_word(given, word) for word in words)]
        if len(alike) == 1:
            found[names[0]] = alike[0]
    return found if len(set(found.values())) == len(found) else {}


def _holds_word(name: str, word: str) -> bool:
    return bool(re.search(rf"(^|[^A-Z0-9]){re.escape(word)}($|[^A-Z0-9])", folded(name)))


def _told(fit: Fit, guessed: set[str], unknown: Sequence[str]) -> str:
    lacking = ", ".join(" or ".join(names) for names in fit.lacks if names[0] not in guessed)
    columns = f"; unknown in it are {', '.join(unknown[:20])}" if unknown else ""
    return (
        f"nearest is {fit.register}, but it lacks {lacking}{columns}. If one of its columns is meant, write "
        f'columns = {{ {lacking.split(",")[0].split(" or ")[0]} = "its name" }} at that register'
    )
