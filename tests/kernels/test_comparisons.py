"""Every kernel, compiled or not, gives what NumPy and pandas give, as the benchmarks hold them against each other."""

from functools import partial

import numpy as np
import pytest

from benchmarks.kernels.comparison import interpreted
from benchmarks.kernels.comparisons import COMPARISONS, SINGLE
from fordel_dask.kernels.signatures import SIGNATURES


@pytest.mark.parametrize("citizens", [1, 40, 300])
@pytest.mark.parametrize("name", COMPARISONS)
def test_all_ways_give_the_same_answer(name, citizens):
    comparison = COMPARISONS[name]
    arguments = comparison.make(citizens, np.random.default_rng([7, citizens]))
    ways = comparison.ways(arguments)
    ways["python"] = partial(comparison.ours, interpreted, *arguments)
    with np.errstate(over="ignore"):
        answers = {way: comparison.answer(call) for way, call in ways.items()}
    for way, answer in answers.items():
        assert len(answer) == len(answers["kernel"])
        for got, expected in zip(answer, answers["kernel"], strict=True):
            np.testing.assert_array_equal(got, expected, err_msg=f"{name}: {way}")


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_call_changes_none_of_its_arguments(name):
    comparison = COMPARISONS[name]
    calls = comparison.ways(comparison.make(40, np.random.default_rng(7)))
    for call in calls.values():
        first, second = comparison.answer(call), comparison.answer(call)
        assert all(map(np.array_equal, first, second))


def test_every_kernel_is_held_against_numpy():
    assert sorted(k.py_func.__name__ for one in SINGLE for k in one.kernels) == sorted(
        k.py_func.__name__ for k in SIGNATURES
    )
