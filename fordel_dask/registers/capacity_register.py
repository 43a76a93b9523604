"""The capacity register that regions keep: every capacity by month, who fills it, since when it stands vacant."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from fordel_dask.cycle.capacity_contradictions import (
    at_two_clinics,
    overlapping_vacancies,
    repeated_in_report,
    reversed_days,
    vacant_while_filled,
)
from fordel_dask.cycle.capacity_report import CapacityRow, row_name
from fordel_dask.cycle.months import Month, month_of
from fordel_dask.errors import DecisionError
from fordel_dask.extracts.arrays import DAY_EXAMPLES, NO_DAY, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import every
from fordel_dask.registers.canonical import clinic_code, exact_decimal
from fordel_dask.registers.small_tables import date_of, is_readable, read_small

REGISTER = "capacity_register"
HOLDS = {"MONTH": "month", "ALLOCATED_FROM": "day", "VACANT_SINCE": "day", "REPORTED_ON": "day", "SPECIALIST": "flag"}
COLUMNS = (
    "MONTH", "YDERNR", "CAPACITY_ID", "ALLOCATED_FROM", "OCCUPIED_SHARE", "SPECIALIST", "VACANT_SINCE", "REPORTED_ON",
    "CAPACITIES",
)  # fmt: skip
WANTED = tuple(Wanted(n, optional=n == "CAPACITIES", holds=HOLDS.get(n, "value")) for n in COLUMNS)
RAW = frozenset({"OCCUPIED_SHARE", "CAPACITIES"})
DAYS = ("ALLOCATED_FROM", "VACANT_SINCE", "REPORTED_ON")
FLAGS = {"1": True, "true": True, "0": False, "false": False, "": None}
NAMED_AT_ONCE = 5
MONTH_AS_SHEETS_WRITE_IT = re.compile(r"(\d{4})-?(\d{2})(?:-\d{2}(?:[ T]00:00(?::00)?)?)?")
"""``202512``, and the date that a spreadsheet makes of ``2025-12``."""

IN_ONE_ROW = {
    "MONTH": ("{rows} whose MONTH is no month", "Write it as YYYY-MM, such as 2025-07."),
    "YDERNR": ("{rows} of a clinic that the RUN does not know", "Correct YDERNR, or use a RUN that has the clinic."),
    "CAPACITY_ID": ("{rows} without CAPACITY_ID", "Give every capacity a name of its own."),
    "OCCUPIED_SHARE": ("{rows} whose OCCUPIED_SHARE is no number from 0 to 1", "Write 0 for vacant, 1 for filled."),
    "SPECIALIST": (
        "{rows} whose SPECIALIST is neither 1, 0 nor blank",
        "Write 1 for a specialist, 0 for none.",
    ),
    "CAPACITIES": (
        "{rows} whose CAPACITIES is no number above 0, or blank while others are filled",
        "Write how large each capacity is, or leave all blank: then each counts as 1.",
    ),
    "ALLOCATED_FROM": ("{rows} whose ALLOCATED_FROM is no date", f"Write it for instance as {DAY_EXAMPLES}."),
    "VACANT_SINCE": ("{rows} whose VACANT_SINCE is no date", f"Write it for instance as {DAY_EXAMPLES}."),
    "REPORTED_ON": ("{rows} whose REPORTED_ON is blank or no date", f"Write it for instance as {DAY_EXAMPLES}."),
}
"""By column: what is wrong with rows, and what to do."""

BETWEEN_ROWS: Sequence[tuple[Callable[[Sequence[CapacityRow]], list[str]], str, str]] = (
    (reversed_days, "{rows} with dates reversed", "Correct the dates."),
    (repeated_in_report, "{cases} of a capacity more than once in a month of one report", "Keep one row."),
    (at_two_clinics, "{cases} of one CAPACITY_ID at two clinics in a month", "Name each capacity once."),
    (overlapping_vacancies, "{cases} of vacancies of one capacity that overlap", "Correct VACANT_SINCE."),
    (
        vacant_while_filled,
        "{rows} vacant since before a month in which it was filled",
        "Correct the day or the share.",
    ),
)


@dataclass(frozen=True)
class Delivered:
    """A row as far as it can be read: what a message calls it, the columns that cannot be right, and the row.

    The row is none where it could not be read.
    """

    name: str
    wrong: tuple[str, ...]
    row: CapacityRow | None


def read_capacity_register(source: Source, known_clinics: Collection[str]) -> tuple[CapacityRow, ...]:
    """Read the capacity register, checked, sorted by month, clinic, capacity and day of report.

    ``known_clinics`` are ydernumre of six digits: those of the RUN it is held against.

    Raises
    ------
    DecisionError
        Rows hold what cannot be, or contradict one another: all of it is told at once.
    SchemaError
        A file cannot be understood, or lacks a column.
    """
    table = read_small(source, WANTED, RAW)
    are_sized = any(plain_text(row.get("CAPACITIES")) for row in table)
    delivered = [_delivered(row, known_clinics, are_sized) for row in table]
    rows = [one.row for one in delivered if one.row is not None]
    found = [(_with(delivered, column), *words) for column, words in IN_ONE_ROW.items()]
    found += [(check(rows), what, advice) for check, what, advice in BETWEEN_ROWS]
    every([partial(_refuse, *one) for one in found])
    return tuple(sorted(rows, key=lambda row: (row.month, row.ydernummer, row.capacity_id, row.reported_on)))


def _with(delivered: Sequence[Delivered], column: str) -> list[str]:
    return [one.name for one in delivered if column in one.wrong]


def _refuse(names: Sequence[str], what: str, advice: str) -> None:
    if names:
        s = "s" * (len(names) > 1)
        said = what.format(rows=f"{len(names):,} row{s}", cases=f"{len(names):,} case{s}")
        more = f"; and {len(names) - NAMED_AT_ONCE:,} more" if len(names) > NAMED_AT_ONCE else ""
        raise DecisionError(f"{REGISTER}: {said}: {'; '.join(names[:NAMED_AT_ONCE])}{more}. {advice}")


def _delivered(row: Mapping[str, Any], known_clinics: Collection[str], are_sized: bool) -> Delivered:
    clinic, month, capacity = clinic_code(row["YDERNR"]), _month(row["MONTH"]), row["CAPACITY_ID"]
    share, size = exact_decimal(row["OCCUPIED_SHARE"]), _size(row.get("CAPACITIES"), are_sized)
    right = {
        "MONTH": month is not None,
        "YDERNR": clinic in known_clinics,
        "CAPACITY_ID": capacity != "",
        "OCCUPIED_SHARE": share is not None and 0 <= share <= 1,
        "SPECIALIST": row["SPECIALIST"].lower() in FLAGS,
        "CAPACITIES": size is not None and size > 0,
        **{day: is_readable(row[day]) for day in DAYS},
    }
    right["REPORTED_ON"] &= row["REPORTED_ON"] != NO_DAY
    wrong = tuple(column for column, is_right in right.items() if not is_right)
    name = row_name(clinic, row["MONTH"], capacity)
    allocated, vacant, reported = (date_of(row[day]) for day in DAYS)
    if month is None or share is None or size is None or reported is None or set(wrong) - {"YDERNR"}:
        return Delivered(name, wrong, None)
    specialist = FLAGS[row["SPECIALIST"].lower()]
    read = CapacityRow(
        month, clinic, capacity, allocated, Fraction(share), specialist, vacant, reported, Fraction(size)
    )
    return Delivered(name, wrong, read)


def _month(text: str) -> Month | None:
    found = MONTH_AS_SHEETS_WRITE_IT.fullmatch(text)
    return month_of(f"{found[1]}-{found[2]}") if found else None


def _size(value: Any, are_sized: bool) -> Decimal | None:
    """Give how large a capacity is; 1 where the register gives no sizes at all."""
    return exact_decimal(value) if are_sized else Decimal(1)
