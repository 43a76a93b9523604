"""The text of the method follows the model: every parameter, and every choice of one, is told."""

import re

import pytest

from fordel_dask.law.parameters import parameters, told
from fordel_dask.report.method.assumptions import is_idle
from fordel_dask.report.method.reading import Reading, word_of
from fordel_dask.report.wording import Wording
from tests.lib.method_text import sections_of
from tests.lib.told_for_method import told_with

TEXT = ("idea", "counted", "consumption", "traits", "weights", "lives", "need", "clinics")
SINGLE, EXTRA = {"covariates.civil_scheme": "single_by_age"}, {"covariates.extra": ["HOSPITAL_KM 10 20"]}
OTHERWISE = {
    # parameter: another value, and what else must hold for it to matter
    "population.groups": (["1", "2"], {}),
    "consumption.prices": ("paid", {}),
    "consumption.home_visits": ("as_listed", {}),
    "consumption.chronic_care": ("share", {}),
    "consumption.chronic_care_percent": (80, {}),
    "consumption.left_out": (["6101"], {}),
    "consumption.prevention": (True, {}),
    "consumption.other_services": (True, {}),
    "consumption.specialities": (["80", "81"], {}),
    "covariates.terms": (["age_sex", "origin"], {}),
    "covariates.sex": (False, {}),
    "covariates.age_band_years": (10, {}),
    "covariates.oldest_band_from": (85, {}),
    "covariates.origin_scheme": ("by_type", {}),
    "covariates.origin_countries": (["5456", "5404"], {"covariates.origin_scheme": "countries"}),
    "covariates.origin_types": (["2"], {}),
    "covariates.civil_status": (["E"], {}),
    "covariates.civil_scheme": ("with_single_elderly", {}),
    "covariates.single_age_starts": ([20, 70], SINGLE),
    "covariates.single_elderly_from": (70, {"covariates.civil_scheme": "with_single_elderly"}),
    "covariates.civil_covariate": ("ENDED_COHABITATION", {}),
    "covariates.labour_market_age_min": (18, {}),
    "covariates.labour_market_age_max": (70, {}),
    "covariates.labour_market_age_rule": ("pension_age", {}),
    "covariates.labour_market_weeks": (13, {}),
    "covariates.permanent_benefits": (["senior_pension"], {}),
    "covariates.temporary_benefits": (["sickness_benefit"], {}),
    "covariates.lookback_years": (100, {}),
    "covariates.cancer_lookback_years": (10, {}),
    "covariates.diagnosis_kinds": (["A"], {}),
    "covariates.disease_definition": ("hospital_and_medicine", {}),
    "covariates.somatic_measure": ("charlson", {}),
    "covariates.somatic_conditions": (["ihd", "diabetes"], {}),
    "covariates.psychiatric_conditions": (["dementia"], {}),
    "covariates.somatic_scheme": ("each", {}),
    "covariates.psychiatric_scheme": ("each", {}),
    "covariates.counted_covariate": ("GP_DISEASES", {}),
    "covariates.somatic_cut_points": ([1, 2, 5], {}),
    "covariates.psychiatric_cut_points": ([1, 2], {}),
    "covariates.extra": (["HOSPITAL_KM 10 20"], {}),
    "weights.excluded_clinic_types": ([], {}),
    "weights.standard_errors": ("hc0", {}),
    "weights.estimator": ("poisson", {}),
    "weights.tweedie_power": ("1.7", {"weights.estimator": "tweedie"}),
    "weights.exposure": ("full_year", {}),
    "weights.sample_areas": ("well_covered", {}),
    "weights.uplift": (["origin menapt 12.5"], {}),
    "life_expectancy.exponent": ("0.5", {}),
    "life_expectancy.form": ("additive", {}),
    "life_expectancy.columns": (["YEARS_LEFT_AT_65"], {}),
    "life_expectancy.level": ("area", {}),
    "life_expectancy.shrinkage_citizens": (5000, {"life_expectancy.level": "area"}),
    "capacity.citizens_per_capacity": (1500, {}),
    "capacity.rounding": ("nearest", {}),
    "capacity.floor": (False, {}),
    "capacity.floor_km2": (50, {}),
    "capacity.floor_level": ("council", {}),
    "capacity.floor_where": ("without_two_offers", {}),
    "capacity.area_by": ("clinic", {}),
    "capacity.commuters_percent": (50, {}),
    "capacity.projection_percent": (50, {}),
    "clinics.rounding_step": (25, {}),
    "clinics.lowest_per_capacity": (1400, {}),
    "clinics.highest_per_capacity": (1800, {}),
    "clinics.tolerance_patients": (30, {}),
    "clinics.phase_in_percent": (40, {}),
    "clinics.capped_at_list_of": ("2025-07-01", {}),
    "clinics.trainee_percent": (50, {}),
    "clinics.island_threshold": (400, {}),
    "clinics.small": ("left_out", {}),
    "clinics.small_threshold": (300, {}),
    "clinics.left_out_types": (["island"], {}),
    "clinics.left_out_covariate": ("SPECIAL_HOUSING", {}),
}
CASES = pytest.mark.parametrize("key", list(OTHERWISE))
LANGUAGES = pytest.mark.parametrize("lang", ["da", "en"])


