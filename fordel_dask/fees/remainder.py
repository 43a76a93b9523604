"""An amount in øre shared out to the last øre: by largest remainder, ties by key."""

from collections.abc import Mapping
from fractions import Fraction

from fordel_dask.law.rounding import by_largest_remainder


def share_out(total_oere: int, parts: Mapping[str, Fraction | int]) -> dict[str, int]:
    """Share an amount in proportion to ``parts`` (not negative), sorted by key; what is given adds up to the amount.

    Of two equal remainders the lower key is served first, so that the order in which parts are told does not matter,
    and a larger part never gets less.

    Raises
    ------
    ValueError
        There is something to share and nobody to take it.
    """
    keys = sorted(parts)
    whole = sum(map(Fraction, parts.values()), Fraction(0))
    if not whole:
        if total_oere:
            raise ValueError("there is nobody to share with")
        return dict.fromkeys(keys, 0)
    exact = [total_oere * Fraction(parts[key]) / whole for key in keys]
    return dict(zip(keys, by_largest_remainder(exact, total_oere), strict=True))
