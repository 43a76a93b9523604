"""Services of a register extract with all that prices them: day, time of day, km, modules, clinic, and the citizen.

Everything is read into memory, about 110 bytes a row: 1 GB for ten million rows, 12 GB for a nation's year.
"""

import datetime
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, days, mapped, plain_text, whole_numbers
from fordel_dask.extracts.columns import Chosen, Wanted, choose_columns, kind_of
from fordel_dask.extracts.declaration import Source, declared_bruhon, declared_source
from fordel_dask.extracts.extract import Extract
from fordel_dask.extracts.files import described, pieces, read_rows
from fordel_dask.fee_work.price_pass import area_of
from fordel_dask.fees.price_book import OUTSIDE, UNKNOWN_AREA
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Report
from fordel_dask.kernels.pricing import NOT_GIVEN
from fordel_dask.privacy import redacted
from fordel_dask.registers.canonical import LocalCodes, any_service_code, clinic_code, week_text
from fordel_dask.registers.first_rows import century
from fordel_dask.registers.money import SCALES, paid_oere
from fordel_dask.registers.people import NUMBERS, bucket_of_key, person_keys
from fordel_dask.registers.population import SEXES
from fordel_dask.registers.service_details import DETAILS, TREATED, details
from fordel_dask.registers.services import LARGEST_QUANTITY, service_numbers
from fordel_dask.registers.small_tables import read_small
from fordel_dask.schema.prepared import MISSING_PAID
from fordel_dask.yearly.reading import source_of

SERVICES, POPULATION, CLINICS = "services", "population", "clinics"
WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("YDERNR"),
    Wanted("SPECIALE"),
    Wanted("YDELSESNR", optional=True),
    Wanted("YDLANT"),
    Wanted("BRUHON", optional=True),
    Wanted("HONUGE", optional=True),
    TREATED,
    *DETAILS,
)
PERSONS = (Wanted("PNR", few_values=False), Wanted("KOEN"), Wanted("FOED_DAG", few_values=False, holds="day"))
PLACES = (
    Wanted("YDERNR"),
    Wanted("CHRONIC_AREA", optional=True, holds="flag"),
    Wanted("FRA", optional=True, holds="day"),
)
ROWS_AT_A_TIME = 4_000_000
MOST_SERVICES = 2**15 - 1
NO_WEEK = NO_DAY
LAST_WEEK, DAYS_A_WEEK = 53, 7
EPOCH = datetime.date(1970, 1, 1)
BUCKETS = 16
"""An extract is priced one bucket of citizens after the other, or several at a time."""

Column = NDArray[Any]
Rows = dict[str, Column]
TYPES = {
    "citizen_high": "u8", "citizen_low": "u8", "service": "i2", "quantity": "i4", "paid": "i8", "day": "i4",
    "dated": "?", "minute": "i2", "metres": "i4", "modules": "i4", "clinic": "i4",
}  # fmt: skip
NOBODY_BORN: Rows = {
    name: np.zeros(0, kind)
    for name, kind in {"citizen_high": "u8", "citizen_low": "u8", "birth_day": "i4", "sex": "i1"}.items()
}


@redacted
@dataclass(frozen=True)
class Claims:
    """Rows of some citizens, sorted by citizen; arrays of one length each but ``birth_day`` and ``sex``, by citizen.

    ``day`` is that of treatment where ``dated``, else the Monday of the week. ``minute`` is −1, ``metres`` and
    ``modules`` NOT_GIVEN where a row does not tell. ``area`` is that of the row's clinic. ``birth_day`` is empty
    without a population. ``areas_told``: clinics with their area were delivered.
    """

    citizen: Column
    service: Column
    quantity: Column
    paid: Column
    day: Column
    dated: Column
    minute: Column
    metres: Column
    modules: Column
    clinic: Column
    area: Column
    birth_day: Column
    sex: Column
    services: tuple[str, ...]
    clinics: tuple[str, ...]
    areas_told: bool


@redacted
@dataclass(frozen=True)
class Delivered:
    """All rows of an extract in buckets of citizens, with who was born when, and the area of every clinic and of none.

    ``unreadable`` rows are not among them.
    """

    rows: Sequence[Rows]
    born: Sequence[Rows]
    services: tuple[str, ...]
    clinics: tuple[str, ...]
    areas: NDArray[np.int8]
    areas_told: bool
    unreadable: int

    @property
    def size(self) -> int:
        """Number of rows that could be read."""
        return sum(rows["citizen_high"].size for rows in self.rows)

    def claims(self, bucket: int) -> Claims:
        """Give the rows of one bucket."""
        rows, born = dict(self.rows[bucket]), self.born[bucket]
        high, low = rows.pop("citizen_high"), rows.pop("citizen_low")
        order = np.lexsort((low, high))
        high, low = high[order], low[order]
        is_first = np.append(True, (high[1:] != high[:-1]) | (low[1:] != low[:-1]))[: high.size]
        birth_day, sex = _found(high[is_first], low[is_first], born)
        rows = {name: column[order] for name, column in rows.items()}
        return Claims(
            **rows,
            citizen=np.cumsum(is_first, dtype=np.int32) - 1,
            area=self.areas[rows["clinic"]],
            birth_day=birth_day,
            sex=sex,
            services=self.services,
            clinics=self.clinics,
            areas_told=self.areas_told,
        )


