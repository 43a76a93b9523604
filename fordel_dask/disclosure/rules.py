"""When a number tells too much of too few: the rules of disclosure control, and which counts break them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import UsageError

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]

DEFAULT_THRESHOLD = 5
LEAST_THRESHOLD = 3
"""Statistics Denmark never shows groups of fewer than 3; the Health Data Authority blurs those under 5."""

SHOW, HIDE = "show", "hide"
WHOLE = 100
FEWEST_CONTRIBUTORS = 3
"""Contributors below which a sum of money is not told: of two, each could take the own part away."""


@dataclass(frozen=True)
class Rules:
    """What may not be told.

    ``threshold``: fewest persons that a shown count may have. ``zero``: whether it may be told that nobody has a trait
    (``show``), ``everybody`` whether that everybody has (``hide``: not). ``round_to``: counts are told as multiples
    of it; 1 tells them as they are. ``dominance``: percent of a sum of money that its largest contributor may have at
    most; ``prior``: percent to within which nobody may be able to work out another's.

    Raises
    ------
    UsageError
        The threshold is below 3, or a choice is none.
    """

    threshold: int = DEFAULT_THRESHOLD
    zero: str = SHOW
    everybody: str = HIDE
    round_to: int = 1
    dominance: int = 85
    prior: int = 10

    def __post_init__(self) -> None:
        if self.threshold < LEAST_THRESHOLD:
            raise UsageError(
                f"A threshold of {self.threshold} was asked for; groups of fewer than {LEAST_THRESHOLD} persons are "
                f"never shown. Give {LEAST_THRESHOLD} or more ({DEFAULT_THRESHOLD} is usual)."
            )
        if self.round_to < 1:
            raise UsageError(f"Counts cannot be rounded to multiples of {self.round_to}. Give 1 (as they are) or more.")
        for name in ("dominance", "prior"):
            if not 0 < getattr(self, name) < WHOLE:
                raise UsageError(f"{name} cannot be {getattr(self, name)} percent. Give 1 to 99.")
        for name in ("zero", "everybody"):
            if getattr(self, name) not in (SHOW, HIDE):
                raise UsageError(f"'{getattr(self, name)}' is no choice for {name}: give {SHOW} or {HIDE}.")


@overload
def is_few(counts: int, rules: Rules) -> bool: ...
@overload
def is_few(counts: Counts, rules: Rules) -> Marks: ...
def is_few(counts: int | Counts, rules: Rules) -> bool | Marks:
    """Tell which counts, or whether one, are of somebody, but of too few."""
    return (counts > 0) & (counts < rules.threshold)


def tells_too_much(counts: Counts, of: Counts, listed: Marks, rules: Rules) -> Marks:
    """Tell which cells of a term may not be shown.

    Parameters
    ----------
    counts
        Persons by row and level; levels that are not ``listed`` are references, told by nobody but easy to work out.
    of
        Persons by row.
    """
    persons = of[:, None]
    unsafe = is_few(counts, rules)
    if rules.everybody == HIDE:
        unsafe |= (counts == persons) & (persons > 0) & listed
    if rules.zero == HIDE:
        unsafe |= (counts == 0) & (persons > 0) & listed
    return np.asarray(unsafe)


def dominates(largest: int, second: int, total: int, rules: Rules) -> bool:
    """Tell whether a sum of money shows what one contributor has (dominance and p % rule), all in øre.

    The largest has more than its share of the total, or the second largest could work out the largest one's to within
    ``prior`` percent by taking its own away.
    """
    rest = total - largest - second
    return WHOLE * largest > rules.dominance * total or WHOLE * rest < rules.prior * largest


def shows_a_contributor(amounts: Sequence[int], rules: Rules) -> bool:
    """Tell whether a sum of these amounts, in øre, shows too much of one; where nobody has any, it shows nothing."""
    ordered = sorted((abs(amount) for amount in amounts), reverse=True)
    if not any(ordered):
        return False
    return len(ordered) < FEWEST_CONTRIBUTORS or dominates(ordered[0], ordered[1], sum(ordered), rules)
