"""The form of a delivery: types of columns, names, numbers of files."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Table = dict[str, list[Any]]
DAYS = {"FOED_DAG", "FRA", "TIL", "D_INDDTO", "KONT_STARTTIDSPUNKT", "DATE", "EKSD"}
NUMBERS = {"BRUHON", "CAPACITIES", "AREA_KM2", "LIFE_EXPECTANCY", "PERSONS"}
CODES = {"YDERNR", "SPECIALE", "HONUGE", "KOM", "OPR_LAND", "IE_TYPE", "SIKGRUP", "KOEN", "RECNUM", "ISLAND", "ATC"}
CHOICES = {
    "pnr": ("text", "integer", "mixed"),  # mixed: text in one register, integer in another
    "dates": ("date32", "timestamp", "text"),
    "numbers": ("float", "decimal", "text"),
    "codes": ("text", "integer", "float", "untidy"),  # untidy: blanks around, leading zeros lost
    "names": ("upper", "lower", "mixed"),
    "suffix": ("parquet", "csv", "semicolon"),
}


@dataclass(frozen=True)
class Form:
    """How a delivery is written; see :data:`CHOICES`. ``files`` is the most files a register comes in.

    CSV has no types, so keys never come as text and as whole numbers in one delivery of CSV files.
    """

    pnr: str = "text"
    dates: str = "date32"
    numbers: str = "float"
    codes: str = "text"
    names: str = "upper"
    suffix: str = "parquet"
    files: int = 1

    def __post_init__(self) -> None:
        wrong = [name for name, allowed in CHOICES.items() if getattr(self, name) not in allowed]
        if wrong:
            raise ValueError(f"unknown form: {wrong}")


def random_form(seed: int) -> dict[str, Any]:
    """Give one form of very many, as options of ``write_nation``."""
    rng = Random(seed)
    form: dict[str, Any] = {name: rng.choice(allowed) for name, allowed in CHOICES.items()}
    return {**form, "files": rng.randint(1, 3)}


def write_register(directory: Path, name: str, table: Table, form: Form, rng: Random) -> str:
    """Write a register in random order in one file or several, and give the pattern of their names."""
    whole = form.pnr == "integer" or (form.pnr == "mixed" and form.suffix == "parquet" and rng.random() < 0.5)
    columns = {
        delivered_name(column, form, rng): delivered(column, values, form, whole, rng)
        for column, values in table.items()
    }
    ending = "parquet" if form.suffix == "parquet" else "csv"
    size = len(next(iter(columns.values())))
    write_pieces(directory, name, pa.table(columns), split(size, form.files, rng), form.suffix)
    return f"{name}-*.{ending}"


def split(size: int, files: int, rng: Random) -> list[list[int]]:
    """Share the row numbers out over files, in random order; a file may be empty."""
    order = rng.sample(range(size), size)
    cuts = sorted(rng.randint(0, size) for _ in range(rng.randint(1, files) - 1))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, size], strict=True)]


def write_pieces(directory: Path, name: str, table: pa.Table, pieces: Sequence[Sequence[int]], suffix: str) -> None:
    """Write the named rows of each piece as a file."""
    for number, rows in enumerate(pieces):
        piece = table.take(pa.array(rows, pa.int64()))
        if suffix == "parquet":
            pq.write_table(piece, directory / f"{name}-{number}.parquet")
        else:
            write_csv(directory / f"{name}-{number}.csv", piece, ";" if suffix == "semicolon" else ",")


def write_csv(path: Path, table: pa.Table, separator: str) -> None:
    """Write text; with semicolons the decimal sign is a comma."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        writer.writerow(table.column_names)
        columns = [
            [cell_text(value, name.upper() in NUMBERS and separator == ";") for value in table[name].to_pylist()]
            for name in table.column_names
        ]
        writer.writerows(zip(*columns, strict=True))


def cell_text(value: Any, comma: bool) -> str:
    """Give a value as a spreadsheet would write it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    return text.replace(".", ",") if comma else text


def delivered_name(column: str, form: Form, rng: Random) -> str:
    """Give the column name in the case of the delivery."""
    if form.names == "mixed":
        return rng.choice([column, column.lower(), column.capitalize()])
    return column.lower() if form.names == "lower" else column


def delivered(column: str, values: list[Any], form: Form, whole_keys: bool, rng: Random) -> pa.Array:
    """Give a column in the type of the delivery."""
    if column == "PNR":
        return pa.array([None if value is None else int(value) for value in values] if whole_keys else values)
    if column in DAYS:
        return days(values, form.dates)
    if column in NUMBERS:
        return numbers(values, form.numbers)
    if column in CODES or column.startswith("Y_"):
        return codes(column, values, form.codes, rng)
    if column == "APK":
        return numbers(values, "text" if form.numbers == "text" else "float")
    kind = pa.int64() if column in {"YDLANT", "ALDER"} else pa.string()
    return pa.array(values, kind)


def days(values: list[date | None], kind: str) -> pa.Array:
    """Give days, or times, as dates, timestamps or text."""
    if kind == "text":
        return pa.array([None if value is None else value.isoformat(*time_separator(value)) for value in values])
    if kind == "date32":
        return pa.array([value.date() if isinstance(value, datetime) else value for value in values], pa.date32())
    times = [
        value if value is None or isinstance(value, datetime) else datetime.combine(value, time()) for value in values
    ]
    return pa.array(times, pa.timestamp("us"))


def time_separator(value: date) -> tuple[str, ...]:
    """Give what stands between day and time, if there is a time."""
    return (" ",) if isinstance(value, datetime) else ()


def numbers(values: list[Decimal | None], kind: str) -> pa.Array:
    """Give decimals as binary floats, decimals or text."""
    if kind == "float":
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if kind == "decimal":
        return pa.array(values, pa.decimal128(18, 6))
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def codes(column: str, values: list[str | None], kind: str, rng: Random) -> pa.Array:
    """Give codes as text, or as numbers where all of them are digits."""
    digits = all(value is None or (value.isascii() and value.isdigit()) for value in values)
    if kind in {"integer", "float"} and digits:
        whole = [None if value is None else int(value) for value in values]
        return pa.array(whole, pa.int64() if kind == "integer" else pa.float64())
    if kind == "untidy":
        return pa.array([value and untidy(column, value, rng) for value in values], pa.string())
    return pa.array(values, pa.string())


def untidy(column: str, code: str, rng: Random) -> str:
    """Give a code as people type it: blanks around it, zeros where it does not matter."""
    if column in {"YDERNR", "KOM"} and rng.random() < 0.3:
        code = code.lstrip("0")
    if column == "KOM" and rng.random() < 0.3:
        code = code.zfill(4)
    return rng.choice([code, code, f" {code}", f"{code} "])


def toml_text(sections: Mapping[str, Any]) -> str:
    """Write ``registers.toml``; a list of sections becomes an array of tables."""
    lines = []
    for name, section in sections.items():
        for entry in section if isinstance(section, list) else [section]:
            lines.append(f"[[{name}]]" if isinstance(section, list) else f"[{name}]")
            lines += [f"{key} = {toml_value(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """Write a text or a number."""
    return f'"{value}"' if isinstance(value, str) else str(value)
