"""What an ingest or a run would cost, said beforehand: held against what it does cost."""

import json
import shutil
from collections import namedtuple
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.errors import PlanError
from fordel_dask.extracts.estimates import NO_BATCH
from fordel_dask.graph.executor import Place, Threads
from fordel_dask.model import load_model
from fordel_dask.planning import disk, machine
from fordel_dask.planning.disk import require_space_of_facts
from fordel_dask.planning.ingest import affordable, kept_rows, plan_as_json, plan_ingest
from fordel_dask.planning.run import plan_run
from fordel_dask.registers import ingest
from fordel_dask.registers.memory import MIB, Crew, needs_within
from fordel_dask.store import open_store
from fordel_dask.synthetic import Nation, blocks, write_block, write_tables
from tests.lib.deliveries import REGISTERS, declare, write_delivery
from tests.lib.sas import SasColumn, write_sas

CITIZENS = 30_000
HERE = Place(threads=1)
Usage = namedtuple("Usage", ["total", "used", "free"])


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    nation = Nation(citizens=CITIZENS, seed=4, year=2026, history="light", dream="weeks")
    for block in range(blocks(nation)):
        write_block(nation, block, out=folder / "registers")
    write_tables(nation, folder / "registers")
    return folder


@pytest.fixture(scope="module")
def planned(invented):
    return plan_ingest(invented / "registers", invented / "store", HERE)


@pytest.fixture(scope="module")
def ingested(invented, planned):
    """The real ingest: its manifest, and the most bytes that stood in its work directory between stages."""
    most = []

    def look(stage, done, total):
        most.append(bytes_of(invented / "store.partial"))

    manifest = ingest(invented / "registers", invented / "store", Threads(1), report=look)
    return manifest, max(most)


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_rows_of_parquet_are_exact(planned, ingested):
    told = {volume.register: volume.rows for volume in planned.volumes}
    assert told == {register: account["rows_in"] for register, account in ingested[0]["accounting"].items()}
    assert all(volume.exact for volume in planned.volumes)


def test_the_bytes_of_the_store_and_of_the_work_are_known_to_a_third(invented, planned, ingested):
    assert planned.disk.store == pytest.approx(bytes_of(invented / "store"), rel=0.3)
    assert planned.disk.work + planned.disk.store == pytest.approx(ingested[1], rel=0.35)
    assert planned.disk.keys == pytest.approx(bytes_of(invented / "store.keys"), rel=0.35)


@pytest.fixture(scope="module")
def with_medicine(tmp_path_factory):
    """A nation with prescriptions: its directory, its plan and, once ingested, its manifest."""
    folder = tmp_path_factory.mktemp("medicine")
    nation = Nation(citizens=CITIZENS, seed=4, year=2026, history="light", dream="weeks", extras=True)
    for block in range(blocks(nation)):
        write_block(nation, block, out=folder / "registers")
    write_tables(nation, folder / "registers")
    plan = plan_ingest(folder / "registers", folder / "store", HERE)
    return folder, plan, ingest(folder / "registers", folder / "store", Threads(1))


def test_prescriptions_are_planned_with_what_is_kept_of_them(with_medicine, planned):
    folder, plan, manifest = with_medicine
    volumes = {volume.register: volume for volume in plan.volumes}
    assert volumes["prescriptions"].rows == manifest["accounting"]["prescriptions"]["rows_in"]
    assert volumes["prescriptions"].exact
    parts = sum(bytes_of(folder / "store" / table) for table in ("prescriptions", "covariates"))
    assert plan.disk.store - planned.disk.store == pytest.approx(parts, rel=0.3)


