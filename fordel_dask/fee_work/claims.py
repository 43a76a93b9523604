"""Services of a register extract with all that prices them: day, time of day, km, modules, clinic, and the citizen.

Everything is read into memory, about 80 bytes a row: for an extract of some clinics or months, not for a nation's year.
"""

import datetime
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, decoded, mapped, plain_text, whole_numbers
from fordel_dask.extracts.columns import Chosen, Wanted, choose_columns, kind_of
from fordel_dask.extracts.declaration import Source, declared_source
from fordel_dask.extracts.extract import Extract
from fordel_dask.extracts.files import described, pieces, read_rows
from fordel_dask.extracts.toml import read_toml
from fordel_dask.fee_work.price_pass import area_of
from fordel_dask.fees.price_book import OUTSIDE, UNKNOWN_AREA
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Report
from fordel_dask.kernels.pricing import NOT_GIVEN
from fordel_dask.registers.canonical import LocalCodes, any_service_code, clinic_code, exact_decimal, week_text
from fordel_dask.registers.first_rows import century
from fordel_dask.registers.money import SCALES, paid_oere
from fordel_dask.registers.people import NUMBERS, person_keys
from fordel_dask.registers.population import SEXES
from fordel_dask.registers.services import LARGEST_QUANTITY, service_numbers
from fordel_dask.registers.small_tables import read_small
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
    Wanted("BEHANDLINGSDATO", optional=True, few_values=False, holds="day"),
    Wanted("TIME", optional=True),
    Wanted("KM", optional=True),
    Wanted("MODULES", optional=True),
)
PERSONS = (Wanted("PNR", few_values=False), Wanted("KOEN"), Wanted("FOED_DAG", few_values=False, holds="day"))
PLACES = (
    Wanted("YDERNR"),
    Wanted("CHRONIC_AREA", optional=True, holds="flag"),
    Wanted("FRA", optional=True, holds="day"),
)
ROWS_AT_A_TIME = 4_000_000
NO_WEEK = -(2**31)
TIME_FORM = re.compile(r"(\d{1,2})(?:[:.]?(\d{2})(?:[:.]?\d{2}(?:[.,]\d+)?)?)?", re.ASCII)
MINUTES_A_DAY, MINUTES_AN_HOUR, METRES_A_KM = 1440, 60, 1000
LAST_WEEK = 53
LARGEST_AMOUNT = 2**31 - 1
IMPOSSIBLE = -1
MOST_SERVICES = 2**15 - 1
EPOCH = datetime.date(1970, 1, 1)
Column = NDArray[Any]


