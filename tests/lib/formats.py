"""One nation, delivered again in another format, order, number of files, and form of its days."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .awkward.files import DAYS, split, toml_text
from .families import family_name
from .sas import SasColumn, sas_number, write_sas

Rows = dict[str, list[Any]]
PERSON, CLINIC = {"PNR": "v_cpr"}, {"YDERNR": "v_yderid"}
AGENCY_NAMES = {
    "population": {
        **PERSON,
        "KOEN": "c_koen",
        "FOED_DAG": "d_foddato",
        "CIVST": "c_civst",
        "KOM": "c_kom",
        "OPR_LAND": "c_oprland",
        "IE_TYPE": "c_ietype",
    },
    "enrolment": {**PERSON, **CLINIC, "SIKGRUP": "c_sikgruppe", "FRA": "d_fra", "TIL": "d_til"},
    "services": {
        **PERSON,
        **CLINIC,
        "SPECIALE": "c_ydelse",
        "YDLANT": "v_antal",
        "BRUHON": "v_honorar",
        "HONUGE": "c_uge",
    },
    "dream": PERSON,
    "clinics": CLINIC,
    "lpr2": {**PERSON, "RECNUM": "k_recnum", "D_INDDTO": "d_inddto", "C_DIAG": "c_diag"},
    "lpr3": {**PERSON, "DW_EK_KONTAKT": "k_kontakt", "KONT_STARTTIDSPUNKT": "d_start", "DIAG_KODE": "c_kode"},
}
NUMBERS_IN_SAS = {"KOEN", "SIKGRUP", "KOM", "HONUGE", "IE_TYPE", "OPR_LAND"}


@dataclass(frozen=True)
class Delivered:
    """A way to deliver: the ending of files, how a file is written, and how columns take turns to write days.

    Columns have the contract's names, or names of a ``family`` that the program knows, or (``agency``) names that
    nobody knows and ``registers.toml`` declares.
    """

    ending: str
    write: Callable[[Path, Rows, Sequence[str]], None]
    days: tuple[str, ...]
    agency: bool = False
    family: str = ""

    def name_of(self, table: str, column: str) -> str:
        """Give the name that a column is delivered under."""
        if self.agency:
            return AGENCY_NAMES.get(table.partition("_")[0], {}).get(column, column.lower())
        if self.family:
            register = re.sub(r"lpr\d_", "lpr ", table)
            return family_name(register, column, self.family).lower()
        return column


def deliver(nation: Path, target: Path, how: Delivered, seed: int) -> Path:
    """Write the registers of a nation in Parquet anew: shuffled, split, in another format."""
    rng = Random(seed)
    target.mkdir(parents=True)
    registers: dict[str, list[pa.Table]] = defaultdict(list)
    for path in sorted(nation.glob("*.parquet")):
        registers[path.stem.rpartition("-")[0]].append(pq.read_table(path))
    for name, tables in registers.items():
        rows = pa.concat_tables(tables).to_pydict()
        size = len(next(iter(rows.values())))
        for number, part in enumerate(split(size, 3, rng)):
            piece = {column: [values[row] for row in part] for column, values in rows.items()}
            delivered = {how.name_of(name, column): values for column, values in piece.items()}
            path = target / f"{name}-{number}{how.ending}"
            how.write(path, delivered, [days_of(column, how.days) for column in piece])
    (target / "registers.toml").write_text(toml_text(declaration(registers, how)), encoding="utf-8")
    return target


def days_of(column: str, days: tuple[str, ...]) -> str:
    """Give the form of the days of a column, blank if it holds none."""
    return days[sorted(DAYS).index(column) % len(days)] if column in DAYS else ""


def declaration(registers: dict[str, Any], how: Delivered) -> dict[str, Any]:
    """Give what ``registers.toml`` says."""
    twice_matched = ["{0}-*{1}", "{0}-0{1}"]  # a file that two patterns match is one file
    said: dict[str, Any] = {
        name: {"path": [pattern.format(name, how.ending) for pattern in twice_matched]}
        for name in registers
        if not name.startswith("lpr")
    }
    said["services"]["bruhon"] = "kroner"
    said["lpr"] = [
        {side: f"{pair}_{side}-*{how.ending}" for side in ("contacts", "diagnoses")} for pair in ("lpr2", "lpr3")
    ]
    if how.agency:
        sections = {**said, "lpr2": said["lpr"][0], "lpr3": said["lpr"][1]}
        for name, names in AGENCY_NAMES.items():
            sections[name]["columns"] = Inline(names)
    return said


class Inline(dict[str, str]):
    """A table of TOML that is written in one line."""

    def __str__(self) -> str:
        return "{ " + ", ".join(f'{name} = "{value}"' for name, value in self.items()) + " }"


def day_in(form: str, value: Any) -> Any:
    """Give a day in a form: a number of SAS, digits, or a Danish date."""
    if value is None or form in ("", "as it is"):
        return value
    number = sas_number(date(value.year, value.month, value.day))
    if form == "sas_days":
        return int(number or 0)
    if form == "sas_seconds":
        return int(sas_number(value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])) or 0)
    return int(f"{value:%Y%m%d}") if form == "yyyymmdd" else f"{value:%d-%m-%Y}"


def to_parquet(path: Path, rows: Rows, forms: Sequence[str]) -> None:
    """Write Parquet with row groups of odd sizes."""
    columns = {
        name: [day_in(form, value) for value in values]
        for (name, values), form in zip(rows.items(), forms, strict=True)
    }
    pq.write_table(pa.table(columns), path, row_group_size=97)


def to_csv(path: Path, rows: Rows, forms: Sequence[str], comma: bool = False) -> None:
    """Write CSV; with ``comma`` as Danish programs do: semicolons, a decimal comma, Latin-1."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="latin-1" if comma else "utf-8", newline="") as file:
        writer = csv.writer(
            file, delimiter=";" if comma else ",", quoting=csv.QUOTE_ALL if comma else csv.QUOTE_MINIMAL
        )
        writer.writerow(rows)
        texts = [[text_of(day_in(f, v), comma) for v in values] for values, f in zip(rows.values(), forms, strict=True)]
        writer.writerows(zip(*texts, strict=True))


