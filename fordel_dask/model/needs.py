"""What a model needs besides the registers that every store has: optional registers, columns and covariates."""

import re
from collections.abc import Iterator

from fordel_dask.errors import ModelError
from fordel_dask.model.forms import NAME, nearest
from fordel_dask.model.model import Model

REGISTERS = ("prescriptions", "areas", "projection", "covariates")
COLUMNS = (
    *(
        f"clinics:{column}"
        for column in ("ISLAND", "CHRONIC_AREA", "MINIMUM", "MAXIMUM", "OPEN", "PREDECESSOR", "E", "N")
    ),
    *(f"areas:{column}" for column in ("E", "N", "LIFE_EXPECTANCY")),
    "population:AREA",
)
TRAINEES = "TRAINEES"
"""The extra covariate of clinics that counts their trainee positions (V34)."""


def needs_of(model: Model) -> tuple[str, ...]:
    """Give what a model needs, such as ``prescriptions``, ``covariates:HOSPITAL_KM`` or ``clinics:MINIMUM``."""
    covariates = (f"covariates:{name}" for name in needed_covariates(model))
    return tuple(dict.fromkeys((*covariates, *_registers(model))))


def needed_covariates(model: Model) -> tuple[str, ...]:
    """Name the extra covariates that a model looks at."""
    names = [extra.split()[0] for extra in model.covariates.extra]
    names += [model.covariates.civil_covariate, model.covariates.counted_covariate, model.clinics.left_out_covariate]
    names += [*model.life_expectancy.columns, TRAINEES if model.clinics.trainee_percent else ""]
    return tuple(name for name in names if name)


def _registers(model: Model) -> Iterator[str]:
    if model.covariates.asks_for_medicine:
        yield "prescriptions"
    if model.life_expectancy.level == "area":
        yield from ("areas:LIFE_EXPECTANCY", "population:AREA")
    if model.capacity.floor_where == "without_two_offers":
        yield from ("areas:E", "areas:N", "clinics:E", "clinics:N")
    if model.capacity.projection_percent != 100:
        yield "projection"
    if model.clinics.tolerance_patients or model.clinics.phase_in_percent < 100:
        yield "clinics:MINIMUM"
    if "island" in model.clinics.left_out_types:
        yield "clinics:ISLAND"


def checked_need(written: str) -> str:
    """Give a need that a scenario names.

    Raises
    ------
    ModelError
        It is neither an optional register or column nor a covariate.
    """
    register, _, name = written.partition(":")
    if written in (*REGISTERS, *COLUMNS) or (register == "covariates" and re.fullmatch(NAME, name, re.ASCII)):
        return written
    raise ModelError(
        f"needs names '{written}': expected an optional register or column, such as prescriptions, clinics:MINIMUM "
        f"or covariates:HOSPITAL_KM.{nearest(written, (*REGISTERS, *COLUMNS))}"
    )
