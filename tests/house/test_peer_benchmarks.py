"""The whole job by everybody can still be measured, on a tiny nation, and its tables say what was measured."""

import csv
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.measured.processes import DidNotFitError, Limits, lines_of, measure
from benchmarks.peers import guard, run, table

ROOT = Path(__file__).parents[2]
MACHINE = {
    "measured_on": "2026-01-02 03:04",
    "processor": "a processor",
    "cores": 2,
    "memory_gib": 16,
    "threads": 2,
    "python": "3.11",
    "packages": {"duckdb": "3"},
    "absent": {"data_table": "Rscript is not installed"},
}
PASS = {"registers → facts": 1.5, "citizens → cells": 0.5}


def line(case, peer, layout, model, seconds, **more):
    """Give a line of steps.csv; ``seconds`` none did not fit."""
    figures = dict.fromkeys(run.HEADER[6:13], "1") | {"peak_mib": more.get("peak", "1000")}
    stages = json.dumps(more.get("stages", {}))
    known = {"case": case, "peer": peer, "layout": layout, "model": model, "round": str(more.get("number", 1))}
    if seconds is None:
        return dict.fromkeys(run.HEADER, "") | known | {"note": "did not fit: more than 20 GiB"}
    return known | figures | {"seconds": str(seconds), "stages": stages, "note": ""}


STEPS = [
    line("prepare", "ours", "own", "", 20),
    line("prepare", "duckdb", "own", "", 30),
    line("rows", "ours", "ours", "a", 4.0, stages=PASS),
    line("rows", "duckdb", "own", "a", 13.0, stages={"rows": 9.0}, peak="900"),
    line("rows", "duckdb", "ours", "a", 12.0, stages={"rows": 10.0}, peak="2500"),
    line("rows", "polars", "own", "a", 99.0, stages={"rows": 95.0}, peak="9000"),
    line("rows", "ours", "ours", "a", 5.0, stages=PASS, number=2),
    line("rows", "duckdb", "own", "a", 14.0, stages={"rows": 11.0}, number=2, peak="900"),
    line("rows", "duckdb", "ours", "a", 12.0, stages={"rows": 14.0}, number=2, peak="2500"),
    line("ten", "ours", "own", "", 20),
    line("ten", "ours", "facts", "a", 4),
    line("ten", "ours", "facts", "b", 2),
    line("ten", "duckdb", "own", "", 60),
    line("ten", "duckdb", "own", "a", 13),
    line("ten", "duckdb", "own", "b", 13),
    line("ten", "polars", "own", "", 1),
    line("ten", "polars", "own", "a", 1),
    line("one_shot", "pandas", "raw", "a", None),
    line("cold_files", "ours", "ours", "a", 12),
]


@pytest.fixture
def results(tmp_path):
    """Give results that were made up."""
    with (tmp_path / "steps.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, run.HEADER)
        writer.writeheader()
        writer.writerows(STEPS)
    nation = {"citizens": 6_000_000, "rows": {"services": 95_000_000}}
    (tmp_path / "nation.json").write_text(json.dumps(nation), "utf-8")
    (tmp_path / "machine.json").write_text(json.dumps(MACHINE), "utf-8")
    (tmp_path / "config.toml").write_text('model = "a"\nmodels = ["a", "b"]\n', "utf-8")
    return table.read_results(tmp_path)


def cells(lines):
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows[2:]}


def test_the_pass_is_held_against_the_better_layout_pair_by_pair(results):
    row = cells(table.goal_table(results))["pass over the registers and sums by cell, DuckDB ÷ ours, the pass alone"]
    assert row == ["≥ 5 ×", "5.00 × (4.50–5.50)", "met"]


def test_a_missed_goal_says_by_how_much(results):
    goals = cells(table.goal_table(results))
    assert goals["… DuckDB ÷ ours, whole process"][1:] == ["2.70 × (2.40–3.00)", "**missed** by 2.30 × (46%)"]
    assert goals["`fordel run --fresh`, its files not in the page cache"][2] == "**missed** by 2.00 s (20%)"


def test_ten_models_broken_off_do_not_count_as_the_fastest(results):
    assert cells(table.goal_table(results))["a preparation and ten models, DuckDB ÷ ours"][1:] == ["3.31 ×", "met"]


def test_memory_is_held_against_the_leanest_layout_of_the_leanest_peer(results):
    row = cells(table.goal_table(results))["peak memory of one model from the registers, ours ÷ the leanest peer's"]
    assert row[1:] == ["1.11 ×", "**missed** by 0.611 × (122%)"]


def test_what_was_not_measured_is_not_claimed(results):
    assert cells(table.goal_table(results))["… with kernels compiled anew"][1:] == ["not measured", "–"]


def test_who_did_not_fit_is_told_and_who_was_absent_too(results):
    rows = cells(table.job_table(results))
    assert rows["pandas"][5] == "did not fit: more than 20 GiB"
    assert rows["DuckDB, from our store"][:2] == ["30.0 s, 1.50 ×", "12.0 s, 2.70 × (2.40–3.00)"]
    assert "Not taking part: data.table (R): Rscript is not installed." in table.markdown(results)


