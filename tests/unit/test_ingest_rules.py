"""Which rows of the registers are kept, dropped or quarantined, one named case per reason."""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.schema.prepared import BENEFITS, DIAGNOSES, ENROLMENT, MISSING_PAID, OPEN_END, POPULATION, SERVICES
from fordel_dask.store import open_store
from tests.lib.deliveries import ORDINARY, REGISTERS, with_row, write_delivery

KEPT = "kept"
NONE = {"rows_in": 0, "kept": 0, "dropped": {}, "quarantined": {}}


IMPOSSIBLE = (
    "R11",
    "a row with an ordinary, odd or impossible value",
    1,
    "kept, or kept out and counted by its reason",
)


def ingested(tmp_path, **how):
    return ingest(write_delivery(tmp_path / "registers", **how), tmp_path / "store", Threads(1))


def fate_of_second_row(account):
    """Give what became of the row beside the ordinary one, which is kept."""
    reasons = [*account["dropped"], *account["quarantined"]]
    assert account["rows_in"] == 2
    assert account["kept"] == 2 - len(reasons)
    return reasons[0] if reasons else KEPT


PERSONS = {
    "a person of Christiansø counts in Bornholm": ({"KOM": "0411"}, KEPT),
    "a municipality with leading zeros is the same": ({"KOM": "0101"}, KEPT),
    "an unknown municipality is quarantined": ({"KOM": "999"}, "unknown_municipality"),
    "a blank municipality is quarantined": ({"KOM": " "}, "unknown_municipality"),
    "a sex that is neither 1 nor 2 is quarantined": ({"KOEN": "9"}, "sex"),
    "a missing birth date is quarantined": ({"FOED_DAG": None}, "birth_day_missing"),
    "born on the status date counts": ({"FOED_DAG": date(2026, 1, 1)}, KEPT),
    "born after the status date is quarantined": ({"FOED_DAG": date(2026, 1, 2)}, "birth_day_after_status_date"),
    "a blank civil status counts": ({"CIVST": ""}, KEPT),
    "no key is quarantined": ({"PNR": None}, "no_person_key"),
}


@pytest.mark.parametrize(("values", "fate"), PERSONS.values(), ids=PERSONS)
def test_persons(tmp_path, values, fate, evidence):
    manifest = ingested(tmp_path, **with_row("population", **{"PNR": "THE_OTHER_01", **values}))
    assert fate_of_second_row(manifest["accounting"]["population"]) == fate
    evidence.note(*IMPOSSIBLE)


def test_a_pair_of_hospital_registers_without_a_row_is_accounted_for(tmp_path):
    """As LPR2 is when the window no longer reaches back to its last contact."""
    nothing = {name: pa.Table.from_pylist(REGISTERS[name]).slice(0, 0) for name in ("contacts", "contact_diagnoses")}
    manifest = ingested(tmp_path, **nothing)
    for register in ("lpr 1 contacts", "lpr 1 diagnoses"):
        account = manifest["accounting"][register]
        assert {name: account[name] for name in NONE} == NONE
    assert sum(part["rows"] for part in manifest["tables"]["diagnoses"]) == 1  # of the register that came joined


SPELLS = {
    "a closed spell of one day counts": ({"FRA": date(2024, 5, 1), "TIL": date(2024, 5, 1)}, KEPT),
    "a spell without first day is quarantined": ({"FRA": None}, "first_day_missing"),
    "a spell that ends before it begins is quarantined": ({"TIL": date(2019, 12, 31)}, "first_day_after_last_day"),
    "a spell of a person outside the population is dropped": ({"PNR": "SOMEBODYELSE"}, "unknown_person"),
    "a spell in no clinic counts": ({"YDERNR": ""}, KEPT),
    "a spell of group 2 is kept": ({"SIKGRUP": "2"}, KEPT),
}


