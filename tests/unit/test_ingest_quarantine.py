"""Every quarantined row stands in a protected file beside the store, as it was delivered, with its reason."""

import stat
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.cli.registers import accounting_text
from fordel_dask.errors import FordelError
from fordel_dask.graph.executor import Place, Threads, open_executor
from fordel_dask.registers import ingest, quarantine, spread
from tests.lib.deliveries import ORDINARY, REGISTERS, declare, with_row, write_delivery
from tests.lib.nations import random_options, write_nation
from tests.unit.test_ingest_store import Interrupted, everything_below

FAULTY = {
    "population": {"PNR": "STRANGECITY1", "KOM": "999"},
    "enrolment": {"FRA": date(2026, 1, 2), "TIL": date(2025, 1, 2)},
    "services": {"HONUGE": "25A1", "BRUHON": 12.5},
    "contacts": {"DW_EK_KONTAKT": "K2", "KONT_STARTTIDSPUNKT": None},
    "contact_diagnoses": {"DIAG_KODE": " "},
    "diagnoses": {"DATE": None},
}


def delivery(directory, *registers):
    rows = {}
    for name in registers:
        rows |= with_row(name, **FAULTY[name])
    return write_delivery(directory, **rows)


def rows_of(store, register):
    return pq.read_table(store.with_name(f"{store.name}.quarantine") / f"{register}.parquet").to_pylist()


EXPECTED = {
    "population": {
        "file": "population.parquet",
        "row": 2,
        "reason": "unknown_municipality",
        "PNR": "STRANGECITY1",
        "KOEN": "1",
        "FOED_DAG": "1980-05-05",
        "CIVST": "G",
        "KOM": "999",
        "OPR_LAND": "5100",
        "IE_TYPE": "1",
    },
    "enrolment": {
        "file": "enrolment.parquet",
        "row": 2,
        "reason": "first_day_after_last_day",
        "PNR": ORDINARY,
        "YDERNR": "010101",
        "SIKGRUP": "1",
        "FRA": "2026-01-02",
        "TIL": "2025-01-02",
    },
    "services": {
        "file": "services.parquet",
        "row": 2,
        "reason": "week_invalid",
        "PNR": ORDINARY,
        "SPECIALE": "800101",
        "YDLANT": "1",
        "BRUHON": "12.5",
        "HONUGE": "25A1",
    },
    "contacts": {
        "file": "contacts.parquet",
        "row": 2,
        "reason": "contact_day_missing",
        "PNR": ORDINARY,
        "DW_EK_KONTAKT": "K2",
        "KONT_STARTTIDSPUNKT": None,
        "LPRINDBERETNINGSSYSTEM": "LPR3",
    },
    "contact_diagnoses": {
        "file": "contact_diagnoses.parquet",
        "row": 2,
        "reason": "code_blank",
        "DW_EK_KONTAKT": "K1",
        "DIAG_KODE": " ",
        "DIAG_KODE_TYPE": "B",
        "SENERE_AFKRAEFTET": None,
    },
    "diagnoses": {
        "file": "diagnoses.parquet",
        "row": 2,
        "reason": "contact_day_missing",
        "PNR": ORDINARY,
        "CODE": "DJ449",
        "TYPE": "A",
        "DATE": None,
    },
}
FILES = {"contacts": "lpr_1_contacts", "contact_diagnoses": "lpr_1_diagnoses"}


@pytest.mark.parametrize("register", EXPECTED)
def test_a_quarantined_row_stands_as_it_was_delivered(tmp_path, register):
    ingest(delivery(tmp_path / "registers", register), tmp_path / "store", Threads(1))
    assert rows_of(tmp_path / "store", FILES.get(register, register)) == [EXPECTED[register]]
    assert len(list((tmp_path / "store.quarantine").glob("*.parquet"))) == 1


def test_nothing_quarantined_leaves_no_directory(tmp_path):
    manifest = ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["registers", "store", "store.keys"]
    assert "quarantine/" not in accounting_text(manifest, tmp_path / "store")


