"""The tables that are kept whole: clinics, municipalities, projection."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import FordelError
from fordel_dask.extracts import Source
from fordel_dask.registers.clinics import read_clinics
from fordel_dask.registers.municipalities import read_municipalities
from fordel_dask.registers.projection import read_projection
from tests.lib.deliveries import REGISTERS

PLACES = frozenset({"101", "400"})
CLINIC = REGISTERS["clinics"][0]
PLACE = {
    "KOM": "0101",
    "NAME": "København",
    "COUNCIL_ID": "hovedstaden",
    "COUNCIL": "Hovedstaden",
    "REGION": "Region Østdanmark",
    "AREA_KM2": 90.10,
    "LIFE_EXPECTANCY": 80.9,
}
CELL = {"KOM": "101", "KOEN": 1, "ALDER": 0, "PERSONS": 10.5}


def source(tmp_path, rows, name="table"):
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / f"{name}.parquet")
    return Source(name, (Path(tmp_path / f"{name}.parquet"),))


def exit_code(function, *arguments):
    with pytest.raises(FordelError) as refusal:
        function(*arguments)
    return refusal.value.exit_code


def test_a_clinic_is_written_in_one_form(tmp_path):
    row = {**CLINIC, "YDERNR": 10101, "TYPE": "PLO", "KOM": 411, "ISLAND": 1, "CAPACITIES": 2.0}
    [clinic] = read_clinics(source(tmp_path, [row]), 2026, PLACES)
    assert clinic == {
        "YDERNR": "010101",
        "TYPE": "island",
        "KOM": "400",
        "CAPACITIES": "2",
        "FRA": "2010-01-01",
        "TIL": "",
        "ISLAND": "1",
    }


CLINICS = {
    "a type nobody knows": ([{**CLINIC, "TYPE": "hospital"}], 12),
    "a municipality nobody knows": ([{**CLINIC, "KOM": "999"}], 12),
    "negative capacities": ([{**CLINIC, "CAPACITIES": -0.5}], 14),
    "no number of capacities": ([{**CLINIC, "CAPACITIES": "many"}], 14),
    "two rows at the status date": ([CLINIC, {**CLINIC, "FRA": date(2025, 1, 1)}], 10),
    "no number of the clinic": ([{**CLINIC, "YDERNR": ""}], 10),
}


@pytest.mark.parametrize(("rows", "code"), CLINICS.values(), ids=CLINICS)
def test_clinics_that_are_refused(tmp_path, rows, code):
    assert exit_code(read_clinics, source(tmp_path, rows), 2026, PLACES) == code


def test_an_earlier_row_of_a_clinic_may_lie_in_a_municipality_that_is_gone(tmp_path):
    earlier = {**CLINIC, "KOM": "259", "FRA": date(2000, 1, 1), "TIL": date(2006, 12, 31)}
    assert len(read_clinics(source(tmp_path, [CLINIC, earlier]), 2026, PLACES)) == 2


def test_missing_capacities_are_none(tmp_path):
    rows = [{**CLINIC, "CAPACITIES": None}, {**CLINIC, "YDERNR": "2"}]
    assert [row["CAPACITIES"] for row in read_clinics(source(tmp_path, rows), 2026, PLACES)] == ["1.5", ""]


def test_the_packaged_municipalities_are_98(tmp_path):
    rows = read_municipalities(None)
    assert len(rows) == 98
    assert rows[0]["KOM"] == "101"
    assert {row["KOM"] for row in rows if not row["LIFE_EXPECTANCY"]} == {"563", "741", "825", "492"}


def test_a_delivered_municipality_is_exact_text(tmp_path):
    [row] = read_municipalities(source(tmp_path, [PLACE]))
    assert (row["KOM"], row["AREA_KM2"], row["LIFE_EXPECTANCY"]) == ("101", "90.1", "80.9")


PLACES_REFUSED = {
    "no area": ([{**PLACE, "AREA_KM2": None}], 10),
    "a negative area": ([{**PLACE, "AREA_KM2": -1.0}], 14),
    "a municipality twice": ([PLACE, {**PLACE, "KOM": "101"}], 10),
    "no municipality at all": ([{**PLACE, "KOM": "411"}], 11),
}


@pytest.mark.parametrize(("rows", "code"), PLACES_REFUSED.values(), ids=PLACES_REFUSED)
def test_municipalities_that_are_refused(tmp_path, rows, code):
    assert exit_code(read_municipalities, source(tmp_path, rows)) == code


def test_christiansoe_is_added_to_bornholm(tmp_path):
    rows = [CELL, {**CELL, "KOM": "400"}, {**CELL, "KOM": "411", "PERSONS": 0.25}]
    assert read_projection(source(tmp_path, rows), PLACES) == [
        {"KOM": "101", "KOEN": "1", "ALDER": "0", "PERSONS": "10.5"},
        {"KOM": "400", "KOEN": "1", "ALDER": "0", "PERSONS": "10.75"},
    ]


BORNHOLM = {**CELL, "KOM": "400"}
PROJECTIONS = {
    "a cell twice": ([CELL, CELL, BORNHOLM], 10),
    "a municipality that is missing": ([CELL], 11),
    "a municipality nobody knows": ([CELL, BORNHOLM, {**CELL, "KOM": "999"}], 12),
    "negative persons": ([CELL, {**BORNHOLM, "PERSONS": -1.0}], 14),
    "no persons": ([CELL, {**BORNHOLM, "PERSONS": None}], 10),
    "a sex that is none": ([CELL, {**BORNHOLM, "KOEN": 3}], 10),
}


@pytest.mark.parametrize(("rows", "code"), PROJECTIONS.values(), ids=PROJECTIONS)
def test_projections_that_are_refused(tmp_path, rows, code):
    assert exit_code(read_projection, source(tmp_path, rows), PLACES) == code


def told(function, *arguments):
    with pytest.raises(FordelError) as refusal:
        function(*arguments)
    return refusal.value.exit_code, str(refusal.value).splitlines()


def test_several_faults_of_clinics_are_told_together(tmp_path):
    rows = [
        {**CLINIC, "CAPACITIES": -1.0},
        {**CLINIC, "YDERNR": "020202", "TYPE": "hospital"},
        {**CLINIC, "YDERNR": "030303", "KOM": "999"},
        {**CLINIC, "YDERNR": "040404", "KOM": "998"},
    ]
    code, lines = told(read_clinics, source(tmp_path, rows), 2026, PLACES)
    assert code == 12
    assert len(lines) == 3
    assert "020202 with 'hospital'" in lines[0]
    assert "2 rows in a municipality that is not in the table, the first is 030303 in '999'" in lines[1]
    assert "010101 with '-1.0'" in lines[2]


def test_a_clinic_twice_and_an_unknown_type_are_told_together(tmp_path):
    rows = [CLINIC, {**CLINIC, "FRA": date(2025, 1, 1)}, {**CLINIC, "YDERNR": "2", "TYPE": "hospital"}]
    code, lines = told(read_clinics, source(tmp_path, rows), 2026, PLACES)
    assert (code, len(lines)) == (10, 2)


def test_several_faults_of_the_projection_are_told_together(tmp_path):
    rows = [CELL, CELL, {**CELL, "KOM": "999"}, {**CELL, "ALDER": 1, "PERSONS": -1.0}]
    code, lines = told(read_projection, source(tmp_path, rows), PLACES)
    assert code == 10
    words = ("101, sex 1, age 0 stands in more than one row", "municipalities are missing", "999", "-1.0")
    assert all(word in line for word, line in zip(words, lines, strict=True))


def test_several_faults_of_municipalities_are_told_together(tmp_path):
    rows = [PLACE, PLACE, {**PLACE, "KOM": "400", "AREA_KM2": -2.0}, {**PLACE, "KOM": "173", "COUNCIL_ID": ""}]
    code, lines = told(read_municipalities, source(tmp_path, rows))
    assert code == 10
    assert all(word in line for word, line in zip(("'173'", "101", "400 with '-2.0'"), lines, strict=True))


NARROW = {"single": pa.float32(), "half": pa.float16(), "double": pa.float64()}


@pytest.mark.parametrize("type_", NARROW.values(), ids=NARROW)
def test_a_float_of_any_width_is_read_by_its_shortest_text(tmp_path, type_):
    def narrow(rows, *names):
        table = pa.Table.from_pylist(rows)
        for name in names:
            column = pa.array([row[name] for row in rows], type_)
            table = table.set_column(table.schema.get_field_index(name), name, column)
        pq.write_table(table, tmp_path / "table.parquet")
        return Source("table", (tmp_path / "table.parquet",))

    place = {**PLACE, "AREA_KM2": 0.1622, "LIFE_EXPECTANCY": 81.6}
    [row] = read_municipalities(narrow([place], "AREA_KM2", "LIFE_EXPECTANCY"))
    assert (row["AREA_KM2"], row["LIFE_EXPECTANCY"]) == ("0.1622", "81.6")
    [clinic] = read_clinics(narrow([{**CLINIC, "CAPACITIES": 1.3}], "CAPACITIES"), 2026, PLACES)
    assert clinic["CAPACITIES"] == "1.3"
    [cell] = read_projection(narrow([{**CELL, "PERSONS": 10.7}], "PERSONS"), frozenset({"101"}))
    assert cell["PERSONS"] == "10.7"
