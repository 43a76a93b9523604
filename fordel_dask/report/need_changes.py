"""Changes of need in scenarios, said no finer than they can be known.

A change is the difference of two sums of weights that are each rounded to their step, so that its second decimal is
chance.
"""

import re
from fractions import Fraction

from fordel_dask.law.rounding import scaled
from fordel_dask.report.told import Row
from fordel_dask.report.wording import Wording

PLACES = 1
FINEST = Fraction(1, 20)
"""Half of what is shown: less is told as that."""

UNMOVED = ("clinics.", "capacity.floor", "capacity.rounding")
"""Parameters that need does not rest on."""

KEY = re.compile(r"(?:^|; )([a-z_]+\.[a-z0-9_.]+):")


def need_change(change: Fraction, case: Row, words: Wording) -> str:
    """Say a change of need in a case: with one decimal, that it is less than can be told, or 0 where nothing moves it.

    ``case`` is the row of the case, which names the parameters that it changes.
    """
    if scaled(change, 10**PLACES):
        return words.signed(change, PLACES)
    if not change and not _may_move(case["changes"]):
        return words.number(0)
    return words.say("need_change_under", limit=words.number(FINEST, 2))


def _may_move(changes: str) -> bool:
    return not all(key.startswith(UNMOVED) for key in KEY.findall(changes))
