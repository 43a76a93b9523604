"""Models with any allowed values: far from what anybody asked for, so that no two choices are always together."""

from random import Random
from typing import Any

from fordel_dask.model import Model, load_model
from fordel_dask.model.checks import contradictions
from fordel_dask.model.model import model_with

LAW = load_model().values()
SOMATIC = tuple(LAW["covariates.somatic_conditions"])
PSYCHIATRIC = (*LAW["covariates.psychiatric_conditions"], "other_psychosis", "personality_disorder")
TERMS = tuple(LAW["covariates.terms"])[1:]
BENEFITS = ("cash_not_ready", "unemployment", "cash_ready", "activation", "sickness_benefit", "rehabilitation")
VALUES: dict[str, tuple[Any, ...]] = {
    "population.groups": (("1",), ("1", "2")),
    "consumption.prices": ("standard", "paid", "time"),
    "consumption.home_visits": ("standard", "as_listed"),
    "consumption.chronic_care": ("fee", "share", "imputed", "none"),
    "consumption.chronic_care_percent": (0, 33, 101, 250),
    "consumption.left_out": ((), ("0101",), ("0411", "0421", "6101"), ("0102", "0121")),
    "consumption.prevention": (True, False),
    "consumption.other_services": (True, False),
    "consumption.specialities": (("80",), ("80", "81"), ("81",)),
    "covariates.sex": (True, True, False),
    "covariates.age_band_years": (5, 10, 7, 20),
    "covariates.oldest_band_from": (90, 85, 70, 63),
    "covariates.origin_scheme": ("menapt", "menapt_by_type", "all", "by_type", "western", "standard", "countries"),
    "covariates.origin_countries": (("5120",), ("5120", "5404", "5999"), ("5436", "5100")),
    "covariates.origin_types": (("2",), ("3",), ("2", "3")),
    "covariates.civil_scheme": ("widowed_or_divorced", "single_by_age", "with_single_elderly"),
    "covariates.civil_status": (("E",), ("F", "L", "U"), ("G", "P", "O")),
    "covariates.single_age_starts": ((18, 30, 45, 65, 80), (0, 50), (16,), (30, 31, 60)),
    "covariates.single_elderly_from": (50, 65, 70),
    "covariates.civil_covariate": ("", "COHABITATION_ENDED", "GP_CONDITIONS"),
    "covariates.labour_market_age_min": (0, 16, 25),
    "covariates.labour_market_age_max": (60, 67, 70, 120),
    "covariates.labour_market_age_rule": ("fixed", "pension_age"),
    "covariates.labour_market_weeks": (1, 13, 26, 52),
    "covariates.permanent_benefits": (("disability_pension",), ("disability_pension", "senior_pension")),
    "covariates.lookback_years": (5, 10, 15, 100),
    "covariates.cancer_lookback_years": (5, 10, 15, 100),
    "covariates.diagnosis_kinds": (("A",), ("A", "B"), ("B", "G")),
    "covariates.disease_definition": ("hospital", "hospital_and_medicine"),
    "covariates.somatic_measure": ("multimorbidity", "multimorbidity", "charlson", "nordic"),
    "covariates.somatic_scheme": ("count", "count", "each"),
    "covariates.psychiatric_scheme": ("count", "count", "each"),
    "covariates.counted_covariate": ("", "GP_CONDITIONS", "SOCIAL_SUPPORT"),
    "covariates.somatic_cut_points": ((1,), (2, 3, 4), (1, 2, 3), (3,)),
    "covariates.psychiatric_cut_points": ((1,), (2,), (1, 2)),
    "covariates.extra": (
        ("HOME_CARE 0.25 7",),
        ("HOSPITAL_KM 10 25.5", "MORTALITY_RISK 1 5"),
        ("DEPRIVATION_INDEX 30.4", "LATE_DIAGNOSIS 0.001 1"),
        ("SPECIALIST_KM 3 19.9995",),
    ),
    "weights.excluded_clinic_types": ((), ("region",), ("island", "tender")),
    "weights.standard_errors": ("clustered", "hc0"),
    "weights.estimator": (*["least_squares"] * 5, "poisson", "tweedie", "gradient_boosting", "clinic_fixed_effects"),
    "weights.tweedie_power": ("1.1", "1.5", "1.9"),
    "weights.exposure": ("weighted", "full_year"),
    "weights.sample_areas": ("all", "all", "well_covered"),
    "weights.uplift": ((), ("civil_status widowed_or_divorced 10",), ("somatic 2 -50", "age_sex F 40-44 7")),
    "life_expectancy.exponent": ("0", "0.5", "1.37", "2", "3"),
    "life_expectancy.form": ("ratio", "additive"),
    "life_expectancy.columns": ((), ("LIFE_EXPECTANCY_65",), ("LIFE_EXPECTANCY_MEN", "LIFE_EXPECTANCY_WOMEN")),
    "life_expectancy.level": ("municipality", "area"),
    "life_expectancy.shrinkage_citizens": (0, 1, 20, 5000),
    "capacity.rounding": ("up", "nearest", "down", "none"),
    "capacity.floor": (True, True, False),
    "capacity.floor_km2": (1, 3, 35),
    "capacity.floor_level": ("municipality", "council"),
    "capacity.floor_where": ("everywhere", "without_two_offers"),
    "capacity.area_by": ("residence", "clinic"),
    "capacity.commuters_percent": (0, 33, 100),
    "capacity.projection_percent": (0, 37, 150, 400),
    "clinics.rounding_step": (1, 7, 50, 100),
    "clinics.lowest_per_capacity": (0, 10, 18),
    "clinics.highest_per_capacity": (0, 19, 25),
    "clinics.tolerance_patients": (0, 5, 50),
    "clinics.phase_in_percent": (0, 33, 67),
    "clinics.capped_at_list_of": ("", "2025-07-01", "2024-02-29", "2026-01-01"),
    "clinics.trainee_percent": (0, 25, 100),
    "clinics.island_threshold": (10, 60, 500),
    "clinics.small": ("counted", "left_out", "patients_only"),
    "clinics.left_out_types": ((), ("island",), ("tender", "region")),
    "clinics.left_out_covariate": ("", "SPECIAL_HOUSING"),
}
ALWAYS = {"capacity.citizens_per_capacity": (20, 33), "clinics.small_threshold": (10, 40, 60)}
"""What suits clinics of some 70 patients."""


def some(rng: Random, among: tuple[str, ...], least: int) -> tuple[str, ...]:
    """Give some entries in their order, at least so many."""
    chosen = rng.sample(among, rng.randint(least, len(among)))
    return tuple(one for one in among if one in chosen)


def any_model(rng: Random) -> Model:
    """Give a model with an allowed value for a few, or half, of its parameters."""
    share = rng.choice([0.1, 0.25, 0.5])
    lists = {
        "covariates.terms": ("age_sex", *some(rng, TERMS, 0)),
        "covariates.temporary_benefits": some(rng, BENEFITS, 1),
        "covariates.somatic_conditions": some(rng, SOMATIC, 5),
        "covariates.psychiatric_conditions": some(rng, PSYCHIATRIC, 1),
    }
    drawn = {key: rng.choice(values) for key, values in VALUES.items()} | lists
    changes = {key: value for key, value in drawn.items() if rng.random() < share}
    changes |= {key: rng.choice(values) for key, values in ALWAYS.items()}
    model = model_with("any", {**LAW, **changes})
    return any_model(rng) if list(contradictions(model)) else model
