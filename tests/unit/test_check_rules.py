"""What a check counts, one named case a rule: what is planted is found, once and under its name."""

from collections import Counter
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.graph.executor import Threads
from fordel_dask.quality import judge
from fordel_dask.quality.check import check
from fordel_dask.quality.coverage import unit_of_fees
from fordel_dask.quality.looks import judged_codes
from tests.lib.deliveries import ORDINARY, REGISTERS, declare, with_row, write_delivery

OTHER = "THE_OTHER_01"
STRANGER = "SOMEBODYELSE"
EVERY_WEEK = [{**REGISTERS["services"][0], "HONUGE": f"25{week:02}"} for week in range(1, 53)]
DREAM_WEEKS = {f"Y_25{week:02}": "783" for week in range(1, 53)}
QUIET = {"services": EVERY_WEEK, "dream": [{"PNR": ORDINARY, **DREAM_WEEKS}]}
"""A delivery without holes, so that a case shows its own fault only."""

OF_ONE_CITIZEN = {"menapt_without_citizens", "municipality_without_citizens"}
"""Whoever writes one citizen leaves most places empty."""


def total(observed):
    """Give the counts by register and rule, files and registers together."""
    counts = Counter()
    for file in observed.files:
        counts.update({(file.register, rule): count for rule, count in file.measures.items()})
    for register, measures in observed.registers.items():
        counts.update({(register, rule): count for rule, count in measures.items()})
    return {key: count for key, count in counts.items() if key[1] not in OF_ONE_CITIZEN}


def checked(tmp_path, change=lambda directory: None, more="", **registers):
    directory = write_delivery(tmp_path / "registers", more, **{**QUIET, **registers})
    change(directory)
    return check(directory, Threads(1))


def test_an_ordinary_delivery_has_nothing_to_count(tmp_path):
    observed = checked(tmp_path)
    assert total(observed) == {}
    assert observed.refusals == ()
    assert (observed.year, observed.coverage["dream"]["2501"], observed.coverage["services"]["2552"]) == (2026, 1, 1)
    assert observed.coverage["lpr 1 contacts"] == {"2021-03": 1}


def with_rows(register, *rows):
    return {register: [*QUIET.get(register, REGISTERS[register]), *({**REGISTERS[register][0], **r} for r in rows)]}


PERSON = {"PNR": OTHER}
PERSONS = {
    "no key": ({"PNR": " "}, "no_person_key"),
    "an unknown municipality": ({"KOM": "999"}, "unknown_municipality"),
    "a sex that is neither 1 nor 2": ({"KOEN": "3"}, "sex"),
    "no day of birth": ({"FOED_DAG": None}, "birth_day_missing"),
    "born after the status date": ({"FOED_DAG": date(2026, 1, 2)}, "birth_day_after_status_date"),
    "121 years old on the status date": ({"FOED_DAG": date(1905, 1, 1)}, "age_over_120"),
    "120 years old on the status date": ({"FOED_DAG": date(1905, 1, 2)}, None),
    "a civil status of no list": ({"CIVST": "X"}, "civil_status_unknown"),
    "a blank civil status": ({"CIVST": ""}, None),
    "a country that is no country": ({"OPR_LAND": "4999"}, "country_unknown"),
    "a blank country": ({"OPR_LAND": ""}, None),
    "an origin nobody knows": ({"IE_TYPE": "9"}, "origin_type_unknown"),
    "a person of Christiansø": ({"KOM": "0411"}, "christiansoe"),
    "a key of 11 characters": ({"PNR": "THE_OTHER_1"}, "key_length"),
    "a key of 10 characters": ({"PNR": "THE_OTHER1"}, None),
}


@pytest.mark.parametrize(("values", "rule"), PERSONS.values(), ids=PERSONS)
def test_persons(tmp_path, values, rule):
    row = {**PERSON, **values}
    spells = {"PNR": row["PNR"]}
    observed = checked(tmp_path, **with_rows("population", row), **with_rows("enrolment", spells))
    found = total(observed)
    found.pop(("enrolment", "unknown_person"), None)  # of a person who is kept out
    assert found == ({("population", rule): 1} if rule else {})


def test_keys_that_are_numbers_have_no_length(tmp_path):
    registers = {
        name: [{**row, "PNR": 7} for row in QUIET.get(name, REGISTERS[name])]
        for name in ("population", "enrolment", "services", "dream", "diagnoses", "contacts")
    }
    assert total(checked(tmp_path, **registers)) == {}


