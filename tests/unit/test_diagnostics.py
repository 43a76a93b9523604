"""The pure functions of diagnostics: folds, tenths, measures of fit, changes between years."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, r2_score

from fordel_dask.diagnostics import (
    FEWEST_CLINICS,
    FOLDS,
    Alike,
    Change,
    CitizenSpread,
    Units,
    citizen_folds,
    clinic_folds,
    correlation,
    explained,
    fitness_of_citizens,
    fitness_of_units,
    group_of,
    hashed,
    lines_of,
    predicted_micro_days,
    share_moved,
    spread_of,
    squared_error,
    sums_by,
    tenths,
)

YEAR_DAYS = 365


def test_a_citizens_fold_depends_on_the_number_and_the_seed_alone():
    whole = citizen_folds(0, 1_000, seed=3)
    np.testing.assert_array_equal(whole[400:], citizen_folds(400, 600, seed=3))
    assert (citizen_folds(0, 1_000, seed=4) != whole).any()
    assert np.bincount(citizen_folds(0, 100_000, seed=3), minlength=FOLDS).min() > 19_500


def test_hashes_of_another_purpose_are_unrelated():
    numbers = np.arange(50_000)
    one, other = hashed(numbers, 1, "folds") % FOLDS, hashed(numbers, 1, "alike") % FOLDS
    together = np.bincount(one * FOLDS + other, minlength=FOLDS**2)
    assert together.min() > 1_800 and together.max() < 2_200


def test_folds_of_clinics_are_as_large_as_one_another_whatever_their_order():
    names = [f"{n:06}" for n in range(33)]
    folds = clinic_folds(names, seed=1)
    assert sorted(np.bincount(folds)) == [6, 6, 7, 7, 7]
    np.testing.assert_array_equal(clinic_folds(names[::-1], seed=1), folds[::-1])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_tenths_ascend_and_hold_a_tenth_each_where_classes_are_small(members):
    found = tenths(members)
    assert found == sorted(found) and set(found) <= set(range(10))
    everybody = sum(members)
    for tenth in range(10):
        own = sum(n for n, place in zip(members, found, strict=True) if place == tenth)
        assert own <= everybody / 10 + max(members)


def test_a_class_of_equal_citizens_is_not_torn_apart():
    assert tenths([35, *[1] * 65]) == [1, *[(2 * (35 + n) + 1) * 10 // 200 for n in range(65)]]
    assert tenths([0, 0]) == [0, 0]


citizen = st.tuples(st.integers(1, 366), st.integers(0, (1 << 36) - 1), st.integers(-(10**9), 10**10))
citizens = st.lists(citizen, min_size=2, max_size=30)


@given(citizens)
def test_squared_errors_are_exact_for_the_largest_fees(rows):
    days, fee, prediction = (np.array(column) for column in zip(*rows, strict=True))
    spread = spread_of(fee, days, 366)
    slow = sum(
        Fraction(e, YEAR_DAYS) * (Fraction(y * YEAR_DAYS, 100 * e) - Fraction(p, 10**6)) ** 2 for e, y, p in rows
    )
    assert squared_error(spread, days, fee, prediction, YEAR_DAYS) == slow
    half = len(rows) // 2
    parts = spread_of(fee[:half], days[:half], 366) + spread_of(fee[half:], days[half:], 366)
    np.testing.assert_array_equal(parts.sums, spread.sums)


@given(citizens)
def test_predictions_of_groups_are_exact_sums(rows):
    days, fee, prediction = (np.array(column) for column in zip(*rows, strict=True))
    sums = sums_by(np.zeros(len(rows), np.int64), lines_of(np.ones_like(days), days, fee, prediction), 1)[0]
    assert predicted_micro_days(sums) == sum(e * p for e, _, p in rows)
    group = group_of(("sex", "M"), "yes", sums, YEAR_DAYS)
    assert group.actual_total_kr == Fraction(sum(y for _, y, _ in rows), 100)
    assert group.predicted_total_kr == sum(Fraction(e * p, YEAR_DAYS * 10**6) for e, _, p in rows)


def test_a_group_of_nobody_and_one_without_consumption_have_a_word_and_no_ratio():
    nobody = group_of(("sex", "M"), "yes", np.zeros(5, np.int64), YEAR_DAYS)
    assert (nobody.note, nobody.ratio, nobody.actual_kr, nobody.difference_kr) == ("nobody", None, None, None)
    healthy = group_of(("sex", "M"), "yes", np.array([1, 365, 0, 365 * 900, 0]), YEAR_DAYS)
    assert (healthy.note, healthy.ratio, healthy.predicted_kr) == ("consumed nothing", None, 900)


def test_measures_of_clinics_are_those_of_scikit_learn():
    rng = np.random.default_rng(5)
    units = Units(rng.integers(1, 99_999, 40) * 1.0, rng.normal(900, 90, 40), rng.normal(900, 50, 40))
    found = fitness_of_units(units, FEWEST_CLINICS)
    mean = np.average(units.actual, weights=units.days)
    assert found.r2 == pytest.approx(r2_score(units.actual, units.predicted, sample_weight=units.days))
    mae = mean_absolute_error(units.actual, units.predicted, sample_weight=units.days)
    assert found.mae_kr == pytest.approx(mae)
    assert found.cpm == pytest.approx(1 - mae / np.average(np.abs(units.actual - mean), weights=units.days))
    again = np.argsort(rng.random(40))
    assert fitness_of_units(Units(units.days[again], units.actual[again], units.predicted[again]), 30) == found


def test_of_few_clinics_and_of_equal_ones_nothing_is_said():
    few = fitness_of_units(Units(np.ones(29), np.ones(29), np.ones(29)), FEWEST_CLINICS)
    assert (few.r2, few.cpm, few.mae_kr, few.note) == (None, None, None, "fewer than 30")
    equal = fitness_of_units(Units(np.ones(30), np.ones(30), 2 * np.ones(30)), FEWEST_CLINICS)
    assert (equal.r2, equal.cpm, equal.mae_kr, equal.note) == (None, None, 1.0, "all consume the same")
    none = CitizenSpread(np.zeros((3, 367), np.int64))
    assert none.annual_squares() == 0
    silent = fitness_of_citizens(3, (Fraction(0), Fraction(0)), (0, 0), 3)
    assert (silent.r2, silent.cpm, silent.note) == (None, None, "all consume the same")


def alike_with(amount):
    """Give citizens with two traits, who consume ``amount`` more where they have both, which no weight can say."""
    rng = np.random.default_rng(1)
    one, other, tested = (rng.random(20_000) < share for share in (0.5, 0.5, 0.2))
    design = np.column_stack([np.ones_like(one), one, other]).astype(np.int64)
    days = rng.integers(100, 366, one.size)
    fee = np.rint(days * (200 + 50 * one + 80 * other + amount * (one & other) + rng.normal(0, 60, one.size)))
    fee = np.maximum(fee, 0).astype(np.int64)
    published = np.full(one.size, int(fee.sum() * 365 / days.sum() * 10_000))
    return Alike(
        citizens=np.ones_like(days),
        days=days,
        fee=fee,
        tested=tested,
        levels=design[:, 1:],
        design=design,
        published=published,
        finer=rng.integers(0, 90, (one.size, 1)),
        spread=spread_of(fee[tested], days[tested], 366),
    )


def test_trees_find_what_traits_do_together_and_nothing_where_there_is_nothing():
    additive, together = (
        {one.way: one.r2 for one in explained(alike_with(amount), YEAR_DAYS, seed=1)} for amount in (0, 200)
    )
    for way in ("trees_same_traits", "trees_finer_traits"):
        assert additive[way] == pytest.approx(additive["estimated_anew"], abs=0.003)
        assert together[way] > together["estimated_anew"] + 0.05
    assert additive["published"] == pytest.approx(0, abs=0.01)


def test_of_few_citizens_trees_say_nothing():
    alike = alike_with(0)
    few = Alike(**{**vars(alike), "tested": np.arange(alike.days.size) < 999})
    assert {(one.r2, one.note) for one in explained(few, YEAR_DAYS, seed=1)} == {(None, "fewer than 1,000 citizens")}


def test_what_has_moved_between_years():
    pairs = [(1, 2), (2, 3), (3, 5)]
    changes = [Change("clinic", f"{n:06}", "", Fraction(a), Fraction(b), n) for n, (a, b) in enumerate(pairs)]
    assert correlation(changes) == pytest.approx(np.corrcoef(*zip(*pairs, strict=True))[0, 1])
    assert share_moved(changes) == Fraction(1, 3)
    assert correlation(changes[:1]) is None
    assert correlation([changes[0], changes[0]]) is None
    assert share_moved([]) is None
    assert math.isclose(correlation([changes[0], changes[1]]), 1)