@dataclass(frozen=True)
class Claims:
    """Rows of services, sorted by citizen; arrays of one length each but ``birth_day`` and ``sex``, by citizen.

    ``day`` is that of treatment where ``dated``, else the Monday of the week. ``minute`` is −1, ``metres`` and
    ``modules`` NOT_GIVEN where a row does not tell. ``area`` is that of the row's clinic. ``birth_day`` is empty
    without a population. ``unreadable`` rows are not among them. ``areas_told``: clinics with their area were
    delivered.
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
    unreadable: int


def read_claims(path: Path, bruhon: str | None = None, report: Report | None = None) -> Claims:
    """Read the services of a file, or those of a delivery with its population and clinics.

    ``bruhon`` is ``kroner`` or ``oere``; none for what ``registers.toml`` says, else kroner.

    Raises
    ------
    CoverageError
        There is no such file, or no such section.
    SchemaError
        Columns are missing, or neither day nor week is delivered.
    """
    declared = read_toml(path) if path.is_dir() else {}
    unit = bruhon or declared.get(SERVICES, {}).get("bruhon", "kroner")
    beside = {name: declared_source(path, name) if path.is_dir() else None for name in (POPULATION, CLINICS)}
    files = _opened(source_of(SERVICES, path), WANTED)
    _refuse_undated(files)
    population = _opened(beside[POPULATION], PERSONS) if beside[POPULATION] else ()
    strip = any(_pnr_is_number(one) for one in (*files, *population))
    reading = _Reading(SCALES[unit], strip)
    parts = [reading.columns_of(batch) for batch in _batches(files, report)]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else reading.none
    _refuse_many_codes(reading.services.texts)
    readable = rows.pop("readable")
    rows = {name: column[readable] for name, column in rows.items()}
    born = _persons(population, strip)
    return _sorted_claims(rows, born, reading, beside[CLINICS], int(np.count_nonzero(~readable)))


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
    """Reads batches; service codes and clinics are numbered as they are met."""

    def __init__(self, scale: int, strip: bool) -> None:
        self.scale, self.strip = scale, strip
        self.services, self.clinics = LocalCodes(any_service_code), LocalCodes(clinic_code)

    @property
    def none(self) -> dict[str, Column]:
        """The columns of no rows."""
        types = {
            "high": "u8",
            "low": "u8",
            "paid": "i8",
            "readable": "?",
            "dated": "?",
            "minute": "i2",
            "service": "i2",
        }
        names = ("quantity", "day", "metres", "modules", "clinic")
        return {name: np.zeros(0, types.get(name, "i4")) for name in (*types, *names)}

    def columns_of(self, batch: Any) -> dict[str, Column]:
        """Give the columns of a batch; ``readable`` tells rows with person, service, whole quantity and a day."""
        size, names = batch.num_rows, batch.schema.names
        high, low = person_keys(batch["PNR"], self.strip, SERVICES)
        service = service_numbers(batch, self.services)
        quantity, whole = whole_numbers(batch["YDLANT"])
        whole &= np.abs(quantity) <= LARGEST_QUANTITY
        treated = days(batch["BEHANDLINGSDATO"]) if "BEHANDLINGSDATO" in names else np.full(size, NO_WEEK, np.int32)
        week = mapped(batch["HONUGE"], monday, NO_WEEK, "int32") if "HONUGE" in names else np.full(size, NO_WEEK)
        dated = treated > UNREADABLE_DAY
        day = np.where(dated, treated, week).astype(np.int32)
        paid = paid_oere(batch["BRUHON"], self.scale)[0] if "BRUHON" in names else np.full(size, -(2**63), np.int64)
        return {
            "readable": whole & (service >= 0) & (day > UNREADABLE_DAY) & ((high | low) != 0),
            "high": high,
            "low": low,
            "service": service.astype(np.int16),
            "quantity": np.where(whole, quantity, 0).astype(np.int32),
            "paid": paid,
            "day": day,
            "dated": dated,
            "minute": _told(batch, "TIME", minute_of, -1).astype(np.int16),
            "metres": _told(batch, "KM", metres_of, NOT_GIVEN),
            "modules": _told(batch, "MODULES", modules_of, NOT_GIVEN),
            "clinic": self.clinics.take(batch["YDERNR"]),
        }


def _told(batch: Any, name: str, read: Any, blank: int) -> NDArray[np.int32]:
    if name not in batch.schema.names:
        return np.full(batch.num_rows, blank, np.int32)
    return mapped(batch[name], read, blank, "int32")


@functools.lru_cache(maxsize=10_000)
def monday(value: Any) -> int:
    """Give the Monday of a settlement week ``yyww``, in days since 1970; NO_WEEK if it is no week."""
    text = week_text(value)
    if not (len(text) == 4 and text.isascii() and text.isdigit() and 1 <= int(text[2:]) <= LAST_WEEK):
        return NO_WEEK
    first = datetime.date.fromisocalendar(century(int(text[:2])), 1, 1)
    return (first - EPOCH).days + 7 * (int(text[2:]) - 1)


def minute_of(value: Any) -> int:
    """Give the minute of the day of ``16:30``, ``16.30``, ``1630``, ``16:30:00`` or the hour ``16``; −1 if it is none.

    A number is ``hhmm``: 930 is half past nine, and 16 a quarter past midnight.
    """
    is_text = isinstance(value, str | bytes)
    text = (decoded(value) if isinstance(value, bytes) else str(value)).strip() if is_text else plain_text(value)
    found = TIME_FORM.fullmatch(text if is_text else text and text.zfill(len("hhmm")))
    if found is None or int(found[2] or 0) >= MINUTES_AN_HOUR:
        return -1
    minute = MINUTES_AN_HOUR * int(found[1]) + int(found[2] or 0)
    return minute if minute < MINUTES_A_DAY else -1


def metres_of(value: Any) -> int:
    """Give the metres of a number of km, to the metre; −1 if it is none or below 0, NOT_GIVEN if blank."""
    if plain_text(value) == "":
        return NOT_GIVEN
    km = exact_decimal(value)
    metres = IMPOSSIBLE if km is None or abs(km) > LARGEST_AMOUNT else round(km * METRES_A_KM)
    return metres if 0 <= metres <= LARGEST_AMOUNT else IMPOSSIBLE


def modules_of(value: Any) -> int:
    """Give a whole number of modules; −1 if it is none or below 0, NOT_GIVEN if blank."""
    if plain_text(value) == "":
        return NOT_GIVEN
    number = exact_decimal(value)
    whole = number is not None and number == number.to_integral_value() and 0 <= number <= LARGEST_AMOUNT
    return int(number) if number is not None and whole else IMPOSSIBLE


def _persons(files: Sequence[Opened], strip: bool) -> dict[str, Column]:
    """Give key, birth day and sex of the persons delivered."""
    found: list[tuple[Column, ...]] = []
    for batch in _batches(files):
        born = days(batch["FOED_DAG"])
        sex = mapped(batch["KOEN"], lambda value: SEXES.get(plain_text(value), 0), 0, "int8")
        found.append(
            (*person_keys(batch["PNR"], strip, POPULATION), np.where(born > UNREADABLE_DAY, born, NOT_GIVEN), sex)
        )
    columns = [np.concatenate(column) for column in zip(*found, strict=True)] if found else [np.zeros(0, "u8")] * 4
    return dict(zip(("high", "low", "birth_day", "sex"), columns, strict=True))


def _sorted_claims(
    rows: dict[str, Column], born: dict[str, Column], reading: _Reading, clinics: Source | None, unreadable: int
) -> Claims:
    high, low = rows.pop("high"), rows.pop("low")
    order = np.lexsort((low, high))
    high, low = high[order], low[order]
    is_first = np.append(True, (high[1:] != high[:-1]) | (low[1:] != low[:-1]))[: high.size]
    citizen = np.cumsum(is_first, dtype=np.int32) - 1
    birth_day, sex = _found(high[is_first], low[is_first], born)
    rows = {name: column[order] for name, column in rows.items()}
    areas = _areas(clinics)
    known = tuple(reading.clinics.texts)
    area_of_clinic = [areas.get(number, UNKNOWN_AREA) if clinics else OUTSIDE for number in known]
    area = np.array([*area_of_clinic, UNKNOWN_AREA if clinics else OUTSIDE], np.int8)[rows["clinic"]]
    return Claims(
        citizen=citizen, birth_day=birth_day, sex=sex, area=area, services=tuple(reading.services.texts), clinics=known,
        areas_told=clinics is not None, unreadable=unreadable, **rows,
    )  # fmt: skip


def _found(high: Column, low: Column, born: dict[str, Column]) -> tuple[Column, Column]:
    """Give birth day and sex of citizens by their keys; NOT_GIVEN and 0 for those not in the population."""
    if not born["high"].size:
        return np.zeros(0, np.int32), np.zeros(0, np.int8)
    source = np.append(np.zeros(high.size, np.int8), np.ones(born["high"].size, np.int8))
    highs, lows = np.append(high, born["high"]), np.append(low, born["low"])
    order = np.lexsort((source, lows, highs))
    same = (highs[order[1:]] == highs[order[:-1]]) & (lows[order[1:]] == lows[order[:-1]])
    pairs = np.flatnonzero(same & (source[order[:-1]] == 0))
    person, at = order[pairs], order[pairs + 1] - high.size
    birth_day, sex = np.full(high.size, NOT_GIVEN, np.int32), np.zeros(high.size, np.int8)
    birth_day[person], sex[person] = born["birth_day"][at], born["sex"][at]
    return birth_day, sex


def _areas(clinics: Source | None) -> dict[str, int]:
    """Give the area of every clinic of the register: that of its last row."""
    rows = read_small(clinics, PLACES, frozenset()) if clinics else []
    ordered = sorted(rows, key=lambda row: row.get("FRA", 0))
    return {clinic_code(row["YDERNR"]): area_of(row) for row in ordered}
