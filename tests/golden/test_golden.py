"""Old results are reproducible: the golden nation gives the numbers that were kept, to the last digit."""

import csv

import pytest

from fordel_dask.bundle import BUNDLE, read_bundle, refit
from fordel_dask.graph import Place
from fordel_dask.printing import weight_rows
from fordel_dask.schema.results import RESULT_TABLES
from tests.golden.results import (
    ESTIMATES,
    EXPECTED,
    HASHED,
    MODELS,
    NATION,
    NATIONAL,
    REASONS,
    digest_of_expected,
    hashes_of_run,
    hashes_of_store,
    kept_hashes,
    make_stores,
)
from tests.lib.compare import differences, read_text

RENEW = "If they are meant to, renew them with a reason: python -m tests.golden.renew --because '…'"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_stores(tmp_path_factory.mktemp("golden"))


def kept_tables(model):
    return {path.stem: read_text(path) for path in sorted((EXPECTED / model).glob("*.csv"))}


def changed(hashes):
    kept = kept_hashes()
    return [f"{of}: {table}" for of, table, sha256 in hashes if kept[of, table] != sha256]


def test_the_store_of_the_golden_nation_holds_what_it_held(made, evidence):
    assert changed(hashes_of_store(made.store(NATIONAL))) == [], RENEW
    evidence.note("R19", "golden nation ingested and held against what was kept", 1, "every table as it was")


@pytest.mark.parametrize("model", MODELS)
def test_a_model_gives_the_numbers_that_it_gave(model, made, evidence):
    run = made.run(model, Place(threads=2))
    tables = kept_tables(model)
    assert len(tables) == len(RESULT_TABLES) - len(HASHED) - len(ESTIMATES)
    assert differences(run, tables) == [], RENEW
    assert changed(hashes_of_run(run)) == [], RENEW
    evidence.note("R19", "golden nation run and held against what was kept", 1, "every table the same bytes")


@pytest.mark.parametrize("model", MODELS)
def test_the_bundle_of_a_model_gives_its_weights(model, made):
    run = made.folder / model
    if not run.exists():
        run = made.run(model, Place(threads=2))
    bundle = read_bundle(run / BUNDLE)
    again = refit(bundle)
    rows = list(weight_rows(again.rows, bundle.year_days, again.mean_raw))
    assert rows == [tuple(row) for row in read_text(run / "weights.csv").to_numpy().tolist()]


@pytest.mark.long
def test_two_worker_processes_give_the_numbers_that_were_kept(made, evidence):
    run = made.run(NATIONAL, Place(workers=2), "on-workers")
    assert differences(run, kept_tables(NATIONAL)) == []
    evidence.note("R19", "golden nation run on 2 worker processes", 1, "every table the same bytes")


def test_numbers_that_were_renewed_have_a_reason():
    with REASONS.open(encoding="utf-8", newline="") as file:
        *_, last = csv.DictReader(file)
    assert last["sha256"] == digest_of_expected(), RENEW
    assert len(last["because"]) > 10


def test_the_golden_nation_is_small():
    assert sum(path.stat().st_size for path in NATION.iterdir()) < 200 * 1024
