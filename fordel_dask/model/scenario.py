"""Scenario files: changes to the model ``national-2025``, checked and resolved."""

import difflib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fordel_dask import law
from fordel_dask.errors import ModelError
from fordel_dask.law.parameters import Parameter, Value, parameters
from fordel_dask.model.model import (
    Capacity,
    Clinics,
    Consumption,
    Covariates,
    LifeExpectancy,
    Model,
    Population,
    Weights,
)

NATIONAL = "national-2025"
OTHER_WORDS = {"k": "exponent", "accepted_specialities": "specialities"}
"""Names that the model's text uses for parameters, and what they are called here."""

LARGEST_POWER = 100


GROUPS: dict[str, Callable[..., Any]] = {
    "population": Population,
    "consumption": Consumption,
    "covariates": Covariates,
    "weights": Weights,
    "life_expectancy": LifeExpectancy,
    "capacity": Capacity,
    "clinics": Clinics,
}


def load_model(name_or_file: str = NATIONAL) -> Model:
    """Give the model of a name, or of a scenario file of changes to it.

    A scenario file is TOML: optional ``name``, ``title``, ``based_on``, and changes with
    dotted keys or tables (``consumption.chronic_care = "share"``). A last part that only
    one key has (``chronic_care``) is enough.

    Raises
    ------
    ModelError
        The file is no scenario, or names an unknown key or a value that is not allowed.
    """
    if name_or_file == NATIONAL:
        return _resolve(NATIONAL, {})
    path = Path(name_or_file)
    if not path.is_file():
        raise ModelError(
            f"No model or scenario file '{name_or_file}'. The packaged model is '{NATIONAL}'; "
            f"a scenario is a TOML file of changes to it."
        )
    return _scenario(path)


def _scenario(path: Path, above: tuple[Path, ...] = ()) -> Model:
    content = _content(path)
    base = str(content.pop("based_on", NATIONAL))
    name = str(content.pop("name", content.pop("id", path.stem)))
    for about in ("title", "description", "who", "asked_by", "memo", "source", "doc"):
        content.pop(about, None)
    changes = _changes(content, path)
    if base == NATIONAL:
        return _resolve(name, changes)
    basis = path.parent / base
    if basis.resolve() in (path.resolve(), *above):
        raise ModelError(f"{path.name} is based on itself, through based_on = '{base}'. Name another model there.")
    if not basis.is_file():
        raise ModelError(f"{path.name} is based on '{base}', and there is no such file beside it.")
    start = _scenario(basis, (*above, path.resolve()))
    return _resolve(name, {**{key: start.values()[key] for key in start.changed}, **changes})


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{path.name} is not valid TOML: {error}.") from None
    except (UnicodeDecodeError, OSError):
        raise ModelError(f"{path.name} cannot be read as UTF-8 text.") from None


def _changes(content: Mapping[str, Any], path: Path) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for key, value in _flat(content):
        full = _full_key(key, path)
        if full in changes:
            raise ModelError(f"{path.name} changes {full} twice. Keep one of the two.")
        changes[full] = value
    return changes


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _full_key(key: str, path: Path) -> str:
    for wrapper in ("changes.", "parameters.", "model."):
        key = key.removeprefix(wrapper)
    group, _, last = key.rpartition(".")
    key = f"{group}.{OTHER_WORDS[last]}".removeprefix(".") if last in OTHER_WORDS else key
    known = parameters()
    found = [full for full in known if full == key or full.endswith(f".{key}")]
    if len(found) == 1:
        return found[0]
    near = difflib.get_close_matches(key, [*known, *(full.split(".")[1] for full in known)], n=1)
    hint = f" The nearest known key is '{near[0]}'." if near else ""
    raise ModelError(f"{path.name} changes '{key}', which is no parameter.{hint} 'fordel sources' lists all.")


def _resolve(name: str, changes: Mapping[str, Any]) -> Model:
    known = parameters()
    values = {key: _checked(known[key], changes.get(key, known[key].value)) for key in known}
    groups: dict[str, Any] = {
        group: kind(**{key.split(".")[1]: value for key, value in values.items() if key.split(".")[0] == group})
        for group, kind in GROUPS.items()
    }
    changed = tuple(key for key in known if values[key] != known[key].value)
    return Model(name=name, changed=changed, **groups)


def _checked(parameter: Parameter, value: Any) -> Value:
    """Give the value in the parameter's own type, or refuse it."""
    default = parameter.value
    if isinstance(default, tuple):
        typed: Any = _typed_list(default, value)
    else:
        typed = _typed(default, value)
    if typed is not None and parameter.choices:
        typed = _chosen(parameter.choices, typed)
    if typed is None or not _possible(parameter, typed):
        choices = f" one of {', '.join(map(str, parameter.choices))}" if parameter.choices else ""
        wanted = choices or f" a value like {default!r} ({parameter.unit})"
        raise ModelError(f"{parameter.key} = {value!r} is not allowed: expected{wanted}.")
    accepted: Value = typed
    return accepted


def _typed(like: object, value: Any) -> Any:
    """Give a value in the type of another, or none: whole floats are whole numbers, numbers are decimal text."""
    if isinstance(value, bool) or isinstance(like, bool):
        return value if type(value) is type(like) else None
    if isinstance(like, int) and isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(like, str) and isinstance(value, int | float):
        return str(value)
    return value if type(value) is type(like) else None


def _typed_list(like: tuple[Any, ...], value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return None
    typed = tuple(_typed(like[0] if like else "", entry) for entry in value)
    return None if None in typed else typed


def _chosen(choices: tuple[str | int, ...], value: Any) -> Any:
    """Give the choice or choices that a value means, in any letter case, or none."""
    by_fold = {str(choice).casefold(): choice for choice in choices}
    if isinstance(value, tuple):
        found = tuple(by_fold.get(str(entry).casefold()) for entry in value)
        return None if None in found else found
    return by_fold.get(str(value).casefold())


def _possible(parameter: Parameter, value: Any) -> bool:
    name = parameter.key.split(".")[1]
    if parameter.unit == "power":
        try:
            return Decimal(value).is_finite() and abs(Decimal(value)) <= LARGEST_POWER
        except InvalidOperation:
            return False
    if name == "somatic_cut_points":
        return bool(value) and value[0] >= 1 and list(value) == sorted(set(value))
    if name.endswith("_benefits"):
        return set(value) <= {row["group"] for row in law.rows("codes/benefit_groups")}
    if isinstance(value, int) and not isinstance(value, bool):
        return bool(value >= (0 if parameter.value in (0, 100) or name.endswith(("threshold", "age_min")) else 1))
    return bool(value != () or parameter.value == () or name == "excluded_clinic_types")