def reading(changes, lang="da"):
    return Reading(told_with(changes), Wording(lang))


def test_every_parameter_of_the_model_is_tried():
    assert list(OTHERWISE) == list(parameters())


@CASES
def test_another_value_changes_the_text(key):
    value, besides = OTHERWISE[key]
    before, after = sections_of(told_with(besides)), sections_of(told_with({**besides, key: value}))
    assert [name for name in TEXT if before[name] != after[name]]


@CASES
@LANGUAGES
def test_another_value_is_named_beside_the_national_one(key, lang):
    value, besides = OTHERWISE[key]
    changes = {**besides, key: value}
    found = reading(changes, lang)
    text = sections_of(told_with(changes), lang)["assumptions"]
    assert f"{found.name(key)}: {found.plain(key).removesuffix('.')}." in text
    assert found.plain(key) != reading(besides, lang).plain(key)


@CASES
def test_a_danish_page_stays_danish_under_any_model(key):
    value, besides = OTHERWISE[key]
    text = " ".join(sections_of(told_with({**besides, key: value})).values()).replace("fordel_dask", "")
    assert not re.search(r"\b(the|of|and|with|citizens|weight|immigrant|single|true|false)\b", text)
    assert not re.search(r"[a-z]_[a-z]|[{}\[\]]", text)


def choices():
    return [
        (key, choice)
        for key, one in parameters().items()
        for choice in (one.choices or (True, False))
        if isinstance(one.value, str | bool) and (one.choices or isinstance(one.value, bool))
    ]


SAID_BY_THE_TEXT = ("capacity.floor",)
"""Switches that have sentences of their own and no choice between two."""


@pytest.mark.parametrize(("key", "choice"), choices())
def test_every_choice_has_a_sentence_of_its_own(key, choice):
    assert Wording("da").knows(f"method_{word_of(key, choice)}") or key in SAID_BY_THE_TEXT


@LANGUAGES
def test_a_choice_without_a_sentence_is_told_as_the_law_room_tells_it(lang):
    found = reading({"weights.exposure": "by_moon"}, lang)
    assert told("weights.exposure", lang).doc.rstrip(".") in found.chosen("weights.exposure")
    assert "by_moon" in found.chosen("weights.exposure")
    assert "by_moon" in sections_of(told_with({"weights.exposure": "by_moon"}), lang)["weights"]


@pytest.mark.parametrize("scheme", ["menapt_by_type", "all", "by_type", "western", "standard", "countries"])
@LANGUAGES
def test_groups_of_origin_are_named_in_words(scheme, lang):
    changes = {"covariates.origin_scheme": scheme, "covariates.origin_countries": ["5456"]}
    text = sections_of(told_with(changes), lang)["traits"]
    assert not re.search(r"[a-z]_[a-z]|5456", text)


