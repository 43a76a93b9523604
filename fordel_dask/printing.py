"""Numbers and weights as text, exactly as they are printed, with nothing loaded for it."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.formulas import guarded, unguarded
from fordel_dask.law.rounding import decimals, scaled, shortest

Row = tuple[str, ...]
EMPTY = ""


def number(value: Fraction | int | None) -> str:
    """Print a computed number with 9 decimals, half to even; nothing for none."""
    return EMPTY if value is None else decimals(scaled(value))


def count(value: int | None) -> str:
    """Print a whole number; nothing for none."""
    return EMPTY if value is None else str(value)


def given(value: Fraction | None) -> str:
    """Print an input as its shortest decimal text; nothing for none."""
    return EMPTY if value is None else shortest(value)


def day(value: datetime.date | None) -> str:
    """Print a day as YYYY-MM-DD; nothing for none."""
    return EMPTY if value is None else value.isoformat()


def yes_or_no(holds: bool) -> str:
    """Print whether something holds."""
    return "yes" if holds else "no"


def ratio(numerator: Fraction | int, denominator: Fraction | int) -> Fraction | None:
    """Give a ratio; none where the denominator is 0."""
    return Fraction(numerator) / denominator if denominator else None


@dataclass(frozen=True)
class WeightRow:
    """One estimated level: sample citizens and exposure days, coefficient and its error (if known) in 10⁻⁶ kroner."""

    term: str
    level: str
    citizens: int
    exposure_days: int
    coefficient_micro: int
    error_micro: int | None


def weight_rows(levels: Sequence[WeightRow], year_days: int, mean_raw: Fraction | None) -> Iterator[Row]:
    """Print the coefficients; ``mean_raw`` is r̄ in 10⁻⁶ kroner, if it is known."""
    for level in levels:
        yield (
            level.term,
            level.level,
            count(level.citizens),
            number(Fraction(level.exposure_days, year_days)),
            decimals(level.coefficient_micro, 6),
            EMPTY if level.error_micro is None else decimals(level.error_micro, 6),
            number(None if mean_raw is None else level.coefficient_micro / mean_raw),
        )


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table as CSV: comma, decimal point, ``\\n``, header, empty for none, no text a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in (header, *rows):
        cells = [guarded(cell) for cell in row]
        if any("\r" in cell for cell in cells):
            buffer.write(_line_with_returns(cells))
        else:
            writer.writerow(cells)
    return buffer.getvalue()


def _line_with_returns(cells: Sequence[str]) -> str:
    """Give a line in which carriage returns stand in quotes: Python quotes only what ends its own lines."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().removesuffix("\r\n") + "\n"


def csv_rows(text: str) -> list[Row]:
    """Give the rows of a table that :func:`csv_text` printed, its header first."""
    return [tuple(map(unguarded, row)) for row in csv.reader(io.StringIO(text, newline=""))]