def to_danish_csv(path: Path, rows: Rows, forms: Sequence[str]) -> None:
    """Write CSV as Danish programs do."""
    to_csv(path, rows, forms, comma=True)


def text_of(value: Any, comma: bool) -> str:
    """Give a value as text."""
    text = "" if value is None else str(value)
    return text.replace(".", ",") if comma and isinstance(value, float | Decimal) else text


def to_sas(path: Path, rows: Rows, forms: Sequence[str]) -> None:
    """Write SAS in Latin-1: dates with their format or as plain counts, some codes as numbers."""
    shown = {"date": "DATE", "datetime": "DATETIME"}
    columns = []
    for (name, values), form in zip(rows.items(), forms, strict=True):
        if form == "date":
            days = [value and date(value.year, value.month, value.day) for value in values]
            columns.append(SasColumn(name, days, shown[form]))
        elif form == "datetime":
            columns.append(SasColumn(name, [v and datetime(*v.timetuple()[:6]) for v in values], shown[form]))
        else:
            columns.append(SasColumn(name, in_sas(name, [day_in(form, value) for value in values])))
    write_sas(path, columns, encoding="latin-1")


def in_sas(name: str, values: list[Any]) -> list[Any]:
    """Give codes as numbers where SAS would hold them so."""
    digits = all(value is None or (isinstance(value, str) and value.isdigit()) for value in values)
    return [value and int(value) for value in values] if digits and name.upper() in NUMBERS_IN_SAS else values


WAYS = {
    "Parquet with digits for days": Delivered(".parquet", to_parquet, ("yyyymmdd", "sas_seconds")),
    "CSV with counts of SAS, names of Statistics Denmark": Delivered(
        ".csv", to_csv, ("sas_days", "sas_seconds", "yyyymmdd"), family="dst"
    ),
    "Danish CSV, packed, names of nobody else": Delivered(
        ".csv.gz", to_danish_csv, ("danish", "sas_days"), agency=True
    ),
    "SAS, names of the health data authority": Delivered(
        ".sas7bdat", to_sas, ("date", "datetime", "sas_days", "sas_seconds"), family="sds"
    ),
}
