"""Scenario files: what a user may write, and what is refused."""

import pytest

from fordel_dask.errors import ModelError
from fordel_dask.model import design_of, load_model

ALLOWED = {
    "a dotted key": ('consumption.chronic_care = "share"', "consumption.chronic_care", "share"),
    "its last part": ('chronic_care = "share"', "consumption.chronic_care", "share"),
    "a table": ('[consumption]\nchronic_care = "share"', "consumption.chronic_care", "share"),
    "a table of changes": ('[changes]\n"consumption.chronic_care" = "share"', "consumption.chronic_care", "share"),
    "another letter case": ('standard_errors = "HC0"', "weights.standard_errors", "hc0"),
    "the model's own k": ("life_expectancy.k = 2", "life_expectancy.exponent", "2"),
    "k alone": ("k = 0.5", "life_expectancy.exponent", "0.5"),
    "the specialities by the model's word": (
        'accepted_specialities = ["80", "81"]',
        "consumption.specialities",
        ("80", "81"),
    ),
    "specialities as numbers": ("specialities = [80, 81]", "consumption.specialities", ("80", "81")),
    "a whole float": ("floor_km2 = 25.0", "capacity.floor_km2", 25),
    "nobody left out of the estimation": ("excluded_clinic_types = []", "weights.excluded_clinic_types", ()),
    "one selected disease with a weight of its own": (
        "somatic_cut_points = [1, 2]",
        "covariates.somatic_cut_points",
        (1, 2),
    ),
    "the floor off": ("floor = false", "capacity.floor", False),
}
REFUSED = {
    "an unknown key": "chronic_car = 'share'",
    "a value that is no choice": "chronic_care = 'half'",
    "a number where a choice is": "chronic_care = 3",
    "cut points that are no numbers": "somatic_cut_points = ['a']",
    "cut points that are no whole numbers": "somatic_cut_points = [1.5, 2]",
    "cut points out of order": "somatic_cut_points = [3, 2]",
    "a benefit group that does not exist": "temporary_benefits = ['nonsense']",
    "a text where a number is": "floor_km2 = 'many'",
    "a negative norm": "citizens_per_capacity = -1",
    "a number where on or off is": "floor = 1",
    "on or off where a number is": "floor_km2 = true",
    "a power that is no number": "exponent = 'nan'",
    "a key twice": "[consumption]\nprices = 'paid'\n[model.consumption]\nprices = 'standard'",
    "itself as its base": "based_on = 'scenario.toml'",
    "a base that is not there": "based_on = 'nothing.toml'",
    "no TOML": "chronic_care share",
}


def write(folder, text, name="scenario.toml"):
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


@pytest.mark.parametrize(("text", "key", "value"), ALLOWED.values(), ids=ALLOWED)
def test_a_scenario_may_be_written_with(text, key, value, tmp_path):
    model = load_model(write(tmp_path, text))
    assert model.values()[key] == value
    assert model.changed == (key,)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_scenario_is_refused_with(text, tmp_path):
    with pytest.raises(ModelError):
        load_model(write(tmp_path, text))


def test_scenarios_build_on_each_other(tmp_path):
    write(tmp_path, "prices = 'paid'\nfloor = false", "first.toml")
    model = load_model(write(tmp_path, "based_on = 'first.toml'\nfloor = true"))
    assert model.changed == ("consumption.prices",)


def test_equal_models_have_equal_hashes_whatever_their_names(tmp_path):
    same = load_model(write(tmp_path, "name = 'another name'\nfloor_km2 = 35"))
    assert same.hash == load_model().hash
    assert same.changed == ()


def test_the_national_model_has_46_coefficients_of_six_terms():
    design = design_of(load_model().covariates)
    assert [term.name for term in design.terms] == [
        "age_sex",
        "origin",
        "civil_status",
        "labour_market",
        "somatic",
        "psychiatric",
    ]
    assert len(design.columns) == 46
    assert design.columns[0] == ("age_sex", "M 0-4")
    assert design.columns[37] == ("age_sex", "F 90+")
    assert design.columns[-1] == ("psychiatric", "any")
