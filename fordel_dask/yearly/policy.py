"""A region's policy as a TOML file: strict, typed, all that is wrong told at once."""

import datetime
import difflib
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.cycle.policy import Policy, policy_of_the_law
from fordel_dask.documents import can_be_written_out, read_toml
from fordel_dask.errors import ModelError
from fordel_dask.gathering import every

PERCENT = 100
MOST_YEARS = 20
MOST_SHOWN = 60
"""Further ahead than any phase-in that was asked for."""


def read_policy(path: Path | None, day: datetime.date, year: int) -> Policy:
    """Read a policy for a planning year; what it leaves out is as the law has it, and all of it without a file.

    Raises
    ------
    ModelError
        The file cannot be read, or a key or value in it cannot be; all that is wrong is told.
    LawError
        No margins are in force on the day.
    """
    law = policy_of_the_law(day, year)
    if path is None:
        return law
    content = _content(path)
    readers: dict[str, Callable[[Any], Any]] = {
        "dialogue_margin_percent": partial(_percent, most=None),
        "cap_per_capacity": partial(_whole, least=1),
        "corridor_percent": partial(_percent, most=PERCENT),
        "phase_in_years": partial(_years, first=year),
        "reopening_margin": partial(_whole, least=0),
    }
    given = dict(every([partial(_entry, path.name, key, value, readers) for key, value in content.items()]))
    return Policy(
        dialogue_margin=given.get("dialogue_margin_percent", law.dialogue_margin),
        reopening_margin=given.get("reopening_margin", law.reopening_margin),
        phase_in_years=given.get("phase_in_years", law.phase_in_years),
        cap_per_capacity=given.get("cap_per_capacity"),
        corridor=given.get("corridor_percent"),
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        failure = f"is not valid TOML: {error}"
    except (OSError, UnicodeDecodeError):
        failure = "is not there, or cannot be read as UTF-8 text"
    raise ModelError(f"Policy {path.name} {failure}. Correct it, or leave --policy away.")


def _entry(file: str, key: str, value: Any, readers: Mapping[str, Callable[[Any], Any]]) -> tuple[str, Any]:
    if key not in readers:
        near = difflib.get_close_matches(key, readers, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(readers)}."
        raise ModelError(f"Policy {file} has the key '{key}', which no policy has; {hint}")
    try:
        return key, readers[key](value)
    except ValueError as expected:
        told = str(expected)
    raise ModelError(f"Policy {file}: {key} = {_shown(value)} is not allowed; expected is {told}.")


def _shown(value: Any) -> str:
    """Give a value as TOML has it, a long one by its beginning."""
    shown = _as_toml(value)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


def _as_toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_as_toml, value))}]"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def _percent(value: Any, most: int | None) -> Fraction:
    """Give percent as a share."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool) and can_be_written_out(Decimal(value))
    if not is_number or value < 0 or (most is not None and value > most):
        raise ValueError(f"a number of percent, 0 to {most}" if most is not None else "a number of percent from 0 on")
    return Fraction(value) / PERCENT


def _whole(value: Any, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"a whole number of patients from {least} on")
    return value


def _years(value: Any, first: int) -> tuple[int, ...]:
    """Give years of a phase-in: as many as a number says, from the planning year on, or those of a list."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_YEARS:
        return tuple(range(first, first + value))
    listed = value if isinstance(value, list) else []
    are_years = all(isinstance(one, int) and not isinstance(one, bool) for one in listed)
    if (
        not listed
        or not are_years
        or listed != sorted(set(listed))
        or not first <= listed[0] <= listed[-1] < first + MOST_YEARS
    ):
        raise ValueError(f"how many years (1 to {MOST_YEARS}), or a list of rising years from {first} on")
    return tuple(listed)
