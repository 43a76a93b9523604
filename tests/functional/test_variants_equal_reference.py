"""Every packaged variant gives, to the last digit, what the slow reference gives by the same resolved model.

Least squares is exact. The other estimators count in binary: their coefficients are held against the reference's to two
units of the last digit published, and all that follows from them is exact again. An invented nation is as the country
may be; an awkward one has every value on a border, blank or impossible.
"""

import random

import pytest

from fordel_dask.cli.nation import write_nation as invent
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.errors import FordelError, ModelError
from fordel_dask.law.parameters import parameters
from fordel_dask.model import load_model
from fordel_dask.model.model import model_with
from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.model.together import combined
from tests.lib.any_models import any_model
from tests.lib.compare import printed_differences
from tests.lib.nations import random_options, write_nation
from tests.lib.small_nations import (
    ONE_THREAD,
    coefficients,
    outcome_of,
    predictions,
    printed,
    read_twice,
    reference_tables,
    reference_weights,
)
from tests.reference.model import ReferenceError as Refused

CITIZENS = 5_000  # the fewest of this seed with which all levels of all variants can be estimated
AWKWARD_CITIZENS = 2_000
SMALL = {"clinics.small_threshold": 40}  # of patients: a clinic of these nations has some 75
SMALL_CAPACITIES = {"capacity.citizens_per_capacity": 20, "capacity.floor_km2": 1, "clinics.island_threshold": 25}
DELIVERED = {"projection": True, "prescriptions": True, "extras": True}
TWO_UNITS = 2  # of 10⁻⁶ kroner, or of its logarithm
CASES = {case.name: case.model for scenario in packaged_scenarios() for case in scenario.cases}
TOGETHER = {
    "who is counted": (
        ["V59", "V02.left_out", "V03.special_housing", "V37", "M06"],
        {"weights.standard_errors": "hc0", "clinics.island_threshold": 90},
    ),
    "fees by time, with all services": (
        ["V40", "M03.all", "V39.less", "V06", "V58.next_year"],
        {"consumption.specialities": ("80", "81")},
    ),
    "some contacts left out": (
        ["M03.basic", "M02.visits_by_distance", "V39.share", "V10.both", "V02.patients_only"],
        {"covariates.single_elderly_from": 70, "covariates.civil_status": ("E", "F")},
    ),
    "paid, and imputed": (["M02.paid", "V39.imputed", "V31.additive", "V03.islands", "V02.patients_only"], {}),
    "singles, countries and work": (
        ["V07.countries", "V09", "V12", "V14.both", "V41.well_covered", "V31.half", "V03.special_housing"],
        {
            "covariates.single_age_starts": (20, 40, 60),
            "covariates.labour_market_age_min": 20,
            "covariates.labour_market_age_max": 75,
        },
    ),
    "origin of immigrants, pension age, conditions added": (
        ["V08", "V13", "V23", "V18.finer", "M13", "V21.years_10", "V24.primary", "V20"],
        {"covariates.origin_types": ("2",), "covariates.oldest_band_from": 85},
    ),
    "a weight for each disease, with medicine": (["V19.both", "V22", "V15"], {}),
    "an index, without work": (
        ["M15.nordic", "V24.years_5", "M07.years_10"],
        {"covariates.terms": ("age_sex", "origin", "somatic")},
    ),
    "all extra covariates": (
        ["V31.none"],
        {
            "covariates.extra": (
                "HOSPITAL_KM 10 20 40",
                "DEPRIVED_HOUSING 1",
                "DEPRIVATION_INDEX 20 30.5 40 50",
                "HOME_CARE 0.25 2 7 20",
                "MORTALITY_RISK 1 5 20 50 100",
            )
        },
    ),
    "Poisson by area, need at the clinic": (["M19.poisson", "V26.mixed_5000", "V04", "V01.none"], {}),
    "Tweedie, lives by sex, half of the commuters": (
        ["M19.tweedie", "V29", "V05.half", "V58.mid_year", "V56.km2_25"],
        {"weights.tweedie_power": "1.7"},
    ),
    "trees, years left at 65, few offers": (["M19.trees", "V28", "V55", "V64.norm_1200", "V01.nearest"], {}),
    "within clinics, uplifted, numbers on their way": (
        [
            *("M19.within_clinics", "V41.uplift", "V56.council", "V44.corridor", "V45.patients_50", "V34.half"),
            *("V49.first_year", "V47", "R31.step_10"),
        ],
        {},
    ),
    "no floor, areas of planning": (["V27", "V56.off", "V34.quarter", "V49.second_year", "V45.patients_100"], {}),
}

OFTEN = ("who is counted", "all extra covariates", "within clinics, uplifted, numbers on their way")
"""Of the invented nation in every run of the tests; the awkward one has them all."""


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variants")
    kind = {"citizens": CITIZENS, "seed": 7, "extras": True}
    invent(folder / "registers", kind, ONE_THREAD, ProgressLines(quiet=True))
    return read_twice(folder / "registers", folder / "store")


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    folder = tmp_path_factory.mktemp("awkward")
    write_nation(folder / "registers", seed=2, citizens=AWKWARD_CITIZENS, **DELIVERED)
    return read_twice(folder / "registers", folder / "store")