def read_claims(path: Path, bruhon: str | None = None, report: Report | None = None) -> Delivered:
    """Read the services of a file, or those of a delivery with its population and clinics.

    ``bruhon`` is ``kroner`` or ``oere``; none for what ``registers.toml`` says, else kroner.

    Raises
    ------
    CoverageError
        There is no such file, or no such section.
    SchemaError
        Columns are missing, neither day nor week is delivered, or BRUHON is declared in an unknown unit.
    """
    unit = bruhon or (declared_bruhon(path) if path.is_dir() else "kroner")
    beside = {name: declared_source(path, name) if path.is_dir() else None for name in (POPULATION, CLINICS)}
    files = _opened(source_of(SERVICES, path), WANTED)
    _refuse_undated(files)
    population = _opened(beside[POPULATION], PERSONS) if beside[POPULATION] else ()
    strip = any(_pnr_is_number(one) for one in (*files, *population))
    reading = _Reading(SCALES[unit], strip)
    rows = _bucketed([reading.columns_of(batch) for batch in _batches(files, report)], reading.none)
    _refuse_many_codes(reading.services.texts)
    born = _bucketed([_persons(batch, strip) for batch in _batches(population)], NOBODY_BORN)
    areas, known = _areas(beside[CLINICS]), tuple(reading.clinics.texts)
    nowhere = OUTSIDE if areas is None else UNKNOWN_AREA
    of_clinics = [nowhere if areas is None else areas.get(number, UNKNOWN_AREA) for number in known]
    return Delivered(
        rows=rows,
        born=born,
        services=tuple(reading.services.texts),
        clinics=known,
        areas=np.array([*of_clinics, nowhere], np.int8),
        areas_told=areas is not None,
        unreadable=reading.unreadable,
    )


def _bucketed(parts: Sequence[list[Rows]], none: Rows) -> tuple[Rows, ...]:
    """Put the parts of every bucket together; they are let go of on the way, so that nothing is held twice."""
    found = []
    for bucket in range(BUCKETS):
        own = [part[bucket] for part in parts]
        found.append({name: np.concatenate([none[name], *(rows.pop(name) for rows in own)]) for name in none})
    return tuple(found)


def _dealt(rows: Rows) -> list[Rows]:
    """Share rows among buckets by the keys of their citizens."""
    bucket = bucket_of_key(rows["citizen_high"], rows["citizen_low"], BUCKETS).astype(np.int8)
    order = np.argsort(bucket, kind="stable")
    bounds = np.searchsorted(bucket[order], np.arange(BUCKETS + 1))
    own = [order[bounds[n] : bounds[n + 1]] for n in range(BUCKETS)]
    return [{name: column[places] for name, column in rows.items()} for places in own]


Opened = tuple[Extract, Chosen]


def _opened(source: Source | None, wanted: Sequence[Wanted]) -> tuple[Opened, ...]:
    if source is None:
        return ()
    faults = Faults()
    files = choose_columns(source, described(source, faults), wanted, faults)
    faults.refuse()
    return files


def _refuse_undated(files: Sequence[Opened]) -> None:
    wrong = [extract for extract, columns in files if not {"HONUGE", "BEHANDLINGSDATO"} & dict(columns).keys()]
    if wrong:
        raise SchemaError(
            f"services: {wrong[0].path.name} has neither BEHANDLINGSDATO nor HONUGE, so that no day tells which fee "
            f"table is in force. Deliver one of them."
        )


def _refuse_many_codes(services: Sequence[str]) -> None:
    if len(services) > MOST_SERVICES:
        raise SchemaError(
            f"services: SPECIALE has {len(services):,} different values; a few hundred are expected. Check that the "
            f"column is speciality and number of the service."
        )


def _pnr_is_number(file: Opened) -> bool:
    extract, columns = file
    return kind_of(extract, dict(columns)["PNR"]) in NUMBERS


