"""Names of columns and codes are data: complete, without contradiction, and found in any file."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from fordel_dask import law
from fordel_dask.errors import SchemaError
from fordel_dask.extracts.aliases import ANY_REGISTER, FAMILIES, canonical_of, codings, names_of
from fordel_dask.extracts.columns import Wanted, choose_columns, delivered_name, delivered_names, unknown_columns
from fordel_dask.extracts.declaration import Form, Source
from fordel_dask.extracts.files import Extract
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.schema.prepared import BENEFITS
from fordel_dask.store import open_store
from tests.lib.deliveries import REGISTERS, write_delivery

COLUMNS, CODINGS = law.rows("registers/columns"), law.rows("registers/codings")
CONTRACT = {
    "population": "PNR KOEN FOED_DAG CIVST KOM OPR_LAND IE_TYPE AREA",
    "enrolment": "PNR YDERNR SIKGRUP FRA TIL",
    "services": "PNR YDERNR SPECIALE YDLANT BRUHON HONUGE BEHANDLINGSDATO TIME KM MODULES",
    "lpr contacts": "PNR RECNUM D_INDDTO DW_EK_KONTAKT KONT_STARTTIDSPUNKT LPRINDBERETNINGSSYSTEM",
    "lpr diagnoses": "RECNUM C_DIAG C_DIAGTYPE DW_EK_KONTAKT DIAG_KODE DIAG_KODE_TYPE SENERE_AFKRAEFTET",
    "diagnoses": "PNR CODE TYPE DATE",
    "dream": "PNR Y_yyww",
    "prescriptions": "PNR ATC EKSD APK",
    "clinics": "YDERNR TYPE KOM CAPACITIES FRA TIL ISLAND CHRONIC_AREA MINIMUM MAXIMUM OPEN PREDECESSOR E N",
    "municipalities": "KOM NAME COUNCIL_ID COUNCIL REGION AREA_KM2 LIFE_EXPECTANCY",
    "areas": "AREA NAME KOM KM2 E N LIFE_EXPECTANCY",
    "projection": "KOM KOEN ALDER PERSONS",
    "covariates": "PNR AREA KOM",
    "capacity_register": "MONTH YDERNR CAPACITY_ID ALLOCATED_FROM OCCUPIED_SHARE SPECIALIST VACANT_SINCE REPORTED_ON",
    "decisions": "YDERNR NUMBER DECIDED_ON NOTICE_DECISION NOTICE_CALCULATION EFFECTIVE_FROM REASON",
    "measures": "KIND COUNCIL_ID TO_COUNCIL_ID YDERNR CAPACITIES FROM UNTIL INVESTED REASON",
}


def extract(*names, register="services", form=None):
    return Extract(register, Path(f"{register}.parquet"), names, ("text",) * len(names), (), form or Form())


def found(register, canonical, *names):
    return delivered_names(Source(register, ()), extract(*names), canonical)


@pytest.mark.parametrize(("register", "names"), CONTRACT.items(), ids=CONTRACT)
def test_every_column_of_the_contract_is_known(register, names):
    listed = {row["delivered"]: row for row in COLUMNS if row["register"] == register}
    for name in names.split():
        assert listed[name]["canonical"], name
        assert listed[name]["status"] == "contract", name


def test_a_name_stands_for_one_column_of_a_register():
    repeated = Counter((row["register"], row["delivered"].upper()) for row in COLUMNS)
    assert [name for name, times in repeated.items() if times > 1] == []


def test_every_row_says_where_its_name_comes_from_and_how_sure_that_is():
    for row in COLUMNS:
        assert set(row["family"].split()) <= {"contract", "packaged", "tool", *FAMILIES}, row
        assert row["family"], row
        assert row["status"] in ("contract", "seen", "general knowledge"), row
        assert row["delivered"].strip() == row["delivered"], row
        assert row["rank"].isdigit() or not row["rank"], row


def test_a_used_name_belongs_to_a_column_that_has_a_row_of_its_own():
    own = {(row["register"], row["delivered"]) for row in COLUMNS if row["delivered"] == row["canonical"]}
    assert {(row["register"], row["canonical"]) for row in COLUMNS if row["canonical"]} == own


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("write", [str.lower, str.upper, str.title, "  {} ".format], ids=["a", "A", "Aa", "blanks"])
def test_every_name_of_a_family_is_found_however_it_is_written(family, write):
    for row in COLUMNS:
        if row["canonical"] and family in row["family"].split() and "yy" not in row["delivered"]:
            names = [write(name) for name in (row["delivered"], row["beside"]) if name]
            assert found(row["register"], row["canonical"], "OTHER", *names)[:1] == (names[0],), row


@pytest.mark.parametrize("row", CODINGS, ids=lambda row: "-".join(row.values()))
def test_a_coding_is_of_a_known_column_and_says_something(row):
    assert canonical_of(row["register"], row["canonical"]) == row["canonical"]
    assert row["delivered"] != row["value"]
    assert set(row["family"].split()) <= set(FAMILIES)


def test_no_value_is_coded_twice_for_one_family():
    met = Counter((r["register"], r["canonical"], r["delivered"], f) for r in CODINGS for f in r["family"].split())
    assert set(met.values()) == {1}


CHOICES = {
    "the canonical name wins": ("lpr contacts", "PNR", ["V_CPR", "PNR"], ("PNR",)),
    "the canonical name in small letters wins too": ("lpr contacts", "PNR", ["V_CPR", "pnr"], ("pnr",)),
    "contacts have their own key in K_RECNUM": ("lpr contacts", "RECNUM", ["V_RECNUM", "K_RECNUM"], ("K_RECNUM",)),
    "diagnoses point with V_RECNUM": ("lpr diagnoses", "RECNUM", ["K_RECNUM", "V_RECNUM"], ("V_RECNUM",)),
    "two names of equal right are both told": ("services", "PNR", ["CPR", "CPRNR"], ("CPR", "CPRNR")),
    "the speciality alone is no service code": ("services", "SPECIALE", ["SPEC2"], ()),
    "beside the service it is half of one": ("services", "SPECIALE", ["SPEC2", "YDELSESNR"], ("SPEC2",)),
    "two spellings of one name are both told": ("services", "PNR", ["Pnr", "pnr"], ("Pnr", "pnr")),
    "the exact spelling wins": ("services", "PNR", ["pnr", "PNR"], ("PNR",)),
}


@pytest.mark.parametrize(("register", "canonical", "names", "expected"), CHOICES.values(), ids=CHOICES)
def test_which_of_several_names_is_taken(register, canonical, names, expected):
    assert set(found(register, canonical, *names)) == set(expected)


def test_every_pair_of_the_hospital_register_has_the_same_names():
    source = Source("lpr 12 diagnoses", ())
    assert delivered_name(source, extract("c_diag"), Wanted("DIAG_KODE")) == "c_diag"


def test_a_declared_name_goes_before_all_others():
    source = Source("services", (), columns=(("PNR", "person"),))
    assert delivered_name(source, extract("PNR", "PERSON"), Wanted("PNR")) == "PERSON"
    assert delivered_name(source, extract("PNR"), Wanted("PNR")) is None


def test_a_declaration_may_use_the_name_of_the_older_register():
    source = Source("lpr 1 diagnoses", (), columns=(("C_DIAG", "kode"),))
    assert delivered_name(source, extract("kode", "DIAG_KODE"), Wanted("DIAG_KODE")) == "kode"


def test_two_names_for_one_column_are_refused_and_both_are_named():
    faults = Faults()
    assert not choose_columns(Source("services", ()), [extract("CPR", "cprnr")], [Wanted("PNR")], faults)
    with pytest.raises(SchemaError, match=r"cprnr and CPR, and each may be PNR.*columns = \{ PNR"):
        faults.refuse()


def test_two_names_do_not_matter_where_the_column_is_not_read():
    files = choose_columns(Source("services", ()), [extract("CPR", "CPRNR")], [Wanted("PNR", read=False)], Faults())
    assert len(files) == 1


KNOWN = {
    "a column that is used": ("population", "koen", "KOEN"),
    "a column that is not used": ("population", "REFERENCETID", ""),
    "a week of DREAM": ("dream", "y_2531", "Y_yyww"),
    "a month of DREAM": ("dream", "BRANCHE_2024_07", ""),
    "a year of DREAM": ("dream", "NYKOM_2024", ""),
    "a column of tools": ("enrolment", "year", ""),
    "a month that is none": ("dream", "BRANCHE_2024", None),
    "a column of another register": ("population", "YDLANT", None),
    "a column nobody knows": ("services", "XYZ", None),
}


@pytest.mark.parametrize(("register", "name", "canonical"), KNOWN.values(), ids=KNOWN)
def test_what_a_name_stands_for(register, name, canonical):
    assert canonical_of(register, name) == canonical


def test_unknown_columns_are_those_in_no_list_and_not_declared():
    source = Source("services", (), columns=(("PNR", "person"),))
    names = ("Person", "SPECIALE", "AFRPER", "KONTAKT", "XYZ", "Y_2501")
    assert unknown_columns(source, extract(*names)) == ("XYZ", "Y_2501")


def test_the_message_of_a_missing_column_lists_the_names_looked_for():
    faults = Faults()
    choose_columns(Source("services", ()), [extract("A")], [Wanted("YDLANT")], faults)
    with pytest.raises(SchemaError, match="has no column YDLANT \\(or ANTYDEL"):
        faults.refuse()


def test_the_registers_of_the_table():
    assert {row["register"] for row in law.rows("registers/columns")} == {ANY_REGISTER, "insured", *CONTRACT}
    assert [alias.delivered for alias in names_of("lpr 1 contacts", "RECNUM")] == ["K_RECNUM", "V_RECNUM"]


def test_a_declared_coding_goes_before_the_family_s():
    of_family = dict(codings("population", "sds", {}))
    own = dict(codings("population", "sds", {"koen": {"M": "9", "X": "1"}}))
    assert dict(of_family["KOEN"]) == {"M": "1", "K": "2"}
    assert dict(own["KOEN"]) == {"M": "9", "K": "2", "X": "1"}
    assert codings("population", None, {}) == ()


def declared(directory, section, line):
    file = directory / "registers.toml"
    file.write_text(file.read_text().replace(f"[{section}]", f"[{section}]\n{line}"))
    return directory


def delivery(tmp_path, **registers):
    return write_delivery(tmp_path / "registers", **registers)


def account(directory, tmp_path, register):
    return ingest(directory, tmp_path / "store", Threads(1))["accounting"][register]


PERSON = REGISTERS["population"][0]
LETTERS = [{**PERSON, "KOEN": " M "}, {**PERSON, "PNR": "THE_OTHER_01", "KOEN": "K"}]
MEANINGS = {
    "the contract knows no letters": ("", 0),
    "the health data authority's letters are read where its family is declared": ('family = "sds"', 2),
    "Statistics Denmark has none": ('family = "dst"', 0),
    "letters may be declared": ('values = { KOEN = { M = "1", K = "2" } }', 2),
    "only the letters that are declared are read": ('values = { koen = { M = "1" } }', 1),
}


@pytest.mark.parametrize(("line", "kept"), MEANINGS.values(), ids=MEANINGS)
def test_sex_in_letters(tmp_path, line, kept):
    people = [*LETTERS, {**PERSON, "PNR": "A_THIRD_0001", "KOEN": "1"}]
    directory = declared(delivery(tmp_path, population=people), "population", line)
    assert account(directory, tmp_path, "population")["kept"] == kept + 1


@pytest.mark.parametrize("type_", [pa.int64(), pa.float64(), pa.string()], ids=str)
def test_values_of_any_type_are_coded(tmp_path, type_):
    people = pa.Table.from_pylist([{**PERSON, "KOEN": 7}])
    people = people.set_column(1, "KOEN", people["KOEN"].cast(type_))
    directory = declared(delivery(tmp_path, population=people), "population", 'values = { KOEN = { 7 = "2" } }')
    assert account(directory, tmp_path, "population")["kept"] == 1


def test_blanks_around_names_in_a_file_do_not_matter(tmp_path):
    people = [{f" {name.lower()} ": value for name, value in PERSON.items()}]
    dream = [{"PNR ": PERSON["PNR"], " Y_2501": "783", "Y_2502 ": "783"}]
    manifest = ingest(delivery(tmp_path, population=people, dream=dream), tmp_path / "store", Threads(1))
    assert manifest["accounting"]["population"]["kept"] == 1
    benefits = open_store(tmp_path / "store").read(BENEFITS, 0)
    assert {name: values.tolist() for name, values in benefits.items()} == {"citizen": [0], "code": [783], "weeks": [2]}


REFUTED = {"by default only Ja": ("", 0), "Statistics Denmark's spellings": ('family = "dst"\n', 1)}


@pytest.mark.parametrize(("line", "dropped"), REFUTED.values(), ids=REFUTED)
def test_other_spellings_of_refuted_count_where_the_family_is_declared(tmp_path, line, dropped):
    directory = delivery(tmp_path, contact_diagnoses=[{**REGISTERS["contact_diagnoses"][0], "SENERE_AFKRAEFTET": "JA"}])
    file = directory / "registers.toml"
    file.write_text(file.read_text() + line)  # the pair stands last
    told = account(directory, tmp_path, "lpr 1 diagnoses")
    assert told["dropped"].get("refuted", 0) == dropped


def test_csv_and_small_tables_are_coded_too(tmp_path):
    directory = declared(delivery(tmp_path), "clinics", 'values = { TYPE = { "Solo æ" = "plo" } }')
    (directory / "clinics.csv").write_bytes(
        "YDERNR;TYPE;KOM;CAPACITIES;FRA;TIL\n010101;Solo æ;101;1,5;2010-01-01;\n".encode("cp1252")
    )
    file = directory / "registers.toml"
    file.write_text(file.read_text().replace("clinics.parquet", "clinics.csv"))
    ingest(directory, tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").small_table("clinics")[0]["TYPE"] == "plo"


def test_weeks_of_dream_are_coded_by_the_pattern_of_their_names(tmp_path):
    directory = declared(delivery(tmp_path), "dream", 'values = { Y_yyww = { 783 = "ill" } }')
    assert account(directory, tmp_path, "dream")["notes"]["cells_unreadable"] == 1


WRONG = {
    "a family nobody knows": ('family = "kl"', "dst"),
    "values that are no table": ('values = "M"', "KOEN = { M"),
    "values that are no text": ("values = { KOEN = { M = 1 } }", "KOEN = { M"),
    "a column nobody knows": ('values = { XYZ = { M = "1" } }', "XYZ, which is not one of"),
    "a column that is not used": ('values = { ALDER = { M = "1" } }', "ALDER, which is not one of"),
    "a value twice": ('values = { KOEN = { M = "1", " M" = "2" } }', "twice"),
    "a declared column that the register does not have": ('columns = { KOENN = "x" }', "did you mean KOEN"),
    "a declared column of another register": ('columns = { ATC = "x" }', "does not have"),
    "values of keys": ('values = { PNR = { M = "1" } }', "not for keys and days"),
}


@pytest.mark.parametrize(("line", "told"), WRONG.values(), ids=WRONG)
def test_codings_that_are_refused(tmp_path, line, told):
    directory = declared(delivery(tmp_path), "population", line)
    with pytest.raises(SchemaError, match=told):
        ingest(directory, tmp_path / "store", Threads(1))
