"""``fordel follow-up`` as a region calls it: tables, terminal, JSON, and refusals with nothing written."""

import json
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.schema.follow_up import FOLLOW_UP_TABLES
from tests.lib import commands
from tests.lib.published import two_councils, write_published

call = partial(commands.call, "follow-up")
refused = partial(commands.refused, "follow-up")

SILENT, HERE = ProgressLines(quiet=True), Place(threads=2)
HEADING = "MONTH,YDERNR,CAPACITY_ID,ALLOCATED_FROM,OCCUPIED_SHARE,SPECIALIST,VACANT_SINCE,REPORTED_ON"
REPORTS = [
    *(f"2025-{month:02},000810,a,2010-01-01,1,1,,2026-01-10" for month in range(7, 13)),
    *(f"2025-{month:02},000810,b,2010-01-01,0,,2024-05-01,2026-01-10" for month in range(7, 13)),
    *(f"2025-{month:02},000830,c,2010-01-01,1,1,,2026-01-20" for month in range(7, 12)),
    "2025-12,000830,c,2010-01-01,0.5,1,2025-11-30,2026-01-20",
    "2025-07,000830,c,2010-01-01,0,1,2025-07-01,2026-01-25",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("followed")
    write_published(two_councils(), folder / "run")
    write(folder / "capacity_register.csv", REPORTS)
    return folder


def write(path, rows):
    path.write_text("\n".join([HEADING, *rows]) + "\n", "utf-8")
    return path


def table(out, name):
    return pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)


def test_the_terminal_shows_councils_the_trend_and_what_is_to_be_known(folder):
    result = call(folder / "run", "--capacity", folder / "capacity_register.csv")
    assert result.exit_code == 0, result.output
    lines = [line.rstrip() for line in result.output.splitlines()]
    assert lines[0] == ("Half-year 2025-2 (2025-07 to 2025-12), as reported by 2026-01-25; need of 2026. Capacities:")
    assert (
        "  ".join(lines[1].split())
        == "council  need  allocated  occupied  coverage  since  2025-07  vacant  >  1  year"
    )
    assert lines[2].split() == ["North", "4.0", "3.0", "2.0", "50.0%", "+0.0", "1.0"]
    assert lines[3].split() == ["South", "2.0", "1.0", "1.0", "50.0%", "+1.0", "0.0"]
    assert "Occupied are 3.0, 1.0 more than in the first month. Doctors are short by 3.0." in result.output
    assert "Reports revised by later ones (the table vintages shows how): 1." in result.output
    assert "Reports that came after they were due (R49): 10." in result.output
    assert "The same, never reported, counted as registered, all occupied: 1 (1.0 capacities)." in result.output


def test_with_json_there_is_one_object_and_nothing_else(folder):
    result = call(folder / "run", "--capacity", folder / "capacity_register.csv", "--json")
    told = json.loads(result.output)
    assert told["country"]["occupied"] == 3 and told["country"]["need"] == 6
    assert [one["code"] for one in told["councils"]] == ["north", "south"]
    assert len(told["months"]) == 6
    assert told["late_reports"] == 10 and told["clinics_unlike_register"] == 1


def test_tables_are_written_as_csv_parquet_and_excel(folder, tmp_path):
    out = tmp_path / "out"
    arguments = (folder / "run", "--capacity", folder / "capacity_register.csv", "--out", out, "--excel")
    assert call(*arguments).exit_code == 0
    for declared in FOLLOW_UP_TABLES:
        assert list(table(out, declared.name).columns) == [column.name for column in declared.columns]
        assert pq.read_table(out / f"{declared.name}.parquet").num_rows == len(table(out, declared.name))
    book = openpyxl.load_workbook(out / "follow-up.xlsx")
    assert book.sheetnames == ["about", *(declared.name for declared in FOLLOW_UP_TABLES)]
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["kind"] == "follow-up" and set(manifest["inputs"]) == {
        "RUN run", "capacity_register capacity_register.csv",
    }  # fmt: skip
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert call(*arguments).exit_code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_parts_are_wholes_in_what_is_written(folder, tmp_path):
    assert call(folder / "run", "--capacity", folder / "capacity_register.csv", "--out", tmp_path / "o").exit_code == 0
    months = table(tmp_path / "o", "capacity_months")
    for name in (
        "allocated",
        "occupied",
        "occupied_by_share",
        "vacant",
        "need",
        "capacities_carried",
        "capacities_registered",
    ):
        sums = months.assign(value=months[name].map(Decimal)).groupby(["month", "area_kind"]).value.sum().unstack()
        assert (sums.nunique(axis=1) == 1).all(), name


def test_as_known_earlier_the_revision_is_not_there(folder):
    arguments = (folder / "run", "--capacity", folder / "capacity_register.csv", "--json")
    before = json.loads(call(*arguments, "--as-of", "2026-01-24").output)
    assert before["country"]["development"] == 0
    assert json.loads(call(*arguments).output)["country"]["development"] == 1


