"""What is planted in nations drawn in memory is found, or not found, for the reasons that are told of it."""

import csv
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.measured.places import REPOSITORY, environment_of_modules
from benchmarks.truth import drawing, judging
from benchmarks.truth.drawing import Invented, draw_nation
from benchmarks.truth.judging import CLUSTERED, FIXED_EFFECTS, HC0, JACKKNIFE, MEAN, MINIMUM, POOLED, WEIGHT
from benchmarks.truth.run import Group
from benchmarks.truth.worlds import WORLDS, World, gathered
from fordel_dask import pipeline
from fordel_dask.cli.nation import write_nation
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.doubt import doubts_of
from fordel_dask.figures import clusters_of_outcome
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.preparing import Prepared
from fordel_dask.store import open_store
from fordel_dask.uncertainty import clustered
from fordel_dask.weights import scatter_by_citizen

MODEL = load_model("national-2025")
SILENT = ProgressLines(quiet=True)
CITIZENS, SEED = 20_000, 4


def judged(world, nations, citizens=CITIZENS):
    """Judge nations of a world; give what was said of all, by estimator, errors, figure and part."""
    group = Group("", citizens)
    for seed in range(1, nations + 1):
        for said in judging.judge_nation(draw_nation(Invented(citizens, seed), world, MODEL), seed, 0):
            group.add(seed, said)
    return {key: np.array(lines) for key, lines in group.said.items()}


def coverage(lines):
    return lines[:, 4].mean()


@cache
def outcome():
    drawn = draw_nation(Invented(CITIZENS, SEED), WORLDS["effects"], MODEL)
    return drawn, pipeline.conclude(drawn.nation, Prepared(drawn.rules), drawn.sums)


def test_a_nation_drawn_in_memory_is_that_of_its_registers_to_the_last_citizen_and_oere(tmp_path):
    write_nation(tmp_path / "registers", {"citizens": CITIZENS, "seed": SEED}, Threads(2), SILENT)
    ingest_registers(tmp_path / "registers", tmp_path / "store", 3, Place(threads=2), SILENT)
    run = pipeline.run_model(open_store(tmp_path / "store"), MODEL, Threads(2), SILENT)
    drawn, found = outcome()
    clinics = tuple(replace(clinic, present_limit=None) for clinic in run.nation.clinics)
    assert drawn.nation == replace(run.nation, clinics=clinics, register=())  # neither limits nor rows are in a sum
    np.testing.assert_array_equal(drawn.sums.strata.key, run.sums.strata.key)
    np.testing.assert_array_equal(drawn.sums.strata.sums, run.sums.strata.sums)
    np.testing.assert_array_equal(drawn.sums.sample.sums, run.sums.sample.sums)
    np.testing.assert_array_equal(drawn.sums.persons, run.sums.persons)
    assert (found.fit.micro, found.councils) == (run.fit.micro, run.councils)
    assert [one.minimum_patients for one in found.clinics] == [one.minimum_patients for one in run.clinics]


def test_what_is_judged_is_what_a_run_says():
    drawn, found = outcome()
    said = {(one.errors, one.figure, one.part): one for one in judging.judge_nation(drawn, SEED, 0)}
    by_value = {
        (one.figure, round(one.value, 9)): one for one in doubts_of(found, 0, 1).intervals if one.kind == "clinic"
    }
    for part in ("any", "neediest"):
        judged = said[JACKKNIFE, MINIMUM, part]
        published = by_value["minimum_per_capacity_exact", round(judged.value[0], 9)]
        reach = judged.reach * judged.error[0]
        np.testing.assert_allclose(
            (published.low, published.high), (judged.value[0] - reach, judged.value[0] + reach), rtol=1e-12
        )


def test_the_errors_that_are_compared_are_those_of_the_program():
    _, found = outcome()
    design = drawing.design_of(MODEL.covariates)
    exact = scatter_by_citizen(found.fit, found.sums.sample, design, 365).errors(found.fit)
    np.testing.assert_allclose(np.sqrt(np.diag(judging.hc0(found))) * 1e4, exact, rtol=0, atol=0.6)
    by_clinic = np.sqrt(np.diag(clustered(clusters_of_outcome(found)))) * 1e4
    np.testing.assert_allclose(by_clinic, found.errors_micro, rtol=0, atol=0.6)


def test_where_clinics_differ_hc0_is_too_sure_and_errors_by_clinic_are_not():
    said = judged(World(effects=3.0), 40)
    shares = {errors: coverage(said[POOLED, errors, MEAN, ""]) for errors in (HC0, CLUSTERED, JACKKNIFE)}
    assert shares[HC0] < 0.6
    assert shares[CLUSTERED] > 0.8
    assert shares[JACKKNIFE] >= shares[CLUSTERED]


