"""A rule of differentiated fees as a file: what share follows the weight, within which bounds, from which year.

TOML, strict: unknown keys are refused with the nearest known one, and everything that is wrong is told at once.
"""

import difflib
import json
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_toml
from fordel_dask.errors import ModelError
from fordel_dask.fees.differentiated import UNBOUND, Bounds
from fordel_dask.fees.supplements import OERE_PER_MILLION
from fordel_dask.gathering import Faults
from fordel_dask.law.provisions import first_day_of

CLINIC, CITIZEN = "clinic", "citizen"
NEW_MONEY, OF_BASIC_FEE = "new", "basic_fee"
DIFFERENTIATED = "fees.differentiated"
KEYS = ("name", "title", "doc", "source", "unit", "share", "floor", "cap", "phase_in", "supplement")
SUPPLEMENT_KEYS = ("budget", "money")
LAST_YEAR = 2099
MOST_DIGITS = 30
"""1e999999999 is a number of TOML, and as an exact one larger than any memory."""

PERCENT = 100


@dataclass(frozen=True)
class AreaSupplement:
    """Money for clinics in councils short of doctors, in øre a year: ``new``, or taken from the ``basic_fee``."""

    budget_oere: int
    money: str = NEW_MONEY


@dataclass(frozen=True)
class FeeRule:
    """A rule of differentiated fees.

    ``share`` of the basic fee follows the weight, ``phase_in`` how much of that from a year on (none: all at once);
    ``unit`` is ``citizen`` (each patient's fee by the own weight) or ``clinic`` (one factor a clinic, which alone can
    have bounds); without bounds both give the same sums.
    """

    name: str = "proportional"
    title: str = "The basic fee follows the weight"
    unit: str = CLINIC
    share: Fraction = Fraction(1)
    bounds: Bounds = UNBOUND
    phase_in: tuple[tuple[int, Fraction], ...] = ()
    supplement: AreaSupplement | None = None

    def share_in(self, year: int) -> Fraction:
        """Give the share that follows the weight in a year: that of the last step that has begun."""
        if not self.phase_in:
            return self.share
        steps = [part for first, part in self.phase_in if first <= year]
        return self.share * (steps[-1] if steps else 0)


PROPORTIONAL = FeeRule()


def load_rule(path: Path | None) -> FeeRule:
    """Read a rule from its file; without one, all of the basic fee follows the weight.

    Raises
    ------
    ModelError
        It is no file of a rule; everything that is wrong is told.
    """
    if path is None:
        return PROPORTIONAL
    try:
        content = read_toml(path, parse_float=Decimal)
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"No file of a fee rule can be read at {path}. It is TOML, such as: share = 50.") from None
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{path.name} is not valid TOML: {error}.") from None
    return rule_of(content, path.name)


def rule_of(content: Mapping[str, Any], file: str) -> FeeRule:
    """Give the rule of a file's content, see :func:`load_rule`."""
    faults = Faults()
    look = partial(_value, faults, content, file)
    for key in content:
        faults.note(partial(_refuse_unknown, key, KEYS, file), None)
    percent = partial(_percent, at_least=0, at_most=PERCENT)
    floor = look("floor", percent, None)
    cap = look("cap", partial(_percent, at_least=PERCENT, at_most=None), None)
    unit = look("unit", partial(_choice, (CLINIC, CITIZEN)), CLINIC)
    if unit == CITIZEN and (floor is not None or cap is not None):
        faults.add(
            ModelError(
                f"{file}: floor and cap with unit = 'citizen' need every citizen's weight, and no RUN holds that. "
                f"Take unit = 'clinic', or leave floor and cap away."
            )
        )
    for about in ("doc", "source"):
        look(about, _text, "")
    rule = FeeRule(
        name=look("name", _text, Path(file).stem),
        title=look("title", _text, ""),
        unit=unit,
        share=look("share", percent, Fraction(1)),
        bounds=Bounds(floor, cap),
        phase_in=_phase_in(faults, content.get("phase_in", {}), file),
        supplement=_supplement(faults, content["supplement"], file) if "supplement" in content else None,
    )
    faults.refuse()
    return rule


