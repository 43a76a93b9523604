"""Amounts of money as people write and read them; in the program they are whole øre."""

import re

from fordel_dask.errors import UsageError
from fordel_dask.exact import OERE_PER_KRONE

DANISH_AMOUNT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,15})(?:,([0-9]{1,2}))?", re.ASCII)


def kroner(oere: int) -> str:
    """Give an amount for a terminal, in kroner: 156331 is ``1,563.31``."""
    whole, rest = divmod(abs(oere), OERE_PER_KRONE)
    return f"{'-' if oere < 0 else ''}{whole:,}.{rest:02}"


def oere_of(text: str) -> int:
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