@pytest.mark.parametrize(("values", "fate"), SPELLS.values(), ids=SPELLS)
def test_spells(tmp_path, values, fate, evidence):
    manifest = ingested(tmp_path, **with_row("enrolment", **values))
    assert fate_of_second_row(manifest["accounting"]["enrolment"]) == fate
    evidence.note(*IMPOSSIBLE)


ROWS = {
    "week 01 counts": ({"HONUGE": "2501"}, KEPT),
    "week 53 counts": ({"HONUGE": "2553"}, KEPT),
    "week 00 is quarantined": ({"HONUGE": "2500"}, "week_invalid"),
    "week 54 is quarantined": ({"HONUGE": "2554"}, "week_invalid"),
    "a week that is no number is quarantined": ({"HONUGE": "25A1"}, "week_invalid"),
    "a week of five digits is quarantined": ({"HONUGE": "25101"}, "week_invalid"),
    "a missing week is quarantined": ({"HONUGE": None}, "week_invalid"),
    "a week of another year is dropped": ({"HONUGE": "2601"}, "other_year"),
    "a week of 2000 without its zeros is a week of another year": ({"HONUGE": "1"}, "other_year"),
    "a person outside the population is dropped": ({"PNR": "SOMEBODYELSE"}, "unknown_person"),
    "another speciality is kept": ({"SPECIALE": "530110"}, KEPT),
    "a lost leading zero comes back": ({"SPECIALE": "10110"}, KEPT),
    "a blank service code is quarantined": ({"SPECIALE": ""}, "service_code_malformed"),
    "a service code with letters is quarantined": ({"SPECIALE": "80A101"}, "service_code_malformed"),
    "a correction is kept": ({"YDLANT": -1}, KEPT),
    "a missing quantity is quarantined": ({"YDLANT": None}, "quantity_not_whole"),
    "a missing fee is kept and counted": ({"BRUHON": None}, KEPT),
}


@pytest.mark.parametrize(("values", "fate"), ROWS.values(), ids=ROWS)
def test_service_rows(tmp_path, values, fate, evidence):
    manifest = ingested(tmp_path, **with_row("services", **values))
    account = manifest["accounting"]["services"]
    assert fate_of_second_row(account) == fate
    for measure in (account["oere"], account["quantity"]):
        away = sum(measure["dropped"].values()) + sum(measure["quarantined"].values())
        assert measure["in"] == measure["kept"] + away
    evidence.note(*IMPOSSIBLE)


def test_a_quantity_that_is_not_whole_is_quarantined(tmp_path):
    rows = [{**REGISTERS["services"][0], "YDLANT": quantity} for quantity in (1.0, 1.5)]
    account = ingested(tmp_path, services=rows)["accounting"]["services"]
    assert fate_of_second_row(account) == "quantity_not_whole"


JOINED = {
    "a secondary diagnosis counts": ({"TYPE": "B"}, KEPT),
    "an underlying diagnosis counts": ({"TYPE": "G"}, KEPT),
    "a referral diagnosis is dropped": ({"TYPE": "H"}, "other_type"),
    "an additional code is dropped": ({"TYPE": "+"}, "other_type"),
    "a code without D is dropped and reported": ({"CODE": "J449"}, "no_d"),
    "a lower-case code counts": ({"CODE": " dj449"}, KEPT),
    "a blank code is quarantined": ({"CODE": ""}, "code_blank"),
    "a diagnosis without a date is quarantined": ({"DATE": None}, "contact_day_missing"),
    "a person outside the population is dropped": ({"PNR": "SOMEBODYELSE"}, "unknown_person"),
}


@pytest.mark.parametrize(("values", "fate"), JOINED.values(), ids=JOINED)
def test_diagnoses_that_came_joined(tmp_path, values, fate):
    manifest = ingested(tmp_path, **with_row("diagnoses", **values))
    assert fate_of_second_row(manifest["accounting"]["diagnoses"]) == fate


