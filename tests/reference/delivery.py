"""The door: files of any form → tables of text, column names in capitals, blank for none."""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .model import COVERAGE, SCHEMA, ReferenceError

WHOLE = re.compile(r"(-?\d+)\.0+")
COLUMNS = {  # without these a register cannot be read
    "population": "PNR KOEN FOED_DAG CIVST KOM OPR_LAND IE_TYPE",
    "enrolment": "PNR YDERNR SIKGRUP FRA TIL",
    "enrolment list": "PNR YDERNR SIKGRUP",
    "enrolment groups": "PNR SIKGRUP",
    "services": "PNR SPECIALE YDLANT BRUHON HONUGE",
    "services treatment": "PNR YDERNR SPECIALE YDLANT BRUHON BEHANDLINGSDATO",
    "dream": "PNR",
    "clinics": "YDERNR TYPE KOM CAPACITIES FRA TIL",
    "municipalities": "KOM NAME COUNCIL_ID COUNCIL REGION AREA_KM2 LIFE_EXPECTANCY",
    "projection": "KOM KOEN ALDER PERSONS",
    "diagnoses": "PNR CODE TYPE DATE",
    "prescriptions": "PNR ATC EKSD APK",
    "areas": "AREA NAME KOM KM2",
}
KEYS = ("PNR", "AREA", "KOM", "YDERNR")  # of further covariates
REQUIRED = ("population", "enrolment", "services", "dream", "clinics")


class Delivery:
    """A directory with ``registers.toml``; ``table(name)`` reads a register, all its files together."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.declared = tomllib.loads((directory / "registers.toml").read_text(encoding="utf-8"))
        self.whole_number_keys = False  # has any register delivered PNR as a number?
        missing = [name for name in REQUIRED if name not in self.declared]
        if missing or not ({"lpr", "diagnoses"} & set(self.declared)):
            raise ReferenceError(COVERAGE, f"registers missing: {missing or ['lpr or diagnoses']}")

    def has(self, name: str) -> bool:
        """Say whether the register was delivered."""
        return name in self.declared

    def table(self, name: str) -> pd.DataFrame:
        """Give a register as text; a missing column is refused."""
        section = self.declared[name]
        shape = f"{name} {section.get('kind') or section.get('year_by')}"
        return self._read(section, section["path"], COLUMNS.get(shape, COLUMNS[name]).split())

    def pairs(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, Mapping[str, Any]]]:
        """Give each pair of files of the patient register: contacts, diagnoses, declarations."""
        for section in self.declared.get("lpr", []):
            contacts = self._read(section, section["contacts"], ["PNR"])
            diagnoses = self._read(section, section["diagnoses"], [])
            yield contacts, diagnoses, section

    def blocks(self) -> Iterator[tuple[pd.DataFrame, str]]:
        """Give each block of further covariates, its key and its covariates as columns, and the name of the key."""
        sections = self.declared.get("covariates", [])
        for section in sections if isinstance(sections, list) else [sections]:
            columns = {**({section["by"]: section["key"]} if "key" in section else {}), **section.get("columns", {})}
            table = self._read({**section, "columns": columns}, section["path"], [])
            by = section.get("by") or next(key for key in KEYS if key in table)
            named = [name.upper() for name in section.get("names", [])]
            names = named or [name for name in table if name not in (*KEYS, "NUMBER", "YEAR")]
            yield table[[by, *names, "NUMBER"]], by

    def _read(self, section: Mapping[str, Any], paths: str | list[str], needed: list[str]) -> pd.DataFrame:
        patterns = [paths] if isinstance(paths, str) else paths
        files = sorted({file for pattern in patterns for file in self.directory.glob(pattern)})
        if not files:
            raise ReferenceError(COVERAGE, f"no file fits {patterns}")
        names = {delivered.upper(): name for name, delivered in section.get("columns", {}).items()}
        table = pd.concat([self._file(file, names) for file in files], ignore_index=True).fillna("")
        missing = [name for name in needed if name not in table]
        if missing:
            raise ReferenceError(SCHEMA, f"columns missing in {patterns}: {missing}")
        return table

    def _file(self, file: Path, names: Mapping[str, str]) -> pd.DataFrame:
        if file.suffix == ".parquet":
            columns = pq.read_table(file)
            kinds = dict(zip(columns.column_names, columns.schema.types, strict=True))
            raw = {name: as_text(columns[name]) for name in columns.column_names}
        else:
            frame = read_csv(file)
            kinds = dict.fromkeys(frame.columns, pa.string())
            raw = {name: [value.strip() for value in frame[name]] for name in frame}
        named = {names.get(name.upper(), name.upper()): name for name in raw}
        number = "PNR" in named and pa.types.is_integer(kinds[named["PNR"]])
        self.whole_number_keys |= number
        table = pd.DataFrame({new: raw[old] for new, old in named.items()}, dtype=object)
        return table.assign(NUMBER=number)  # does this file give PNR as a number?


def read_csv(file: Path) -> pd.DataFrame:
    """Read text separated by semicolons if the header has one, else by commas."""
    try:
        encoding = "utf-8-sig"
        header = pd.read_csv(file, nrows=0, encoding=encoding, sep="\x1f")
    except UnicodeDecodeError:
        encoding = "cp1252"
        header = pd.read_csv(file, nrows=0, encoding=encoding, sep="\x1f")
    separator = ";" if ";" in "".join(map(str, header.columns)) else ","
    return pd.read_csv(file, dtype=object, keep_default_na=False, encoding=encoding, sep=separator)


def as_text(column: pa.ChunkedArray) -> list[str]:
    """Give a column as trimmed text: days as yyyy-mm-dd in local time, a whole number as its digits."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        column = pc.local_timestamp(column.cast(pa.timestamp(kind.unit, "Europe/Copenhagen")))
    if pa.types.is_temporal(kind):
        column = column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_floating(kind):
        return [_number_text(value) for value in column.to_pylist()]
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    return ["" if value is None else str(value).strip() for value in column.to_pylist()]


def _number_text(value: float | None) -> str:
    """Give the shortest text of a binary float."""
    if value is None or math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def as_code(text: str) -> str:
    """Give a code as it is compared: a whole number written with a point loses it."""
    whole = WHOLE.fullmatch(text)
    return whole[1] if whole else text