def _value(
    faults: Faults, content: Mapping[str, Any], file: str, key: str, read: Callable[[Any], Any], default: Any
) -> Any:
    """Give a key's value as it must be, its default where it is not there, and note it where it is wrong."""
    if key not in content:
        return default
    try:
        return read(content[key])
    except ValueError as wanted:
        faults.add(ModelError(f"{file}: {key} = {_shown(content[key])} is not allowed: expected is {wanted}."))
        return default


def _shown(value: Any) -> str:
    """Give a value about as it stands in the file."""
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _refuse_unknown(key: str, known: Collection[str], file: str) -> None:
    if key in known:
        return
    near = difflib.get_close_matches(key.lower(), sorted(known), n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}."
    raise ModelError(f"{file}: '{key}' is no key of a fee rule; {hint}")


def _number(value: Any, wanted: str) -> Fraction:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    exact = Decimal(value) if is_number else Decimal("nan")
    if not exact.is_finite() or abs(exact.adjusted()) > MOST_DIGITS:
        raise ValueError(wanted)
    return Fraction(exact)


def _percent(value: Any, at_least: int, at_most: int | None) -> Fraction:
    upward = "or more" if at_most is None else f"to {at_most}"
    wanted = f"a number of percent, {at_least} {upward}"
    number = _number(value, wanted)
    if number < at_least or (at_most is not None and number > at_most):
        raise ValueError(wanted)
    return number / PERCENT


def _choice(choices: Collection[str], value: Any) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(" or ".join(f"'{choice}'" for choice in choices))
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    return value


def _phase_in(faults: Faults, content: Any, file: str) -> tuple[tuple[int, Fraction], ...]:
    """Read the steps: how many percent of the share from a year on, never fewer than before."""
    if not isinstance(content, Mapping):
        faults.add(ModelError(f"{file}: phase_in must be a section of years, such as [phase_in] with 2027 = 50."))
        return ()
    steps: dict[int, Fraction] = {}
    begin = first_day_of(DIFFERENTIATED).year
    for year in content:
        if not (year.isdecimal() and begin <= int(year) <= LAST_YEAR):
            faults.add(ModelError(f"{file}: [phase_in] '{year}' is no year: expected is {begin} to {LAST_YEAR}."))
            continue
        read = partial(_percent, at_least=0, at_most=PERCENT)
        steps[int(year)] = _value(faults, content, file, year, read, Fraction(0))
    ordered = tuple(sorted(steps.items()))
    if not faults and [steps[year] for year, _ in ordered] != sorted(steps.values()):
        faults.add(ModelError(f"{file}: [phase_in] falls: a later year must have at least what the year before has."))
    return ordered


def _supplement(faults: Faults, content: Any, file: str) -> AreaSupplement | None:
    if not isinstance(content, Mapping):
        faults.add(ModelError(f"{file}: supplement must be a section, [supplement] with budget = 50 (million kroner)."))
        return None
    for key in content:
        faults.note(partial(_refuse_unknown, key, SUPPLEMENT_KEYS, f"{file} [supplement]"), None)
    if "budget" not in content:
        faults.add(ModelError(f"{file}: [supplement] has no budget; expected is budget = 50 (million kroner a year)."))
    look = partial(_value, faults, content, f"{file} [supplement]")
    money = look("money", partial(_choice, (NEW_MONEY, OF_BASIC_FEE)), NEW_MONEY)
    return AreaSupplement(look("budget", _millions, 0), money)


def _millions(value: Any) -> int:
    wanted = "a number of million kroner, 0 or more, in whole øre"
    oere = _number(value, wanted) * OERE_PER_MILLION
    if oere < 0 or oere.denominator != 1:
        raise ValueError(wanted)
    return oere.numerator
