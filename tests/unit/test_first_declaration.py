"""A first registers.toml: what it says gives the same store as the one that was written by hand."""

import gzip
import shutil
import tomllib
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.registers.first_declaration import first_declaration
from fordel_dask.synthetic import Nation, write_block, write_tables
from tests.lib.deliveries import ORDINARY, REGISTERS, write_delivery
from tests.lib.families import rename_nation, split_service_codes
from tests.lib.nations import random_options, write_nation

MANIFEST = "manifest.json"  # it has the hash of registers.toml itself


def store_bytes(directory, store):
    """Ingest and give the bytes of every file of the store but its manifest."""
    ingest(directory, store, Threads(2), partitions=2)
    return {
        path.relative_to(store).as_posix(): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def drafted(directory):
    """Put the draft in the place of the declaration."""
    (directory / "registers.toml").unlink(missing_ok=True)
    draft = first_declaration(directory)
    (directory / "registers.toml").write_text(draft.text, encoding="utf-8")
    return draft


def nation(tmp_path, seed, **options):
    return write_nation(tmp_path / "nation", seed, 200, **{**random_options(seed), "life_expectancy": None, **options})


@pytest.mark.parametrize("seed", range(10))
def test_the_draft_for_an_awkward_nation_gives_the_same_store(tmp_path, seed):
    directory = nation(tmp_path, seed)
    by_hand = store_bytes(directory, tmp_path / "by_hand")
    draft = drafted(directory)
    assert (draft.unplaced, draft.doubts) == ([], [])
    assert store_bytes(directory, tmp_path / "drafted") == by_hand


@pytest.mark.parametrize("family", ["dst", "sds"])
@pytest.mark.parametrize("seed", [2, 3, 7])
def test_the_draft_for_a_family_s_names_gives_the_same_store(tmp_path, seed, family):
    directory = nation(tmp_path, seed)
    by_hand = store_bytes(directory, tmp_path / "by_hand")
    renamed = rename_nation(directory, tmp_path / "renamed", family)
    assert store_bytes(renamed, tmp_path / "renamed_by_hand") == by_hand
    draft = drafted(renamed)
    assert (draft.unplaced, draft.doubts) == ([], [])
    assert store_bytes(renamed, tmp_path / "drafted") == by_hand


def test_speciality_and_service_in_two_columns_give_the_same_store(tmp_path):
    directory = nation(tmp_path, 4, suffix="parquet", codes="text", bruhon="oere")
    by_hand = store_bytes(directory, tmp_path / "by_hand")
    for path in directory.glob("services-*.parquet"):
        pq.write_table(split_service_codes(pq.read_table(path)), path)
    draft = drafted(directory)
    assert 'bruhon = "oere"' in draft.text
    assert store_bytes(directory, tmp_path / "drafted") == by_hand


def test_the_draft_for_an_invented_nation_gives_the_same_store(tmp_path):
    directory = tmp_path / "registers"
    invented = Nation(citizens=1_000, seed=3)
    write_tables(invented, directory)
    write_block(invented, 0, directory)
    by_hand = store_bytes(directory, tmp_path / "by_hand")
    draft = drafted(directory)
    assert (draft.unplaced, draft.doubts) == ([], [])
    assert draft.placed["lpr 2 contacts"] == ["lpr3_contacts/part-00000.parquet"]
    assert store_bytes(directory, tmp_path / "drafted") == by_hand


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), path)


@pytest.fixture
def delivery(tmp_path):
    """A delivery of one citizen, without a declaration."""
    directory = write_delivery(tmp_path / "registers")
    (directory / "registers.toml").unlink()
    return directory


def declared(directory):
    draft = first_declaration(directory)
    assert ORDINARY not in draft.text + str(draft)
    return draft, tomllib.loads(draft.text)


