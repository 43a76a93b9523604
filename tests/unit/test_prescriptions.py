"""Which rows of dispensed medicine are kept, and what a store holds of them."""

from datetime import date

import pytest

from fordel_dask.errors import FordelError
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.registers.prescriptions import atc_code
from fordel_dask.schema.prepared import PRESCRIPTIONS
from fordel_dask.store import open_store
from fordel_dask.verification import verify_path
from tests.lib.deliveries import ORDINARY, write_delivery

KEPT = "kept"
USUAL = {"PNR": ORDINARY, "ATC": "A10BA02", "EKSD": date(2025, 6, 2), "APK": 1}
ROWS = {
    "a dispensing of listed medicine is kept": ({}, KEPT),
    "a return is kept": ({"APK": -1}, KEPT),
    "no package is kept": ({"APK": 0}, KEPT),
    "half a package is quarantined": ({"APK": 0.5}, "packages_not_whole"),
    "a number of packages that no column holds is quarantined": ({"APK": 2.0**40}, "packages_not_whole"),
    "a missing number of packages is quarantined": ({"APK": None}, "packages_not_whole"),
    "a blank code is quarantined": ({"ATC": " "}, "atc_malformed"),
    "a missing code is quarantined": ({"ATC": None}, "atc_malformed"),
    "a code that begins with a digit is quarantined": ({"ATC": "1A0BA02"}, "atc_malformed"),
    "a code of no level is quarantined": ({"ATC": "A10BA0"}, "atc_malformed"),
    "a code too long is quarantined": ({"ATC": "A10BA022"}, "atc_malformed"),
    "small letters and blanks around do no harm": ({"ATC": " a10ba02 "}, KEPT),
    "a code cut to five characters is kept": ({"ATC": "A10BA"}, KEPT),
    "a code cut to four characters is kept": ({"ATC": "A10B"}, KEPT),
    "a missing day is quarantined": ({"EKSD": None}, "dispensing_day_missing"),
    "the first day of the two years is kept": ({"EKSD": date(2024, 1, 1)}, KEPT),
    "a day before the two years is dropped": ({"EKSD": date(2023, 12, 31)}, "outside_windows"),
    "the day before the status date is kept": ({"EKSD": date(2025, 12, 31)}, KEPT),
    "the status date is dropped": ({"EKSD": date(2026, 1, 1)}, "outside_windows"),
    "medicine of no list is dropped": ({"ATC": "J01CA04"}, "no_listed_medicine"),
    "a code cut too short to tell is dropped": ({"ATC": "N02BA"}, "no_listed_medicine"),
    "a person outside the population is dropped": ({"PNR": "SOMEBODYELSE"}, "unknown_person"),
    "what a practice was supplied with has no person and is dropped": ({"PNR": None}, "unknown_person"),
    "an error of the delivery is told before a choice of the model": ({"PNR": None, "ATC": None}, "atc_malformed"),
}


def ingested(tmp_path, rows):
    registers = write_delivery(tmp_path / "registers", prescriptions=[{**USUAL, **row} for row in rows])
    return ingest(registers, tmp_path / "store", Threads(1))


@pytest.mark.parametrize(("values", "fate"), ROWS.values(), ids=ROWS)
def test_rows(tmp_path, values, fate):
    account = ingested(tmp_path, [{}, values])["accounting"]["prescriptions"]
    reasons = [*account["dropped"], *account["quarantined"]]
    assert (account["rows_in"], account["kept"]) == (2, 2 - len(reasons))
    assert (reasons or [KEPT]) == [fate]
    measure = account["packages"]
    assert measure["in"] == measure["kept"] + sum([*measure["dropped"].values(), *measure["quarantined"].values()])


def test_codes_too_short_to_tell_are_noted(tmp_path):
    rows = [{"ATC": "N02BA"}, {"ATC": "R06AE"}, {"ATC": "J01"}, {"ATC": "N02BA", "PNR": None}]
    account = ingested(tmp_path, rows)["accounting"]["prescriptions"]
    assert account["dropped"] == {"no_listed_medicine": 3, "unknown_person": 1}
    assert account["notes"] == {"atc_too_short_to_tell": 2}


CODES = {
    "a main group": ("c02", "C02"),
    "a therapeutic group": ("C02C", "C02C"),
    "a chemical group": ("C02CA", "C02CA"),
    "a substance": ("C02CA04", "C02CA04"),
    "an anatomical group alone": ("C", None),
    "a letter for a digit": ("CO2CA04", None),
    "a digit that is not ASCII": ("C٠٢CA04", None),
    "blank": ("  ", ""),
}


@pytest.mark.parametrize(("value", "expected"), CODES.values(), ids=CODES)
def test_what_is_an_atc_code(value, expected):
    assert atc_code(value) == expected


def test_the_store_holds_sorted_rows_by_code_of_its_book(tmp_path):
    rows = [{"ATC": "N06AB06"}, {"ATC": "J01CA04"}, {"APK": -1, "EKSD": date(2025, 6, 1)}, {"ATC": "A10BA02"}]
    manifest = ingested(tmp_path, rows)
    store = open_store(tmp_path / "store")
    assert store.codebooks["medicine"] == ("A10BA02", "N06AB06")
    kept = {name: values.tolist() for name, values in store.read(PRESCRIPTIONS, 0).items()}
    assert (kept["citizen"], kept["code"], kept["packages"]) == ([0, 0, 0], [0, 0, 1], [-1, 1, 1])
    assert list(manifest["inputs"])[-1] == "prescriptions"
    assert manifest["not_used"] == []


def test_a_register_without_a_row_to_keep_is_delivered_all_the_same(tmp_path):
    ingested(tmp_path, [{"ATC": "J01CA04"}])
    store = open_store(tmp_path / "store")
    assert store.has(PRESCRIPTIONS)
    assert store.codebooks["medicine"] == ()


def test_a_store_without_the_register_holds_no_trace_of_it(tmp_path):
    manifest = ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    assert not open_store(tmp_path / "store").has(PRESCRIPTIONS)
    assert not (tmp_path / "store" / "prescriptions").exists()
    for part in ("tables", "accounting", "inputs"):
        assert "prescriptions" not in manifest[part]
    assert {"medicine", "listed_medicine"}.isdisjoint(open_store(tmp_path / "store").codebooks)


def test_a_damaged_part_is_found(tmp_path):
    ingested(tmp_path, [{}])
    assert verify_path(tmp_path / "store")["kind"] == "prepared store"
    part = next((tmp_path / "store" / "prescriptions").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    with pytest.raises(FordelError) as refusal:
        verify_path(tmp_path / "store")
    assert refusal.value.exit_code == 71


REFUSED = {
    "a column that is missing": ([{"PNR": ORDINARY, "ATC": "A10BA02", "EKSD": date(2025, 6, 2)}], "no column APK"),
    "days that are none": ([{**USUAL, "EKSD": "soon"}], "column EKSD"),
}


@pytest.mark.parametrize(("rows", "told"), REFUSED.values(), ids=REFUSED)
def test_a_register_that_cannot_be_it_is_refused(tmp_path, rows, told):
    registers = write_delivery(tmp_path / "registers", prescriptions=rows)
    with pytest.raises(FordelError) as refusal:
        ingest(registers, tmp_path / "store", Threads(1))
    assert refusal.value.exit_code == 10
    assert told in str(refusal.value)
