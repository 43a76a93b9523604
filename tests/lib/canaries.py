"""Marked persons and places in an invented delivery, and a search for them in all that a program leaves behind.

A mark is looked for in every form it may take: text in several encodings, in hexadecimal, in base64, as a URL, a
number as eight bytes, a key as the words it is packed into. Files are searched as they are and unpacked.
"""

import base64
import gzip
import html
import io
import json
import re
import struct
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import feather

from tests.lib.nations import write_nation

KEYS = ("8675309421", "7391846205", "9182736455", "6640271938")
"""Of four persons; no citizen of an invented nation has them, and no date or code looks like them."""
ORIGIN, DIAGNOSIS, BORN = "Q7Z5397X", "DJ449QZX7", date(1913, 2, 27)
PLACE, AREA, AREA_NAME = "Kanarieborg-på-Ø", "KANARIEOMR77", "Kanarieengen 77"
CLINIC = "987653"
"""The clinic of all four; like names of places it may stand in tables and errors, but in no log and no task key."""


@dataclass(frozen=True)
class Mark:
    """One marked value and the forms in which it is looked for."""

    name: str
    forms: tuple[tuple[str, bytes], ...]


def mark(name: str, text: str) -> Mark:
    """Give a mark that is a text; of digits only, also the number."""
    raw = text.encode()
    forms = {
        "UTF-8": raw,
        "UTF-16": text.encode("utf-16-le"),
        "UTF-16, high byte first": text.encode("utf-16-be"),
        "Latin-1": text.encode("latin-1"),
        "JSON": json.dumps(text)[1:-1].encode(),
        "HTML": html.escape(text).encode("ascii", "xmlcharrefreplace"),
        "URL": urllib.parse.quote(text).encode(),
        "URL, every byte": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "hexadecimal": raw.hex().encode(),
        "hexadecimal, capitals": raw.hex().upper().encode(),
        "turned round": raw[::-1],
        **{f"base64 at {at}": _base64_within(raw, at) for at in range(3)},
    }
    if len(raw) >= 8:
        forms["packed"] = raw[:8][::-1]  # a word of a key, lowest byte first
    if text.isdigit() and len(text) >= 9:
        number = int(text)
        forms |= {
            "number": struct.pack("<q", number),
            "number, high byte first": struct.pack(">q", number),
            "floating": struct.pack("<d", number),
            "with commas": f"{number:,}".encode(),
            "with points": f"{number:,}".replace(",", ".").encode(),
        }
    return Mark(name, tuple({form: (kind, form) for kind, form in reversed(forms.items())}.values()))


def marked_day(name: str, day: date) -> Mark:
    """Give a mark that is a day, in the ways in which people and programs write one."""
    ways = ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d", "%d%m%Y")
    texts = (*(day.strftime(way) for way in ways), f"datetime.date({day.year}, {day.month}, {day.day})")
    return Mark(name, tuple((text, text.encode()) for text in texts))


