"""What is said of uncertainty in awkward nations: never a number that is none, and a clear word instead."""

import csv
import dataclasses
import json
import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask import doubt, law, pipeline
from fordel_dask.bundle import bundle_text
from fordel_dask.bundling import bundle_of
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store, summary_text
from fordel_dask.doubt import doubts_of
from fordel_dask.errors import EstimationError
from fordel_dask.figures import clusters_of_outcome
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.results import result_tables
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.store import open_store
from fordel_dask.uncertainty import Population, fixed_effects
from tests.lib.engines import SIZES
from tests.lib.nations import random_options, write_nation

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=1)
NEW = ("intervals", "capacity_chances", "alternative_weights", "alternative_councils")


def outcome_of(folder, model="national-2025"):
    """Ingest registers and run the model."""
    ingest_registers(folder / "registers", folder / "store", 2, HERE, SILENT)
    return pipeline.run_model(open_store(folder / "store"), load_model(str(model)), Threads(1), SILENT)


def tables_of(outcome, doubts):
    """Give all result tables as rows by the names of columns."""
    found = result_tables(outcome, doubts)
    return {
        table.name: [dict(zip([c.name for c in table.columns], row, strict=True)) for row in found[table.name]]
        for table in RESULT_TABLES
    }


def hold(outcome, doubts):
    """Hold what every table must keep; gives the tables."""
    tables = tables_of(outcome, doubts)
    kinds = {table.name: {c.name: c.kind for c in table.columns} for table in RESULT_TABLES}
    for name, rows in tables.items():
        for row in rows:
            for column, text in row.items():
                if kinds[name][column] != "text" and text:
                    assert Decimal(text).is_finite(), (name, row)
                    assert not text.startswith("-0.000000") or Decimal(text), (name, row)
    hold_intervals(tables["intervals"])
    shares = defaultdict(Decimal)
    for row in tables["capacity_chances"]:
        shares[row["council_id"]] += Decimal(row["share"])
    assert all(abs(share - 1) < Decimal("0.0001") for share in shares.values())
    assert len(shares) in (0, len(outcome.councils))
    assert not (bool(doubts.unsaid) and any(tables[name] for name in NEW))
    return tables


def hold_intervals(rows):
    for row in rows:
        low, value, high = (Decimal(row[name]) for name in ("low", "value", "high"))
        assert low <= value <= high, row
        assert (row["flag"] == "robust") == (low == high and not row["standard_error"]), row
        assert bool(row["flag"]) != bool(row["standard_error"]), row


def enrol(folder, clinic_of):
    """Write the register of enrolment anew, with another clinic for whoever ``clinic_of`` gives one."""
    for path in folder.glob("enrolment-*.parquet"):
        table = pq.read_table(path)
        clinics = [clinic_of.get(own, own) for own in table["YDERNR"].to_pylist()]
        place = table.schema.get_field_index("YDERNR")
        pq.write_table(table.set_column(place, "YDERNR", pa.array(clinics, pa.string())), path)


