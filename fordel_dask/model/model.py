"""A model: all parameters of a run, resolved and frozen."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fordel_dask.law.parameters import Value, parameters


@dataclass(frozen=True)
class Population:
    """Who is counted (model section 2)."""

    groups: tuple[str, ...]


@dataclass(frozen=True)
class Consumption:
    """What counts as consumption, and at which price (model section 3)."""

    prices: str
    home_visits: str
    chronic_care: str
    chronic_care_percent: int
    left_out: tuple[str, ...]
    prevention: bool
    other_services: bool
    specialities: tuple[str, ...]


@dataclass(frozen=True)
class Covariates:
    """Which traits of a citizen count, and from where on (model section 4)."""

    terms: tuple[str, ...]
    sex: bool
    age_band_years: int
    oldest_band_from: int
    origin_scheme: str
    origin_countries: tuple[str, ...]
    origin_types: tuple[str, ...]
    civil_status: tuple[str, ...]
    civil_scheme: str
    single_age_starts: tuple[int, ...]
    single_elderly_from: int
    civil_covariate: str
    labour_market_age_min: int
    labour_market_age_max: int
    labour_market_age_rule: str
    labour_market_weeks: int
    permanent_benefits: tuple[str, ...]
    temporary_benefits: tuple[str, ...]
    lookback_years: int
    cancer_lookback_years: int
    diagnosis_kinds: tuple[str, ...]
    disease_definition: str
    somatic_measure: str
    somatic_conditions: tuple[str, ...]
    psychiatric_conditions: tuple[str, ...]
    somatic_scheme: str
    psychiatric_scheme: str
    counted_covariate: str
    somatic_cut_points: tuple[int, ...]
    psychiatric_cut_points: tuple[int, ...]
    extra: tuple[str, ...]

    @property
    def asks_for_medicine(self) -> bool:
        """Whether dispensed medicine can show a condition too."""
        return self.disease_definition == "hospital_and_medicine"


@dataclass(frozen=True)
class Weights:
    """Who is in the estimation sample, and which standard errors are given (model section 5)."""

    excluded_clinic_types: tuple[str, ...]
    standard_errors: str
    estimator: str
    tweedie_power: str
    exposure: str
    sample_areas: str
    uplift: tuple[str, ...]


@dataclass(frozen=True)
class LifeExpectancy:
    """How strongly short lives add need: the power of national over municipal (M16)."""

    exponent: str
    form: str
    columns: tuple[str, ...]
    level: str
    shrinkage_citizens: int


@dataclass(frozen=True)
class Capacity:
    """What one capacity covers, and the transition floor (model section 6)."""

    citizens_per_capacity: int
    rounding: str
    floor: bool
    floor_km2: int
    floor_level: str
    floor_where: str
    area_by: str
    commuters_percent: int
    projection_percent: int


@dataclass(frozen=True)
class Clinics:
    """How clinic numbers are rounded, and which islands are left out (model section 7)."""

    rounding_step: int
    lowest_per_capacity: int
    highest_per_capacity: int
    tolerance_patients: int
    phase_in_percent: int
    capped_at_list_of: str
    trainee_percent: int
    island_threshold: int
    small: str
    small_threshold: int
    left_out_types: tuple[str, ...]
    left_out_covariate: str


@dataclass(frozen=True)
class Model:
    """All parameters of a run, resolved.

    ``changed`` names the keys that differ from the national model.
    """

    name: str
    population: Population
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
    "population": Population,
    "consumption": Consumption,
    "covariates": Covariates,
    "weights": Weights,
    "life_expectancy": LifeExpectancy,
    "capacity": Capacity,
    "clinics": Clinics,
}
"""The groups of parameters, by the first part of their keys."""

NUMBER_RULES = (
    "capacity.rounding",
    "capacity.floor_level",
    "capacity.area_by",
    "capacity.commuters_percent",
    "capacity.projection_percent",
    "clinics.lowest_per_capacity",
    "clinics.highest_per_capacity",
    "clinics.tolerance_patients",
    "clinics.phase_in_percent",
    "clinics.capped_at_list_of",
    "clinics.trainee_percent",
)
"""Parameters that, once changed, let numbers of capacities and patients follow from need by another rule."""


def model_with(name: str, values: Mapping[str, Value]) -> Model:
    """Give the model that has these values; they are not checked."""
    groups: dict[str, Any] = {
        group: kind(**{key.split(".")[1]: value for key, value in values.items() if key.split(".")[0] == group})
        for group, kind in GROUPS.items()
    }
    changed = tuple(key for key, parameter in parameters().items() if values[key] != parameter.value)
    return Model(name=name, changed=changed, **groups)
