"""The reference's choices about persons: who is counted, and what counts as their consumption."""

from fractions import Fraction

import pandas as pd
import pytest

from tests.lib.reference_people import YEAR, clinics, diagnosed, population, services_of, someone, spells
from tests.reference.citizens import capacities_left_out, counted_citizens
from tests.reference.consumption import add_fees, chronic_fees, contact_prices, priced_contacts
from tests.reference.covariates import add_covariates
from tests.reference.model import resolve
from tests.reference.registers import OPEN_END, Registers


def nation():
    """Two patients of a, one of b, one of an island clinic, one of group 2, one of both groups, one of neither."""
    registers = Registers(2026, None)
    registers.population = population(*(someone(pnr) for pnr in "pqrstuv"))
    registers.spells = spells(
        ("p", "a", "1", *YEAR),
        ("q", "a", "1", "2025-07-01", OPEN_END),
        ("r", "b", "1", *YEAR),
        ("s", "i", "1", *YEAR),
        ("t", "a", "2", *YEAR),
        ("u", "gone", "1", *YEAR),
        ("u", "b", "2", *YEAR),
        ("v", "a", "1", "2025-01-01", "2025-12-31"),
    )
    registers.clinics = clinics(a="plo", b="plo", i="island", gone="none")
    registers.covariates = {"YDERNR": {"SPECIAL_HOUSING": {"b": Fraction(1), "a": Fraction(0)}}}
    return registers


COUNTED = {
    "citizens of group 1 are counted": ({}, "pqrsu"),
    "citizens of group 2 too, who are not of group 1 (V59)": ({"population.groups": ["1", "2"]}, "pqrstu"),
    "patients of small registered clinics are left out (V02)": (
        {"clinics.small": "left_out", "clinics.small_threshold": 2},
        "pqu",
    ),
    "a clinic at the threshold is not small": ({"clinics.small": "left_out", "clinics.small_threshold": 1}, "pqrsu"),
    "patients of small clinics count where only capacities do not": (
        {"clinics.small": "patients_only", "clinics.small_threshold": 2},
        "pqrsu",
    ),
    "patients of islands are left out (V03)": ({"clinics.left_out_types": ["island"]}, "pqru"),
    "patients of special housing are left out (V03)": ({"clinics.left_out_covariate": "SPECIAL_HOUSING"}, "pqsu"),
}


@pytest.mark.parametrize(("changes", "expected"), COUNTED.values(), ids=COUNTED)
def test_who_is_counted(changes, expected):
    assert "".join(counted_citizens(nation(), resolve(changes)).index) == expected


def test_group_2_is_in_no_clinic_without_exposure_and_not_in_the_sample():
    citizen = counted_citizens(nation(), resolve({"population.groups": ["1", "2"]})).loc["t"]
    assert (citizen["clinic"], citizen["exposure"], bool(citizen["sample"])) == ("", 0, False)


CAPACITIES = {
    "all count": ({}, ""),
    "not those of small clinics": ({"clinics.small": "patients_only", "clinics.small_threshold": 2}, "bi"),
    "nor of clinics left out": ({"clinics.small": "left_out", "clinics.small_threshold": 2}, "bi"),
    "nor of types left out": ({"clinics.left_out_types": ["plo"]}, "ab"),
    "nor of special housing": ({"clinics.left_out_covariate": "SPECIAL_HOUSING"}, "b"),
}


@pytest.mark.parametrize(("changes", "expected"), CAPACITIES.values(), ids=CAPACITIES)
def test_whose_capacities_count(changes, expected):
    assert "".join(sorted(capacities_left_out(nation(), resolve(changes)))) == expected


def test_a_clinic_without_patients_is_not_small():
    registers = nation()
    registers.clinics = clinics(a="plo", empty="plo")
    assert capacities_left_out(registers, resolve({"clinics.small": "left_out"})) == {"a"}


SAMPLE = {
    "everybody in an ordinary clinic": ({}, "pqrs"),
    "the whole year only": ({"weights.exposure": "full_year"}, "prs"),
    "islands too may be excluded": ({"weights.excluded_clinic_types": ["island"]}, "pqr"),
    "clinics of well-covered municipalities: 4 patients, 3 capacities of 2 (V41)": (
        {"weights.sample_areas": "well_covered", "capacity.citizens_per_capacity": 2},
        "pqrs",
    ),
    "none where patients are too many": (
        {"weights.sample_areas": "well_covered", "capacity.citizens_per_capacity": 1},
        "",
    ),
}


