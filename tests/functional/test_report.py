"""What a report is made of: the tables of a release and nothing else, and how far they have come on the way out."""

from pathlib import Path

import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.disclosure import Rules
from fordel_dask.errors import DisclosureError, UsageError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.releasing.counted import read_counted
from fordel_dask.reporting import Asked, collect, told_of
from fordel_dask.reporting.calibration import calibration_of
from fordel_dask.schema.release import OF_A_RUN
from tests.functional.test_release import check, prepare, rows_of
from tests.lib.commands import done, refused

SILENT = ProgressLines(quiet=True)
HERE = Place(threads=2)
OF_PERSONS = ("citizens", "projected_citizens", "patients", "rows")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A closed room: the RUN of an invented nation, one by another norm, and one of a nation like it."""
    room = tmp_path_factory.mktemp("room")
    (room / "doubled.toml").write_text("[life_expectancy]\nexponent = 2\n", "utf-8")
    for name, seed in (("store", 6), ("other-store", 7)):
        write_synthetic(room / f"{name}.registers", {"citizens": 12_000, "seed": seed}, Threads(2), SILENT)
        ingest_registers(room / f"{name}.registers", room / name, 2, HERE, SILENT)
    runs = {"run": "national-2025", "doubled": f"{room}/doubled.toml"}
    for name, model in runs.items():
        run_store(room / "store", room / name, model, Manner(replicates=20), HERE, SILENT)
    for name, model in {"other": "national-2025", "other-doubled": f"{room}/doubled.toml"}.items():
        run_store(room / "other-store", room / name, model, Manner(replicates=20), HERE, SILENT)
    return room


def asked(room: Path, ledger: str = "no-ledger", **more: object) -> Asked:
    return Asked(Rules(), room / ledger, **more)


@pytest.fixture(scope="module")
def alone(room):
    """What may be told of the RUN by itself."""
    return told_of(room / "run", asked(room))


@pytest.fixture(scope="module")
def beside(room):
    """What may be told of it beside the RUN of the nation like it."""
    return told_of(room / "run", asked(room, earlier=room / "other"))


@pytest.fixture(scope="module")
def diagnosis(room):
    """A diagnosis of the other nation."""
    done("diagnose", room / "other-store", "--out", room / "diagnosis")
    return room / "diagnosis"


def counts_of(tables):
    for name, rows in tables.items():
        yield from ((name, column, row[column]) for row in rows for column in OF_PERSONS if row.get(column))


def test_a_report_is_made_of_the_very_tables_that_a_release_lets_go(room):
    prepare(room / "run", room / "proposal", room / "some-ledger")
    told = told_of(room / "run", asked(room, "some-ledger")).run.tables
    leaves = {path.stem: rows_of(path) for path in (room / "proposal" / "leaves").rglob("*.csv")}
    assert set(told) == set(leaves) <= {table.name for table in OF_A_RUN}
    assert all(list(told[name]) == leaves[name] for name in leaves)


def test_no_count_of_one_to_four_reaches_a_report(beside):
    found = [*counts_of(beside.run.tables), *counts_of(beside.earlier.tables)]
    assert len(found) > 3_000
    assert not [one for one in found if 0 < int(one[2]) < 5]
    assert any(row["kept_back"] for row in beside.run.of_table("citizens_by_trait"))


def test_figures_are_a_draft_until_they_have_left(room, alone):
    prepare(room / "run", room / "to-check", room / "ledger")
    check(room / "to-check", room / "folder", room / "ledger")
    after = told_of(room / "run", asked(room, "ledger"))
    assert (alone.clearance.release, after.clearance.release, after.clearance.threshold) == (None, 1, 5)
    assert after.clearance.day is not None
    assert after.run.tables == alone.run.tables


def test_figures_are_a_draft_beside_others_that_have_not_left(room):
    prepare(room / "run", room / "alone", room / "alone-ledger")
    check(room / "alone", room / "alone-folder", room / "alone-ledger")
    assert told_of(room / "run", asked(room, "alone-ledger")).clearance.release == 1
    with_another_model = asked(room, "alone-ledger", earlier=room / "doubled")
    assert told_of(room / "run", with_another_model).clearance.release is None
    with_another_year = collect(room / "run", asked(room, "alone-ledger", series=[room / "other-doubled"]))
    assert with_another_year.told.clearance.release is None


def test_a_release_by_other_rules_stands_against_a_report(room):
    prepare(room / "run", room / "strict", room / "strict-ledger", "--threshold", 10)
    check(room / "strict", room / "strict-folder", room / "strict-ledger")
    with pytest.raises(DisclosureError, match="threshold 10"):
        told_of(room / "run", asked(room, "strict-ledger"))
    by_the_ledger = Asked(None, room / "strict-ledger")
    assert told_of(room / "run", by_the_ledger).clearance.threshold == 10


def test_another_model_of_the_same_citizens_is_told_beside_the_first_as_numbers(room):
    told = told_of(room / "run", asked(room, earlier=room / "doubled"))
    assert told.earlier.model.value("life_expectancy.exponent") == "2"
    assert "citizens_by_trait" not in told.earlier.tables
    assert told.earlier.councils.keys() == told.run.councils.keys()


def differ_by_enough(one, other):
    """Whether no municipality's citizens, where both are shown, differ by one to four."""
    shown = [(row["citizens"], other.municipalities[code]["citizens"]) for code, row in one.municipalities.items()]
    return not any(abs(int(now) - int(before)) in range(1, 5) for now, before in shown if now and before)


def test_other_citizens_of_about_the_same_day_are_shown_only_where_they_differ_by_enough(alone, beside):
    assert differ_by_enough(beside.run, beside.earlier)
    assert len(list(counts_of(beside.run.tables))) < len(list(counts_of(alone.run.tables)))


def test_runs_of_a_series_are_held_against_each_other(room, alone):
    collected = collect(room / "run", asked(room, series=[room / "other-doubled"]))
    assert [one.run.model.name for one in collected.series] == ["doubled"]
    assert differ_by_enough(collected.told.run, collected.series[0].run)
    assert len(list(counts_of(collected.told.run.tables))) < len(list(counts_of(alone.run.tables)))


def test_a_run_is_not_shown_beside_itself_nor_two_that_nobody_could_tell_apart(room):
    for more in ({"earlier": room / "run"}, {"series": [room / "other", room / "other"]}):
        with pytest.raises(UsageError, match="given twice"):
            collect(room / "run", asked(room, **more))
    with pytest.raises(UsageError, match="of the same registers"):
        collect(room / "run", asked(room, series=[room / "doubled"]))
    with pytest.raises(UsageError, match="of the planning year 2026 and the model 'national-2025'"):
        collect(room / "run", asked(room, series=[room / "other"]))


def test_a_diagnosis_of_other_registers_is_refused(room, diagnosis):
    with pytest.raises(DisclosureError, match="other registers"):
        told_of(room / "run", asked(room, diagnosis=diagnosis))
    with pytest.raises(UsageError, match="no diagnosis"):
        told_of(room / "run", asked(room, diagnosis=room / "other"))


def test_calibration_is_told_by_tenths_of_many_citizens_only(room, diagnosis):
    other = read_counted(room / "other")
    assert len(calibration_of(diagnosis, other, Rules())) == 10
    assert calibration_of(diagnosis, other, Rules(threshold=50)) == ()


def test_what_is_no_run_cannot_be_reported(room):
    code, message = refused("report", room / "store", "--out", room / "never")
    assert code == 13
    assert "no RUN" in message
    assert not (room / "never").exists()
