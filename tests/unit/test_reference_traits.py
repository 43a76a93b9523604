"""The reference's choices about traits: origin, civil status, work, disease, extra covariates, by the model's words."""

from fractions import Fraction

import pandas as pd
import pytest

from tests.lib.reference_people import diagnosed, population, someone
from tests.reference import ReferenceError
from tests.reference.citizens import counted_citizens
from tests.reference.covariates import (
    add_covariates,
    age_sex,
    benefit_codes,
    counted,
    index_points,
    labour_market_ages,
)
from tests.reference.medicine import with_medicine
from tests.reference.model import DEFAULTS, resolve
from tests.reference.registers import Registers
from tests.reference.terms import psychiatric_terms, somatic_terms, terms_of
from tests.reference.traits import civil_status, extra_levels, origin

POLAND, AFGHANISTAN, UNITED_STATES, NOWHERE = "5154", "5404", "5390", "9999"


ORIGINS = {  # scheme, type of origin, country
    "Afghan immigrant, MENAPT": ("menapt", "2", AFGHANISTAN, "menapt"),
    "Polish immigrant, MENAPT": ("menapt", "2", POLAND, ""),
    "Afghan descendant apart": ("menapt_by_type", "3", AFGHANISTAN, "menapt_descendant"),
    "Polish descendant, MENAPT by type": ("menapt_by_type", "3", POLAND, ""),
    "any immigrant": ("all", "2", POLAND, "immigrant_or_descendant"),
    "immigrants apart": ("by_type", "2", POLAND, "immigrant"),
    "Poland is western": ("western", "2", POLAND, "western"),
    "the United States are western": ("western", "3", UNITED_STATES, "western"),
    "an unknown country is not western": ("western", "2", NOWHERE, "non_western"),
    "nor is a blank one": ("western", "2", "", "non_western"),
    "the standard groups": ("standard", "3", AFGHANISTAN, "non_western_descendant"),
    "the standard groups, western": ("standard", "2", POLAND, "western_immigrant"),
    "a country that was named": ("countries", "2", POLAND, "country_5154"),
    "a country that was not": ("countries", "2", AFGHANISTAN, ""),
}


@pytest.mark.parametrize(("scheme", "descent", "country", "expected"), ORIGINS.values(), ids=ORIGINS)
def test_origin(scheme, descent, country, expected):
    model = resolve({"covariates.origin_scheme": scheme, "covariates.origin_countries": [POLAND]})
    assert origin(descent, country, model) == expected
    assert expected in ["", *next(term.levels for term in terms_of(model) if term.name == "origin")]


BY_AGE, ELDERLY = "single_by_age", "with_single_elderly"
CIVIL = {  # scheme, status, age, ended cohabitation
    "a widow": ("widowed_or_divorced", "E", 40, False, "widowed_or_divorced"),
    "ended cohabitation counts like a divorce (V10)": ("widowed_or_divorced", "G", 40, True, "widowed_or_divorced"),
    "unmarried is no widow": ("widowed_or_divorced", "U", 70, False, ""),
    "unmarried at 65 is single elderly (V10)": (ELDERLY, "U", 65, False, "single_elderly"),
    "unmarried at 64 is not": (ELDERLY, "U", 64, False, ""),
    "a widow of 80 is a widow first": (ELDERLY, "E", 80, False, "widowed_or_divorced"),
    "ended cohabitation at 80 comes first too": (ELDERLY, "U", 80, True, "widowed_or_divorced"),
    "married at 80 is not single": (ELDERLY, "G", 80, False, ""),
    "unmarried at 18 (V09)": (BY_AGE, "U", 18, False, "single 18-29"),
    "divorced at 44": (BY_AGE, "F", 44, False, "single 30-44"),
    "a widow at 80": (BY_AGE, "E", 80, False, "single 80+"),
    "a child of 17 is at the reference": (BY_AGE, "U", 17, False, ""),
    "a married one is": (BY_AGE, "G", 50, False, ""),
    "a registered partner is": (BY_AGE, "P", 50, False, ""),
    "one without a known status is": (BY_AGE, "", 50, False, ""),
    "ended cohabitation is single": (BY_AGE, "G", 50, True, "single 45-64"),
}


@pytest.mark.parametrize(("scheme", "code", "age", "ended", "expected"), CIVIL.values(), ids=CIVIL)
def test_civil_status(scheme, code, age, ended, expected):
    model = resolve({"covariates.civil_scheme": scheme})
    assert civil_status(code, age, ended, model) == expected
    assert expected in ["", *next(term.levels for term in terms_of(model) if term.name == "civil_status")]