def test_files_in_folders_by_year_are_one_register(delivery):
    (delivery / "services.parquet").unlink()
    for year in (2024, 2025):
        write(delivery / f"sssy/year={year}/part-0.parquet", REGISTERS["services"])
    _, content = declared(delivery)
    assert content["services"]["path"] == "sssy/**/*.parquet"


def test_a_pattern_never_takes_a_file_of_another_register(delivery):
    (delivery / "services.parquet").unlink()
    (delivery / "dream.parquet").unlink()
    for number in (1, 2):
        write(delivery / f"all/table{number}.parquet", REGISTERS["services"])
    write(delivery / "all/table3.parquet", REGISTERS["dream"])
    _, content = declared(delivery)
    assert content["services"]["path"] == ["all/table1.parquet", "all/table2.parquet"]
    assert content["dream"]["path"] == "all/table3.parquet"


def test_names_with_signs_of_patterns_are_taken_literally(delivery):
    (delivery / "dream.parquet").rename(delivery / "dream [june].parquet")
    drafted(delivery)
    assert ingest(delivery, delivery.parent / "store", Threads(1))["accounting"]["dream"]["rows_in"] == 1


def test_an_unknown_name_that_holds_the_column_s_name_is_declared_and_doubted(delivery):
    rows = pa.Table.from_pylist(REGISTERS["population"]).rename_columns(
        ["pnr_pseudonym" if name == "PNR" else name for name in REGISTERS["population"][0]]
    )
    write(delivery / "population.parquet", rows)
    draft, content = declared(delivery)
    assert content["population"]["columns"] == {"PNR": "pnr_pseudonym"}
    assert draft.doubts == ["population: pnr_pseudonym is taken for PNR by its name alone."]


def test_a_file_that_lacks_a_column_is_named_with_its_nearest_register(delivery):
    rows = pa.Table.from_pylist(REGISTERS["services"]).rename_columns(
        ["antal_x" if name == "YDLANT" else name for name in REGISTERS["services"][0]]
    )
    write(delivery / "services.parquet", rows)
    draft, content = declared(delivery)
    (file, why), *others = draft.unplaced
    assert (file, others) == ("services.parquet", [])
    assert "nearest is services, but it lacks YDLANT; unknown in it are antal_x" in why
    assert 'columns = { YDLANT = "its name" }' in why
    assert "services" not in content
    assert "No file looks like services, which is needed." in draft.doubts


def test_two_columns_that_may_be_the_key_are_left_to_the_reader(delivery):
    row = {name: value for name, value in REGISTERS["enrolment"][0].items() if name != "PNR"}
    write(delivery / "enrolment.parquet", [{**row, "CPR": ORDINARY, "V_CPR": ORDINARY}])
    draft, content = declared(delivery)
    assert "columns" not in content["enrolment"]
    assert '# columns = { PNR = "V_CPR" }  # or another' in draft.text or '# columns = { PNR = "CPR" }' in draft.text
    assert any("CPR and V_CPR may each be PNR" in d or "V_CPR and CPR may each be PNR" in d for d in draft.doubts)


