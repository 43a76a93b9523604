"""The packaged variants: all that was asked for in the consultation is there, and runs or says why not."""

import json
import re
import tomllib
from datetime import date
from importlib import resources

import click
import jsonschema
import pytest

from fordel_dask.cli import cli
from fordel_dask.law import rows
from fordel_dask.law.parameters import parameters, told
from fordel_dask.law.provisions import whole
from fordel_dask.model import design_of, load_model
from fordel_dask.model.finding import find_packaged, packaged_ids, packaged_source
from fordel_dask.model.forms import form_of
from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.model.schema import scenario_schema
from tests.lib import commands

SCENARIOS = packaged_scenarios()
CASES = [case for scenario in SCENARIOS for case in scenario.cases]
ASKED = [f"V{number:02}" for number in range(1, 65)]
LEAST = 45
EXTRAS = {
    *("prescriptions", "projection", "population:AREA", "areas:E", "areas:N", "areas:LIFE_EXPECTANCY"),
    *("clinics:ISLAND", "clinics:E", "clinics:N", "clinics:MINIMUM"),
    *("covariates:HOSPITAL_KM", "covariates:SPECIALIST_KM", "covariates:LIFE_EXPECTANCY_65"),
    *("covariates:LIFE_EXPECTANCY_MEN", "covariates:LIFE_EXPECTANCY_WOMEN", "covariates:SPECIAL_HOUSING"),
    *("covariates:TRAINEES", "covariates:DEPRIVED_HOUSING", "covariates:DEPRIVATION_INDEX", "covariates:HOME_CARE"),
    *("covariates:COHABITATION_ENDED", "covariates:SOCIAL_SUPPORT", "covariates:GP_CONDITIONS"),
    *("covariates:LATE_DIAGNOSIS", "covariates:MORTALITY_RISK"),
}
"""What ``fordel synth --extras`` delivers beyond the registers of every store."""


def by_id(scenario):
    return scenario.identity


def test_all_that_was_asked_for_is_packaged():
    assert [identity for identity in packaged_ids() if identity.startswith("V")] == ASKED
    assert [scenario.identity for scenario in SCENARIOS] == list(packaged_ids())


def test_most_of_it_runs_on_an_invented_nation():
    runnable = [s for s in SCENARIOS if s.identity in ASKED and any({*case.needs} <= EXTRAS for case in s.cases)]
    assert len(runnable) >= LEAST
    assert {need for case in CASES for need in case.needs} <= EXTRAS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=by_id)
def test_a_variant_says_who_asked_what_was_answered_and_runs_or_says_why_not(scenario):
    assert all((scenario.title, scenario.doc, scenario.memo, scenario.ministry))
    assert scenario.who or scenario.identity not in ASKED
    assert scenario.doc.endswith(".")
    assert re.fullmatch(r"4\.[2-6](\.[0-9])*(, 4\.[2-6](\.[0-9])*)*", scenario.memo)
    assert scenario.runs == (not scenario.missing)
    assert all(case.model.changed for case in scenario.cases)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=by_id)
def test_a_variant_is_told_in_danish_too(scenario):
    own = tomllib.loads(packaged_source(scenario.identity).text)
    assert all(f"{word}_da" in own for word in ("title", "doc", "missing") if word in own)
    assert scenario.doc_da.endswith(".")
    assert all("title" in case and "title_da" in case for case in own.get("cases", {}).values())
    assert own["id"] == scenario.identity


@pytest.mark.parametrize("scenario", [one for one in SCENARIOS if one.shown_by], ids=by_id)
def test_the_command_that_shows_it_is_there_with_its_options(scenario):
    program, *words = scenario.shown_by.split()
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    assert program == "fordel"
    assert {word for word in words if word.startswith("--")} <= options
    assert len([word for word in words[:2] if word.isupper()]) == len(arguments)


def test_each_case_is_a_model_of_its_own():
    hashes = [case.model.hash for case in CASES]
    twice = {case.name for case in CASES if hashes.count(case.model.hash) > 1}
    assert twice == {"V14.weeks_13", "M11.weeks_13"}  # asked for as a stress test, and not public either
    assert load_model().hash not in hashes
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_model_has_the_same_hash_each_time_it_is_read():
    assert [case.model.hash for one in packaged_scenarios() for case in one.cases] == [
        case.model.hash for case in CASES
    ]
    assert load_model("v31.Double").hash == load_model("V031.double").hash


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_has_terms_with_weights(case):
    columns = design_of(case.model.covariates).columns
    assert len(set(columns)) == len(columns) > 20
    assert {extra.split()[0].lower() for extra in case.model.covariates.extra} <= {term for term, _ in columns}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_is_found_by_its_name(case):
    assert load_model(case.name.lower()).hash == case.model.hash


@pytest.mark.parametrize("identity", packaged_ids())
def test_the_schema_for_editors_knows_the_file(identity):
    content = json.loads(json.dumps(tomllib.loads(packaged_source(identity).text)))
    jsonschema.Draft202012Validator(scenario_schema()).validate(content)


def test_names_of_variants_are_understood_in_any_form():
    assert find_packaged("v1.nearest") == ("V01", "nearest")
    assert find_packaged("V001") == ("V01", "")
    assert find_packaged("V65") is None
    assert find_packaged("own.toml") is None


