"""The reference's choices about weights: other estimators against outside oracles, uplifts, life expectancy by hand."""

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from tests.lib.nations import write_nation
from tests.reference import ReferenceError, run_reference
from tests.reference.capacity import municipality_areas
from tests.reference.explanation import area_parts
from tests.reference.life_expectancy import factor, life_expectancy_factors
from tests.reference.model import DEFAULTS, resolve
from tests.reference.registers import Registers
from tests.reference.run import weighted_citizens
from tests.reference.scoring import add_weights
from tests.reference.terms import cells_of, terms_of
from tests.reference.weights import estimate, own_levels

NANO = 10**9
ESTIMATORS = ["clinic_fixed_effects", "poisson", "tweedie", "gradient_boosting"]


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """Give the weighted citizens of a nation by the default model."""
    return weighted_citizens(write_nation(tmp_path_factory.mktemp("nation"), 11, 2_000))


def sample_of(scored):
    """Give the sample's dummies, annual fees in kroner, shares of the year and clinics."""
    citizens, registers, weights, _ = scored
    sample = citizens[citizens["sample"]]
    ones = [set(own_levels(cell, weights.terms)) for cell in cells_of(sample, weights.terms)]
    x = np.array([[float(level in row) for level in weights.levels] for row in ones])
    share = sample["exposure"].to_numpy(float) / registers.days
    return x, sample["fee"].to_numpy(float) / 100 / share, share, sample["clinic"]


def estimated(scored, **changes):
    citizens, registers, *_ = scored
    model = resolve({f"weights.{name}": value for name, value in changes.items()})
    return estimate(citizens, registers.days, model)


@pytest.mark.parametrize(("estimator", "power"), [("poisson", 1.0), ("tweedie", 1.3)])
def test_a_log_link_equals_statsmodels(scored, estimator, power):
    api = pytest.importorskip("statsmodels.api", reason="the oracle is optional")
    x, y, share, _ = sample_of(scored)
    family = api.families.Poisson() if power == 1 else api.families.Tweedie(var_power=power)
    fit = api.GLM(y, x, family=family, var_weights=share).fit(tol=1e-12, tol_criterion="params")
    weights = estimated(scored, estimator=estimator, tweedie_power=str(power))
    np.testing.assert_allclose(np.array(weights.coefficients) / 1e6, fit.params, rtol=0, atol=2e-6)
    assert set(weights.standard_errors) == {None}


def test_clinics_own_levels_equal_those_of_statsmodels(scored):
    linear_model = pytest.importorskip("statsmodels.regression.linear_model", reason="the oracle is optional")
    x, y, share, clinics = sample_of(scored)
    of_clinics = pd.get_dummies(clinics).to_numpy(float)
    groups = {"groups": clinics.astype("category").cat.codes.to_numpy()}
    fit = linear_model.WLS(y, np.hstack([x[:, 1:], of_clinics]), weights=share).fit(cov_type="cluster", cov_kwds=groups)
    weights = estimated(scored, estimator="clinic_fixed_effects")
    ages, effects = 38, x.shape[1] - 1
    beta, errors = np.array(weights.coefficients) / 1e6, weights.standard_errors
    np.testing.assert_allclose(beta[1:ages] - beta[0], fit.params[: ages - 1], rtol=0, atol=3e-6)
    np.testing.assert_allclose(beta[ages:], fit.params[ages - 1 : effects], rtol=0, atol=3e-6)
    np.testing.assert_allclose(np.array(errors[1:]) / 1e6, fit.bse[:effects], rtol=1e-6)
    assert errors[0] is None
    assert abs(np.average(y - x @ beta, weights=share)) < 1e-5, "consumption as a whole is not the same"


def test_trees_expect_what_they_were_shown_on_average(scored):
    citizens = scored.citizens
    weights = estimated(scored, estimator="gradient_boosting")
    _, y, share, _ = sample_of(scored)
    sample = citizens[citizens["sample"]]
    expected = [weights.predictions[cell] / 1e6 for cell in cells_of(sample, weights.terms)]
    assert np.average(expected, weights=share) == pytest.approx(np.average(y, weights=share), rel=1e-9)
    assert set(weights.coefficients) == {0}


