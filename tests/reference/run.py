"""The whole way: registers in, the six result tables out. Read this file first.

By hand: ``python -m tests.reference REGISTERS OUT``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from .capacity import municipality_areas
from .citizens import counted_citizens
from .clinics import clinic_figures
from .consumption import add_fees
from .covariates import add_covariates
from .explanation import area_parts
from .model import COVERAGE, ReferenceError, resolve
from .moving import moves_need
from .registers import Registers, read_registers
from .results import (
    clinics_table,
    councils_table,
    flows_table,
    municipalities_table,
    parts_table,
    weights_table,
)
from .scoring import Scale, add_weights
from .tables import with_tables
from .weights import Given, Weights, estimate


def run_reference(
    registers_dir: Path, model: Mapping[str, Any] | None = None, given: Given | None = None
) -> dict[str, pd.DataFrame]:
    """Give the result tables of a directory of registers, every value the text the contract prints.

    ``model`` changes parameters by dotted name (:data:`tests.reference.model.DEFAULTS`), or names them all. With
    ``given`` the weights are not estimated (:func:`tests.reference.weights.estimate`). A delivery that must be
    refused and a model that cannot be estimated raise :class:`ReferenceError`.
    """
    model = resolve(model or {})
    return tables_of(delivered(registers_dir, model), model, given)


def tables_of(registers: Registers, model: Mapping[str, Any], given: Given | None = None) -> dict[str, pd.DataFrame]:
    """Give the result tables of registers that were read, which stay as they are, by a resolved model."""
    citizens, _, weights, scale = weigh_citizens(registers, model, given)
    areas = municipality_areas(citizens, registers, model)
    clinics = clinic_figures(citizens, registers, model)
    return {
        "weights": weights_table(weights, scale, registers.days),
        "municipalities": municipalities_table(registers, areas, model),
        "councils": councils_table(registers, areas, clinics, model),
        "clinics": clinics_table(registers, clinics),
        "parts": parts_table(area_parts(citizens, registers, areas, weights, scale, moves_need(model))),
        "flows": flows_table(citizens, registers),
    }


class Weighted(NamedTuple):
    """The counted citizens, each with a weight in whole 10⁻⁹, and what gave it."""

    citizens: pd.DataFrame
    registers: Registers
    weights: Weights
    scale: Scale


def weighted_citizens(
    registers_dir: Path, model: Mapping[str, Any] | None = None, given: Given | None = None
) -> Weighted:
    """Give every counted citizen with a weight; arguments as in :func:`run_reference`."""
    model = resolve(model or {})
    return weigh_citizens(delivered(registers_dir, model), model, given)


def delivered(registers_dir: Path, model: Mapping[str, Any]) -> Registers:
    """Read the registers of a delivery; only the year of the model matters."""
    directory = Path(registers_dir)
    return with_tables(read_registers(directory, model["year"]), directory)


def weigh_citizens(registers: Registers, model: Mapping[str, Any], given: Given | None = None) -> Weighted:
    """Give every counted citizen of registers that were read, with a weight by a resolved model."""
    refuse_undelivered(registers, model)
    citizens = counted_citizens(registers, model)
    citizens = add_covariates(citizens, registers, model)
    citizens = add_fees(citizens, registers, model)
    weights = estimate(citizens, registers.days, model, given)
    weighted, scale = add_weights(citizens, weights, registers, model)
    return Weighted(weighted, registers, weights, scale)


def refuse_undelivered(registers: Registers, model: Mapping[str, Any]) -> None:
    """Refuse a model that starts from present limits or a projection where there are none (11)."""
    if (model["clinics.tolerance_patients"] or model["clinics.phase_in_percent"] != 100) and not registers.limits:
        raise ReferenceError(COVERAGE, "no present limit of any clinic")
    if model["capacity.projection_percent"] != 100 and registers.projection is None:
        raise ReferenceError(COVERAGE, "no projection")


def write_tables(tables: Mapping[str, pd.DataFrame], directory: Path) -> None:
    """Write the tables as the contract's CSV files."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(directory / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
