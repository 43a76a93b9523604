"""The reference's rules about persons, one named case a branch."""

from collections import Counter
from fractions import Fraction

import pandas as pd
import pytest

from tests.reference.citizens import clinic_at, covered_days
from tests.reference.consumption import (
    amounts,
    chronic_fees,
    contact_prices,
    imputed,
    priced_contacts,
    service_prices,
    shared,
)
from tests.reference.covariates import (
    age_sex,
    completed_years,
    counted,
    labour_market,
)
from tests.reference.diagnoses import condition_prefixes, conditions, matching, years_before
from tests.reference.life_expectancy import complete_life_expectancies, power
from tests.reference.model import DEFAULTS, ReferenceError, resolve
from tests.reference.registers import Registers, municipality_codes, padded
from tests.reference.terms import somatic_terms, terms_of
from tests.reference.weights import estimate

TERMS = terms_of(DEFAULTS)

AGES = {
    "born on the status date": ("2026-01-01", 0),
    "born the day before": ("2025-12-31", 0),
    "sixteen on the day": ("2010-01-01", 16),
    "sixteen tomorrow": ("2010-01-02", 15),
    "born on a leap day": ("2000-02-29", 25),
}


@pytest.mark.parametrize(("birth", "expected"), AGES.values(), ids=AGES)
def test_age(birth, expected):
    assert completed_years(birth, "2026-01-01") == expected


def test_age_bands():
    given = [(4, "1"), (5, "1"), (89, "2"), (90, "2"), (110, "1")]
    assert [age_sex(*citizen, DEFAULTS) for citizen in given] == ["M 0-4", "M 5-9", "F 85-89", "F 90+", "M 90+"]


WEEKS = {  # permanent, temporary
    "half a year of disability pension": ((26, 0), "permanently_outside"),
    "both for half a year is permanent": ((26, 26), "permanently_outside"),
    "a week short": ((25, 0), ""),
    "the two kinds add up to temporary": ((25, 1), "temporarily_outside"),
    "half a year of sickness benefit": ((0, 26), "temporarily_outside"),
    "no benefit": ((0, 0), ""),
}


@pytest.mark.parametrize(("weeks", "expected"), WEEKS.values(), ids=WEEKS)
def test_labour_market(weeks, expected):
    assert labour_market(*weeks, DEFAULTS) == expected


def test_number_of_somatic_conditions():
    levels = [counted(number, [2, 3, 4], somatic_terms(DEFAULTS)) for number in (0, 1, 2, 3, 4, 9)]
    assert levels == ["", "", "2", "3", "4+", "4+"]


PREFIXES = {
    "a subcode belongs to its prefix": ("I109", {("somatic", "hypertension")}),
    "three characters are enough": ("I10", {("somatic", "hypertension")}),
    "schizophrenia": ("F209", {("psychiatric", "schizophrenia")}),
    "schizoaffective disorder is left out (M13)": ("F250", set()),
    "skin cancer of the common kind": ("C443", set()),
    "four characters of a prefix: E060 is none": ("E060", set()),
    "four characters of a prefix: E061 is one": ("E0619", {("somatic", "thyroid")}),
    "a code that began with no D": ("", set()),
}


@pytest.mark.parametrize(("code", "expected"), PREFIXES.values(), ids=PREFIXES)
def test_conditions_of_a_code(code, expected):
    assert set(matching(code, condition_prefixes())) == expected


DAYS = {
    "the status date itself is too late": ("I10", "2026-01-01", "A", set()),
    "the day before counts": ("I10", "2025-12-31", "B", {("somatic", "hypertension")}),
    "exactly fifteen years ago counts": ("I10", "2011-01-01", "G", {("somatic", "hypertension")}),
    "a day more does not": ("I10", "2010-12-31", "A", set()),
    "cancer exactly five years ago counts": ("C50", "2021-01-01", "A", {("somatic", "cancer")}),
    "cancer a day before that does not": ("C50", "2020-12-31", "A", set()),
    "a referral diagnosis does not count": ("I10", "2025-06-01", "H", set()),
}


@pytest.mark.parametrize(("code", "day", "kind", "expected"), DAYS.values(), ids=DAYS)
def test_window_of_a_diagnosis(code, day, kind, expected):
    registers = Registers(2026, None)
    registers.diagnoses = pd.DataFrame({"pnr": ["p"] * 2, "code": [code] * 2, "day": [day] * 2, "kind": [kind] * 2})
    assert conditions(registers, DEFAULTS).get("p", set()) == expected


