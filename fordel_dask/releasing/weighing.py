"""Weighted citizens of a RUN as figures: what each trait weighs, and how far a sum may move unseen."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fordel_dask.disclosure import REFERENCE, Block, Figure, Term
from fordel_dask.releasing.counted import Counted, TextRow

Floats = NDArray[np.float64]
ROUNDED_BY = {"up": (1.0, 0.0), "nearest": (0.5, 0.5), "down": (0.0, 1.0)}
"""By how much less and more than its need a council's whole number can be, by the way of rounding."""
UNROUNDED = "none"
"""The way of rounding that makes need with the floor the council's number: then it is told as exactly as need is."""

GROUPED_BY = ("covariates.", "population.")
"""Parameters that say who is counted and into which groups."""


def grouping(counted: Counted) -> dict[str, object]:
    """Give the parameters by which a RUN groups citizens, whatever terms it takes of the groups."""
    keys = [key for key in counted.parameters if key.startswith(GROUPED_BY) and key != "covariates.terms"]
    return {key: counted.parameters[key] for key in keys}


def municipal_figure(counted: Counted, base: Counted) -> Figure:
    """Give weighted citizens of municipalities and councils by a RUN's model, over the blocks of ``base``."""
    rows, councils = counted.tables["municipalities"], counted.tables["councils"]
    block, norm = base.municipalities, counted.parameters["capacity.citizens_per_capacity"]
    sums = numbers_of(rows, "weighted_citizens")
    low, high = _bounds_of_step(sums, rows, norm, counted.parameters["clinics.rounding_step"])
    group_low, group_high = bounds_of_councils(councils, norm, counted.parameters["capacity.rounding"])
    weights, spread = weights_of(counted, base, block)
    return Figure(
        name=counted.name,
        weights=weights,
        spread=spread,
        factor=factors(counted),
        sums=sums,
        group_sums=numbers_of(councils, "weighted_citizens"),
        low=low,
        high=high,
        group_low=group_low,
        group_high=group_high,
    )


def clinic_figure(counted: Counted, base: Counted) -> Figure:
    """Give weighted patients of clinics by a RUN's model, over the clinics of ``base``; no group is told."""
    block, norm = base.clinics, counted.parameters["capacity.citizens_per_capacity"]
    by_number = {row["ydernummer"]: row for row in counted.tables["clinics"]}
    rows = [by_number.get(number, {}) for number in block.rows]
    sums = np.nan_to_num(numbers_of(rows, "weighted_patients"))
    step = counted.parameters["clinics.rounding_step"]
    patients = numbers_of(rows, "patients")
    numbers = numbers_of(rows, "minimum_per_capacity_exact")
    low, high = bounds_of_number(patients, numbers, norm, step)
    none = np.zeros(0)
    weights, spread = weights_of(counted, base, block)
    factor = np.full(len(block.rows), float(factors(counted).max(initial=0.0)))
    return Figure(counted.name, weights, spread, factor, sums, none, low, high, none, none)


def numbers_of(rows: Sequence[TextRow], name: str) -> Floats:
    """Give a column of rows as numbers, NaN where it is empty."""
    return np.array([float(row.get(name) or "nan") for row in rows])


def _bounds_of_step(sums: Floats, rows: Sequence[TextRow], norm: int, step: int) -> tuple[Floats, Floats]:
    return bounds_of_number(
        numbers_of(rows, "projected_citizens"), numbers_of(rows, "patients_per_capacity"), norm, step
    )


def bounds_of_number(persons: Floats, exact: Floats, norm: int, step: int) -> tuple[Floats, Floats]:
    """Give between which sums patients per capacity round to the same multiple of the step (R31)."""
    rounded = np.floor(exact / step + 0.5) * step
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = norm * persons / (rounded + step / 2), norm * persons / (rounded - step / 2)
    return np.where(np.isfinite(low), low, -math.inf), np.where(np.isfinite(high) & (high > 0), high, math.inf)


def bounds_of_councils(councils: Sequence[TextRow], norm: int, rounding: str) -> tuple[Floats, Floats]:
    """Give between which sums a council's number stays: as far as its need may move to where it is rounded (R3)."""
    if rounding == UNROUNDED:
        free = np.full(len(councils), math.inf)
        return -free, free
    below, above = ROUNDED_BY[rounding]
    need, whole = numbers_of(councils, "need_before_rounding"), numbers_of(councils, "maximum_capacities")
    sums = numbers_of(councils, "weighted_citizens")
    return sums - (need - (whole - below)) * norm, sums + (whole + above - need) * norm


def factors(counted: Counted) -> Floats:
    """Give by municipality what life expectancy and projection make of a raw weight."""
    beside: dict[str, float] = {}
    for row in counted.tables["parts"]:
        if row["area_kind"] == "municipality" and row["term"] in ("life_expectancy", "rounding", "projection"):
            beside[row["code"]] = beside.get(row["code"], 0.0) + float(row["weighted_part"])
    factors = []
    for row in counted.tables["municipalities"]:
        weighted = float(row["weighted_citizens"])
        surplus = float(row["projected_citizens"]) - float(row["citizens"])
        raw = weighted - surplus - beside.get(row["municipality_code"], 0.0)
        factors.append(weighted / raw if raw > 0 else 1.0)
    return np.array(factors)


def weights_of(counted: Counted, base: Counted, block: Block) -> tuple[tuple[Floats, ...], tuple[float, ...]]:
    """Give what each level of the block weighs by a RUN's model, or how much it may weigh at most."""
    told = {(row["term"], row["level"]): float(row["weight"] or "nan") for row in counted.tables["weights"]}
    alike = counted is base or grouping(counted) == grouping(base)
    weights = tuple(
        np.array([0.0 if level == REFERENCE else told.get((term.name, level), 0.0) for level in term.levels])
        for term in block.terms
    )
    return weights, tuple(0.0 if alike and _is_told(told, term) else _spread(told, base, term) for term in block.terms)


def _is_told(told: Mapping[tuple[str, str], float], term: Term) -> bool:
    """Tell whether a model has weights for the very levels of a term, or does not have the term."""
    levels = {level for name, level in told if name == term.name}
    are_sums = not any(math.isnan(weight) for weight in told.values())
    return are_sums and (not levels or levels >= set(term.levels) - {REFERENCE})


def _spread(told: Mapping[tuple[str, str], float], base: Counted, term: Term) -> float:
    """Give by how much two citizens' weights differ at most for a trait that a model groups in another way."""
    if any(math.isnan(weight) for weight in told.values()):  # no sum of weights: none is more than all together
        return float(base.municipalities.persons.sum())
    weights = [weight for (name, _), weight in told.items() if name == term.name]
    if not weights:
        strange = {name for name, _ in told} - set(base.terms)
        return sum(_range([weight for (name, _), weight in told.items() if name == one]) for one in sorted(strange))
    return _range(weights)


def _range(weights: Sequence[float]) -> float:
    return max(0.0, *weights) - min(0.0, *weights)


def heaviest(counted: Counted) -> float:
    """Give more than any two citizens' raw weights differ by in a RUN's model: the ranges of its terms together."""
    rows = counted.tables["weights"]
    if not all(row["weight"] for row in rows):
        return float(counted.whole("municipalities", "citizens").sum())
    terms = dict.fromkeys(row["term"] for row in rows)
    return sum(_range([float(row["weight"]) for row in rows if row["term"] == term]) for term in terms)
