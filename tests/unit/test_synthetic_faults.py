"""Planted faults: what the list says is what stands in the files, and an ingest accounts for exactly that."""

import hashlib
import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.errors import SchemaError
from fordel_dask.synthetic.faults import people
from tests.lib.counted_faults import NEEDED, count_faults, read_delivery

REJECTED = {
    "file_unreadable", "column_missing", "column_type", "person_twice", "clinic_twice", "clinic_type_unknown",
    "clinic_municipality_unknown", "capacities_impossible",
}  # fmt: skip
AT_THE_JOIN = ("no_contact", "unknown_person", "other_system", "contact_day_missing", "no_listed_condition")
FIXED_NUMBER = {"bruhon_unit": 1, "group_2_municipality": 1}
NATIONS = {
    "all faults in a hamlet": ("--citizens", "1000", "--seed", "5", "--extras"),
    "all faults, no extras, a fee year of 53 weeks": ("--citizens", "1200", "--seed", "6", "--year", "2027"),
    "LPR2 long over": ("--citizens", "1000", "--seed", "6", "--year", "2060", "--faults-kind", "rows"),
    "every column of DREAM": ("--citizens", "1000", "--seed", "6", "--dream", "full"),
}


def fordel(*arguments):
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def synth(out, *options):
    fordel("synth", "--quiet", "--threads", "1", "--faults", "--out", out, *options)
    return out


def listed(folder):
    return json.loads((folder / "faults.json").read_text("utf-8"))["faults"]


def expected(folder):
    return {(fault["register"], fault["rule"]): fault["expected"] for fault in listed(folder)}


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return synth(tmp_path_factory.mktemp("faults") / "all", "--citizens", 2000, "--seed", 9, "--extras")


@pytest.fixture(scope="module")
def rows_only(tmp_path_factory):
    options = ("--citizens", 2000, "--seed", 9, "--extras", "--faults-kind", "rows")
    return synth(tmp_path_factory.mktemp("faults") / "rows", *options)


# --- the list -------------------------------------------------------------------------------------


def test_every_fault_is_planted_three_times_at_least(everything):
    few = {
        (fault["register"], fault["rule"]): fault["planted"]
        for fault in listed(everything)
        if fault["planted"] < FIXED_NUMBER.get(fault["rule"], 3)
    }
    assert few == {}


def test_more_is_expected_than_planted_only_where_a_clean_nation_has_it_too(everything):
    more = {f["rule"] for f in listed(everything) if f["expected"] != f["planted"]}
    assert more <= {
        "unknown_person", "other_year", "other_type", "other_system", "refuted", "no_listed_condition",
        "no_listed_medicine", "outside_windows", "clinic_unregistered", "clinic_changed_hands", "months_missing",
        "menapt_without_citizens", "municipality_without_citizens", "civil_status_unknown", "christiansoe",
    }  # fmt: skip
    assert all(f["expected"] >= f["planted"] for f in listed(everything))


def test_every_row_reason_of_every_register_is_planted(everything):
    registers = {register: set() for register in NEEDED}
    for fault in listed(everything):
        registers.setdefault(fault["register"], set()).add(fault["rule"])
    assert {register: sorted(rules - REJECTED - {"column_unknown"}) for register, rules in registers.items()} == {
        "population": [
            "age_over_120", "birth_day_after_status_date", "birth_day_missing", "christiansoe", "civil_status_unknown",
            "country_unknown", "key_length", "menapt_without_citizens", "municipality_without_citizens",
            "no_person_key", "origin_type_unknown", "sex", "unknown_municipality",
        ],
        "enrolment": [
            "clinic_changed_hands", "clinic_unregistered", "first_day_after_last_day", "first_day_missing",
            "group_unknown", "last_day_unreadable", "not_enrolled", "overlapping_spells", "unknown_person",
        ],
        "services": [
            "bruhon_unit", "negative_total", "other_year", "paid_missing", "paid_unreadable", "quantity_not_whole",
            "row_repeated_in_another_file", "service_code_malformed", "service_unknown", "unknown_person",
            "week_invalid", "weeks_missing", "weeks_thin",
        ],
        "lpr 1 contacts": [
            "contact_day_missing", "contact_day_outside", "contact_key_blank", "contact_twice", "months_missing",
            "unknown_person",
        ],
        "lpr 1 diagnoses": [
            "code_blank", "code_form", "contact_day_missing", "no_contact", "no_d", "no_listed_condition",
            "other_type", "unknown_person",
        ],
        "lpr 2 contacts": [
            "contact_day_missing", "contact_day_outside", "contact_key_blank", "contact_twice", "months_missing",
            "other_system", "unknown_person",
        ],
        "lpr 2 diagnoses": [
            "code_blank", "code_form", "contact_day_missing", "no_contact", "no_d", "no_listed_condition",
            "other_system", "other_type", "refuted", "unknown_person",
        ],
        "diagnoses": [
            "code_blank", "code_form", "contact_day_missing", "no_d", "no_listed_condition", "other_type", "refuted",
            "unknown_person",
        ],
        "dream": ["cells_unreadable", "code_unknown", "unknown_person", "week_empty", "weeks_missing"],
        "clinics": ["capacities_missing", "predecessor_unknown"],
        "areas": ["area_without_municipality"],
        "prescriptions": [
            "atc_malformed", "dispensing_day_missing", "dispensing_day_outside", "no_listed_medicine",
            "outside_windows", "packages_not_whole", "unknown_person",
        ],
    }  # fmt: skip