def test_icd10_codes_declared_without_d_keep_their_own_d(tmp_path):
    more = '[diagnoses]\npath = "diagnoses.parquet"\ncodes = "icd10"\nkeep = "all"\n'
    directory = write_delivery(tmp_path / "registers", **with_row("diagnoses", CODE="D500"))
    text = (directory / "registers.toml").read_text().replace('[diagnoses]\npath = "diagnoses.parquet"\n', "")
    (directory / "registers.toml").write_text(text + more)
    ingest(directory, tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").codebooks["diagnosis"] == ("D500", "DJ449", "E112B")


CONTACTS = {
    "a contact of another reporting system": ({"LPRINDBERETNINGSSYSTEM": "LPR2"}, "other_system"),
    "a contact without a date": ({"KONT_STARTTIDSPUNKT": None}, "contact_day_missing"),
    "a contact of a person outside the population": ({"PNR": "SOMEBODYELSE"}, "unknown_person"),
    "a contact without a key": ({"DW_EK_KONTAKT": None}, "no_contact"),
    "a proper contact": ({}, KEPT),
}


@pytest.mark.parametrize(("values", "fate"), CONTACTS.values(), ids=CONTACTS)
def test_a_diagnosis_shares_the_fate_of_its_contact(tmp_path, values, fate):
    contact = with_row("contacts", **{"DW_EK_KONTAKT": "K2", **values})
    diagnosis = with_row("contact_diagnoses", DW_EK_KONTAKT="K2")
    manifest = ingested(tmp_path, **contact, **diagnosis)
    assert fate_of_second_row(manifest["accounting"]["lpr 1 diagnoses"]) == fate


OF_CONTACTS = {
    "refuted later is dropped": ({"SENERE_AFKRAEFTET": "Ja"}, "refuted"),
    "refuted with blanks around it is dropped": ({"SENERE_AFKRAEFTET": " Ja "}, "refuted"),
    "another spelling than Ja does not refute": ({"SENERE_AFKRAEFTET": "JA"}, KEPT),
    "not refuted counts": ({"SENERE_AFKRAEFTET": "Nej"}, KEPT),
    "without a contact is dropped": ({"DW_EK_KONTAKT": "K9"}, "no_contact"),
    "with a blank key is dropped": ({"DW_EK_KONTAKT": " "}, "no_contact"),
}


@pytest.mark.parametrize(("values", "fate"), OF_CONTACTS.values(), ids=OF_CONTACTS)
def test_diagnoses_of_contacts(tmp_path, values, fate):
    manifest = ingested(tmp_path, **with_row("contact_diagnoses", **values))
    assert fate_of_second_row(manifest["accounting"]["lpr 1 diagnoses"]) == fate


def test_a_contact_key_that_stands_twice_matches_twice(tmp_path):
    manifest = ingested(tmp_path, **with_row("contacts", KONT_STARTTIDSPUNKT=date(2022, 1, 1)))
    account = manifest["accounting"]["lpr 1 diagnoses"]
    assert (account["rows_in"], account["kept"], account["notes"]) == (1, 2, {"further_matches": 1})


def test_long_contact_keys_are_joined_too(tmp_path):
    key = "0d4b1c7e-8d58-4b7e-9a63-3f6f1c0e5a11"
    contact = with_row("contacts", DW_EK_KONTAKT=key)
    diagnoses = with_row("contact_diagnoses", DW_EK_KONTAKT=key)
    assert ingested(tmp_path, **contact, **diagnoses)["accounting"]["lpr 1 diagnoses"]["kept"] == 2


def test_numbers_and_text_are_the_same_contact_key(tmp_path):
    contacts = [{**REGISTERS["contacts"][0], "DW_EK_KONTAKT": 1234567890123456789}]
    diagnoses = [{**REGISTERS["contact_diagnoses"][0], "DW_EK_KONTAKT": "01234567890123456789"}]
    manifest = ingested(tmp_path, contacts=contacts, contact_diagnoses=diagnoses)
    assert manifest["accounting"]["lpr 1 diagnoses"]["kept"] == 1


def columns(tmp_path, table):
    return {name: values.tolist() for name, values in open_store(tmp_path / "store").read(table, 0).items()}


def test_what_the_store_says_of_the_ordinary_citizen(tmp_path):
    ingested(tmp_path)
    store = open_store(tmp_path / "store")
    day = (date(1980, 5, 5) - date(1970, 1, 1)).days
    assert columns(tmp_path, POPULATION) == {
        "sex": [1],
        "birth_day": [day],
        "civil_status": [0],
        "municipality": [0],
        "country": [0],
        "origin_type": [0],
        "area": [-1],
    }
    first = (date(2020, 1, 1) - date(1970, 1, 1)).days
    assert columns(tmp_path, ENROLMENT) == {
        "citizen": [0],
        "clinic": [0],
        "group": [1],
        "first_day": [first],
        "last_day": [OPEN_END],
    }
    assert columns(tmp_path, SERVICES)["paid_oere"] == [16914]
    assert columns(tmp_path, BENEFITS) == {"citizen": [0], "code": [783], "weeks": [1]}
    assert [store.codebooks["diagnosis"][n] for n in columns(tmp_path, DIAGNOSES)["code"]] == ["E112B", "J449"]
    assert store.codebooks["clinic"] == ("010101",)
    assert store.small_table("clinics")[0]["CAPACITIES"] == "1.5"
    assert len(store.small_table("municipalities")) == 98


FEES = {
    "a float is read by its shortest text": (pa.float64(), 1.005, "kroner", 100),
    "half an øre goes to the even one": (pa.float64(), 0.015, "kroner", 2),
    "a decimal is exact": (pa.decimal128(20, 4), "2.5050", "kroner", 250),
    "text with a comma": (pa.string(), "330,66", "kroner", 33066),
    "øre are øre": (pa.float64(), 33066.0, "oere", 33066),
    "whole kroner": (pa.int64(), 12, "kroner", 1200),
    "a single-precision float": (pa.float32(), 169.14, "kroner", 16914),
    "half an øre as a single-precision float": (pa.float32(), 0.145, "kroner", 14),
    "many kroner as a single-precision float": (pa.float32(), 16777.22, "kroner", 1677722),
    "a half-precision float": (pa.float16(), 12.3, "kroner", 1230),
    "missing": (pa.float64(), None, "kroner", MISSING_PAID),
    "no number at all": (pa.string(), "free", "kroner", MISSING_PAID),
}


@pytest.mark.parametrize(("type_", "value", "unit", "oere"), FEES.values(), ids=FEES)
def test_fees_become_whole_oere(tmp_path, type_, value, unit, oere):
    rows = pa.Table.from_pylist(REGISTERS["services"])
    place = rows.schema.get_field_index("BRUHON")
    plain = pa.array([value], pa.string() if isinstance(value, str) else type_)
    directory = write_delivery(tmp_path / "registers", services=rows.set_column(place, "BRUHON", plain.cast(type_)))
    declared = directory / "registers.toml"
    declared.write_text(declared.read_text().replace("[services]", f'[services]\nbruhon = "{unit}"'))
    ingest(directory, tmp_path / "store", Threads(1))
    assert columns(tmp_path, SERVICES)["paid_oere"] == [oere]


DAYS = {
    "a date": (pa.date32(), date(2021, 12, 31)),
    "a date in milliseconds": (pa.date64(), date(2021, 12, 31)),
    "the last second of the local day": (pa.timestamp("us"), datetime(2021, 12, 31, 23, 59, 59)),
    "an evening in universal time that is morning in Denmark": (
        pa.timestamp("ms", "UTC"),
        datetime(2021, 12, 30, 23, 30),
    ),
    "ISO text": (pa.string(), "2021-12-31"),
    "ISO text with a time": (pa.large_string(), "2021-12-31T10:11:12"),
    "text without hyphens": (pa.string(), " 20211231"),
    "Danish text": (pa.string(), "31-12-2021"),
    "a number of eight digits": (pa.int64(), 20211231),
    "text as SAS writes it": (pa.string(), "31DEC2021"),
    "text as SAS writes a time": (pa.string(), "31dec2021:23:59:00"),
    "text in universal time": (pa.string(), "2021-12-30T23:30:00Z"),
    "text in universal time, with blanks and no T": (pa.string(), " 2021-12-30 23:30:00+00:00 "),
    "text without seconds in universal time": (pa.large_string(), "2021-12-30T23:30Z"),
    "text with seven decimals of a second": (pa.string(), "2021-12-30T23:30:00.0000000+0000"),
    "text of a time zone in the west": (pa.string(), "2021-12-30T19:30:00-05:00"),
    "text of the Danish zone": (pa.string(), "2021-12-31T00:30:00+01:00"),
    "text in the basic form, in universal time": (pa.string(), "20211230T233000Z"),
    "bytes in universal time": (pa.binary(), b"2021-12-30T23:30:00Z"),
    "text with a zone that is none": (pa.string(), "2021-12-31 23-30-00"),
}


@pytest.mark.parametrize(("type_", "value"), DAYS.values(), ids=DAYS)
def test_days_of_any_type(tmp_path, type_, value):
    rows = pa.Table.from_pylist(REGISTERS["contacts"])
    column = "KONT_STARTTIDSPUNKT"
    place = rows.schema.get_field_index(column)
    ingested(tmp_path, contacts=rows.set_column(place, column, pa.array([value], type_)))
    assert columns(tmp_path, DIAGNOSES)["day"][0] == (date(2021, 12, 31) - date(1970, 1, 1)).days


def test_benefit_codes_as_numbers_and_week_53(tmp_path):
    dream = [{"PNR": ORDINARY, "y_2501": 783.0, "Y_2552": None, "Y_2553": 783.0, "Y_2601": 783.0, "Y_2452": 783.0}]
    ingested(tmp_path, dream=dream)
    assert columns(tmp_path, BENEFITS) == {"citizen": [0], "code": [783], "weeks": [2]}


def test_days_with_and_without_a_zone_in_one_column(tmp_path):
    texts = ["2021-12-30T23:30:00Z", "2021-12-31", None, "2021-12-31T23:30:00", "2021-06-30T22:30:00+00:00", "soon"]
    rows = [{**REGISTERS["diagnoses"][0], "DATE": text} for text in texts]
    account = ingested(tmp_path, diagnoses=rows)["accounting"]["diagnoses"]
    assert account["quarantined"] == {"contact_day_missing": 2}
    days = [date(1970, 1, 1) + timedelta(day) for day in columns(tmp_path, DIAGNOSES)["day"]]
    assert sorted(days)[1:] == [date(2021, 7, 1), *[date(2021, 12, 31)] * 3]


def test_a_diagnosis_at_new_year_belongs_to_the_danish_day_in_csv_too(tmp_path):
    directory = write_delivery(tmp_path / "registers")
    (directory / "diagnoses.csv").write_text(f"PNR,CODE,TYPE,DATE\n{ORDINARY},DJ449,A,2025-12-31T23:30:00Z\n")
    declared = directory / "registers.toml"
    declared.write_text(declared.read_text().replace('"diagnoses.parquet"', '"diagnoses.csv"'))
    ingest(directory, tmp_path / "store", Threads(1))
    assert (date(2026, 1, 1) - date(1970, 1, 1)).days in columns(tmp_path, DIAGNOSES)["day"]


def test_weeks_00_and_54_of_dream_do_not_count(tmp_path):
    dream = [{"PNR": ORDINARY, **dict.fromkeys(("Y_2500", "Y_2501", "Y_2553", "Y_2554", "Y_2599"), "783")}]
    ingested(tmp_path, dream=dream)
    assert columns(tmp_path, BENEFITS) == {"citizen": [0], "code": [783], "weeks": [2]}