def test_same_day_years_before():
    assert years_before("2026-01-01", 15) == "2011-01-01"


SPELLS = {
    "the whole year": ([("2015-03-01", "9999-12-31")], 365),
    "both days are included": ([("2025-02-01", "2025-02-02")], 2),
    "a doubled spell counts once": ([("2025-02-01", "2025-02-10")] * 2, 10),
    "overlapping spells count their union": ([("2025-01-01", "2025-01-20"), ("2025-01-11", "2025-01-30")], 30),
    "from the status date: none": ([("2026-01-01", "9999-12-31")], 0),
    "from 31 December: one": ([("2025-12-31", "9999-12-31")], 1),
    "the year before: none": ([("2015-03-01", "2024-12-31")], 0),
}


@pytest.mark.parametrize(("spells", "expected"), SPELLS.values(), ids=SPELLS)
def test_exposure(spells, expected):
    assert covered_days(spells, 2025) == expected


def test_a_leap_year_has_a_day_more():
    assert [Registers(year, None).days for year in (2025, 2026)] == [366, 365]
    assert covered_days([("2000-01-01", "9999-12-31")], 2024) == 366


CLINICS = {
    "the latest begun": ([("000009", "2020-01-01"), ("000001", "2021-01-01")], "000001"),
    "of one day the largest number": ([("000002", "2021-01-01"), ("000010", "2021-01-01")], "000010"),
    "no clinic is the smallest": ([("000002", "2021-01-01"), ("", "2021-01-01")], "000002"),
    "no clinic if that spell is the latest": ([("000002", "2021-01-01"), ("", "2022-01-01")], ""),
}


@pytest.mark.parametrize(("spells", "expected"), CLINICS.values(), ids=CLINICS)
def test_clinic_of_several_spells(spells, expected):
    table = pd.DataFrame(
        [("p", clinic, start, "9999-12-31") for clinic, start in spells], columns=["pnr", "clinic", "start", "end"]
    )
    assert clinic_at(table, "2026-01-01")["p"] == expected


def test_codes_of_places():
    assert municipality_codes(["0101", "101", "411", "101.0", ""]) == ["101", "101", "400", "101", ""]
    assert padded(["1580", "001580", ""], 6) == ["001580", "001580", ""]


def test_nineteen_services_are_contacts():
    expected = "0101 0102 0105 0120 0121 0122 0123 0125 0128 0201 0204 0411 0421 0431 0441 0451 0461 0491 6101"
    assert sorted(contact_prices()) == expected.split()


def test_chronic_care_is_priced_outside_areas_short_of_doctors():
    assert chronic_fees() == {"0130": 18_279, "0131": 20_416, "0132": 25_685}


def test_the_basis_and_driving_are_no_services():
    assert {"0101", "2101", "7108", "5001", "8291", "2301"} <= set(service_prices())
    assert not {"BASIS_MD", "0130", "3410", "9001"} & set(service_prices())


