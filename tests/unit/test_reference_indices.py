"""The reference's scores of disease, one named case a branch."""

import pandas as pd
import pytest

from tests.reference.consumption import day_fees, prevention_amounts, prevention_prices
from tests.reference.indices import charlson_score, diagnosed_codes, nordic_score
from tests.reference.model import DEFAULTS
from tests.reference.registers import Registers

CHARLSON = {
    "nothing": (set(), 0),
    "a code of no category": ({"J069"}, 0),
    "two codes of a category count once": ({"I210", "I229"}, 1),
    "categories add up": ({"I210", "N189"}, 3),
    "a code of two categories counts for both": ({"I130"}, 3),
    "mild liver disease": ({"K703"}, 1),
    "mild liver disease does not count beside severe": ({"K703", "K721"}, 3),
    "diabetes does not count beside diabetes with complications": ({"E119", "E112"}, 2),
    "a tumour does not count beside its metastases": ({"C509", "C780"}, 6),
    "leukaemia counts beside metastases of another tumour": ({"C910", "C780"}, 8),
}
NORDIC = {
    "nothing": (set(), 0),
    "lung cancer": ({"C341"}, 19),
    "lung cancer and its metastases both count": ({"C341", "C780"}, 41),
    "four characters of a prefix": ({"J961"}, 4),
    "respiratory failure by lack of carbon dioxide is none": ({"J960"}, 0),
    "depression, which medicine would show, is none": ({"F329"}, 0),
}


@pytest.mark.parametrize(("codes", "expected"), CHARLSON.values(), ids=CHARLSON)
def test_charlson_score(codes, expected):
    assert charlson_score(codes) == expected


@pytest.mark.parametrize(("codes", "expected"), NORDIC.values(), ids=NORDIC)
def test_nordic_score(codes, expected):
    assert nordic_score(codes) == expected


def test_codes_within_a_look_back():
    registers = Registers(2026, None)
    days = ["2026-01-01", "2025-12-31", "2021-01-01", "2020-12-31", "", "2025-06-01"]
    registers.diagnoses = pd.DataFrame(
        {"pnr": "p", "code": list("ABCDEF"), "day": days, "kind": ["A", "A", "B", "G", "A", "H"]}
    )
    assert diagnosed_codes(registers, 5) == {"p": {"B", "C"}}
    assert diagnosed_codes(registers, 100) == {"p": {"B", "C", "D"}}


def test_prevention_is_quantity_times_price_by_citizen_or_what_was_paid():
    services = pd.DataFrame(
        {"pnr": ["p", "p", "q", "q"], "service": ["8341", "0101", "8110", "8341"], "quantity": [2, 1, 1, -1]}
    ).assign(fee=None)
    citizens = pd.DataFrame(index=["p", "q", "r"])
    assert prevention_amounts(services, citizens, DEFAULTS) == [10_598, 48_506, 0]
    assert prevention_amounts(services, citizens, {**DEFAULTS, "consumption.prices": "paid"}) == [0, 0, 0]


def test_a_code_of_daytime_is_no_prevention():
    assert len(prevention_prices()) == 31
    assert not {row["code"] for row in day_fees()} & set(prevention_prices())
