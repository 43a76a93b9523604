"""The whole fee table of a period: every fee by section, code and area, not the slice that the model prices by."""

import datetime
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from fordel_dask import law
from fordel_dask.errors import CoverageError

FOOTNOTES = "_footnotes"
"""What the file of a table's footnotes is called beyond the table's own name."""

Key = tuple[str, str, str]
"""Section, code and area: a code alone stands in several sections with several fees."""


@dataclass(frozen=True)
class Fee:
    """One fee, in øre; ``area`` is empty but for chronic care.

    ``is_contact``, ``contact_type`` and ``covered`` (by the chronic-care fee: "1", "0", "?" where it is unclear) are
    judgements of this project (M3), not of the table. ``footnotes`` are their signs, with commas; ``note`` is what
    stands below the fee, or was noted of it; ``line`` is that of the published text, 0 where it is not known.
    """

    section: str
    code: str
    area: str
    text: str
    amount_oere: int
    group: str
    unit: str
    is_contact: bool
    contact_type: str
    covered: str
    footnotes: str = ""
    note: str = ""
    line: int = 0

    @property
    def key(self) -> Key:
        """What the fee is known by."""
        return self.section, self.code, self.area


@dataclass(frozen=True)
class Footnote:
    """A footnote of a fee table; its sign is only known within its section."""

    section: str
    sign: str
    text: str


@dataclass(frozen=True)
class FeeTable:
    """The fees of one period, first and last day included, in the order of the text."""

    valid_from: datetime.date
    valid_to: datetime.date
    fees: tuple[Fee, ...]
    footnotes: tuple[Footnote, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[Key, Fee]:
        """The fees by what they are known by."""
        return {fee.key: fee for fee in self.fees}

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the table is in force on a day."""
        return self.valid_from <= day <= self.valid_to


@functools.cache
def packaged_tables() -> tuple[FeeTable, ...]:
    """Give the fee tables that come with the program, oldest first."""
    found = (
        FeeTable(
            datetime.date.fromisoformat(row["valid_from"]),
            datetime.date.fromisoformat(row["valid_to"]),
            tuple(map(fee_of, law.rows(f"fees/{row['file']}"))),
            tuple(map(footnote_of, law.rows(f"fees/{row['file']}{FOOTNOTES}"))),
        )
        for row in law.rows("fees/schedules")
    )
    return tuple(sorted(found, key=lambda table: table.valid_from))


def fee_of(row: Mapping[str, str]) -> Fee:
    """Give the fee of a row of a packaged or imported table."""
    return Fee(
        section=row["section"],
        code=row["code"],
        area=row["omraade"],
        text=row["text_da"],
        amount_oere=int(row["fee_oere"]),
        group=row["group"],
        unit=row["unit"],
        is_contact=row["is_contact"] == "1",
        contact_type=row["contact_type"],
        covered=row["kroniker_daekket"],
        footnotes=row["footnote"],
        note=row["note"],
        line=int(row["source_line"] or 0),
    )


def footnote_of(row: Mapping[str, str]) -> Footnote:
    """Give the footnote of a row beside a packaged or imported table."""
    return Footnote(row["section"], row["sign"], row["text_da"])


def table_in_force(tables: Sequence[FeeTable], day: datetime.date) -> FeeTable:
    """Give the fee table in force on a day.

    Raises
    ------
    CoverageError
        None is; the periods that are known are named.
    """
    for table in tables:
        if table.holds_on(day):
            return table
    periods = ", ".join(f"{table.valid_from} to {table.valid_to}" for table in tables)
    raise CoverageError(
        f"No fee table is in force on {day}: known are {periods or 'none'}. "
        f"Read one in with 'fordel fees import FILE --valid-from DATE'."
    )