def test_a_person_who_stands_three_times_is_counted_twice_and_numbered_once(tmp_path):
    observed = checked(tmp_path, **with_rows("population", {}, {"KOM": "400"}))
    assert total(observed) == {("population", "person_twice"): 2}
    assert [(code, "repeat the PNR" in message) for code, message in observed.refusals] == [(10, True)]


def test_places_and_origins_without_anybody_are_counted(tmp_path):
    observed = checked(tmp_path, **with_rows("population", {"PNR": OTHER, "KOM": "400", "OPR_LAND": "5404"}))
    assert observed.registers["population"] == {"menapt_without_citizens": 23, "municipality_without_citizens": 96}


SPELLS = {
    "no first day": ([{"FRA": None}], {"first_day_missing": 1}),
    "a last day that is none": ([{"FRA": "2020-01-01", "TIL": "soon"}], {"last_day_unreadable": 1}),
    "a last day before the first": ([{"TIL": date(2019, 1, 1)}], {"first_day_after_last_day": 1}),
    "a person who is not in the population": ([{"PNR": STRANGER}], {"unknown_person": 1}),
    "a group nobody knows": ([{"SIKGRUP": "9"}], {"group_unknown": 1}),
    "two spells that share one day": (
        [{"FRA": date(2010, 1, 1), "TIL": date(2020, 1, 1)}],
        {"overlapping_spells": 1},
    ),
    "three spells that share a day are one citizen": (
        [{"FRA": date(2010, 1, 1), "TIL": date(2020, 1, 1)}, {"FRA": date(2009, 1, 1)}],
        {"overlapping_spells": 1},
    ),
    "a spell that ends the day before the next": ([{"FRA": date(2010, 1, 1), "TIL": date(2019, 12, 31)}], {}),
    "a spell in group 2 beside one in group 1": ([{"SIKGRUP": "2"}], {}),
}


@pytest.mark.parametrize(("rows", "rules"), SPELLS.values(), ids=SPELLS)
def test_spells(tmp_path, rows, rules):
    own = rows[0].get("FRA", "") == "2020-01-01"
    first = [{**REGISTERS["enrolment"][0], **({"FRA": "2020-01-01", "TIL": "2030-01-01"} if own else {})}]
    spells = [*first, *({**REGISTERS["enrolment"][0], **row} for row in rows)]
    observed = checked(tmp_path, enrolment=spells)
    assert total(observed) == {("enrolment", rule): count for rule, count in rules.items()}


OF_ONE_DAY = {
    "a list": ("list", ("PNR", "YDERNR", "SIKGRUP"), {"clinic_unregistered": 1, "group_unknown": 1}),
    "groups": ("groups", ("PNR", "SIKGRUP"), {"group_unknown": 1}),
}


@pytest.mark.parametrize(("kind", "columns", "rules"), OF_ONE_DAY.values(), ids=OF_ONE_DAY)
def test_enrolment_of_one_day_has_no_spells_to_judge(tmp_path, kind, columns, rules):
    rows = [{"PNR": ORDINARY}, {"PNR": OTHER, "SIKGRUP": "9"}, {"PNR": "ONE_MORE_001", "YDERNR": "999999"}]
    rows = [{**REGISTERS["enrolment"][0], **row} for row in [*rows, {"PNR": STRANGER}]]
    enrolment = [{name: row[name] for name in columns} for row in rows]
    people = with_rows("population", {"PNR": OTHER}, {"PNR": "ONE_MORE_001"})
    observed = checked(tmp_path, lambda d: declare(d, "enrolment", f'kind = "{kind}"'), enrolment=enrolment, **people)
    assert total(observed) == {("enrolment", rule): count for rule, count in {**rules, "unknown_person": 1}.items()}
    assert observed.refusals == ()


@pytest.mark.parametrize("kind", ["list", "groups"])
def test_a_person_who_stands_twice_in_enrolment_of_one_day_rejects_it(tmp_path, kind):
    columns = OF_ONE_DAY["a list" if kind == "list" else kind][1]
    rows = [{name: REGISTERS["enrolment"][0][name] for name in columns}] * 3
    observed = checked(tmp_path, lambda d: declare(d, "enrolment", f'kind = "{kind}"'), enrolment=rows)
    assert total(observed) == {("enrolment", "person_twice"): 2}
    assert [code for code, _ in observed.refusals] == [10]
    assert judge(observed)["exit_code"] == 10


