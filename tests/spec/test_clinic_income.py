"""A clinic's income, part by part, and which services count as contacts by whose definition (R54, M3)."""

import datetime
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from fordel_dask.errors import AccountingError
from fordel_dask.fee_work.earned import FixedFees, earned, per_capacity, price_list
from fordel_dask.fee_work.services_pass import ServiceSums
from fordel_dask.fees.fee_table import packaged_tables, table_in_force
from fordel_dask.fees.income import (
    INSIDE,
    OTHER_SPECIALITY,
    OUTSIDE,
    UNKNOWN_CODE,
    Readings,
    all_parts,
    basic_fee_oere,
    definitions,
    fee_of_service,
    part_of,
    practice_cost_oere,
    service_parts,
)
from tests.lib.published import clinic, council, municipality, published

TABLE = table_in_force(packaged_tables(), datetime.date(2025, 10, 1))
DAY = ("80",)


def fee(service, area=OUTSIDE, duty="A"):
    return fee_of_service(service, TABLE, DAY, area, duty)


# --- fees for being there ------------------------------------------------------------------------------


@pytest.mark.rule("R54")
def test_the_basic_fee_is_that_of_a_year_as_printed():
    assert basic_fee_oere(TABLE, 1000) == 1000 * 538_70


@pytest.mark.rule("R54")
def test_twelve_months_are_two_oere_less_a_patient():
    assert basic_fee_oere(TABLE, 1000, "months") == 12 * 1000 * 44_89 == basic_fee_oere(TABLE, 1000) - 2_000


@pytest.mark.rule("R54")
@pytest.mark.parametrize(
    ("capacities", "reading", "oere"),
    [
        (Fraction(2), "capacity", 2 * 19_552_82),
        (Fraction(1, 2), "capacity", 9_776_41),
        (Fraction(1, 3), "capacity", 6_517_61),  # 651,760.67 øre
        (Fraction(2), "clinic", 19_552_82),
        (None, "capacity", 0),
        (Fraction(0), "clinic", 0),
    ],
    ids=["two", "half", "rounded_to_oere", "once_a_clinic", "not_registered", "no_capacity"],
)
def test_the_practice_cost_fee_is_per_capacity_or_once_a_clinic(capacities, reading, oere):
    assert practice_cost_oere(TABLE, capacities, reading) == oere


# --- the fee of a service ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "key"),
    [
        ("800101", ("dagtid", "0101", "")),
        ("808211", ("profylakse", "8211", "")),
        ("890101", ("vagttid_A", "0101", "")),
        ("897120", ("vagttid_faelles", "7120", "")),
        ("898344", ("profylakse", "8344", "")),
        ("800301", ("vagttid_A", "0301", "")),
        ("800130", ("dagtid", "0130", OUTSIDE)),
    ],
    ids=[
        "day_time",
        "prevention",
        "duty",
        "common_to_both_duties",
        "prevention_on_duty",
        "duty_code_by_day",
        "chronic_care",
    ],
)
def test_a_service_has_the_fee_of_its_section(service, key):
    assert fee(service).key == key


def test_out_of_hours_the_kind_of_duty_is_as_asked():
    assert fee("890101", duty="A").amount_oere == 227_08
    assert fee("890101", duty="B").amount_oere == 281_89


def test_months_of_chronic_care_have_the_fee_of_the_clinic_s_area():
    assert fee("800132").amount_oere == 256_85
    assert fee("800132", INSIDE).amount_oere == 425_83


def test_other_specialities_and_unknown_codes_have_no_fee_and_say_why():
    assert fee("540110") == OTHER_SPECIALITY
    assert fee("809999") == UNKNOWN_CODE
    assert fee("890201") == UNKNOWN_CODE  # a day-time code out of hours


@pytest.mark.parametrize(
    ("service", "part"),
    [
        *(("800101", "contacts"), ("803304", "other"), ("800131", "chronic_care"), ("890471", "out_of_hours")),
        *(("808110", "prevention"), ("802101", "supplements"), ("807120", "laboratory"), ("805001", "certificates")),
        *(("802401", "supplements"), ("897120", "out_of_hours"), ("808410", "prevention"), ("809001", "other")),
    ],
)
def test_every_fee_belongs_to_one_part_of_income(service, part):
    assert part_of(fee(service)) == part


def test_the_parts_of_income_are_those_of_the_table_of_clinics():
    assert all_parts() == ("basic_fee", "practice_cost_fee", *service_parts())
    assert {part_of(one) for one in TABLE.fees if one.group != "basis"} == set(service_parts())


# --- what counts as a contact --------------------------------------------------------------------------


