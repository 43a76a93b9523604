"""The benchmarks are one suite: one command, true slopes, pictures of the same bytes, and nothing rots."""

import math
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import benchmarks.__main__ as suite
from benchmarks.growth import chart as growth_chart
from benchmarks.growth import run as growth
from benchmarks.growth import slopes
from benchmarks.growth import table as growth_table
from benchmarks.growth.multiplied import write_multiplied
from benchmarks.limits import chart as limits_chart
from benchmarks.limits import table as limits_table
from benchmarks.limits.limits import add_rows, open_limits
from benchmarks.measured.markdown import picture, with_tables
from benchmarks.measured.nations import sizes_up_to
from benchmarks.measured.places import REPOSITORY, newest_results
from benchmarks.measured.processes import lines_of, write_csv
from benchmarks.measured.stages import Taken
from benchmarks.peers import chart as peers_chart
from benchmarks.peers import table as peers_table
from benchmarks.release import table as release_table
from benchmarks.report import table as report_table
from benchmarks.scale.passes import measure_pairs
from benchmarks.scenarios import table as scenarios_table
from benchmarks.truth import table as truth_table
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.lib.measured import write_machine
from tests.lib.nations import write_nation

BENCHMARKS = REPOSITORY / "benchmarks"
CONFIG = {
    "citizens": 1000,
    "sizes": [1000, 4000],
    "times": [1, 2],
    "partitions": [7],
    "threads": [1, 2],
    "workers": [1],
}


def grown(points, seconds, memory):
    """Give lines of growth.csv: whole commands that took what two functions of citizens and rows say."""
    lines = []
    for point in points:
        rows = 10 * point.citizens * (1 + point.times)
        where = (point.citizens, point.times, point.partitions or "", point.threads, point.workers, 3, rows)
        for command in ("ingest", "run"):
            figures = (seconds(point.citizens, rows), 1.0, memory(point.citizens, rows), 50.0)
            lines.append((*where, command, 1, "all", *figures))
    return lines


@pytest.fixture(scope="module")
def small_store(tmp_path_factory):
    """Give the store of a small nation, in three partitions."""
    folder = tmp_path_factory.mktemp("limits")
    write_nation(folder / "registers", 3, 300)
    ingest(folder / "registers", folder / "store", Threads(1), partitions=3)
    return folder / "store"


@pytest.fixture
def growth_results(tmp_path):
    """Give a folder of growth whose time grows with citizens alone, to the power of 0.5, and memory with rows."""
    folder = tmp_path / "growth"
    folder.mkdir()
    lines = grown(growth.points_of(CONFIG), lambda citizens, _: math.sqrt(citizens), lambda _, rows: rows / 100)
    write_csv(folder / "growth.csv", growth.HEADER, lines)
    write_machine(folder)
    (folder / "config.toml").write_text("\n".join(f"{k} = {v}" for k, v in CONFIG.items()), "utf-8")
    slopes.write_slopes(folder)
    return folder


@pytest.fixture
def limits_results(tmp_path):
    folder = tmp_path / "limits"
    folder.mkdir()
    header = ("citizens", "partitions", "rows", "bytes", "pair", *limits_table.JOBS)
    jobs = dict.fromkeys(limits_table.JOBS, 1.0) | {"pass": 3.0, "pass_kept": 5.0}
    rows = [(6_000_000, 60, 12_000_000, 2_000_000_000, n, *(n * s for s in jobs.values())) for n in (1, 2, 3)]
    write_csv(folder / "limits.csv", header, rows)
    write_machine(folder)
    return folder


@pytest.fixture
def peers_results(tmp_path):
    folder = tmp_path / "peers"
    folder.mkdir()
    header = ("case", "peer", "layout", "model", "round", "seconds", "cpu_seconds", "peak_mib")
    rows = [
        ("rows", "ours", "ours", "national", 1, 5.0, 8.0, 500.0),
        ("rows", "duckdb", "own", "national", 1, 25.0, 40.0, 2500.0),
        ("rows", "pandas", "own", "national", 1, "", "", ""),
        ("ten", "ours", "own", "", 1, 50.0, 60.0, 900.0),
        ("ten", "ours", "facts", "national", 1, 5.0, 6.0, 400.0),
        ("ten", "duckdb", "own", "", 1, 15.0, 16.0, 3000.0),
        ("start_up", "ours", "ours", "national", 1, 2.0, 2.0, 300.0),
    ]
    write_csv(folder / "steps.csv", header, rows)
    return folder