TREATED = {
    "a day of another year": ({"BEHANDLINGSDATO": date(2024, 3, 3)}, {"other_year": 1}),
    "no day": ({"BEHANDLINGSDATO": None}, {"treatment_day_missing": 1}),
    "a settlement week that is none": ({"HONUGE": "2599"}, {"settlement_week_malformed": 1}),
}


@pytest.mark.parametrize(("values", "rules"), TREATED.values(), ids=TREATED)
def test_services_by_their_day_of_treatment(tmp_path, values, rules):
    rows = [{**row, "BEHANDLINGSDATO": date(2025, 3, 3)} for row in EVERY_WEEK]
    by_treatment = [*rows, {**rows[0], **values}]
    observed = checked(tmp_path, lambda d: declare(d, "services", 'year_by = "treatment"'), services=by_treatment)
    assert total(observed) == {("services", rule): count for rule, count in rules.items()}
    assert {finding["rule"] for finding in judge(observed)["findings"]} >= set(rules)


MEDICINE = {
    "a code that is no code": ({"ATC": "12AB345"}, {"atc_malformed": 1}),
    "medicine of no definition": ({"ATC": "J01CA08"}, {"no_listed_medicine": 1}),
    "cut off before it is told": ({"ATC": "N02BA"}, {"no_listed_medicine": 1, "atc_too_short_to_tell": 1}),
    "three years ago": ({"EKSD": date(2022, 12, 31)}, {"outside_windows": 1}),
    "before there was a register": (
        {"EKSD": date(1994, 12, 31)},
        {"outside_windows": 1, "dispensing_day_outside": 1},
    ),
}


@pytest.mark.parametrize(("values", "rules"), MEDICINE.values(), ids=MEDICINE)
def test_prescriptions(tmp_path, values, rules):
    row = {"PNR": ORDINARY, "ATC": "C09AA02", "EKSD": date(2025, 6, 1), "APK": 1}
    observed = checked(tmp_path, prescriptions=[row, {**row, **values}])
    assert total(observed) == {("prescriptions", rule): count for rule, count in rules.items()}
    assert {finding["rule"] for finding in judge(observed)["findings"]} >= set(rules)


def test_without_a_fee_table_of_the_year_the_newest_tells_the_unit():
    unit, rules = unit_of_fees("kroner", {"1750000": 3}, 2031)
    assert unit == {"declared": "kroner", "median_oere": 1_750_000, "fee_table_oere": 16911, "rows": 3}
    assert rules == {"bruhon_unit": 1}


def test_clinics_that_cannot_be_followed_are_told(tmp_path):
    heirs = [{**REGISTERS["clinics"][0], "YDERNR": n, "PREDECESSOR": "090909"} for n in ("010101", "020202")]
    follow = 'predecessors = "follow"'
    observed = checked(tmp_path, lambda d: declare(d, "clinics", follow), clinics=heirs)
    assert ["is the PREDECESSOR of 2 clinics" in message for _, message in observed.refusals] == [True]


AT_STATUS_DATE = {
    "a spell that ended the day before": ({"TIL": date(2025, 12, 31)}, {"not_enrolled": 1}),
    "a spell that begins the day after": ({"FRA": date(2026, 1, 2)}, {"not_enrolled": 1}),
    "group 2 is enrolled too": ({"SIKGRUP": "2"}, {}),
    "a group nobody knows is not": ({"SIKGRUP": "3"}, {"not_enrolled": 1, "group_unknown": 1}),
    "a clinic of no register": ({"YDERNR": "999999"}, {"clinic_unregistered": 1}),
    "a clinic that was taken over": ({"YDERNR": "30303"}, {"clinic_unregistered": 1, "clinic_changed_hands": 1}),
    "a clinic that closed": ({"YDERNR": "020202"}, {"clinic_unregistered": 1}),
    "no clinic": ({"YDERNR": " "}, {}),
}


@pytest.mark.parametrize(("values", "rules"), AT_STATUS_DATE.values(), ids=AT_STATUS_DATE)
def test_spells_at_the_status_date(tmp_path, values, rules):
    clinics = [
        {**REGISTERS["clinics"][0], "PREDECESSOR": "030303"},
        {**REGISTERS["clinics"][0], "YDERNR": "020202", "TIL": date(2025, 12, 31), "PREDECESSOR": None},
        {**REGISTERS["clinics"][0], "YDERNR": "030303", "TIL": date(2020, 12, 31), "PREDECESSOR": None},
    ]
    observed = checked(tmp_path, clinics=clinics, enrolment=[{**REGISTERS["enrolment"][0], **values}])
    assert total(observed) == {("enrolment", rule): count for rule, count in rules.items()}


