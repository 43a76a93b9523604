"""The parameters of a run, with the values of the default model, and the one error."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

PARAMETERS = tomllib.loads(resources.files("fordel_dask.law").joinpath("parameters.toml").read_text("utf-8"))
DEFAULTS: dict[str, Any] = {
    "year": None,  # planning year; else the delivery's [nation] year, else 2026
    "life_expectancy.national": None,  # else the delivery's [nation] life_expectancy, else 81.6
    **{row["key"]: row["value"] for row in PARAMETERS["parameter"]},
}
CHOICES: dict[str, list[Any]] = {row["key"]: row["choices"] for row in PARAMETERS["parameter"] if "choices" in row}
SCHEMA, COVERAGE, CODES, SCENARIO, NO_LAW, ESTIMATION = 10, 11, 12, 20, 21, 40  # exit codes of the contract


class ReferenceError(Exception):
    """The reference refuses: ``exit_code`` is what the program must end with."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def reference_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the reference's model of a resolved model: a value for each parameter there is, none besides (20)."""
    missing = sorted({row["key"] for row in PARAMETERS["parameter"]} - set(values))
    if missing:
        raise ReferenceError(SCENARIO, f"parameters without a value: {', '.join(missing)}")
    return resolve(values)


def resolve(model: Mapping[str, Any]) -> dict[str, Any]:
    """Give every parameter: the changes of ``model`` over the defaults; tuples become lists.

    Unknown names and values, and choices that contradict each other, are refused (20).
    """
    changes = {key: list(value) if isinstance(value, tuple) else value for key, value in model.items()}
    resolved = {**DEFAULTS, **changes}
    wrong = [f"unknown parameter {key}" for key in sorted(set(model) - set(DEFAULTS))]
    for key, allowed in CHOICES.items():
        values = resolved[key] if isinstance(resolved[key], list) else [resolved[key]]
        wrong += [f"unknown value of {key}" for value in values if value not in allowed]
    wrong += [reason for contradicts, reason in contradictions(resolved) if contradicts]
    if wrong:
        raise ReferenceError(SCENARIO, "; ".join(wrong))
    return resolved


def contradictions(model: Mapping[str, Any]) -> Iterator[tuple[bool, str]]:
    """Give what a model may not ask for at once, each with whether this one does."""
    index = model["covariates.somatic_measure"] != "multimorbidity"
    each = model["covariates.somatic_scheme"] == "each"
    both = set(model["covariates.somatic_conditions"]) & set(model["covariates.psychiatric_conditions"])
    lives = model["life_expectancy.columns"]
    lowest, highest = model["clinics.lowest_per_capacity"], model["clinics.highest_per_capacity"]
    moved = model["capacity.area_by"] == "clinic" and model["capacity.commuters_percent"] != 0
    by_effects = model["weights.estimator"] in {"least_squares", "clinic_fixed_effects"}
    yield "1" not in model["population.groups"], "group 1 must be counted"
    yield "age_sex" not in model["covariates.terms"], "age_sex must be a term"
    yield (
        model["consumption.prices"] == "paid" and bool(model["consumption.left_out"]),
        "fees paid are of all contacts, so none can be left out",
    )
    yield index and each, "an index is a number, so its conditions have no weight each"
    yield (index or each) and bool(model["covariates.counted_covariate"]), "only a number of conditions can be added to"
    yield bool(both), f"both somatic and psychiatric: {sorted(both)}"
    yield len(lives) > 2, "life expectancy of more than two sexes"
    yield len(lives) == 2 and not model["covariates.sex"], "life expectancy by sex, which the model does not know"
    yield bool(lives) and model["life_expectancy.level"] == "area", "life expectancy of municipalities and of areas"
    yield moved, "need moves either to the clinic or by a percentage"
    yield bool(model["weights.uplift"]) and not by_effects, "an uplift needs weights in kroner"
    yield 0 < highest < lowest, "the lowest number per capacity is above the highest"
