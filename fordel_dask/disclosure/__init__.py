"""Disclosure control, the only door out: what may not be told, what is kept back with it, and the proof."""

from fordel_dask.disclosure.audit import faults_of
from fordel_dask.disclosure.block import REFERENCE, Block, Limit, Part, Term, term_of
from fordel_dask.disclosure.figure import Figure
from fordel_dask.disclosure.pattern import Pattern, World
from fordel_dask.disclosure.precision import KEPT_BACK, finest, row_shifts, stays, steps_of, told
from fordel_dask.disclosure.reach import Reach, reach_of
from fordel_dask.disclosure.rows import hidden_in_sum, hide_among
from fordel_dask.disclosure.rules import Rules, is_few, shows_a_contributor
from fordel_dask.disclosure.suppression import Changed, protect

__all__ = [
    "KEPT_BACK",
    "REFERENCE",
    "Block",
    "Changed",
    "Figure",
    "Limit",
    "Part",
    "Pattern",
    "Reach",
    "Rules",
    "Term",
    "World",
    "faults_of",
    "finest",
    "hidden_in_sum",
    "hide_among",
    "is_few",
    "protect",
    "reach_of",
    "row_shifts",
    "shows_a_contributor",
    "stays",
    "steps_of",
    "term_of",
    "told",
]