def test_a_municipality_with_a_capacity_of_citizens_in_group_2(tmp_path):
    citizens = [f"CITIZEN{number:05}" for number in range(1600 + 1599)]
    places = ["101"] * 1600 + ["400"] * 1599
    persons = [{"PNR": key, "KOM": place} for key, place in zip(citizens, places, strict=True)]
    spells = [{"PNR": key, "SIKGRUP": "2"} for key in citizens]
    observed = checked(tmp_path, **with_rows("population", *persons), **with_rows("enrolment", *spells))
    assert total(observed) == {("enrolment", "group_2_municipality"): 1}


SERVICES = {
    "week 00": ([{"HONUGE": "2500"}], {"week_invalid": 1}),
    "a week of another year": ([{"HONUGE": "2410"}], {"other_year": 1}),
    "a person who is not in the population": ([{"PNR": STRANGER}], {"unknown_person": 1}),
    "a service that is no number": ([{"SPECIALE": "80A101"}], {"service_code_malformed": 1}),
    "half a service": ([{"YDLANT": 0.5}], {"quantity_not_whole": 1}),
    "no fee": ([{"BRUHON": None}], {"paid_missing": 1}),
    "a fee of a stranger is not missed": ([{"BRUHON": None, "PNR": STRANGER}], {"unknown_person": 1}),
    "a fee that is no number": ([{"BRUHON": float("inf")}], {"paid_unreadable": 1}),
    "a fee that is no number, beside none": (
        [{"BRUHON": float("inf")}, {"BRUHON": None}, {"BRUHON": float("inf"), "PNR": STRANGER}],
        {"paid_unreadable": 2, "paid_missing": 1, "unknown_person": 1},
    ),
    "a service of no fee table": ([{"SPECIALE": "809999"}], {"service_unknown": 1}),
    "a service of another speciality": ([{"SPECIALE": "539999"}], {}),
    "more corrected than settled": ([{"YDLANT": -60, "HONUGE": "2503"}], {"negative_total": 1}),
    "corrected to nothing": ([{"YDLANT": -52, "HONUGE": "2503"}], {}),
    "a correction of another service": (
        [{"YDLANT": -1, "SPECIALE": "800105"}, {"YDLANT": -2, "SPECIALE": "800201"}],
        {"negative_total": 2},
    ),
    "the same row twice in one file": ([{}], {}),
}


@pytest.mark.parametrize(("rows", "rules"), SERVICES.values(), ids=SERVICES)
def test_services(tmp_path, rows, rules):
    observed = checked(tmp_path, **with_rows("services", *rows))
    assert total(observed) == {("services", rule): count for rule, count in rules.items()}


def weeks(*counts):
    rows = [{"HONUGE": f"25{week:02}"} for week, count in enumerate(counts, 1) for _ in range(count)]
    return [{**REGISTERS["services"][0], **row} for row in rows]


def test_weeks_without_rows_and_with_few(tmp_path):
    observed = checked(tmp_path, services=weeks(*[4] * 40, *[0] * 3, 1, 2, *[4] * 7))
    assert total(observed) == {("services", "weeks_missing"): 3, ("services", "weeks_thin"): 1}


def test_rows_of_other_years_are_summed_by_year(tmp_path):
    rows = [{"HONUGE": week} for week in ("2410", "2411", "2601", "9910", "0099")]
    observed = checked(tmp_path, **with_rows("services", *rows))
    years = {
        week: count for week, count in observed.coverage["services"].items() if len(week) == 4 and week[:2] != "25"
    }
    assert years == {"2024": 2, "2026": 1, "1999": 1}


def in_files(register, *files):
    """Give a change that writes a register as several files."""

    def change(directory):
        (directory / f"{register}.parquet").unlink()
        for number, rows in enumerate(files):
            table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows)
            pq.write_table(table, directory / f"{register}_{number}.parquet")
        declared = directory / "registers.toml"
        declared.write_text(declared.read_text().replace(f"{register}.parquet", f"{register}*.parquet"))

    return change


