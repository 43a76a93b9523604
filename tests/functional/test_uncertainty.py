"""Uncertainty is right: statsmodels and textbook formulas on single citizens agree with what sums by clinic give."""

import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm

from fordel_dask import pass_rules, pipeline
from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import sureness, sureness_text
from fordel_dask.deriving import read_partition
from fordel_dask.doubt import doubts_of
from fordel_dask.figures import Figures, clusters_of_outcome, names_of, population_of
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.law.rounding import NANO
from fordel_dask.model import design_of, load_model
from fordel_dask.store import open_store
from fordel_dask.uncertainty import (
    clinic_counts,
    clustered,
    fixed_effects,
    jackknife_errors,
    jackknifed,
    leave_one_out,
    of_some,
    reweighted,
)
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
CITIZENS = 12_000
ROUNDING = 1e-4  # øre: coefficients are published to a millionth of a krone


@dataclasses.dataclass(frozen=True)
class Individuals:
    """The citizens of the sample, one element each; fees in øre, exposure in days."""

    clinic: np.ndarray
    x: np.ndarray
    exposure: np.ndarray
    annual: np.ndarray


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """Give a store of an invented nation and what a run finds in it."""
    folder = tmp_path_factory.mktemp("uncertain")
    write_synthetic(folder / "registers", {"citizens": CITIZENS, "seed": 4}, Threads(2), SILENT)
    ingest_registers(folder / "registers", folder / "store", 3, HERE, SILENT)
    store = open_store(folder / "store")
    return store, pipeline.run_model(store, load_model("national-2025"), Threads(2), SILENT)


@pytest.fixture(scope="module")
def clusters(nation):
    return clusters_of_outcome(nation[1])


@pytest.fixture(scope="module")
def individuals(nation):
    store, outcome = nation
    rules = outcome.prepared.rules
    derived = [read_partition(partition, rules) for partition in range(store.grid.partitions)]
    clinic, cell, exposure, fee = (
        np.concatenate([getattr(one, name)[one.in_sample] for one in derived])
        for name in ("clinic", "cell", "exposure", "fee")
    )
    x = design_of(outcome.model.covariates).dummies[cell][:, list(outcome.fit.columns)].astype(float)
    return Individuals(clinic, x, exposure.astype(float), fee * pass_rules.days_of(store.year) / exposure)


def test_clustered_covariance_is_that_of_statsmodels(clusters, individuals):
    fit = sm.WLS(individuals.annual, individuals.x, weights=individuals.exposure)
    result = fit.fit(cov_type="cluster", cov_kwds={"groups": individuals.clinic})
    np.testing.assert_allclose(clusters.coefficients, result.params, rtol=1e-8, atol=ROUNDING)
    np.testing.assert_allclose(np.sqrt(np.diag(clustered(clusters))), result.bse, rtol=1e-8)


def test_fixed_effects_are_those_of_statsmodels_with_a_dummy_for_every_clinic(clusters, individuals):
    coefficients, covariance = fixed_effects(clusters)
    dummies = (individuals.clinic[:, None] == np.unique(individuals.clinic)).astype(float)
    x = np.hstack([individuals.x[:, 1:], dummies])
    result = sm.WLS(individuals.annual, x, weights=individuals.exposure).fit(
        cov_type="cluster", cov_kwds={"groups": individuals.clinic}
    )
    size = clusters.columns - 1
    ages = list(clusters.everyone)
    relative = coefficients.copy()
    relative[ages] -= relative[ages[0]]
    np.testing.assert_allclose(relative[1:], result.params[:size], rtol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance))[1:], result.bse[:size], rtol=1e-8)
    spent = (individuals.annual * individuals.exposure).sum()
    assert (individuals.x @ coefficients * individuals.exposure).sum() == pytest.approx(spent, rel=1e-10)


def test_the_jackknife_is_cr3_of_the_residuals(clusters, individuals):
    bread = np.linalg.inv((individuals.x * individuals.exposure[:, None]).T @ individuals.x)
    root = np.sqrt(individuals.exposure)
    x, residual = individuals.x * root[:, None], (individuals.annual - individuals.x @ clusters.coefficients) * root
    middle = np.zeros_like(bread)
    for clinic in np.unique(individuals.clinic):
        mine = individuals.clinic == clinic
        leverage = x[mine] @ bread @ x[mine].T
        adjusted = np.linalg.solve(np.eye(len(leverage)) - leverage, residual[mine])
        score = x[mine].T @ adjusted
        middle += np.outer(score, score)
    count = len(clusters.clinics)
    cr3 = (count - 1) / count * bread @ middle @ bread
    found = jackknifed(leave_one_out(clusters), clusters.coefficients)
    np.testing.assert_allclose(np.sqrt(np.diag(found)), np.sqrt(np.diag(cr3)), rtol=1e-8)


