"""Exact rounding and printing: whole numbers in, whole numbers and text out, no binary float.

The law rounds up; a sum that is wrong in its last bit hands a council one doctor too many.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, lcm

NANO = 1_000_000_000
MICRO = 1_000_000


def half_even(numerator: int, denominator: int = 1) -> int:
    """Round ``numerator ÷ denominator`` to the nearest whole number, a half to the even one."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))


def half_up(numerator: int, denominator: int = 1) -> int:
    """Round ``numerator ÷ denominator`` (not negative) to the nearest whole number, a half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def half_up_to_step(value: Fraction, step: int) -> int:
    """Round to the nearest multiple of ``step``, a half up."""
    return step * half_up(value.numerator, value.denominator * step)


def by_largest_remainder(exact: Sequence[Fraction], total: int) -> tuple[int, ...]:
    """Round each number so that they add up to ``total``: floors, then one more for the largest remainders.

    Equal remainders are served in the order of the numbers.

    Raises
    ------
    ValueError
        The numbers are further from ``total`` than rounding can explain.
    """
    common = lcm(*(value.denominator for value in exact))  # whole numbers sort many times faster than fractions
    units = [value.numerator * (common // value.denominator) for value in exact]
    floors = [one // common for one in units]
    shortfall = total - sum(floors)
    if not 0 <= shortfall <= len(floors):
        raise ValueError(f"{len(floors)} numbers cannot be rounded to a sum of {total}")
    by_remainder = sorted(range(len(floors)), key=lambda row: (floors[row] * common - units[row], row))
    lifted = set(by_remainder[:shortfall])
    return tuple(floor + (row in lifted) for row, floor in enumerate(floors))


def root_half_even(square: Fraction) -> int:
    """Round the square root of an exact number to a whole number, a half to the even one."""
    root = isqrt(square.numerator // square.denominator)
    twice = Fraction((2 * root + 1) ** 2, 4)
    return root + (square > twice or (square == twice and root % 2 == 1))


def scaled(value: Fraction | int, scale: int = NANO) -> int:
    """Give ``value`` in whole units of ``1 ÷ scale``, half to even."""
    return half_even(value.numerator * scale, value.denominator)


def decimals(units: int, places: int = 9) -> str:
    """Print whole units of 10⁻ᵖˡᵃᶜᵉˢ with exactly that many decimals, never in scientific notation."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def shortest(value: Fraction) -> str:
    """Print a decimal number without trailing zeros or point: 0.2120 is ``0.212``, 1.0 is ``1``."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    units = (value * 10**places).numerator
    return decimals(units, places) if places else str(units)