def test_given_coefficients_are_taken_as_they_are(scored):
    citizens, registers, weights, _ = scored
    given = dict(zip(weights.levels, range(len(weights.levels)), strict=True))
    for estimator in ("least_squares", "poisson", "clinic_fixed_effects"):
        model = resolve({"weights.estimator": estimator})
        assert estimate(citizens, registers.days, model, given).coefficients == list(range(len(given)))
    trees = resolve({"weights.estimator": "gradient_boosting"})
    cells = dict.fromkeys(set(cells_of(citizens, weights.terms)), 7)
    assert estimate(citizens, registers.days, trees, cells).raw(next(iter(cells))) == 7


def test_a_weight_with_a_log_link_is_the_power_of_e(scored):
    weights = estimated(scored, estimator="poisson")
    cell = ("M 0-4", "", "", "", "", "")
    assert weights.raw(cell) == round(math.exp(weights.linear(cell) / 1e6) * 1e6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_parts_sum_to_what_they_explain_whatever_the_estimator(scored, estimator):
    citizens, registers, *_ = scored
    model = resolve({"weights.estimator": estimator})
    weights = estimate(citizens, registers.days, model)
    again = citizens.drop(columns=["linear", "raw", "place", "weight"])
    weighted, scale = add_weights(again, weights, registers, model)
    areas = municipality_areas(weighted, registers, model)
    sums, of_levels = Counter(), Counter()
    for kind, code, part in area_parts(weighted, registers, areas, weights, scale):
        sums[kind, code] += part.weighted
        of_levels[part.term] += abs(part.weighted)
    for code, own in weighted.groupby("municipality"):
        assert sums["municipality", code] == Fraction(sum(own["weight"].tolist()), NANO) - len(own)
    assert (of_levels["age_sex"] == 0) == (estimator != "clinic_fixed_effects")
    assert of_levels["clamp"] > 0 or estimator == "clinic_fixed_effects"


def test_weights_that_do_not_add_up_are_printed_without_error_and_share(tmp_path):
    nation = write_nation(tmp_path / "nation", 11, 2_000)
    table = run_reference(nation, {"weights.estimator": "poisson"})["weights"]
    assert set(table["standard_error_kr"]) == set(table["weight"]) == {""}
    assert "" not in set(table["coefficient_kr"])


def test_an_uplift_is_a_part_of_the_mean_before_any_uplift(scored):
    citizens, _, plain, _ = scored
    raw = [plain.raw(cell) for cell in cells_of(citizens, plain.terms)]
    lifted = estimated(scored, uplift=["origin menapt 10", "age_sex M 0-4 -2.5"])
    change = {
        level: new - old
        for level, new, old in zip(plain.levels, lifted.coefficients, plain.coefficients, strict=True)
        if new != old
    }
    mean = Fraction(sum(raw), len(raw))
    assert change == {("origin", "menapt"): round(mean / 10), ("age_sex", "M 0-4"): round(-mean / 40)}
    assert lifted.standard_errors == plain.standard_errors


def test_an_uplift_of_no_level_is_refused(scored):
    with pytest.raises(ReferenceError) as refusal:
        estimated(scored, uplift=["origin martian 10"])
    assert refusal.value.exit_code == 20


FACTORS = {  # form, exponent, own years where the nation has 80
    "the ratio": ("ratio", "1", 64, Fraction(5, 4)),
    "its square": ("ratio", "2", 64, Fraction(25, 16)),
    "additive": ("additive", "1", 64, Fraction(6, 5)),
    "additive, half as strong, exactly": ("additive", "0.5", 64, Fraction(11, 10)),
    "additive, longer lives": ("additive", "1", 88, Fraction(9, 10)),
    "switched off": ("additive", "0", 64, Fraction(1)),
}


@pytest.mark.parametrize(("form", "exponent", "own", "expected"), FACTORS.values(), ids=FACTORS)
def test_factor_of_life_expectancy(form, exponent, own, expected):
    model = resolve({"life_expectancy.form": form, "life_expectancy.exponent": exponent})
    assert factor(Fraction(80), Fraction(own), model) == expected


def lives(**columns):
    """Give registers of three municipalities, A and B of one council and C of another, with extra covariates."""
    registers = Registers(2026, Fraction(80))
    registers.municipalities = pd.DataFrame(
        {"council_id": ["x", "x", "y"], "life_expectancy": [Fraction(80), None, Fraction(64)]}, index=list("ABC")
    )
    registers.covariates = {"KOM": {name: dict(zip("ABC", years, strict=False)) for name, years in columns.items()}}
    return registers


def residents(*rows):
    return pd.DataFrame(rows, columns=["municipality", "sex", "area"])


SIX = residents(*[("A", "1", "")] * 3, ("B", "2", ""), ("C", "1", ""), ("C", "2", ""))


def factors_of(registers, citizens, **changes):
    model = resolve({f"life_expectancy.{name}": value for name, value in changes.items()})
    places, factors = life_expectancy_factors(citizens, registers, model)
    return [factors[place] for place in places]


def test_a_column_of_life_expectancy_is_held_against_its_mean_over_citizens():
    registers = lives(AT_65=[Fraction(20), None, Fraction(17)])
    del registers.covariates["KOM"]["AT_65"]["B"]
    # B borrows 20 of A; the nation has (4 × 20 + 2 × 17) ÷ 6 = 19
    assert factors_of(registers, SIX, columns=["AT_65"]) == [Fraction(19, 20)] * 4 + [Fraction(19, 17)] * 2


def test_a_council_without_any_has_the_mean_of_the_others():
    registers = lives(AT_65=[Fraction(20), Fraction(20)])
    assert factors_of(registers, SIX, columns=["AT_65"]) == [1] * 6


def test_life_expectancy_by_sex_is_held_against_that_of_the_sex():
    registers = lives(MEN=[Fraction(70), Fraction(70), Fraction(78)], WOMEN=[Fraction(80), Fraction(80), Fraction(84)])
    # men: (3 × 70 + 78) ÷ 4 = 72; women: (80 + 84) ÷ 2 = 82
    expected = [Fraction(72, 70)] * 3 + [Fraction(82, 80), Fraction(72, 78), Fraction(82, 84)]
    assert factors_of(registers, SIX, columns=["MEN", "WOMEN"]) == expected


def test_a_column_must_be_delivered():
    with pytest.raises(ReferenceError) as refusal:
        factors_of(lives(), SIX, columns=["AT_65"])
    assert refusal.value.exit_code == 11


def areas():
    registers = lives()
    registers.areas = pd.DataFrame(
        {"municipality": ["A", "A", "C"], "life_expectancy": [Fraction(70), None, Fraction(100)]},
        index=["a1", "a2", "c1"],
        dtype=object,
    )
    return registers


AREAS = {  # municipality, area → years with 0 and with 3 citizens of the municipality mixed in
    "its own years": (("A", "a1"), 70, Fraction(3 * 70 + 3 * 80, 6)),
    "an area without years: the municipality's": (("A", "a2"), 80, 80),
    "no area: the municipality's": (("A", ""), 80, 80),
    "an area of elsewhere: the municipality's": (("A", "c1"), 80, 80),
    "of an area nobody has heard of: the municipality's": (("C", "z9"), 64, 64),
    "years of another area": (("C", "c1"), 100, Fraction(3 * 100 + 3 * 64, 6)),
}


@pytest.mark.parametrize(("home", "own", "mixed"), AREAS.values(), ids=AREAS)
def test_life_expectancy_of_areas(home, own, mixed):
    citizens = residents(*[(home[0], "1", home[1])] * 3)
    assert set(factors_of(areas(), citizens, level="area")) == {Fraction(80) / own}
    assert set(factors_of(areas(), citizens, level="area", shrinkage_citizens=3)) == {Fraction(80) / mixed}


def test_areas_must_be_delivered():
    with pytest.raises(ReferenceError) as refusal:
        factors_of(lives(), SIX, level="area")
    assert refusal.value.exit_code == 11


def test_weights_by_sex_still_sum_to_the_citizens(scored):
    citizens, registers, weights, _ = scored
    codes = list(registers.municipalities.index)
    registers.covariates = {"KOM": {"MEN": {code: Fraction(70 + n % 9) for n, code in enumerate(codes)}}}
    registers.covariates["KOM"]["WOMEN"] = {
        code: years + 4 for code, years in registers.covariates["KOM"]["MEN"].items()
    }
    again = citizens.drop(columns=["linear", "raw", "place", "weight"])
    model = resolve({"life_expectancy.columns": ["MEN", "WOMEN"]})
    weighted, _ = add_weights(again, weights, registers, model)
    assert abs(sum(weighted["weight"].tolist()) - len(weighted) * NANO) <= len(weighted)


def test_the_default_has_six_terms():
    assert [len(term.levels) for term in terms_of(DEFAULTS)] == [38, 1, 1, 2, 3, 1]