def test_slopes_of_known_points_are_found():
    sizes = [1e5, 1e6, 1e7]
    assert slopes.fit(sizes, [3 * x**1.5 for x in sizes])[:3] == pytest.approx((1.5, 0.0, 1.5), abs=1e-9)
    assert slopes.fit(sizes, [2 + 9 * x / 1e6 for x in sizes])[3:] == pytest.approx((9.0, 2.0))


def test_a_residual_is_the_share_by_which_points_lie_off():
    _, residual, *_ = slopes.fit([1, 2, 4, 8], [1.1, 2 / 1.1, 4 / 1.1, 8 * 1.1])
    assert residual == pytest.approx(math.log(1.1))


def test_only_what_is_changed_along_an_axis_belongs_to_its_slope(growth_results):
    found = {(x["axis"], x["command"], x["measure"]): x for x in lines_of(growth_results / "slopes.csv")}
    along = found["citizens", "run", "seconds"]
    assert (along["points"], along["smallest"], along["largest"], along["exponent"]) == ("2", "1000", "4000", "0.5000")
    assert float(found["rows", "ingest", "seconds"]["exponent"]) == 0  # more rows of the same citizens
    assert (found["rows", "run", "rss_mib"]["points"], found["rows", "run", "rss_mib"]["exponent"]) == ("2", "1.0000")


def test_every_point_is_measured_once_and_registers_stand_together():
    points = growth.points_of(CONFIG)
    assert len(points) == len(set(points)) == 6
    assert [point.delivery for point in points] == [(1000, 1)] * 4 + [(1000, 2), (4000, 1)]
    assert growth.base_of(CONFIG).options() == ("--threads", "2")


def test_what_the_disk_has_no_room_for_is_left_out_and_told(capsys):
    fitting = list(growth.points_that_fit({**CONFIG, "bytes_a_citizen": 100}, 250_000))
    assert {point.delivery for point in fitting} == {(1000, 1), (1000, 2)}
    assert "left out: 4,000 citizens × 1: the disk has no room" in capsys.readouterr().out


def test_memory_of_a_stage_is_that_of_all_its_processes():
    taken = [
        Taken("reading", "leader", 1.0, 0.5, 100, 50, 60),
        Taken("reading", "worker 1", 1.0, 0.7, 200, 90, 60),
        Taken("reading", "leader", 2.0, 0.5, 120, 40, 60),
        Taken("reading", "worker 1", 2.0, 0.7, 150, 95, 60),
    ]
    assert growth.stages_of(taken) == {"reading": (3.0, pytest.approx(2.4), 300, 140)}


def test_results_that_differ_end_the_measurement(tmp_path):
    bench, point = growth.Bench({}, tmp_path), growth.base_of(CONFIG)
    (tmp_path / "manifest.json").write_text('{"files": {"clinics.csv": "a"}}', "utf-8")
    growth.compare_results(bench, point, tmp_path)
    (tmp_path / "manifest.json").write_text('{"files": {"clinics.csv": "b"}}', "utf-8")
    with pytest.raises(SystemExit, match="other results"):
        growth.compare_results(bench, point, tmp_path)


def test_services_are_multiplied_in_other_weeks_and_nothing_else_is(tmp_path):
    (tmp_path / "registers" / "services").mkdir(parents=True)
    (tmp_path / "registers" / "registers.toml").write_text("", "utf-8")
    rows = pa.table({"PNR": ["a", "b"], "HONUGE": ["2501", "2550"], "YDLANT": [1, 2]})
    pq.write_table(rows, tmp_path / "registers" / "services" / "part.parquet")
    write_multiplied(tmp_path / "registers", tmp_path / "more", 3)
    found = pq.read_table(tmp_path / "more" / "services").to_pydict()
    assert found["HONUGE"] == ["2501", "2550", "2514", "2511", "2527", "2524"]
    assert (found["PNR"], found["YDLANT"]) == (["a", "b"] * 3, [1, 2] * 3)
    assert (tmp_path / "more" / "registers.toml").exists()


