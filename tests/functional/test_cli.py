"""The program as its users meet it: help, exit codes, plain errors, machine-readable output."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from tests.lib.nations import write_nation

COMMANDS = sorted(
    f"{name} {part}".strip() for name, command in cli.commands.items() for part in getattr(command, "commands", [""])
)


def fordel(*arguments, **more):
    command = [sys.executable, "-m", "fordel_dask", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    write_nation(folder / "registers", seed=2, citizens=2200)
    assert fordel("ingest", folder / "registers", "--store", folder / "store", "--quiet").returncode == 0
    assert fordel("run", folder / "store", "--out", folder / "run").returncode == 0
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Example:" in result.output
    assert "--json" in result.output


def test_the_commands_of_the_contract_are_there():
    contract = {"demo", "synth", "plan", "ingest", "run", "explain", "verify", "selftest", "glossary", "sources"}
    contract |= {"check", "cluster certs", "cluster check", "refit", "scenarios"}
    assert contract <= set(COMMANDS)


JSON_COMMANDS = {
    "run": ["run", "{}/store", "--out", "{}/again"],
    "ingest": ["ingest", "{}/registers", "--store", "{}/other"],
    "explain": ["explain", "{}/run", "--council", "fyn"],
    "refit": ["refit", "{}/run/bundle.json"],
    "verify": ["verify", "{}/run"],
    "plan of an ingest": ["plan", "{}/registers", "--store", "{}/other"],
    "plan of a run": ["plan", "{}/store"],
    "glossary": ["glossary", "weight"],
    "sources": ["sources"],
    "scenarios": ["scenarios", "--list"],
    "synth": ["synth", "--citizens", "1000", "--out", "{}/invented"],
    "synth into a store": ["synth", "--citizens", "1000", "--store", "{}/invented.store"],
}


@pytest.mark.parametrize("arguments", JSON_COMMANDS.values(), ids=JSON_COMMANDS)
def test_json_prints_one_object_and_nothing_else(arguments, nation):
    result = fordel(*(argument.format(nation) for argument in arguments), "--json")
    assert result.returncode == 0, result.stderr
    assert isinstance(json.loads(result.stdout), dict)
    assert result.stderr == ""


MISTAKES = {
    "an unknown command": (["fly"], 2),
    "an unknown option": (["run", "{}/store", "--out", "{}/x", "--fast"], 2),
    "two places to work at once": (
        ["run", "{}/store", "--out", "{}/x", "--workers", "2", "--scheduler", "tcp://a:1"],
        2,
    ),
    "registers that are not there": (["ingest", "{}/nowhere", "--store", "{}/x"], 11),
    "a store that is none": (["run", "{}/registers", "--out", "{}/x"], 13),
    "a model that is not there": (["run", "{}/store", "--out", "{}/x", "--model", "{}/none.toml"], 20),
    "a model with an unknown key": (["run", "{}/store", "--out", "{}/x", "--model", "{}/wrong.toml"], 20),
    "no space to write to": (["run", "{}/store", "--out", "/proc/nothing/run"], 31),
    "no cluster at that address": (["run", "{}/store", "--out", "{}/x", "--scheduler-file", "{}/none.json"], 61),
    "a clinic that does not exist": (["explain", "{}/run", "--clinic", "999998"], 2),
    "a directory that is nothing of ours": (["verify", "{}/registers"], 13),
    "too few citizens": (["synth", "--citizens", "999", "--out", "{}/x"], 2),
    "extracts and a store at once": (["synth", "--citizens", "1000", "--out", "{}/x", "--store", "{}/y"], 2),
    "neither extracts nor a store": (["synth", "--citizens", "1000"], 2),
    "faults without extracts": (["synth", "--citizens", "1000", "--store", "{}/x", "--faults"], 2),
    "an invented store in the place of a real one": (["synth", "--citizens", "1000", "--store", "{}/store"], 2),
}


@pytest.mark.parametrize(("arguments", "code"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_get_one_paragraph_and_their_exit_code(arguments, code, nation):
    (nation / "wrong.toml").write_text('chronic_car = "share"\n', "utf-8")
    result = fordel(*(argument.format(nation) for argument in arguments), "--quiet")
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert 0 < len(result.stderr) < 900
    assert not (nation / "x").exists()


def test_an_unknown_key_is_met_with_the_nearest_known_one(nation):
    (nation / "wrong.toml").write_text('chronic_car = "share"\n', "utf-8")
    result = fordel("run", nation / "store", "--out", nation / "x", "--model", nation / "wrong.toml")
    assert "chronic_care" in result.stderr


def test_a_failure_can_be_read_by_machines_too(nation):
    result = fordel("run", nation / "registers", "--out", nation / "x", "--json")
    assert json.loads(result.stdout)["error"]["exit_code"] == result.returncode == 13


def test_no_person_key_stands_in_any_output(nation, evidence):
    keys = set(
        re.findall(
            r"\d{10,12}",
            str(pytest.importorskip("pyarrow.parquet").read_table(nation / "store.keys" / "keys.parquet").to_pylist()),
        )
    )
    said = fordel("ingest", nation / "registers", "--store", nation / "third")
    texts = [said.stdout, said.stderr] + [
        path.read_text("utf-8") for path in (nation / "run").iterdir() if path.suffix in (".csv", ".json")
    ]
    assert keys
    assert not [key for key in keys for text in texts if key in text]
    evidence.note("S1", "what an ingest says, and the tables and manifest of a RUN", 1, "no key of a person")


PRECIOUS = {
    "a directory with other files": lambda folder: (folder / "thesis.txt").write_text("years of work", "utf-8"),
    "a damaged manifest of something else": lambda folder: (folder / "manifest.json").write_text("{}", "utf-8"),
}


@pytest.mark.parametrize("fill", PRECIOUS.values(), ids=PRECIOUS)
def test_a_run_never_replaces_what_is_no_run(fill, nation, tmp_path):
    (tmp_path / "precious").mkdir()
    fill(tmp_path / "precious")
    before = [path.read_bytes() for path in (tmp_path / "precious").iterdir()]
    result = fordel("run", nation / "store", "--out", tmp_path / "precious", "--quiet")
    assert result.returncode == 2
    assert [path.read_bytes() for path in (tmp_path / "precious").iterdir()] == before


def test_a_run_never_replaces_a_file_or_the_store(nation, tmp_path):
    (tmp_path / "file").write_text("a file", "utf-8")
    assert fordel("run", nation / "store", "--out", tmp_path / "file").returncode == 2
    for place in (nation / "store", nation / "store" / "run", nation):
        assert fordel("run", nation / "store", "--out", place).returncode == 2
    assert fordel("verify", nation / "store").returncode == 0


def test_a_run_replaces_an_earlier_run_and_an_empty_directory(nation, tmp_path):
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "empty"):
        assert fordel("run", nation / "store", "--out", place, "--quiet").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_two_mistakes_are_both_told_with_the_lower_code(nation):
    (nation / "wrong.toml").write_text('chronic_car = "share"\n', "utf-8")
    result = fordel("run", nation / "nowhere", "--out", nation / "x", "--model", nation / "wrong.toml")
    assert result.returncode == 13
    assert "chronic_car" in result.stderr
    assert "nowhere" in result.stderr


def test_usage_errors_are_json_too(nation):
    result = fordel("run", nation / "store", "--fast", "--json")
    assert json.loads(result.stdout)["error"]["exit_code"] == result.returncode == 2


def test_verify_finds_damaged_facts(nation, tmp_path):
    store = shutil.copytree(nation / "store", tmp_path / "store")
    path = next(store.rglob("facts/*/part-*.arrow"))
    path.write_bytes(path.read_bytes()[:-8])
    assert fordel("verify", store).returncode == 71


def test_a_run_is_open_to_its_owner_only(nation):
    assert (nation / "run").stat().st_mode & 0o777 == 0o700


def test_progress_is_plain_lines_in_a_log(nation):
    result = fordel("run", nation / "store", "--out", nation / "logged", "--fresh")
    assert "registers → facts: " in result.stderr
    assert "\r" not in result.stderr


def at_exit_of(command, said):
    """Give what an expression is when a command has ended, as a fresh process prints it last."""
    code = f"import atexit, gc, sys; atexit.register(lambda: print({said})); from fordel_dask.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", code, *map(str, command)], capture_output=True, text=True, check=True
    )
    return result.stdout.splitlines()[-1].split()


def test_a_run_loads_nothing_that_reads_registers(nation, tmp_path):
    loaded = set(at_exit_of(["run", nation / "store", "--out", tmp_path / "run", "--quiet"], "*sys.modules"))
    rooms = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("fordel_dask.")}
    assert "fordel_dask.pipeline" in rooms
    assert rooms & {f"fordel_dask.{room}" for room in ("extracts", "registers", "quality", "synthetic")} == set()


def test_nobody_looks_for_garbage_in_a_process_that_ends():
    frozen, left = map(int, at_exit_of(["--version"], "gc.get_freeze_count(), sum(gc.get_count())"))
    assert frozen > 10_000 > left


def test_help_answers_at_once():
    seconds = []
    for _ in range(5):
        begun = os.times().elapsed
        fordel("--help")
        seconds.append(os.times().elapsed - begun)
    assert min(seconds) < 1.0  # 0.3 s on a quiet machine: benchmarks/scale measures it


def test_selftest_passes_and_says_what_it_checked():
    result = fordel("selftest", "--quiet")
    assert result.returncode == 0, result.stderr
    assert "All passed." in result.stdout
