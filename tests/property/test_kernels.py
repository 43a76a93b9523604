"""Every kernel equals its slow twin, compiled and as plain Python, and so do sums over citizens without one."""

from fractions import Fraction
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.facts.derive import count_dispensings
from fordel_dask.kernels import enrolment, events, tallies
from fordel_dask.kernels.grams import tally_grams
from fordel_dask.kernels.strata import merge_strata
from fordel_dask.model.design import Design, Term
from fordel_dask.scoring import Homes, count_citizens, score_ages, score_municipalities, score_strata
from fordel_dask.scoring.homes import home_cells
from fordel_dask.scoring.weighting import Weighting
from fordel_dask.strata import clinic_sums, places_of, strata_of, unpacked
from tests.reference import twins

CITIZENS, CLINICS, CELLS = 5, 4, 6
DAYS = st.integers(-40, 40)
SETTINGS = {"jit": lambda kernel: kernel, "python": lambda kernel: kernel.py_func}


def column(rows, n, dtype):
    return np.array([row[n] for row in rows], dtype=dtype)


@pytest.fixture(params=SETTINGS.values(), ids=SETTINGS)
def compiled(request):
    return request.param


spells = st.lists(
    st.tuples(st.integers(0, CITIZENS - 1), st.integers(0, 2), st.integers(-1, 3), DAYS, st.integers(0, 60)),
    max_size=25,
)


@given(rows=spells)
def test_exposure_is_the_union_of_spells_day_by_day(compiled, rows):
    rows = sorted((c, first, first + length, g) for c, g, _, first, length in rows)
    arrays = (column(rows, 0, "i4"), column(rows, 3, "i1"), column(rows, 1, "i4"), column(rows, 2, "i4"))
    got, expected = np.zeros(CITIZENS, "i4"), np.zeros(CITIZENS, "i4")
    compiled(enrolment.exposure_days)(*arrays, (0, 30), got)
    twins.exposure_days(*arrays, (0, 30), expected)
    np.testing.assert_array_equal(got, expected)


@given(rows=spells, day=DAYS)
def test_the_clinic_is_that_of_the_latest_spell_then_the_largest_number(compiled, rows, day):
    rows = sorted((c, first, first + length, k, g) for c, g, k, first, length in rows)
    arrays = (column(rows, 0, "i4"), column(rows, 4, "i1"), column(rows, 3, "i4"))
    spell = (column(rows, 1, "i4"), column(rows, 2, "i4"))
    got, expected = np.full(CITIZENS, -2, "i4"), np.full(CITIZENS, -2, "i4")
    lost = compiled(enrolment.clinic_on)(*arrays, spell, day, got)
    assert lost == twins.clinic_on(*arrays, spell, day, expected)
    np.testing.assert_array_equal(got, expected)


services = st.lists(
    st.tuples(
        st.integers(0, CITIZENS - 1), st.integers(0, 4), st.integers(-3, 9), st.integers(-(10**6), 10**6) | st.none()
    ),
    max_size=40,
)


@given(rows=services)
def test_services_are_counted_priced_and_paid_by_citizen(compiled, rows):
    rows = sorted(rows, key=lambda row: row[0])
    citizen, service, quantity = column(rows, 0, "i4"), column(rows, 1, "i2"), column(rows, 2, "i4")
    paid = np.array([twins.MISSING if row[3] is None else row[3] for row in rows], dtype="i8")
    entries = [(0, 1, 0), (1, 2, 9), (2, 2, 7), (3, 0, 0), (4, 2, 0)]
    book = np.array([events.book_entry(*entry) for entry in entries], "i8")
    results = []
    for count in (compiled(events.count_services), twins.count_services):
        counts, money = np.zeros((3, CITIZENS), "i2"), np.zeros((5, CITIZENS), "i8")
        told = count(citizen, (service, quantity, paid), book, counts, money)
        results.append((counts.tolist(), money.tolist(), tuple(map(int, told))))
    assert results[0] == results[1]


