"""The model ``national-2025`` and scenario files of changes to it."""

import difflib
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fordel_dask.errors import ModelError
from fordel_dask.law.parameters import Parameter, Value, parameters

NATIONAL = "national-2025"


@dataclass(frozen=True)
class Consumption:
    """What counts as consumption, and at which price (model section 3)."""

    prices: str
    home_visits: str
    chronic_care: str
    specialities: tuple[str, ...]


@dataclass(frozen=True)
class Covariates:
    """Which traits of a citizen count, and from where on (model section 4)."""

    age_band_years: int
    oldest_band_from: int
    origin_types: tuple[str, ...]
    civil_status: tuple[str, ...]
    labour_market_age_min: int
    labour_market_age_max: int
    labour_market_weeks: int
    permanent_benefits: tuple[str, ...]
    temporary_benefits: tuple[str, ...]
    lookback_years: int
    cancer_lookback_years: int
    diagnosis_kinds: tuple[str, ...]
    somatic_cut_points: tuple[int, ...]


@dataclass(frozen=True)
class Weights:
    """Who is in the estimation sample, and which standard errors are given (model section 5)."""

    excluded_clinic_types: tuple[str, ...]
    standard_errors: str


@dataclass(frozen=True)
class LifeExpectancy:
    """How strongly short lives add need: the power of national over municipal (M16)."""

    exponent: str


@dataclass(frozen=True)
class Capacity:
    """What one capacity covers, and the transition floor (model section 6)."""

    citizens_per_capacity: int
    floor: bool
    floor_km2: int


@dataclass(frozen=True)
class Clinics:
    """How clinic numbers are rounded, and which islands are left out (model section 7)."""

    rounding_step: int
    island_threshold: int


@dataclass(frozen=True)
class Model:
    """All parameters of a run, resolved.

    ``changed`` names the keys that differ from the national model.
    """

    name: str
    consumption: Consumption
    covariates: Covariates
    weights: Weights
    life_expectancy: LifeExpectancy
    capacity: Capacity
    clinics: Clinics
    changed: tuple[str, ...] = ()

    def values(self) -> dict[str, Value]:
        """Give every parameter's value by its dotted key."""
        return {key: getattr(getattr(self, key.split(".")[0]), key.split(".")[1]) for key in parameters()}

    @property
    def hash(self) -> str:
        """SHA-256 of all values: equal models have equal hashes, whatever their names."""
        return hashlib.sha256(json.dumps(self.values(), sort_keys=True).encode()).hexdigest()


GROUPS: dict[str, Callable[..., Any]] = {
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


def _scenario(path: Path) -> Model:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path.name} is not valid TOML: {error}.") from None
    base = content.pop("based_on", NATIONAL)
    name = str(content.pop("name", content.pop("id", path.stem)))
    for about in ("title", "who", "memo", "source", "doc"):
        content.pop(about, None)
    start = {} if base == NATIONAL else _changes_of(load_model(str(path.parent / str(base))))
    changes = {_full_key(key, path): value for key, value in _flat(content)}
    return _resolve(name, {**start, **changes})


def _changes_of(model: Model) -> dict[str, Any]:
    values = model.values()
    return {key: values[key] for key in model.changed}


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _full_key(key: str, path: Path) -> str:
    key = key.removeprefix("changes.").removeprefix("model.")
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
    if isinstance(default, tuple) and isinstance(value, list | tuple):
        value = tuple(type(default[0])(entry) for entry in value)
    elif isinstance(default, str) and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    chosen = value if isinstance(value, tuple) else (value,)
    allowed = type(value) is type(default) and (not parameter.choices or set(chosen) <= set(parameter.choices))
    if not allowed or not _possible(parameter, value):
        choices = f" one of {', '.join(map(str, parameter.choices))}" if parameter.choices else ""
        wanted = choices or f" a value like {default!r} ({parameter.unit})"
        raise ModelError(f"{parameter.key} = {value!r} is not allowed: expected{wanted}.")
    accepted: Value = value
    return accepted


def _possible(parameter: Parameter, value: Any) -> bool:
    if parameter.unit == "power":
        try:
            return Decimal(value).is_finite() and abs(Decimal(value)) <= 100
        except InvalidOperation:
            return False
    if parameter.key == "covariates.somatic_cut_points":
        return bool(value) and value[0] >= 1 and list(value) == sorted(set(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return bool(value >= 1 or parameter.key.endswith(("threshold", "age_min")))
    return bool(value != ())