@pytest.mark.parametrize("keep", ["listed", "all"])
def test_diagnoses_of_the_store_are_known_to_a_third_whichever_are_kept(invented, tmp_path, keep):
    registers = shutil.copytree(invented / "registers", tmp_path / "registers")
    declare(registers, "lpr", f'keep = "{keep}"')
    plan = plan_ingest(registers, tmp_path / "store", HERE)
    manifest = ingest(registers, tmp_path / "store", Threads(1))
    share = {volume.keep for volume in plan.volumes if volume.kind == "diagnosis_rows"}
    assert share == {keep}
    rows = sum(part["rows"] for part in manifest["tables"]["diagnoses"])
    assert kept_rows(plan.volumes)["diagnosis_rows"] == pytest.approx(rows, rel=0.3)


def test_a_register_of_sas_is_counted_by_its_header_and_needs_memory_for_all_its_columns(invented, tmp_path):
    registers = shutil.copytree(invented / "registers", tmp_path / "registers")
    spells = pa.concat_tables(pq.read_table(path) for path in sorted((registers / "enrolment").glob("*.parquet")))
    columns = [SasColumn(name, spells[name].to_pylist()) for name in spells.column_names]
    write_sas(registers / "enrolment" / "all.sas7bdat", columns, page_bytes=65_536)
    declaration = registers / "registers.toml"
    declared = declaration.read_text("utf-8").replace("enrolment/*.parquet", "enrolment/*.sas7bdat")
    declaration.write_text(declared, "utf-8")
    volumes = {v.register: v for v in plan_ingest(registers, tmp_path / "store", HERE).volumes}
    sas = volumes["enrolment"]
    assert (sas.rows, sas.exact, sas.is_csv) == (spells.num_rows, True, False)
    assert sas.cells == spells.num_rows * spells.num_columns
    assert needs_of_reading([sas]) > needs_of_reading([replace(sas, batch=NO_BATCH)])


def needs_of_reading(volumes):
    return dict(needs_within(1 << 40, volumes, 1, Crew()).stages)["reading extracts"]


def test_partitions_are_those_of_the_store(planned, ingested):
    assert planned.partitions == len(ingested[0]["tables"]["services"])


def test_a_memory_too_small_is_refused_with_what_is_missing_and_a_size_that_does(invented, tmp_path):
    judge = affordable(tmp_path / "store", HERE, Threads(1), 100 * MIB, None)
    with pytest.raises(PlanError, match=r"needs at least \d+ MiB .* are missing. Give --memory \d+MiB") as refusal:
        ingest(invented / "registers", tmp_path / "store", Threads(1), afford=judge)
    assert refusal.value.exit_code == 30
    assert list(tmp_path.iterdir()) == []
    size = int(str(refusal.value).partition("--memory ")[2].partition("MiB")[0]) * MIB
    assert not plan_ingest(invented / "registers", tmp_path / "store", HERE, size).remedies


def test_one_partition_for_all_is_named_as_the_reason_where_the_user_asked_for_it(invented, tmp_path):
    plan = plan_ingest(invented / "registers", tmp_path / "store", HERE, 100 * MIB, partitions=1)
    assert plan.partitions_given
    assert "--partitions" in plan.remedies[0] or plan.needs.stages[4][1] < plan.peak_bytes


def test_a_machine_too_small_is_told_to_be_so(invented, tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "memory_of_machine", lambda: 64 * MIB)
    (said,) = plan_ingest(invented / "registers", tmp_path / "store", HERE).remedies
    assert "Use a machine with more memory than the 64 MiB there are" in said
    assert "Give --memory" not in said


def full_disk(monkeypatch, free):
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda place: Usage(10 * free, 9 * free, free))


def test_a_disk_without_space_is_refused_before_anything_is_written(invented, tmp_path, monkeypatch):
    full_disk(monkeypatch, 2 * MIB)
    judge = affordable(tmp_path / "store", HERE, Threads(1), None, None)
    with pytest.raises(PlanError, match=r"2.0 MiB are free: [\d.]+ MiB are missing. Free them, or put the store on"):
        ingest(invented / "registers", tmp_path / "store", Threads(1), afford=judge)
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_ingest_left_is_not_asked_for_twice(invented, tmp_path, monkeypatch):
    whole = plan_ingest(invented / "registers", tmp_path / "store", HERE).disk
    full_disk(monkeypatch, int(1.15 * (whole.work + whole.store + whole.keys)) - 3 * MIB)
    assert plan_ingest(invented / "registers", tmp_path / "store", HERE).disk.missing
    (tmp_path / "store.partial").mkdir()
    (tmp_path / "store.partial" / "left.arrow").write_bytes(b"\0" * 4 * MIB)
    assert not plan_ingest(invented / "registers", tmp_path / "store", HERE).disk.missing