def test_only_the_widowed_count_where_the_model_says_so():
    model = resolve({"covariates.civil_status": ["E", "L"]})
    assert "".join(code for code in "UGFEPOL" if civil_status(code, 50, False, model)) == "EL"


def test_age_without_sex_has_the_same_bands_once():
    model = resolve({"covariates.sex": False})
    assert [age_sex(age, sex, model) for age, sex in ((4, "1"), (4, "2"), (90, "1"))] == ["0-4", "0-4", "90+"]
    assert terms_of(model)[0].name == "age"
    assert len(terms_of(model)[0].levels) == 19


def test_bands_of_another_width_end_where_the_oldest_begins():
    model = resolve({"covariates.age_band_years": 10, "covariates.oldest_band_from": 85})
    assert [age_sex(age, "1", model) for age in (9, 79, 80, 84, 85)] == ["M 0-9", "M 70-79", *["M 80-84"] * 2, "M 85+"]


AGES = {
    "from 16 to 67": ({}, 2026, range(16, 68)),
    "another youngest and oldest": (
        {"covariates.labour_market_age_min": 18, "covariates.labour_market_age_max": 130},
        2026,
        range(18, 131),
    ),
    "below the pension age, whatever the oldest (V13)": (
        {"covariates.labour_market_age_rule": "pension_age", "covariates.labour_market_age_max": 99},
        2026,
        range(16, 67),
    ),
    "which rises": ({"covariates.labour_market_age_rule": "pension_age"}, 2030, range(16, 68)),
    "and rises": ({"covariates.labour_market_age_rule": "pension_age"}, 2041, range(16, 70)),
}


@pytest.mark.parametrize(("changes", "year", "expected"), AGES.values(), ids=AGES)
def test_ages_with_an_attachment_to_the_labour_market(changes, year, expected):
    assert labour_market_ages(year, resolve(changes)) == expected


def test_no_pension_age_is_known_of_long_ago():
    with pytest.raises(ReferenceError) as refusal:
        labour_market_ages(2010, resolve({"covariates.labour_market_age_rule": "pension_age"}))
    assert refusal.value.exit_code == 21


def test_benefit_groups_are_ranges_of_codes():
    assert benefit_codes(["senior_pension", "disability_pension"]) == {"781", "783"}
    temporary = benefit_codes(DEFAULTS["covariates.temporary_benefits"])
    assert {"730", "739", "774", "810", "899"} <= temporary
    assert not {"783", "771", "781", "749"} & temporary


def levels_of_one(registers, changes):
    model = resolve(changes)
    citizens = add_covariates(counted_citizens(registers, model), registers, model)
    return {term.name: citizens.iloc[0][term.name] for term in terms_of(model)}


THREE = [("I10", "2024-05-05", "A"), ("E11", "2024-05-05", "B"), ("F61", "2024-05-05", "A")]
DISEASE = {
    "two somatic conditions": ({}, {"somatic": "2", "psychiatric": ""}),
    "diagnoses of action only": ({"covariates.diagnosis_kinds": ["A"]}, {"somatic": "", "psychiatric": ""}),
    "one condition has a weight (V17)": ({"covariates.somatic_cut_points": [1, 5]}, {"somatic": "1-4"}),
    "personality disorder where it is asked for (V20)": (
        {"covariates.psychiatric_conditions": ["personality_disorder"]},
        {"psychiatric": "any"},
    ),
    "each condition by itself (V19)": (
        {"covariates.somatic_scheme": "each"},
        {"hypertension": "yes", "diabetes": "yes", "gout": "", "psychiatric": ""},
    ),
    "each psychiatric condition": (
        {"covariates.psychiatric_scheme": "each", "covariates.psychiatric_conditions": ["personality_disorder"]},
        {"personality_disorder": "yes", "somatic": "2"},
    ),
    "conditions of general practice are added (V23)": (
        {"covariates.counted_covariate": "GP_CODED"},
        {"somatic": "3"},
    ),
    "a shorter list of conditions": ({"covariates.somatic_conditions": ["gout"]}, {"somatic": ""}),
}


@pytest.mark.parametrize(("changes", "expected"), DISEASE.values(), ids=DISEASE)
def test_disease(changes, expected):
    registers = diagnosed(*THREE)
    registers.covariates = {"PNR": {"GP_CODED": {"p": Fraction("1.9")}}}
    found = levels_of_one(registers, changes)
    assert {name: found[name] for name in expected} == expected


def test_a_condition_by_medicine_alone_has_a_weight_only_where_medicine_counts():
    names = [
        {term.name for term in terms_of(resolve({"covariates.somatic_scheme": "each", **more}))}
        for more in ({}, {"covariates.disease_definition": "hospital_and_medicine"})
    ]
    assert names[1] - names[0] == {"allergy", "pain"}


