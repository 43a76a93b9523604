"""A delivery as one of the two families names it: the same rows under other names of columns."""

import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.extracts.aliases import aliases_of, canonical_of

from .awkward.files import write_csv
from .nations import read_piece, separator_of

REGISTERS = {"contacts": "lpr contacts", "diagnoses": "lpr diagnoses"}


def rename_nation(source: Path, target: Path, family: str) -> Path:
    """Write the registers of a nation under the names of a family, in small letters."""
    target.mkdir(parents=True)
    shutil.copy(source / "registers.toml", target / "registers.toml")
    for path in sorted([*source.glob("*.parquet"), *source.glob("*.csv")]):
        table, register = read_piece(path), register_of(path)
        names = [family_name(register, name, family).lower() for name in table.column_names]
        renamed = table.rename_columns(names)
        if path.suffix == ".parquet":
            pq.write_table(renamed, target / path.name)
        else:
            write_csv(target / path.name, renamed, ";" if separator_of(path) == "semicolon" else ",")
    return target


def register_of(path: Path) -> str:
    """Give the register a file of an invented nation holds, by its name."""
    stem = path.stem.rpartition("-")[0]
    table = re.fullmatch(r"lpr\d_(\w+)", stem)
    return REGISTERS[table[1]] if table else stem


def family_name(register: str, name: str, family: str) -> str:
    """Give another name that a family has for a column, the name itself where it has none."""
    canonical = canonical_of(register, name)
    names = [
        alias.delivered
        for alias in aliases_of(register)
        if canonical and alias.canonical == canonical and family in alias.families and not alias.beside
    ]
    return next((other for other in names if other != name.upper() and "yy" not in other), name)


def split_service_codes(table: pa.Table) -> pa.Table:
    """Give services with speciality and service in two columns, as the health data authority has them."""
    place = next(n for n, name in enumerate(table.column_names) if name.upper() == "SPECIALE")
    codes = [code.strip().zfill(6) for code in table.column(place).to_pylist()]
    table = table.set_column(place, "speciale", pa.array([code[:2] for code in codes]))
    return table.append_column("ydelsesnr", pa.array([code[2:] for code in codes]))