def test_an_extra_trait_has_its_levels_in_words():
    text = sections_of(told_with(EXTRA))
    assert "kilometer til sygehus: fra 10 til under 20 og kilometer til sygehus: 20 eller derover" in text["traits"]
    assert "referencen er kilometer til sygehus: under 10" in text["traits"]
    assert "Kilometer til sygehus: fra 10 til under 20" in text["weights"]


def test_what_is_unsure_is_listed_unless_it_has_no_effect():
    found = reading({})
    text = sections_of(told_with())["assumptions"]
    table, _, idle = text.partition("uden virkning i denne beregning")
    for key in found.run.model.unsure:
        name = found.name(key)
        assert (name[1:] in idle) if is_idle(found, key) else (name in table), key


def test_a_choice_is_idle_only_where_another_does_not_call_for_it():
    key = "weights.tweedie_power"
    assert is_idle(reading({}), key)
    assert not is_idle(reading({"weights.estimator": "tweedie"}), key)
    assert is_idle(reading({"covariates.terms": ["age_sex"]}), "covariates.somatic_cut_points")
    assert not is_idle(reading({}), "covariates.somatic_cut_points")


def test_a_word_is_not_defined_by_numbers_that_the_run_does_not_have():
    assert "1.600" in sections_of(told_with())["words"]
    assert "1.600" not in sections_of(told_with({"capacity.citizens_per_capacity": 1500}))["words"]


@pytest.mark.parametrize(
    ("changes", "section", "gone"),
    [
        ({"capacity.floor_level": "council"}, "idea", "En kommune tæller med mindst"),
        ({"capacity.floor_where": "without_two_offers"}, "idea", "En kommune tæller med mindst"),
        ({"capacity.floor": False}, "idea", "kvadratkilometer"),
        ({"capacity.area_by": "clinic"}, "counted", "hvor borgeren bor, når"),
        ({"consumption.prices": "time"}, "idea", "honorarer"),
        ({"consumption.prices": "time"}, "objections", "hvor længe en kontakt varede"),
        ({"covariates.counted_covariate": "GP_DISEASES"}, "objections", "kun den praktiserende læge kender"),
        ({"covariates.civil_covariate": "ENDED_COHABITATION"}, "objections", "om nogen bor alene"),
        ({"life_expectancy.exponent": "0"}, "objections", "middellevetidskorrigeringen skal dække"),
        ({"covariates.sex": False}, "weights", "alder og køn"),
        ({"covariates.sex": False}, "idea", "alder og køn"),
        ({"covariates.sex": False}, "traits", "Alder og køn"),
        ({"weights.exposure": "full_year"}, "assumptions", "høringsnotatet nævner ikke borgere"),
        ({"capacity.projection_percent": 0}, "need", "31. december 2026"),
        ({"weights.excluded_clinic_types": []}, "weights", "er holdt ude"),
    ],
)
def test_what_does_not_hold_in_a_run_is_not_said(changes, section, gone):
    assert gone in sections_of(told_with())[section]
    assert gone not in sections_of(told_with(changes))[section]


def test_no_correction_no_formula():
    text = sections_of(told_with({"life_expectancy.exponent": "0"}))
    assert "korrigeres der ikke for middellevetid" in text["lives"]
    assert "korrigeres der ikke for middellevetid" in text["idea"]
    assert "Faktor" not in text["lives"]


@pytest.mark.parametrize("estimator", ["poisson", "tweedie", "gradient_boosting"])
def test_amounts_that_are_not_added_up_are_not_shown_as_if_they_were(estimator):
    text = sections_of(told_with({"weights.estimator": estimator}))["weights"]
    assert "En kvinde på 72 år" not in text
    assert "papir og blyant" in text


def test_without_a_projection_the_page_says_so():
    rows = [{**row, "projected_citizens": row["citizens"]} for row in told_with().run.tables["need_by_municipality"]]
    councils = [
        {**row, "projected_citizens": row["citizens"]}
        for row in told_with().run.tables["maximum_capacities_by_council"]
    ]
    told_without = told_with(need_by_municipality=rows, maximum_capacities_by_council=councils)
    assert "uden befolkningsfremskrivning" in sections_of(told_without)["need"]
    assert "31. december 2026" in sections_of(told_with())["need"]
