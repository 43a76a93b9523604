"""The weights are right: the planted ones are found again, and statsmodels agrees on individuals."""

import csv
import json

import numpy as np
import pytest
import statsmodels.api as sm

from fordel_dask import pass_rules, pipeline
from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.deriving import read_partition
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.model import design_of, load_model
from fordel_dask.store import open_store
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)


def standardised_errors(folder, seed, citizens):
    write_synthetic(folder / "registers", {"citizens": citizens, "seed": seed}, Threads(2), SILENT)
    ingest_registers(folder / "registers", folder / "store", None, HERE, SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, HERE, SILENT)
    truth = json.loads((folder / "registers" / "truth.json").read_text("utf-8"))["coefficients"]
    planted = {(row["term"], row["level"]): float(row["coefficient_kr"]) for row in truth}
    with (folder / "run" / "weights.csv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert len(found) == len(planted) == 46
    return [
        (float(row["coefficient_kr"]) - planted[row["term"], row["level"]]) / float(row["standard_error_kr"])
        for row in found
    ]


def test_planted_weights_lie_within_the_errors_of_one_nation(tmp_path):
    errors = np.array(standardised_errors(tmp_path, seed=11, citizens=30_000))
    assert abs(errors).max() < 4.5
    assert 0.6 < errors.std() < 1.5


@pytest.mark.long
def test_planted_weights_are_recovered_over_twenty_nations(tmp_path):
    errors = np.array([standardised_errors(tmp_path / str(seed), seed, 60_000) for seed in range(1, 21)])
    assert abs(errors.mean()) <= 0.15
    assert 0.9 <= errors.std() <= 1.1


@pytest.mark.parametrize("kind", ["clustered", "hc0"])
def test_statsmodels_agrees_on_individual_citizens(kind, tmp_path):
    write_nation(tmp_path / "registers", seed=33, citizens=3000)
    ingest_registers(tmp_path / "registers", tmp_path / "store", 2, HERE, SILENT)
    (tmp_path / "model.toml").write_text(f'standard_errors = "{kind}"\n', "utf-8")
    model, store = load_model(str(tmp_path / "model.toml")), open_store(tmp_path / "store")
    outcome = pipeline.run_model(store, model, Threads(1), SILENT)
    rules = outcome.prepared.rules
    everybody = [
        citizen
        for partition in range(store.grid.partitions)
        for citizen in individuals(read_partition(partition, rules))
    ]
    clinic, cell, exposure, fee = np.array(everybody).T
    days = pass_rules.days_of(store.year)
    x = design_of(model.covariates).dummies[cell.astype(int)][:, list(outcome.fit.columns)]
    fit = sm.WLS(fee * days / exposure / 100, x, weights=exposure / days)
    robust = {"cov_type": "cluster", "cov_kwds": {"groups": clinic}} if kind == "clustered" else {"cov_type": "HC0"}
    result = fit.fit(**robust)
    np.testing.assert_allclose(np.array(outcome.fit.micro) / 1e6, result.params, rtol=1e-8, atol=1e-6)
    np.testing.assert_allclose(np.array(outcome.errors_micro) / 1e6, result.bse, rtol=1e-8, atol=2e-6)


def individuals(derived):
    sample = derived.in_sample
    return zip(derived.clinic[sample], derived.cell[sample], derived.exposure[sample], derived.fee[sample], strict=True)
