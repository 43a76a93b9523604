"""What a comparison of cases writes and says: tables, resolved scenarios, workbook, manifest, a terminal's lines."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from fordel_dask.errors import UsageError, VerificationError
from fordel_dask.law.glossary import glossary
from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.scenarios import writing
from fordel_dask.scenarios.asked import asked_of
from fordel_dask.scenarios.figures import NotRun
from fordel_dask.scenarios.rows import rows_of
from fordel_dask.scenarios.summary import summary_lines, summary_of
from fordel_dask.scenarios.writing import Inputs, write_scenarios
from fordel_dask.schema.directories import DIRECTORIES
from fordel_dask.schema.scenarios import SCENARIO_TABLES
from fordel_dask.verification import verify_path
from tests.lib.figures import base_with, case, compare_all, council, places, weight

PAGE = "<!doctype html>"
COLUMNS = sorted({column.name for table in SCENARIO_TABLES for column in table.columns})


def compared(seconds=0.5):
    """The base, a case that moves numbers, one that changes nothing, and one not run."""
    scenarios = packaged_scenarios()
    asked = asked_of(scenarios)
    moved = case(
        "V31.double",
        "V31.double",
        councils=(council("c01", "21.2"), council("c02", "8.9")),
        clinics=base_with(c000001=1550, c000002=1700, c000004=None),
        weights=(weight("age_sex", "M 0-4", 910), weight("somatic", "3+", 500)),
        seconds=seconds,
    )
    figures = [case(), moved, case("V13", "V13"), NotRun("V50", asked["V50"].missing)]
    return compare_all(figures, places(), asked)


def written(tmp_path, name="out", **options):
    """Write the comparison and give its directory."""
    (tmp_path / "store").mkdir(exist_ok=True)
    out = tmp_path / name
    write_scenarios(compared(options.pop("seconds", 0.5)), PAGE, out, Inputs(tmp_path / "store", "sealed"), **options)
    return out


def rows(out: Path, table: str):
    """Read a table."""
    return list(csv.DictReader(io.StringIO((out / f"{table}.csv").read_text("utf-8"))))


@pytest.mark.parametrize("table", SCENARIO_TABLES, ids=lambda table: table.name)
def test_every_row_has_every_declared_column(table):
    assert {len(row) for row in rows_of(compared())[table.name]} == {len(table.columns)}


@pytest.mark.parametrize("name", COLUMNS)
def test_no_column_uses_a_word_that_is_not_to_be_used(name):
    assert [avoid for word in glossary() for avoid in word.avoid if f"_{avoid}_" in f"_{name}_"] == []


def test_the_directory_is_whole_and_can_be_verified(tmp_path):
    out = written(tmp_path, excel=True)
    tables = {f"{table.name}.{kind}" for table in SCENARIO_TABLES for kind in ("csv", "parquet")}
    others = {"index.html", "manifest.json", "scenarios.json", "scenarios.xlsx"}
    assert {path.name for path in out.iterdir()} == tables | others
    assert verify_path(out)["kind"] == "scenarios"
    assert DIRECTORIES["scenarios"] == SCENARIO_TABLES
    with (out / "variants.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(VerificationError):
        verify_path(out)


def test_a_changed_directory_is_not_overwritten_and_the_store_not_either(tmp_path):
    out = written(tmp_path)
    (out / "mine.txt").write_text("kept")
    with pytest.raises(UsageError):
        written(tmp_path)
    with pytest.raises(UsageError):
        written(tmp_path, "store/out")


def test_two_runs_write_the_same_bytes_but_for_the_seconds(tmp_path):
    one, other = written(tmp_path, "one", excel=True), written(tmp_path, "other", excel=True, seconds=9.0)
    same = {path.name for path in one.iterdir() if path.read_bytes() == (other / path.name).read_bytes()}
    assert {path.name for path in one.iterdir()} - same == {"manifest.json"}
    contents = [json.loads((out / "manifest.json").read_text("utf-8")) for out in (one, other)]
    for content in contents:
        del content["seconds"], content["seal"]
    assert contents[0] == contents[1]


def test_every_case_has_a_row_with_what_it_is_measured_from(tmp_path):
    moved, unchanged, not_run = rows(written(tmp_path), "variants")
    assert [row["status"] for row in (moved, unchanged, not_run)] == ["run", "unchanged", "not_run"]
    assert (moved["council_winner"], moved["council_winner_change"], moved["council_winner_before"]) == (
        *("Østkysten", "1", "21"),
    )
    assert (moved["clinic_winner"], moved["clinic_winner_change"], moved["clinic_winner_before"]) == (
        *("000001", "-50", "1600"),
    )
    assert (moved["need_before"], moved["need_after"], moved["need_change"]) == ("30.2", "30.1", "-0.1")
    assert moved["changes"] == "life_expectancy.exponent: 1 → 2"
    assert unchanged["clinics_changed"] == "0"
    assert unchanged["council_winner"] == ""
    assert not_run["reason"].endswith("Shown by: fordel fees differentiate RUN --income DIR")
    assert not_run["need_change"] == ""


def test_no_winner_or_loser_stands_without_its_base(tmp_path):
    for row in rows(written(tmp_path), "variants"):
        for who in ("council_winner", "council_loser", "clinic_winner", "clinic_loser"):
            told = [row[f"{who}{what}"] for what in ("", "_change", "_before", "_sure")]
            assert all(told) or not any(told)


def test_printed_changes_are_those_of_the_printed_figures(tmp_path):
    out = written(tmp_path)
    for table in ("council_effects", "municipality_effects", "weight_effects"):
        for row in rows(out, table):
            for name in (column.removesuffix("_change") for column in row if column.endswith("_change")):
                before, after, change = (row[f"{name}_{end}"] for end in ("before", "after", "change"))
                if before and after:
                    assert float(change) == pytest.approx(float(after) - float(before))
                else:
                    assert change == ""


def test_resolved_scenarios_are_told_in_both_languages(tmp_path):
    content = json.loads((written(tmp_path) / "scenarios.json").read_text("utf-8"))
    moved, unchanged, not_run = content["cases"]
    [change] = moved["changes"]
    assert (change["key"], change["from"], change["to"]) == ("life_expectancy.exponent", "1", "2")
    assert change["words_da"].startswith("Potens")
    assert len(moved["hash"]) == len(content["base"]["hash"]) == 64
    assert moved["hash"] != content["base"]["hash"]
    assert unchanged["reason_da"].startswith("Intet offentliggjort tal ændres.")
    assert not_run["reason_da"].startswith("Intet tal i modellen ændres")


def test_the_workbook_tells_what_columns_mean_and_freezes_headings(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, excel=True) / "scenarios.xlsx")
    assert book.sheetnames == ["about", *(table.name for table in SCENARIO_TABLES)]
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    assert book["variants"]["D2"].value.startswith("Styrken")


def test_a_table_too_long_for_a_sheet_is_named_and_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST_ROWS_OF_A_SHEET", 3)
    book = openpyxl.load_workbook(written(tmp_path, excel=True) / "scenarios.xlsx")
    assert book["municipality_effects"].max_row == 1
    assert book["variants"].max_row == 4
    told = [row[3].value for row in book["about"] if row[0].value == "municipality_effects" and not row[1].value]
    assert told[0].endswith("its 6 rows are in municipality_effects.csv.")


def test_a_terminal_is_shown_one_table_with_bases():
    text = "\n".join(summary_lines(compared()))
    assert "V31.double" in text
    assert "wins Østkysten +1 of 21; loses Vestheden −1 of 10" in text
    assert "wins 000001 −50 of 1,600; loses 000002 +300 of 4,800" in text
    assert "clinics that get a number: 0; that lose theirs: 1" in text
    assert "Not run (1):" in text
    assert "V13                      unchanged" in text
    assert all(len(line) <= 140 for line in summary_lines(compared()))


def test_a_program_is_given_the_same():
    content = json.loads(json.dumps(summary_of(compared())))
    assert content["counts"] == {"run": 1, "unchanged": 1, "not_run": 1}
    moved = content["cases"][0]
    assert moved["maximum_capacities"] == {"before": 31, "after": 31, "change": 0}
    assert moved["councils"]["winner"]["before"] == 21
    assert moved["clinics"]["lost"] == 1


def test_clinics_are_listed_only_where_their_number_changes(tmp_path):
    listed = [row["ydernummer"] for row in rows(written(tmp_path), "clinic_effects")]
    assert listed == ["000001", "000002", "000004"]


def test_the_fit_of_the_base_stands_first(tmp_path):
    first, moved, _ = rows(written(tmp_path), "fit")
    assert (first["case"], first["r_squared_change"]) == ("national-2025", "0.000000")
    assert moved["mean_fee_kr"] == "1000.000000"


def test_a_model_without_weights_of_levels_has_blank_ones():
    own = case("trees")
    own = replace(own, weights=tuple(replace(one, weight=None) for one in own.weights))
    printed = rows_of(compare_all([case(), own], places()))["weight_effects"]
    assert {(row[-2], row[-1]) for row in printed} == {("", "")}