def test_where_clinics_are_alike_hc0_and_errors_by_clinic_agree():
    said = judged(World(effects=0.0), 12)
    errors = {kind: said[POOLED, kind, MEAN, ""][:, 3].mean() for kind in (HC0, CLUSTERED)}
    assert errors[CLUSTERED] == pytest.approx(errors[HC0], rel=0.1)


def expected_fees(invented, _number, block, _contact_factor, share):
    """Give fees without chance: need of the days enrolled, and what clinics supply of it."""
    citizens = block.people.citizens
    need = block.yearly_kr[:citizens] * block.enrolment.exposure[:citizens] / invented.fee_year_days
    return np.rint(100 * need * share).astype(np.int64)


def test_without_chance_fixed_effects_find_the_weights_that_uneven_supply_hides(monkeypatch):
    monkeypatch.setattr(drawing, "fees_of", expected_fees)
    said = judged(World(effects=0.0, gathered=0.5, elasticity=0.5, in_kroner=True), 4)
    off = {
        estimator: abs(said[estimator, CLUSTERED, WEIGHT, "psychiatric"][:, 1]) for estimator in (POOLED, FIXED_EFFECTS)
    }
    assert (off[POOLED] > 0.01).all()
    assert (off[FIXED_EFFECTS] < 0.002).all()
    neediest = said[POOLED, CLUSTERED, MINIMUM, "neediest"][:, 1]
    assert (neediest > 10).all()  # patients too many for a clinic whose patients are needy
    assert (abs(said[FIXED_EFFECTS, CLUSTERED, MINIMUM, "neediest"][:, 1]) < 3).all()


def test_without_chance_and_with_supply_by_need_both_find_the_planted_weights(monkeypatch):
    monkeypatch.setattr(drawing, "fees_of", expected_fees)
    for lines in judged(World(effects=0.0), 2).values():
        truth, off = lines[:, 0], lines[:, 1]
        assert (abs(off) < 1e-4 * truth).all()


@pytest.mark.long
def test_fixed_effects_find_what_uneven_supply_hides_beyond_chance():
    said = judged(WORLDS["supply_in_kroner"], 200)
    of_mean = {
        estimator: (lines[:, 1].mean(), lines[:, 1].std() / np.sqrt(len(lines)))
        for estimator in (POOLED, FIXED_EFFECTS)
        for lines in [said[estimator, CLUSTERED, MINIMUM, "neediest"]]
    }
    bias, chance = of_mean[POOLED]
    assert bias > 5 * chance
    bias, chance = of_mean[FIXED_EFFECTS]
    assert abs(bias) < 3 * chance


def test_who_under_uses_is_given_less_weight_by_every_estimator(monkeypatch):
    monkeypatch.setattr(drawing, "fees_of", expected_fees)
    said = judged(World(effects=0.0, under_use=0.7), 2)
    for estimator in (POOLED, FIXED_EFFECTS):
        assert (said[estimator, CLUSTERED, WEIGHT, "psychiatric"][:, 1] < -0.2).all()


def test_the_needy_gather_and_clinics_keep_their_size_and_council():
    rng = np.random.default_rng(1)
    clinic, need = rng.integers(-1, 12, 6_000), rng.gamma(4.0, 1.0, 6_000)
    council = np.repeat([0, 1, 2], 4)
    now = gathered(rng, World(gathered=1.0), clinic, council, need)
    np.testing.assert_array_equal(np.bincount(now + 1), np.bincount(clinic + 1))
    np.testing.assert_array_equal(now < 0, clinic < 0)
    np.testing.assert_array_equal(council[now], council[clinic])
    for one in range(3):
        means = [need[now == place].mean() for place in np.flatnonzero(council == one)]
        assert max(means) > 1.5 * min(means)


def test_a_tiny_judgement_has_a_number_everywhere_and_is_the_same_twice(tmp_path):
    for name in ("first", "second"):
        command = [sys.executable, "-m", "benchmarks.truth.run", "--name", name, "--results", tmp_path]
        command += ["--config", REPOSITORY / "benchmarks" / "truth" / "tiny.toml"]
        subprocess.run(command, check=True, capture_output=True, env=environment_of_modules())
    files = [
        {name: (tmp_path / run / name).read_text("utf-8") for name in ("summary.csv", "intervals.csv")}
        for run in ("first", "second")
    ]
    assert files[0] == files[1]
    rows = list(csv.DictReader(files[0]["summary.csv"].splitlines()))
    assert rows and "nan" not in files[0]["summary.csv"]
    for row in rows:
        blank = {name for name, value in row.items() if value == "" and name != "part"}
        assert blank == set() or row["estimator"] == FIXED_EFFECTS, row
        assert blank <= {"standard_error", "coverage", "coverage_error"}
    assert len(files[0]["intervals.csv"].splitlines()) == 1 + 3
