"""``fordel compare`` and ``fordel errors`` on RUNs of a small nation: what is written adds up."""

import csv
import json
import shutil
from fractions import Fraction

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.errors import IntegrityError, LawError, UsageError
from fordel_dask.explanation.change import CAUSES
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.schema.announcement import ANNOUNCEMENT_TABLES
from fordel_dask.schema.comparison import COMPARISON_TABLES
from tests.lib.published import two_councils, write_published

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=1)
MODELS = {
    "lower": "[capacity]\ncitizens_per_capacity = 1400\nfloor = false\n",
    "bands": "[covariates]\nage_band_years = 10\noldest_band_from = 80\n",
}


def run_of(folder, name, model="national-2025"):
    run_store(folder / "store", folder / name, str(model), AS_USUAL, HERE, SILENT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with RUNs of one nation: published, lower norm, other bands, and a year on."""
    folder = tmp_path_factory.mktemp("compared")
    write_synthetic(folder / "registers", {"citizens": 8_000, "seed": 6}, Threads(1), SILENT)
    ingest_registers(folder / "registers", folder / "store", 2, HERE, SILENT)
    run_of(folder, "published")
    for name, model in MODELS.items():
        (folder / f"{name}.toml").write_text(model, "utf-8")
        run_of(folder, name, folder / f"{name}.toml")
    later = folder / "later"
    shutil.copytree(folder / "registers", later / "registers")
    for path in sorted((later / "registers").rglob("*.parquet")):
        if "enrolment" in path.relative_to(later).as_posix():
            table = pq.read_table(path)
            pq.write_table(table.slice(0, table.num_rows - table.num_rows // 20), path)
    clinics = pq.read_table(later / "registers" / "clinics.parquet")
    pq.write_table(clinics.slice(1), later / "registers" / "clinics.parquet")
    ingest_registers(later / "registers", later / "store", 2, HERE, SILENT)
    run_of(later, "run")
    return folder


def call(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["lower", "bands", "later/run"])
def test_printed_causes_add_up_to_the_printed_change(folder, name, tmp_path):
    result = call("compare", folder / "published", folder / name, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    compared = 0
    for table in ("council_changes", "municipality_changes", "clinic_changes"):
        for row in rows_of(tmp_path / "out" / f"{table}.csv"):
            if row["status"] == "compared":
                compared += 1
                assert sum(Fraction(row[cause]) for cause in CAUSES) == Fraction(row["change"])
                assert Fraction(row["after"]) - Fraction(row["before"]) == Fraction(row["change"])
            else:
                assert not row["change"] and not any(row[cause] for cause in CAUSES)
    assert compared > 2 * 17 + 3 * 90


def test_details_add_up_to_causes_but_for_print(folder, tmp_path):
    assert call("compare", folder / "published", folder / "later" / "run", "--out", tmp_path / "out").exit_code == 0
    details = {}
    for row in rows_of(tmp_path / "out" / "change_parts.csv"):
        key = row["kind"], row["code"], row["figure"], row["cause"]
        details[key] = details.get(key, 0) + Fraction(row["amount"])
    for row in rows_of(tmp_path / "out" / "council_changes.csv"):
        for cause in CAUSES:
            amount = details.get(("council", row["council_id"], row["figure"], cause), 0)
            assert abs(amount - Fraction(row[cause] or 0)) < Fraction(1, 10**7)


def test_the_terminal_shows_every_council_with_its_main_cause_and_the_clinics_in_a_line(folder):
    result = call("compare", folder / "published", folder / "lower")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    councils = lines[3:20]
    moved = [line for line in councils if line[28:52].split()[2] != "0"]
    assert all(("rules" in line) == (line in moved) for line in councils), result.output
    assert sum("→" in line and "." in line for line in lines) >= 17
    words = " ".join(result.output.split())
    assert "clinics have a number in both" in words and "moved most by rules" in words
    assert "capacity.citizens_per_capacity 1600 → 1400" in words


def test_a_run_against_itself_has_not_changed(folder, tmp_path):
    result = call("compare", folder / "published", folder / "published", "--json", "--out", tmp_path / "out")
    assert result.exit_code == 0
    summary = json.loads(result.output)
    assert {one["change"] for one in summary["councils"]} == {0} and len(summary["councils"]) == 17
    assert {one["main_cause"] for one in summary["councils"]} == {None}
    assert summary["clinics"]["unchanged"] == summary["clinics"]["numbers"] > 5
    assert summary["model_changes"] == [] and not rows_of(tmp_path / "out" / "change_parts.csv")
    assert {row["status"] for row in rows_of(tmp_path / "out" / "council_changes.csv")} == {"compared"}


def test_a_clinic_that_left_the_register_is_listed_and_has_no_causes(folder, tmp_path):
    assert call("compare", folder / "published", folder / "later" / "run", "--out", tmp_path / "out").exit_code == 0
    clinics = rows_of(tmp_path / "out" / "clinic_changes.csv")
    assert {"lost_number"} <= {row["status"] for row in clinics} or {"gone"} <= {row["status"] for row in clinics}
    country = [row for row in rows_of(tmp_path / "out" / "stability.csv") if row["grouping"] == "country"]
    minimum = next(row for row in country if row["figure"] == "minimum_patients")
    assert int(minimum["gone"]) >= 1
    moved = sum(int(minimum[column]) for column in ("unchanged", "higher", "lower"))
    assert moved == int(minimum["numbers"])


def test_groups_of_steady_numbers_hold_all_numbers(folder, tmp_path):
    assert call("compare", folder / "published", folder / "later" / "run", "--out", tmp_path / "out").exit_code == 0
    held = {}
    for row in rows_of(tmp_path / "out" / "stability.csv"):
        key = row["figure"], row["grouping"]
        held[key] = held.get(key, 0) + int(row["numbers"])
    by_figure = {}
    for (figure, _), numbers in held.items():
        by_figure.setdefault(figure, set()).add(numbers)
    assert len(by_figure) == 4 and all(len(numbers) == 1 for numbers in by_figure.values())


def test_the_same_comparison_gives_the_same_bytes(folder, tmp_path):
    for name in ("one", "other"):
        assert (
            call("compare", folder / "published", folder / "bands", "--out", tmp_path / name, "--excel").exit_code == 0
        )
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert {f"{table.name}.{end}" for table in COMPARISON_TABLES for end in ("csv", "parquet")} < set(files)
    assert "compare.xlsx" in files
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


@pytest.mark.rule("R45")
def test_errors_are_announced_grouped_by_region_with_notices(folder, tmp_path):
    result = call("errors", folder / "published", folder / "lower", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "To be announced now" in result.output
    assert "norm was 1600 and is 1400" in result.output
    rows = rows_of(tmp_path / "out" / "errors.csv")
    told = [row for row in rows if row["verdict"] == "announced"]
    assert told and all(
        (row["kind"] == "council" and int(row["change"]) > 0) or (row["kind"] == "clinic" and int(row["change"]) < 0)
        for row in told
    )
    names = {f"{table.name}.{end}" for table in ANNOUNCEMENT_TABLES for end in ("csv", "parquet")}
    regions = {row["region"] for row in told}
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert len(files - names - {"manifest.json"}) == 2 * len(regions)
    by_region = {row["region"]: row for row in rows_of(tmp_path / "out" / "errors_by_region.csv")}
    for region in regions:
        text = (tmp_path / "out" / by_region[region]["notice"]).read_text("utf-8")
        assert f"Til {region}\n" in text
        own = {row["code"] for row in told if row["region"] == region and row["kind"] == "clinic"}
        assert own == {line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2].isdigit()}


@pytest.mark.rule("R45")
def test_errors_the_other_way_wait_and_there_is_no_notice(folder):
    result = call("errors", folder / "lower", folder / "published", "--json")
    summary = json.loads(result.output)
    assert summary["announced"] == [] and summary["notices"] == [] and summary["waits"]
    assert {one["why"] for one in summary["waits"]} <= {"fewer_capacities", "higher_minimum"}


def test_a_run_without_errors_announces_nothing(folder):
    result = call("errors", folder / "published", folder / "published")
    assert result.exit_code == 0 and "Nothing must be announced." in result.output
    assert "Unchanged: 17 councils" in result.output


def test_rows_that_did_not_change_have_no_main_cause(folder, tmp_path):
    out = tmp_path / "out"
    assert call("compare", folder / "published", folder / "later" / "run", "--out", out).exit_code == 0
    for name in ("council_changes", "municipality_changes", "clinic_changes"):
        still = [
            row for row in rows_of(out / f"{name}.csv") if row["status"] == "compared" and not float(row["change"])
        ]
        assert {row["main_cause"] for row in still} <= {""}


def test_nations_with_little_in_common_are_compared_with_a_warning(folder, tmp_path):
    write_synthetic(tmp_path / "registers", {"citizens": 4_000, "seed": 60}, Threads(1), SILENT)
    ingest_registers(tmp_path / "registers", tmp_path / "store", 2, HERE, SILENT)
    run_of(tmp_path, "run")
    told = " ".join(call("compare", folder / "published", tmp_path / "run").output.split())
    assert "little in common, so that little can be compared: only" in told and "clinics are in both." in told
    assert "little in common" not in call("compare", folder / "published", folder / "later" / "run").output


def test_runs_of_other_nations_are_no_correction(folder, tmp_path):
    run = write_published(two_councils(), tmp_path / "nation.run")
    refused = call("errors", folder / "published", run)
    assert isinstance(refused.exception, UsageError)
    assert "of the same nation; only 0 of" in str(refused.exception)


def of_another_year(run, target):
    """Copy a RUN and say in its manifest that it is of the next year."""
    from fordel_dask.rundir import read_manifest
    from fordel_dask.seals import manifest_text, sealed

    shutil.copytree(run, target)
    manifest = read_manifest(run)
    manifest["nation"]["year"] += 1
    (target / "manifest.json").write_text(manifest_text(sealed(manifest)), "utf-8")


def test_wrong_calls_are_refused_and_write_nothing(folder, tmp_path):
    of_another_year(folder / "published", tmp_path / "next")
    out, empty = tmp_path / "out", tmp_path / "empty"
    empty.mkdir()
    refused = {
        UsageError: [
            ("errors", folder / "published", tmp_path / "next", "--out", out),
            ("errors", folder / "published", folder / "lower", "--excel"),
            ("compare", folder / "published", folder / "lower", "--out", folder / "lower"),
            ("errors", folder / "published", folder / "lower", "--out", folder / "published" / "errors"),
        ],
        IntegrityError: [
            ("compare", folder / "published", empty, "--out", out),
            ("errors", empty, folder / "store", "--out", out),
        ],
        LawError: [("errors", folder / "published", folder / "lower", "--on", "2024-05-01", "--out", out)],
    }
    for error, calls in refused.items():
        for arguments in calls:
            assert isinstance(call(*arguments).exception, error), arguments
    assert not out.exists() and (folder / "lower" / "councils.csv").exists()
    both = call("compare", empty, tmp_path / "none").exception
    assert str(empty) in str(both) and str(tmp_path / "none") in str(both)
    assert call("errors", folder / "published", folder / "lower", "--on", "soon").exit_code == 2
    same_run_next_year = call("compare", folder / "published", tmp_path / "next", "--json")
    assert json.loads(same_run_next_year.output)["model_changes"] == [
        {"key": "year", "before": "2026", "after": "2027"}
    ]


@pytest.mark.parametrize("command", ["compare", "errors"])
def test_help_has_an_example(command):
    shown = call(command, "--help").output
    assert "Example:" in shown and f"fordel {command} " in shown
