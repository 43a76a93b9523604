"""How codes are written: one text for every code, whatever type and spelling it was delivered in."""

import functools
from collections.abc import Callable, Collection, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt

from fordel_dask.documents import can_be_written_out
from fordel_dask.extracts.arrays import encoded, plain_text
from fordel_dask.schema.prepared import BLANK, MISSING_PAID

REFUSED = -2
"""The number of a code that is not blank and not of the form it must have."""

UNLISTED = -3
"""The number of a code that nobody asks for."""

WEEK_INVALID, WEEK_OF_OTHER_YEAR = -1, 0
CLINIC_DIGITS = SERVICE_DIGITS = 6
SPECIALITY_DIGITS, NUMBER_DIGITS = 2, 4
"""The two parts of a service code, where they come in columns of their own."""

LAST_WEEK = 53
CHRISTIANSOE, BORNHOLM = "411", "400"
"""Christiansø is no municipality and counts as Bornholm [assumption]."""


class LocalCodes:
    """Codes of one column numbered as they are met in one task; blank is −1, a refused one −2.

    ``canonical`` gives the text of a delivered value: "" for blank, None to refuse it. If there are
    ``prefixes``, a code that begins with none of them is −3.
    """

    def __init__(self, canonical: Callable[[Any], str | None], prefixes: Collection[str] = ()) -> None:
        self._canonical = canonical
        self._prefixes = frozenset(prefixes)
        self._lengths = sorted(set(map(len, prefixes)))
        self._numbers: dict[str, int] = {}
        self._of_value: dict[Any, int] = {}

    @property
    def texts(self) -> list[str]:
        """The codes met, in the order of their numbers."""
        return list(self._numbers)

    def take(self, column: Any) -> npt.NDArray[np.int32]:
        """Give the number of every row's code."""
        values, indices = encoded(column)
        taken: npt.NDArray[np.int32] = np.append(self.numbers(values), np.int32(BLANK))[indices]
        return taken

    def numbers(self, values: Sequence[Any]) -> npt.NDArray[np.int32]:
        """Give the number of every value's code."""
        return np.array([*map(self._number, values)], np.int32)

    def _number(self, value: Any) -> int:
        number = self._of_value.get(value)
        if number is None:
            number = self._of_value[value] = self._number_of_text(self._canonical(value))
        return number

    def _number_of_text(self, text: str | None) -> int:
        if not text:
            return REFUSED if text is None else BLANK
        if self._prefixes and not any(text[:length] in self._prefixes for length in self._lengths):
            return UNLISTED
        return self._numbers.setdefault(text, len(self._numbers))


def municipality_code(value: Any) -> str:
    """Give KOM without leading zeros."""
    return plain_text(value).lstrip("0")


def counted_municipality(value: Any) -> str:
    """Give KOM without leading zeros, Christiansø as Bornholm."""
    code = municipality_code(value)
    return BORNHOLM if code == CHRISTIANSOE else code


def clinic_code(value: Any) -> str:
    """Give YDERNR with six digits, blank if blank."""
    text = plain_text(value)
    return text and text.zfill(CLINIC_DIGITS)


def clinic_reader(successors: Collection[tuple[str, str]]) -> Callable[[Any], str]:
    """Give the function that reads YDERNR, a clinic that changed hands as its successor."""
    pairs = dict(successors)
    if not pairs:
        return clinic_code

    def clinic(value: Any) -> str:
        code = clinic_code(value)
        return pairs.get(code, code)

    return clinic


def service_code(value: Any) -> str | None:
    """Give SPECIALE with six digits; blank if blank, None if it is anything else than digits."""
    text = plain_text(value)
    padded = text and text.zfill(SERVICE_DIGITS)
    return padded if not text or _digits(padded, SERVICE_DIGITS) else None


def any_service_code(value: Any) -> str | None:
    """Give the service code of one value, SPECIALE, or of a pair, SPECIALE and YDELSESNR."""
    if not isinstance(value, tuple):
        return service_code(value)
    speciality, number = map(plain_text, value)
    if len(speciality) > NUMBER_DIGITS or not (speciality or number):
        return service_code(speciality)
    parts = speciality.zfill(SPECIALITY_DIGITS), number.zfill(NUMBER_DIGITS)
    good = speciality and number and _digits(parts[0], SPECIALITY_DIGITS) and _digits(parts[1], NUMBER_DIGITS)
    return "".join(parts) if good else None


@functools.lru_cache(maxsize=200_000)
def service_codes_differ(pair: tuple[Any, Any]) -> bool:
    """Tell whether SPECIALE is a whole service code, and YDELSESNR says another service."""
    code, number = plain_text(pair[0]), plain_text(pair[1])
    return (
        bool(number)
        and len(code) > NUMBER_DIGITS
        and code.zfill(SERVICE_DIGITS)[SPECIALITY_DIGITS:] != (number.zfill(NUMBER_DIGITS))
    )


def _digits(text: str, number: int) -> bool:
    return len(text) == number and text.isascii() and text.isdigit()


def week_text(value: Any) -> str:
    """Give HONUGE with four characters, blank if blank."""
    text = plain_text(value)
    return text and text.zfill(4)


def week_of(value: Any, year: int) -> int:
    """Give the week of HONUGE ``yyww`` in the fee year, 0 for another year, −1 if it is no week."""
    text = week_text(value)
    if not _digits(text, 4) or not 1 <= int(text[2:]) <= LAST_WEEK:
        return WEEK_INVALID
    return int(text[2:]) if int(text[:2]) == year % 100 else WEEK_OF_OTHER_YEAR


def sks_code(value: Any) -> str | None:
    """Give an ICD-10 code in upper case without its one leading D; None if it has none."""
    text = plain_text(value).upper()
    return text[1:] if text.startswith("D") or not text else None


def icd10_code(value: Any) -> str:
    """Give an ICD-10 code that was delivered without D, in upper case."""
    return plain_text(value).upper()


@functools.lru_cache(maxsize=200_000)
def exact_decimal(value: Any) -> Decimal | None:
    """Give the exact decimal a value stands for; None if blank, no number, not finite or of more than 400 digits.

    Binary floats are read by their shortest text. A lone comma is a decimal sign.
    """
    text = (
        plain_text(value) if isinstance(value, str | bytes) else repr(value) if isinstance(value, float) else str(value)
    )
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if can_be_written_out(number) else None


def decimal_text(number: Decimal) -> str:
    """Give a decimal as its shortest text, never in scientific notation."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def oere_of(value: Any, scale: int) -> int | None:
    """Give a fee in whole øre, half to even, exactly; None if it is no number."""
    number = exact_decimal(value)
    if number is None or abs(number) >= -MISSING_PAID // scale:
        return None
    return int((number * scale).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
