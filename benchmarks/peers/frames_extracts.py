"""Register extracts read file by file in pandas: for a job at once, or coded for a layout of one's own.

Text that repeats is read as a dictionary and judged once for each text; keys of persons are whole numbers written as
text and become numbers in Arrow. ``citizen`` is that number here, until rows are numbered.
A key that is no number is refused by the cast.
"""

import functools
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.peers.frames import (
    BLANK,
    DREAM_CODES,
    Books,
)
from fordel_dask.registers.listed import listed_prefixes
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS, OPEN_END

CONTACT_KEYS = ("RECNUM", "DW_EK_KONTAKT")
CONTACT_DAYS = ("D_INDDTO", "KONT_STARTTIDSPUNKT")
DIAGNOSIS_CODES, DIAGNOSIS_TYPES = ("C_DIAG", "DIAG_KODE"), ("C_DIAGTYPE", "DIAG_KODE_TYPE")
SYSTEM, COUNTED_SYSTEM = "LPRINDBERETNINGSSYSTEM", "LPR3"
REFUTED, YES = "SENERE_AFKRAEFTET", "Ja"
NEVER = 2**31 - 2  # a birth after any status date: its person does not count


@dataclass(frozen=True)
class Hospital:
    """A pair of registers joined by the key of a contact; ``sks``: codes begin with a D."""

    contacts: tuple[Path, ...]
    diagnoses: tuple[Path, ...]
    sks: bool


@dataclass(frozen=True)
class Extracts:
    """The files of a delivery."""

    year: int
    population: tuple[Path, ...]
    enrolment: tuple[Path, ...]
    services: tuple[Path, ...]
    dream: tuple[Path, ...]
    hospitals: tuple[Hospital, ...]


def extracts_of(registers: Path) -> Extracts:
    """Find the files that a delivery declares."""
    declared = tomllib.loads((registers / "registers.toml").read_text("utf-8"))

    def files(pattern: str) -> tuple[Path, ...]:
        return tuple(sorted(registers.glob(pattern)))

    tables = {name: files(declared[name]["path"]) for name in ("population", "enrolment", "services", "dream")}
    hospitals = tuple(
        Hospital(files(pair["contacts"]), files(pair["diagnoses"]), pair.get("codes", "sks") == "sks")
        for pair in declared["lpr"]
    )
    return Extracts(year=declared["nation"]["year"], hospitals=hospitals, **tables)