def test_the_coefficients_without_a_clinic_are_those_of_the_others(clusters, individuals):
    without = leave_one_out(clusters)
    for place in (0, len(without) // 2, len(without) - 1):
        others = individuals.clinic != clusters.clinics[place] + 1
        fit = sm.WLS(individuals.annual[others], individuals.x[others], weights=individuals.exposure[others]).fit()
        np.testing.assert_allclose(without[place], fit.params, rtol=1e-8)
        some = np.arange(len(without)) != place
        np.testing.assert_allclose(of_some(clusters, some), fit.params, rtol=1e-8)


def test_the_bootstrap_agrees_with_the_clustered_error_within_four_monte_carlo_errors(nation, clusters):
    replicates = 4_000
    drawn = reweighted(clusters, clinic_counts(names_of(nation[1], clusters), replicates, seed=5))
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    # in the first order, as the clustered error is: β + A⁻¹ Σ (k − 1) s
    counts = clinic_counts(names_of(nation[1], clusters), replicates, seed=5)
    linear = (counts - 1) @ clusters.scores @ np.linalg.inv(clusters.gram)
    error = np.sqrt(np.diag(clustered(clusters, small_sample=False)))
    fourth = ((linear / error) ** 4).mean(axis=0)
    monte_carlo = np.sqrt((fourth - 1) / replicates) / 2
    assert (np.abs(linear.std(axis=0) / error - 1) <= 4 * monte_carlo).all()
    assert len(drawn) > 0.99 * replicates
    assert np.median(drawn.std(axis=0) / error) == pytest.approx(1, abs=0.1)


def test_how_often_a_clinic_stands_in_a_nation_depends_on_it_and_the_seed_alone():
    three, one = clinic_counts(["000001", "000002", "000003"], 500, 1), clinic_counts(["000002"], 300, 1)
    np.testing.assert_array_equal(three[:300, 1], one[:, 0])
    assert (clinic_counts(["000002"], 300, 2) != one).any()
    many = clinic_counts([f"{n:06}" for n in range(200)], 1_000, 1)
    assert many.mean() == pytest.approx(1, abs=0.01) and many.var() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("projection", [False, True])
def test_the_published_coefficients_give_the_published_figures(projection, tmp_path):
    write_nation(tmp_path / "registers", seed=5, citizens=4_000, projection=projection)
    ingest_registers(tmp_path / "registers", tmp_path / "store", 2, HERE, SILENT)
    outcome = pipeline.run_model(open_store(tmp_path / "store"), load_model("national-2025"), Threads(1), SILENT)
    coefficients = np.array(outcome.fit.micro) / 1e4
    figures = Figures(outcome, population_of(outcome).weigh(coefficients[None]), coefficients[None])
    clinics = [float(c.exact_minimum) for c in outcome.clinics if c.exact_minimum is not None]
    np.testing.assert_allclose(figures.minimum_per_capacity[0], clinics, rtol=1e-6)
    np.testing.assert_allclose(figures.weighed.areas[0], [a.projected_nano / NANO for a in outcome.areas], rtol=1e-6)
    councils = [float(council.need_before_rounding) for council in outcome.councils]
    np.testing.assert_allclose(figures.need_before_rounding[0], councils, rtol=1e-6)


def test_an_interval_holds_its_figure_and_a_robust_number_is_what_both_ends_round_to(nation):
    doubts = doubts_of(nation[1], 200, 1)
    assert not doubts.unsaid and doubts.drawn == 200
    assert {one.figure for one in doubts.intervals} >= {"coefficient_kr", "weight", "need", "maximum_capacities"}
    for one in doubts.intervals:
        assert one.low <= one.value <= one.high
        assert one.flag in (("robust",) if one.low == one.high else ("uncertain",)) or one.standard_error is not None
    shares = {}
    for chance in doubts.chances:
        shares[chance.council_id] = shares.get(chance.council_id, 0) + chance.replicates
    assert shares == {council.council_id: 200 for council in nation[1].councils}


def test_the_jackknife_error_of_a_weight_is_that_of_its_figures(nation, clusters):
    outcome = nation[1]
    without, population = leave_one_out(clusters), population_of(outcome)
    left = Figures(outcome, population.weigh(without), without).coefficient_kr
    by_hand = jackknife_errors(left, clusters.coefficients / 100)
    found = [one.standard_error for one in doubts_of(outcome, 0, 1).intervals if one.figure == "coefficient_kr"]
    np.testing.assert_allclose(found, by_hand, rtol=1e-12)


def test_fewer_than_thirty_clinics_give_no_intervals_and_a_word(nation):
    counts = nation[1].counts
    few = np.where(np.cumsum(counts.sample > 0) <= 29, counts.sample, 0)
    doubts = doubts_of(dataclasses.replace(nation[1], counts=dataclasses.replace(counts, sample=few)), 50, 1)
    assert doubts.intervals == doubts.chances == ()
    assert "29 clinics" in doubts.unsaid and "fewer than 30" in doubts.unsaid
    assert doubts.description()["why_not"] == doubts.unsaid
    assert sureness_text(sureness(doubts)) == f"No intervals: {doubts.unsaid}"


def test_a_level_that_one_clinic_has_alone_gives_no_intervals_and_a_word(nation):
    outcome = nation[1]
    column = outcome.fit.columns[-1]
    alone = alone_in_one_clinic(outcome.clinic_sums, column)
    doubts = doubts_of(dataclasses.replace(outcome, by_clinic=alone), 50, 1)
    assert doubts.unsaid.startswith("1 clinic has all citizens of the estimation sample with some level")
    assert doubts.intervals == ()


def alone_in_one_clinic(sums, column):
    """Take a dummy away from all clinics but that which has most of it."""
    width = sums.moments.shape[1]
    rows, others = np.triu_indices(width)
    pairs = (rows == column) | (others == column)
    keeps = int(sums.grams[:, (rows == column) & (others == column)][:, 0].argmax())
    grams, moments = sums.grams.copy(), sums.moments.copy()
    for clinic in range(len(grams)):
        if clinic != keeps:
            grams[np.ix_([clinic], np.flatnonzero(pairs))] = 0
            moments[clinic, column] = 0
    return dataclasses.replace(sums, grams=grams, moments=moments)