def test_a_run_whose_facts_have_no_room_is_refused(invented, ingested, monkeypatch):
    store, model = open_store(invented / "store"), load_model("national-2025")
    require_space_of_facts(store, model, fresh=False)
    full_disk(monkeypatch, 1000)
    with pytest.raises(PlanError, match=r"of facts into .*store, where .* are missing"):
        require_space_of_facts(store, model, fresh=False)


def test_a_run_is_planned_from_the_store_alone(invented, ingested):
    plan = plan_run(invented / "store", load_model("national-2025"), HERE)
    assert plan.citizens == CITIZENS
    assert plan.rows["services"] == ingested[0]["accounting"]["services"]["kept"]
    assert plan.facts_bytes > 0
    assert not plan.remedies


def test_a_delivery_that_is_wrong_is_planned_as_far_as_it_goes_and_keeps_its_own_exit_code(tmp_path):
    without = [{name: value for name, value in REGISTERS["services"][0].items() if name != "HONUGE"}]
    write_delivery(tmp_path / "registers", services=without)
    plan = plan_ingest(tmp_path / "registers", tmp_path / "store", HERE)
    assert [fault.exit_code for fault in plan.faults] == [10]
    assert {volume.register: volume.rows for volume in plan.volumes}["services"] == 1
    result = CliRunner().invoke(cli, ["plan", str(tmp_path / "registers"), "--json"])
    assert result.exit_code == 10
    assert "HONUGE" in result.stderr


def test_the_json_of_a_plan_has_sizes_in_bytes_and_a_verdict(planned):
    told = json.loads(json.dumps(plan_as_json(planned)))
    assert told["format"] == 1
    assert told["verdict"] == "fits"
    assert told["registers"]["population"] == {
        "files": planned.volumes[0].files,
        "bytes": planned.volumes[0].bytes,
        "rows": CITIZENS,
        "rows_are": "exact",
    }
    assert set(told["memory"]) == {"there", "may_take", "peak", "least", "stages"}
    assert set(told["disk"]) == {"place", "free", "work", "store", "keys", "missing"}
    assert told["memory"]["peak"] == max(told["memory"]["stages"].values()) <= told["memory"]["may_take"]
    assert 0.5 < told["seconds"] < 600


def test_the_command_shows_a_table_and_leaves_with_30_where_it_would_not_fit(invented, tmp_path):
    store = ["--store", str(tmp_path / "store"), "--threads", "1"]
    fits = CliRunner().invoke(cli, ["plan", str(invented / "registers"), *store])
    assert fits.exit_code == 0
    assert "The ingest would fit." in fits.stdout
    assert f"{CITIZENS:,}" in fits.stdout
    tight = CliRunner().invoke(cli, ["plan", str(invented / "registers"), *store, "--memory", "100M", "--json"])
    assert tight.exit_code == 30
    assert json.loads(tight.stdout)["verdict"] == "does not fit"
    assert "Give --memory" in tight.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_plans_a_run_on_a_store_and_refuses_other_places(invented, ingested, tmp_path):
    result = CliRunner().invoke(cli, ["plan", str(invented / "store"), "--threads", "1"])
    assert result.exit_code == 0
    assert "The run would fit." in result.stdout
    assert CliRunner().invoke(cli, ["plan", str(tmp_path)]).exception.exit_code == 11


def test_files_are_not_counted_that_go_away_while_we_look(tmp_path):
    (tmp_path / "left").symlink_to(tmp_path / "gone")
    assert disk.bytes_below(tmp_path) == 0