def test_a_count_past_16_bits_is_told(compiled):
    row = (np.zeros(2, "i2"), np.array([30_000, 9_000], "i4"), np.zeros(2, "i8"))
    book = np.zeros(1, "i8")
    counts, money = np.zeros((1, 1), "i2"), np.zeros((5, 1), "i8")
    assert tuple(compiled(events.count_services)(np.zeros(2, "i4"), row, book, counts, money)) == (1, 0)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, CITIZENS - 1), st.integers(0, 4), st.integers(0, 2), DAYS),
        max_size=40,
    ),
    starts=st.sampled_from([(-30,), (-30, -10, 0), (-35, -30, -10, 0)]),
)
def test_conditions_are_marked_in_every_window_they_fall_in(compiled, rows, starts):
    diagnosis = (column(rows, 1, "i4"), column(rows, 2, "i1"), column(rows, 3, "i4"))
    conditions = (np.array([0, 1, 2, 2**59, 5], "u8"), np.array([0, 0, 2**28, 1, 2], "u8"))
    windows, shape = (starts, 20), (3 * len(starts) + 3, CITIZENS)
    got, expected = np.zeros(shape, "u8"), np.zeros(shape, "u8")
    compiled(events.mark_conditions)(column(rows, 0, "i4"), diagnosis, conditions, windows, got)
    twins.mark_conditions(column(rows, 0, "i4"), diagnosis, conditions, windows, expected)
    np.testing.assert_array_equal(got, expected)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, CITIZENS - 1), st.integers(0, 4), DAYS, st.integers(-2, 2)),
        max_size=40,
    )
)
def test_dispensings_are_counted_by_medicine_arm_less_returns(rows):
    dispensing = (column(rows, 1, "i2"), column(rows, 2, "i4"), column(rows, 3, "i4"))
    arms = np.array([[3, 3], [0, 3], [1, 3], [2, 3], [0, 2]], "i1")
    window = (np.array([-30, 0, -10, 20], "i4"), 20)
    expected = np.zeros((CITIZENS, 3), "i4")
    twins.count_dispensings(column(rows, 0, "i4"), dispensing, arms, window, expected)
    got = count_dispensings(column(rows, 0, "i4"), dispensing, arms, window, CITIZENS)
    np.testing.assert_array_equal(got, expected)


@given(rows=st.lists(st.tuples(st.integers(0, CITIZENS - 1), st.integers(0, 9), st.integers(1, 4)), max_size=30))
def test_weeks_are_summed_by_benefit_group(compiled, rows):
    arrays = (column(rows, 0, "i4"), column(rows, 1, "i2"), column(rows, 2, "i1"))
    group = np.array([0, 0, 1, -1, 1, -1, 0, 1, -1, 0], "i1")
    got, expected = np.zeros((2, CITIZENS), "i1"), np.zeros((2, CITIZENS), "i1")
    compiled(events.sum_weeks)(*arrays, group, got)
    twins.sum_weeks(*arrays, group, expected)
    np.testing.assert_array_equal(got, expected)


citizens = st.lists(
    st.tuples(
        st.integers(0, CLINICS - 1),
        st.integers(0, CELLS - 1),
        st.integers(0, 366),
        st.integers(0, 2**36),
        st.booleans(),
    ),
    max_size=30,
)
DESIGN = Design((Term("sex", ("m", "f"), has_reference=False), Term("origin", ("x", "y", "z"))))
PREDICTION = np.array([-5, 10**10, 3, 7, 2 * 10**9, 1], dtype="i8")


@given(rows=citizens)
def test_the_sample_is_tallied_by_cell(compiled, rows):
    _, cell, exposure, fee = (column(rows, n, "i8") for n in range(4))
    got, expected = np.zeros((8, CELLS), "i8"), np.zeros((8, CELLS), "i8")
    compiled(tallies.tally_sample)(cell, exposure, fee, column(rows, 4, "?"), got)
    twins.tally_sample(cell, exposure, fee, column(rows, 4, "?"), expected)
    np.testing.assert_array_equal(got, expected)


