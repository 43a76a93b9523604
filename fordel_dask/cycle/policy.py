"""What a region chooses for itself where the law leaves it room (R35, R37, R39, R43)."""

import datetime
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.provisions import share, whole


@dataclass(frozen=True)
class Policy:
    """A region's choices.

    ``dialogue_margin`` is a share above present limit and list, ``reopening_margin`` patients below the limit. What
    the region may also choose is none where it does not: ``cap_per_capacity``, the most patients a capacity is asked
    for (R37); ``corridor``, the share by which a number may differ from the present limit (V44). ``phase_in_years``
    are the years in which numbers go to their end in equal steps (R39, V49), at least one.
    """

    dialogue_margin: Fraction
    reopening_margin: int
    phase_in_years: tuple[int, ...]
    cap_per_capacity: int | None = None
    corridor: Fraction | None = None


def policy_of_the_law(day: datetime.date, year: int) -> Policy:
    """Give the policy of a region that has chosen nothing: numbers as calculated, whole in the planning year.

    Raises
    ------
    LawError
        No margins are in force on that day.
    """
    return Policy(
        dialogue_margin=share("dialogue.margin", day),
        reopening_margin=whole("reopening.margin", day),
        phase_in_years=(year,),
    )