def test_only_the_owner_may_read_them_and_the_store_has_none(tmp_path, evidence):
    manifest = ingest(delivery(tmp_path / "registers", *FAULTY), tmp_path / "store", Threads(2))
    directory = tmp_path / "store.quarantine"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}
    assert {path.stem for path in directory.glob("*.parquet")} == {FILES.get(name, name) for name in FAULTY}
    held = [path for path, content in everything_below(tmp_path / "store").items() if b"STRANGECITY1" in content]
    assert held == []
    assert not (tmp_path / "store.quarantine.partial").exists()
    told = accounting_text(manifest, tmp_path / "store")
    assert f"{tmp_path / 'store'}.quarantine/ (population.parquet, enrolment.parquet, services.parquet, lpr_1" in told
    evidence.note("S5", "a store, its keys and quarantined rows", 1, "nobody but their owner can enter")


def test_a_diagnosis_whose_contact_has_no_day_is_told_with_its_contact(tmp_path):
    contacts = with_row("contacts", **FAULTY["contacts"])
    twice = {"contacts": [*contacts["contacts"], contacts["contacts"][1]]}
    diagnoses = with_row("contact_diagnoses", DW_EK_KONTAKT="K2", DIAG_KODE="DI500", DIAG_KODE_TYPE="A")
    manifest = ingest(write_delivery(tmp_path / "registers", **twice, **diagnoses), tmp_path / "store", Threads(1))
    row = {"file": "", "row": None, "reason": "contact_day_missing", "DW_EK_KONTAKT": "K2"}
    row |= {"DIAG_KODE": "I500", "DIAG_KODE_TYPE": "A"}
    assert rows_of(tmp_path / "store", "lpr_1_diagnoses") == [row, row]
    assert [r["row"] for r in rows_of(tmp_path / "store", "lpr_1_contacts")] == [2, 3]
    assert manifest["accounting"]["lpr 1 diagnoses"]["quarantined"] == {"contact_day_missing": 2}


def test_rows_are_counted_through_a_file_of_several_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("fordel_dask.registers.delivery.PIECE_ROWS", 4)
    registers = write_delivery(tmp_path / "registers")
    weeks = ["2510"] * 20
    weeks[7] = weeks[18] = "2599"
    rows = [{**REGISTERS["services"][0], "HONUGE": week} for week in weeks]
    pq.write_table(pa.Table.from_pylist(rows), registers / "services.parquet", row_group_size=3)
    ingest(registers, tmp_path / "store", Threads(2))
    assert [row["row"] for row in rows_of(tmp_path / "store", "services")] == [8, 19]