def test_what_is_no_register_is_named(delivery):
    write(delivery / "notes.parquet", [{"A": 1, "B": 2}])
    (delivery / "broken.parquet").write_bytes(b"PAR1 and then nothing")
    (delivery / "empty.csv").write_text("")
    (delivery / "readme.txt").write_text("not data")
    whole = gzip.compress(b"PNR,ATC,EKSD,APK\n" + b"A,N02BE01,2025-01-01,1\n" * 100_000)
    (delivery / "cut_short.csv.gz").write_bytes(whole[: len(whole) // 2])
    write(delivery / ".hidden/population.parquet", REGISTERS["population"])
    draft, _ = declared(delivery)
    told = dict(draft.unplaced)
    assert sorted(told) == ["broken.parquet", "cut_short.csv.gz", "empty.csv", "notes.parquet"]
    assert told["notes.parquet"] == "its columns are those of no register"
    assert all("cannot be read" in told[name] for name in ("broken.parquet", "cut_short.csv.gz"))
    assert "# Not placed: notes.parquet" in draft.text


def test_insurance_groups_of_one_day_are_no_spells(delivery):
    write(delivery / "sssi2025.parquet", [{"PNR": ORDINARY, "SIKGRUP": "1", "SIKREKOM": "101"}])
    draft, content = declared(delivery)
    assert content["enrolment"]["path"] == "enrolment.parquet"
    (file, why), *others = draft.unplaced
    assert (file, others) == ("sssi2025.parquet", [])
    assert "SSSI" in why


STAND_INS = {
    "lists of patients": ({"PNR": ORDINARY, "YDERNR": "010101", "SIKGRUP": "1"}, "list"),
    "lists of patients, by the agency's names": ({"cprnr": ORDINARY, "ydernummer": "010101", "sikgrup": "1"}, "list"),
    "insurance groups": ({"PNR": ORDINARY, "SIKGRUP": "1", "SIKREKOM": "101"}, "groups"),
}


@pytest.mark.parametrize(("row", "kind"), STAND_INS.values(), ids=STAND_INS)
def test_where_there_are_no_spells_something_less_exact_stands_for_them(delivery, row, kind):
    write(delivery / "enrolment.parquet", [row])
    draft, content = declared(delivery)
    assert content["enrolment"] == {"path": "enrolment.parquet", "kind": kind}
    assert draft.placed["enrolment"] == ["enrolment.parquet"]
    assert "less exact" in draft.doubts[0]


def test_services_that_lack_much_are_no_list_of_patients(delivery):
    row = {"PNR": ORDINARY, "YDERNR": "010101", "SIKGRUP": "1", "SPEC2": "80", "HONUGE": "2501", "AFRPER": "1"}
    write(delivery / "sssy.parquet", [{**row, "BRUHON": 1.0, "KONTAKT": 1}])
    draft, _ = declared(delivery)
    assert draft.unplaced[0][1].startswith("nearest is services, but it lacks SPECIALE, YDLANT")


def test_lists_are_better_than_groups(delivery):
    for name, (row, _) in STAND_INS.items():
        write(delivery / f"{name.replace(' ', '_')}.parquet", [row])
    (delivery / "enrolment.parquet").unlink()
    draft, content = declared(delivery)
    assert content["enrolment"]["kind"] == "list"
    assert [name for name, _ in draft.unplaced] == ["insurance_groups.parquet"]


def test_of_several_snapshots_the_last_before_the_status_date_is_taken(delivery):
    (delivery / "population.parquet").unlink()
    for day in (date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)):
        write(delivery / f"bef{day:%Y%m}.parquet", [{**REGISTERS["population"][0], "REFERENCETID": day}])
    draft, content = declared(delivery)
    assert content["population"]["path"] == "bef202512.parquet"
    assert [name for name, _ in draft.unplaced] == ["bef202509.parquet", "bef202603.parquet"]


YEARS = {
    "the year after the one with most rows": (["2401", "2402", "2301"], 2025),
    "weeks as numbers of the year 2000": ([1, 2, 3], 2001),
    "weeks that are none say nothing": (["2599", "2500", "x", None, "2410"], 2025),
}


@pytest.mark.parametrize(("weeks", "year"), YEARS.values(), ids=YEARS)
def test_the_planning_year(delivery, weeks, year):
    write(delivery / "services.parquet", [{**REGISTERS["services"][0], "HONUGE": week} for week in weeks])
    _, content = declared(delivery)
    assert content["nation"]["year"] == year


def test_services_of_two_years_and_a_dream_without_the_fee_year_are_doubted(delivery):
    rows = [{**REGISTERS["services"][0], "HONUGE": week} for week in ("2401", "2402", "2501")]
    write(delivery / "services.parquet", rows)
    doubts = declared(delivery)[0].doubts
    assert doubts[0].startswith("Services were settled in several years")
    assert doubts[1] == "DREAM has no week of the fee year 2024."


def test_without_services_the_last_year_of_dream_tells(delivery):
    (delivery / "services.parquet").unlink()
    write(delivery / "dream.parquet", [{"PNR": ORDINARY, "Y_9901": "", "Y_2401": "", "Y_2301": ""}])
    assert declared(delivery)[1]["nation"]["year"] == 2025


@pytest.mark.parametrize(("amounts", "unit"), [([169.11, 170, 1], "kroner"), ([16911, 17000], "oere")])
def test_the_unit_of_fees(delivery, amounts, unit):
    rows = [{**REGISTERS["services"][0], "BRUHON": float(a * n), "YDLANT": n} for n, a in enumerate(amounts, 1)]
    write(delivery / "services.parquet", rows)
    assert declared(delivery)[1]["services"]["bruhon"] == unit


def test_without_a_consultation_the_unit_is_doubted(delivery):
    write(delivery / "services.parquet", [{**REGISTERS["services"][0], "SPECIALE": "530101"}])
    draft, content = declared(delivery)
    assert content["services"]["bruhon"] == "kroner"
    assert any("unit of BRUHON" in doubt for doubt in draft.doubts)


CODES = {
    "codes with D": (["DJ449", "di10", "DE11"], "sks", False),
    "codes without": (["J449", "I10", "E11", "D500", "I20", "G20"], "icd10", False),
    "both": (["J449", "DI10", None], "sks", True),
    "none": ([None, ""], "sks", True),
}


@pytest.mark.parametrize(("given", "form", "doubted"), CODES.values(), ids=CODES)
def test_the_form_of_diagnosis_codes(delivery, given, form, doubted):
    rows = [{**REGISTERS["diagnoses"][0], "CODE": code} for code in given]
    write(delivery / "diagnoses.parquet", rows)
    draft, content = declared(delivery)
    assert content["diagnoses"]["codes"] == form
    assert bool([doubt for doubt in draft.doubts if "begin with D" in doubt]) == doubted


def test_values_that_only_a_family_knows_are_doubted_and_not_declared(delivery):
    write(delivery / "population.parquet", [{**REGISTERS["population"][0], "KOEN": "K"}])
    write(delivery / "contact_diagnoses.parquet", [{**REGISTERS["contact_diagnoses"][0], "SENERE_AFKRAEFTET": "JA"}])
    draft, content = declared(delivery)
    assert "family" not in content["population"]
    assert '# family = "sds"  # gives values of KOEN another meaning' in draft.text
    assert '# family = "dst"  # gives values of SENERE_AFKRAEFTET another meaning' in draft.text
    assert [doubt.partition(" hold")[0] for doubt in draft.doubts] == [
        "population: KOEN",
        "lpr 1 diagnoses: SENERE_AFKRAEFTET",
    ]


def pairs_of(content):
    return [(pair["contacts"], pair["diagnoses"]) for pair in content["lpr"]]


def contacts(keys, name="RECNUM", person="PNR"):
    return [{person: ORDINARY, name: key, "D_INDDTO": date(2015, 1, 1)} for key in keys]


def codes(keys, name="RECNUM"):
    return [{name: key, "C_DIAG": "DI10", "C_DIAGTYPE": "A"} for key in keys]


def test_psychiatry_is_a_pair_of_its_own_by_the_names_of_its_keys(delivery):
    for year in (2017, 2018):
        write(delivery / f"lpr_adm{year}.parquet", contacts([1, 2]))
        write(delivery / f"lpr_diag{year}.parquet", codes([1, 2]))
    write(delivery / "t_psyk_adm.parquet", contacts([1, 2], "K_RECNUM", "V_CPR"))
    write(delivery / "t_psyk_diag.parquet", codes([1, 2], "V_RECNUM"))
    assert pairs_of(declared(delivery)[1]) == [
        ("lpr_adm*.parquet", "lpr_diag*.parquet"),
        ("t_psyk_adm.parquet", "t_psyk_diag.parquet"),
        ("contacts.parquet", "contact_diagnoses.parquet"),
    ]


def test_pairs_with_one_name_of_the_key_are_told_by_the_keys_that_meet(delivery):
    write(delivery / "a_somatic.parquet", contacts([1, 2, 3]))
    write(delivery / "b_mind.parquet", contacts([101, 102, 103]))
    write(delivery / "c_mind.parquet", codes([1, 2]))
    write(delivery / "d_somatic.parquet", codes([101, 103]))
    draft, content = declared(delivery)
    assert pairs_of(content)[:2] == [("a_somatic.parquet", "c_mind.parquet"), ("b_mind.parquet", "d_somatic.parquet")]
    assert draft.doubts == []


def test_pairs_that_only_names_can_tell_are_doubted(delivery):
    for name in ("lpr", "psyk"):
        write(delivery / f"{name}_adm.parquet", contacts([1, 2, 3]))
        write(delivery / f"{name}_diag.parquet", codes([1, 2]))
    draft, content = declared(delivery)
    assert pairs_of(content)[:2] == [("lpr_adm.parquet", "lpr_diag.parquet"), ("psyk_adm.parquet", "psyk_diag.parquet")]
    assert draft.doubts == [f"{n}_diag is paired with {n}_adm by their names only." for n in ("lpr", "psyk")]


def test_contacts_that_no_diagnoses_chose_are_parts_of_the_nearest_table(delivery):
    write(delivery / "adm_east.parquet", contacts([1, 2, 3]))
    write(delivery / "adm_west.parquet", contacts([11, 12]))
    write(delivery / "diag.parquet", codes([1, 2, 3, 11, 12]))
    draft, content = declared(delivery)
    assert pairs_of(content)[0] == (["adm_east.parquet", "adm_west.parquet"], "diag.parquet")
    assert draft.doubts[-1] == "adm_west and adm_east are taken as parts of one table."


def test_two_forms_of_lpr3_are_doubted(delivery):
    write(
        delivery / "lpr_f_kontakter.parquet",
        [{"cpr": ORDINARY, "dw_ek_kontakt": "F9", "dato_start": date(2020, 1, 1)}],
    )
    write(
        delivery / "lpr_f_diagnoser.parquet",
        [{"dw_ek_kontakt": "F9", "diagnosekode": "DI10", "diagnosetype": "A", "senere_afkraeftet": "Nej"}],
    )
    draft, content = declared(delivery)
    assert len(content["lpr"]) == 2
    assert any("if they hold the same contacts, keep one" in doubt for doubt in draft.doubts)


def test_contacts_without_diagnoses_are_not_placed(delivery):
    (delivery / "contact_diagnoses.parquet").unlink()
    draft, content = declared(delivery)
    assert "lpr" not in content
    assert dict(draft.unplaced) == {"contacts.parquet": "no diagnoses with the key DW_EK_KONTAKT were found"}


def test_one_register_in_two_formats_is_doubted(delivery):
    lines = ["PNR;YDERNR;SIKGRUP;FRA;TIL", f"{ORDINARY};010101;1;2020-01-01;"]
    with gzip.open(delivery / "enrolment.csv.gz", "wt") as file:
        file.write("\n".join(lines))
    draft, content = declared(delivery)
    assert sorted(content["enrolment"]["path"]) == ["enrolment.csv.gz", "enrolment.parquet"]
    assert draft.doubts == ["enrolment: its files are of 2 folders or formats; are all of them one delivery?"]


def test_an_empty_directory_gives_a_draft_that_says_what_is_needed(tmp_path):
    draft = first_declaration(tmp_path)
    assert draft.placed == {}
    assert len(draft.doubts) == 7
    assert tomllib.loads(draft.text) == {"nation": {"year": 2026}}


def test_nothing_is_written(delivery):
    before = sorted(delivery.rglob("*"))
    first_declaration(delivery)
    assert sorted(delivery.rglob("*")) == before
    shutil.rmtree(delivery)
