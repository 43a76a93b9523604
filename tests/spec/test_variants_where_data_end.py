"""What variants do where data end: councils without years of life, levels without a fee, parts of commuters."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from fordel_dask import tables
from fordel_dask.capacity.area import AreaNeed
from fordel_dask.capacity.council import CouncilNumber
from fordel_dask.errors import CoverageError, EstimationError
from fordel_dask.exact import invert
from fordel_dask.model import load_model
from fordel_dask.model.design import Design, Term
from fordel_dask.model.scenario import load_case
from fordel_dask.nation import Municipality, Nation
from fordel_dask.scoring.life_expectancy import Lives, _delivered
from fordel_dask.weights.estimators import estimate_otherwise
from fordel_dask.weights.fit import Fit
from fordel_dask.weights.sample import sample_of

COUNCILS = ("north", "north", "south", "west")
CITIZENS = np.array([[10, 30, 60, 7]])


def municipality(place, council):
    return Municipality(f"{101 + place}", f"Place {place}", council, council, "Region", Fraction(10), Fraction(81))


NATION = Nation(2026, Fraction(81), tuple(map(municipality, range(4), COUNCILS)), (), None)


def delivered(**years):
    known = {int(place.removeprefix("place_")): Fraction(value) for place, value in years.items()}
    return _delivered(NATION, ("LIFE_EXPECTANCY_65",), Lives((known,)), CITIZENS)


def test_a_municipality_without_years_takes_the_mean_of_its_council_and_a_council_without_that_of_the_nation():
    found = delivered(place_0=19, place_2=21)
    mean = Fraction(10 * 19 + 30 * 19 + 60 * 21, 100)
    assert found.years == (19, 19, 21, mean)
    assert {*found.national} == {mean}, "years at birth must not stand in for years left at 65"
    assert found.borrowed == ("Place 1", "Place 3")


def test_years_of_nothing_are_none():
    assert delivered(place_0=19, place_1=0, place_2=-1).years == (19, 19, 19, 19)


def test_a_column_without_any_years_is_refused_by_its_name():
    with pytest.raises(CoverageError, match="LIFE_EXPECTANCY_65 has no value for any municipality"):
        delivered(place_0=0)


@pytest.mark.parametrize("estimator", ["poisson", "tweedie"])
def test_a_level_of_which_nobody_has_a_fee_has_no_logarithm(estimator):
    design = Design((Term("age_sex", ("M 0-4", "F 0-4"), has_reference=False),))
    cell, everybody = np.array([0, 0, 1, 1]), np.ones(4, bool)
    sample = sample_of(2, cell, np.full(4, 365), np.array([100, 300, 0, 0]), everybody)
    fit = Fit((0, 1), (0, 0), invert([[730, 0], [0, 730]]), np.zeros(2, np.int64), np.zeros(2, np.int64))
    rules = replace(load_model().weights, estimator=estimator)
    with pytest.raises(EstimationError, match="nobody in the sample with age_sex F 0-4 has a fee"):
        estimate_otherwise(fit, sample, np.ones(2, bool), design, rules, 365)


@pytest.mark.parametrize(
    ("variant", "printed"), [("V05.half", "10.500000000"), ("V05.all", "10"), ("V04", "10"), ("V01.down", "10")]
)
def test_half_a_commuter_is_printed_as_half(variant, printed):
    model = load_case(variant).model
    area = AreaNeed(NATION.municipalities[0], 10, 1, Fraction(printed), 1, Fraction(1), Fraction(0))
    council = CouncilNumber("north", "north", "Region", (area,), Fraction(0), model.capacity)
    (of_area,), (of_council,) = (
        tables.municipality_rows([area], NATION, model),
        tables.council_rows([council], NATION, model),
    )
    assert of_area[4] == of_council[4] == printed