def counts_in(service):
    return [one.name for one in definitions() if one.fits(fee(service))]


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("800101", ["model", "basic_services", "statistics_denmark", "statistics_denmark_narrow", "all"]),
        ("803304", ["basic_services", "statistics_denmark", "statistics_denmark_narrow", "all"]),
        ("890101", ["statistics_denmark", "statistics_denmark_narrow", "all"]),
        ("807120", ["statistics_denmark", "all"]),
        ("800130", ["statistics_denmark", "all"]),
        ("802101", ["all"]),
        ("808708", ["all"]),
    ],
    ids=["consultation", "meeting", "duty", "laboratory", "chronic_month", "supplement", "supplement_to_a_vaccination"],
)
def test_a_service_counts_by_some_definitions(service, names):
    assert counts_in(service) == names


# --- clinics -------------------------------------------------------------------------------------------

CODES = ("540110", "800101", "800130", "802101", "809999")


def two_clinics():
    clinics = [
        clinic("000001", "810", "north", 2, patients=1000, weighted=Fraction(900)),
        clinic("000002", "810", "north", 1, patients=2000, weighted=Fraction(2200)),
    ]
    return published([council("north", 3)], [municipality("810", "north")], clinics)


def sums(of):
    """Give sums of services: rows of (place of the clinic, code, quantity, øre paid), −1 for citizens without one."""
    prices = price_list(CODES, TABLE, DAY, "A")
    table = {name: np.zeros((3, prices.places), np.int64) for name in ("rows", "quantity", "paid_oere", "unpaid")}
    for at, code, quantity, paid in of:
        place = at + 1, prices.place_of_service[CODES.index(code)]
        table["rows"][place] += 1
        table["quantity"][place] += quantity
        table["paid_oere"][place] += paid or 0
        table["unpaid"][place] += paid is None
    return ServiceSums(**table, citizens=np.array([7, 1000, 2000])), prices


ROWS = [
    (0, "800101", 3, 507_33),
    (0, "800130", 12, 2_193_48),
    (1, "800130", 1, 230_91),
    (1, "802101", 2, None),
    (1, "800101", -1, -169_11),
    (0, "540110", 1, 99_00),
    (1, "809999", 4, 50_00),
    (-1, "800101", 5, 845_55),
]


@pytest.fixture(scope="module")
def found():
    added, prices = sums(ROWS)
    return earned(two_clinics(), added, prices, FixedFees(TABLE, Readings()), frozenset({"000002"}))


@pytest.mark.rule("R54")
def test_a_clinic_s_income_is_its_fees_for_being_there_and_its_services(found):
    first = found.clinics[0]
    assert first.part_oere("basic_fee") == 1000 * 538_70
    assert first.part_oere("practice_cost_fee") == 2 * 19_552_82
    assert first.part_oere("contacts") == 3 * 169_11
    assert first.part_oere("chronic_care") == 12 * 182_79
    assert first.oere == sum(first.part_oere(part) for part in all_parts())


def test_in_an_area_short_of_doctors_chronic_care_has_its_higher_fee(found):
    assert found.clinics[1].part_oere("chronic_care") == 230_91


def test_a_correction_takes_its_service_away_again(found):
    assert found.clinics[1].part_oere("contacts") == -169_11
    assert found.clinics[1].contacts["model"].services == -1


def test_what_was_paid_stands_beside_and_rows_that_do_not_tell_are_counted(found):
    assert found.clinics[0].services.paid_oere == 507_33 + 2_193_48
    assert found.clinics[1].services.unpaid == 1


def test_every_row_is_priced_or_told_why_not(found):
    fates = {key: (amount.rows, amount.services) for key, amount in found.services.items()}
    assert fates == {
        ("priced", "800101"): (2, 2),
        ("priced", "800130"): (2, 13),
        ("priced", "802101"): (1, 2),
        ("no_clinic", "800101"): (1, 5),
        ("other_speciality", ""): (1, 1),
        ("unknown_code", "809999"): (1, 4),
    }


def test_the_fees_of_the_country_are_those_of_its_clinics(found):
    total = sum(amount.table_oere for amount in found.fees.values())
    assert total == sum(one.services.table_oere for one in found.clinics)


def test_a_run_with_other_patients_is_refused():
    added, prices = sums(ROWS)
    added.citizens[1] += 1
    with pytest.raises(AccountingError):
        earned(two_clinics(), added, prices, FixedFees(TABLE, Readings()), frozenset())


def test_income_per_capacity_is_that_of_clinics_with_capacities(found):
    unregistered = replace(found.clinics[1], clinic=replace(found.clinics[1].clinic, capacities=None))
    first = found.clinics[0]
    assert per_capacity([first, unregistered], "all") == Fraction(first.oere, 2)
    assert per_capacity([first, found.clinics[1]], "basic_fee") == Fraction(3000 * 538_70, 3)
    assert per_capacity([unregistered], "all") is None
