"""``fordel fees income`` on an invented nation: held against its registers, on any machine, and what is refused."""

import json
from decimal import Decimal
from functools import partial

import openpyxl
import pandas as pd
import pytest

from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import run_store
from fordel_dask.graph import Place
from fordel_dask.schema.income import INCOME_TABLES
from tests.lib import commands
from tests.lib.published import two_councils, write_published
from tests.lib.village import QUICKLY, SILENT, make_village

call = partial(commands.call, "fees", "income")
refused = partial(commands.refused, "fees", "income")

CONSULTATION = "800101"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("income")
    make_village(folder)
    call(folder / "store", "--run", folder / "run", "--out", folder / "income", "--excel", "--quiet")
    return folder


def table(out, name):
    return pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)


def delivered(folder):
    """Give the rows of the fee year with the clinic of their citizen at the status date, from the registers alone."""
    files = {path.stem.split("-")[0]: path for path in (folder / "registers").glob("*.parquet")}
    files |= {path.parent.name: path for path in (folder / "registers").glob("*/part-00000.parquet")}
    spells = pd.read_parquet(files["enrolment"])
    days = {name: pd.to_datetime(spells[name]) for name in ("FRA", "TIL")}
    status = pd.Timestamp("2026-01-01")
    there = (days["FRA"] <= status) & (days["TIL"].isna() | (status <= days["TIL"])) & (spells.SIKGRUP.astype(int) == 1)
    clinic_of = spells[there].sort_values(["FRA", "YDERNR"]).groupby("PNR").YDERNR.last()
    clinic_of = clinic_of[clinic_of.notna() & (clinic_of.str.strip() != "")]
    clinic_of = clinic_of[clinic_of.index.isin(pd.read_parquet(files["population"]).PNR)]
    rows = pd.read_parquet(files["services"]).drop(columns="YDERNR")
    rows = rows[rows.HONUGE.astype(str).str.zfill(4).str[:2] == "25"]
    return rows.join(clinic_of, on="PNR", how="inner"), clinic_of


@pytest.mark.rule("R54")
def test_services_and_what_was_paid_are_those_of_the_registers(folder):
    rows, clinic_of = delivered(folder)
    found = table(folder / "income", "clinic_income").set_index("ydernummer")
    assert found.patients.astype(int).to_dict() == {clinic: int((clinic_of == clinic).sum()) for clinic in found.index}
    general = rows[rows.SPECIALE.str[:2].isin(["80", "89"])]
    paid = (general.BRUHON.astype(float) * 100).round().astype(int).groupby(general.YDERNR).sum()
    expected = {clinic: Decimal(int(paid.get(clinic, 0))) / 100 for clinic in found.index}
    assert found.services_as_paid_kr.map(Decimal).to_dict() == expected


@pytest.mark.rule("R54")
def test_consultations_are_counted_by_the_clinic_of_their_citizen(folder):
    rows, _ = delivered(folder)
    consultations = rows[rows.SPECIALE == CONSULTATION].YDLANT.astype(int).sum()
    fees = table(folder / "income", "income_fees").set_index(["section", "code"])
    assert int(fees.services["dagtid", "0101"]) == consultations
    assert Decimal(fees.at_fee_table_kr["dagtid", "0101"]) == consultations * Decimal("169.11")


def test_all_tables_tell_of_the_same_money(folder):
    out = folder / "income"
    clinics, parts, fees = (table(out, name) for name in ("clinic_income", "income_parts", "income_fees"))
    income = clinics.income_kr.map(Decimal).sum()
    names = [f"{part}_kr" for part in parts.part.unique() if part != "all"]
    assert sum(clinics[name].map(Decimal).sum() for name in names) == income
    for kind in ("country", "region", "council", "clinic_type"):
        of_kind = parts[(parts.area_kind == kind) & (parts.part == "all")]
        assert of_kind.at_fee_table_kr.map(Decimal).sum() == income
    assert fees.at_fee_table_kr.map(Decimal).sum() == clinics.services_kr.map(Decimal).sum()
    contacts = table(out, "contact_definitions").query("definition == 'model' and area_kind == 'country'")
    assert Decimal(contacts.at_fee_table_kr.iloc[0]) == clinics.contacts_kr.map(Decimal).sum()


