"""The table of kernels says what was measured, and the README shows the newest one."""

from pathlib import Path

from benchmarks.kernels import instructions, run, table
from benchmarks.measured.markdown import with_tables
from benchmarks.measured.places import newest_results

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_the_readme_shows_the_newest_kernels():
    newest = newest_results(BENCHMARKS / "kernels" / "results")
    readme = (BENCHMARKS / "README.md").read_text("utf-8")
    assert with_tables(readme, table.markdown(newest), table.MARK) == readme


def test_ratios_are_those_of_the_medians_of_one_run():
    calls = [
        {
            "extra_info": {"name": "sum", "way": way, "kernels": 1, "rows": 1_000, "bytes": 8_000},
            "stats": {"median": median, "min": median / 2},
        }
        for way, median in {"kernel": 2e-6, "numpy": 7e-6, "copy": 1e-6}.items()
    ]
    rows = list(run.lines(calls, {"sum": {"kernel": 8, "numpy": 80}}))
    found = [dict(zip(run.HEADER, row, strict=True)) for row in rows]
    assert [row["times_kernel"] for row in found] == ["1.000", "3.500", "0.500"]
    assert [row["times_copy"] for row in found] == ["2.000", "7.000", "1.000"]
    assert [row["ns_a_row"] for row in found] == ["2.000", "7.000", "1.000"]
    assert [row["peak_bytes"] for row in found] == [8, 80, ""]


def test_instructions_are_what_each_further_row_takes():
    calls = [("nothing", "kernel", 0), ("sum", "kernel", 100), ("sum", "kernel", 300)]
    first, second = [0, 1_000, 1_400], [0, 1_000, 1_414]
    assert list(instructions.lines(calls, [first, second])) == [
        ("sum", "kernel", 100, 300, 1_000, 1_400, "2.00", "1.0e-02")
    ]
