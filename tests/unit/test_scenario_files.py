"""Scenario files: what one may say, what it becomes, and everything that is wrong with one told at once."""

import json
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.errors import ModelError
from fordel_dask.law.parameters import parameters
from fordel_dask.model import load_model
from fordel_dask.model.choosing import chosen_scenarios
from fordel_dask.model.finding import NATIONAL
from fordel_dask.model.forms import form_of, typed
from fordel_dask.model.scenario import load_case, load_scenario
from fordel_dask.model.schema import scenario_schema
from fordel_dask.model.together import combined, grid
from tests.lib import commands

CHANGED = {
    "an entry is added to a list": (
        "covariates.permanent_benefits.add = ['senior_pension']",
        "covariates.permanent_benefits",
        ("senior_pension", "disability_pension"),  # in the order in which groups are known
    ),
    "an entry is removed from a list": (
        "[covariates]\nterms.remove = ['origin']",
        "covariates.terms",
        ("age_sex", "civil_status", "labour_market", "somatic", "psychiatric"),
    ),
    "an entry takes the place of another": (
        "diagnosis_kinds.remove = ['A', 'B']\nspecialities.add = [81]",
        "covariates.diagnosis_kinds",
        ("G",),
    ),
    "words of a list stand in the order in which they are known": (
        "left_out = ['6101', '0411']",
        "consumption.left_out",
        ("0411", "6101"),
    ),
    "a number of any form is a decimal": ("k = '0.50'", "life_expectancy.exponent", "0.5"),
    "a large power of ten is a whole number": ("capacity.floor_km2 = 2.5e1", "capacity.floor_km2", 25),
    "a covariate is known in small letters": (
        "extra = ['hospital_km  10 20.5']",
        "covariates.extra",
        ("HOSPITAL_KM 10 20.5",),
    ),
    "a day is written as one": ("capped_at_list_of = 2025-07-01", "clinics.capped_at_list_of", "2025-07-01"),
    "it is based on a packaged variant": ("based_on = 'V17'", "covariates.somatic_cut_points", (1, 2, 3, 4)),
    "it is based on a case of one": ("based_on = 'v31.Double'", "life_expectancy.exponent", "2"),
}
WRONG = {
    "an unknown key": ("chronic_car = 'share'", "nearest is 'chronic_care'"),
    "an unknown table": ("[capasity]\nfloor = true", "nearest is 'capacity.floor'"),
    "an unknown word": ("titel = 'x'", "nearest is 'title'"),
    "a table of cases with another name": ("[case.double]\nk = 2", "nearest is 'cases'"),
    "an unknown choice": ("rounding = 'upp'", "nearest is 'up'"),
    "an unknown entry": ("left_out = ['04115']", "nearest is '0411'"),
    "an entry twice": ("left_out = ['0411', '0411']", "an entry twice"),
    "a value with a unit": ("floor_km2 = '35 km²'", "whole number from 1 to 50,000 (km²)"),
    "a value in another unit": ("floor_km2 = 35000000", "whole number from 1 to 50,000 (km²)"),
    "a share where percent is": ("commuters_percent = 0.5", "from 0 to 100 (percent)"),
    "a number where a list is": ("extra = 3", "expected a list"),
    "a list where a number is": ("floor_km2 = [35]", "whole number"),
    "an addition to what is no list": ("floor_km2.add = [35]", "is no list"),
    "an addition of what is there": ("diagnosis_kinds.add = ['A']", "in the list already"),
    "a removal of what is not there": ("left_out.remove = ['0411']", "not in the list"),
    "nothing left of a list": ("diagnosis_kinds.remove = ['A', 'B', 'G']", "at least one"),
    "an unknown benefit group": ("permanent_benefits.add = ['senior_pensions']", "nearest is 'senior_pension'"),
    "an unknown country": ("origin_scheme = 'countries'\norigin_countries = ['5612']", "nearest is '5611'"),
    "an extra covariate without levels": ("extra = ['HOSPITAL_KM']", "such as 'HOSPITAL_KM 10 20 40'"),
    "levels that do not ascend": ("extra = ['HOSPITAL_KM 20 10']", "ascending"),
    "levels finer than thousandths": ("extra = ['HOSPITAL_KM 0.0001']", "ascending"),
    "a day that is none": ("capped_at_list_of = '2025-02-30'", "a day such as"),
    "a parameter twice": ("k = 1\nlife_expectancy.exponent = 2", "changed twice"),
    "a name twice": ("id = 'a'\nname = 'b'", "Keep one"),
    "a name that would be a path": ("id = '../x'", "letters, digits"),
    "an unknown answer of the ministry": ("ministry = 'rejcted'", "nearest is 'rejected'"),
    "a title that is no text": ("title = 3", "expected a text"),
    "an unknown need": ("needs = ['prescription']", "nearest is 'prescriptions'"),
    "cases that are no tables": ("cases = 3", "tables such as"),
    "a case that changes nothing": ("[cases.empty]", "changes nothing"),
    "a case with a strange name": ("[cases.'A b']\nk = 2", "small letters"),
    "no reason why it does not run": ("runs = false", "needs missing"),
    "changes though it does not run": ("runs = false\nmissing = 'data'\nk = 2", "cannot both be"),
    "a reason though it runs": ("missing = 'data'", "add runs = false"),
    "a base with several cases": ("based_on = 'V31'", "none, half, double, additive"),
    "a base that cannot be run": ("based_on = 'V53'", "cannot be run"),
    "an unknown base": ("based_on = 'V99'", "No model, variant or scenario file"),
}
CONTRADICTIONS = {
    "groups without group 1": "groups = ['2']",
    "services left out of what was paid": "prices = 'paid'\nleft_out = ['0411']",
    "terms without age": "covariates.terms.remove = ['age_sex']",
    "bands wider than all ages": "age_band_years = 100",
    "countries that are not named": "origin_scheme = 'countries'",
    "countries without their scheme": "origin_countries = ['5611']",
    "nobody of working age": "labour_market_age_min = 68",
    "a benefit group both permanent and temporary": "permanent_benefits.add = ['sickness_benefit']",
    "a weight for each point of Charlson": "somatic_measure = 'charlson'\nsomatic_scheme = 'each'",
    "a covariate counted into an index": "somatic_measure = 'nordic'\ncounted_covariate = 'GP_CONDITIONS'",
    "a condition in both lists": "somatic_conditions.add = ['dementia']",
    "two terms of one name": "extra = ['HOME_CARE 1', 'HOME_CARE 2']",
    "a covariate called as a term": "extra = ['SOMATIC 1']",
    "nobody in the estimation": "excluded_clinic_types = ['plo', 'region', 'tender', 'island']",
    "every clinic left out": "left_out_types = ['plo', 'region', 'tender', 'island']",
    "a power of Poisson for Tweedie": "tweedie_power = 1",
    "an uplift without coefficients": "uplift = ['origin menapt 10']\nestimator = 'poisson'",
    "an uplift of a reference level": "uplift = ['origin other 10']",
    "an uplift of no term": "uplift = ['orign menapt 10']",
    "three life expectancies": "life_expectancy.columns = ['A', 'B', 'C']",
    "life expectancy by sex without sex": "life_expectancy.columns = ['A', 'B']\nsex = false",
    "covariates for areas": "life_expectancy.level = 'area'\nlife_expectancy.columns = ['A']",
    "nothing to mix": "shrinkage_citizens = 5000",
    "commuters moved twice": "area_by = 'clinic'\ncommuters_percent = 50",
    "the lowest above the highest": "lowest_per_capacity = 1800\nhighest_per_capacity = 1400",
}