ROW = REGISTERS["services"][0]
REPEATED = {
    "the same row in another file": ([[*EVERY_WEEK, ROW], [ROW]], 1),
    "in three files": ([[*EVERY_WEEK, ROW], [ROW], [ROW, ROW]], 2),
    "two rows in two files": ([EVERY_WEEK, EVERY_WEEK[:2]], 2),
    "another fee": ([EVERY_WEEK, [{**ROW, "BRUHON": 169.15}]], 0),
    "another clinic": ([EVERY_WEEK, [{**ROW, "YDERNR": "999999"}]], 0),
    "a stranger's row": ([[*EVERY_WEEK, {**ROW, "PNR": STRANGER}], [{**ROW, "PNR": STRANGER}]], 1),
    "the same row, numbers as text": (
        [EVERY_WEEK, [{**EVERY_WEEK[0], "YDLANT": "1", "BRUHON": "169,14", "YDERNR": 10101, "HONUGE": 2501}]],
        1,
    ),
    "another day of treatment": (
        [
            [*EVERY_WEEK, {**ROW, "BEHANDLINGSDATO": None}],
            [{**ROW, "BEHANDLINGSDATO": date(2025, 3, 1)}, {**ROW, "BEHANDLINGSDATO": date(2025, 3, 2)}],
            [{**ROW, "BEHANDLINGSDATO": "20250302"}],
        ],
        1,
    ),
    "another day of treatment, as a number": (
        [[*EVERY_WEEK, {**ROW, "BEHANDLINGSDATO": 23800}], [{**ROW, "BEHANDLINGSDATO": 23801}]],
        0,
    ),
}


@pytest.mark.parametrize(("files", "count"), REPEATED.values(), ids=REPEATED)
def test_rows_of_services_in_several_files(tmp_path, files, count):
    observed = checked(tmp_path, in_files("services", *files))
    assert total(observed).get(("services", "row_repeated_in_another_file"), 0) == count


UNITS = {
    "kroner as declared": (169.14, "kroner", 16900, 0),
    "øre declared as kroner": (16914.0, "kroner", 1_690_000, 1),
    "kroner declared as øre": (169.14, "oere", 169, 1),
    "a fee of years ago": (80.0, "kroner", 8000, 0),
}


@pytest.mark.parametrize(("fee", "declared", "median", "other"), UNITS.values(), ids=UNITS)
def test_the_unit_of_the_fee(tmp_path, fee, declared, median, other, evidence):
    def change(directory):
        toml = directory / "registers.toml"
        toml.write_text(toml.read_text().replace("[services]", f'[services]\nbruhon = "{declared}"'))

    rows = [{**row, "BRUHON": 2 * fee, "YDLANT": 2} for row in EVERY_WEEK]
    observed = checked(tmp_path, change, services=rows)
    unit = {"declared": declared, "median_oere": median, "fee_table_oere": 16911, "rows": 52}
    assert observed.units["bruhon"] == unit
    assert total(observed).get(("services", "bruhon_unit"), 0) == other
    evidence.note("R9", "fees in the declared unit, or in the other one", 1, "the other one is told by the check")


CONTACTS = {
    "no key": ({"DW_EK_KONTAKT": " "}, {"contact_key_blank": 1}),
    "another system": ({"LPRINDBERETNINGSSYSTEM": "LPR2"}, {"other_system": 1}),
    "a person who is not in the population": ({"PNR": STRANGER}, {"unknown_person": 1}),
    "no day": ({"KONT_STARTTIDSPUNKT": None}, {"contact_day_missing": 1}),
    "the key of another contact": ({"DW_EK_KONTAKT": "K1"}, {"contact_twice": 1}),
    "before there was a register": ({"KONT_STARTTIDSPUNKT": date(1976, 12, 31)}, {"contact_day_outside": 1}),
    "the register's first day": ({"KONT_STARTTIDSPUNKT": date(1977, 1, 1)}, {}),
    "a year after the status date": ({"KONT_STARTTIDSPUNKT": date(2027, 1, 2)}, {}),
    "later than that": ({"KONT_STARTTIDSPUNKT": date(2027, 1, 3)}, {"contact_day_outside": 1}),
    "outside and without a key": (
        {"KONT_STARTTIDSPUNKT": date(2030, 1, 1), "DW_EK_KONTAKT": None},
        {"contact_day_outside": 1, "contact_key_blank": 1},
    ),
    "three months later": ({"KONT_STARTTIDSPUNKT": date(2021, 6, 30)}, {"months_missing": 2}),
    "a month later": ({"KONT_STARTTIDSPUNKT": date(2021, 4, 1)}, {}),
    "longer ago than 15 years": ({"KONT_STARTTIDSPUNKT": date(2010, 12, 31)}, {}),
}