# --- the files ------------------------------------------------------------------------------------


def test_counting_the_files_by_hand_gives_the_list(everything):
    assert dict(count_faults(everything)) == expected(everything)


@pytest.mark.parametrize("options", NATIONS.values(), ids=NATIONS)
def test_the_list_is_exact_for_any_nation(options, tmp_path):
    folder = synth(tmp_path / "nation", *options)
    assert dict(count_faults(folder)) == expected(folder)


def test_the_list_is_exact_where_a_municipality_has_many_in_group_2(tmp_path, monkeypatch):
    monkeypatch.setattr(people, "GROUP_2_FROM_CITIZENS", 1_000)
    folder = synth(tmp_path / "nation", "--citizens", 1000, "--seed", 5, "--faults-kind", "rows")
    assert expected(folder)["enrolment", "group_2_municipality"] == 1
    assert dict(count_faults(folder)) == expected(folder)


def test_a_nation_of_several_blocks_is_counted_as_a_whole(tmp_path):
    folder = synth(tmp_path / "nation", "--citizens", 50_500, "--seed", 5, "--faults-kind", "rows")
    assert dict(count_faults(folder)) == expected(folder)


def test_faults_of_rows_alone_reject_nothing(rows_only, everything):
    assert not REJECTED & {fault["rule"] for fault in listed(rows_only)}
    kept = {rule: number for rule, number in expected(everything).items() if rule[1] not in REJECTED}
    assert set(kept) == set(expected(rows_only))


def test_the_same_seed_gives_the_same_bytes(rows_only, tmp_path):
    again = synth(tmp_path / "rows", "--citizens", 2000, "--seed", 9, "--extras", "--faults-kind", "rows")
    assert _bytes_of(again) == _bytes_of(rows_only)


def _bytes_of(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_without_faults_there_is_no_trace_of_them_even_where_some_were_before(tmp_path):
    synth(tmp_path / "nation", "--citizens", 1000, "--seed", 9, "--extras")
    fordel("synth", "--quiet", "--citizens", 1000, "--seed", 9, "--out", tmp_path / "nation")
    names = {path.name for path in (tmp_path / "nation").rglob("*") if path.is_file()}
    assert not {name for name in names if "fault" in name}
    assert "diagnoses/" not in (tmp_path / "nation" / "registers.toml").read_text("utf-8").replace("_diagnoses/", "")


def test_a_planted_person_has_no_row_in_another_register_but_a_spell(rows_only):
    """Otherwise one fault would change the number of another."""
    tables, _, _ = read_delivery(rows_only)
    ordinary = set(pq.read_table(rows_only / "population" / "part-00000.parquet")["PNR"].to_pylist())
    people_ = tables["population"]
    planted = set(people_.PNR[people_.file == "faults.parquet"]) - {""}
    assert not planted & ordinary
    for register in ("services", "dream", "diagnoses", "lpr 1 contacts", "lpr 2 contacts", "prescriptions"):
        assert not planted & set(tables[register].PNR)
    assert planted & set(tables["enrolment"].PNR)


# --- ingest ---------------------------------------------------------------------------------------


def test_an_ingest_accounts_for_exactly_what_was_planted(rows_only, tmp_path):
    fordel("ingest", rows_only, "--store", tmp_path / "store", "--quiet", "--threads", "1")
    account = json.loads((tmp_path / "store" / "manifest.json").read_text("utf-8"))["accounting"]
    found = {
        (register, reason): rows
        for register, of_register in account.items()
        for fate in ("dropped", "quarantined")
        for reason, rows in of_register.get(fate, {}).items()
    }
    listed_ = expected(rows_only)
    for register in {register for register, reason in found if reason == "no_listed_condition"}:
        # what is in no list may be left out before the join, so it is not asked for its contact; the sum stays
        joined = [(register, reason) for reason in AT_THE_JOIN]
        assert sum(found.pop(rule, 0) for rule in joined) == sum(listed_.get(rule, 0) for rule in joined)
    assert found == {rule: number for rule, number in listed_.items() if rule in found}
    assert len(found) >= 30
    assert account["services"]["notes"]["paid_unreadable"] == expected(rows_only)["services", "paid_unreadable"]


def test_a_delivery_with_all_faults_is_refused_and_every_spoilt_file_is_named(everything, tmp_path):
    with pytest.raises(SchemaError) as refused:
        fordel("ingest", everything, "--store", tmp_path / "store", "--quiet", "--threads", "1")
    for n in (1, 2, 3):
        assert f"services: faults_cut_{n}.parquet cannot be read" in str(refused.value)
    twice = expected(everything)["clinics", "clinic_twice"]
    assert f"clinics: {twice} clinics have more than one row" in str(refused.value)