def write(folder, text, name="own.toml"):
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def refusal(call, *arguments):
    with pytest.raises(ModelError) as refused:
        call(*arguments)
    assert refused.value.exit_code == 20
    return str(refused.value)


@pytest.mark.parametrize(("text", "key", "value"), CHANGED.values(), ids=CHANGED)
def test_a_value_changes_where(text, key, value, tmp_path):
    assert load_model(write(tmp_path, text)).values()[key] == value


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG)
def test_a_file_is_refused_and_says_what_was_expected_for(text, told, tmp_path):
    message = refusal(load_scenario, write(tmp_path, text))
    assert told in message
    assert message.startswith("own.toml: ")


@pytest.mark.parametrize("text", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_cannot_be_true_together_is_refused(text, tmp_path):
    assert len(refusal(load_model, write(tmp_path, text)).splitlines()) == 1


def test_everything_that_is_wrong_with_a_file_is_told_at_once(tmp_path):
    lines = ["titel = 'x'", "chronic_car = 'share'", "rounding = 'upp'", "area_by = 'clinic'", "commuters_percent = 50"]
    lines += [
        "extra = ['HOSPITAL_KM 20 10', 'X']",
        "based_on = 'V31.doubel'",
        "[cases.a]",
        "kk = 2",
        "[cases.b]",
        "k = 2",
    ]
    message = refusal(load_scenario, write(tmp_path, "\n".join(lines))).splitlines()
    for told in (
        "titel",
        "chronic_car",
        "upp",
        "capacity.commuters_percent",
        "covariates.extra",
        "doubel",
        "case a: 'kk'",
    ):
        assert [told in line for line in message].count(True) == 1, told


def test_what_is_wrong_with_every_case_is_told_once_and_with_one_alone_by_its_name(tmp_path):
    text = "area_by = 'clinic'\ncommuters_percent = 50\n[cases.a]\nk = 2\n[cases.b]\nterms.remove = ['age_sex']"
    message = refusal(load_scenario, write(tmp_path, text)).splitlines()
    assert [line.split(":")[1].strip() for line in message] == [
        "capacity.area_by and capacity.commuters_percent",
        "case b",
    ]


def test_a_value_that_cannot_be_read_contradicts_nothing(tmp_path):
    message = refusal(load_scenario, write(tmp_path, "origin_scheme = 'countries'\norigin_countries = ['x']"))
    assert len(message.splitlines()) == 1


def test_files_and_variants_build_on_each_other_in_a_chain(tmp_path):
    write(tmp_path, "based_on = 'V31.double'\nterms.remove = ['origin']\n[cases.small]\nk = 0.5", "first.toml")
    write(tmp_path, "based_on = 'first.toml.small'\nterms.add = ['origin']\nfloor = false", "second.toml")
    model = load_model(write(tmp_path, "based_on = 'second.toml'\npermanent_benefits.add = ['senior_pension']"))
    assert model.changed == ("covariates.permanent_benefits", "life_expectancy.exponent", "capacity.floor")
    assert model.life_expectancy.exponent == "0.5"


def test_a_chain_that_comes_back_is_refused(tmp_path):
    write(tmp_path, "based_on = 'own.toml'", "other.toml")
    assert "based on itself" in refusal(load_model, write(tmp_path, "based_on = 'other.toml'"))


def test_what_is_wrong_with_a_base_is_told_with_its_file(tmp_path):
    write(tmp_path, "rounding = 'upp'", "other.toml")
    message = refusal(load_model, write(tmp_path, "based_on = 'other.toml'\nkk = 2")).splitlines()
    assert [line.split(":")[0] for line in message] == ["own.toml", "other.toml"]


def test_cases_of_a_file_are_models_by_themselves(tmp_path):
    file = write(
        tmp_path, "id = 'mine'\ntitle = 'Norm'\nfloor = false\n[cases.low]\ntitle = 'low'\nk = 0\n[cases.high]\nk = 2"
    )
    scenario = load_scenario(file)
    assert [(case.name, case.title) for case in scenario.cases] == [("mine.low", "Norm: low"), ("mine.high", "Norm")]
    assert all("capacity.floor" in case.model.changed for case in scenario.cases)
    assert load_model(f"{file}.high").life_expectancy.exponent == "2"
    assert "mine.low, mine.high" in refusal(load_model, file)
    assert "nearest is 'high'" in refusal(load_model, f"{file}.hihg")


def test_a_file_needs_what_its_model_needs_and_what_it_says(tmp_path):
    text = "needs = ['clinics:OPEN']\nextra = ['HOSPITAL_KM 10']\ndisease_definition = 'hospital_and_medicine'"
    assert load_scenario(write(tmp_path, text)).needs == ("clinics:OPEN", "covariates:HOSPITAL_KM", "prescriptions")


def test_a_file_may_be_called_as_no_variant_is_and_hides_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "k = 7", "V31")
    assert load_model("V31").life_expectancy.exponent == "7"
    assert load_model("V31.double").life_expectancy.exponent == "2"