@pytest.mark.parametrize(("values", "rules"), CONTACTS.values(), ids=CONTACTS)
def test_contacts(tmp_path, values, rules):
    observed = checked(tmp_path, **with_rows("contacts", {"DW_EK_KONTAKT": "K2", **values}))
    assert total(observed) == {("lpr 1 contacts", rule): count for rule, count in rules.items()}


OF_A_PAIR = {
    "a type that does not count": ({"DIAG_KODE_TYPE": "H"}, {"other_type": 1}),
    "a diagnosis that was refuted": ({"SENERE_AFKRAEFTET": "Ja"}, {"refuted": 1}),
    "no code": ({"DIAG_KODE": ""}, {"code_blank": 1}),
    "a code without D": ({"DIAG_KODE": "J449"}, {"no_d": 1}),
    "no contact of that key": ({"DW_EK_KONTAKT": "K9"}, {"no_contact": 1}),
    "no key": ({"DW_EK_KONTAKT": None}, {"no_contact": 1}),
    "a contact of another system": ({"DW_EK_KONTAKT": "K2"}, {"other_system": 1}),
    "a contact of a stranger": ({"DW_EK_KONTAKT": "K3"}, {"unknown_person": 1}),
    "a contact without a day": ({"DW_EK_KONTAKT": "K4"}, {"contact_day_missing": 1}),
    "a code that is no code": ({"DIAG_KODE": "D1234"}, {"code_form": 1, "no_listed_condition": 1}),
    "a code of no list": ({"DIAG_KODE": "DS720"}, {"no_listed_condition": 1}),
    "a code of no list of a stranger": ({"DIAG_KODE": "DS720", "DW_EK_KONTAKT": "K3"}, {"unknown_person": 1}),
    "a code with a dot": ({"DIAG_KODE": "DJ44.9"}, {"code_form": 1}),
    "a code that is no code of a stranger": ({"DIAG_KODE": "D1234", "DW_EK_KONTAKT": "K3"}, {"unknown_person": 1}),
    "a long Danish code in small letters": ({"DIAG_KODE": "dc509a1"}, {}),
}


@pytest.mark.parametrize(("values", "rules"), OF_A_PAIR.values(), ids=OF_A_PAIR)
def test_diagnoses_of_a_pair(tmp_path, values, rules):
    contacts = with_rows(
        "contacts",
        {"DW_EK_KONTAKT": "K2", "LPRINDBERETNINGSSYSTEM": "LPR_F"},
        {"DW_EK_KONTAKT": "K3", "PNR": STRANGER},
        {"DW_EK_KONTAKT": "K4", "KONT_STARTTIDSPUNKT": None},
    )
    observed = checked(tmp_path, **contacts, **with_rows("contact_diagnoses", values))
    of_contacts = {"other_system": 1, "unknown_person": 1, "contact_day_missing": 1}
    expected = {("lpr 1 contacts", rule): count for rule, count in of_contacts.items()}
    assert total(observed) == expected | {("lpr 1 diagnoses", rule): count for rule, count in rules.items()}


def test_codes_that_no_list_asks_for_are_told_apart_from_those_of_a_wrong_form():
    codes = {"J449": 5, "J44.9": 3, "Z999": 7, "1234": 2}
    assert judged_codes(codes, ("J44", "I")) == {"no_listed_condition": 9, "code_form": 5}
    assert judged_codes(codes, ()) == {"no_listed_condition": 0, "code_form": 5}


JOINED = {
    "a type that does not count": ({"TYPE": "H"}, {"other_type": 1}),
    "no code": ({"CODE": ""}, {"code_blank": 1}),
    "a code without D": ({"CODE": "J449"}, {"no_d": 1}),
    "no day": ({"DATE": None}, {"contact_day_missing": 1}),
    "a person who is not in the population": ({"PNR": STRANGER}, {"unknown_person": 1}),
    "a code that is no code": ({"CODE": "DJ4"}, {"code_form": 1, "no_listed_condition": 1}),
    "a code with a dot": ({"CODE": "DJ44.9"}, {"code_form": 1}),
}


