"""The terms of the model and their levels, and the cells that equal citizens share."""

import functools
import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.model.model import Covariates


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


@dataclass(frozen=True)
class Design:
    """All terms. A cell is one level of each term; its number is mixed-radix, the last term fastest."""

    terms: tuple[Term, ...]

    @property
    def cells(self) -> int:
        """Number of possible cells."""
        return math.prod(len(term.levels) for term in self.terms)

    @functools.cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Term and level of every column (dummy), in the model's order."""
        return tuple((term.name, level) for term in self.terms for level in term.estimated)

    @functools.cached_property
    def columns_of_cell(self) -> NDArray[np.int16]:
        """Columns that are 1 in each cell: shape (cells, terms), −1 where a term is at its reference."""
        levels = np.unravel_index(np.arange(self.cells), [len(term.levels) for term in self.terms])
        result = np.empty((self.cells, len(self.terms)), dtype=np.int16)
        start = 0
        for n, (term, level) in enumerate(zip(self.terms, levels, strict=True)):
            column = level - int(term.has_reference)
            result[:, n] = np.where(column >= 0, start + column, -1)
            start += len(term.estimated)
        return result

    @functools.cached_property
    def dummies(self) -> NDArray[np.int64]:
        """0/1 matrix of shape (cells, columns)."""
        result = np.zeros((self.cells, len(self.columns) + 1), dtype=np.int64)
        np.put_along_axis(result, self.columns_of_cell.astype(np.int64), 1, axis=1)  # −1 is the spare last column
        return result[:, :-1]


@functools.cache
def design_of(rules: Covariates) -> Design:
    """Give the terms of the model in their published order (model section 4)."""
    return Design(
        (
            Term("age_sex", tuple(f"{sex} {band}" for sex in "MF" for band in age_bands(rules)), False),
            Term("origin", ("other", "menapt")),
            Term("civil_status", ("other", "widowed_or_divorced")),
            Term("labour_market", ("in", "temporarily_outside", "permanently_outside")),
            Term("somatic", somatic_levels(rules)),
            Term("psychiatric", ("none", "any")),
        )
    )


def age_bands(rules: Covariates) -> tuple[str, ...]:
    """Give the names of the age bands: ``0-4`` … ``85-89``, ``90+``."""
    width, oldest = rules.age_band_years, rules.oldest_band_from
    return (*(_span(age, min(age + width, oldest)) for age in range(0, oldest, width)), f"{oldest}+")


def somatic_levels(rules: Covariates) -> tuple[str, ...]:
    """Give the names of the levels of the somatic count: ``0-1``, ``2``, ``3``, ``4+``."""
    starts = (0, *rules.somatic_cut_points)
    closed = [_span(low, high) for low, high in itertools.pairwise(starts)]
    return (*closed, f"{starts[-1]}+")


def _span(low: int, below: int) -> str:
    return str(low) if below == low + 1 else f"{low}-{below - 1}"
