"""Weighted citizens of a RUN as figures: what each trait weighs, and how far a sum may move unseen."""

import math
from collections.abc import Collection, Mapping, Sequence

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

AGE_AND_SEX = "age_sex"
EACH = "each"
"""The scheme by which every disease is a level, and a citizen may have several."""
_OF_DISEASES = ("somatic", "psychiatric")
REGROUPED_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((f"covariates.{key}" for key in ("sex", "age_band_years", "oldest_band_from")), (AGE_AND_SEX,)),
    **{f"covariates.origin_{key}": ("origin",) for key in ("scheme", "countries", "types")},
    **{f"covariates.civil_{key}": ("civil_status",) for key in ("status", "scheme", "covariate")},
    **{f"covariates.single_{key}": ("civil_status",) for key in ("age_starts", "elderly_from")},
    **{f"covariates.labour_market_{key}": ("labour_market",) for key in ("age_min", "age_max", "age_rule", "weeks")},
    **{f"covariates.{key}_benefits": ("labour_market",) for key in ("permanent", "temporary")},
    **{f"covariates.somatic_{key}": ("somatic",) for key in ("measure", "conditions", "scheme", "cut_points")},
    **{f"covariates.psychiatric_{key}": ("psychiatric",) for key in ("conditions", "scheme", "cut_points")},
    **dict.fromkeys((f"covariates.{key}" for key in ("lookback_years", "cancer_lookback_years")), _OF_DISEASES),
    **dict.fromkeys((f"covariates.{key}" for key in ("diagnosis_kinds", "disease_definition")), _OF_DISEASES),
    "covariates.counted_covariate": _OF_DISEASES,
    "covariates.extra": (),
}
"""Which terms a parameter groups otherwise."""


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
    """Give what each level of the block weighs by a RUN's model, and how much more or less it may be at most.

    A trait that the model groups otherwise has no known weights, only a range; and whoever has another age or sex may
    be in another group of it too.
    """
    told = {(row["term"], row["level"]): float(row["weight"] or "nan") for row in counted.tables["weights"]}
    others = regrouped(counted, base)
    of_others = sum(_range_of(told, term, several(counted, term)) for term in others)
    weights, spread = [], []
    for term in block.terms:
        if term.name in others or not _is_told(told, term):
            weights.append(np.zeros(len(term.levels)))
            spread.append(_spread(told, counted, base, term.name))
        else:
            levels = [0.0 if one == REFERENCE else told.get((term.name, one), 0.0) for one in term.levels]
            weights.append(np.array(levels))
            spread.append(of_others if term.name == AGE_AND_SEX else 0.0)
    uplift = _uplift(counted)
    return tuple(weights), tuple(more + uplift.get(of.name, 0.0) for more, of in zip(spread, block.terms, strict=True))


def _uplift(counted: Counted) -> dict[str, float]:
    """Give by term how much is added to weights beside the estimated ones: percent of their mean, 1 (V41)."""
    found: dict[str, float] = {}
    for entry in counted.parameters["weights.uplift"]:
        term, *_, percent = str(entry).split()
        found[term] = found.get(term, 0.0) + abs(float(percent)) / 100
    return found


def regrouped(counted: Counted, base: Counted) -> frozenset[str]:
    """Give the terms that a RUN groups otherwise than the base; all, where it is not known which.

    Extra covariates are terms of their own, and regroup no other.
    """
    before, after = grouping(base), grouping(counted)
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    if any(key not in REGROUPED_BY for key in changed):
        return frozenset(base.terms)
    return frozenset(term for key in changed for term in REGROUPED_BY[key])


def _is_told(told: Mapping[tuple[str, str], float], term: Term) -> bool:
    """Tell whether a model has weights for the very levels of a term, or does not have the term."""
    levels = {level for name, level in told if name == term.name}
    are_sums = not any(math.isnan(weight) for weight in told.values())
    return are_sums and (not levels or levels >= set(term.levels) - {REFERENCE})


def _spread(told: Mapping[tuple[str, str], float], counted: Counted, base: Counted, term: str) -> float:
    """Give by how much two citizens' weights differ at most for a trait that a model groups in another way."""
    if any(math.isnan(weight) for weight in told.values()):  # no sum of weights: none is more than all together
        return float(base.whole("municipalities", "citizens").sum())
    if any(name == term for name, _ in told):
        return _range_of(told, term, several(counted, term))
    strange = {name for name, _ in told} - set(base.terms)
    return sum(_range_of(told, one, several(counted, one)) for one in sorted(strange))


def several(counted: Counted, term: str) -> bool:
    """Tell whether a citizen can have several levels of a term: each disease by itself."""
    return bool(counted.parameters.get(f"covariates.{term}_scheme") == EACH)


def _range_of(told: Mapping[tuple[str, str], float], term: str, are_several: bool) -> float:
    """Give by how much citizens' weights differ at most for a term; what has no weight has its reference's, 0."""
    weights = [weight for (name, _), weight in told.items() if name == term and not math.isnan(weight)]
    if are_several:
        return sum(abs(weight) for weight in weights)
    return max([0.0, *weights]) - min([0.0, *weights])


def between(counted: Counted, base: Counted, same_citizens: bool) -> float:
    """Give how much a citizen may weigh more or less than in the base for being counted, or grouped, otherwise."""
    terms = {row["term"] for row in counted.tables["weights"]}
    if same_citizens:
        terms &= regrouped(counted, base) | (terms - set(base.terms))
    return ranges_of(counted, terms)


def ranges_of(counted: Counted, terms: Collection[str]) -> float:
    """Give by how much two citizens' raw weights differ at most for some terms, by a RUN's model."""
    if not terms:
        return 0.0
    told = {(row["term"], row["level"]): float(row["weight"] or "nan") for row in counted.tables["weights"]}
    if any(math.isnan(weight) for weight in told.values()):
        return float(counted.whole("municipalities", "citizens").sum())
    return sum(_range_of(told, term, several(counted, term)) for term in sorted(terms))
