"""What the values of a parameter look like: type, limits, known words; and given values brought into that form."""

import datetime
import difflib
import functools
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from fordel_dask import law
from fordel_dask.errors import ModelError
from fordel_dask.law.parameters import Parameter, Value, parameters
from fordel_dask.law.rounding import shortest

Type = Literal["boolean", "integer", "string"]
Entry = str | int | bool

LIMITS: dict[str, tuple[int, int]] = {
    "percent": (0, 100),
    "completed years": (0, 130),
    "years": (1, 130),
    "weeks of the fee year": (1, 53),
    "conditions": (1, 100),
    "citizens": (0, 10_000_000),
    "weighted citizens": (1, 100_000),
    "km²": (1, 50_000),
    "patients": (0, 100_000),
    "patients per capacity": (0, 100_000),
}
"""Least and most by unit: far outside what anybody would ask for, so that a value in another unit is noticed."""
OWN_LIMITS: dict[str, tuple[int, int]] = {
    "covariates.age_band_years": (1, 120),
    "covariates.oldest_band_from": (1, 120),
    "consumption.chronic_care_percent": (0, 1_000),
    "capacity.projection_percent": (0, 1_000),
    "clinics.rounding_step": (1, 10_000),
}
NAME = r"[A-Z][A-Z0-9_]{0,39}"
NUMBER = r"-?[0-9]{1,9}(\.[0-9]{1,9})?"
PATTERNS: dict[str, tuple[str, str]] = {
    "power": (NUMBER, "a decimal number"),
    "date": (r"(|[0-9]{4}-[0-9]{2}-[0-9]{2})", "a day such as 2025-07-01, or ''"),
    "first two digits of SPECIALE": (r"[0-9]{2}", "two digits"),
    "name of an extra covariate": (f"(|{NAME})", "the name of an extra covariate, or ''"),
    "names of extra covariates": (NAME, "the name of an extra covariate"),
    "extra covariates": (
        rf"{NAME}( -?[0-9]{{1,9}}(\.[0-9]{{1,3}})?)+",
        "a name and the ascending values at which a new level begins, such as 'HOSPITAL_KM 10 20 40'",
    ),
    "term level percent": (
        rf"[a-z]\S* \S.* {NUMBER}",
        "a term, a level of it and a percent, such as 'origin menapt 10'",
    ),
}
"""By unit: how a text is written, and that in words."""
ASCENDING = ("covariates.single_age_starts", "covariates.somatic_cut_points", "covariates.psychiatric_cut_points")
MAY_BE_EMPTY = ("weights.excluded_clinic_types",)
"""Lists that may be empty although the national model's is not."""
IN_GIVEN_ORDER = ("OPR_LAND",)
"""Units whose order a scenario chooses; other lists of known words stand in the order in which the words are known."""
MOST_LISTED = 12
LARGEST_POWER = 100
MOST_DIGITS = 20
CIVIL_STATUSES = ("E", "F", "G", "L", "O", "P", "U")
ORIGIN_TYPES = ("1", "2", "3")


@dataclass(frozen=True)
class Form:
    """What the values of a parameter look like; of a list, what its entries do."""

    key: str
    type: Type
    is_list: bool
    unit: str
    words: tuple[str | int, ...] = ()
    limits: tuple[int, int] | None = None
    pattern: str = ""
    spoken: str = ""
    is_ascending: bool = False
    may_be_empty: bool = True


@functools.cache
def form_of(key: str) -> Form:
    """Give the form of a parameter by its dotted key."""
    parameter = parameters()[key]
    default = parameter.value
    example = (default[0] if default else "") if isinstance(default, tuple) else default
    pattern, spoken = PATTERNS.get(parameter.unit, ("", ""))
    return Form(
        key=key,
        type="boolean" if isinstance(example, bool) else "integer" if isinstance(example, int) else "string",
        is_list=isinstance(default, tuple),
        unit=parameter.unit,
        words=_known_words(parameter),
        limits=OWN_LIMITS.get(key, LIMITS.get(parameter.unit)),
        pattern=pattern,
        spoken=spoken,
        is_ascending=key in ASCENDING,
        may_be_empty=default == () or key in MAY_BE_EMPTY,
    )


def _known_words(parameter: Parameter) -> tuple[str | int, ...]:
    if parameter.unit == "benefit groups":
        return tuple(row["group"] for row in law.rows("codes/benefit_groups"))
    if parameter.unit == "OPR_LAND":
        return tuple(row["code"] for row in law.rows("codes/countries"))
    return parameter.choices or {"CIVST": CIVIL_STATUSES, "IE_TYPE": ORIGIN_TYPES}.get(parameter.unit, ())


