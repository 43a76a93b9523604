"""Diagnostics are right: pandas and scikit-learn on single citizens agree with what sums give; the page is whole."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score

from fordel_dask import diagnosis
from fordel_dask.cli import cli
from fordel_dask.cli.diagnose import diagnose_store
from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.deriving import derive, read_facts
from fordel_dask.diagnosis_tables import diagnosis_tables
from fordel_dask.diagnostics import FOLDS, citizen_folds, hashed
from fordel_dask.errors import IntegrityError, UsageError
from fordel_dask.facts.definition import benefit_groups, conditions, read_with, weeks_column
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.model import design_of, load_model
from fordel_dask.pass_rules import days_of
from fordel_dask.report.diagnosis_page import diagnosis_page
from fordel_dask.schema.diagnosis import DIAGNOSIS_TABLES
from fordel_dask.store import open_store
from fordel_dask.verification import verify_path
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
CITIZENS, SEED = 9_000, 3
AS_ASKED = ("national-2025", None, SEED)
PARTS_OF_EVERYBODY = (
    *("age_sex", "origin", "civil_status", "labour_market", "somatic", "psychiatric", "age_band", "sex"),
    *("origin × labour_market", "predicted_tenth", "age_year", "civil_status_code", "origin_type", "somatic_count"),
    *("enrolment", "chronic_care", "any_consumption", "consumption_tenth", "municipality", "council", "region"),
    *("clinic_type", "clinic_patients", "patients_per_capacity", "clinic_weight_tenth"),
    *("clinic_outside_work_tenth", "clinic_unpredicted_tenth"),
)
KNOWN = ("age_sex", "origin", "civil_status", "labour_market", "somatic", "psychiatric", "age_band", "sex")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with the registers of an invented nation, and a store of them."""
    folder = tmp_path_factory.mktemp("diagnosed")
    write_synthetic(folder / "registers", {"citizens": CITIZENS, "seed": 4}, Threads(2), SILENT)
    ingest_registers(folder / "registers", folder / "store", 3, HERE, SILENT)
    return folder


@pytest.fixture(scope="module")
def seen(folder):
    return diagnosis.look(open_store(folder / "store"), load_model(), Threads(2), SILENT, SEED)


@pytest.fixture(scope="module")
def found(folder):
    return diagnosis.diagnose(open_store(folder / "store"), load_model(), Threads(1), SILENT, SEED)


@pytest.fixture(scope="module")
def tables(found):
    rows = diagnosis_tables(found, ())
    return {
        table.name: pd.DataFrame(rows[table.name], columns=[c.name for c in table.columns])
        for table in DIAGNOSIS_TABLES
    }


@pytest.fixture(scope="module")
def groups(tables):
    return tables["groups"].set_index(["trait", "level"])


@pytest.fixture(scope="module")
def individuals(folder, seen):
    """Give the citizens of the sample, one row each, in plain columns; kroner a year."""
    store, rules = open_store(folder / "store"), seen.rules
    frames = []
    for partition in range(store.grid.partitions):
        facts = read_facts(partition, rules, tuple(weeks_column(group) for group in benefit_groups()))
        d = derive(facts, rules)
        first = store.grid.first[partition]
        frame = pd.DataFrame({name: getattr(d, name) for name in ("clinic", "municipality", "cell", "sex", "age")})
        frame["days"], frame["fee"], frame["care"] = d.exposure, d.fee, d.on_care
        frame["number"] = np.arange(first, first + len(frame))
        frame["fold"] = citizen_folds(first, len(frame), SEED)
        windows = {name: facts[name].view(np.uint64) for name in facts if name.startswith("conditions_")}
        cancer = next(one.bit for one in conditions() if one.name == "cancer")
        for one in conditions():
            columns = tuple(f"conditions_{years}y_" for years in read_with(5 if one.bit == cancer else 15))
            marks = [bits for name, bits in windows.items() if name.startswith(columns)]
            frame[one.name] = [any(int(mark) >> one.bit & 1 for mark in of_one) for of_one in zip(*marks, strict=True)]
        for group in benefit_groups():
            frame[f"benefit {group}"] = facts[weeks_column(group)] > 0
        frames.append(frame[d.in_sample])
    people = pd.concat(frames, ignore_index=True)
    year_days = days_of(store.year)
    people["actual"] = people.fee * year_days / people.days / 100
    people["predicted"] = seen.outcome.weighting.prediction[people.cell] / 1e6
    people["clinic_fold"] = seen.predictions.fold_of_clinic[people.clinic]
    return people


