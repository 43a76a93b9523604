"""Where the year's commands write: never over what people have changed, and never into what was made by others."""

import shutil

import pytest

from fordel_dask.errors import FordelError, UsageError
from fordel_dask.result_place import check_place
from fordel_dask.rundir import RESULT_TABLES, write_run
from fordel_dask.schema.results import ResultTable, columns_of
from fordel_dask.yearly.writing import Findings, write_findings
from tests.lib.published import two_councils, write_published

TABLE = ResultTable("visits", "Visits.", columns_of("ydernummer | text | - | Clinic.", "year | count | year | Year."))


def findings(kind="clinics", year="2026"):
    return Findings(kind, [TABLE], {"visits": [("000001", year)]}, {}, {})


@pytest.fixture
def run(tmp_path):
    """Give a RUN."""
    return write_published(two_councils(), tmp_path / "nation.run")


@pytest.fixture
def out(tmp_path, run):
    """Give what a command wrote, workbook and all."""
    write_findings(findings(), tmp_path / "out", run, excel=True)
    return tmp_path / "out"


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("file", ["visits.csv", "visits.parquet", "clinics.xlsx"])
def test_a_file_that_was_edited_is_never_overwritten(run, out, file):
    (out / file).write_bytes((out / file).read_bytes() + b"my notes")
    before = contents(out)
    with pytest.raises(UsageError, match=f"changed after they were written: {file}.*choose another --out") as refused:
        write_findings(findings(year="2027"), out, run, excel=True)
    assert refused.value.exit_code == 2
    assert contents(out) == before


def test_a_file_that_was_put_beside_the_tables_is_never_lost(run, out):
    (out / "letter to the clinics.docx").write_bytes(b"Dear colleague")
    with pytest.raises(UsageError, match=r"put there by somebody else: letter to the clinics\.docx"):
        write_findings(findings(), out, run, excel=False)
    assert (out / "letter to the clinics.docx").read_bytes() == b"Dear colleague"


def test_tables_that_nobody_touched_are_replaced(run, out):
    (out / "visits.parquet").unlink()
    (out / "~$clinics.xlsx").write_bytes(b"left by a spreadsheet")
    write_findings(findings(year="2027"), out, run, excel=False)
    assert (out / "visits.csv").read_text("utf-8") == "ydernummer,year\n000001,2027\n"


def test_tables_of_one_command_do_not_replace_those_of_another(run, out):
    with pytest.raises(UsageError, match="holds a result of 'fordel clinics' and is no earlier comparison"):
        write_findings(findings("compare"), out, run, excel=False)


@pytest.mark.parametrize("place", ["out/inside", "out/deeper/inside"])
def test_nothing_is_written_inside_the_tables_of_another_command(tmp_path, run, out, place):
    with pytest.raises(UsageError, match=r"lies inside .*out, which is a result of 'fordel clinics'"):
        write_findings(findings(), tmp_path / place, run, excel=False)
    assert {path.name for path in out.iterdir()} == {"clinics.xlsx", "manifest.json", "visits.csv", "visits.parquet"}


def test_nothing_is_written_over_or_into_a_run_or_a_store(tmp_path, run):
    other = tmp_path / "other.run"
    shutil.copytree(run, other)
    store = tmp_path / "nation.store"
    store.mkdir()
    (store / "manifest.json").write_text('{"citizens_sha256": "0"}', "utf-8")
    told = {
        run: "is the RUN that is read",
        other: "holds a RUN and is no earlier result of 'fordel clinics'",
        store: "holds a store and is no earlier",
        run / "inside": "lies inside .*nation.run, which is a RUN",
        other / "inside": "lies inside .*other.run, which is a RUN",
        store / "inside": "lies inside .*nation.store, which is a store",
        tmp_path: "lies around .*nation.run, the RUN that is read",
    }
    for place, words in told.items():
        with pytest.raises(UsageError, match=words) as refused:
            write_findings(findings(), place, run, excel=False)
        assert len(str(refused.value).splitlines()) == 1


def test_both_runs_of_a_comparison_are_safe_and_told_once(tmp_path, run):
    later = tmp_path / "later.run"
    shutil.copytree(run, later)
    for source in (run, later):
        with pytest.raises(UsageError, match="is the RUN that is read") as refused:
            check_place(source, (run, later), "errors")
        assert not isinstance(refused.value, ExceptionGroup) and str(refused.value).count("RUN") == 1


def test_a_run_is_replaced_by_a_run_even_if_it_was_changed(tmp_path, run):
    (run / "councils.csv").write_text("broken", "utf-8")
    check_place(run, (tmp_path / "store",))
    write_run(run, {table.name: [] for table in RESULT_TABLES}, {"kind": "run"})
    assert (run / "councils.csv").read_text("utf-8") != "broken"


def test_a_link_or_a_file_is_no_place(tmp_path, run):
    (tmp_path / "file").write_text("a", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FordelError, match="exists and is no earlier"):
        check_place(tmp_path / "file", (run,), "clinics")
    check_place(tmp_path / "empty", (run,), "clinics")
