"""The benchmark's tables say what was measured, and the README shows the newest of them."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from benchmarks.ingest import table as of_ingest
from benchmarks.measured.goals import goal_table
from benchmarks.measured.markdown import with_tables
from benchmarks.measured.places import SHARED_KERNELS, claim, environment_of, environment_with, newest_results, snapshot
from benchmarks.measured.processes import write_csv
from benchmarks.reliability import table as of_reliability
from benchmarks.scale import run as runner
from benchmarks.scale import table as of_scale
from tests.lib.measured import MACHINE, write_machine

ROOT = Path(__file__).parents[2]
SCALE = ROOT / "benchmarks" / "scale"
STEPS = {
    "run_fresh": [(9.0, 1024.0), (11.0, 1536.0), (10.5, 1024.0)],
    "start_up": [(2.0, 300.0)],
    "synth": [(90.0, 900.0)],
    "help": [(0.1, 20.0)],
}
PAIRS = [
    {
        "round": 1,
        "pair": 1,
        "decode": 1.0,
        "pass": 1.2,
        "duckdb_files_1": 9.0,
        "duckdb_own_1": 6.0,
        "duckdb_own_1_counted": 3.0,
    },
    {
        "round": 1,
        "pair": 2,
        "decode": 1.0,
        "pass": 1.4,
        "duckdb_files_1": 9.0,
        "duckdb_own_1": 8.4,
        "duckdb_own_1_counted": 3.0,
    },
]


def write_lines(path, lines):
    write_csv(path, tuple(lines[0]), [tuple(line.values()) for line in lines])


def tiny_results(folder, measured_on=MACHINE["measured_on"]):
    folder.mkdir(parents=True)
    steps = [
        {"step": s, "run": n, "seconds": t, "cpu_seconds": t, "peak_mib": m, "rows": 12_000_000, "rows_per_second": 1}
        for s, runs in STEPS.items()
        for n, (t, m) in enumerate(runs, 1)
    ]
    write_lines(folder / "steps.csv", steps)
    write_lines(folder / "pairs.csv", PAIRS)
    totals = [{"total": name, "ours": 7, "duckdb_own_1": 7} for name in ("contacts_oere", "paid_oere")]
    write_lines(folder / "totals.csv", totals)
    nation = {"citizens": 6_000_000, "rows": {"services": 95_000_000}, "rows_of_pass": 120_000_000}
    (folder / "nation.json").write_text(json.dumps(nation), "utf-8")
    write_machine(folder, measured_on=measured_on)
    (folder / "config.toml").write_text("demo_citizens = 60000\n", "utf-8")
    return folder


@pytest.fixture
def rows(tmp_path):
    """Give the table of goals by its first column."""
    lines = list(goal_table(of_scale.goals(of_scale.read_results(tiny_results(tmp_path / "tiny")))))
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {what: (goal, measured, verdict) for what, goal, measured, verdict in cells}


def row_of(rows, word):
    return next(row for what, row in rows.items() if word in what)


def test_a_missed_goal_says_by_how_much(rows):
    assert row_of(rows, "from the registers") == ("≤ 10 s", "10.5 s (9.00–11.0)", "**missed** by 0.500 s (5%)")


def test_memory_is_held_against_its_largest_peak(rows):
    assert row_of(rows, "peak memory") == ("≤ 2 GiB", "1.50 GiB", "met")


def test_ratios_are_taken_pair_by_pair(rows):
    assert row_of(rows, "decoding") == ("≤ 1.5 ×", "1.30 × (1.20–1.40)", "met")


def test_duckdb_is_taken_at_its_best(rows):
    assert row_of(rows, "same joins and sums") == ("≥ 5 ×", "2.32 × (2.14–2.50)", "**missed** by 2.68 × (54%)")


def test_what_was_not_measured_is_not_claimed(rows):
    assert row_of(rows, "fordel demo") == ("≤ 20 s", "not measured", "–")
    assert row_of(rows, "imputed")[1] == "not measured"


def test_a_smaller_nation_is_told(tmp_path):
    folder = tiny_results(tmp_path / "tiny")
    assert "this nation is smaller" not in of_scale.markdown(of_scale.read_results(folder))
    nation = json.loads((folder / "nation.json").read_text("utf-8"))
    (folder / "nation.json").write_text(json.dumps({**nation, "citizens": 60_000}), "utf-8")
    assert "this nation is smaller" in of_scale.markdown(of_scale.read_results(folder))


def test_tables_are_written_between_the_markers_and_checked(tmp_path):
    folder, readme = tiny_results(tmp_path / "tiny"), tmp_path / "README.md"
    readme.write_text("before\n<!-- benchmark:begin -->\nold\n<!-- benchmark:end -->\nafter\n", "utf-8")

    def run(*options):
        command = [sys.executable, "-m", "benchmarks.scale.table", folder, readme, *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode

    assert (run("--check"), run(), run("--check")) == (1, 0, 0)
    text = readme.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text


def test_pairs_measured_in_another_order_keep_their_columns():
    pairs = [{"round": 1, "decode": 1.0, "pass": 2.0}, {"round": 1, "pass": 2.5, "decode": 1.5}]
    assert runner.pair_rows(pairs) == (
        ["round", "decode", "pass"],
        [["1", "1.0000", "2.0000"], ["1", "1.5000", "2.5000"]],
    )


def test_totals_that_differ_end_the_benchmark(tmp_path):
    bench = runner.Bench({}, tmp_path)
    runner.compare_totals(bench, "ours", {"paid_oere": 100, "weeks": 3})
    runner.compare_totals(bench, "duckdb_own_1", {"paid_oere": 100, "weeks": 3})
    with pytest.raises(SystemExit, match="paid_oere: 100 and 101"):
        runner.compare_totals(bench, "duckdb_files_1", {"paid_oere": 101, "weeks": 3})


def test_data_lie_outside_the_repository_and_touch_nothing_else(tmp_path):
    with pytest.raises(SystemExit, match="lies in the repository"):
        claim(ROOT / "benchmarks" / "data")
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(SystemExit, match="holds other files"):
        claim(tmp_path)


def test_children_find_the_benchmarks_first_and_kernels_in_their_own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/other-kernels")
    environment = environment_with(tmp_path)
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(ROOT), "/elsewhere"]
    assert environment["XDG_CACHE_HOME"] == str(tmp_path)
    assert "NUMBA_CACHE_DIR" not in environment
    assert environment_of(tmp_path) == environment_with(tmp_path / "cache")


def test_who_measures_nothing_that_counts_may_share_kernels(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/other-kernels")
    monkeypatch.setenv(SHARED_KERNELS, "1")
    assert environment_of(tmp_path)["NUMBA_CACHE_DIR"] == "/other-kernels"


def test_what_measures_memory_loads_nothing_heavy():
    measuring = "benchmarks.scale.run, benchmarks.ingest.run, benchmarks.cluster.growth"
    code = f"import sys, {measuring}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"numpy", "pyarrow", "dask", "duckdb", "fordel_dask"}.isdisjoint(loaded.split())


def test_the_configuration_is_kept_without_places():
    config = tomllib.loads((SCALE / "config.toml").read_text("utf-8"))
    kept = snapshot({**config, "data": "/somewhere"})
    assert "/" not in kept
    assert tomllib.loads(kept) == {key: value for key, value in config.items() if key != "data"}


def test_the_newest_results_are_those_measured_last(tmp_path):
    assert newest_results(tmp_path) is None
    tiny_results(tmp_path / "b", "2026-01-01 10:00")
    tiny_results(tmp_path / "a", "2026-01-03 10:00")
    assert newest_results(tmp_path).name == "a"


def test_the_readme_shows_the_newest_results():
    newest = newest_results(SCALE / "results")
    if newest is None:
        pytest.skip("no results of the benchmark are kept in this checkout yet")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert with_tables(readme, of_scale.markdown(of_scale.read_results(newest)), of_scale.MARK) == readme


INGEST = ROOT / "benchmarks" / "ingest"


def test_the_readme_shows_the_newest_results_of_the_way_in():
    newest = newest_results(INGEST / "results")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert with_tables(readme, of_ingest.markdown(newest), of_ingest.MARK) == readme


def test_a_missed_ratio_says_by_how_much():
    config = {"duckdb": ["1", "2 2GB"], "full_history": [500, 1000]}
    times = {"services_ours": (20, 18), "services_duckdb 1": (40, 30), "services_duckdb 2 2GB": (50, 45)}
    steps = [
        {"step": step, "seconds": str(seconds), "peak_mib": "1536", "rows": "7", "cpu_seconds": "9"}
        for step, both in times.items()
        for seconds in both
    ]
    found = [(goal, measured, verdict) for _, goal, measured, verdict in of_ingest.verdicts(steps, config)]
    assert found == [
        ("≤ 0.5 ×", "0.55 ×", "**missed** by 0.05 × (10%)"),
        ("≤ 0.5 ×", "0.4 ×", "met"),
        ("≤ 2 GiB", "1.5 GiB", "met"),
    ]


RELIABILITY = ROOT / "benchmarks" / "reliability"


def test_lines_of_evidence_are_added_up_and_a_goal_without_any_says_so(tmp_path):
    lines = [
        {"goal": "R1", "done": "kills", "times": 2, "result": "the same"},
        {"goal": "R1", "done": "kills", "times": 3, "result": "the same"},
        {"goal": "R1", "done": "pulled cables", "times": 1, "result": "the same too"},
    ]
    (tmp_path / "evidence.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    rows = list(of_reliability.goal_table(of_reliability.evidence_in(tmp_path)))
    assert [row.split(" | ")[2:] for row in rows[2:5]] == [
        ["kills", "5", "the same |"],
        ["pulled cables", "1", "the same too |"],
        ["not shown in this run", "–", "– |"],
    ]
    assert [row.split(" | ")[0] for row in rows[2:] if not row.startswith("|  |")] == [
        f"| R{number}" for number in range(1, 21)
    ]


def test_goals_of_security_stand_in_a_table_of_their_own(tmp_path):
    line = {"goal": "S2", "done": "strangers", "times": 4, "result": "refused"}
    (tmp_path / "evidence.jsonl").write_text(json.dumps(line), "utf-8")
    rows = list(of_reliability.goal_table(of_reliability.evidence_in(tmp_path), of_reliability.SECURITY))
    assert [row.split(" | ")[0] for row in rows[2:]] == [f"| S{number}" for number in range(1, 13)]
    assert [row.split(" | ")[2:] for row in rows if "not shown" not in row][2:] == [["strangers", "4", "refused |"]]


@pytest.mark.parametrize("mark", [of_reliability.MARK, of_reliability.SECURITY])
def test_the_readme_shows_the_newest_evidence(mark):
    newest = newest_results(RELIABILITY / "results")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert with_tables(readme, of_reliability.tables(newest)[mark], mark) == readme