def strata_with(rows, shape, parts=1):
    """Give the strata of the counted, their traits made of clinic, clinic and cell; everybody counts as sampled."""
    clinic, cell, exposure, fee = (column(rows, n, "i8") for n in range(4))
    counted = column(rows, 4, "?")
    key = places_of((clinic, clinic % shape[1], cell), shape)[counted]
    values = np.stack([np.ones_like(fee), np.ones_like(fee), exposure, fee])[:, counted]
    shares = np.array_split(np.arange(key.size), parts)
    return reduce(add, (strata_of(key[some], values[:, some]) for some in shares))


SHAPE = (CLINICS, 2, CELLS)


@given(rows=citizens, parts=st.integers(1, 4))
def test_citizens_who_are_alike_become_one_stratum_however_they_come(rows, parts):
    strata, expected = strata_with(rows, SHAPE, parts), {}
    for clinic, cell, exposure, fee, counted in rows:
        if counted:
            sums = expected.setdefault((clinic, clinic % 2, cell), [0, 0, 0, 0])
            sums[:] = [sums[0] + 1, sums[1] + 1, sums[2] + exposure, sums[3] + fee]
    traits = list(zip(*(axis.tolist() for axis in strata.traits(SHAPE)), strict=True))
    assert traits == sorted(expected)
    assert strata.sums.T.tolist() == [expected[one] for one in traits]


@given(rows=citizens, others=citizens)
def test_strata_are_merged_by_the_kernel_as_by_plain_python(compiled, rows, others):
    left, right = strata_with(rows, SHAPE), strata_with(others, SHAPE)
    key, sums = np.empty(left.key.size + right.key.size, "i8"), np.empty((4, left.key.size + right.key.size), "i8")
    n = compiled(merge_strata)(left.key, left.sums, right.key, right.sums, key, sums)
    expected = {k: [0, 0, 0, 0] for k in (*left.key.tolist(), *right.key.tolist())}
    for part in (left, right):
        for k, values in zip(part.key.tolist(), part.sums.T.tolist(), strict=True):
            expected[k] = [a + b for a, b in zip(expected[k], values, strict=True)]
    assert [*zip(key[:n].tolist(), sums[:, :n].T.tolist(), strict=True)] == sorted(expected.items())


@given(rows=citizens)
def test_citizens_are_counted_by_pairs_and_by_dummy(rows):
    clinic, cell = (column(rows, n, "i8") for n in (0, 1))
    counted, persons = column(rows, 4, "?"), np.zeros(2, "i8")
    sample = np.bincount(clinic[counted], minlength=CLINICS)
    got = count_citizens(strata_with(rows, SHAPE), SHAPE, Homes(2), sample, persons)
    by_cell, by_clinic = np.zeros((2, CELLS), "i8"), np.zeros((CLINICS, 2), "i8")
    twins.tally_pairs(clinic % 2, cell, counted, by_cell)
    twins.tally_pairs(clinic, clinic % 2, counted, by_clinic)
    found = np.zeros((2, CELLS), "i8")
    found[got.by_home.home, got.by_home.cell] = got.by_home.citizens
    np.testing.assert_array_equal(found, by_cell)
    np.testing.assert_array_equal(got.by_clinic, by_clinic)
    np.testing.assert_array_equal(got.by_home.by_cell(), by_cell.sum(axis=0))
    np.testing.assert_array_equal(
        got.by_home.find(got.by_home.home, got.by_home.cell), np.arange(len(got.by_home.home))
    )


