"""``fordel clinics`` on the RUN of an invented nation: tables, terminal, policy, decisions edited and read again."""

import csv
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from fordel_dask.cli import cli
from fordel_dask.cli.nation import write_nation
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.cycle.decision import STATES
from fordel_dask.errors import DecisionError, FordelError, ModelError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.schema.clinics_cycle import CLINICS_TABLES

SILENT, HERE = ProgressLines(quiet=True), Place(threads=2)
POLICY = "cap_per_capacity = 1650\ncorridor_percent = 10\nphase_in_years = 3\nreopening_margin = 5\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with the registers of an invented nation, with what regions keep, and its RUN."""
    folder = tmp_path_factory.mktemp("clinics")
    asked = {"citizens": 9_000, "seed": 5, "extras": True}
    write_nation(folder / "registers", asked, Threads(2), SILENT)
    ingest_registers(folder / "registers", folder / "store", 2, HERE, SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, HERE, SILENT)
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    return folder


def call(*words):
    """Run the command and give what it printed.

    Raises
    ------
    FordelError
        As the command does.
    """
    result = CliRunner().invoke(cli, ["clinics", *map(str, words)])
    if isinstance(result.exception, FordelError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def asked(*words):
    return json.loads(call(*words, "--json"))


def rows(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def out(folder, tmp_path_factory):
    """Give the tables of the whole country under a policy, with all decisions."""
    out = tmp_path_factory.mktemp("found") / "out"
    more = ("--decisions", folder / "registers", "--policy", folder / "policy.toml", "--on", "2026-03-01")
    call(folder / "run", *more, "--out", out, "--excel")
    return out


def test_the_summary_counts_what_the_tables_hold(folder, out):
    found = asked(
        folder / "run", "--decisions", folder / "registers", "--policy", folder / "policy.toml", "--on", "2026-03-01"
    )
    status = rows(out, "clinic_status")
    assert found["clinics"] == len(status)
    for name, one in found["directions"].items():
        changes = [int(row["change"]) for row in status if row["direction"] == name]
        assert one == {"clinics": len(changes), "patients": sum(changes)}
    reached = [row["is_open"] for row in status if row["may_close"] == "1"]
    assert found["may_close"] == reached.count("1") > 0
    assert found["closed_at_limit"] == reached.count("0") > 0
    assert found["limit_reached_not_told_if_open"] == reached.count("")
    assert found["without_limit"] == sum(row["limit"] == "" for row in status)
    assert found["may_reopen"] == sum(row["may_reopen"] == "1" for row in status) > 0
    assert (
        found["dialogue"]["clinics"]
        == len(rows(out, "dialogue_list"))
        == sum(r["dialogue_first"] == "1" for r in status)
    )
    assert found["decisions"]["read"] == len(rows(out, "decisions")) > 0
    assert found["decisions"]["in_force"] == sum(row["decided"] != "" for row in status) > 0
    states = [row["STATE"] for row in rows(out, "decisions")]
    assert {name: number for name, number in found["decisions"].items() if name != "read"} == {
        name: states.count(name) for name in STATES
    }
    of_changes = sum(one["clinics"] for one in found["directions"].values())
    assert of_changes + found["number_without_limit"] + found["without_number"] == found["clinics"]


@pytest.mark.rule("R29", "R30", "R37", "R38", "R44")
def test_every_clinic_is_told_as_the_rules_have_it(folder, out):
    calculated = {row["ydernummer"]: row["minimum_patients"] for row in rows(folder / "run", "clinics")}
    for row in rows(out, "clinic_status"):
        assert row["calculated"] == calculated[row["ydernummer"]]
        assert row["complaint_body"] == "region"
        if row["limit"]:
            assert row["may_close"] == str(int(int(row["patients"]) >= int(row["limit"])))
        if row["decided"]:
            assert (row["limit"], row["limit_by"]) == (row["decided"], "decision")
            assert row["decided_from"] <= "2026-03-01"
        if row["proposal"]:
            assert not row["maximum"] or int(row["proposal"]) <= int(row["maximum"])
            later = int(row["proposal"]) > int(row["limit"])
            assert row["earliest_effect"] == ("2026-03-31" if later else "2026-03-01")
            assert bool(row["bound_by"]) == (row["proposal"] != row["calculated"])


@pytest.mark.rule("R39")
def test_numbers_go_to_the_proposal_in_three_years(out):
    proposals = {row["ydernummer"]: row["proposal"] for row in rows(out, "clinic_status") if row["proposal"]}
    phases = rows(out, "phase_in")
    assert [row["year"] for row in phases[:3]] == ["2026", "2027", "2028"]
    assert {row["ydernummer"]: row["number"] for row in phases if row["year"] == "2028"} == proposals
    assert {row["ground"] for row in phases if row["year"] == "2026"} <= {"transition", "whole"}
    assert {row["ground"] for row in phases if row["year"] == "2027"} <= {"agreement", "whole"}


def test_planning_areas_and_municipalities_sum_to_councils(folder, out):
    places = rows(out, "places")
    for council in {row["council_id"] for row in places}:
        for year in ("2026", "2027", "2028"):
            own = [row for row in places if row["council_id"] == council and row["year"] == year]
            for figure in ("citizens", "clinics", "places", "without_place"):
                of_kind = {
                    kind: sum(int(row[figure]) for row in own if row["area_kind"] == kind)
                    for kind in ("council", "municipality")
                }
                assert of_kind["council"] == of_kind["municipality"]
    assert sum(
        int(row["citizens"]) for row in places if row["area_kind"] == "council" and row["year"] == "2026"
    ) == sum(int(row["citizens"]) for row in rows(folder / "run", "councils"))


def test_a_regions_clinics_are_part_of_the_countrys(folder, out):
    whole = {row["ydernummer"]: row for row in rows(out, "clinic_status")}
    regions = {
        "2026-03-01": ("HOVEDSTADEN", "sjælland", "Region Syddanmark", "midtjylland", "Nordjylland"),
        "2027-03-01": ("østdanmark", "Region Syddanmark", "midtjylland", "Nordjylland"),
    }
    kept = ("--decisions", folder / "registers", "--on")
    for day, names in regions.items():
        parts = [asked(folder / "run", *kept, day, "--region", name) for name in names]
        country = asked(folder / "run", *kept, day)
        if day.startswith("2026"):
            nowhere = sum(row["council_id"] == "" for row in whole.values())
            assert sum(one["clinics"] for one in parts) + nowhere == len(whole)
        assert sum(one["decisions"]["read"] for one in parts) == country["decisions"]["read"]


def test_the_margins_that_were_in_force_stand_in_the_manifest(folder, out, tmp_path):
    told = json.loads((out / "manifest.json").read_text("utf-8"))["summary"]["policy"]
    assert told == {
        "dialogue_margin_percent": 10.0,
        "reopening_margin": 5,
        "cap_per_capacity": 1650,
        "corridor_percent": 10.0,
        "phase_in_years": [2026, 2027, 2028],
    }
    assert asked(folder / "run")["policy"]["reopening_margin"] == 50


@pytest.mark.rule("R40")
def test_places_of_clinics_whose_number_is_an_estimate_are_told(folder, out):
    estimated = [row for row in rows(out, "no_number") if row["estimate"]]
    held = [max(int(row["estimate"]), int(row["patients"])) for row in estimated]
    told = asked(folder / "run", "--on", "2026-03-01")["estimated_places"]
    assert told == {"clinics": len(held), "places": sum(held)}
    if held:
        assert "they rest on an estimate" in call(folder / "run", "--on", "2026-03-01")


def test_a_day_of_another_year_is_noted(folder):
    assert "Note: 2027-03-01 lies in 2027" in call(folder / "run", "--on", "2027-03-01")
    assert "Note:" not in call(folder / "run", "--on", "2026-12-31")


@pytest.mark.parametrize("file", ["decisions.csv", "decisions.parquet", "clinics.xlsx"])
def test_decisions_that_were_written_are_read_again_as_the_same(folder, out, tmp_path, file):
    call(folder / "run", "--decisions", out / file, "--on", "2026-03-01", "--out", tmp_path / "again")
    assert (tmp_path / "again" / "decisions.csv").read_bytes() == (out / "decisions.csv").read_bytes()


def test_a_register_edited_in_a_spreadsheet_is_checked_again(folder, out, tmp_path):
    book = load_workbook(out / "clinics.xlsx")
    sheet = book["decisions"]
    head = [cell.value for cell in sheet[1]]
    sheet.cell(2, head.index("NUMBER") + 1).value = 0
    sheet.cell(3, head.index("YDERNR") + 1).value = 999_999
    book.save(tmp_path / "edited.xlsx")
    with pytest.raises(DecisionError) as refused:
        call(folder / "run", "--decisions", tmp_path / "edited.xlsx", "--out", tmp_path / "out")
    assert len(str(refused.value).splitlines()) == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "edited.xlsx"]


def test_all_that_is_wrong_with_all_files_is_told_at_once_and_nothing_written(folder, tmp_path):
    (tmp_path / "policy.toml").write_text("cap = 1\n", "utf-8")
    (tmp_path / "decisions.csv").write_text(
        "YDERNR,NUMBER,DECIDED_ON,NOTICE_DECISION,NOTICE_CALCULATION,EFFECTIVE_FROM,REASON\n999999,1,2026-01-20,,,,\n",
        "utf-8",
    )
    (tmp_path / "measures.csv").write_text("KIND,COUNCIL_ID,CAPACITIES,FROM,UNTIL\npermision,,,,\n", "utf-8")
    files = [
        word for name in ("policy", "decisions", "measures") for word in (f"--{name}", next(tmp_path.glob(f"{name}.*")))
    ]
    with pytest.raises(ModelError) as refused:
        call(folder / "run", *files, "--out", tmp_path / "out")
    assert [type(one).__name__ for one in refused.value.gathered] == ["ModelError", "DecisionError", "DecisionError"]
    assert not (tmp_path / "out").exists()


@pytest.mark.rule("R46")
def test_permissions_are_told_with_their_end(folder, tmp_path):
    clinic = rows(folder / "run", "clinics")[0]["ydernummer"]
    (tmp_path / "measures.csv").write_text(
        f"KIND,COUNCIL_ID,CAPACITIES,FROM,UNTIL,YDERNR,REASON\npermission,,,,,{clinic},employed doctor\n", "utf-8"
    )
    for on, told in (("2026-12-31", "employed doctor until 2026-12-31"), ("2027-01-01", "")):
        out = tmp_path / on
        call(folder / "run", "--measures", tmp_path / "measures.csv", "--on", on, "--out", out)
        assert {row["ydernummer"]: row["permissions"] for row in rows(out, "clinic_status")}[clinic] == told


def test_the_same_question_gives_the_same_bytes(folder, out, tmp_path):
    more = ("--decisions", folder / "registers", "--policy", folder / "policy.toml", "--on", "2026-03-01")
    call(folder / "run", *more, "--out", tmp_path / "again", "--excel")
    for path in sorted(out.iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
    assert {path.stem for path in out.glob("*.csv")} == {table.name for table in CLINICS_TABLES}


def test_a_terminal_is_told_in_plain_words(folder):
    told = call(folder / "run", "--policy", folder / "policy.toml", "--region", "Syddanmark")
    for words in (
        "of Region Syddanmark on 1 January 2026",
        "Calculated number against present limit",
        "Voluntary agreement first",
        "agreement first from 10 % above limit and list; may open again from 5 below the limit",
        "No decisions were read",
        "Complaints of that day go to: region",
        "Places if clinics close at their number",
        "need a voluntary agreement",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--on", "2025-06-30"), 21),
        (("--on", "yesterday"), 2),
        (("--on", "01-03-2026"), 2),
        (("--region", "Østdanmark"), 2),
        (("--region", "Skåne"), 2),
        (("--excel",), 2),
        (("--decisions", "nowhere.csv"), 11),
        (("--policy", "nowhere.toml"), 20),
    ],
    ids=[
        *("before_the_law", "no_day", "day_first", "region_of_another_day", "unknown_region"),
        *("excel_without_out", "no_decisions", "no_policy"),
    ],
)
def test_a_question_that_cannot_be_answered_has_the_contracts_exit_code(folder, words, code):
    result = subprocess.run(
        [sys.executable, "-m", "fordel_dask", "clinics", str(folder / "run"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
