"""What is protected together: a table of areas by traits, whose sums over areas and over levels are known."""

from dataclasses import dataclass

import numpy as np

from fordel_dask.disclosure.rules import Counts, Marks

REFERENCE = "(reference)"
"""The level that no table lists: whoever has none of the listed ones."""


@dataclass(frozen=True)
class Term:
    """A trait: its levels in order. The last one is the reference, if there is one."""

    name: str
    levels: tuple[str, ...]

    @property
    def listed(self) -> Marks:
        """Tell which levels a table lists."""
        return np.array([level != REFERENCE for level in self.levels])


@dataclass(frozen=True)
class Block:
    """Rows of areas that add up to their ``groups``, and these to the country, by the levels of every term.

    ``told`` marks rows that a table lists; others, such as citizens without a clinic, anybody can work out.
    ``group`` is each row's position in ``groups`` (health councils), −1 for none; the groups' own counts are in a
    table too if ``groups_told``. ``near`` are numbers of places: rows in the same one share citizens, so that they
    are looked at first.
    ``counts`` has, by term, persons by row and level; ``persons`` counts them by row.
    """

    name: str
    rows: tuple[str, ...]
    told: Marks
    group: Counts
    groups: tuple[str, ...]
    groups_told: bool
    near: Counts
    persons: Counts
    terms: tuple[Term, ...]
    counts: tuple[Counts, ...]

    def of_groups(self, counts: Counts) -> Counts:
        """Sum rows by group: (groups, levels)."""
        sums = np.zeros((len(self.groups), *counts.shape[1:]), np.int64)
        inside = self.group >= 0
        np.add.at(sums, self.group[inside], counts[inside])
        return sums


def term_of(name: str, levels: tuple[str, ...], counts: Counts, persons: Counts) -> list[tuple[Term, Counts]]:
    """Give a term with its reference, if anybody has none of its levels.

    Where levels do not exclude each other (a citizen may have several diseases), each is a term of its own.
    """
    rest = persons - counts.sum(axis=1)
    if (rest < 0).any():
        return [
            (Term(name, (level, REFERENCE)), np.column_stack([counts[:, at], persons - counts[:, at]]))
            for at, level in enumerate(levels)
        ]
    if not rest.any():
        return [(Term(name, levels), counts)]
    return [(Term(name, (*levels, REFERENCE)), np.column_stack([counts, rest]))]
