"""The terms of a model and their levels, and the cells that equal citizens share."""

import functools
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]
MOST_CELLS = 1 << 18
"""A design with more possible cells lists those that somebody is in: weights by disease have billions."""


@dataclass(frozen=True)
class Term:
    """One trait: its levels in order. ``has_reference`` says that the first has no coefficient."""

    name: str
    levels: tuple[str, ...]
    has_reference: bool = True

    @property
    def estimated(self) -> tuple[str, ...]:
        """The levels that have a coefficient."""
        return self.levels[1:] if self.has_reference else self.levels


@redacted
@dataclass(frozen=True)
class Design:
    """All terms. A cell is one level of each term; its code is mixed-radix, the last term fastest.

    ``found`` are the codes of the cells that somebody is in, ascending, of a design that lists them: a cell's number is
    its place there. Without, every possible cell is numbered by its code.
    """

    terms: tuple[Term, ...]
    found: Integers | None = field(default=None, compare=False)

    def __getstate__(self) -> dict[str, object]:
        """Give what a task is sent: what was worked out here is worked out there, if it is asked for."""
        return {"terms": self.terms, "found": self.found}

    @functools.cached_property
    def shape(self) -> tuple[int, ...]:
        """How many levels each term has."""
        return tuple(len(term.levels) for term in self.terms)

    @property
    def possible(self) -> int:
        """Number of possible cells."""
        return math.prod(self.shape)

    @property
    def is_wide(self) -> bool:
        """Whether there are so many possible cells that those somebody is in must be listed."""
        return self.possible > MOST_CELLS

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.possible if self.found is None else self.found.size

    def cell_of_code(self, code: Integers) -> Integers:
        """Give the cells of citizens by the codes of their levels."""
        return code if self.found is None else np.searchsorted(self.found, code)

    @functools.cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Term and level of every column (dummy), in the model's order."""
        return tuple((term.name, level) for term in self.terms for level in term.estimated)

    @functools.cached_property
    def levels_of_cell(self) -> NDArray[np.int16]:
        """Level of each term by cell: shape (cells, terms)."""
        codes = np.arange(self.possible) if self.found is None else self.found
        levels = [level.astype(np.int16) for level in np.unravel_index(codes, self.shape)]
        return np.column_stack(levels)

    @functools.cached_property
    def columns_of_cell(self) -> NDArray[np.int16]:
        """Columns that are 1 in each cell: shape (cells, terms), −1 where a term is at its reference."""
        result = np.empty((self.cells, len(self.terms)), dtype=np.int16)
        start = 0
        for n, (term, level) in enumerate(zip(self.terms, self.levels_of_cell.T, strict=True)):
            column = level - int(term.has_reference)
            result[:, n] = np.where(column >= 0, start + column, -1)
            start += len(term.estimated)
        return result

    @functools.cached_property
    def dummies(self) -> Integers:
        """0/1 matrix of shape (cells, columns); of a narrow design."""
        result = np.zeros((self.cells, len(self.columns) + 1), dtype=np.int64)
        np.put_along_axis(result, self.columns_of_cell.astype(np.int64), 1, axis=1)  # −1 is the spare last column
        return result[:, :-1]

    def sums_by_column(self, by_cell: Integers) -> Integers:
        """Sum whole numbers of cells, shape (cells), by column."""
        sums = np.zeros(1 + len(self.columns), dtype=np.int64)  # −1, a term at its reference, is a spare first column
        for column_of_cell in self.columns_of_cell.T:
            np.add.at(sums, 1 + column_of_cell, by_cell)
        return sums[1:]

    def predict(self, coefficients: Integers) -> Integers:
        """Give x'β of each cell of whole coefficients, shape (columns)."""
        with_none = np.append(coefficients, 0)  # −1, a term at its reference
        return np.asarray(sum(with_none[column_of_cell] for column_of_cell in self.columns_of_cell.T))


def span(low: int, below: int) -> str:
    """Name the whole numbers from ``low`` on that are below another: ``2`` or ``0-4``."""
    return str(low) if below == low + 1 else f"{low}-{below - 1}"