@dataclass(frozen=True)
class Columns:
    """Columns of a file, by name and in the order asked for; coded ones with the texts of their codes."""

    values: Mapping[str, NDArray[Any]]
    texts: Mapping[str, Sequence[str]]

    def told(self, name: str, judge: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Tell of each row whether its text is one that is meant; a blank is not."""
        return np.array([*map(judge, self.texts[name]), False])[self.values[name]]


def columns_of(file: Path, numbers: Sequence[str], coded: Sequence[str], use_threads: bool) -> Columns:
    """Read columns of a file: whole numbers and days as numbers, texts as codes (−1 blank) in order of appearance."""
    table = pq.read_table(
        file, columns=[*numbers, *coded], read_dictionary=list(coded), use_threads=use_threads, partitioning=None
    )
    values: dict[str, NDArray[Any]] = {name: whole_numbers(table[name]) for name in numbers}
    texts = {}
    for name in coded:
        values[name], texts[name] = codes_of(table[name])
    return Columns(values, texts)


def codes_of(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """Give codes and their texts, without blanks around them; what repeats as whole numbers is coded too."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    texts = ["" if text is None else str(text).strip() for text in whole.dictionary.to_pylist()]
    codes = whole.indices.fill_null(BLANK).to_numpy(zero_copy_only=False).astype(np.int32)
    if "" in texts:
        codes[np.isin(codes, [n for n, text in enumerate(texts) if not text])] = BLANK
    return codes, texts


def whole_numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    """Give days since 1970, keys and other whole numbers, a missing one as −2³¹."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)
    column = column.cast(pa.int32() if pa.types.is_date(column.type) else pa.int64())
    filled = column.fill_null(np.iinfo(np.int32).min) if column.null_count else column
    values: NDArray[Any] = filled.to_numpy()
    return values


def first_of(names: Sequence[str], choices: Sequence[str]) -> str:
    """Give the one of some names that a file has."""
    return next(choice for choice in choices if choice in names)


def same_text(text: str) -> str:
    """Give a code as it is."""
    return text


def municipality_text(text: str) -> str:
    """Give KOM without leading zeros, Christiansø as Bornholm."""
    code = text.lstrip("0")
    return "400" if code == "411" else code


def six_digits(text: str) -> str:
    """Give a code of a clinic or a service, padded."""
    return text and text.zfill(6)


@functools.cache
def listed_code(text: str) -> str:
    """Give an ICD-10 code if a packaged disease list asks for it, else nothing."""
    code = text.upper()
    return code if code.startswith(listed_prefixes()) else ""


@functools.cache
def listed_code_of_sks(text: str) -> str:
    """Give an SKS code without its D if a packaged disease list asks for it, else nothing."""
    return listed_code(text[1:]) if text[:1] in ("D", "d") else ""


@dataclass(frozen=True)
class Coded:
    """Coded rows of one file, with its own books."""

    rows: pd.DataFrame
    books: Books


def read_population(file: Path, use_threads: bool) -> Coded:
    """Read a file of the population."""
    columns = columns_of(file, ["PNR", "FOED_DAG"], ["KOEN", "CIVST", "KOM", "OPR_LAND", "IE_TYPE"], use_threads)
    values, texts = columns.values, columns.texts
    birth_day = values["FOED_DAG"]
    rows = pd.DataFrame(
        {
            "citizen": values["PNR"],
            "sex": np.array([*({"1": 1, "2": 2}.get(text, 0) for text in texts["KOEN"]), 0], "int8")[values["KOEN"]],
            "birth_day": np.where(birth_day == np.iinfo(np.int32).min, NEVER, birth_day),
            "civil_status": values["CIVST"],
            "municipality": values["KOM"],
            "country": values["OPR_LAND"],
            "origin_type": values["IE_TYPE"],
        },
        copy=False,
    )
    books = {"civil_status": texts["CIVST"], "country": texts["OPR_LAND"], "origin_type": texts["IE_TYPE"]}
    return Coded(rows, {**books, "municipality": [*map(municipality_text, texts["KOM"])]})


def read_enrolment(file: Path, use_threads: bool) -> Coded:
    """Read the spells of a file that have a first day, and a last one not before it."""
    columns = columns_of(file, ["PNR", "FRA", "TIL"], ["YDERNR", "SIKGRUP"], use_threads)
    values, never = columns.values, np.iinfo(np.int32).min
    rows = pd.DataFrame(
        {
            "citizen": values["PNR"],
            "clinic": values["YDERNR"],
            "group": columns.told("SIKGRUP", lambda text: text == "1").view(np.int8),
            "first_day": values["FRA"],
            "last_day": np.where(values["TIL"] == never, OPEN_END, values["TIL"]),
        },
        copy=False,
    )
    right = (rows["first_day"] != never) & (rows["first_day"] <= rows["last_day"])
    return Coded(rows if right.all() else rows[right], {"clinic": [*map(six_digits, columns.texts["YDERNR"])]})


def read_services(file: Path, year: int, use_threads: bool) -> Coded:
    """Read the services of a file that were settled in a week of the fee year."""
    columns = columns_of(file, ["PNR", "YDLANT"], ["SPECIALE", "HONUGE"], use_threads)
    weeks = {f"{(year - 1) % 100:02}{week:02}" for week in range(1, 54)}
    kept = columns.told("HONUGE", lambda text: text.zfill(4) in weeks)
    names = {"PNR": "citizen", "SPECIALE": "service", "YDLANT": "quantity"}
    rows = pd.DataFrame({name: columns.values[column][kept] for column, name in names.items()}, copy=False)
    return Coded(rows, {"service": [*map(six_digits, columns.texts["SPECIALE"])]})


def read_contacts(file: Path, use_threads: bool) -> pd.DataFrame:
    """Read the contacts of a file: key, citizen and day."""
    names = pq.read_schema(file).names
    key, day = first_of(names, CONTACT_KEYS), first_of(names, CONTACT_DAYS)
    columns = columns_of(file, [key, "PNR", day], [SYSTEM] if SYSTEM in names else [], use_threads)
    rows = pd.DataFrame(
        {"key": columns.values[key], "citizen": columns.values["PNR"], "day": columns.values[day]}, copy=False
    )
    kept = rows["day"].to_numpy() != np.iinfo(np.int32).min
    if SYSTEM in names:
        kept &= columns.told(SYSTEM, lambda text: text == COUNTED_SYSTEM)
    return rows[kept]


def read_diagnoses(file: Path, sks: bool, use_threads: bool) -> Coded:
    """Read the diagnoses of a file that a packaged disease list may ask for, by the key of their contact."""
    names = pq.read_schema(file).names
    key, code, kind = (first_of(names, choices) for choices in (CONTACT_KEYS, DIAGNOSIS_CODES, DIAGNOSIS_TYPES))
    columns = columns_of(file, [key], [code, kind, *([REFUTED] if REFUTED in names else [])], use_threads)
    codes = [*map(listed_code_of_sks if sks else listed_code, columns.texts[code])]
    wanted = np.array([*map(bool, codes), False])[columns.values[code]]
    wanted &= columns.told(kind, lambda text: text in DIAGNOSIS_KINDS)
    if REFUTED in names:
        wanted &= ~columns.told(REFUTED, lambda text: text == YES)
    sources = {"key": key, "code": code, "kind": kind}
    rows = pd.DataFrame({name: columns.values[source][wanted] for name, source in sources.items()}, copy=False)
    return Coded(rows, {"diagnosis": codes, "kind": columns.texts[kind]})


def dream_matrix(file: Path, year: int, use_threads: bool) -> tuple[NDArray[np.int64], list[NDArray[np.int16]]]:
    """Read persons and, for each week of the fee year, the DREAM code of each of them, 0 for none."""
    begun = f"Y_{(year - 1) % 100:02}"
    weeks = [name for name in pq.read_schema(file).names if name.startswith(begun)]
    columns = columns_of(file, ["PNR"], weeks, use_threads)
    codes = []
    for week in weeks:
        numbers = [int(text) if text.isascii() and text.isdigit() else 0 for text in columns.texts[week]]
        known = [number if number < DREAM_CODES else 0 for number in numbers]
        codes.append(np.array([*known, 0], dtype=np.int16)[columns.values[week]])
    return columns.values["PNR"], codes


@dataclass(frozen=True)
class Scan:
    """A column of a file whose texts go into a book."""

    book: str
    file: Path
    column: str
    spelled: Callable[[str], str]

    def texts(self) -> set[str]:
        """Give the texts as books spell them."""
        return {self.spelled(text) for text in columns_of(self.file, [], [self.column], False).texts[self.column]}


def scans_of(extracts: Extracts) -> list[Scan]:
    """Name all columns of all files that hold codes."""
    people = {
        "civil_status": ("CIVST", same_text),
        "municipality": ("KOM", municipality_text),
        "country": ("OPR_LAND", same_text),
        "origin_type": ("IE_TYPE", same_text),
    }
    scans = [Scan(book, file, *how) for file in extracts.population for book, how in people.items()]
    scans += [Scan("clinic", file, "YDERNR", six_digits) for file in extracts.enrolment]
    scans += [Scan("service", file, "SPECIALE", six_digits) for file in extracts.services]
    for hospital in extracts.hospitals:
        spelled = listed_code_of_sks if hospital.sks else listed_code
        for file in hospital.diagnoses:
            column = first_of(pq.read_schema(file).names, DIAGNOSIS_CODES)
            scans.append(Scan("diagnosis", file, column, spelled))
    return scans


def books_of(found: Sequence[tuple[str, set[str]]]) -> dict[str, Sequence[str]]:
    """Put together the texts found in files, by book and sorted."""
    texts: dict[str, set[str]] = {}
    for book, more in found:
        texts.setdefault(book, set()).update(more)
    return {**{book: sorted(some - {""}) for book, some in texts.items()}, "kind": DIAGNOSIS_KINDS}
