"""Øre printed as kroner, and read back: six decimals, so that whole øre stay whole øre."""

from fractions import Fraction

from fordel_dask.exact import OERE_PER_KRONE
from fordel_dask.law.rounding import MICRO, decimals, half_even
from fordel_dask.printing import EMPTY

PLACES = 6


def printed_kroner(oere: int | Fraction) -> str:
    """Print øre as kroner, half to even at the sixth decimal."""
    exact = Fraction(oere) * MICRO / OERE_PER_KRONE
    return decimals(half_even(exact.numerator, exact.denominator), PLACES)


def kroner_per(oere: int | Fraction, of: int | Fraction) -> str:
    """Print øre over something as kroner; nothing where there is nothing of it."""
    return printed_kroner(Fraction(oere) / of) if of else EMPTY


def oere_of(kroner: str) -> int:
    """Read back whole øre from printed kroner.

    Raises
    ------
    ValueError
        It is no number, or holds parts of an øre.
    """
    oere = Fraction(kroner) * OERE_PER_KRONE
    if oere.denominator != 1:
        raise ValueError("parts of an øre")
    return oere.numerator