def sampled(outcome):
    """Name the clinics of the sample."""
    return [outcome.nation.clinics[n - 1].ydernummer for n in np.flatnonzero(outcome.counts.sample)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The folder of a nation with some forty clinics in the sample, and what a run finds in it."""
    folder = tmp_path_factory.mktemp("plain")
    write_nation(folder / "registers", seed=11, citizens=2_600)
    outcome = outcome_of(folder)
    assert not doubts_of(outcome, 0, 1).unsaid
    return folder, outcome


@pytest.mark.parametrize("clinics", [30, 29])
def test_thirty_clinics_are_enough_and_twenty_nine_are_not(clinics, plain, tmp_path):
    folder, outcome = plain
    first, *others = sampled(outcome)
    shutil.copytree(folder / "registers", tmp_path / "registers")
    enrol(tmp_path / "registers", dict.fromkeys(others[clinics - 1 :], first))
    fewer = outcome_of(tmp_path)
    doubts = doubts_of(fewer, 50, 1)
    tables = hold(fewer, doubts)
    assert doubts.clinics == clinics
    assert ("fewer than 30" in doubts.unsaid) == (clinics < 30)
    assert [bool(tables[name]) for name in NEW] == [not doubts.unsaid] * 4


def test_a_clinic_with_one_patient_has_an_interval_or_is_counted(plain, tmp_path):
    folder, outcome = plain
    shutil.copytree(folder / "registers", tmp_path / "registers")
    patients = {number.clinic.ydernummer: number.patients for number in outcome.clinics}
    (deserted, *_) = (c.ydernummer for c in outcome.nation.clinics if c.registered and not patients[c.ydernummer])
    (path,) = (tmp_path / "registers").glob("enrolment-*.parquet")
    table = pq.read_table(path)
    rows = table.to_pylist()
    spells = Counter(row["PNR"] for row in rows)
    plainly = (r for r in rows if spells[r["PNR"]] == 1 and r["SIKGRUP"] == "1" and r["TIL"] is None)
    next(row for row in plainly if patients.get(row["YDERNR"]))["YDERNR"] = deserted
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    moved = outcome_of(tmp_path)
    assert {number.clinic.ydernummer: number.patients for number in moved.clinics}[deserted] == 1
    doubts = doubts_of(moved, 50, 1)
    tables = hold(moved, doubts)
    told = [row["code"] for row in tables["intervals"] if row["figure"] == "minimum_per_capacity_exact"]
    weighing = [number for number in moved.clinics if number.exact_minimum is not None]
    assert len(told) + doubts.clinics_without == len(weighing)
    assert (deserted in told) or doubts.clinics_without


def test_councils_without_clinics_are_told_about_as_the_others_are(plain, tmp_path):
    folder, _ = plain
    shutil.copytree(folder / "registers", tmp_path / "registers")
    councils = {row["kommunekode"]: row["sundhedsraad_id"] for row in law.rows("geography/municipalities")}
    for path in (tmp_path / "registers").glob("clinics-*.parquet"):
        table = pq.read_table(path)
        codes = table["KOM"].to_pylist()
        places = ["461" if councils.get(code) in ("aarhus", "horsens") else code for code in codes]
        place = table.schema.get_field_index("KOM")
        pq.write_table(table.set_column(place, "KOM", pa.array(places, pa.string())), path)
    outcome = outcome_of(tmp_path)
    doubts = doubts_of(outcome, 50, 1)
    tables = hold(outcome, doubts)
    assert {row["council_id"] for row in tables["capacity_chances"]} >= {"aarhus", "horsens"}
    published = [float(row["weight"]) for row in tables["weights"]]
    for council in ("aarhus", "horsens"):
        same = [float(row["weight"]) for row in tables["alternative_weights"] if row["name"] == council]
        np.testing.assert_allclose(same, published, atol=2e-6)
    empty = {one["councils"][0]: one["clinics"] for one in json.loads(bundle_text(bundle_of(outcome)))["councils"]}
    assert empty["aarhus"] == empty["horsens"] == 0


def test_a_nation_with_a_projection_keeps_all_of_it(tmp_path):
    write_nation(tmp_path / "registers", seed=14, citizens=2_600, projection=True)
    outcome = outcome_of(tmp_path)
    tables = hold(outcome, doubts_of(outcome, 50, 1))
    assert outcome.nation.projection is not None
    assert tables["intervals"]


def test_without_nations_drawn_again_there_are_no_chances_and_it_is_said(plain):
    doubts = doubts_of(plain[1], 0, 1)
    tables = hold(plain[1], doubts)
    assert tables["capacity_chances"] == []
    assert tables["intervals"]
    assert doubts.description()["chances_why_not"] == "No nations drawn again were asked for (--replicates 0)."


def test_a_clinic_whose_patients_weigh_something_only_with_another_clinic_is_counted_and_left_out(plain, monkeypatch):
    """Where a sample without one clinic predicts nothing for all patients of another, that one's minimum has no end."""
    outcome = plain[1]
    whole = doubts_of(outcome, 0, 1)

    def weigh(self, coefficients):
        weighed = original(self, coefficients)
        if len(coefficients) > 1:
            weighed.clinics[0, :3] = 0.0
        return weighed

    original = Population.weigh
    monkeypatch.setattr(Population, "weigh", weigh)
    doubts = doubts_of(outcome, 0, 1)
    hold(outcome, doubts)
    assert doubts.clinics_without > whole.clinics_without == 0


def test_nobody_consumes_anything_without_some_clinic_and_it_is_said(plain, monkeypatch):
    monkeypatch.setattr(doubt, "leave_one_out", lambda clusters: np.full((40, clusters.columns), -1.0))
    doubts = doubts_of(plain[1], 20, 1)
    hold(plain[1], doubts)
    assert "nobody is predicted to consume anything" in doubts.unsaid


def test_fixed_effects_of_no_more_citizens_than_clinics_and_weights_have_no_errors(plain):
    clusters = clusters_of_outcome(plain[1])
    few = dataclasses.replace(clusters, patients=np.ones_like(clusters.patients))
    coefficients, covariance = fixed_effects(few)
    assert np.isfinite(coefficients).all()
    assert np.isnan(covariance).all()


def judge(seed, folder):
    """Hold a random awkward nation; tells whether anything could be said of its uncertainty."""
    rng = Random(seed)
    citizens = rng.choice([1_500, 2_000, 2_400, 3_200])
    write_nation(folder / "registers", seed, citizens, **random_options(seed))
    scenario = folder / "sizes.toml"
    coarse = {"covariates.age_band_years": 30, "covariates.oldest_band_from": 60}
    sizes = {**SIZES, **(coarse if rng.random() < 0.5 else {})}
    scenario.write_text("\n".join(f"{key} = {value}" for key, value in sizes.items()), "utf-8")
    try:
        outcome = outcome_of(folder, scenario)
    except EstimationError:
        return False
    doubts = doubts_of(outcome, rng.choice([0, 1, 40]), seed)
    hold(outcome, doubts)
    return not doubts.unsaid


def test_in_random_awkward_nations_no_figure_is_no_number(tmp_path):
    told = [judge(seed, tmp_path / str(seed)) for seed in range(3)]
    assert True in told


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 43))
def test_in_many_random_awkward_nations_no_figure_is_no_number(seed, tmp_path):
    judge(seed, tmp_path)


def test_intervals_that_nobody_asked_for_are_not_there_and_it_is_said(plain, tmp_path):
    store, out = plain[0] / "store", tmp_path / "run"
    summary = run_store(store, out, "national-2025", Manner(intervals=False), HERE, SILENT)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["uncertainty"]["said"] is False
    assert manifest["uncertainty"]["why_not"] == "They were not asked for (--no-intervals)."
    assert "No intervals: They were not asked for" in summary_text(summary, out)
    for name in NEW:
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == 1
