"""Checksums of what an ingest writes for itself: equal to their slow twin, and blind to no small damage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.kernels.checksums import add_to_checksums
from fordel_dask.registers.checksums import checksums
from tests.reference import twins

SETTINGS = {"jit": add_to_checksums, "python": add_to_checksums.py_func}
TYPES = ("u1", "u2", "u4", "u8")


@st.composite
def columns(draw):
    type_ = np.dtype(draw(st.sampled_from(TYPES)))
    largest = int(np.iinfo(type_).max)
    values = draw(st.lists(st.sampled_from([0, 1, largest]) | st.integers(0, largest), min_size=1, max_size=40))
    return np.array(values, type_)


@pytest.mark.parametrize("kernel", SETTINGS.values(), ids=SETTINGS)
@given(words=columns(), cuts=st.lists(st.integers(0, 40), max_size=4))
def test_checksums_are_sums_and_sums_of_sums(kernel, words, cuts):
    bounds = np.array([0, *sorted(min(cut, words.size) for cut in cuts), words.size], np.int64)
    got, expected = (np.ones((2, bounds.size - 1), np.uint64) for _ in range(2))
    with np.errstate(over="ignore"):
        kernel(words, bounds, *got)
    twins.add_to_checksums(words, bounds, *expected)
    np.testing.assert_array_equal(got, expected)


def of(*values):
    return checksums(values, np.array([0, len(values[0])], np.int64))


@given(words=columns(), place=st.integers(0, 39), bit=st.integers(0, 63))
def test_any_one_flipped_bit_is_seen(words, place, bit):
    flipped = words.copy()
    flipped[place % words.size] ^= words.dtype.type(1 << bit % (8 * words.itemsize))
    assert of(words) != of(flipped)


@given(words=columns(), begin=st.integers(0, 39), rows=st.integers(1, 40))
def test_any_block_that_becomes_zeros_is_seen(words, begin, rows):
    zeroed = words.astype(words.dtype, copy=True)
    zeroed[begin : begin + rows] = 0
    if words.dtype == np.uint64:  # sums that cannot go round; else it is one case in 2⁶⁴
        words, zeroed = words >> np.uint64(8), zeroed >> np.uint64(8)
    assert (of(words) == of(zeroed)) == bool((words == zeroed).all())


def test_rows_that_change_places_are_seen():
    numbers = np.arange(100, dtype=np.int32)
    assert of(numbers) != of(numbers[::-1].copy())


def test_columns_that_change_places_are_seen():
    one, other = np.array([1, 2], np.int16), np.array([5, 3], np.int16)
    assert of(one, other) != of(other, one)