def test_the_ideal_kernel_adds_every_row_once():
    citizen = np.array([0, 0, 2, 2, 2], np.int32)
    for kind in (np.int8, np.int32, np.int64):
        sums = np.zeros(3, np.int64)
        add_rows(citizen, np.arange(1, 6, dtype=kind), sums)
        assert sums.tolist() == [3, 0, 12]


def test_limits_go_over_the_bytes_and_rows_that_the_pass_reads(small_store):
    bench = open_limits(small_store, 2)
    [pair] = measure_pairs(bench, 1)
    assert tuple(pair) == tuple(limits_table.JOBS) and all(seconds > 0 for seconds in pair.values())
    for partition in bench.partitions:
        arrays = bench.held[partition]["services"]
        assert set(arrays) == {"citizen", "service", "quantity", "paid_oere"}
        assert all(np.array_equal(array, bench.copies[partition]["services"][name]) for name, array in arrays.items())
    rows = sum(arrays["citizen"].size for tables in bench.held for arrays in tables.values())
    assert rows == sum(part.rows for table in bench.columns for part in bench.store.parts(table))


def test_our_distance_from_a_limit_is_taken_pair_by_pair(limits_results):
    text = limits_table.tables(limits_results)["limits"]
    assert (
        "| copying them in memory | 2.00 (1.00–3.00) | 1.00 | 6.00 M | 3.00 × (3.00–3.00) | 5.00 × (5.00–5.00) |"
        in text
    )
    assert "then one add a row** | 4.00 (2.00–6.00) | 0.500 | 3.00 M | 1.50 ×" in text
    assert "**our pass, facts dropped** | 6.00 (3.00–9.00) | 0.333 | 2.00 M | 1 | 1.67 ×" in text


def test_the_tables_of_growth_say_power_and_price(growth_results):
    text = growth_table.tables(growth_results)["slopes"]
    assert "| `fordel run --fresh`, seconds | 1,000–4,000 citizens | 0.50 | 0.0% | 0.50 | 10,541 s | 21.1 s |" in text
    assert "| 1,000 | 2 | 3 | 2 | 0 | 30,000 | 31.6 | 300 | 31.6 | 300 |" in text


@pytest.mark.parametrize("of", ["growth", "limits", "peers"])
def test_pictures_are_the_same_bytes_twice_with_words_as_text(of, request):
    folder = request.getfixturevalue(f"{of}_results")
    draw = {"growth": growth_chart, "limits": limits_chart, "peers": peers_chart}[of].draw
    first = {path.name: path.read_bytes() for path in draw(folder)}
    assert first and first == {path.name: path.read_bytes() for path in draw(folder)}
    for content in first.values():
        text = content.decode()
        assert "<text" in text and "<dc:date>" not in text and str(folder) not in text


def test_peers_are_drawn_by_turn_and_those_that_did_not_fit_say_so(peers_results):
    pictures = {path.name: path.read_text("utf-8") for path in peers_chart.draw(peers_results)}
    assert set(pictures) == {"rows.svg", "ten.svg"}  # nobody else takes part in start-up
    assert ">did not fit<" in pictures["rows.svg"] and ">ours, our store<" in pictures["rows.svg"]
    assert ">55.0<" in pictures["ten.svg"] and ">900<" in pictures["ten.svg"]


def test_a_picture_of_the_repository_is_found_from_any_readme(tmp_path):
    assert picture(BENCHMARKS / "README.md", "a") == "![a](/benchmarks/README.md)"
    assert picture(BENCHMARKS / "limits" / "not-drawn.svg", "a") == ""
    (tmp_path / "a.svg").touch()
    assert picture(tmp_path / "a.svg", "a") == ""  # a trial's, outside the repository


def test_no_nation_is_larger_than_the_one_given():
    assert sizes_up_to([1, 6, 24], 6) == [1, 6]
    assert sizes_up_to([1, 6, 24], 10) == [1, 6, 10]
    assert sizes_up_to([1, 6, 24], None) == [1, 6, 24]


