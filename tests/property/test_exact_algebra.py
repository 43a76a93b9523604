"""The exact linear algebra of the weights: inverses and cross products of whole numbers of any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.exact import DependentColumnsError, invert
from fordel_dask.weights.standard_errors import cross_products

SIZES = st.integers(1, 7)
NUMBERS = st.integers(-50, 50) | st.integers(-(1 << 40), 1 << 40)


def table(draw, rows, columns, numbers):
    return [[draw(numbers) for _ in range(columns)] for _ in range(rows)]


@st.composite
def gram_matrices(draw):
    """Σ x x' of rows that hold a unit row each: never singular; many zeros, as where dummies exclude one another."""
    size = draw(SIZES)
    rows = table(draw, draw(st.integers(0, 6)), size, st.just(0) | NUMBERS)
    rows += [[int(i == j) for j in range(size)] for i in range(size)]
    return [[sum(row[i] * row[j] for row in rows) for j in range(size)] for i in range(size)]


@given(matrix=gram_matrices())
def test_a_matrix_times_its_adjugate_is_its_determinant(matrix):
    inverse, size = invert(matrix), len(matrix)
    product = np.array(matrix, dtype=object) @ np.array(inverse.adjugate, dtype=object)
    assert inverse.determinant > 0
    assert product.tolist() == [[inverse.determinant * (i == j) for j in range(size)] for i in range(size)]


@given(matrix=gram_matrices(), data=st.data())
def test_a_column_that_is_there_twice_is_named(matrix, data):
    size = len(matrix)
    twice = data.draw(st.integers(0, size - 1))
    order = [*range(size), twice]
    with pytest.raises(DependentColumnsError) as dependent:
        invert([[matrix[i][j] for j in order] for i in order])
    assert dependent.value.columns == (size,)


@pytest.mark.parametrize("largest", [1, 1 << 20, 1 << 62, 1 << 90])
@given(data=st.data())
def test_cross_products_are_exact_at_any_size(largest, data):
    columns = data.draw(st.integers(1, 4))
    numbers = st.integers(-largest, largest) | st.sampled_from([-largest, largest - 1, largest])
    rows = table(data.draw, data.draw(st.integers(1, 9)), columns, numbers)
    expected = [[sum(row[i] * row[j] for row in rows) for j in range(columns)] for i in range(columns)]
    assert cross_products(np.array(rows, dtype=object)).tolist() == expected


def test_cross_products_of_many_clinics_stay_below_what_a_float_holds():
    rows = np.full((100_000, 2), (1 << 62) - 1, dtype=object)
    rows[::2, 1] *= -1
    square = ((1 << 62) - 1) ** 2
    assert cross_products(rows).tolist() == [[100_000 * square, 0], [0, 100_000 * square]]
