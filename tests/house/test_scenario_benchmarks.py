"""The benchmark of scenarios: its goals are judged, numbers are those of whole runs, a given store stays as it is."""

import pytest

from benchmarks.measured.goals import goal_table
from benchmarks.measured.processes import write_csv
from benchmarks.scenarios import run, table
from tests.lib.measured import write_machine

CONFIG = """
citizens = {citizens}
only = {only}
rules = ["V31"]
estimation = ["M19.poisson"]
whole_runs = ["base", "V18.finer"]
search = "life_expectancy.exponent=0,2"
search_for = "council:a1"
"""
STEPS = [
    ("all_first", 1, 99.0, 150.0, 4096, 120, 17),
    ("all_again", 1, 60.0, 110.0, 2048, 120, 16),
    ("alone_V31", 1, 6.0, 6.0, 400, 4, 1),
    ("alone_V31", 2, 2.0, 2.0, 300, 4, 0),
    ("alone_V31", 3, 2.5, 2.0, 300, 4, 0),
    ("run_base", 1, 4.0, 5.0, 500, "", ""),
    ("run_V18.finer", 1, 5.0, 5.0, 500, "", ""),
    ("run_V18.finer", 2, 7.0, 5.0, 500, "", ""),
    ("search", 1, 12.0, 15.0, 400, 31, 0),
    ("list", 1, 0.5, 0.5, 50, 120, ""),
]


def made_up(folder, citizens=6_000_000, only=(), steps=STEPS):
    """Give results that were made up."""
    write_csv(folder / "steps.csv", run.HEADER, steps)
    cases = [("V01.none", 0.1), ("V19.both", 1.4), ("V18.finer", 0.3)]
    write_csv(folder / "cases.csv", ("case", "seconds"), cases)
    write_machine(folder)
    (folder / "config.toml").write_text(CONFIG.format(citizens=citizens, only=list(only)), "utf-8")
    return folder


def cells(line):
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


@pytest.fixture
def rows(tmp_path):
    """Give the table of goals by its first column."""
    lines = list(goal_table(table.goals(table.read_results(made_up(tmp_path)))))
    return {what: rest for what, *rest in map(cells, lines[2:])}


def row_of(rows, word):
    return next(row for what, row in rows.items() if word in what)


def test_all_variants_are_told_with_their_passes_and_a_missed_goal_says_by_how_much(rows):
    what = "all runnable variants together, 120 cases in 17 passes over all citizens, the registers read first"
    assert rows[what] == ["≤ 90 s", "99.0 s", "**missed** by 9.00 s (10%)"]
    assert rows["… again, on the facts kept by then"] == ["≤ 90 s", "60.0 s", "met"]


def test_memory_is_held_against_its_largest_peak(rows):
    assert rows["… peak memory"] == ["≤ 3 GiB", "4.00 GiB", "**missed** by 1.00 GiB (33%)"]


def test_of_a_variant_alone_the_slowest_turn_counts(rows):
    assert row_of(rows, "V31 alone (only rules)") == ["≤ 3 s", "6.00 s", "**missed** by 3.00 s (100%)"]


def test_a_variant_that_was_not_measured_is_not_claimed(rows):
    assert row_of(rows, "M19.poisson alone (only estimation)") == ["≤ 3 s", "not measured", "–"]


def test_a_whole_run_is_told_in_cases_of_all_together(rows):
    assert row_of(rows, "whole run of V18.finer") == ["–", "12.0 × (10.0–14.0)", ""]


def test_a_search_is_told_with_the_values_it_tried(rows):
    assert rows["break-even of life_expectancy.exponent=0,2, 31 values tried"] == ["–", "12.0 s", ""]


def test_each_process_is_told_with_cases_and_passes(tmp_path):
    found = {what: rest for what, *rest in table.step_rows(table.read_results(made_up(tmp_path)))}
    assert found["`--only V31`"] == ["2.5 (2.0–6.0)", "2.0", "400", "4", "0 to 1", "0.625"]
    assert found["`fordel run --model V18.finer --no-intervals`"] == ["6.0 (5.0–7.0)", "5.0", "500", "1", "–", "6.00"]
    assert found["`--list`"][-3:] == ["120", "–", "–"]