BAD = {
    "a month that is none": "2025-13,000810,x,2010-01-01,1,1,,2026-01-10",
    "a clinic unknown": "2025-12,999999,x,2010-01-01,1,1,,2026-01-10",
    "no capacity": "2025-12,000810,,2010-01-01,1,1,,2026-01-10",
    "a share above 1": "2025-12,000810,x,2010-01-01,1.01,1,,2026-01-10",
    "a share in words": "2025-12,000810,x,2010-01-01,all,1,,2026-01-10",
    "a speciality unknown": "2025-12,000810,x,2010-01-01,1,2,,2026-01-10",
    "no date": "2025-12,000810,x,2010-02-30,1,1,,2026-01-10",
    "no day of report": "2025-12,000810,x,2010-01-01,1,1,,",
    "dates reversed": "2025-12,000810,x,2025-06-01,0,1,2025-05-01,2026-01-10",
    "allocated after the month": "2025-12,000810,x,2026-01-01,1,1,,2026-01-10",
    "reported before the month": "2025-12,000810,x,2010-01-01,1,1,,2025-11-30",
    "twice": "2025-12,000810,a,2010-01-01,1,1,,2026-01-10",
    "at two clinics": "2025-12,000830,a,2010-01-01,1,1,,2026-01-20",
    "overlapping vacancies": "2026-01,000810,b,2010-01-01,0,1,2025-03-01,2026-02-10",
    "vacant though filled": "2026-01,000810,a,2010-01-01,0,1,2025-11-01,2026-02-10",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_cannot_be_is_refused_and_nothing_written(folder, tmp_path, bad):
    path, out = write(tmp_path / "bad.csv", [*REPORTS, bad]), tmp_path / "out"
    code, message = refused(folder / "run", "--capacity", path, "--out", out)
    assert code == 22 and message.startswith("capacity_register: 1 ")
    assert list(tmp_path.iterdir()) == [path]


def test_all_that_is_wrong_is_told_at_once(folder, tmp_path):
    path = write(tmp_path / "bad.csv", [*REPORTS, *BAD.values()])
    code, message = refused(folder / "run", "--capacity", path, "--out", tmp_path / "out")
    assert code == 22
    for said in (
        *("no month", "the RUN does not know", "without CAPACITY_ID", "from 0 to 1", "neither 1, 0 nor blank"),
        *("ALLOCATED_FROM is no date", "REPORTED_ON is blank", "3 rows with dates reversed", "more than once"),
        *("at two clinics", "overlap", "in which it was filled"),
    ):
        assert said in message, said
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_asked_for_must_be_there(folder, tmp_path):
    register = folder / "capacity_register.csv"
    assert refused(folder / "run", "--capacity", tmp_path / "none.csv")[0] == 11
    assert refused(tmp_path, "--capacity", register)[0] == 13
    assert refused(folder / "run", "--capacity", register, "--half-year", "2025-9")[0] == 2
    assert refused(folder / "run", "--capacity", register, "--excel")[0] == 2
    assert refused(folder / "run", "--capacity", register, "--as-of", "2025-01-01")[0] == 2
    assert refused(folder / "run", "--capacity", write(tmp_path / "empty.csv", []))[0] == 22
    (tmp_path / "lacking.csv").write_text("MONTH,YDERNR\n2025-12,000810\n", "utf-8")
    code, message = refused(folder / "run", "--capacity", tmp_path / "lacking.csv")
    assert code == 10 and "REPORTED_ON" in message


def test_help_has_an_example():
    text = call("--help").output
    assert "fordel follow-up nation.run --capacity capacity_register.csv" in text and "--half-year" in text


def test_an_invented_nation_is_followed_from_its_registers(tmp_path: Path):
    """Its register counts in tenths of capacities, and agrees with its clinic register."""
    write_synthetic(tmp_path / "reg", {"citizens": 9_000, "seed": 4, "extras": True}, Threads(2), SILENT)
    ingest_registers(tmp_path / "reg", tmp_path / "store", 3, HERE, SILENT)
    run_store(tmp_path / "store", tmp_path / "run", "national-2025", AS_USUAL, HERE, SILENT)
    result = call(tmp_path / "run", "--capacity", tmp_path / "reg", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["clinics_unlike_register"] == 0
    assert 0.5 < told["country"]["coverage"] < 1.5
    country = table(tmp_path / "out", "capacity_months").query("area_kind == 'country' and month == '2025-12'")
    assert told["country"]["allocated"] == float(country.allocated.iloc[0])
    existing = table(tmp_path / "run", "councils").existing_capacities.map(Decimal).sum()
    assert Decimal(country.allocated.iloc[0]) == existing  # small island clinics left out of both (R26)
