"""From a model's outcome to the figures that variants are compared by."""

from fractions import Fraction

import numpy as np

from fordel_dask.kernels.tallies import SQUARE_LIMB
from fordel_dask.law.rounding import MICRO, NANO
from fordel_dask.pipeline import Outcome
from fordel_dask.scenarios.figures import (
    CaseFigures,
    ClinicFigures,
    CouncilFigures,
    FitFigures,
    MunicipalityFigures,
    WeightFigures,
)
from fordel_dask.scenarios.places import tenths_by

OERE_PER_KRONE = 100
LABOUR_MARKET = "labour_market"


def figures_of(name: str, outcome: Outcome, same_pass_as_base: bool, seconds: float) -> CaseFigures:
    """Give the figures of a case."""
    return CaseFigures(
        name=name,
        model=outcome.model,
        citizens=outcome.counts.citizens,
        councils=tuple(_councils(outcome)),
        municipalities=tuple(_municipalities(outcome)),
        clinics=tuple(_clinics(outcome)),
        weights=tuple(_weights(outcome)),
        fit=fit_of(outcome),
        same_pass_as_base=same_pass_as_base,
        seconds=seconds,
    )


def _councils(outcome: Outcome) -> list[CouncilFigures]:
    return [
        CouncilFigures(one.council_id, one.need, one.need_before_rounding, one.maximum_capacities, one.existing)
        for one in outcome.councils
    ]


def _municipalities(outcome: Outcome) -> list[MunicipalityFigures]:
    norm = outcome.model.capacity.citizens_per_capacity
    return [
        MunicipalityFigures(
            one.municipality.code,
            one.projected,
            Fraction(one.projected_nano, NANO),
            one.need,
            one.floor,
            one.patients_per_capacity(norm),
        )
        for one in outcome.areas
    ]


def _clinics(outcome: Outcome) -> list[ClinicFigures]:
    return [
        ClinicFigures(
            one.clinic.ydernummer,
            one.patients,
            Fraction(one.weighted_nano, NANO),
            one.exact_minimum,
            one.minimum_per_capacity,
            one.minimum_patients,
            one.status,
        )
        for one in outcome.clinics
    ]


def _weights(outcome: Outcome) -> list[WeightFigures]:
    design, fit = outcome.design, outcome.fit
    citizens = design.sums_by_column(outcome.sums.sample.citizens)
    mean_raw = Fraction(outcome.weighting.raw_total, outcome.weighting.citizens)
    return [
        WeightFigures(*design.columns[column], int(citizens[column]), beta, beta / mean_raw if fit.linear else None)
        for column, beta in zip(fit.columns, fit.micro, strict=True)
    ]


def fit_of(outcome: Outcome) -> FitFigures:
    """Say how well the weights fit the sample: what share of Σ (y − e m)², m the mean, Σ (y − e p)² leaves out."""
    sample, days = outcome.sums.sample, outcome.prepared.rules.year_days
    _, exposure, fee, ee, ey, high, mixed, low = sample.sums.astype(np.float64)
    yy = (high * 2.0 ** (2 * SQUARE_LIMB) + mixed * 2.0 ** (SQUARE_LIMB + 1) + low).sum()
    daily = outcome.fit.raw / (MICRO / OERE_PER_KRONE) / days
    mean = fee.sum() / max(exposure.sum(), 1.0)
    left = yy - 2 * (daily * ey).sum() + (daily**2 * ee).sum()
    whole = yy - 2 * mean * ey.sum() + mean**2 * ee.sum()
    return FitFigures(
        citizens=int(sample.citizens.sum()),
        clinics=int((outcome.counts.sample > 0).sum()),
        coefficients=len(outcome.fit.columns),
        r_squared=float(1 - left / whole) if whole > 0 else 0.0,
        mean_fee_oere=float(mean * days),
    )


def deprivation_tenths(base: Outcome) -> dict[str, int]:
    """Give the tenth of each clinic with patients by their share outside the labour market: 10 for the highest."""
    outside = [n for n, (term, _) in enumerate(base.design.columns) if term == LABOUR_MARKET]
    counted = base.scores.clinics.by_column[1:, outside].sum(axis=1)
    patients = base.counts.by_clinic[1:].sum(axis=1)
    shares = {
        clinic.ydernummer: Fraction(int(counted[n]), int(patients[n]))
        for n, clinic in enumerate(base.nation.clinics)
        if patients[n]
    }
    return tenths_by(shares)