def run_suite(*options):
    command = [sys.executable, "-m", "benchmarks", *options]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_one_command_lists_what_there_is():
    listed = run_suite("--list")
    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [one.name for one in suite.SUITES]


def test_results_need_a_name():
    assert run_suite().returncode == 2


def test_every_suite_is_told_its_place_and_size():
    order = suite.Order("x", 5000, Path("/data"), Path("/results"), False)
    by_name = {one.name: one for one in suite.SUITES}
    scale, kernels = by_name["scale"], by_name["kernels"]
    assert order.options(scale, scale.parts[0]) == (
        *("--name", "x", "--results", "/results/scale", "--data", "/data/scale", "--citizens", "5000"),
    )
    assert order.options(kernels, kernels.parts[0]) == ("--name", "x", "--results", "/results/kernels")


def test_a_suite_that_fails_does_not_keep_others_from_being_measured(monkeypatch, capsys, tmp_path):
    asked = []

    def start(module, *_options, tiny):
        asked.append(module)
        return "it broke" if module == "benchmarks.ingest.run" else ""

    monkeypatch.setattr(suite, "start", start)
    suites = [one for one in suite.SUITES if one.name in ("ingest", "limits")]
    assert suite.measure_all(suite.Order("x", None, None, tmp_path, True), suites) == 1
    assert sorted(asked) == ["benchmarks.ingest.run", "benchmarks.limits.run", "benchmarks.limits.table"]
    assert "ingest failed: it broke" in capsys.readouterr().err


def test_what_needs_a_program_that_is_not_installed_is_left_out_with_a_word(monkeypatch, capsys, tmp_path):
    asked = []
    monkeypatch.setattr(suite, "start", lambda module, *_options, tiny: asked.append(module) or "")
    monkeypatch.setattr(suite.shutil, "which", lambda _program: None)
    kernels = [one for one in suite.SUITES if one.name == "kernels"]
    assert suite.measure_all(suite.Order("x", None, None, tmp_path, True), kernels) == 0
    assert asked == ["benchmarks.kernels.run", "benchmarks.kernels.table"]
    assert "left out: benchmarks.kernels.instructions: valgrind is not installed" in capsys.readouterr().out


@pytest.mark.parametrize("tiny", sorted(BENCHMARKS.glob("*/tiny.toml")), ids=lambda path: path.parent.name)
def test_a_tiny_configuration_says_all_that_the_large_one_says(tiny):
    large = tiny.with_name("config.toml")
    if not large.exists():
        pytest.skip("this suite is not here yet")
    found, meant = (tomllib.loads(path.read_text("utf-8")) for path in (tiny, large))
    assert {key for key in keys_of(meant) - keys_of(found) if not key.startswith("guard.")} <= {"data"}


def keys_of(config):
    inner = {f"{group}.{key}" for group, values in config.items() if isinstance(values, dict) for key in values}
    return {key for key, value in config.items() if not isinstance(value, dict)} | inner


def test_what_measures_loads_nothing_heavy():
    measuring = "benchmarks.limits.run, benchmarks.growth.run, benchmarks.scenarios.run, benchmarks.__main__"
    code = f"import sys, {measuring}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert {"numpy", "pyarrow", "matplotlib", "numba", "fordel_dask"}.isdisjoint(loaded.stdout.split())


@pytest.mark.parametrize("of", ["limits", "growth", "peers", "truth", "scenarios", "release", "report"])
def test_readmes_show_the_newest_results(of):
    newest = newest_results(BENCHMARKS / of / "results")
    if newest is None:
        pytest.skip(f"no results of {of} are kept in this checkout yet")
    suites = {
        "limits": limits_table,
        "growth": growth_table,
        "peers": peers_table,
        "truth": truth_table,
        "scenarios": scenarios_table,
        "release": release_table,
        "report": report_table,
    }
    tables = suites[of].tables(newest)
    for readme in (REPOSITORY / "README.md", BENCHMARKS / "README.md"):
        text = readme.read_text("utf-8")
        for mark, content in tables.items():
            assert f"<!-- {mark}:begin -->" not in text or with_tables(text, content, mark) == text