@pytest.mark.parametrize(("changes", "expected"), SAMPLE.values(), ids=SAMPLE)
def test_who_is_in_the_sample(changes, expected):
    citizens = counted_citizens(nation(), resolve(changes))
    assert "".join(citizens.index[citizens["sample"]]) == expected


def test_minutes_at_the_price_of_a_minute_of_consultation():
    by_time = priced_contacts(resolve({"consumption.prices": "time"}))
    assert by_time["0101"] == contact_prices()["0101"] == 16_911
    assert by_time["0105"] == 5_637  # 5 of 15 minutes
    assert by_time["0461"] == by_time["0411"] == 33_822  # 30 of 15
    far = priced_contacts(resolve({"consumption.prices": "time", "consumption.home_visits": "as_listed"}))
    assert far["0461"] == 67_644  # 60 of 15


SERVICES = [  # by one citizen: code, quantity, what was paid
    ("0101", 2, 100),  # 2 × 169.11
    ("0411", 1, 200),  # 439.54
    ("8341", 1, 300),  # prevention, 52.99
    ("2101", 1, 400),
    ("0130", 12, 500),  # months of chronic care at 182.79
]
CARE, CONTACTS, PREVENTION = 12 * 18_279, 2 * 16_911 + 43_954, 5_299
FEES = {
    "contacts and chronic care": ({}, CONTACTS + CARE),
    "home visits left out": ({"consumption.left_out": ["0411"]}, 2 * 16_911 + CARE),
    "four fifths of chronic care (V39)": ({"consumption.chronic_care_percent": 80}, CONTACTS + 175_478),
    "no chronic care": ({"consumption.chronic_care": "none"}, CONTACTS),
    "prevention too": ({"consumption.prevention": True}, CONTACTS + CARE + PREVENTION),
    "prevention as paid": ({"consumption.prevention": True, "consumption.prices": "paid"}, 600 + CARE),
    "other services as paid": ({"consumption.other_services": True, "consumption.prices": "paid"}, 700 + CARE),
    "contacts by time": ({"consumption.prices": "time"}, 2 * 16_911 + 33_822 + CARE),
}


@pytest.mark.parametrize(("changes", "expected"), FEES.values(), ids=FEES)
def test_what_counts_as_consumption(changes, expected):
    registers, model = diagnosed(), resolve(changes)
    registers.services = services_of("p", SERVICES)
    citizens = counted_citizens(registers, model)
    assert add_fees(citizens, registers, model)["fee"].tolist() == [expected]


def test_other_services_are_those_of_daytime_that_are_no_contacts():
    registers, paid = diagnosed(), {"consumption.other_services": True, "consumption.chronic_care": "none"}
    registers.services = services_of("p", [("2101", 2, 1), ("2301", 1, 1), ("8341", 1, 1), ("9001", 1, 1)])
    model = resolve({**paid, "consumption.prices": "paid"})
    assert add_fees(counted_citizens(registers, model), registers, model)["fee"].tolist() == [2]


def test_the_share_looks_at_group_1_and_at_nothing_that_is_counted_besides():
    registers = nation()
    model = resolve(
        {"consumption.chronic_care": "share", "population.groups": ["1", "2"], "consumption.prices": "paid"}
    )
    of_group_1 = services_of("p", [("0101", 1, 300), ("2101", 1, 100)])
    of_group_2 = services_of("t", [("0101", 1, 900)])
    on_care = services_of("q", [("0130", 1, 1)])
    registers.services = pd.concat([of_group_1, of_group_2, on_care], ignore_index=True)
    for more in ({}, {"consumption.prevention": True}):
        fees = add_fees(counted_citizens(registers, model), registers, {**model, **more})["fee"]
        assert fees["q"] == round(chronic_fees()["0130"] * Fraction(3, 4))


def test_prevention_is_in_a_fee_before_it_is_imputed():
    registers = nation()
    registers.population.loc["q", "sex"] = "2"
    model = resolve({"consumption.chronic_care": "imputed", "consumption.prevention": True})
    registers.diagnoses = pd.DataFrame(columns=["pnr", "code", "day", "kind"])
    registers.dream = pd.DataFrame({"Y_2501": []}, dtype=object)
    like = services_of("p", [("8341", 1, 0)])
    registers.services = pd.concat([like, services_of("q", [("0130", 1, 0), ("8341", 9, 0)])], ignore_index=True)
    citizens = add_covariates(counted_citizens(registers, model), registers, model)
    fees = add_fees(citizens, registers, model)["fee"]
    # p, r and s are alike and have 5,299 øre over 3 × 365 days; q has 184 days
    assert fees["q"] == round(Fraction(184 * PREVENTION, 3 * 365))
