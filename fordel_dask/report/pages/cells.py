"""Cells of tables: what is read and what it is sorted by; what is kept back says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.rounding import decimals, scaled
from fordel_dask.report.picture import Cell
from fordel_dask.report.told import Row
from fordel_dask.report.wording import NONE, Wording

ORDERED = 6
"""Decimals of what cells are sorted by."""


def order_of(value: Fraction | int) -> str:
    """Give what a number is sorted by: plain decimals."""
    return str(value) if isinstance(value, int) else decimals(scaled(value, 10**ORDERED), ORDERED)


def total(rows: Iterable[Row], column: str) -> Fraction | None:
    """Sum a column exactly; none where a row does not tell it, for a sum of the rest would be read as that of all."""
    texts = [row[column] for row in rows]
    return sum(map(Fraction, texts), Fraction(0)) if texts and all(texts) else None


@dataclass(frozen=True)
class Cells:
    """Makes cells in one language."""

    words: Wording

    def figure(self, row: Row, column: str, places: int = 0) -> Cell:
        """Show a figure of a table with so many decimals."""
        return self.number(Fraction(row[column]), places) if row[column] else self.without(row, column)

    def capacities(self, value: Fraction | None) -> Cell:
        """Show capacities that are given; a dash for none."""
        return Cell(NONE) if value is None else Cell(self.words.capacities(value), order_of(value))

    def given_capacities(self, row: Row, column: str) -> Cell:
        """Show the capacities of a row that are given."""
        return self.capacities(Fraction(row[column])) if row[column] else self.without(row, column)

    def change(self, row: Row, column: str, places: int = 0) -> Cell:
        """Show a change with its sign."""
        text = row[column]
        return self.signed(Fraction(text), places) if text else self.without(row, column)

    def signed(self, value: Fraction | int, places: int = 0) -> Cell:
        """Show a number with its sign."""
        return Cell(self.words.signed(value, places), order_of(value))

    def without(self, row: Row, column: str) -> Cell:
        """Say that a figure is kept back, or that there is none."""
        is_kept_back = column in row.get("kept_back", "").split()
        return Cell(self.words.say("kept_back_cell") if is_kept_back else NONE)

    def number(self, value: Fraction | int | None, places: int = 0) -> Cell:
        """Show a number; a dash for none."""
        return Cell(NONE) if value is None else Cell(self.words.number(value, places), order_of(value))

    def sum_of(self, rows: Sequence[Row], column: str, places: int = 0) -> Cell:
        """Show a sum; that it is kept back where one of its parts is, a dash where one of them is not there."""
        missing = [row for row in rows if not row[column]]
        return self.without(missing[0], column) if missing else self.number(total(rows, column), places)

    def share(self, value: Fraction | None, places: int = 1) -> Cell:
        """Show a share in percent; a dash for none."""
        return Cell(NONE) if value is None else Cell(self.words.percent(value, places), order_of(value))

    def between(self, low: str, high: str, places: int) -> Cell:
        """Show from where to where a figure may lie; a dash where that is not told."""
        if not low or not high:
            return Cell(NONE)
        return Cell(self.words.between(low, high, places), order_of(Fraction(low)))