@pytest.mark.parametrize(("values", "rules"), JOINED.values(), ids=JOINED)
def test_diagnoses_that_came_joined(tmp_path, values, rules):
    observed = checked(tmp_path, **with_rows("diagnoses", values))
    assert total(observed) == {("diagnoses", rule): count for rule, count in rules.items()}


DREAM = {
    "a person who is not in the population": ({"PNR": STRANGER}, {"unknown_person": 1}),
    "a cell that is no code": ({"PNR": OTHER, "Y_2501": "abc"}, {"cells_unreadable": 1}),
    "a code of no block": ({"PNR": OTHER, "Y_2501": "500", "Y_2502": "782"}, {"code_unknown": 2}),
    "a row that says nothing": ({"PNR": OTHER, "Y_2501": "", "Y_2502": "000", "Y_2503": None}, {}),
    "a person twice": ({}, {"person_twice": 1}),
}


@pytest.mark.parametrize(("values", "rules"), DREAM.values(), ids=DREAM)
def test_dream(tmp_path, values, rules):
    persons = {**with_rows("population", {"PNR": OTHER}), **with_rows("enrolment", {"PNR": OTHER})}
    rows = [{"PNR": ORDINARY, **DREAM_WEEKS}, {"PNR": ORDINARY, **DREAM_WEEKS, **values}]
    observed = checked(tmp_path, **persons, dream=rows)
    assert total(observed) == {("dream", rule): count for rule, count in rules.items()}


def test_weeks_of_dream_that_are_not_there_or_empty(tmp_path):
    weeks = {name: code for name, code in DREAM_WEEKS.items() if name not in ("Y_2507", "Y_2508")}
    observed = checked(tmp_path, dream=[{"PNR": ORDINARY, **weeks, "Y_2510": "", "Y_2511": None, "Y_2401": ""}])
    assert total(observed) == {("dream", "weeks_missing"): 2, ("dream", "week_empty"): 2}


CLINIC_ROWS = {
    "a type nobody knows": ({"TYPE": "hospital"}, {"clinic_type_unknown": 1}, [12]),
    "a municipality of no table": ({"KOM": "999"}, {"clinic_municipality_unknown": 1}, [12]),
    "one that closed": ({"KOM": "999", "TIL": date(2020, 1, 1)}, {}, []),
    "fewer capacities than none": ({"CAPACITIES": -1.0}, {"capacities_impossible": 1}, [14]),
    "no capacities": ({"CAPACITIES": None}, {"capacities_missing": 1}, []),
    "no capacities, but closed": ({"CAPACITIES": None, "TIL": date(2020, 1, 1)}, {}, []),
    "the number of another clinic": ({"YDERNR": "10101"}, {"clinic_twice": 1}, [10]),
    "a predecessor nobody knows": ({"PREDECESSOR": "777777"}, {"predecessor_unknown": 1}, []),
    "a predecessor of the table": ({"PREDECESSOR": "10101"}, {}, []),
}


@pytest.mark.parametrize(("values", "rules", "codes"), CLINIC_ROWS.values(), ids=CLINIC_ROWS)
def test_clinics(tmp_path, values, rules, codes):
    clinics = [{**REGISTERS["clinics"][0], "PREDECESSOR": None}]
    clinics.append({**clinics[0], "YDERNR": "020202", **values})
    observed = checked(tmp_path, clinics=clinics)
    assert total(observed) == {("clinics", rule): count for rule, count in rules.items()}
    assert [code for code, _ in observed.refusals] == codes


def test_areas_in_no_municipality(tmp_path):
    rows = [{"AREA": n, "NAME": "x", "KOM": kom, "KM2": 1.0} for n, kom in enumerate(("0101", "999", None))]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "areas.parquet")
    observed = checked(tmp_path, more=f'[areas]\npath = "{tmp_path}/areas.parquet"\n')
    assert total(observed) == {("areas", "area_without_municipality"): 2}


def test_times_are_counted_by_their_day(tmp_path):
    moment = datetime(2021, 3, 1, 23, 59)
    observed = checked(tmp_path, contacts=[{**REGISTERS["contacts"][0], "KONT_STARTTIDSPUNKT": moment}])
    assert observed.coverage["lpr 1 contacts"] == {"2021-03": 1}


def test_the_same_row_of_the_ordinary_citizen_is_of_one_register_only(tmp_path):
    observed = checked(tmp_path, **with_row("services", HONUGE="2500"))
    assert {file.register for file in observed.files if file.measures} == {"services"}
