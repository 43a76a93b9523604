"""Exact numbers: read from decimal text, rounded once, printed as the contract wants."""

import math
from decimal import Decimal
from fractions import Fraction

NANO = 10**9  # weights are whole numbers of this part
MICRO = 10**6  # coefficients are whole numbers of this part of a krone


def exact(text: str) -> Fraction:
    """Give the number a decimal text stands for; a decimal comma is read as a point."""
    return Fraction(text.replace(",", "."))


def half_even(number: Fraction) -> int:
    """Round to the nearest whole number, halves to the even one."""
    return round(number)


def half_up(number: Fraction) -> int:
    """Round to the nearest whole number, halves upwards."""
    return math.floor(number + Fraction(1, 2))


def half_up_to_step(number: Fraction, step: int) -> int:
    """Round to the nearest multiple of ``step``, halves upwards."""
    return step * half_up(number / step)


def half_even_root(square: Fraction) -> int:
    """Give the whole number nearest to the square root of a fraction, halves to the even one."""
    below = math.isqrt(square.numerator // square.denominator)
    against = 4 * square - (2 * below + 1) ** 2  # above 0: nearer to the next whole number
    if against == 0:
        return below + below % 2
    return below + (against > 0)


def decimals(number: Fraction | int | None, places: int = 9) -> str:
    """Print with exactly ``places`` decimals, half to even, never as a negative nought; none is blank."""
    if number is None:
        return ""
    units = half_even(Fraction(number) * 10**places)
    whole, part = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{places}}"


def shortest(text: str) -> str:
    """Print an input as its shortest decimal text: 0.2120 gives 0.212, 1.0 gives 1."""
    if not text:
        return ""
    number = Decimal(text.replace(",", "."))
    plain = format(number, "f")
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"