def x_of(people, outcome):
    return design_of(outcome.model.covariates).dummies[people.cell][:, list(outcome.fit.columns)].astype(float)


def out_of_fold(people, x, fold):
    predicted = np.empty(len(people))
    for one in range(FOLDS):
        others = fold != one
        fit = LinearRegression(fit_intercept=False).fit(x[others], people.actual[others], people.days[others])
        predicted[~others] = fit.predict(x[~others])
    return predicted


def measures(actual, predicted, weight):
    mean = np.average(actual, weights=weight)
    mae = mean_absolute_error(actual, predicted, sample_weight=weight)
    return [
        r2_score(actual, predicted, sample_weight=weight),
        1 - mae / np.average(np.abs(actual - mean), weights=weight),
        mae,
    ]


def in_units(people, unit, predicted):
    own = (
        people.assign(a=people.actual * people.days, p=predicted * people.days).groupby(unit)[["a", "p", "days"]].sum()
    )
    return own.a / own.days, own.p / own.days, own.days


def test_fit_is_that_of_scikit_learn_on_single_citizens_in_and_out_of_sample(seen, individuals, tables):
    x = x_of(individuals, seen.outcome)
    ways = {
        "published": individuals.predicted.to_numpy(),
        "without_own_fold_of_citizens": out_of_fold(individuals, x, individuals.fold.to_numpy()),
        "without_own_fold_of_clinics": out_of_fold(individuals, x, individuals.clinic_fold.to_numpy()),
    }
    fits = tables["fit"].set_index(["level", "prediction"])
    for name, predicted in ways.items():
        for level, unit in (("citizen", individuals.index), ("clinic", "clinic"), ("municipality", "municipality")):
            row = fits.loc[(level, name)]
            actual, theirs, weight = in_units(individuals, unit, predicted)
            assert int(row.units) == len(actual)
            np.testing.assert_allclose(
                row[["r2", "cpm", "mae_kr"]].astype(float), measures(actual, theirs, weight), atol=2e-6, rtol=1e-8
            )


def test_clinics_are_split_into_folds_of_equal_size_and_no_clinic_is_in_two(individuals):
    folds = individuals.groupby("clinic").clinic_fold.nunique()
    assert (folds == 1).all()
    sizes = individuals.groupby("clinic_fold").clinic.nunique()
    assert sizes.max() - sizes.min() <= 1 and len(sizes) == FOLDS


def expected_memberships(people):
    """Give by trait and level who is in the group, from plain columns."""
    for one in conditions():
        if one.prefixes:
            yield f"{one.kind}_condition", one.name, people[one.name]
    for group in benefit_groups():
        yield "benefit", group, people[f"benefit {group}"]
    somatic = people[[one.name for one in conditions() if one.kind == "somatic" and one.prefixes]].sum(axis=1)
    for n in range(10):
        yield "somatic_count", str(n), somatic == n
    yield "somatic_count", "10+", somatic >= 10
    for number, sex in ((1, "M"), (2, "F")):
        for age in range(105):
            yield "age_year", f"{sex} {age}", (people.sex == number) & (people.age == age)
    yield "enrolment", "whole_year", people.days == 365
    yield "enrolment", "half_a_year_or_more", (people.days < 365) & (people.days >= 183)
    yield "enrolment", "under_half_a_year", (people.days < 183) & (people.days >= 30)
    yield "enrolment", "under_a_month", people.days < 30
    yield "chronic_care", "any", people.care
    yield "any_consumption", "none", people.fee == 0


def test_groups_are_those_of_pandas_on_single_citizens(individuals, groups):
    for trait, level, members in expected_memberships(individuals):
        row, own = groups.loc[(trait, level)], individuals[members]
        assert (int(row.citizens), row.in_model != "yes") == (len(own), True), (trait, level)
        if len(own) == 0:
            assert (row.note, row.predictive_ratio) == ("nobody", "")
            continue
        assert float(row.exposure_years) == pytest.approx(own.days.sum() / 365)
        assert float(row.actual_total_kr) == pytest.approx(own.fee.sum() / 100)
        predicted = (own.predicted * own.days / 365).sum()
        assert float(row.predicted_total_kr) == pytest.approx(predicted, rel=1e-9, abs=1e-5)
        if own.fee.sum():
            assert float(row.predictive_ratio) == pytest.approx(predicted * 100 / own.fee.sum(), abs=1e-6)
        difference = (predicted - own.fee.sum() / 100) / (own.days.sum() / 365)
        assert float(row.difference_kr) == pytest.approx(difference, abs=1e-5)


