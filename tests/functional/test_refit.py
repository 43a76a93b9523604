"""The bundle of a RUN gives its weights again where there is nothing but the bundle."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
ROOT = Path(__file__).parents[2]
HEAVY = {"numba", "dask", "distributed", "sklearn", "pandas", "pyarrow", "scipy"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The RUN of an invented nation."""
    folder = tmp_path_factory.mktemp("bundle")
    write_synthetic(folder / "registers", {"citizens": 20_000, "seed": 6}, Threads(2), SILENT)
    ingest_registers(folder / "registers", folder / "store", 2, HERE, SILENT)
    run_store(folder / "store", folder / "run", "national-2025", Manner(replicates=20), HERE, SILENT)
    return folder / "run"


@pytest.fixture
def elsewhere(run, tmp_path):
    """A directory with a bundle and nothing else, as it would be outside the closed room."""
    shutil.copy(run / "bundle.json", tmp_path)
    return tmp_path


def refit(where, *arguments):
    command = [sys.executable, "-m", "fordel_dask", "refit", *arguments]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=where, env=env)


def rows(text):
    return {(row["term"], row["level"]): row for row in csv.DictReader(text.splitlines())}


def test_in_an_empty_directory_the_weights_are_the_runs_to_the_last_byte(run, elsewhere):
    done = refit(elsewhere, "bundle.json", "--out", "again")
    assert (done.returncode, done.stderr) == (0, "")
    assert (elsewhere / "again" / "weights.csv").read_bytes() == (run / "weights.csv").read_bytes()
    assert refit(elsewhere, "bundle.json", "--out", "again").returncode == 0  # over an earlier refit


def test_it_loads_none_of_the_libraries_that_read_registers(elsewhere):
    code = (
        "import sys\nfrom fordel_dask.cli import cli\n"
        "cli.main(['refit', 'bundle.json', '--quiet'], standalone_mode=False)\n"
        f"sys.exit(str(sorted({HEAVY} & set(sys.modules))) if {HEAVY} & set(sys.modules) else 0)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=elsewhere, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_a_council_they_are_the_runs_own_alternative(run, elsewhere):
    found = json.loads(refit(elsewhere, "bundle.json", "--leave-out", "Fyn", "--json").stdout)
    with (run / "alternative_weights.csv").open(encoding="utf-8", newline="") as file:
        known = [row for row in csv.DictReader(file) if (row["estimator"], row["name"]) == ("without_council", "fyn")]
    assert len(found["weights"]) == len(known)
    for ours, theirs in zip(found["weights"], known, strict=True):
        assert float(ours["coefficient_kr"]) == pytest.approx(float(theirs["coefficient_kr"]), abs=2e-6)
        assert ours["weight"] == "" or float(ours["weight"]) == pytest.approx(float(theirs["weight"]), abs=2e-6)
        assert ours["standard_error_kr"] == ""


def test_without_a_term_no_level_of_it_is_left_and_the_output_says_what_a_bundle_does_not_tell(elsewhere):
    done = refit(elsewhere, "bundle.json", "--without", "psychiatric", "--out", "smaller")
    assert "psychiatric" not in (elsewhere / "smaller" / "weights.csv").read_text("utf-8")
    about = json.loads((elsewhere / "smaller" / "refit.json").read_text("utf-8"))
    assert about["without"] == ["psychiatric"] and not about["is_own_model"]
    assert any(note.startswith("Standard errors are empty") for note in about["notes"])
    assert "A bundle does not tell the numbers of areas and clinics" in done.stdout


REFUSED = {
    "an unknown term": (["bundle.json", "--without", "somatik"], 20, "The nearest is 'somatic'"),
    "an unknown council": (["bundle.json", "--leave-out", "fynn"], 20, "The nearest is 'fyn'"),
    "no such file": (["nowhere.json"], 13, "is no bundle"),
    "another place": (["bundle.json", "--out", "."], 2, "holds other files"),
    "a place that cannot be made": (["bundle.json", "--out", "bundle.json/there"], 31, "cannot be written"),
}


@pytest.mark.parametrize(("arguments", "code", "word"), REFUSED.values(), ids=REFUSED)
def test_a_fault_has_its_exit_code_and_says_what_to_do(arguments, code, word, elsewhere):
    done = refit(elsewhere, *arguments)
    assert (done.returncode, word in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_without_any_council_there_is_nothing_to_estimate_from(run, elsewhere):
    councils = json.loads((run / "bundle.json").read_text("utf-8"))["names"]
    done = refit(elsewhere, "bundle.json", *(part for name in councils for part in ("--leave-out", name)))
    assert done.returncode == 40
    assert "0 clinics of the estimation sample are left" in done.stderr


def test_a_bundle_holds_nothing_of_a_clinic_or_a_municipality(run):
    text = (run / "bundle.json").read_text("utf-8")
    with (run / "clinics.csv").open(encoding="utf-8", newline="") as file:
        assert [row["ydernummer"] for row in csv.DictReader(file) if f'"{row["ydernummer"]}"' in text] == []
    content = json.loads(text)
    assert all(one["clinics"] == 0 or one["clinics"] >= 3 for one in content["councils"])


def test_a_bundle_is_named_by_the_manifest_and_held_by_verify(run, tmp_path):
    whole = shutil.copytree(run, tmp_path / "run")
    assert "bundle.json" in json.loads((whole / "manifest.json").read_text("utf-8"))["files"]
    path = whole / "bundle.json"
    path.write_text(path.read_text("utf-8").replace('"clamp_micro": ', '"clamp_micro": 1'), "utf-8")
    for command, code in (("verify", 71), ("refit", 13)):
        place = whole if command == "verify" else path
        done = subprocess.run(
            [sys.executable, "-m", "fordel_dask", command, str(place)], capture_output=True, text=True, check=False
        )
        assert done.returncode == code
        assert "bundle.json" in done.stderr