@given(rows=citizens)
def test_weights_are_summed_by_clinic_and_age(rows):
    clinic, cell, age = (column(rows, n, "i8") for n in range(3))
    counted, home = column(rows, 4, "?"), clinic % 2
    factors, strata = (Fraction(1), Fraction(3)), strata_with(rows, SHAPE)
    by_home = home_cells(strata, SHAPE, Homes(2))
    nano = np.outer((1, 3), PREDICTION)
    of_pair = by_home.home, nano[by_home.home, by_home.cell]
    weighting = Weighting(PREDICTION, PREDICTION + 1, factors, of_pair[0], 1, 1, Fraction(1), of_pair[1])
    place = cell % 2 * 100 + np.minimum(age, 99)
    key = places_of((home, cell, place), (2, CELLS, 200))[counted]
    ages = strata_of(key, np.ones((1, key.size), np.int64))
    got = score_strata(strata, SHAPE, by_home, weighting, DESIGN)
    age_sums = score_ages(ages, by_home, (2, CELLS, 200), np.arange(2), weighting)
    by_column = np.zeros((CLINICS, len(DESIGN.columns)), "i8")
    twins.tally_columns(clinic, cell, counted, DESIGN.columns_of_cell, by_column)
    np.testing.assert_array_equal(got.by_column, by_column)
    raw, alone = np.zeros((CLINICS, 2), "i8"), np.zeros((3, CLINICS, 1), "i8")
    by_age = np.zeros((2, 2, 200), "i8")
    weight, prediction = nano[home, cell], PREDICTION[cell]
    twins.tally_by(clinic, home, weighting.raw[cell], counted, raw)
    for sums, value in zip(alone, (prediction, prediction < 0, weight), strict=True):
        twins.tally_by(clinic, 0 * clinic, value, counted, sums)
    twins.tally_by(home, place, weight, counted, by_age[0])
    twins.tally_pairs(home, place, counted, by_age[1])
    np.testing.assert_array_equal(got.raw, raw)
    np.testing.assert_array_equal([got.prediction, got.below_zero, got.nano], alone[:, :, 0])
    np.testing.assert_array_equal(age_sums, by_age)
    of_homes = score_municipalities(by_home, 2, weighting, DESIGN)
    assert of_homes.nano.sum() == got.nano.sum()
    np.testing.assert_array_equal(of_homes.by_column.sum(axis=0), got.by_column.sum(axis=0))


@given(rows=citizens)
def test_sums_of_products_by_clinic_equal_their_twin(compiled, rows):
    clinic, cell, exposure, fee = (column(rows, n, "i8") for n in range(4))
    counted = column(rows, 4, "?")
    width = len(DESIGN.columns)
    grams, moments = np.zeros((CLINICS, width, width), "i8"), np.zeros((CLINICS, width), "i8")
    twins.tally_products(clinic, cell, (exposure, fee), counted, DESIGN.dummies, (grams, moments))
    found = np.zeros((CLINICS, width * (width + 1) // 2), "i8")
    of_counted = (clinic[counted], cell[counted], exposure[counted])
    compiled(tally_grams)(*of_counted, DESIGN.columns_of_cell, width, found)
    np.testing.assert_array_equal(unpacked(found, width), grams)
    sums = clinic_sums(strata_with(rows, SHAPE), SHAPE, DESIGN)
    np.testing.assert_array_equal(unpacked(sums.grams, width), grams)
    np.testing.assert_array_equal(sums.moments, moments)
    for got, of_citizens in zip((sums.citizens, sums.exposure_days, sums.fee_oere), (1, exposure, fee), strict=True):
        expected = np.zeros((CLINICS, 1), "i8")
        twins.tally_by(clinic, 0 * clinic, of_citizens + 0 * clinic, counted, expected)
        np.testing.assert_array_equal(got, expected[:, 0])


@given(rows=citizens)
def test_squares_of_fees_are_put_together_exactly(rows):
    from fordel_dask.weights.sample import sample_of

    _, cell, exposure, fee = (column(rows, n, "i8") for n in range(4))
    counted = column(rows, 4, "?")
    sample = sample_of(CELLS, cell, exposure, fee, counted)
    for c in range(CELLS):
        those = [(int(e), int(y)) for k, e, y, yes in zip(cell, exposure, fee, counted, strict=True) if yes and k == c]
        assert sample.squares(c) == (
            sum(e * e for e, _ in those),
            sum(e * y for e, y in those),
            sum(y * y for _, y in those),
        )