def test_clinics_and_municipalities_are_grouped_by_what_the_nation_says_of_them(seen, individuals, groups):
    nation, outcome = seen.outcome.nation, seen.outcome
    home = np.array([place.code for place in nation.municipalities])[individuals.municipality]
    council = np.array([place.council_id for place in nation.municipalities])[individuals.municipality]
    clinic = [outcome.clinics[n - 1] for n in individuals.clinic]
    crowd = np.array([one.patients / one.clinic.capacities if one.clinic.capacities else np.nan for one in clinic])
    patients = np.array([one.patients for one in clinic])
    for trait, level, members in (
        ("municipality", "101", home == "101"),
        ("council", "fyn", council == "fyn"),
        ("patients_per_capacity", "1600-1799", (crowd >= 1600) & (crowd < 1800)),
        ("clinic_patients", "0-799", patients < 800),
        ("clinic_type", "plo", np.array([one.clinic.kind for one in clinic]) == "plo"),
    ):
        own, row = individuals[members], groups.loc[(trait, level)]
        assert int(row.citizens) == len(own) > 0
        assert float(row.predicted_total_kr) == pytest.approx((own.predicted * own.days / 365).sum())
        assert float(row.actual_total_kr) == pytest.approx(own.fee.sum() / 100)


def test_tenths_of_clinics_are_by_mean_weight_and_by_what_is_not_predicted(seen, individuals, tables, groups):
    clinics = tables["clinics"]
    for column, trait, sign in (
        ("mean_weight", "clinic_weight_tenth", 1),
        ("difference_kr", "clinic_unpredicted_tenth", -1),
    ):
        ordered = clinics.assign(by=sign * clinics[column].astype(float)).sort_values(["by", "ydernummer"])
        last = ordered.iloc[-(-len(clinics) * 9 // 10) :]
        row = groups.loc[(trait, "10")]
        assert int(row.clinics) == len(last)
        assert int(row.citizens) == last.citizens.astype(int).sum()
    design = design_of(seen.outcome.model.covariates)
    labour = [n for n, (term, _) in enumerate(design.columns) if term == "labour_market"]
    strata = seen.outcome.sums.strata
    clinic, _, cell = strata.traits((len(seen.rules.sampled), seen.rules.municipalities, design.cells))
    everybody = pd.DataFrame({"clinic": clinic, "n": strata.sums[0]})
    everybody["outside"] = everybody.n * design.dummies[cell][:, labour].any(axis=1)
    shares = everybody.groupby("clinic").sum()
    shares["share"] = shares.outside / shares.n
    shares["ydernummer"] = ["", *(one.ydernummer for one in seen.outcome.nation.clinics)]
    ordered = clinics.merge(shares, on="ydernummer").sort_values(["share", "ydernummer"])
    last = ordered.iloc[-(-len(clinics) * 9 // 10) :]
    assert int(groups.loc[("clinic_outside_work_tenth", "10")].citizens) == last.citizens.astype(int).sum()
    numbers = [seen.outcome.nation.clinics[n - 1].ydernummer for n in individuals.clinic]
    means = (
        individuals.assign(number=numbers)
        .groupby("number")
        .apply(lambda own: np.average(own.actual, weights=own.days), include_groups=False)
    )
    np.testing.assert_allclose(clinics.set_index("ydernummer").actual_kr.astype(float), means, atol=1e-6)


def test_tenths_of_consumption_keep_equal_kroner_together(individuals, groups):
    kroner = np.floor(individuals.fee * 365 / individuals.days / 100 + 1e-9).astype(int)
    classes = kroner.value_counts().sort_index()
    tenth = ((classes.cumsum() - classes / 2) * 10 / len(individuals)).astype(int) + 1
    expected = tenth.reindex(kroner).value_counts()
    for level in range(1, 11):
        assert int(groups.loc[("consumption_tenth", str(level))].citizens) == expected.get(level, 0)


@pytest.mark.parametrize("trait", PARTS_OF_EVERYBODY)
def test_the_groups_of_a_trait_are_the_whole_sample(groups, trait):
    own, everybody = groups.loc[trait], groups.loc[("everybody", "all")]
    assert own.citizens.astype(int).sum() == int(everybody.citizens)
    for column in ("actual_total_kr", "predicted_total_kr"):
        assert own[column].astype(float).sum() == pytest.approx(float(everybody[column]), abs=1e-3)


def test_what_is_predicted_for_a_level_of_the_model_is_what_it_consumed(groups):
    for trait in KNOWN:
        own = groups.loc[trait]
        assert (own.in_model == "yes").all()
        gap = (own.actual_total_kr.astype(float) - own.predicted_total_kr.astype(float)).abs()
        assert (gap <= 6 * 5e-7 * own.exposure_years.astype(float) + 2e-6).all()  # six rounded coefficients


def test_what_the_published_weights_explain_of_the_clinics_held_back_is_that_of_scikit_learn(seen, individuals, tables):
    share = seen.predictions.share
    taken = hashed(individuals.number.to_numpy(), SEED, "alike") < share
    own = individuals[taken & (individuals.clinic_fold == FOLDS - 1)]
    ways = tables["simplicity"].set_index("way")
    assert int(ways.loc["published"].citizens_tested) == len(own)
    r2 = r2_score(own.actual, own.predicted, sample_weight=own.days)
    assert float(ways.loc["published"].r2) == pytest.approx(r2, abs=2e-6)
    others = individuals[taken & (individuals.clinic_fold != FOLDS - 1)]
    x, held = (x_of(people, seen.outcome) for people in (others, own))
    fit = LinearRegression(fit_intercept=False).fit(x, others.actual, others.days)
    again = r2_score(own.actual, fit.predict(held), sample_weight=own.days)
    assert float(ways.loc["estimated_anew"].r2) == pytest.approx(again, abs=2e-6)
    assert ways.r2.astype(float).between(-1, 1).all()


def files_of(directory: Path):
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.name != "manifest.json"}


def test_the_directory_is_the_same_bytes_on_any_partitions_threads_and_workers(folder):
    ingest_registers(folder / "registers", folder / "other", 7, HERE, SILENT)
    diagnose_store(folder / "store", folder / "one", AS_ASKED, Place(threads=2), SILENT)
    diagnose_store(folder / "other", folder / "two", AS_ASKED, Place(threads=1), SILENT)
    diagnose_store(folder / "other", folder / "three", AS_ASKED, Place(workers=2, threads=1), SILENT)
    one, two, three = (files_of(folder / name) for name in ("one", "two", "three"))
    assert one.keys() == two.keys() and len(one) == 2 * len(DIAGNOSIS_TABLES) + 1
    assert [name for name in one if not one[name] == two[name] == three[name]] == []


def test_the_directory_is_private_whole_and_verified(folder):
    out = folder / "checked"
    diagnose_store(folder / "store", out, AS_ASKED, HERE, SILENT)
    assert out.stat().st_mode & 0o777 == 0o700
    assert not (folder / "checked.partial").exists()
    assert verify_path(out) == {"kind": "diagnosis", "files": 2 * len(DIAGNOSIS_TABLES) + 1}
    page = (out / "index.html").read_text("utf-8")
    assert not re.search(r'(src|href)="(?!#)', page) and "<script" not in page
    assert page.count("<svg") <= page.count("<table") + page.count('aria-hidden="true"')
    assert "closed room" in page
    (out / "groups.csv").write_text("changed")
    with pytest.raises(Exception, match=r"groups\.csv"):
        verify_path(out)


def test_against_the_run_of_the_same_store_nothing_has_moved(folder):
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, HERE, SILENT)
    result = CliRunner().invoke(
        cli,
        ["diagnose", str(folder / "store"), "--out", str(folder / "still"), "--against", str(folder / "run"), "--json"],
    )
    assert result.exit_code == 0, result.output
    stability = json.loads(result.output)["stability"]
    assert stability["correlation_of_weights"] == stability["correlation_of_clinic_mean_weights"] == 1
    assert stability["share_of_clinics_moved_by_more_than_one_step"] == 0
    moved = pd.read_csv(folder / "still" / "stability.csv")
    assert (moved.difference == 0).all() and set(moved.kind) == {"weight", "clinic"}
    assert "moved since the earlier run" in (folder / "still" / "index.html").read_text("utf-8")
    with pytest.raises(IntegrityError, match="is no RUN"):
        diagnose_store(folder / "store", folder / "x", ("national-2025", folder / "still", 1), HERE, SILENT)
    with pytest.raises(UsageError, match="no earlier diagnosis"):
        diagnose_store(folder / "store", folder / "run", AS_ASKED, HERE, SILENT)


def test_a_planted_supply_bias_shows(folder, seen, groups):
    crowded = [
        one.clinic.ydernummer
        for one in seen.outcome.clinics
        if one.clinic.capacities and one.patients / one.clinic.capacities >= 2000
    ]
    biased = folder / "biased"
    shutil.copytree(folder / "registers", biased)
    for path in (biased / "services").iterdir():
        table = pq.read_table(path)
        here = pc.is_in(table["YDERNR"].cast("string"), pa.array(crowded)).to_numpy(zero_copy_only=False)
        assert here.any()
        pq.write_table(table.filter(pa.array(~(here & (np.arange(len(here)) % 2 == 0)))), path)
    ingest_registers(biased, folder / "biased.store", 2, HERE, SILENT)
    again = diagnosis.diagnose(open_store(folder / "biased.store"), load_model(), Threads(2), SILENT, SEED)
    ratio = {
        group.level: group.ratio for group in again.groups if group.trait == "patients_per_capacity" and group.ratio
    }
    assert float(groups.loc[("patients_per_capacity", "2000+")].predictive_ratio) < 1.1
    assert float(ratio["2000+"]) > 1.3
    assert all(float(value) < 1.1 for level, value in ratio.items() if level != "2000+")


def write_few_clinics(registers):
    """Write a nation of whose clinics all but the 29 largest are in no register, and so not in the sample."""
    write_synthetic(registers, {"citizens": CITIZENS, "seed": 4}, Threads(2), SILENT)
    spells = pq.read_table(registers / "enrolment").to_pandas()
    largest = spells.YDERNR.value_counts().index[:29]
    clinics = pq.read_table(registers / "clinics.parquet")
    known = pc.is_in(clinics["YDERNR"], pa.array(largest))
    pq.write_table(clinics.filter(known), registers / "clinics.parquet")


def write_awkward(registers):
    write_nation(registers, 5, 2_500)


@pytest.mark.parametrize(("write", "few"), [(write_few_clinics, True), (write_awkward, False)], ids=["few", "awkward"])
def test_of_small_and_awkward_nations_nothing_is_said_that_is_no_number(tmp_path, write, few):
    write(tmp_path / "registers")
    ingest_registers(tmp_path / "registers", tmp_path / "store", 2, HERE, SILENT)
    diagnose_store(tmp_path / "store", tmp_path / "out", AS_ASKED, HERE, SILENT)
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").glob("*.csv")}
    assert not any(re.search(r"\b(nan|NaN|inf|Infinity|None)\b", text) for text in texts.values())
    fits = pd.read_csv(tmp_path / "out" / "fit.csv", keep_default_na=False).set_index(["level", "prediction"])
    assert ("clinic_weight_tenth" not in texts["groups.csv"]) == few
    assert (fits.loc[("clinic", "published")].note == "fewer than 30") == few
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert ("From fewer than 30 clinics nothing is said" in page) == few
    assert not re.search(r">\s*(nan|inf|None)\b", page)


def test_help_has_an_example():
    text = CliRunner().invoke(cli, ["diagnose", "--help"]).output
    assert "fordel diagnose nation.store --out nation.diagnosis" in text and "--against" in text


def test_the_page_is_made_of_tables_alone(found):
    rows = diagnosis_tables(found, ())
    manifest = {
        "nation": {"year": 2026},
        "model": {"name": "national-2025", "hash": "0" * 64},
        "program": {"fordel_dask": "0"},
        "seed": SEED,
        "noticed": {"sample_citizens": 1, "sample_clinics": 1},
        "stability": None,
    }
    assert diagnosis_page(manifest, rows).count("<section>") == 8
