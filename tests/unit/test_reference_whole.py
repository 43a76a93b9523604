"""The whole reference on awkward nations: its own laws, its refusals, and an outside oracle."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from tests.lib.compare import differences
from tests.lib.nations import FAULTS, random_options, shuffle_nation, write_nation
from tests.reference import ReferenceError, run_reference
from tests.reference.capacity import municipality_areas
from tests.reference.citizens import counted_citizens
from tests.reference.consumption import add_fees
from tests.reference.covariates import add_covariates
from tests.reference.explanation import area_parts
from tests.reference.model import resolve
from tests.reference.registers import read_registers
from tests.reference.run import write_tables
from tests.reference.scoring import add_weights
from tests.reference.terms import cells_of, levels_of
from tests.reference.weights import estimate, own_levels

NANO = 10**9


@pytest.mark.parametrize("seed", [0, 6])
def test_order_and_files_do_not_matter(tmp_path, seed):
    nation = write_nation(tmp_path / "nation", seed, **random_options(seed))
    write_tables(run_reference(nation), tmp_path / "run")
    shuffled = shuffle_nation(nation, tmp_path / "shuffled", seed)
    assert differences(tmp_path / "run", run_reference(shuffled)) == []


def test_form_does_not_matter(tmp_path):
    plain = run_reference(write_nation(tmp_path / "plain", 1, projection=True))
    write_tables(plain, tmp_path / "run")
    tough = {
        "pnr": "mixed",
        "dates": "timestamp",
        "codes": "untidy",
        "names": "mixed",
        "numbers": "decimal",
        "files": 3,
    }
    for number, form in enumerate([tough, {"suffix": "semicolon", "codes": "float", "dates": "text"}]):
        other = write_nation(tmp_path / str(number), 1, projection=True, **form)
        assert differences(tmp_path / "run", run_reference(other)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_refused(tmp_path, fault):
    with pytest.raises(ReferenceError) as refusal:
        run_reference(write_nation(tmp_path / "nation", 3, 200, fault=fault))
    assert refusal.value.exit_code == FAULTS[fault]


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """Give registers, citizens with weights, weights, scale and model of a nation with a projection."""
    directory = write_nation(tmp_path_factory.mktemp("nation"), 11, 2_000, projection=True)
    model = resolve({})
    registers = read_registers(directory)
    citizens = add_covariates(counted_citizens(registers, model), registers, model)
    citizens = add_fees(citizens, registers, model)
    weights = estimate(citizens, registers.days, model)
    citizens, scale = add_weights(citizens, weights, registers, model)
    return registers, citizens, weights, scale, model


def test_all_levels_are_present_at_two_thousand_citizens(scored):
    assert scored[2].levels == levels_of(scored[2].terms)


def test_weights_sum_to_the_citizens(scored):
    _, citizens, *_ = scored
    difference = Fraction(sum(citizens["weight"].tolist()), NANO) - len(citizens)
    assert abs(difference) <= Fraction(len(citizens), 2 * NANO)


def test_parts_sum_exactly_to_what_they_explain(scored):
    registers, citizens, weights, scale, model = scored
    areas = municipality_areas(citizens, registers, model)
    sums: Counter[tuple[str, str]] = Counter()
    for kind, code, part in area_parts(citizens, registers, areas, weights, scale):
        sums[kind, code] += part.weighted
    for code, own in citizens[citizens["clinic"] != ""].groupby("clinic"):
        assert sums["clinic", code] == Fraction(sum(own["weight"].tolist()), NANO) - len(own)
    for code, area in areas.items():
        assert sums["municipality", code] == area.weighted - area.projected
    for council, own in registers.municipalities.groupby("council_id"):
        assert sums["council", council] == sum(areas[code].weighted - areas[code].projected for code in own.index)


@pytest.mark.parametrize("kind", ["clustered", "hc0"])
def test_weights_equal_statsmodels(scored, kind):
    linear_model = pytest.importorskip("statsmodels.regression.linear_model", reason="the oracle is optional")
    registers, citizens, *_ = scored
    weights = estimate(citizens, registers.days, resolve({"weights.standard_errors": kind}))
    sample = citizens[citizens["sample"]]
    ones = [dict.fromkeys(own_levels(cell, weights.terms), 1.0) for cell in cells_of(sample, weights.terms)]
    x = np.array([[row.get(level, 0.0) for level in weights.levels] for row in ones])
    share = sample["exposure"].to_numpy(float) / registers.days
    groups = {"groups": sample["clinic"].astype("category").cat.codes.to_numpy()}
    fit = linear_model.WLS(sample["fee"].to_numpy(float) / 100 / share, x, weights=share).fit(
        **({"cov_type": "cluster", "cov_kwds": groups} if kind == "clustered" else {"cov_type": "HC0"})
    )
    np.testing.assert_allclose(np.array(weights.coefficients) / 1e6, fit.params, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(np.array(weights.standard_errors) / 1e6, fit.bse, rtol=1e-6, atol=1e-5)
