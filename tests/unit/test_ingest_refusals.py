"""Deliveries that are refused: the lowest exit code, everything that is wrong told at once, no value of a person."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import FordelError
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest, repeated
from fordel_dask.registers.budget import DEFAULT_BUDGET, Budget
from tests.lib.deliveries import ORDINARY, REGISTERS, left_beside, with_row, write_delivery

STRANGER = "SOMEBODYELSE"
CLINIC = REGISTERS["clinics"][0]


def refused(tmp_path, change=lambda directory: None, budget=DEFAULT_BUDGET, **registers):
    directory = write_delivery(tmp_path / "registers", **registers)
    change(directory)
    with pytest.raises(FordelError) as refusal:
        ingest(directory, tmp_path / "store", Threads(1), afford=lambda _: budget)
    assert ORDINARY not in str(refusal.value)
    assert STRANGER not in str(refusal.value)
    assert left_beside(directory) == set()
    return refusal.value.exit_code, str(refusal.value)


def without(register, *names):
    rows = [{n: v for n, v in row.items() if n not in names} for row in REGISTERS[register]]
    return {register: pa.Table.from_pylist(rows)}


def with_column(register, name, array):
    rows = pa.Table.from_pylist(REGISTERS[register] * len(array))
    return {register: rows.set_column(rows.schema.get_field_index(name), name, array)}


REQUIRED = {
    "population": ("PNR", "KOEN", "FOED_DAG", "CIVST", "KOM", "OPR_LAND", "IE_TYPE"),
    "enrolment": ("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"),
    "services": ("PNR", "YDERNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE"),
    "contacts": ("PNR", "DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT"),
    "contact_diagnoses": ("DW_EK_KONTAKT", "DIAG_KODE", "DIAG_KODE_TYPE", "SENERE_AFKRAEFTET"),
    "diagnoses": ("PNR", "CODE", "TYPE", "DATE"),
    "dream": ("PNR",),
    "clinics": ("YDERNR", "TYPE", "KOM", "CAPACITIES", "FRA", "TIL"),
}


@pytest.mark.parametrize(("register", "column"), [(r, column) for r, columns in REQUIRED.items() for column in columns])
def test_a_column_of_the_contract_may_not_be_missing(tmp_path, register, column, evidence):
    code, message = refused(tmp_path, **without(register, column))
    assert code == 10
    assert column in message
    evidence.note("R9", "a column of a register is missing or has a name that nobody knows", 1, "exit 10, it is named")


def test_the_reporting_system_is_read_where_its_column_exists(tmp_path):
    registers = write_delivery(tmp_path / "registers", **without("contacts", "LPRINDBERETNINGSSYSTEM"))
    assert ingest(registers, tmp_path / "store", Threads(1))["accounting"]["lpr 1 diagnoses"]["kept"] == 1


def test_the_older_patient_register_knows_no_refuted_diagnoses(tmp_path):
    contacts = [{"PNR": ORDINARY, "RECNUM": 7, "D_INDDTO": date(2015, 1, 1)}]
    diagnoses = [{"RECNUM": 7, "C_DIAG": "DI10", "C_DIAGTYPE": "A"}]
    registers = write_delivery(tmp_path / "registers", contacts=contacts, contact_diagnoses=diagnoses)
    assert ingest(registers, tmp_path / "store", Threads(1))["accounting"]["lpr 1 diagnoses"]["kept"] == 1


def test_two_missing_columns_of_the_population_are_both_named(tmp_path):
    code, message = refused(tmp_path, **without("population", "KOEN", "IE_TYPE"))
    assert code == 10
    assert "no column KOEN" in message
    assert "no column IE_TYPE" in message


def test_files_that_lack_the_same_column_are_told_once(tmp_path):
    def more(directory):
        table = pq.read_table(directory / "services.parquet")
        for number in range(3):
            pq.write_table(table, directory / f"services_{number}.parquet")
        declared = directory / "registers.toml"
        declared.write_text(declared.read_text().replace("services.parquet", "services*.parquet"))

    code, message = refused(tmp_path, more, **without("services", "HONUGE"))
    assert (code, message.count("HONUGE")) == (10, 2)  # in the complaint and in the advice
    assert "and 3 other files" in message


def test_a_missing_column_and_a_missing_file_are_both_told(tmp_path):
    code, message = refused(
        tmp_path, lambda directory: (directory / "dream.parquet").unlink(), **without("services", "HONUGE")
    )
    assert code == 10
    assert "HONUGE" in message
    assert "dream.parquet" in message


def test_a_damaged_file_and_a_missing_column_of_one_register_are_both_told(tmp_path):
    def damage(directory):
        (directory / "services_2.parquet").write_bytes(b"PAR1")
        declared = directory / "registers.toml"
        declared.write_text(declared.read_text().replace("services.parquet", "services*.parquet"))

    code, message = refused(tmp_path, damage, **without("services", "HONUGE"))
    assert code == 10
    assert "HONUGE" in message
    assert "services_2.parquet" in message


def test_a_missing_register_and_two_missing_files_are_all_told(tmp_path):
    def change(directory):
        (directory / "services.parquet").unlink()
        (directory / "contacts.parquet").unlink()
        declared = directory / "registers.toml"
        declared.write_text(declared.read_text().replace('[dream]\npath = "dream.parquet"', ""))

    code, message = refused(tmp_path, change)
    assert code == 11
    assert all(name in message for name in ("services.parquet", "contacts.parquet", "[dream]"))


def test_two_unknown_keys_of_the_declaration_are_both_told(tmp_path):
    def change(directory):
        with (directory / "registers.toml").open("a") as declared:
            declared.write('[decisions]\npaths = "a"\n[areas]\nway = "b"\n')

    code, message = refused(tmp_path, change)
    assert code == 10
    assert "'paths'" in message
    assert "'way'" in message


def test_a_repeated_person_and_a_clinic_in_no_municipality_are_both_told(tmp_path):
    clinics = with_row("clinics", YDERNR="020202", KOM="999")
    code, message = refused(tmp_path, **with_row("population"), **clinics)
    assert code == 10
    assert "population: 1 of 2 rows repeat the PNR" in message
    assert "020202 in '999'" in message


def test_a_repeated_person_and_an_empty_table_of_municipalities_are_both_told(tmp_path):
    columns = ("KOM", "NAME", "COUNCIL_ID", "COUNCIL", "REGION", "AREA_KM2", "LIFE_EXPECTANCY")
    empty = pa.table({name: pa.array([], pa.string()) for name in columns})
    code, message = refused(tmp_path, **with_row("population"), municipalities=empty)
    assert code == 10
    assert "repeat the PNR" in message
    assert "municipalities: the table has no rows" in message
    assert "citizen who counts" not in message


def test_a_repeated_person_and_a_municipality_the_table_lacks_are_both_told(tmp_path):
    place = {"NAME": "B", "COUNCIL_ID": "c", "COUNCIL": "C", "REGION": "R", "AREA_KM2": 1.0, "LIFE_EXPECTANCY": 80.0}
    registers = {"municipalities": [{"KOM": "400", **place}], "clinics": [{**CLINIC, "KOM": "400"}]}
    code, message = refused(tmp_path, **with_row("population"), **registers)
    assert code == 10
    assert "repeat the PNR" in message
    assert "2 persons live in municipalities that the municipalities table lacks" in message


def test_faults_of_municipalities_clinics_and_projection_are_told_together(tmp_path):
    place = {"NAME": "K", "COUNCIL_ID": "c", "COUNCIL": "C", "REGION": "R", "AREA_KM2": -1.0, "LIFE_EXPECTANCY": 80.0}
    code, message = refused(
        tmp_path,
        municipalities=[{"KOM": "101", **place}],
        clinics=[{**CLINIC, "TYPE": "hospital"}],
        projection=[{"KOM": "101", "KOEN": 1, "ALDER": 0, "PERSONS": None}],
    )
    assert code == 10
    lines = message.splitlines()
    assert [line.split(":")[0] for line in lines] == ["projection", "clinics", "municipalities"]


def test_what_several_registers_say_when_they_are_read_is_told_together(tmp_path):
    registers = {
        "services": [{**REGISTERS["services"][0], "HONUGE": "2410"}],
        "enrolment": [{**REGISTERS["enrolment"][0], "FRA": "long ago"}],
    }
    code, message = refused(tmp_path, **registers)
    assert code == 10
    assert "column FRA" in message
    assert "none of 1 rows was settled" in message


def test_no_service_of_the_fee_year_and_a_person_twice_in_dream_are_both_told(tmp_path):
    services = [{**REGISTERS["services"][0], "HONUGE": "2410"}]
    code, message = refused(tmp_path, services=services, **with_row("dream"))
    assert code == 10
    assert "none of 1 rows was settled" in message
    assert "dream: 1 rows repeat" in message


TWICE = {
    "who is a citizen, without benefits": ORDINARY,
    "who is not in the population": STRANGER,
}


@pytest.mark.parametrize("person", TWICE.values(), ids=TWICE)
@pytest.mark.parametrize("keys_a_task", [1, 8_000_000])
def test_a_person_twice_in_dream_is_refused(tmp_path, person, keys_a_task):
    rows = [
        *REGISTERS["dream"],
        *({"PNR": key, "Y_2501": "", "Y_2502": ""} for key in (person, "ANOTHER00001", person)),
    ]
    code, message = refused(tmp_path, budget=Budget(keys_a_task=keys_a_task), dream=rows)
    assert code == 10
    assert f"dream: {2 if person == ORDINARY else 1} rows repeat" in message


def test_a_person_twice_in_two_files_of_dream_is_refused(tmp_path):
    def more(directory):
        pq.write_table(pa.table({"PNR": [STRANGER], "Y_2501": ["783"]}), directory / "dream_2.parquet")
        declared = directory / "registers.toml"
        declared.write_text(declared.read_text().replace("dream.parquet", "dream*.parquet"))

    code, _ = refused(tmp_path, more, **with_row("dream", PNR=STRANGER))
    assert code == 10


def test_blank_keys_in_dream_are_no_repeats(tmp_path):
    rows = [*REGISTERS["dream"], *({"PNR": key, "Y_2501": "783"} for key in ("", None, " "))]
    manifest = ingest(write_delivery(tmp_path / "registers", dream=rows), tmp_path / "store", Threads(1))
    assert manifest["accounting"]["dream"]["dropped"] == {"unknown_person": 3}


@pytest.mark.parametrize("week", ["Y_2500", "Y_2554", "Y_2599"])
def test_a_week_outside_01_to_53_is_no_week_of_dream(tmp_path, week):
    code, message = refused(tmp_path, dream=[{"PNR": ORDINARY, week: "783"}])
    assert code == 11
    assert "Y_25ww" in message


NOT_TEXT = pa.array([b"K\xd8"], pa.binary()).view(pa.string())
TEXT_COLUMNS = [
    ("population", "KOM"),
    ("population", "PNR"),
    ("enrolment", "SIKGRUP"),
    ("services", "SPECIALE"),
    ("contacts", "KONT_STARTTIDSPUNKT"),
    ("dream", "Y_2502"),
    ("clinics", "TYPE"),
]


@pytest.mark.parametrize(("register", "column"), TEXT_COLUMNS)
def test_text_in_parquet_that_is_no_utf8_is_refused(tmp_path, register, column):
    code, message = refused(tmp_path, **with_column(register, column, NOT_TEXT))
    assert code == 13
    assert column in message
    assert "UTF-8" in message


LISTS, RECORDS, TRUTHS = pa.array([["1"]]), pa.array([{"a": 1}]), pa.array([True])
WRONG_TYPES = {
    "a list of codes": ("population", "KOM", LISTS),
    "a list of keys": ("population", "PNR", LISTS),
    "a record of a fee": ("services", "BRUHON", RECORDS),
    "a list of days": ("enrolment", "FRA", pa.array([[date(2020, 1, 1)]])),
    "a list of types of clinics": ("clinics", "TYPE", LISTS),
    "a truth for a sex": ("population", "KOEN", TRUTHS),
    "a truth for a birth day": ("population", "FOED_DAG", TRUTHS),
    "a truth for a day of a clinic": ("clinics", "FRA", TRUTHS),
    "a truth for Ja": ("contact_diagnoses", "SENERE_AFKRAEFTET", TRUTHS),
    "a truth for a quantity": ("services", "YDLANT", TRUTHS),
    "a truth for a benefit": ("dream", "Y_2502", TRUTHS),
    "a day for a code": ("diagnoses", "CODE", pa.array([date(2020, 1, 1)])),
    "a time of day for a day": ("contacts", "KONT_STARTTIDSPUNKT", pa.array([1], pa.time32("s"))),
}


@pytest.mark.parametrize(("register", "column", "values"), WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_column_of_another_type_is_refused(tmp_path, register, column, values, evidence):
    code, message = refused(tmp_path, **with_column(register, column, values))
    assert code == 10
    assert column in message
    assert "Expected is" in message
    evidence.note("R9", "a column has another type", 1, "exit 10, it is named")


def test_a_column_that_stands_twice_is_refused(tmp_path, evidence):
    table = pa.Table.from_pylist(REGISTERS["population"])
    code, message = refused(tmp_path, population=table.append_column("KOM", pa.array(["101"])))
    assert code == 10
    assert "more than once" in message
    evidence.note("R9", "a column is added under a name that is there already", 1, "exit 10, it is named")


DAY_COLUMNS = [
    ("population", "FOED_DAG"),
    ("enrolment", "FRA"),
    ("enrolment", "TIL"),
    ("diagnoses", "DATE"),
    ("contacts", "KONT_STARTTIDSPUNKT"),
    ("clinics", "FRA"),
]
UNREADABLE = {"text": "1. januar 2018", "the day before the month": 311280, "no month": "01XYZ2018"}


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize(("register", "column"), DAY_COLUMNS)
def test_a_column_of_days_without_any_day_is_refused(tmp_path, register, column, value, evidence):
    code, message = refused(tmp_path, **with_column(register, column, pa.array([value])))
    assert code == 10
    assert column in message
    assert "31JAN2026" in message
    evidence.note("R9", "a column of days is written in a way that nobody can read", 1, "exit 10, it is named")


def test_a_column_of_days_is_named_as_it_was_delivered(tmp_path):
    rows = [{"PNR": ORDINARY, "RECNUM": 7, "D_INDDTO": "soon"}]
    diagnoses = [{"RECNUM": 7, "C_DIAG": "DI10", "C_DIAGTYPE": "A"}]
    _, message = refused(tmp_path, contacts=rows, contact_diagnoses=diagnoses)
    assert "lpr 1 contacts" in message
    assert "column D_INDDTO" in message


def test_one_unreadable_day_among_others_is_quarantined(tmp_path):
    rows = [{**REGISTERS["enrolment"][0], "FRA": day} for day in ("2020-01-01", "soon")]
    registers = write_delivery(tmp_path / "registers", enrolment=rows)
    account = ingest(registers, tmp_path / "store", Threads(1))["accounting"]["enrolment"]
    assert account["quarantined"] == {"first_day_missing": 1}
    assert set(account) == {"rows_in", "kept", "dropped", "quarantined"}


@pytest.mark.parametrize("column", ["CIVST", "OPR_LAND"])
def test_a_column_of_nulls_is_blank(tmp_path, column):
    registers = write_delivery(tmp_path / "registers", **with_column("population", column, pa.nulls(1)))
    assert ingest(registers, tmp_path / "store", Threads(1))["grid"]["first"] == [0, 1]


def test_keys_as_decimals_are_numbers(tmp_path):
    rows = pa.Table.from_pylist([{**REGISTERS["dream"][0], "PNR": 123}])
    dream = rows.set_column(0, "PNR", pa.array([123], pa.decimal128(12, 0)))
    population = [{**REGISTERS["population"][0], "PNR": "000000000123"}]
    registers = write_delivery(tmp_path / "registers", population=population, dream=dream)
    assert ingest(registers, tmp_path / "store", Threads(1))["accounting"]["dream"]["kept"] == 1


@pytest.mark.parametrize("type_", [pa.decimal128(19, 0), pa.uint64(), pa.int64()], ids=str)
def test_contact_keys_of_19_digits_are_joined_whatever_number_they_are(tmp_path, type_):
    key = 1234567890123456789
    contacts = with_column("contacts", "DW_EK_KONTAKT", pa.array([key]).cast(pa.decimal128(19, 0)))
    diagnoses = with_column("contact_diagnoses", "DW_EK_KONTAKT", pa.array([key]).cast(type_))
    registers = write_delivery(tmp_path / "registers", **contacts, **diagnoses)
    assert ingest(registers, tmp_path / "store", Threads(1))["accounting"]["lpr 1 diagnoses"]["kept"] == 1


def test_repeats_are_told_by_both_words_of_a_key():
    high, low = np.array([7, 0, 7, 7, 0], np.uint64), np.array([1, 0, 2, 1, 0], np.uint64)
    assert repeated.repeats(high, low, repeated.key_order(high, low)).tolist().count(True) == 1


def test_a_first_line_that_may_hold_values_is_not_repeated(tmp_path):
    def headless(directory):
        (directory / "diagnoses.csv").write_text("KABCDEFGHIJ;DJ449;A;x\n" * 3)
        declaration = directory / "registers.toml"
        text = declaration.read_text("utf-8")
        declaration.write_text(text.replace("diagnoses.parquet", "diagnoses.csv"), "utf-8")

    code, message = refused(tmp_path, headless)
    assert code == 10 and "4 columns under names that nobody knows" in message
    assert "KABCDEFGHIJ" not in message and "DJ449" not in message
