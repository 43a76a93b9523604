"""Sums of services are exact, or refused where they could not be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.errors import ImpossibleValueError
from fordel_dask.fee_work.services_pass import EXACT, summed_by

CLINICS, PLACES = 3, 4
rows = st.lists(st.tuples(st.integers(0, CLINICS * PLACES - 1), st.integers(-(2**45), 2**45)), max_size=40)


@given(of=rows)
def test_sums_by_clinic_and_service_are_those_of_whole_numbers(of):
    expected = [[0] * PLACES for _ in range(CLINICS)]
    for key, value in of:
        expected[key // PLACES][key % PLACES] += value
    keys, values = (np.array([row[n] for row in of], np.int64) for n in (0, 1))
    assert summed_by(keys, values, (CLINICS, PLACES)).tolist() == expected


def test_sums_that_floats_could_not_hold_are_refused():
    keys, values = np.zeros(3, np.int64), np.array([EXACT, 1, 1], np.int64)
    with pytest.raises(ImpossibleValueError, match="unit of BRUHON"):
        summed_by(keys, values, (1, 1))
