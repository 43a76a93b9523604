"""A fee table looked at: one fee or all of a version, its footnotes, versions and gaps, changes, correction factors."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fordel_dask.errors import UnknownCodeError, UsageError
from fordel_dask.fee_work.kroner import oere_of_danish
from fordel_dask.fees.correction import (
    CorrectionFactor,
    at_level_of_table,
    corrections_for,
    mean_at_level_of_table,
)
from fordel_dask.fees.differences import Difference, differences
from fordel_dask.fees.fee_table import Fee, FeeTable, Footnote
from fordel_dask.fees.oddities import sections_of_notes
from fordel_dask.fees.table_file import DIGITS_OF_A_CODE
from fordel_dask.fees.versions import FeeVersion, Gap, all_corrections, gaps, version_in_force, versions

INCOME_EXAMPLE = "--income 2023=1.234.567,00"


@dataclass(frozen=True)
class ShowOrder:
    """What is asked for: a code and section, none for all; a day, none for the newest table; a user's directory.

    ``against`` is the day of another table; ``incomes`` are øre by calendar year, to be brought to the table's level.
    """

    code: str | None = None
    section: str | None = None
    on: datetime.date | None = None
    directory: Path | None = None
    against: datetime.date | None = None
    corrections: bool = False
    incomes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """What is shown: fees of a version and their footnotes; versions that there are, and gaps between them.

    ``other`` and ``changes`` are none unless another day was asked for; ``factors`` are by calendar year.
    """

    version: FeeVersion
    fees: tuple[Fee, ...]
    footnotes: tuple[Footnote, ...]
    versions: tuple[FeeVersion, ...]
    gaps: tuple[Gap, ...]
    other: FeeVersion | None
    changes: tuple[Difference, ...]
    factors: Mapping[int, CorrectionFactor]
    levelled: Mapping[int, int]
    mean: int | None


def show_fees(order: ShowOrder) -> Shown:
    """Look a fee, or all of a version, up.

    Raises
    ------
    CoverageError
        No table is in force on the day, the directory holds none, or a year has no correction factor.
    UnknownCodeError
        No fee of the table has the code.
    LawError, SchemaError
        Tables of the directory overlap, or cannot be read.
    """
    found = versions(order.directory)
    version = version_in_force(found, order.on)
    other = version_in_force(found, order.against) if order.against else None
    fees, old = _asked_for(version, order), _asked_for(other, order) if other else ()
    if not fees and not old:
        raise _unknown(version.table, order)
    factors = corrections_for(all_corrections(order.directory), version.table.valid_from)
    return Shown(
        version=version,
        fees=fees,
        footnotes=_footnotes(version.table, fees),
        versions=found,
        gaps=gaps(found),
        other=other,
        changes=differences(old, fees) if other else (),
        factors=factors,
        levelled=at_level_of_table(order.incomes, factors),
        mean=mean_at_level_of_table(order.incomes, factors) if order.incomes else None,
    )


def incomes_of(told: Sequence[str]) -> Mapping[int, int]:
    """Read incomes as they are written on the command line: ``2023=1.234.567,00``.

    Raises
    ------
    UsageError
        One is written otherwise, or a year is told twice.
    """
    found: dict[int, int] = {}
    for one in told:
        year, _, amount = one.partition("=")
        if not (year.isascii() and year.isdigit() and len(year) == len("2023")):
            raise UsageError(f"An income is written with its calendar year, such as {INCOME_EXAMPLE}.")
        if int(year) in found:
            raise UsageError(f"The income of {year} is told twice.")
        found[int(year)] = oere_of_danish(amount)
    return found


def _asked_for(version: FeeVersion, order: ShowOrder) -> tuple[Fee, ...]:
    return tuple(fee for fee in version.table.fees if _fits(fee, order))


def _unknown(table: FeeTable, order: ShowOrder) -> UnknownCodeError:
    where = f" in section {order.section}" if order.section else ""
    return UnknownCodeError(
        f"The fee table in force from {table.valid_from} has no fee {order.code or ''}{where}. "
        f"'fordel fees show' lists all {len(table.fees)}."
    )


def _fits(fee: Fee, order: ShowOrder) -> bool:
    code = None if order.code is None else order.code.strip().upper()
    if code is not None and code.isdigit():
        code = code.zfill(DIGITS_OF_A_CODE)
    return code in (None, fee.code) and order.section in (None, fee.section)


def _footnotes(table: FeeTable, fees: Sequence[Fee]) -> tuple[Footnote, ...]:
    """Give the footnotes that fees bear, in the order of the table."""
    borne = {
        (section, sign)
        for fee in fees
        for sign in fee.footnotes.split(",")
        for section in sections_of_notes(fee.section)
    }
    return tuple(one for one in table.footnotes if (one.section, one.sign) in borne)