def typed(key: str, given: object) -> Value:
    """Give a value in the form of its parameter.

    Whole floats are whole numbers, numbers are decimal text where the parameter is one, words are known in any letter
    case.

    Raises
    ------
    ModelError
        The value is none that the parameter may have; the nearest is named.
    """
    form = form_of(key)
    if not form.is_list:
        return _entry(form, given)
    found = typed_list(key, given)
    if not found and not form.may_be_empty:
        raise ModelError(f"{key} = [] is not allowed: expected at least one of {_expected(form)}.")
    return found


def typed_list(key: str, given: object) -> tuple[str, ...] | tuple[int, ...]:
    """Give the entries of a list, or of what is added to or removed from one, in the form of its parameter.

    Raises
    ------
    ModelError
        It is no list, or has an entry that is not allowed, or one twice, or numbers that do not ascend.
    """
    form = form_of(key)
    if not isinstance(given, list | tuple):
        raise ModelError(f"{key} = {shown(given)} is not allowed: expected a list of {_expected(form)}.")
    entries = [_entry(form, entry) for entry in given]
    if len(set(entries)) < len(entries):
        raise ModelError(f"{key} = {shown(given)} is not allowed: it names an entry twice.")
    return _in_order(form, entries)


def _in_order(form: Form, entries: list[Entry]) -> tuple[str, ...] | tuple[int, ...]:
    """Put the entries of a list in the order that the parameter asks for, so that equal models are equal."""
    if form.words and form.unit not in IN_GIVEN_ORDER:
        entries = sorted(entries, key=form.words.index)
    if form.is_ascending and entries != sorted(entries):
        raise ModelError(f"{form.key} = {shown(entries)} is not allowed: its numbers must ascend.")
    return tuple(entries)  # type: ignore[return-value]  # all entries are of the form's one type


def _entry(form: Form, given: object) -> Entry:
    """Give one value, or one entry of a list, in its form."""
    found = (
        _number(form, given) if form.type == "integer" else _switch(given) if form.type == "boolean" else _text(given)
    )
    if found is not None and form.words:
        found = {str(word).casefold(): word for word in form.words}.get(str(found).casefold())
    elif isinstance(found, str) and form.type == "string":
        found = _in_pattern(form, found)
    if found is None:
        raise ModelError(
            f"{form.key} = {shown(given)} is not allowed: expected {_expected(form)}.{nearest(str(given), form.words)}"
        )
    return found


def _number(form: Form, given: object) -> int | None:
    if isinstance(given, Decimal | float) and math.isfinite(given) and given == int(given):
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool):
        return None
    return given if not form.limits or form.limits[0] <= given <= form.limits[1] else None


def _switch(given: object) -> bool | None:
    return given if isinstance(given, bool) else None


def _text(given: object) -> str | None:
    if isinstance(given, datetime.date):
        return given.isoformat()
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        is_written_out = isinstance(given, Decimal) and abs(given.adjusted()) < MOST_DIGITS  # 1e999999 is not
        return f"{given:f}" if is_written_out else str(given)
    return given if isinstance(given, str) else None


def _in_pattern(form: Form, text: str) -> str | None:
    """Give a text as it is written in its unit, or none: names in capitals, one space, numbers without end zeros."""
    text = " ".join(text.split())
    if form.unit in ("name of an extra covariate", "names of extra covariates", "extra covariates"):
        text = text.upper()
    if form.pattern and not re.fullmatch(form.pattern, text, re.ASCII):
        return None
    if form.unit == "power":
        power = Fraction(text)
        return shortest(power) if abs(power) <= LARGEST_POWER else None
    if form.unit == "extra covariates":
        values = [Fraction(value) for value in text.split()[1:]]
        return text if values == sorted(set(values)) else None
    return text if form.unit != "date" or not text or _is_day(text) else None


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _expected(form: Form) -> str:
    if form.words:
        if len(form.words) <= MOST_LISTED:
            return f"one of {', '.join(map(str, form.words))}"
        return f"one of the {len(form.words)} {form.unit} that 'fordel scenarios --schema' lists"
    if form.type == "boolean":
        return "true or false"
    if form.type == "integer":
        low, high = form.limits or (0, 0)
        return f"a whole number from {low} to {high:,} ({form.unit})"
    return f"{form.spoken} ({form.unit})"


def nearest(name: str, known: Collection[str | int], likeness: float = 0.5) -> str:
    """Say which known name is nearest to one, as a sentence to be put after others; blank if none is near."""
    by_fold = {str(one).casefold(): str(one) for one in known}
    near = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=likeness)
    return f" The nearest is '{by_fold[near[0]]}'." if near else ""


def shown(given: object) -> str:
    """Write a value as a scenario file has it."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, list | tuple):
        return f"[{', '.join(map(shown, given))}]"
    return repr(given) if isinstance(given, str) else str(given)
