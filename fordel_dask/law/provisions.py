"""What the law says of the year's cycle: each value with the days on which it is in force, its rule and source.

The numbers of the model itself are parameters (:mod:`fordel_dask.law.parameters`). These here are looked up by a
day, outside the rules that use them; two values of one key are two entries.
"""

import datetime
import functools
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources

from fordel_dask.errors import LawError

Given = int | str | bool | datetime.date | tuple[str, ...]


@dataclass(frozen=True)
class Provision:
    """One value in force from ``valid_from`` to ``valid_until`` (its last day; none = until further notice)."""

    key: str
    value: Given
    unit: str
    valid_from: datetime.date
    valid_until: datetime.date | None
    rule: str
    kind: str
    source: str
    doc: str

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the value is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@functools.cache
def provisions() -> tuple[Provision, ...]:
    """Give all provisions in the order of ``law/provisions.toml``."""
    text = resources.files("fordel_dask.law").joinpath("provisions.toml").read_text("utf-8")
    return tuple(_provision(entry) for entry in tomllib.loads(text)["provision"])


def _provision(entry: dict[str, object]) -> Provision:
    value = entry["value"]
    return Provision(
        key=str(entry["key"]),
        value=tuple(value) if isinstance(value, list) else value,  # type: ignore[arg-type]
        unit=str(entry["unit"]),
        valid_from=entry["from"],  # type: ignore[arg-type]
        valid_until=entry.get("until"),  # type: ignore[arg-type]
        rule=str(entry["rule"]),
        kind=str(entry["kind"]),
        source=str(entry["source"]),
        doc=str(entry["doc"]),
    )


def in_force(key: str, day: datetime.date) -> Provision:
    """Give the provision of a key that is in force on a day.

    Raises
    ------
    LawError
        None is; the days on which one is are named.
    """
    known = [one for one in provisions() if one.key == key]
    found = [one for one in known if one.holds_on(day)]
    if found:
        return found[-1]
    spells = ", ".join(f"{one.valid_from} to {one.valid_until or 'further notice'}" for one in known)
    raise LawError(
        f"No value of '{key}' is in force on {day}. Known are values in force from {spells or 'no day'}. "
        f"Ask about another day, or complete law/provisions.toml."
    )


def holds(key: str, day: datetime.date) -> bool:
    """Tell whether a provision of a key is in force on a day at all: transition rules end."""
    return any(one.key == key and one.holds_on(day) for one in provisions())


def first_day_of(key: str) -> datetime.date:
    """Give the first day on which a provision of a key is in force."""
    return min(one.valid_from for one in provisions() if one.key == key)


def whole(key: str, day: datetime.date) -> int:
    """Give a whole-number value in force on a day."""
    value = in_force(key, day).value
    if not isinstance(value, int):
        raise TypeError(f"{key} is no whole number")
    return value


def share(key: str, day: datetime.date) -> Fraction:
    """Give a value in percent, in force on a day, as a share."""
    return Fraction(whole(key, day), 100)


def day_of(key: str, day: datetime.date) -> datetime.date:
    """Give a value that is a day, in force on a day."""
    value = in_force(key, day).value
    if not isinstance(value, datetime.date):
        raise TypeError(f"{key} is no day")
    return value
