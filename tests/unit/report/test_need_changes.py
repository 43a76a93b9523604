"""Changes of need and capacities that are given: said as finely as they are known."""

from fractions import Fraction

import pytest

from fordel_dask.report.need_changes import need_change
from fordel_dask.report.pictures.classes import about, of_capacities
from fordel_dask.report.wording import Wording

DA, EN = Wording("da"), Wording()
WEIGHTS, CLINICS = "life_expectancy.exponent: 1 → 0", "clinics.rounding_step: 50 → 100; capacity.rounding: up → nearest"


@pytest.mark.parametrize(
    ("change", "changes", "said"),
    [
        ("1.25", WEIGHTS, "+1,2"),
        ("-0.05", WEIGHTS, "under 0,05"),
        ("0.06", WEIGHTS, "+0,1"),
        ("0.04", WEIGHTS, "under 0,05"),
        ("-0.002", WEIGHTS, "under 0,05"),
        ("0", WEIGHTS, "under 0,05"),
        ("0", CLINICS, "0"),
        ("0", f"{CLINICS}; {WEIGHTS}", "under 0,05"),
        ("0", "", "0"),
    ],
)
def test_a_change_of_need_is_told_no_finer_than_it_is_known(change, changes, said):
    assert need_change(Fraction(change), {"changes": changes}, DA) == said


def test_a_change_too_small_is_said_in_english_too():
    assert need_change(Fraction(1, 500), {"changes": WEIGHTS}, EN) == "less than 0.05"


@pytest.mark.parametrize(
    ("value", "said", "signed"),
    [
        ("4.25", "4,25", "+4,25"),
        ("-3.75", "−3,75", "−3,75"),
        ("1200", "1.200", "+1.200"),
        ("0.5", "0,5", "+0,5"),
        ("0", "0", "0"),
        ("10", "10", "+10"),
    ],
)
def test_capacities_have_the_decimals_that_they_come_in(value, said, signed):
    assert (DA.capacities(Fraction(value)), DA.signed_capacities(Fraction(value))) == (said, signed)


def test_a_legend_of_capacities_is_written_as_they_are():
    classes = of_capacities(about([Fraction(-3), Fraction("4.25")], Fraction(0), 2, unchanged=True))
    assert classes.written(Fraction("4.25"), DA, signed=True) == "+4,25"
    assert "0" in classes.labels(DA, signed=True)
    assert not any(",0" in label.replace(",01", "") for label in classes.labels(DA, signed=True))


@pytest.mark.parametrize(("low", "high", "said"), [("6", "6", "6"), ("6.40", "6.41", "6"), ("800", "850", "800–850")])
def test_an_interval_whose_ends_read_the_same_is_written_once(low, high, said):
    assert DA.between(low, high) == said
