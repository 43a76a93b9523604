"""Sizes of memory and disk, as people write and read them."""

import re
from decimal import Decimal

from fordel_dask.errors import UsageError

MIB, GIB = 1024**2, 1024**3
SIZE = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[kKmMgGtT]?)(?P<form>[iI]?[bB])?")
POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def size_in_bytes(text: str) -> int:
    """Give the bytes that a size such as 2GiB, 1500MB or 800M means.

    ``GB`` counts in thousands, ``GiB`` and a letter alone (as Java and SLURM have it) in 1,024.

    Raises
    ------
    UsageError
        It is no size.
    """
    found = SIZE.fullmatch(text.strip())
    if not found or not Decimal(found["number"]):
        raise UsageError(f"'{text}' is no size of memory. Give a number and a unit, such as 2GiB, 1500MB or 800M.")
    in_thousands = (found["form"] or "").upper() == "B" and found["unit"] != ""
    return int(Decimal(found["number"]) * (1000 if in_thousands else 1024) ** POWERS[found["unit"].upper()])


def size_text(size: int) -> str:
    """Give a size for a reader: 1.2 GiB, 640 MiB."""
    if size >= GIB:
        return f"{size / GIB:,.1f} GiB"
    return f"{size / MIB:,.0f} MiB" if size >= 10 * MIB else f"{size / MIB:,.1f} MiB"


def size_option(size: int) -> str:
    """Give a size as an option takes it, rounded up."""
    return f"{-(-size // (64 * MIB)) * 64}MiB"
