"""What may be declared of registers: choices that change no number, and fallbacks held against the reference."""

import json
import random
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.functional.test_pipeline_equals_reference import SMALL_CAPACITIES, model_file
from tests.lib.compare import differences
from tests.lib.deliveries import declare
from tests.lib.nations import write_nation
from tests.reference.run import run_reference

SILENT = ProgressLines(quiet=True)
SECRET = b"sixteen bytes or more, of no meaning"


def run(registers, folder, name, **how):
    ingest(registers, folder / f"{name}.store", Threads(2), partitions=3, **how)
    out = folder / f"{name}.run"
    run_store(folder / f"{name}.store", out, model_file(folder, SMALL_CAPACITIES), AS_USUAL, Place(2), SILENT)
    return out


def tables(out):
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name != "manifest.json"}


def noticed(out):
    return json.loads((out / "manifest.json").read_text("utf-8"))["noticed"]


def rewritten(registers, name, change):
    """Write the files of a register again as ``change`` makes them of one table."""
    files = sorted(registers.glob(f"{name}-*.parquet"))
    table = change(pa.concat_tables([pq.read_table(file) for file in files]))
    for file in files:
        file.unlink()
    pq.write_table(table, registers / f"{name}-0.parquet")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    registers = write_nation(folder / "registers", 11, 2000, patients="both")
    return registers, folder, run(registers, folder, "plain")


def test_no_result_depends_on_diagnoses_that_no_list_asks_for(plain, tmp_path):
    _, folder, listed = plain
    everything = write_nation(tmp_path / "registers", 11, 2000, patients="both")
    for section in ("lpr", "diagnoses"):
        declare(everything, section, 'keep = "all"')
    assert tables(run(everything, tmp_path, "all")) == tables(listed)
    kept = [json.loads((p / "manifest.json").read_text()) for p in (folder / "plain.store", tmp_path / "all.store")]
    few, all_ = (manifest["accounting"]["diagnoses"] for manifest in kept)
    assert few["dropped"]["no_listed_condition"] >= all_["kept"] - few["kept"] > 0
    assert "no_listed_condition" not in all_["dropped"]
    assert noticed(listed)["diagnoses_filtered_by_prefixes"] == kept[0]["choices"]["diagnoses"]["prefixes_sha256"]
    assert "diagnoses_filtered_by_prefixes" not in noticed(tmp_path / "all.run")


def test_no_result_depends_on_hidden_keys(plain, tmp_path):
    registers, folder, in_the_open = plain
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_bytes(SECRET)
    assert tables(run(registers, tmp_path, "hidden", key_secret=secret)) == tables(in_the_open)
    stores = folder / "plain.store", tmp_path / "hidden.store"
    one, other = (json.loads((store / "manifest.json").read_text()) for store in stores)
    assert one["tables"] != other["tables"]
    assert one["accounting"] == other["accounting"]


def treated(table):
    """Add days of treatment around the fee year, a few of them blank or no day."""
    rng = random.Random(5)
    days = [str(date(2024, 12, 1) + timedelta(rng.randrange(430))) for _ in range(table.num_rows)]
    days[::40], days[::47] = [""] * len(days[::40]), ["2025-02-30"] * len(days[::47])
    return table.append_column("BEHANDLINGSDATO", pa.array(days, pa.string()))


def readable(table):
    """Blank what the reference does not read as a day."""
    at = table.schema.get_field_index("BEHANDLINGSDATO")
    days = ["" if day == "2025-02-30" else day for day in table.column(at).to_pylist()]
    return table.set_column(at, "BEHANDLINGSDATO", pa.array(days, pa.string()))


def test_services_by_day_of_treatment_equal_the_reference(tmp_path):
    registers = declare(write_nation(tmp_path / "registers", 21, 2000), "services", 'year_by = "treatment"')
    rewritten(registers, "services", treated)
    out = run(registers, tmp_path, "treatment")
    rewritten(registers, "services", readable)
    assert differences(out, run_reference(registers, SMALL_CAPACITIES)) == []
    assert noticed(out)["services_counted_by_day_of_treatment"] is True
    account = json.loads((tmp_path / "treatment.store" / "manifest.json").read_text())["accounting"]["services"]
    assert account["quarantined"]["treatment_day_missing"] > 0
    assert account["dropped"]["other_year"] > 0


def one_row_a_person(*columns):
    def change(table):
        frame = table.to_pandas().drop_duplicates("PNR", keep="last")
        return pa.Table.from_pandas(frame[list(columns)], preserve_index=False)

    return change


@pytest.mark.parametrize(("kind", "columns"), [("list", ("PNR", "YDERNR", "SIKGRUP")), ("groups", ("PNR", "SIKGRUP"))])
def test_enrolment_without_spells_equals_the_reference(tmp_path, kind, columns):
    registers = declare(write_nation(tmp_path / "registers", 41, 2000), "enrolment", f'kind = "{kind}"')
    rewritten(registers, "enrolment", one_row_a_person(*columns))
    out = run(registers, tmp_path, kind)
    assert differences(out, run_reference(registers, SMALL_CAPACITIES)) == []
    name = {"list": "spells_made_of_a_list_of_one_day", "groups": "spells_made_of_insurance_groups"}[kind]
    assert noticed(out)[name] > 0


def handed_over(table):
    """Let each clinic in force name one that is gone as its predecessor."""
    rows = table.to_pylist()
    gone = sorted({row["YDERNR"] for row in rows if row["TIL"]} - {row["YDERNR"] for row in rows if not row["TIL"]})
    for row in rows:
        row["PREDECESSOR"] = None
        if not row["TIL"] and gone:
            row["PREDECESSOR"] = gone.pop()
    return pa.Table.from_pylist(rows, schema=table.schema if "PREDECESSOR" in table.schema.names else None)


@pytest.mark.parametrize("kind", ["spells", "groups"])
def test_clinics_that_changed_hands_equal_the_reference(tmp_path, kind):
    registers = declare(write_nation(tmp_path / "registers", 41, 2000), "clinics", 'predecessors = "follow"')
    rewritten(registers, "clinics", handed_over)
    if kind == "groups":
        declare(registers, "enrolment", 'kind = "groups"')
        rewritten(registers, "enrolment", one_row_a_person("PNR", "SIKGRUP"))
    out = run(registers, tmp_path, kind)
    assert differences(out, run_reference(registers, SMALL_CAPACITIES)) == []
    assert noticed(out)["spells_read_as_successor"] > 0 or kind == "groups"
