"""The weights estimated in other ways: what each would make of weights and of councils' numbers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.figures import Figures, Floats
from fordel_dask.pipeline import Outcome
from fordel_dask.privacy import redacted
from fordel_dask.uncertainty import (
    DECIMALS,
    AlternativeCouncil,
    AlternativeLevel,
    Alternatives,
    Clusters,
    Population,
    clustered,
    fixed_effects,
    of_some,
    roots,
)

FIXED_EFFECTS, REGION, WITHOUT_COUNCIL = "clinic_fixed_effects", "region", "without_council"


@redacted
@dataclass(frozen=True)
class Estimated:
    """Coefficients (columns, øre a year) by one estimator from some of the clinics, or why there are none.

    ``errors`` are clustered standard errors, NaN where there is none; ``name`` is the region or council.
    """

    estimator: str
    name: str
    clinics: int
    coefficients: Floats | None = None
    errors: Floats | None = None
    why_not: str = ""


def alternatives_of(outcome: Outcome, clusters: Clusters, population: Population) -> Alternatives:
    """Estimate with clinic fixed effects, by region, and without each council's clinics in turn."""
    everyway = [_with_fixed_effects(clusters), *_by_place(outcome, clusters)]
    estimated = [_that_weighs(one, population) for one in everyway]
    known = [one for one in estimated if one.coefficients is not None]
    coefficients = np.array([one.coefficients for one in known if one.coefficients is not None])
    coefficients = coefficients.reshape(len(known), clusters.columns)
    figures = Figures(outcome, population.weigh(coefficients), coefficients)
    return Alternatives(
        levels=tuple(_levels(outcome, known, figures)),
        councils=tuple(_councils(outcome, known, figures)),
        unsaid=tuple(f"{one.estimator} {one.name}".strip() + f": {one.why_not}" for one in estimated if one.why_not),
    )


def _that_weighs(one: Estimated, population: Population) -> Estimated:
    """Give what was estimated; without coefficients if by those nobody consumes anything."""
    if one.coefficients is None or not np.isnan(population.weigh(one.coefficients[None]).mean_raw).any():
        return one
    return replace(one, coefficients=None, errors=None, why_not="nobody is predicted to consume anything")


def _with_fixed_effects(clusters: Clusters) -> Estimated:
    clinics = len(clusters.clinics)
    try:
        coefficients, covariance = fixed_effects(clusters)
    except EstimationError as lost:
        return Estimated(FIXED_EFFECTS, "", clinics, why_not=str(lost))
    errors = roots(covariance)
    errors[clusters.everyone[0]] = math.nan
    return Estimated(FIXED_EFFECTS, "", clinics, coefficients, errors)


def _by_place(outcome: Outcome, clusters: Clusters) -> Iterator[Estimated]:
    """Give the weights of each region's clinics alone, and those without each council's."""
    municipalities = outcome.nation.municipalities
    places = [outcome.nation.clinics[clinic].municipality for clinic in clusters.clinics]
    councils = np.array(["" if place is None else municipalities[place].council_id for place in places])
    regions = np.array(["" if place is None else municipalities[place].region for place in places])
    for region in sorted({one.region for one in municipalities}):
        yield _of_some(clusters, regions == region, REGION, region)
    for council in outcome.nation.councils:
        yield _of_some(clusters, councils != council.council_id, WITHOUT_COUNCIL, council.council_id)


def _of_some(clusters: Clusters, which: NDArray[np.bool_], estimator: str, name: str) -> Estimated:
    clinics = int(which.sum())
    coefficients = of_some(clusters, which) if clinics > 1 else None
    if coefficients is None:
        why = f"{clinics:,} clinics of the sample do not tell all weights apart"
        return Estimated(estimator, name, clinics, why_not=why)
    errors = roots(clustered(clusters.chosen(which, coefficients)))
    return Estimated(estimator, name, clinics, coefficients, errors)


def _levels(outcome: Outcome, known: list[Estimated], figures: Figures) -> Iterator[AlternativeLevel]:
    columns = outcome.design.columns
    for one, weights in zip(known, figures.weight, strict=True):
        assert one.coefficients is not None
        assert one.errors is not None
        rows = zip(outcome.fit.columns, one.coefficients.tolist(), one.errors.tolist(), weights.tolist(), strict=True)
        for column, coefficient, error, weight in rows:
            known_error = None if math.isnan(error) else error
            yield AlternativeLevel(one.estimator, one.name, *columns[column], coefficient, known_error, weight)


def _councils(outcome: Outcome, known: list[Estimated], figures: Figures) -> Iterator[AlternativeCouncil]:
    for one, needs in zip(known, figures.need_before_rounding, strict=True):
        for council, need in zip(outcome.councils, needs.tolist(), strict=True):
            capacities = math.ceil(round(need, DECIMALS))
            change = capacities - int(council.maximum_capacities)
            yield AlternativeCouncil(one.estimator, one.name, council.council_id, need, capacities, change)
