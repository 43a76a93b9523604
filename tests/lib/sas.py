"""SAS7BDAT files for tests: uncompressed tables of text, numbers, dates and times.

The layout follows the free description of the format (Shotwell: "SAS7BDAT Database Binary Format"):
a header, pages of subheaders that describe the columns, pages of rows. That real readers agree
is a test of its own (``tests/unit/test_sas.py``).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

MAGIC = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
ENCODINGS = {"utf-8": 20, "latin-1": 29, "cp1252": 62}
MISSING = bytes.fromhex("0000000000feffff")
"""How SAS writes a number that is missing: a NaN of its own."""

HEADER_BYTES, PAGE_HEADER_BYTES, POINTER_BYTES = 1024, 24, 12
TEXT_START = 28
META, DATA = 0x0000, 0x0100
ORIGIN = date(1960, 1, 1)
ROW_SIZE, COLUMN_SIZE, TEXT, NAMES, PLACES, FORMAT = (
    bytes.fromhex(s) for s in ("f7f7f7f7", "f6f6f6f6", "fdffffff", "ffffffff", "fcffffff", "fefbffff")
)
COLUMNS_A_SUBHEADER = 200


@dataclass(frozen=True)
class SasColumn:
    """One column: numbers if ``values`` are numbers or days, else text; ``format`` is the name SAS shows it by."""

    name: str
    values: Sequence[Any]
    format: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers; one of nulls only is text."""
        return any(isinstance(value, int | float | date) for value in self.values) or isinstance(
            self.values, np.ndarray
        )


def write_sas(
    path: Path, columns: Sequence[SasColumn], encoding: str = "utf-8", page_bytes: int = 4096, row_count: int = -1
) -> Path:
    """Write a table; ``row_count`` is what the header says where that is to be wrong."""
    rows = len(columns[0].values)
    fields = [_numbers(column) if column.is_number else _texts(column, encoding) for column in columns]
    widths = [field.dtype.itemsize for field in fields]
    page_bytes = max(page_bytes, PAGE_HEADER_BYTES + sum(widths))
    claimed = rows if row_count < 0 else row_count
    pages = _meta_pages(_subheaders(columns, widths, claimed, page_bytes, encoding), page_bytes)
    pages += _data_pages(_table(fields, rows), page_bytes)
    path.write_bytes(_header(page_bytes, len(pages), encoding) + b"".join(pages))
    return path


def sas_number(value: Any) -> float | None:
    """Give the number that stands for a day, a time or a number; SAS has no 29 February in 4000 and 8000."""
    if not isinstance(value, date):
        return None if value is None else float(value)
    skipped = sum(value.timetuple()[:3] >= (year, 3, 1) for year in (4000, 8000))
    if isinstance(value, datetime):
        return (value - datetime(1960, 1, 1)).total_seconds() - skipped * 86_400
    return float((value - ORIGIN).days - skipped)


def _numbers(column: SasColumn) -> np.ndarray:
    if isinstance(column.values, np.ndarray):
        return column.values.astype("<f8")
    plain = [sas_number(value) for value in column.values]
    field = np.array([0.0 if value is None else value for value in plain], "<f8")
    raw = field.view("V8")
    for row, value in enumerate(plain):
        if value is None:
            raw[row] = MISSING
    return field


def _texts(column: SasColumn, encoding: str) -> np.ndarray:
    texts = [b"" if v is None else v if isinstance(v, bytes) else str(v).encode(encoding) for v in column.values]
    width = max([len(text) for text in texts] + [1])
    return np.array([text.ljust(width) for text in texts], f"S{width}")


def _table(fields: Sequence[np.ndarray], rows: int) -> np.ndarray:
    table = np.zeros(rows, [(str(n), field.dtype) for n, field in enumerate(fields)])
    for number, field in enumerate(fields):
        table[str(number)] = field
    return table


def _header(page_bytes: int, pages: int, encoding: str) -> bytes:
    header = bytearray(HEADER_BYTES)
    header[0:32] = MAGIC
    header[32], header[35] = 0x22, 0x22  # nothing is aligned to eight bytes
    header[37], header[39] = 1, ord("1")  # little-endian, written on Unix
    header[70] = ENCODINGS[encoding]
    header[84:92] = b"SAS FILE"
    header[92:156] = b"INVENTED".ljust(64)
    header[156:164] = b"DATA    "
    header[196:208] = struct.pack("<III", HEADER_BYTES, page_bytes, pages)
    header[216:224] = b"9.0401M2"
    header[224:240] = b"Linux".ljust(16, b"\0")
    return bytes(header)


