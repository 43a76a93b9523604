"""Persons and øre, counted at every station from the register to the council: nobody and nothing is lost (R12)."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest

from fordel_dask import pipeline
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.deriving import read_partition
from fordel_dask.doubt import no_doubts_asked_for
from fordel_dask.facts.definition import FactRules
from fordel_dask.facts.derive import service_book
from fordel_dask.graph.executor import Threads
from fordel_dask.kernels.events import PREVENTION
from fordel_dask.law.rounding import NANO
from fordel_dask.model import load_model
from fordel_dask.registers import ingest
from fordel_dask.results import noticed, result_tables
from fordel_dask.schema.prepared import MISSING_PAID, POPULATION, SERVICES
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.store import open_store
from tests.lib.nations import read_piece, write_nation

SEEDS = (3, 8)


@pytest.fixture(scope="module", params=SEEDS)
def way(request, tmp_path_factory):
    """Give the folder of a nation, its store and what a run has found."""
    folder = tmp_path_factory.mktemp("way")
    write_nation(folder / "registers", request.param, 2000, bruhon="oere")
    ingest(folder / "registers", folder / "store", Threads(2), partitions=3)
    store = open_store(folder / "store")
    return folder, store, pipeline.run_model(store, load_model(), Threads(2), ProgressLines(quiet=True))


def raw(folder, register, column):
    return [
        value
        for path in sorted([*folder.glob(f"registers/{register}-*"), *folder.glob(f"registers/{register}.*")])
        for value in read_piece(path)[column].to_pylist()
    ]


def as_oere(value):
    text = "" if value is None else str(value).strip().replace(",", ".")
    return int(Decimal(text).to_integral_value(ROUND_HALF_EVEN)) if text else 0


def accounted(account):
    return account["kept"] + sum(account["dropped"].values()) + sum(account["quarantined"].values())


def of_store(store, table, column):
    return np.concatenate([store.read(table, n, (column,))[column] for n in range(store.grid.partitions)])


def total(outcome, table, column):
    names = [c.name for t in RESULT_TABLES if t.name == table for c in t.columns]
    rows = result_tables(outcome, no_doubts_asked_for(outcome, 0, 1))[table]
    return sum((Fraction(row[names.index(column)] or 0) for row in rows), Fraction(0))


def test_every_row_and_every_oere_of_the_register_is_kept_dropped_or_quarantined(way, evidence):
    folder, store, _ = way
    account = store.manifest["accounting"]["services"]
    paid = raw(folder, "services", "BRUHON")
    assert account["rows_in"] == len(paid) == accounted(account)
    assert account["oere"]["in"] == sum(map(as_oere, paid)) == accounted(account["oere"]) > 0
    in_store = of_store(store, SERVICES, "paid_oere")
    assert account["oere"]["kept"] == int(in_store[in_store != MISSING_PAID].sum())
    assert account["kept"] == in_store.size
    evidence.note("R12", "øre and rows: register = kept + dropped + quarantined; kept = store", 1, "equal, to the øre")


def test_every_person_of_the_register_is_kept_or_quarantined_and_stands_in_one_municipality(way, evidence):
    folder, store, outcome = way
    account = store.manifest["accounting"]["population"]
    assert account["rows_in"] == len(raw(folder, "population", "PNR")) == accounted(account)
    persons = outcome.counts.persons
    assert account["kept"] == store.grid.citizens == of_store(store, POPULATION, "sex").size == int(persons.sum())
    evidence.note("R12", "persons: register = kept + quarantined; kept = store = sum of municipalities", 1, "equal")


def test_the_oere_of_the_store_are_the_oere_of_facts_and_of_cells(way, evidence):
    _, store, outcome = way
    model = outcome.model
    rules = FactRules(store.year, model.consumption.specialities)
    kinds = np.array([entry % 2**16 % 8 for entry in service_book(store.codebooks["service"], rules).tolist()])
    paid, service = (of_store(store, SERVICES, name) for name in ("paid_oere", "service"))
    counted = paid[(kinds[service] <= PREVENTION) & (paid != MISSING_PAID)]
    names = ("contacts_paid_oere", "others_paid_oere", "prevention_paid_oere")
    facts = [outcome.facts.read(n, names) for n in range(store.grid.partitions)]
    assert sum(int(part[name].sum(dtype=np.int64)) for part in facts for name in names) == int(counted.sum()) > 0
    pass_rules = outcome.prepared.rules
    derived = [read_partition(n, pass_rules) for n in range(store.grid.partitions)]
    in_sample = sum(int(part.fee[part.in_sample].sum()) for part in derived)
    assert in_sample == int(sum(outcome.sums.sample.fee_oere.tolist())) > 0
    evidence.note("R12", "øre: store = facts; citizens of the sample = cells", 1, "equal, to the øre")


def test_citizens_and_weights_by_cell_by_clinic_by_municipality_and_by_council_are_those_of_the_nation(way, evidence):
    _, _, outcome = way
    citizens, told = outcome.counts.citizens, noticed(outcome)
    assert citizens == int(outcome.counts.by_home.citizens.sum())
    assert citizens == total(outcome, "clinics", "patients") + told["citizens_without_clinic"]
    assert citizens == total(outcome, "flows", "citizens")
    assert {total(outcome, table, "citizens") for table in ("municipalities", "councils")} == {citizens}
    weighted = sum(area.weighted_nano for area in outcome.areas)
    assert weighted == sum(outcome.scores.clinics.nano.tolist()) == sum(outcome.scores.municipalities.nano.tolist())
    assert 2 * abs(weighted - citizens * NANO) <= citizens, "half a billionth a citizen, by rounding"
    for table in ("municipalities", "councils"):
        assert total(outcome, table, "weighted_citizens") == Fraction(weighted, NANO)
    evidence.note("R12", "citizens and weights: cells = clinics = municipalities = councils = nation", 1, "equal")