def test_what_was_asked_for_needs_no_medicine():
    registers = diagnosed()
    registers.prescriptions = pd.DataFrame(columns=["pnr", "atc", "day", "packages"])
    own = ("psychiatric", "personality_disorder")
    assert with_medicine({"p": {own, ("somatic", "epilepsy")}}, registers) == {"p": {own}}


LOOKBACK = {
    "ten years and a day ago, looking back ten": (10, "2015-12-31", ""),
    "exactly ten years ago": (10, "2016-01-01", "yes"),
    "long ago, looking back for ever (V24)": (100, "1922-02-02", "yes"),
}


@pytest.mark.parametrize(("years", "day", "expected"), LOOKBACK.values(), ids=LOOKBACK)
def test_look_back(years, day, expected):
    changes = {"covariates.lookback_years": years, "covariates.somatic_scheme": "each"}
    assert levels_of_one(diagnosed(("I10", day, "A")), changes)["hypertension"] == expected


INDICES = {  # measure, diagnosis, points
    "metastasis by Charlson": ("charlson", ("C780", "2014-05-05", "A"), {"p": 6}),
    "cancer has no look-back of its own in Charlson": ("charlson", ("C509", "2014-05-05", "A"), {"p": 2}),
    "twenty years ago is too long for Charlson": ("charlson", ("C780", "2005-05-05", "A"), {}),
    "dementia by the Nordic index": ("nordic", ("F009", "2022-05-05", "A"), {"p": 9}),
    "the Nordic index looks back five years": ("nordic", ("F009", "2020-12-31", "A"), {}),
    "a kind that does not count": ("nordic", ("F009", "2022-05-05", "H"), {}),
}


@pytest.mark.parametrize(("measure", "diagnosis", "expected"), INDICES.values(), ids=INDICES)
def test_points_of_an_index(measure, diagnosis, expected):
    model = resolve({"covariates.somatic_measure": measure})
    assert index_points(diagnosed(diagnosis), model) == expected


def test_levels_of_a_number_and_names_of_the_reference():
    model = resolve({"covariates.psychiatric_cut_points": [1, 3], "covariates.somatic_cut_points": [1]})
    assert psychiatric_terms(model)[0][1:] == (["1-2", "3+"], "0")
    assert somatic_terms(model)[0][1:] == (["1+"], "0")
    assert psychiatric_terms(DEFAULTS)[0][1:] == (["any"], "none")
    assert [counted(n, [1, 3], psychiatric_terms(model)) for n in (-2, 0, 1, 2, 3)] == ["", "", "1-2", "1-2", "3+"]


EXTRA = {
    "below the first value": ("9.999", ""),
    "a level begins at its value": ("10", "10-<20.5"),
    "the last is open": ("20.5", ">=20.5"),
    "without a value": (None, ""),
}


@pytest.mark.parametrize(("value", "expected"), EXTRA.values(), ids=EXTRA)
@pytest.mark.parametrize("by", ["PNR", "AREA", "KOM"])
def test_extra_covariates(by, value, expected):
    registers, model = Registers(2026, None), resolve({"covariates.extra": ["HOSPITAL_KM 10 20.5"]})
    known = {} if value is None else dict.fromkeys(("p", "101", "101-1"), Fraction(value))
    registers.covariates = {by: {"HOSPITAL_KM": known}}
    assert extra_levels(population(someone("p")).assign(area="101-1"), registers, model) == {"hospital_km": [expected]}
    assert terms_of(model)[-1] == ("hospital_km", ["10-<20.5", ">=20.5"], "<10")


def test_who_lives_in_no_area_is_at_the_reference():
    registers, model = Registers(2026, None), resolve({"covariates.extra": ["HOME_CARE 1"]})
    registers.covariates = {"AREA": {"HOME_CARE": {"101-1": Fraction(5)}}}
    assert extra_levels(population(someone("p")), registers, model) == {"home_care": [""]}


def test_an_extra_covariate_must_be_delivered():
    with pytest.raises(ReferenceError) as refusal:
        extra_levels(population(someone("p")), Registers(2026, None), resolve({"covariates.extra": ["HOME_CARE 1"]}))
    assert refusal.value.exit_code == 11


def test_terms_stand_in_the_models_order_and_extra_ones_follow():
    model = resolve({"covariates.terms": ["psychiatric", "age_sex"], "covariates.extra": ["B 1", "A 1"]})
    assert [term.name for term in terms_of(model)] == ["age_sex", "psychiatric", "b", "a"]