def rows(*services: tuple[str, int, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        [(code, quantity, Fraction(fee) if fee else None) for code, quantity, fee in services],
        columns=["service", "quantity", "fee"],
        dtype=object,
    )


def test_home_visits_cost_the_same_however_far():
    visits = rows(("0461", 1, None), ("0491", 2, None), ("0101", -1, None), ("2101", 9, None))
    assert amounts(visits, priced_contacts(DEFAULTS), DEFAULTS) == [43_954, 87_908, -16_911, 0]


def test_home_visits_as_listed():
    model = resolve({"consumption.home_visits": "as_listed"})
    assert amounts(rows(("0461", 1, None)), priced_contacts(model), model) == [156_331]


def test_paid_fees_are_of_the_row_and_rounded_half_to_even():
    model = resolve({"consumption.prices": "paid"})
    paid = rows(("0101", 3, "12.5"), ("0101", 1, "13.5"), ("0101", 1, None), ("2101", 1, "99"))
    assert amounts(paid, contact_prices(), model) == [12, 14, 0, 0]


def test_shared_chronic_care_is_scaled_by_the_share_of_contacts():
    citizens = pd.DataFrame({"months": [0, -2, 6], "contacts": [300, 100, 900], "chronic": [5, 7, 101], "group": "1"})
    # A = 400, B = 800; 101 × ½ = 50.5 → 50; no chronic care without net months
    assert shared(citizens, [500, 300, 5_000]) == [0, 0, 50]


def test_shared_chronic_care_needs_services():
    citizens = pd.DataFrame({"months": [0], "contacts": [0], "chronic": [0], "group": "1"})
    with pytest.raises(ReferenceError) as refusal:
        shared(citizens, [0])
    assert refusal.value.exit_code == 40


def invented(**columns: object) -> pd.DataFrame:
    blank = dict.fromkeys([term.name for term in TERMS], "")
    return pd.DataFrame({**blank, "sample": True, "exposure": 365, **columns})


def test_imputed_fees_come_from_the_nearest_likes():
    citizens = invented(
        age_sex=["M 0-4", "M 0-4", "M 0-4", "F 0-4", "F 90+"],
        origin=["", "menapt", "", "", ""],
        months=[0, 0, 1, 1, 1],
        fee=[365, 730, 9, 9, 9],
        exposure=[365, 365, 100, 73, 0],
    )
    citizens.loc[4, "origin"] = "menapt"
    # like the first: 1 øre a day × 100; no likes at all: 1095/730 × 73 = 109.5 → 110; no days: 0
    assert imputed(citizens, TERMS) == [365, 730, 100, 110, 0]


def test_coefficients_are_fees_a_year_of_exposure():
    citizens = invented(
        age_sex=["M 0-4", "M 0-4", "F 0-4", "F 0-4"],
        clinic=["a", "b", "a", "b"],
        fee=[36_500, 0, 10_000, 20_000],
        exposure=[365, 365, 100, 265],
    )
    weights = estimate(citizens, 365, resolve({"weights.standard_errors": "hc0"}))
    # boys: (365 + 0) kr over two years; girls: (100 + 200) kr over one
    assert weights.coefficients == [182_500_000, 300_000_000]
    # boys: ±182.5 kr each, so √(2 · 182.5²) ÷ 2; girls: 100 − 300·100/365 and its opposite, ÷ 1
    assert weights.standard_errors == [129_046_988, 25_184_625]
    assert (weights.citizens, weights.exposure_days) == ([2, 2], [730, 365])


REFUSED = {
    "one clinic": {"clinic": ["a"] * 4},
    "a level only outside the sample": {"sample": [True, True, True, False], "somatic": ["", "", "", "2"]},
    "a level that is another's double": {"origin": ["menapt", "menapt", "", ""]},
    "nobody in the sample": {"sample": [False] * 4},
    "as many coefficients as citizens": {"age_sex": ["M 0-4", "M 5-9", "F 0-4", "F 5-9"]},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_estimated_is_refused(change):
    plain = {"age_sex": ["M 0-4", "M 0-4", "F 0-4", "F 0-4"], "clinic": ["a", "b", "a", "b"], "fee": [1, 2, 3, 4]}
    with pytest.raises(ReferenceError) as refusal:
        estimate(invented(**{**plain, **change}), 365, DEFAULTS)
    assert refusal.value.exit_code == 40


ISLANDS = {
    "its council's mean by citizens": ({"A": 100, "B": 300}, Fraction("81.5")),
    "unweighted where nobody lives": ({}, Fraction(81)),
}


@pytest.mark.parametrize(("counts", "expected"), ISLANDS.values(), ids=ISLANDS)
def test_missing_life_expectancy(counts, expected):
    municipalities = pd.DataFrame(
        {"council_id": ["x", "x", "x", "y"], "life_expectancy": [Fraction(80), Fraction(82), None, None]},
        index=["A", "B", "Ø", "alone"],
        dtype=object,
    )
    years = complete_life_expectancies(municipalities, Counter(counts), Fraction("81.6"))
    assert (years["Ø"], years["alone"]) == (expected, Fraction("81.6"))


def test_powers_of_life_expectancy():
    ratio = Fraction(816, 800)
    assert [power(ratio, Fraction(k)) for k in (0, 1, 2, -1)] == [1, ratio, ratio**2, 1 / ratio]
    assert power(ratio, Fraction(1, 2)) == Fraction("1.009950493836")


def test_unknown_parameters_are_refused():
    with pytest.raises(ReferenceError, match=r"capacity\.flor"):
        resolve({"capacity.flor": False})