def test_parameters_that_no_variant_changes_are_few():
    untouched = set(parameters()) - {key for case in CASES for key in case.model.changed}
    assert untouched == {
        *("consumption.specialities", "covariates.oldest_band_from", "covariates.origin_types"),
        *("covariates.civil_status", "covariates.single_age_starts", "covariates.single_elderly_from"),
        *("covariates.labour_market_age_min", "weights.standard_errors", "weights.tweedie_power"),
        *("clinics.island_threshold", "clinics.small_threshold"),
    }


class TestOnTheTerminal:
    def test_the_list_names_every_variant_and_why_some_do_not_run(self):
        text = commands.done("scenarios", "--list")
        assert all(f"\n{identity}  " in text for identity in packaged_ids())
        assert text.count("Does not run: ") == sum(not one.runs for one in SCENARIOS)

    def test_the_list_for_programs_has_every_case_with_its_hash(self):
        content = json.loads(commands.done("scenarios", "--list", "--json"))
        assert content["counts"]["cases"] == len(CASES)
        found = {case["name"]: case["hash"] for one in content["scenarios"] for case in one["cases"]}
        assert found == {case.name: case.model.hash for case in CASES}

    @pytest.mark.parametrize("lang", ["en", "da"])
    @pytest.mark.parametrize("scenario", SCENARIOS, ids=by_id)
    def test_each_is_explained_in_both_languages(self, scenario, lang):
        text = commands.done("scenarios", "--explain", scenario.identity, "--lang", lang)
        flat = " ".join(text.split())
        assert (scenario.title_da if lang == "da" else scenario.title) in flat
        assert (scenario.doc_da if lang == "da" else scenario.doc) in flat
        for key in {key for case in scenario.cases for key in case.model.changed}:
            assert " ".join(told(key, lang).source.split()) in flat

    def test_a_change_is_told_from_what_to_what_and_a_list_by_what_differs(self):
        assert "life_expectancy.exponent: 1 → 2" in commands.done("scenarios", "--explain", "V31.double")
        text = commands.done("scenarios", "--explain", "V15", "--lang", "da")
        assert "somatic_conditions: + dementia\n" in text
        assert "psychiatric_conditions: − dementia\n" in text
        assert "covariates.sex: til → fra" in commands.done("scenarios", "--explain", "V06", "--lang", "da")

    def test_one_case_may_be_explained_alone(self):
        text = commands.done("scenarios", "--explain", "V31.double")
        assert "V31.double" in text
        assert "V31.half" not in text

    def test_several_made_together_are_explained_too(self):
        text = commands.done("scenarios", "--explain", "V31.none+V17")
        assert "life_expectancy.exponent: 1 → 0" in text
        assert "somatic_cut_points: 2, 3, 4 → 1, 2, 3, 4" in text

    def test_a_file_of_ones_own_is_explained_as_well(self, tmp_path):
        (tmp_path / "own.toml").write_text("title = 'Mine'\nbased_on = 'V17'\nneeds = ['clinics:OPEN']\nk = 2", "utf-8")
        content = json.loads(commands.done("scenarios", "--explain", tmp_path / "own.toml", "--json"))
        assert [change["key"] for change in content["cases"][0]["changes"]] == [
            "covariates.somatic_cut_points",
            "life_expectancy.exponent",
        ]

    def test_an_unknown_variant_leaves_with_20_and_the_nearest(self):
        code, message = commands.refused("scenarios", "--explain", "V65")
        assert code == 20
        assert "The nearest is 'V" in message

    def test_without_a_question_it_says_what_may_be_asked(self):
        assert commands.refused("scenarios")[0] == 2
        assert commands.refused("scenarios", "--list", "--schema")[0] == 2


class TestGivenFromOutside:
    def test_every_parameter_is_told_in_danish(self):
        for key, parameter in parameters().items():
            danish = told(key, "da")
            assert all((danish.unit, danish.doc, danish.source))
            assert set(re.findall(r"\b[VMR][0-9]+\b", danish.doc)) == set(re.findall(r"\b[VMR][0-9]+\b", parameter.doc))

    def test_every_contact_has_minutes_and_no_other_service(self):
        content = tomllib.loads(resource("fees/minutes.toml"))["service"]
        assert sorted(one["code"] for one in content) == sorted(form_of("consumption.left_out").words)
        assert all(1 <= one["minutes"] <= 120 and one["source"] and one["kind"] == "assumption" for one in content)

    def test_the_state_pension_age_rises_with_the_planning_year(self):
        years = (2022, 2029, 2030, 2035, 2040)
        assert [whole("pension.age", date(year, 1, 1)) for year in years] == [67, 67, 68, 69, 70]

    def test_western_countries_are_those_of_statistics_denmark(self):
        western = {row["iso2"] for row in rows("codes/countries") if row["western"] == "1" and row["iso2"]}
        assert len(western) == 27 + 13  # the EU and others
        assert {"US", "NO", "GB", "LT"} <= western
        assert not {"TR", "UA", "BA", "JP", ""} & western

    def test_no_country_stands_twice(self):
        codes = [row["code"] for row in rows("codes/countries")]
        assert len(set(codes)) == len(codes)


def resource(name):
    return resources.files("fordel_dask.law").joinpath(name).read_text("utf-8")
