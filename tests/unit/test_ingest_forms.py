"""The store holds what the reference model reads, whatever form the delivery has."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pyarrow.parquet as pq
import pytest

from fordel_dask import law
from fordel_dask.errors import FordelError
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.schema.prepared import (
    BENEFITS,
    DIAGNOSES,
    DIAGNOSIS_KINDS,
    ENROLMENT,
    MISSING_PAID,
    OPEN_END,
    POPULATION,
    SERVICES,
)
from fordel_dask.store import open_store
from tests.lib.deliveries import left_beside
from tests.lib.nations import FAULTS, random_options, shuffle_nation, write_nation
from tests.reference.registers import OPEN_END as REFERENCE_OPEN_END
from tests.reference.registers import read_registers

EPOCH = date(1970, 1, 1)
LISTED = tuple(row["prefix"] for row in law.rows("codes/diagnosis_prefixes"))


class Nation:
    """A prepared store, read back with keys and codes as text."""

    def __init__(self, store):
        self.store = open_store(store)
        self.keys = pq.read_table(store.with_name(f"{store.name}.keys") / "keys.parquet")["key"].to_pylist()

    def rows(self, table, *columns):
        """Give the rows of a table as a multiset of tuples, the key first."""
        counted = Counter()
        for partition in range(self.store.grid.partitions):
            read = self.store.read(table, partition)
            if table.dense:
                read["citizen"] = np.arange(self.store.grid.size(partition))
            people = [self.keys[self.store.grid.first[partition] + n] for n in read["citizen"].tolist()]
            counted.update(zip(people, *(self.values(read[name], table, name) for name in columns), strict=True))
        return counted

    def values(self, array, table, name):
        unit = next(column.unit for column in table.columns if column.name == name)
        book = "municipality" if name == "municipality" else unit.removeprefix("code book ")
        if book in self.store.codebooks:
            return [self.store.codebooks[book][n] if n >= 0 else "" for n in array.tolist()]
        if unit == "day":
            return [REFERENCE_OPEN_END if n == OPEN_END else str(EPOCH + timedelta(n)) for n in array.tolist()]
        return array.tolist()


def reference_rows(registers):
    """Give what the reference reads, table by table, as multisets of tuples."""
    people = registers.population
    kinds = {kind: number for number, kind in enumerate(DIAGNOSIS_KINDS)}
    dream = Counter(
        (key, int(code)) for key, *weeks in registers.dream.itertuples() for code in weeks if code.strip("0")
    )
    return {
        "population": Counter(
            zip(
                people.index,
                map(int, people["sex"]),
                people["birth"],
                people["civil"],
                people["municipality"],
                people["country"],
                people["descent"],
                strict=True,
            )
        ),
        "enrolment": Counter(
            (row.pnr, row.clinic, int(row.group) if row.group in ("1", "2") else 0, row.start, row.end)
            for row in registers.spells.itertuples()
        ),
        "services": Counter(
            (row.pnr, row.speciality + row.service, row.quantity, oere(row.fee))
            for row in registers.services.itertuples()
        ),
        "diagnoses": Counter(
            (row.pnr, row.code, kinds[row.kind], row.day)
            for row in registers.diagnoses.itertuples()
            if row.kind in kinds and row.code.startswith(LISTED) and row.day
        ),
        "benefits": Counter((*key, weeks) for key, weeks in dream.items() if key[0] in people.index),
    }


def oere(fee):
    return MISSING_PAID if fee is None else round(Fraction(fee))


def store_rows(nation):
    return {
        "population": nation.rows(
            POPULATION, "sex", "birth_day", "civil_status", "municipality", "country", "origin_type"
        ),
        "enrolment": nation.rows(ENROLMENT, "clinic", "group", "first_day", "last_day"),
        "services": nation.rows(SERVICES, "service", "quantity", "paid_oere"),
        "diagnoses": nation.rows(DIAGNOSES, "code", "kind", "day"),
        "benefits": nation.rows(BENEFITS, "code", "weeks"),
    }


@pytest.mark.parametrize("seed", range(12))
def test_any_form_is_read_as_the_reference_reads_it(tmp_path, seed):
    nation = write_nation(tmp_path / "nation", seed, 250, **random_options(seed))
    ingest(nation, tmp_path / "store", Threads(2), partitions=1 + seed % 4)
    registers = read_registers(nation)
    expected = reference_rows(registers)
    found = store_rows(Nation(tmp_path / "store"))
    for name, rows in expected.items():
        assert found[name] == rows, name


@pytest.mark.parametrize("seed", [1, 4])
def test_the_order_of_rows_and_the_number_of_files_do_not_matter(tmp_path, seed):
    nation = write_nation(tmp_path / "nation", seed, 250, **random_options(seed))
    shuffled = shuffle_nation(nation, tmp_path / "shuffled", seed)
    one = ingest(nation, tmp_path / "one", Threads(1), partitions=3)
    other = ingest(shuffled, tmp_path / "other", Threads(2), partitions=3)
    for fact in ("tables", "codebooks", "small_tables", "grid", "accounting"):
        assert one[fact] == other[fact], fact


@pytest.mark.parametrize("fault", [name for name, code in FAULTS.items() if name != "other_year"])
def test_planted_faults_are_refused_and_nothing_is_left(tmp_path, fault):
    nation = write_nation(tmp_path / "nation", 3, 200, fault=fault)
    with pytest.raises(FordelError) as refusal:
        ingest(nation, tmp_path / "store", Threads(1))
    assert refusal.value.exit_code == FAULTS[fault]
    assert left_beside(nation) == set()
