"""A published fee table read in: its fees with what is judged of them, what is odd, and what changed."""

import datetime
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fordel_dask.errors import UsageError
from fordel_dask.fee_work.differing import COLUMNS as DIFFERENCE_COLUMNS
from fordel_dask.fee_work.differing import differences_text
from fordel_dask.fee_work.keeping import files_of_version, refuse_place, write_file, write_files
from fordel_dask.fees.classification import Classification, classification_of, judged, not_judged, read_classification
from fordel_dask.fees.correction import CorrectionFactor, corrections_of
from fordel_dask.fees.differences import Difference, differences
from fordel_dask.fees.fee_table import Fee, FeeTable, Footnote
from fordel_dask.fees.fee_text import FeeText, Oddity
from fordel_dask.fees.oddities import last_days, oddities_of_period
from fordel_dask.fees.published_text import read_fee_text
from fordel_dask.fees.rows import text_of
from fordel_dask.fees.table_file import COLUMNS, read_table, table_text
from fordel_dask.fees.versions import PACKAGED, Listed, packaged_versions

END_OF_LINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class ImportOrder:
    """What is asked for: a text and the days it is in force; where the table goes, and what it is held against.

    ``valid_to`` none: as its titles say. ``against`` is "packaged" or a table's file; ``classification`` none: the
    judgements of the newest packaged table.
    """

    file: Path
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    out: Path | None = None
    into: Path | None = None
    against: str | None = None
    classification: Path | None = None
    differences_out: Path | None = None


@dataclass(frozen=True)
class Imported:
    """What was read in: the table, its correction factors, what is odd, and fees that nobody has judged.

    ``changes`` are none where nothing was to be held against it; ``replaced`` is what the table takes the place of.
    """

    table: FeeTable
    corrections: tuple[CorrectionFactor, ...]
    oddities: tuple[Oddity, ...]
    unjudged: tuple[Fee, ...]
    changes: tuple[Difference, ...] | None
    replaced: Listed | None


def import_fees(order: ImportOrder) -> Imported:
    """Read a published fee table in, and write it where it is asked for.

    Raises
    ------
    CoverageError
        A file is not there.
    SchemaError
        A line cannot be understood, or a table that was named cannot be read; nothing is written.
    LawError
        On a day of the table another one is in force; nothing is written.
    UsageError
        Its last day is not known, or something else stands where it should go.
    """
    text = read_fee_text(END_OF_LINE.split(text_of(order.file)), str(order.file))
    known = _classification(order.classification)
    table = _table(text, known, order)
    old = None if order.against is None else _fees_against(order.against)
    changes = None if old is None else differences(old, table.fees)
    corrections = corrections_of(text, table.valid_from)
    return Imported(
        table=table,
        corrections=corrections,
        oddities=tuple(sorted((*text.oddities, *oddities_of_period(text, *_period(table))), key=lambda one: one.line)),
        unjudged=not_judged(table.fees, known),
        changes=changes,
        replaced=_write(order, table, corrections, changes),
    )


def _period(table: FeeTable) -> tuple[datetime.date, datetime.date]:
    return table.valid_from, table.valid_to


def _classification(file: Path | None) -> Classification:
    if file is not None:
        return read_classification(text_of(file), str(file))
    return classification_of(packaged_versions()[-1].table.fees)


def _table(text: FeeText, known: Classification, order: ImportOrder) -> FeeTable:
    footnotes = tuple(Footnote(one.section, one.sign, one.text) for one in text.footnotes)
    return FeeTable(order.valid_from, _last_day(text, order), judged(text, known), footnotes)


def _last_day(text: FeeText, order: ImportOrder) -> datetime.date:
    """Give the last day that is asked for, else the one that the titles agree on."""
    if order.valid_to is not None:
        if order.valid_to < order.valid_from:
            raise UsageError(f"--valid-to {order.valid_to} lies before --valid-from {order.valid_from}.")
        return order.valid_to
    told = last_days(text.titles, order.valid_from)
    if len(told) != 1:
        found = f"several: {', '.join(map(str, told))}" if told else "none"
        raise UsageError(f"The titles of {order.file} should tell one last day, found {found}. Give --valid-to DATE.")
    return told[0]


def _fees_against(against: str) -> Sequence[Fee]:
    if against == PACKAGED:
        return packaged_versions()[-1].table.fees
    return read_table(text_of(Path(against)), against)


def _source(file: Path) -> str:
    return f"{file.name}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}"


def _write(
    order: ImportOrder,
    table: FeeTable,
    corrections: Sequence[CorrectionFactor],
    changes: Sequence[Difference] | None,
) -> Listed | None:
    """Write what is asked for, after everything that may be refused; gives what the table takes the place of."""
    texts: dict[Path, str] = {}
    if order.out is not None:
        refuse_place(order.out, COLUMNS, "fee table")
        texts[order.out] = table_text(table.fees)
    if order.differences_out is not None and changes is not None:
        refuse_place(order.differences_out, DIFFERENCE_COLUMNS, "table of differences")
        texts[order.differences_out] = differences_text(changes)
    replaced = None
    if order.into is not None:
        files, replaced = files_of_version(order.into, table, _source(order.file), corrections)
        write_files(order.into, files)
    for path, text in texts.items():
        write_file(path, text)
    return replaced
