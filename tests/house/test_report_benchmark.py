"""The benchmark of reports: its goals are judged, and files of each part are counted by kind."""

import pytest

from benchmarks.measured.goals import goal_table
from benchmarks.measured.processes import write_csv
from benchmarks.report import run, table
from tests.lib.measured import write_machine

STEPS = [
    ("pages", 1, 19.0, 19.0, 2048),
    ("pages", 2, 23.0, 20.0, 1024),
    ("pages", 3, 25.0, 20.0, 1024),
    ("pdf", 1, 90.0, 170.0, 1024),
    ("workbooks", 1, 9.0, 9.0, 1024),
    ("together", 1, 40.0, 40.0, 1024),
]
FILES = [
    ("pages", "html", 23, "30.000", "5.500"),
    ("pdf", "pdf", 1700, "51.000", "0.040"),
    ("together", "html", 1800, "99.000", "5.500"),
]


@pytest.fixture
def results(tmp_path):
    """Give a folder of results that were made up."""
    write_csv(tmp_path / "steps.csv", run.STEPS, STEPS)
    write_csv(tmp_path / "files.csv", run.FILES, FILES)
    write_machine(tmp_path)
    (tmp_path / "config.toml").write_text("citizens = 6_000_000\n", "utf-8")
    return tmp_path


def test_every_part_is_held_against_its_goal(results):
    text = table.tables(results)["report"]
    assert "regions and councils | ≤ 20 s | 23.0 s (19.0–25.0) | **missed** by 3.00 s (15%) |" in text
    assert "| letters as PDF, 1,700 files | ≤ 120 s | 90.0 s | met |" in text
    assert "| workbooks | ≤ 20 s | 9.00 s | met |" in text
    assert "| the largest page | ≤ 5 MB | 5.50 MB | **missed** by 0.500 MB (10%) |" in text
    assert "| peak memory | – | 2.00 GiB |  |" in text


def test_what_was_not_measured_is_not_claimed():
    found = table.Results([], [], {"citizens": 1})
    rows = [line for line in goal_table(table.goals(found)) if "not measured" in line]
    assert any(line.startswith("| workbooks |") for line in rows)
    assert any(line.startswith("| the largest page |") for line in rows)


def test_files_are_told_by_part_and_kind_and_those_of_all_together_only_once(results):
    text = table.tables(results)["report"]
    assert "| pages | html | 23 | 30.00 | 5.50 |" in text and "1,800" not in text


def test_files_of_a_report_are_counted_where_they_lie(tmp_path):
    (tmp_path / "councils").mkdir()
    for name, size in {
        "index.html": 2_000_000,
        "councils/fyn.html": 500_000,
        "clinics.xlsx": 1000,
        "manifest.json": 9,
    }.items():
        (tmp_path / name).write_bytes(bytes(size))
    assert run.files_in(tmp_path, "pages") == [
        ("pages", "html", 2, "2.500", "2.000"),
        ("pages", "xlsx", 1, "0.001", "0.001"),
    ]


def test_a_smaller_nation_is_told(results):
    assert "this nation is smaller" not in table.tables(results)["report"]
    (results / "config.toml").write_text("citizens = 20_000\n", "utf-8")
    assert "this nation is smaller" in table.tables(results)["report"]