def changed(model, changes):
    return model_with(model.name, {**model.values(), **changes})


def together(names, changes):
    return changed(combined(names).model, {**SMALL, **changes})


def for_small_capacities(model):
    """Give the model with capacities of 20 citizens, of which an awkward nation has enough, where it has the law's."""
    own, lawful = model.values(), load_model().values()
    return changed(model, {key: value for key, value in SMALL_CAPACITIES.items() if own[key] == lawful[key]})


def weights_of_the_pipeline(nation, model, outcome):
    """Give the pipeline's weights where they count in binary, none where the reference must find the very same."""
    if model.weights.estimator == "least_squares":
        return None
    if model.weights.estimator == "gradient_boosting":
        return predictions(outcome)
    expected = reference_weights(nation, model)
    found = coefficients(outcome)
    assert list(found) == expected.levels
    pairs = zip(found.values(), expected.coefficients, strict=True)
    assert max(abs(got - wanted) for got, wanted in pairs) <= TWO_UNITS
    return found


def micro(text):
    return None if text == "" else round(float(text) * 1e6)


def expect_near(got, expected):
    """Errors within clinics are binary on both sides."""
    pairs = [(micro(one), micro(other)) for one, other in zip(got, expected, strict=True)]
    assert [one is None for one, _ in pairs] == [other is None for _, other in pairs]
    assert max(abs(one - other) for one, other in pairs if one is not None) <= TWO_UNITS


def expect_equal_or_refused(nation, model):
    """Both refuse a model that the data do not allow, with the same exit code."""
    try:
        expect_equal(nation, model)
    except FordelError as refusal:
        with pytest.raises(Refused) as refused:
            reference_tables(nation, model)
        assert refused.value.exit_code == refusal.exit_code, str(refusal)


def expect_equal(nation, model):
    outcome = outcome_of(nation, model)
    got = printed(outcome)
    expected = reference_tables(nation, model, weights_of_the_pipeline(nation, model, outcome))
    if model.weights.estimator == "clinic_fixed_effects":
        expect_near(got["weights"]["standard_error_kr"], expected["weights"].pop("standard_error_kr"))
    differing = [line for name in expected for line in printed_differences(name, got[name], expected[name])]
    assert differing == [], differing


@pytest.mark.parametrize("name", TOGETHER)
def test_variants_made_together_equal_the_reference_on_an_awkward_nation(name, awkward):
    expect_equal(awkward, for_small_capacities(together(*TOGETHER[name])))


@pytest.mark.parametrize(
    "name", [one if one in OFTEN else pytest.param(one, marks=pytest.mark.long) for one in TOGETHER]
)
def test_variants_made_together_equal_the_reference(name, nation):
    expect_equal(nation, together(*TOGETHER[name]))


def test_variants_made_together_change_every_parameter():
    models = [together(*of) for of in TOGETHER.values()]
    default = load_model().values()
    moved = {key for model in models for key, value in model.values().items() if value != default[key]}
    assert {*parameters()} == moved


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_every_packaged_case_equals_the_reference(name, nation):
    expect_equal(nation, changed(CASES[name], SMALL))


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_every_packaged_case_equals_the_reference_on_an_awkward_nation(name, awkward):
    expect_equal_or_refused(awkward, for_small_capacities(changed(CASES[name], SMALL)))


def any_variants(rng):
    """Give up to a dozen cases that can be made together."""
    picked = []
    for case in rng.sample(sorted(CASES), len(CASES)):
        try:
            combined([*picked, case])
        except ModelError:
            continue
        picked.append(case)
        if len(picked) == 12:
            break
    return picked


@pytest.mark.long
@pytest.mark.parametrize("seed", range(500, 600))
def test_a_hundred_awkward_nations_with_any_variants_together(seed, tmp_path):
    rng = random.Random(seed)
    delivered = random_options(seed) | DELIVERED | {"projection": rng.random() < 0.5}
    write_nation(tmp_path / "registers", seed, citizens=1_500, **delivered)
    nation = read_twice(tmp_path / "registers", tmp_path / "store", partitions=1 + seed % 5)
    expect_equal_or_refused(nation, for_small_capacities(together(any_variants(rng), {})))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(600, 700))
def test_a_hundred_awkward_nations_with_models_of_any_values(seed, tmp_path):
    rng = random.Random(seed)
    delivered = random_options(seed) | DELIVERED | {"projection": rng.random() < 0.5}
    write_nation(tmp_path / "registers", seed, citizens=1_800, **delivered)
    nation = read_twice(tmp_path / "registers", tmp_path / "store", partitions=1 + seed % 5)
    for _ in range(3):
        expect_equal_or_refused(nation, any_model(rng))
