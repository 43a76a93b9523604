"""Rows that are easily got wrong: pandas and dask.dataframe read them as we do."""

import datetime
import itertools
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.peers import frames_layout
from benchmarks.peers.catalogue import peer_of
from benchmarks.peers.one import Clock, Turn, do_job
from benchmarks.peers.ours import numbers_of_store
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.peers.conftest import MODELS

STATUS = datetime.date(2026, 1, 1)
STRANGER = "999999999999"


def day(years, days=0):
    return STATUS.replace(year=STATUS.year - years) + datetime.timedelta(days)


def spells(persons, clinics):
    """Overlapping, touching and repeated spells, other groups, no clinic, and days at the edges of the fee year."""
    low, high = clinics
    shapes = [
        [(low, 1, day(1, 10), day(1, 50)), (high, 1, day(1, 20), day(1, 30)), (low, 1, day(1, 51), None)],
        [(low, 1, day(3), None), (high, 1, day(3), None)],
        [(None, 1, day(3), None), (low, 1, day(3), None)],
        [(None, 1, day(1, 5), None)],
        [(low, 2, day(2), None), (high, 1, day(2), day(1, 100))],
        [(high, 1, STATUS, None), (low, 1, day(1), day(0, -1))],
        [(low, 1, day(0, 1), None), (high, 1, day(9), STATUS)],
        [(low, 1, day(9), day(1)), (low, 1, day(0, -1), None)],
        [(low, 3, day(9), None)],
        [(low, 1, day(1, 9), day(1, 8)), (low, 1, None, None)],
        [],
    ]
    for person, shape in zip(persons, itertools.cycle(shapes), strict=False):
        yield from ((person, clinic, group, first, last) for clinic, group, first, last in shape)


def services(persons):
    rows = [("800101", 1, "2553"), ("800101", -40, "2501"), ("800101", 3, "2500"), ("800101", 3, "2453"),
            ("800101", 3, "2554"), ("809999", 5, "2510"), ("800130", 2, "2520"), ("800431", 2, "2530"),
            ("210101", 9, "2530"), ("800431", 7, "2601")]  # fmt: skip
    for n, person in enumerate([*persons, STRANGER]):
        for code, quantity, week in rows[n % 3 :]:
            yield person, "018401", code, quantity, 1.0, week


def diagnoses(persons):
    """Days at the edges of look-backs, other kinds and spellings, refuted ones, codes without D or of no disease."""
    days = [day(0), day(0, -1), day(5), day(5, -1), day(10), day(10, -1), day(15), day(15, -1)]
    codes = ["DC50", "dF20", " DI10", "E11", "DE11", "DF329A", "DM06", "DDD", "DZ00", "DG40", "DI48", None]
    kinds = ["A", "B", "G", "A", "H", "+", " A", None]
    shapes = itertools.product(days, codes, kinds)
    for n, (start, code, kind) in enumerate(shapes):
        yield persons[n % len(persons)], start, code, kind, ["Nej", None, "Ja"][n % 3], ["LPR3", "LPR2"][n % 5 == 0]


def rows_like(file, columns):
    """Write rows beside a file, with its columns and types."""
    schema = pq.read_schema(file)
    table = pa.table({name: pa.array(columns[name]).cast(schema.field(name).type) for name in schema.names})
    pq.write_table(table, file.with_name("part-90000.parquet"))


def columns_of(rows, names):
    return dict(zip(names, zip(*rows, strict=True), strict=True))


@pytest.fixture(scope="module")
def awkward(invented, tmp_path_factory):
    """Give a nation with some more rows, and its store."""
    folder = tmp_path_factory.mktemp("awkward")
    registers = folder / "registers"
    shutil.copytree(invented.registers, registers)
    first = {name: registers / name / "part-00000.parquet" for name in ("population", "enrolment", "services", "dream")}
    population = pq.read_table(first["population"])
    people = population["PNR"].to_pylist()
    moved = people[500:900]
    add_spells(first["enrolment"], moved)
    rows_like(
        first["services"],
        columns_of(services(people[:300]), ("PNR", "YDERNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE")),
    )
    add_diagnoses(registers, [*people[:200], STRANGER])
    places = np.array(population["KOM"].to_pylist(), dtype=object)
    places[:30], places[30:60] = "411", "0400"
    birth = population["FOED_DAG"].to_pylist()
    birth[60:66] = [STATUS.replace(year=year) for year in (1935, 1936, 1958, 1959, 2009, 2010)]
    population = population.set_column(population.schema.get_field_index("KOM"), "KOM", pa.array(places, pa.string()))
    population = population.set_column(
        population.schema.get_field_index("FOED_DAG"), "FOED_DAG", pa.array(birth, pa.date32())
    )
    pq.write_table(population, first["population"])
    ingest(registers, folder / "store", Threads(2), partitions=3)
    return registers, folder / "store"


def add_spells(file, moved):
    """Give some people other spells than they had."""
    before = pq.read_table(file)
    clinics = sorted(set(before["YDERNR"].to_pylist()) - {None})
    gone = np.isin(before["PNR"].to_pylist(), moved)
    pq.write_table(before.filter(pa.array(~gone)), file)
    names = ("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL")
    rows_like(file, columns_of([*spells(moved, (clinics[3], clinics[-2]))], names))


def add_diagnoses(registers, persons):
    """Add contacts with one diagnosis each to both pairs of registers; every tenth contact stands there twice."""
    rows = [*diagnoses(persons)]
    keys = [10**15 + n for n in range(len(rows))]
    person, start, code, kind, refuted, system = zip(*rows, strict=True)
    noon = [datetime.datetime.combine(one, datetime.time(23, 59)) for one in start]
    for pair, key, begun, names in (
        ("lpr2", "RECNUM", ("D_INDDTO", start), ("C_DIAG", "C_DIAGTYPE")),
        ("lpr3", "DW_EK_KONTAKT", ("KONT_STARTTIDSPUNKT", noon), ("DIAG_KODE", "DIAG_KODE_TYPE")),
    ):
        contacts = {"PNR": person, key: keys, begun[0]: begun[1], "LPRINDBERETNINGSSYSTEM": system}
        twice = {name: [*values, *values[::10]] for name, values in contacts.items()}
        rows_like(registers / f"{pair}_contacts" / "part-00000.parquet", twice)
        found = {key: keys, names[0]: code, names[1]: kind, "SENERE_AFKRAEFTET": refuted}
        rows_like(registers / f"{pair}_diagnoses" / "part-00000.parquet", found)


@pytest.mark.parametrize("model", ["national", "all_at_once", "action_diagnoses", "longer_cancer"])
@pytest.mark.parametrize("layout", ["raw", "own", "ours"])
@pytest.mark.parametrize("name", ["pandas", "dask_frame"])
def test_awkward_rows_are_read_as_we_read_them(name, layout, model, awkward, tmp_path, monkeypatch):
    monkeypatch.setattr(frames_layout, "CITIZENS_OF_RANGE", 2_500)
    registers, store = awkward
    source = {"raw": registers, "ours": store, "own": tmp_path / "own"}[layout]
    if layout == "own":
        peer_of(name).prepare(registers, source, 2)
    chosen = str(MODELS / f"{model}.toml")
    found = do_job(Turn(name, layout, source, store, chosen, threads=2), Clock())
    assert found.plain() == numbers_of_store(store, chosen, 2).plain()