def test_text_of_an_unknown_alphabet_is_set_aside_too(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    text = f"PNR;YDERNR;SIKGRUP;FRA;TIL\n{ORDINARY};010101;1;2020-01-01;\n{ORDINARY};Ø10101;1;i går;\n"
    (registers / "enrolment.csv").write_bytes(text.encode("cp1252"))
    declared = registers / "registers.toml"
    declared.write_text(declared.read_text().replace("enrolment.parquet", "enrolment.csv"))
    ingest(registers, tmp_path / "store", Threads(1))
    (row,) = rows_of(tmp_path / "store", "enrolment")
    assert (row["YDERNR"], row["FRA"], row["file"], row["row"]) == ("Ø10101", "i går", "enrolment.csv", 2)


@pytest.mark.parametrize("seed", range(4))
def test_as_many_rows_as_the_account_says_in_any_form_of_delivery(tmp_path, seed, evidence):
    registers = write_nation(tmp_path / "registers", seed, 300, **random_options(seed))
    manifest = ingest(registers, tmp_path / "store", Threads(2))
    directory = tmp_path / "store.quarantine"
    for register, account in manifest["accounting"].items():
        file = directory / quarantine.file_name(register)
        counted = sum(account["quarantined"].values())
        reasons = pq.read_table(file)["reason"].to_pylist() if file.exists() else []
        assert len(reasons) == counted, register
        assert {reason: reasons.count(reason) for reason in set(reasons)} == account["quarantined"]
        out = sum(account["dropped"].values()) + counted
        assert "lpr" in register or account["rows_in"] == account["kept"] + out
    evidence.note("R10", "a nation of awkward rows ingested", 1, "rows in = kept + dropped + quarantined, by reason")


def test_rows_that_get_lost_are_an_error_of_the_program(tmp_path, monkeypatch):
    monkeypatch.setattr(quarantine.AsideFile, "add", lambda *_: None)
    with pytest.raises(FordelError, match="0 rows were set aside, 1 are quarantined") as failure:
        ingest(delivery(tmp_path / "registers", "services"), tmp_path / "store", Threads(1))
    assert failure.value.exit_code == 70
    assert not (tmp_path / "store").exists()


def test_a_new_store_replaces_the_rows_of_the_one_before(tmp_path):
    ingest(delivery(tmp_path / "registers", "services", "enrolment"), tmp_path / "store", Threads(1))
    ingest(delivery(tmp_path / "registers", "enrolment"), tmp_path / "store", Threads(1))
    assert sorted(path.name for path in (tmp_path / "store.quarantine").iterdir()) == [
        "enrolment.parquet",
        "manifest.json",
    ]
    ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    assert not (tmp_path / "store.quarantine").exists()


def test_finished_work_that_is_found_again_keeps_its_rows(tmp_path, monkeypatch):
    registers = write_nation(tmp_path / "registers", 5, 250)
    ingest(registers, tmp_path / "whole", Threads(1), partitions=2)
    with pytest.raises(KeyboardInterrupt):
        ingest(registers, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)
    assert not (tmp_path / "store.quarantine").exists()
    done = []
    monkeypatch.setattr(spread, "deal_out", done.append)
    ingest(registers, tmp_path / "store", Threads(1), partitions=2)
    assert done == []
    assert found(tmp_path, "store") == found(tmp_path, "whole") != {}


def test_work_whose_rows_were_taken_away_is_done_again(tmp_path):
    registers = write_nation(tmp_path / "registers", 5, 250)
    ingest(registers, tmp_path / "whole", Threads(1), partitions=2)
    with pytest.raises(KeyboardInterrupt):
        ingest(registers, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)
    for path in (tmp_path / "store.quarantine.partial").rglob("*.parquet"):
        path.unlink()
    ingest(registers, tmp_path / "store", Threads(1), partitions=2)
    assert found(tmp_path, "store") == found(tmp_path, "whole")


def found(folder, store):
    return {path.name: path.read_bytes() for path in (folder / f"{store}.quarantine").iterdir()}


def test_workers_of_a_cluster_set_the_same_rows_aside(tmp_path):
    registers = write_nation(tmp_path / "registers", 8, 250)
    ingest(registers, tmp_path / "alone", Threads(1), partitions=3)
    with open_executor(Place(workers=2)) as cluster:
        ingest(registers, tmp_path / "together", cluster, partitions=3)
    assert found(tmp_path, "together") == found(tmp_path, "alone")


def test_a_refused_delivery_says_where_the_rows_are_and_the_store_of_before_keeps_its_own(tmp_path):
    ingest(delivery(tmp_path / "registers", "enrolment"), tmp_path / "store", Threads(1))
    before = found(tmp_path, "store")
    late = [{**REGISTERS["services"][0], "HONUGE": week} for week in ("2410", "none")]
    registers = write_delivery(tmp_path / "registers", services=late)
    with pytest.raises(FordelError, match=r"quarantined until then are in store\.quarantine\.partial") as refusal:
        ingest(registers, tmp_path / "store", Threads(1))
    assert refusal.value.exit_code == 11
    (row,) = pq.read_table(tmp_path / "store.quarantine.partial" / "services").to_pylist()
    assert (row["row"], row["reason"], row["PNR"]) == (2, "week_invalid", ORDINARY)
    assert found(tmp_path, "store") == before
    ingest(delivery(tmp_path / "registers", "enrolment"), tmp_path / "store", Threads(1))
    assert found(tmp_path, "store") == before
    assert not (tmp_path / "store.quarantine.partial").exists()


def test_a_directory_of_somebody_elses_is_not_touched(tmp_path):
    write_delivery(tmp_path / "registers")
    (tmp_path / "store.quarantine").mkdir()
    (tmp_path / "store.quarantine" / "thesis.txt").write_text("years of work")
    with pytest.raises(FordelError, match=r"store\.quarantine exists") as refusal:
        ingest(tmp_path / "registers", tmp_path / "store", Threads(1))
    assert refusal.value.exit_code == 2
    assert (tmp_path / "store.quarantine" / "thesis.txt").exists()


def test_days_of_treatment_that_are_none_are_set_aside_with_them(tmp_path):
    services = [{**REGISTERS["services"][0], "BEHANDLINGSDATO": day} for day in ("2025-05-05", "soon")]
    registers = declare(write_delivery(tmp_path / "registers", services=services), "services", 'year_by = "treatment"')
    ingest(registers, tmp_path / "store", Threads(1))
    (row,) = rows_of(tmp_path / "store", "services")
    assert (row["reason"], row["BEHANDLINGSDATO"]) == ("treatment_day_missing", "soon")
