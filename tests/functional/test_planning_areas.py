"""Planning areas below the council: whom they count, and that they sum to their municipality."""

import csv
import shutil
from collections import defaultdict
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fordel_dask.cli.nation import write_nation
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.errors import ImpossibleValueError, SchemaError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from tests.reference.delivery import as_code
from tests.reference.run import weighted_citizens

SILENT = ProgressLines(quiet=True)
NANO = 10**9
FOREIGN, UNKNOWN = "851-01", "nowhere"
CITIZENS = {"citizens": 6_000, "seed": 11, "year": 2026, "history": "light", "dream": "weeks", "extras": True}


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    """A nation of which some live in an area that is delivered for another municipality, that nobody knows, or none."""
    folder = tmp_path_factory.mktemp("planning")
    write_nation(folder / "registers", CITIZENS, Threads(2), SILENT)
    file = next((folder / "registers" / "population").glob("*.parquet"))
    table = pq.read_table(file)
    area = table["AREA"].to_pylist()
    area[:30] = [FOREIGN] * 10 + [UNKNOWN] * 10 + [None] * 10
    place = table.schema.get_field_index("AREA")
    pq.write_table(table.set_column(place, "AREA", pa.array(area, pa.string())), file)
    return folder / "registers"


def run_of(registers, folder, partitions=3):
    ingest_registers(registers, folder / "store", partitions, Place(threads=2), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    return folder / "run"


@pytest.fixture(scope="module")
def run(registers, tmp_path_factory):
    return run_of(registers, tmp_path_factory.mktemp("run"))


def rows(run, name):
    with (run / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without_projection(registers, folder):
    copy = folder / "registers"
    shutil.copytree(registers, copy)
    text = (copy / "registers.toml").read_text("utf-8")
    (copy / "registers.toml").write_text(text.replace('[projection]\npath = "projection.csv"\n', ""), "utf-8")
    return copy


@pytest.mark.rule("R20")
def test_areas_hold_the_citizens_and_weights_that_the_slow_reference_finds(registers, tmp_path):
    plain = without_projection(registers, tmp_path)
    citizens = weighted_citizens(plain).citizens
    file = pq.read_table(plain / "population", columns=["PNR", "AREA"]).to_pydict()
    area_of = dict(zip(map(as_code, file["PNR"]), file["AREA"], strict=True))
    home_of = {row["AREA"]: row["KOM"] for row in csv.DictReader((plain / "areas.csv").read_text("utf-8").splitlines())}
    expected = defaultdict(lambda: [0, 0])
    for citizen in citizens.itertuples():
        area = area_of[citizen.Index]
        inside = home_of.get(area) == citizen.municipality
        found = expected[citizen.municipality, area if inside else ""]
        found[0] += 1
        found[1] += int(citizen.weight)
    got = {
        (row["municipality_code"], row["area"]): [int(row["citizens"]), int(Fraction(row["weighted_citizens"]) * NANO)]
        for row in rows(run_of(plain, tmp_path), "planning_areas")
    }
    assert {key: value for key, value in got.items() if value[0]} == dict(expected)


@pytest.mark.rule("R20")
def test_areas_sum_to_their_municipality_also_at_the_years_end(run):
    for column, exact in (("citizens", True), ("weighted_citizens", False), ("need", False)):
        sums = defaultdict(Fraction)
        for row in rows(run, "planning_areas"):
            sums[row["municipality_code"]] += Fraction(row[column])
        for row in rows(run, "municipalities"):
            off = abs(sums[row["municipality_code"]] - Fraction(row[column]))
            assert off <= (0 if exact else Fraction(12, NANO)), (row, column)  # each printed with nine decimals


def test_who_is_delivered_for_another_municipality_or_no_area_counts_outside_the_areas_of_home(run):
    outside = sum(int(row["citizens"]) for row in rows(run, "planning_areas") if not row["area"])
    assert 20 <= outside <= 30  # of 30, some of whom are in insurance group 2


def test_the_same_bytes_on_other_partitions(registers, run, tmp_path):
    other = run_of(registers, tmp_path, partitions=1)
    assert (other / "planning_areas.csv").read_bytes() == (run / "planning_areas.csv").read_bytes()


def test_without_areas_there_are_no_planning_areas_and_the_same_numbers(registers, run, tmp_path):
    copy = tmp_path / "registers"
    shutil.copytree(registers, copy)
    text = (copy / "registers.toml").read_text("utf-8")
    (copy / "registers.toml").write_text(text.replace('[areas]\npath = "areas.csv"\n', ""), "utf-8")
    for file in (copy / "population").glob("*.parquet"):
        pq.write_table(pq.read_table(file).drop_columns(["AREA"]), file)
    other = run_of(copy, tmp_path)
    assert rows(other, "planning_areas") == []
    for name in ("councils", "municipalities", "clinics", "weights"):
        assert (other / f"{name}.csv").read_bytes() == (run / f"{name}.csv").read_bytes()


WRONG = {
    "a code twice": ("101-02", "101-01", SchemaError, "more than one row"),
    "no code": ("101-02,", ",", SchemaError, "without AREA"),
    "a size below nothing": (",101,", ",101,-", ImpossibleValueError, "KM2"),
}


@pytest.mark.parametrize(("before", "after", "error", "told"), WRONG.values(), ids=WRONG)
def test_areas_that_cannot_be_are_refused(registers, tmp_path, before, after, error, told):
    copy = tmp_path / "registers"
    shutil.copytree(registers, copy)
    text = (copy / "areas.csv").read_text("utf-8")
    assert before in text
    (copy / "areas.csv").write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(error, match=told):
        ingest_registers(copy, tmp_path / "store", 1, Place(threads=2), SILENT)


def test_the_area_of_nobody_stands_with_nobody_in_it(run):
    empty = [row for row in rows(run, "planning_areas") if row["citizens"] == "0"]
    assert all(row["mean_weight"] == "" and row["need"] == "0.000000000" for row in empty)
    assert pc.sum(pa.array([int(row["citizens"]) for row in rows(run, "planning_areas")])).as_py() > 5_000