class TestTogether:
    def test_changes_of_variants_are_made_at_once(self):
        case = combined(["V31.none", "V17", "V07.none", "V16"])
        assert case.name == "V31.none+V17+V07.none+V16"
        assert case.model.covariates.terms == ("age_sex", "civil_status", "labour_market")
        assert case.model.life_expectancy.exponent == "0"

    def test_their_order_does_not_matter(self):
        names = ["V31.none", "V12", "V14.states", "V15"]
        assert combined(names).model.hash == combined(names[::-1]).model.hash == load_model("+".join(names)).hash

    def test_the_same_change_twice_is_one(self):
        assert combined(["V14.states", "V14.both"]).model.covariates.labour_market_weeks == 13

    def test_different_values_of_one_parameter_are_refused_and_all_are_named(self):
        message = refusal(combined, ["V31.none", "V31.double", "V17", "V18.finer"]).splitlines()
        assert ["V31.none and V31.double" in message[0], "V17 and V18.finer" in message[1]] == [True, True]
        assert "life_expectancy.exponent = '0'" in message[0]

    def test_changes_that_contradict_each_other_are_refused(self):
        assert "covariates.sex" in refusal(combined, ["V06", "V29"])
        assert "capacity.area_by" in refusal(combined, ["V04", "V05.half"])

    def test_every_part_that_is_not_there_is_named(self):
        assert len(refusal(load_model, "V99+V31.none+V98").splitlines()) == 2


