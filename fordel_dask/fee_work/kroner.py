"""Amounts of money as people and tables write them; in the program they are whole øre."""

import re
from fractions import Fraction

from fordel_dask.errors import UsageError
from fordel_dask.exact import OERE_PER_KRONE
from fordel_dask.law.rounding import MICRO, decimals, half_even
from fordel_dask.printing import EMPTY

DANISH_AMOUNT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,15})(?:,([0-9]{1,2}))?", re.ASCII)
PLACES = 6
"""Decimals of kroner in tables, so that whole øre stay whole øre."""


def kroner(oere: int) -> str:
    """Give an amount for a terminal, in kroner: 156331 is ``1,563.31``."""
    whole, rest = divmod(abs(oere), OERE_PER_KRONE)
    return f"{'-' if oere < 0 else ''}{whole:,}.{rest:02}"


def oere_of_danish(text: str) -> int:
    """Read an amount as it is written in Danish: ``1.234.567,00`` is 123456700.

    Raises
    ------
    UsageError
        It is not written so.
    """
    match = DANISH_AMOUNT.fullmatch(text.strip())
    if match is None:
        raise UsageError("An amount is written in Danish, such as 1.234.567,00: points between thousands, comma, øre.")
    return OERE_PER_KRONE * int(match[1].replace(".", "")) + int((match[2] or "0").ljust(2, "0"))


def printed_kroner(oere: int | Fraction) -> str:
    """Print øre as kroner, half to even at the sixth decimal."""
    exact = Fraction(oere) * MICRO / OERE_PER_KRONE
    return decimals(half_even(exact.numerator, exact.denominator), PLACES)


def kroner_per(oere: int | Fraction, of: int | Fraction) -> str:
    """Print øre over something as kroner; nothing where there is nothing of it."""
    return printed_kroner(Fraction(oere) / of) if of else EMPTY


def oere_of_printed(text: str) -> int:
    """Read back whole øre from printed kroner.

    Raises
    ------
    ValueError
        It is no number, or holds parts of an øre.
    """
    oere = Fraction(text) * OERE_PER_KRONE
    if oere.denominator != 1:
        raise ValueError("parts of an øre")
    return oere.numerator