def test_every_row_of_services_is_priced_or_told_why_not(folder):
    manifest = json.loads((folder / "store" / "manifest.json").read_text("utf-8"))
    fates = table(folder / "income", "income_services")
    assert fates["rows"].astype(int).sum() == manifest["accounting"]["services"]["kept"]
    assert set(fates.fate) == {"priced", "no_clinic", "other_speciality"}


def test_tables_are_the_same_bytes_however_citizens_are_partitioned_and_whatever_does_the_work(folder, tmp_path):
    place = Place(threads=2)
    ingest_registers(folder / "registers", tmp_path / "store", 5, place, SILENT)
    run_store(tmp_path / "store", tmp_path / "run", "national-2025", QUICKLY, place, SILENT)
    again = call(tmp_path / "store", "--run", tmp_path / "run", "--out", tmp_path / "again", "--threads", 1, "--quiet")
    assert again.exit_code == 0, again.output
    for declared in INCOME_TABLES:
        name = f"{declared.name}.csv"
        assert (tmp_path / "again" / name).read_bytes() == (folder / "income" / name).read_bytes()
        assert tuple(table(folder / "income", declared.name).columns) == tuple(c.name for c in declared.columns)


def test_readings_are_told_and_asked_for(folder):
    asked = ("--practice-cost", "clinic", "--basic", "months", "--duty", "B", "--json", "--quiet")
    told = json.loads(call(folder / "store", "--run", folder / "run", *asked).stdout)
    usual = json.loads(call(folder / "store", "--run", folder / "run", "--json").stdout)
    parts, before = ({one["part"]: one["kr"] for one in of["parts"]} for of in (told, usual))
    assert told["readings"] == {"basic": "months", "practice_cost": "clinic", "duty": "B"}
    assert before["basic_fee"] - parts["basic_fee"] == pytest.approx(0.02 * told["patients"])
    assert parts["practice_cost_fee"] == pytest.approx(19_552.82 * (told["clinics"] - told["clinics_not_registered"]))
    assert parts["out_of_hours"] > before["out_of_hours"]


def test_a_person_is_shown_parts_definitions_and_limits(folder):
    text = call(folder / "store", "--run", folder / "run", "--quiet").stdout
    for told in ("basic fee", "the model's contacts", "not called a supplement", "pr. praksis/kapacitet", "of duty A"):
        assert told in text
    assert "the store does not tell who gave it" in text


def test_a_workbook_has_a_sheet_for_every_table(folder):
    sheets = openpyxl.load_workbook(folder / "income" / "fees-income.xlsx").sheetnames
    assert sheets == ["about", *(declared.name for declared in INCOME_TABLES)]


def test_refusals_leave_nothing_behind(folder, tmp_path):
    store, run, out = folder / "store", folder / "run", tmp_path / "out"
    ingest_registers(folder / "registers", tmp_path / "other", 3, Place(threads=2), SILENT)
    assert refused(tmp_path / "other", "--run", run, "--out", out)[0] == 13
    assert refused(store, "--run", run, "--out", out, "--on", "2031-01-01")[0] == 11
    assert refused(store, "--run", store, "--out", out)[0] == 13
    assert refused(store, "--run", write_published(two_councils(), tmp_path / "run"), "--out", out)[0] == 13
    assert refused(tmp_path / "none", "--run", run, "--out", out)[0] == 13
    assert refused(store, "--run", run, "--excel")[0] == 2
    assert refused(store, "--run", run, "--out", store / "income")[0] == 2
    assert not out.exists()


def test_help_has_an_example():
    assert "fordel fees income nation.store --run nation.run" in call("--help").output