def _base64_within(raw: bytes, at: int) -> bytes:
    """Give the part of a base64 text that does not depend on what stands before and after."""
    text = base64.b64encode(b"\0" * at + raw)
    return text[(at * 4 + 2) // 3 : len(text) - 4 if (at + len(raw)) % 3 else None].rstrip(b"=")


PERSON_KEYS = tuple(mark(f"person key {n}", key) for n, key in enumerate(KEYS, 1))
PERSONS = (*PERSON_KEYS, mark("origin", ORIGIN), mark("diagnosis", DIAGNOSIS), marked_day("birth", BORN))
PLACES = (mark("municipality", PLACE), mark("area", AREA), mark("area's name", AREA_NAME), mark("clinic", CLINIC))
ALL = (*PERSONS, *PLACES)


@dataclass(frozen=True)
class Hit:
    """Where a mark was found: in what, which one, in which form."""

    where: str
    mark: str
    form: str


@dataclass
class Search:
    """What was looked through, and what was found."""

    files: int = 0
    size: int = 0
    hits: list[Hit] = field(default_factory=list)

    def look(self, where: str, content: bytes | str, marks: Iterable[Mark] = ALL) -> "Search":
        """Look through bytes or a text."""
        content = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        self.size += len(content)
        for one in marks:
            self.hits += [Hit(where, one.name, form) for form, text in one.forms if text in content]
        return self

    def look_below(self, place: Path, marks: Iterable[Mark] = ALL, without: Iterable[Path] = ()) -> "Search":
        """Look through all files below a place, as they are and unpacked, and through their names."""
        marks, kept_out = tuple(marks), {path.resolve() for path in without}
        paths = [place] if place.is_file() else sorted(place.rglob("*"))
        for path in paths:
            if any(path.resolve() == own or own in path.resolve().parents for own in kept_out):
                continue
            self.look(f"name of {path}", str(path.relative_to(place.parent)), marks)
            if path.is_file() and not path.is_symlink():
                self.files += 1
                content = path.read_bytes()
                self.look(str(path), content, marks)
                for part, unpacked in unpacked_of(content):
                    self.look(f"{path} ({part})", unpacked, marks)
        return self

    def told(self) -> str:
        """Say how much was looked through and what was found, for the table of goals."""
        return f"{self.files:,} files, {self.size:,} bytes: {len(self.hits)} marks found"


def unpacked_of(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what is packed into a file, by what it begins with; packed files in it too."""
    if content.startswith(b"PAR1"):
        yield from _cells("Parquet", _table_or_none(pq.read_table, content))
    elif content.startswith(b"ARROW1"):
        yield from _cells("Arrow", _table_or_none(feather.read_table, content))
    elif content.startswith(b"PK\x03\x04"):
        for name in (packed := zipfile.ZipFile(io.BytesIO(content))).namelist():
            yield name, packed.read(name)
            yield from unpacked_of(packed.read(name))
    elif content.startswith(b"\x1f\x8b"):
        inner = gzip.decompress(content)
        yield from (("gzip", inner), *unpacked_of(inner))
    elif content[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        yield "zlib", zlib.decompressobj().decompress(content)


def _table_or_none(read, content: bytes) -> pa.Table | None:
    try:
        return read(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        return None  # cut short: its bytes are searched as they are


def _cells(kind: str, table: pa.Table | None) -> Iterator[tuple[str, bytes]]:
    """Give every column of a table as text, a line a row, and its numbers as they lie in memory."""
    for name in table.column_names if table is not None else ():
        column = table.column(name).combine_chunks()
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            yield f"{kind}, numbers of {name}", b"".join(bytes(part) for part in column.buffers() if part)
        with_text = pc.cast(column, pa.string()) if not pa.types.is_nested(column.type) else None
        texts = with_text.to_pylist() if with_text is not None else map(str, column.to_pylist())
        yield f"{kind}, {name}", "\n".join(text or "" for text in texts).encode()


def found(*texts: str | bytes, marks: Iterable[Mark] = ALL) -> list[Hit]:
    """Give what is found in a few texts."""
    search = Search()
    for number, text in enumerate(texts):
        search.look(f"text {number}", text, tuple(marks))
    return search.hits


def marked_nation(directory: Path, citizens: int = 2200, seed: int = 3) -> Path:
    """Write a small nation of which four persons, a municipality, an area and a clinic are marked."""
    write_nation(directory, seed=seed, citizens=citizens, extras=True, prescriptions=True, projection=True)
    population = pq.read_table(directory / "population-0.parquet").to_pylist()
    ordinary = [row for row in population if _is_ordinary(row)]
    old = {row["PNR"]: key for row, key in zip(ordinary, KEYS, strict=False)}
    home, clinic = ordinary[0]["KOM"], _any_clinic(directory)
    for path in sorted(directory.glob("*.parquet")):
        rewrite(path, lambda name, row: _marked(name, row, old, home, clinic))
    return directory


def _is_ordinary(row) -> bool:
    grown = row["FOED_DAG"] and date(1930, 1, 1) < row["FOED_DAG"] < date(2000, 1, 1)
    return bool(grown and row["KOEN"] in ("1", "2") and row["KOM"] and len(row["KOM"]) == 3 and row["PNR"][0] != "0")


def _any_clinic(directory: Path) -> str:
    numbers = pq.read_table(directory / "clinics-0.parquet")["YDERNR"].to_pylist()
    return next(number for number in numbers if number)


def _marked(register: str, row, old, home: str, clinic: str):
    """Give a row with the marks in the place of what was there."""
    row = {**row}
    person = old.get(row.get("PNR"))
    if person:
        row["PNR"] = person
    if register == "population" and person:
        row |= {"FOED_DAG": BORN, "OPR_LAND": ORIGIN, "KOM": home, "AREA": AREA}
    if register == "municipalities" and row["KOM"] == home:
        row["NAME"] = PLACE
    if row.get("YDERNR") == clinic or (register == "enrolment" and person):
        row["YDERNR"] = CLINIC
    code = next((name for name in ("C_DIAG", "DIAG_KODE") if name in row), None)
    if code and (row[code] or "").startswith("DJ44"):
        row[code] = DIAGNOSIS
    return row


def rewrite(path: Path, change) -> None:
    """Write a Parquet file anew with its rows changed; an area's table gets the marked one besides."""
    table = pq.read_table(path)
    register = re.sub(r"-\d+$", "", path.stem)
    rows = [change(register, row) for row in table.to_pylist()]
    if register == "areas":
        rows.append({**rows[0], "AREA": AREA, "NAME": AREA_NAME})
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