def _batches(files: Sequence[Opened], report: Report | None = None) -> Iterator[Any]:
    work = [(piece, columns) for extract, columns in files for piece in pieces(extract, ROWS_AT_A_TIME)]
    for done, (piece, columns) in enumerate(work, 1):
        yield from read_rows(piece, columns, frozenset({"SPECIALE", "YDELSESNR", "YDERNR", "HONUGE"}))
        if report:
            report(done, len(work))


class _Reading:
    """Reads batches; service codes and clinics are numbered as they are met, rows that cannot be read counted."""

    def __init__(self, scale: int, strip: bool) -> None:
        self.scale, self.strip, self.unreadable = scale, strip, 0
        self.services, self.clinics = LocalCodes(any_service_code), LocalCodes(clinic_code)

    @property
    def none(self) -> Rows:
        """The columns of no rows."""
        return {name: np.zeros(0, kind) for name, kind in TYPES.items()}

    def columns_of(self, batch: Any) -> list[Rows]:
        """Give the rows of a batch by bucket; rows without person, service, whole quantity or day are left out."""
        size, names = batch.num_rows, batch.schema.names
        high, low = person_keys(batch["PNR"], self.strip, SERVICES)
        service = service_numbers(batch, self.services)
        quantity, whole = whole_numbers(batch["YDLANT"])
        told = details(batch)
        week = mapped(batch["HONUGE"], monday, NO_WEEK, "int32") if "HONUGE" in names else np.full(size, NO_WEEK)
        dated = told["day"] != NO_DAY
        columns = {
            "citizen_high": high,
            "citizen_low": low,
            "service": service,
            "quantity": quantity,
            "paid": paid_oere(batch["BRUHON"], self.scale)[0] if "BRUHON" in names else np.full(size, MISSING_PAID),
            "day": np.where(dated, told.pop("day"), week),
            "dated": dated,
            "clinic": self.clinics.take(batch["YDERNR"]),
            **told,
        }
        whole &= (np.abs(quantity) <= LARGEST_QUANTITY) & (service >= 0)
        readable = np.flatnonzero(whole & (columns["day"] > UNREADABLE_DAY) & ((high | low) != 0))
        self.unreadable += size - readable.size
        return _dealt({name: column[readable].astype(TYPES[name]) for name, column in columns.items()})


@functools.lru_cache(maxsize=10_000)
def monday(value: Any) -> int:
    """Give the Monday of a settlement week ``yyww``, in days since 1970; NO_WEEK if it is no week."""
    text = week_text(value)
    if not (len(text) == 4 and text.isascii() and text.isdigit() and 1 <= int(text[2:]) <= LAST_WEEK):
        return NO_WEEK
    first = datetime.date.fromisocalendar(century(int(text[:2])), 1, 1)
    return (first - EPOCH).days + DAYS_A_WEEK * (int(text[2:]) - 1)


def _persons(batch: Any, strip: bool) -> list[Rows]:
    """Give key, birth day and sex of the persons of a batch, by bucket."""
    high, low = person_keys(batch["PNR"], strip, POPULATION)
    born = days(batch["FOED_DAG"])
    sex = mapped(batch["KOEN"], lambda value: SEXES.get(plain_text(value), 0), 0, "int8")
    birth_day = np.where(born > UNREADABLE_DAY, born, NOT_GIVEN).astype(np.int32)
    return _dealt({"citizen_high": high, "citizen_low": low, "birth_day": birth_day, "sex": sex})


def _found(high: Column, low: Column, born: Rows) -> tuple[Column, Column]:
    """Give birth day and sex of citizens by their keys; NOT_GIVEN and 0 for those not in the population."""
    if not born["citizen_high"].size:
        return np.zeros(0, np.int32), np.zeros(0, np.int8)
    source = np.append(np.zeros(high.size, np.int8), np.ones(born["citizen_high"].size, np.int8))
    highs, lows = np.append(high, born["citizen_high"]), np.append(low, born["citizen_low"])
    order = np.lexsort((source, lows, highs))
    same = (highs[order[1:]] == highs[order[:-1]]) & (lows[order[1:]] == lows[order[:-1]])
    pairs = np.flatnonzero(same & (source[order[:-1]] == 0))
    person, at = order[pairs], order[pairs + 1] - high.size
    birth_day, sex = np.full(high.size, NOT_GIVEN, np.int32), np.zeros(high.size, np.int8)
    birth_day[person], sex[person] = born["birth_day"][at], born["sex"][at]
    return birth_day, sex


def _areas(clinics: Source | None) -> dict[str, int] | None:
    """Give the area of every clinic of the register, that of its last row; none without a register."""
    if clinics is None:
        return None
    ordered = sorted(read_small(clinics, PLACES, frozenset()), key=lambda row: row.get("FRA", 0))
    return {clinic_code(row["YDERNR"]): area_of(row) for row in ordered}