def test_the_guard_holds_the_median_of_ours_against_the_median_of_theirs():
    assert guard.verdict([(1.0, 1.4), (1.0, 1.5), (9.0, 1.6)], 1.5)[0]
    fast, sentence = guard.verdict([(1.0, 1.4), (1.0, 1.4), (1.0, 9.0)], 1.5)
    assert not fast
    assert "1.40 times as long, but at least 1.5 are asked for" in sentence


def test_pairs_are_measured_the_other_way_round_every_other_time():
    order = []
    pairs = guard.measure_pairs(lambda: order.append("ours") or 1.0, lambda: order.append("theirs") or 2.0, 2)
    assert (order, pairs) == (["ours", "theirs", "theirs", "ours"], [(1.0, 2.0)] * 2)


@pytest.mark.parametrize(
    ("work", "limits", "why"),
    [
        ("x = bytearray(300 << 20); import time; time.sleep(30)", Limits(200, 30), "more than 0.195312 GiB"),
        ("import time; time.sleep(30)", Limits(200, 0.3), "more than 0.3 s"),
    ],
)
def test_a_process_that_passes_a_limit_is_ended(work, limits, why):
    with pytest.raises(DidNotFitError, match=why):
        measure([sys.executable, "-c", work], os.environ, limits=limits)


def test_bytes_of_ended_children_are_counted():
    write = "open('/dev/null', 'wb').write(bytes(3 << 20))"
    work = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {write!r}], check=True)"
    usage, _ = measure([sys.executable, "-c", work], os.environ)
    assert 3 <= usage.moved.written < 4


@pytest.fixture
def bench(tmp_path):
    """Give a benchmark whose processes are made up: each writes the numbers it is told."""
    config = tomllib.loads((ROOT / "benchmarks" / "peers" / "config.toml").read_text("utf-8"))
    folders = [tmp_path / name for name in ("data", "results", "registers", "store")]
    for folder in folders:
        folder.mkdir()
    found = run.Bench({**config, "rounds": {"rows": 2}, "model": "a"}, *folders)
    found.offers["duckdb"] = {"layouts": ["own", "ours"], "facts_apart": False}
    found.expected("a").write_text('{"clinics": 1, "councils": 2}', "utf-8")
    return found


def telling(bench, peer, numbers):
    path = bench.data / "numbers.json"
    work = f"import pathlib; pathlib.Path({str(path)!r}).write_text({numbers!r}); print('{{}}')"
    return run.Step(peer, "own", "a", (sys.executable, "-c", work), (path,), numbers=path)


def test_other_numbers_end_the_benchmark_and_keep_nothing(bench):
    with pytest.raises(SystemExit, match="gives other councils than ours"):
        run.measure_case(bench, "rows", [[telling(bench, "duckdb", '{"clinics": 1, "councils": 3}')]])
    assert not bench.results.exists()


def test_turns_are_reversed_every_other_round_and_who_did_not_fit_is_left_out(bench):
    right = '{"clinics": 1, "councils": 2}'
    large = replace(
        telling(bench, "pandas", right), command=(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    )
    turns = [[telling(bench, "duckdb", right)], [large], [telling(bench, "polars", right)]]
    run.measure_case(bench, "rows", turns)
    lines = lines_of(bench.results / "steps.csv")
    assert [line["peer"] for line in lines] == ["duckdb", "pandas", "polars", "polars", "duckdb"]
    assert [line["note"] for line in lines if line["note"]] == ["did not fit: the machine's memory"]


def test_many_models_start_from_facts_only_if_making_them_pays(bench):
    def measured(case, layout, model, seconds):
        bench.steps.append((case, "duckdb", layout, model, 1, seconds, *("",) * 8))

    bench.offers["duckdb"] = {"layouts": ["own", "facts"], "facts_apart": True}
    measured("prepare", "facts", "", "30")
    measured("rows", "own", "a", "5")
    measured("rows", "facts", "a", "1")
    assert run.best_for_many(bench, "duckdb") == "facts"
    measured("prepare", "facts", "", "70")
    assert run.best_for_many(bench, "duckdb") == "own"


def test_a_tiny_nation_goes_through_the_benchmark(tmp_path):
    config = (ROOT / "benchmarks" / "peers" / "config.toml").read_text("utf-8")
    begin, end = config.index("models = ["), config.index("[rounds]")
    (tmp_path / "config.toml").write_text(f'{config[:begin]}models = ["national"]\n{config[end:]}', "utf-8")
    where = ("--data", tmp_path / "data", "--results", tmp_path / "results", "--config", tmp_path / "config.toml")
    what = ("--citizens", 20_000, "--peers", "duckdb", "--rounds", 1, "--cases", "rows")
    command = [sys.executable, "-m", "benchmarks.peers.run", "--name", "tiny", *map(str, (*where, *what))]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    lines = lines_of(tmp_path / "results" / "tiny" / "steps.csv")
    assert [(line["case"], line["peer"], line["layout"]) for line in lines] == [
        ("rows", "ours", "ours"),
        ("rows", "ours", "facts"),
        ("rows", "duckdb", "own"),
        ("rows", "duckdb", "ours"),
        ("rows", "duckdb", "facts"),
    ]
    assert all(float(line["seconds"]) > 0 and float(line["read_mib"]) > 0 for line in lines)
    assert "DuckDB" in table.markdown(table.read_results(tmp_path / "results" / "tiny"))
    assert not (tmp_path / "data").exists()
