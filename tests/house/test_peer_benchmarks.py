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

from benchmarks.measured.goals import goal_table
from benchmarks.measured.places import SHARED_KERNELS
from benchmarks.measured.processes import DidNotFitError, Limits, lines_of, measure, write_csv
from benchmarks.peers import guard, run, table
from tests.lib.measured import write_machine

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "benchmarks" / "peers"
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


SORTERS = {"duckdb 2": (90, 90), "polars 1": (30, 40)}


@pytest.fixture
def results(tmp_path):
    """Give results that were made up."""
    with (tmp_path / "steps.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, run.HEADER)
        writer.writeheader()
        writer.writerows(STEPS)
    nation = {"citizens": 6_000_000, "rows": {"services": 95_000_000}}
    (tmp_path / "nation.json").write_text(json.dumps(nation), "utf-8")
    write_machine(tmp_path, absent={"data_table": "Rscript is not installed"})
    (tmp_path / "config.toml").write_text('model = "a"\nmodels = ["a", "b"]\n', "utf-8")
    return table.read_results(tmp_path)


@pytest.fixture
def suites(tmp_path, monkeypatch):
    """Give results of other suites that were made up, of a nation of 6,000,000 citizens."""
    monkeypatch.setattr(table, "SUITES", tmp_path)
    limits, ingest = (tmp_path / suite / "results" / "x" for suite in ("limits", "ingest"))
    for folder in (limits, ingest):
        folder.mkdir(parents=True)
        write_machine(folder)
    write_csv(limits / "limits.csv", ("citizens", "decode", "pass"), [(1000, 1, 9), (6_000_000, 1.5, 3)])
    steps = [("services_ours", 10), ("services_ours", 20), ("services_duckdb 1", 1), ("services_duckdb 1", 1)]
    steps += [(f"services_{way} checksums", s) for way, all_s in SORTERS.items() for s in all_s]
    write_csv(ingest / "steps.csv", ("step", "seconds"), steps)
    ways = 'duckdb = ["1", "2 checksums"]\npolars = ["1 checksums"]\n'
    (ingest / "config.toml").write_text(f"citizens = 6_000_000\n{ways}", "utf-8")


def goals_of(results):
    return cells(goal_table(table.goals(results)))


def cells(lines):
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows[2:]}


def test_the_pass_is_held_against_the_better_layout_pair_by_pair(results):
    assert goals_of(results)["pass over the registers: DuckDB ÷ ours"] == ["≥ 5 ×", "5.00 × (4.50–5.50)", "met"]


def test_a_missed_goal_says_by_how_much(results):
    missed = goals_of(results)["`fordel run --fresh`, its files not in the page cache"]
    assert missed == ["≤ 10 s", "12.0 s", "**missed** by 2.00 s (20%)"]


def test_what_has_no_goal_is_told_and_not_judged(results):
    assert goals_of(results)["… its whole process: DuckDB ÷ ours"] == ["–", "2.70 × (2.40–3.00)", ""]


def test_ten_models_broken_off_do_not_count_as_the_fastest(results):
    assert goals_of(results)["own layout and ten models: DuckDB ÷ ours"][1:] == ["3.31 ×", "met"]


def test_memory_is_held_against_the_leanest_layout_of_the_leanest_peer(results):
    row = goals_of(results)["peak memory of one model from the registers: ours ÷ the leanest peer's"]
    assert row[1:] == ["1.11 ×", "**missed** by 0.611 × (122%)"]


def test_what_was_not_measured_is_not_claimed(results):
    assert goals_of(results)["… and nothing compiled"][1:] == ["not measured", "–"]


@pytest.mark.parametrize(
    ("citizens", "decoding", "ingest"),
    [
        (6_000_000, ["≤ 1.5 ×", "2.00 ×", "**missed** by 0.500 × (33%)"], ["≥ 2 ×", "2.50 × (2.00–3.00)", "met"]),
        (60_000, ["≤ 1.5 ×", "not measured", "–"], ["≥ 2 ×", "not measured", "–"]),
    ],
)
def test_goals_of_other_suites_are_those_of_a_nation_of_this_size(citizens, decoding, ingest, results, suites):
    found = goals_of(replace(results, nation={"citizens": citizens}))
    assert found["… ours ÷ merely decoding its columns"] == decoding
    assert next(row for what, row in found.items() if what.startswith("ingest: ")) == ingest
    assert ("ingest: Polars, sorted and with checksums ÷ ours" in found) == (citizens == 6_000_000)


def test_who_did_not_fit_is_told_and_who_was_absent_too(results):
    told = ["–", "**43.0**", "–", "did not fit: more than 20 GiB"]  # DuckDB by its own layout
    assert cells(table.job_table(results))["extracts → numbers, once, s"] == told
    [text] = table.tables(results.folder).values()
    assert "Not taking part: data.table (R): Rscript is not installed." in text


def test_the_best_of_each_row_is_bold_beside_how_many_times_ours_the_others_are(results):
    rows = cells(table.job_table(results))
    assert rows["extracts → own layout, s"] == ["**20.0**", "30.0 (1.50 ×)", "–", "–"]
    assert rows["one model from the registers, whole process, s"][:3] == ["**4.50**", "12.0 (2.70 ×)", "99.0 (24.8 ×)"]
    assert rows["… from which layout"] == ["our store", "our store", "its own", "–"]
    assert rows["… its peak memory, from the leaner layout, MiB"] == ["1,000", "**900**", "9,000", "–"]


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


def test_a_process_that_somebody_else_ended_is_told_from_one_that_failed():
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(SystemExit, match="was ended from outside by SIGKILL"):
        measure([sys.executable, "-c", killed], os.environ)
    with pytest.raises(SystemExit, match="ended with exit code 3"):
        measure([sys.executable, "-c", "raise SystemExit(3)"], os.environ)


def test_bytes_of_ended_children_are_counted():
    write = "open('/dev/null', 'wb').write(bytes(3 << 20))"
    work = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {write!r}], check=True)"
    usage, _ = measure([sys.executable, "-c", work], os.environ)
    assert 3 <= usage.moved.written < 4


@pytest.fixture
def bench(tmp_path):
    """Give a benchmark whose processes are made up: each writes the numbers it is told."""
    config = tomllib.loads((PEERS / "config.toml").read_text("utf-8"))
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


@pytest.mark.long  # the bench command of the README goes the same way, in every run of CI
def test_a_tiny_nation_goes_through_the_benchmark(monkeypatch, tmp_path):
    monkeypatch.setenv(SHARED_KERNELS, "1")
    where = ("--data", tmp_path / "data", "--results", tmp_path / "results", "--config", PEERS / "tiny.toml")
    what = ("--peers", "duckdb", "--cases", "rows")
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
    assert "DuckDB" in table.tables(tmp_path / "results" / "tiny")["peers"]
    assert not (tmp_path / "data").exists()