class TestGrid:
    def test_each_value_is_a_model_named_by_it(self):
        found = {case.name: case.model.life_expectancy.exponent for case in grid(["k=0,0.5,1, 2"])}
        assert found == {f"life_expectancy.exponent={k}": k for k in ("0", "0.5", "1", "2")}
        assert next(case for case in grid(["k=1"])).model.hash == load_model().hash

    def test_several_are_taken_with_each_other(self):
        found = grid(["rounding=up,none", "somatic_cut_points=[1],[1,2]", "floor=true,false"])
        assert len({case.model.hash for case in found}) == 8
        assert found[-1].name == "capacity.rounding=none+covariates.somatic_cut_points=1,2+capacity.floor=false"

    def test_whatever_is_wrong_with_it_is_told_at_once(self):
        message = refusal(grid, ["k=0,x", "rundin=1", "floor=", "sex"]).splitlines()
        assert ["'x'" in message[0], "'rounding'" in message[1], "no values" in message[2]] == [True] * 3
        assert "twice" in refusal(grid, ["k=1,1.0"])
        assert "twice" in refusal(grid, ["k=1", "exponent=2"])
        assert "clinics.lowest_per_capacity" in refusal(grid, ["lowest_per_capacity=1900", "highest_per_capacity=1500"])


class TestChosen:
    def test_without_a_choice_all_packaged_ones_are_meant(self):
        assert len(chosen_scenarios()) >= 64

    def test_names_files_and_grids_are_taken_together(self, tmp_path):
        found = chosen_scenarios(["V31", "V17+V31.none", "V53"], [write(tmp_path, "k = 3")], ["floor_km2=25,50"])
        names = [[case.name for case in scenario.cases] for scenario in found]
        assert [len(cases) for cases in names] == [4, 1, 0, 1, 1, 1]
        assert names[1] == ["V17+V31.none"]
        assert names[3] == ["own"]

    def test_two_models_of_one_name_are_refused(self, tmp_path):
        assert "'V31.none'" in refusal(chosen_scenarios, ["V31", "V31.none"])
        message = refusal(chosen_scenarios, ["V99", "V31", "V31.none"], [write(tmp_path, "kk = 3")])
        assert len(message.splitlines()) == 3


SCHEMA = scenario_schema()


class TestSchema:
    def test_it_is_a_schema_of_draft_2020_12(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        assert json.loads(commands.done("scenarios", "--schema")) == SCHEMA

    def test_every_parameter_may_be_written_in_full_and_says_what_it_means(self):
        for key, parameter in parameters().items():
            assert key in SCHEMA["properties"]
            assert parameter.doc in SCHEMA["$defs"][key]["description"]

    @pytest.mark.parametrize(
        "text", ["titel = 'x'", "rounding = 'upp'", "floor_km2 = 0", "[cases.A]\nk = 2", "extra = ['X']"]
    )
    def test_it_refuses_what_the_program_refuses(self, text, tmp_path):
        refusal(load_scenario, write(tmp_path, text))
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(tomllib.loads(text))


@given(st.sampled_from(sorted(parameters())), st.data())
def test_a_value_that_is_accepted_is_accepted_again_as_it_is(key, data):
    form = form_of(key)
    low, high = form.limits or (0, 9)
    one = st.sampled_from(form.words) if form.words else st.integers(low, high) if form.type == "integer" else st.text()
    anything = st.one_of(one, st.lists(one, max_size=4), st.booleans(), st.integers(), st.floats(), st.none())
    try:
        value = typed(key, data.draw(anything))
    except ModelError as refused:
        assert str(refused).startswith(key)
    else:
        assert typed(key, value) == value


def test_the_national_model_has_the_values_of_the_law_in_their_own_form():
    assert {key: typed(key, parameter.value) for key, parameter in parameters().items()} == {
        key: parameter.value for key, parameter in parameters().items()
    }
    assert load_case("V31.none").model.name == "V31.none"
    assert load_model(NATIONAL.upper()).changed == ()
