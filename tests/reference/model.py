"""The parameters of a run, with the values of the default model, and the one error."""

from collections.abc import Mapping
from typing import Any

DEFAULTS: dict[str, Any] = {
    "year": None,  # planning year; else the delivery's [nation] year, else 2026
    "consumption.prices": "standard",  # or "paid"
    "consumption.home_visits": "standard",  # all at the price of 0411; or "as_listed"
    "consumption.chronic_care": "fee",  # or "share", "imputed", "none"
    "consumption.specialities": ["80"],
    "weights.standard_errors": "clustered",  # or "hc0"
    "life_expectancy.exponent": "1",
    "life_expectancy.national": None,  # else the delivery's [nation] life_expectancy, else 81.6
    "capacity.citizens_per_capacity": 1600,
    "capacity.floor": True,
    "capacity.floor_km2": 35,
    "clinics.rounding_step": 50,
    "clinics.island_threshold": 500,
    "covariates.disease_definition": "hospital",  # or "hospital_and_medicine"
    "covariates.labour_market_age_min": 16,
    "covariates.labour_market_age_max": 67,
    "covariates.lookback_years": 15,
    "covariates.cancer_lookback_years": 5,
}
CHOICES = {
    "consumption.prices": {"standard", "paid"},
    "consumption.home_visits": {"standard", "as_listed"},
    "consumption.chronic_care": {"fee", "share", "imputed", "none"},
    "covariates.disease_definition": {"hospital", "hospital_and_medicine"},
    "weights.standard_errors": {"clustered", "hc0"},
}

SCHEMA, COVERAGE, CODES, SCENARIO, ESTIMATION = 10, 11, 12, 20, 40  # exit codes of the contract


class ReferenceError(Exception):
    """The reference refuses: ``exit_code`` is what the program must end with."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def resolve(model: Mapping[str, Any]) -> dict[str, Any]:
    """Give every parameter: the changes of ``model`` over the defaults; unknown names are refused (20)."""
    unknown = sorted(set(model) - set(DEFAULTS))
    resolved = {**DEFAULTS, **model}
    unknown += [key for key, allowed in CHOICES.items() if resolved[key] not in allowed]
    if unknown:
        raise ReferenceError(SCENARIO, f"unknown parameter or value: {', '.join(unknown)}")
    return resolved