class _TextBlock:
    """The names and formats of all columns, one after the other, each at a multiple of four bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self.blocks = [bytearray()]

    def add(self, text: bytes) -> bytes:
        padded = text + b"\0" * (-len(text) % 4)
        if len(self.blocks[-1]) + len(padded) > self._capacity:
            self.blocks.append(bytearray())
        place = struct.pack("<HHH", len(self.blocks) - 1, TEXT_START + len(self.blocks[-1]), len(text))
        self.blocks[-1] += padded
        return place if text else bytes(6)

    def subheaders(self) -> list[bytes]:
        return [
            TEXT
            + struct.pack("<H", TEXT_START + len(block))
            + bytes(10)
            + b" " * 8
            + bytes(8)
            + bytes(block)
            + bytes(8)
            for block in self.blocks
        ]


def _subheaders(
    columns: Sequence[SasColumn], widths: Sequence[int], rows: int, page_bytes: int, encoding: str
) -> list[bytes]:
    texts = _TextBlock(min(page_bytes - 128, 30_000))
    names = [texts.add(column.name.encode(encoding)) + bytes(2) for column in columns]
    formats = [texts.add(column.format.encode()) for column in columns]
    row_size = bytearray(480)
    row_size[0:4] = ROW_SIZE
    struct.pack_into("<II", row_size, 20, sum(widths), rows)
    struct.pack_into("<II", row_size, 36, len(columns), 0)
    struct.pack_into("<I", row_size, 52, page_bytes)
    offsets = np.cumsum([0, *widths]).tolist()
    places = [
        struct.pack("<IIHBB", offset, width, 4, 1 if column.is_number else 2, 0)
        for column, offset, width in zip(columns, offsets, widths, strict=False)
    ]
    return [
        bytes(row_size),
        COLUMN_SIZE + struct.pack("<II", len(columns), 0),
        *texts.subheaders(),
        *_listed(NAMES, names),
        *_listed(PLACES, places),
        *(FORMAT + bytes(30) + place + bytes(12) for place in formats),
    ]


def _listed(signature: bytes, entries: Sequence[bytes]) -> list[bytes]:
    subheaders = []
    for start in range(0, len(entries), COLUMNS_A_SUBHEADER):
        content = b"".join(entries[start : start + COLUMNS_A_SUBHEADER])
        subheaders.append(signature + struct.pack("<H", 8 + len(content)) + bytes(6) + content + bytes(8))
    return subheaders


def _meta_pages(subheaders: Sequence[bytes], page_bytes: int) -> list[bytes]:
    groups: list[list[bytes]] = [[]]
    free = page_bytes - PAGE_HEADER_BYTES
    for subheader in subheaders:
        if len(subheader) + POINTER_BYTES > free:
            groups.append([])
            free = page_bytes - PAGE_HEADER_BYTES
        groups[-1].append(subheader)
        free -= len(subheader) + POINTER_BYTES
    return [_meta_page(group, page_bytes) for group in groups]


def _meta_page(subheaders: Sequence[bytes], page_bytes: int) -> bytes:
    page = bytearray(page_bytes)
    struct.pack_into("<HHH", page, 16, META, len(subheaders), len(subheaders))
    end = page_bytes
    for number, subheader in enumerate(subheaders):
        end -= len(subheader)
        page[end : end + len(subheader)] = subheader
        struct.pack_into("<IIBB", page, PAGE_HEADER_BYTES + POINTER_BYTES * number, end, len(subheader), 0, 0)
    return bytes(page)


def _data_pages(table: np.ndarray, page_bytes: int) -> list[bytes]:
    at_once = (page_bytes - PAGE_HEADER_BYTES) // table.dtype.itemsize
    pages = []
    for start in range(0, len(table), at_once):
        rows = table[start : start + at_once]
        head = bytearray(PAGE_HEADER_BYTES)
        struct.pack_into("<HHH", head, 16, DATA, len(rows), 0)
        pages.append((bytes(head) + rows.tobytes()).ljust(page_bytes, b"\0"))
    return pages
