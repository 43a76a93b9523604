"""What is protected together: a table of areas by traits, whose sums over areas and over levels are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fordel_dask.disclosure.rules import Counts, Marks
from fordel_dask.privacy import redacted

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


@redacted
@dataclass(frozen=True)
class Limit:
    """Whoever has one of the ``levels`` of a term has one of those of another term, as anybody knows.

    ``term`` and ``of_term`` are positions among the terms of a block, the levels marks.
    """

    term: int
    levels: Marks
    of_term: int
    of_levels: Marks

    def room(self, counts: Sequence[Counts]) -> Counts:
        """Give by row how many more citizens could have one of the levels."""
        inside = counts[self.term][:, self.levels].sum(axis=1)
        return np.asarray(counts[self.of_term][:, self.of_levels].sum(axis=1) - inside)

    def taken(self, term: int, levels: int) -> Counts:
        """Give how much room a citizen takes by each of the levels of a term."""
        taken = np.zeros(levels, np.int64)
        if term == self.term:
            taken += self.levels
        if term == self.of_term:
            taken -= self.of_levels
        return taken


@redacted
@dataclass(frozen=True)
class Part:
    """Citizens whose counts are told elsewhere, all of them in some of the ``rows``: the sample, of its clinics.

    ``spare`` has, by term of the block, how many citizens of each level these rows have beyond them.
    """

    rows: Marks
    spare: tuple[Counts, ...]


@redacted
@dataclass(frozen=True)
class Block:
    """Rows of areas that add up to their ``groups``, and these to the country, by the levels of every term.

    ``told`` marks rows that a table lists; others, such as citizens without a clinic, anybody can work out.
    ``group`` is each row's position in ``groups`` (health councils), −1 for none; the groups' own counts are in a
    table too if ``groups_told``. ``near`` are numbers of places: rows in the same one share citizens, so that they
    are looked at first.
    ``counts`` has, by term, persons by row and level; ``persons`` counts them by row. ``limits`` bind terms to each
    other in every row, ``part`` the block to another one.
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
    limits: tuple[Limit, ...] = ()
    part: Part | None = None

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