def test_as_many_whole_runs_and_the_slowest_figures_are_told(tmp_path):
    said = table.spared(table.read_results(made_up(tmp_path)))
    assert "each of 120 cases, one after the other, would take 12.0 minutes where all together take 1.00." in said
    assert said.endswith("V19.both 1.40 s, V18.finer 0.30 s, V01.none 0.10 s.")


def test_cases_that_the_data_did_not_allow_are_told(tmp_path):
    steps = [*STEPS[:-1], ("list", 1, 0.5, 0.5, 50, 134, "")]
    assert "variants together, 120 of 134 cases in 17" in table.tables(made_up(tmp_path, steps=steps))["scenarios"]


def test_a_smaller_nation_and_fewer_variants_are_told(tmp_path):
    text = table.tables(made_up(tmp_path, citizens=20_000, only=("V01", "V31")))["scenarios"]
    assert "this nation is smaller" in text and "| V01, V31 together, 120 cases" in text
    assert "this nation is smaller" not in table.tables(made_up(tmp_path))["scenarios"]


@pytest.mark.parametrize(
    ("told", "cases"),
    [
        ({"counts": {"run": 3, "unchanged": 1, "not_run": 2}, "passes": 1}, 4),
        ({"values_tried": 31, "passes": 0}, 31),
        ({"counts": {"scenarios": 74, "run": 60, "cases": 120}}, 120),
        ({"citizens": 7}, ""),
    ],
)
def test_cases_are_those_that_were_run_or_listed(told, cases):
    assert run.cases_of(told) == cases


def write_numbers(folder, council, clinic, changed_clinic):
    """Write what a variant X changed, the run of the base, and that of X; clinic 2 is as in the base."""
    together, base, whole = (folder / name for name in ("together", "base", "whole"))
    for place in (together, base, whole):
        place.mkdir()
    of_council = ("council_id", *run.COUNCILS)
    write_csv(whole / "councils.csv", of_council, [("a1", "2.250", "2.251", "3")])
    effects = ("case", "council_id", *(f"{name}_after" for name in run.COUNCILS))
    write_csv(
        together / "council_effects.csv", effects, [("X", "a1", council, "2.251", "3"), ("Y", "a1", "9", "9", "9")]
    )
    of_clinic = ("ydernummer", *run.CLINICS)
    write_csv(base / "clinics.csv", of_clinic, [("1", "1600", "800"), ("2", "1550", ""), ("3", "1500", "750")])
    write_csv(whole / "clinics.csv", of_clinic, [("1", "1650", "825"), ("2", "1550", ""), ("3", "1500", clinic)])
    effects = ("case", "ydernummer", *(f"{name}_after" for name in run.CLINICS))
    write_csv(together / "clinic_effects.csv", effects, [("X", "1", "1650", changed_clinic), ("Y", "3", "1", "1")])
    return together, base, whole


def test_numbers_that_are_those_of_a_whole_run_are_taken_however_they_are_written(tmp_path):
    run.compare_numbers("X", *write_numbers(tmp_path, "2.25", "750", "825.0"))


@pytest.mark.parametrize(
    "numbers", [("2.249", "750", "825"), ("2.25", "755", "825"), ("2.25", "750", "830")], ids=["council", "base", "own"]
)
def test_other_numbers_than_those_of_a_whole_run_end_the_benchmark(tmp_path, numbers):
    with pytest.raises(SystemExit, match="X has other numbers"):
        run.compare_numbers("X", *write_numbers(tmp_path, *numbers))


def test_a_given_store_stays_as_it_is_and_its_facts_are_left_behind(tmp_path):
    nation, store = tmp_path / "nation", tmp_path / "data" / "store"
    (nation / "facts" / "a").mkdir(parents=True)
    (nation / "services").mkdir()
    for file in ("manifest.json", "services/part", "facts/a/part"):
        (nation / file).write_text(file, "utf-8")
    store.mkdir(parents=True)
    (store / "of-before").touch()
    run.without_facts(nation, store)
    assert sorted(path.name for path in store.rglob("*")) == ["manifest.json", "part", "services"]
    run.without_facts(nation, store)
    assert (nation / "services" / "part").read_text("utf-8") == "services/part"
    assert (nation / "facts" / "a" / "part").exists()
