"""Measures every way of every comparison with pytest-benchmark; ``benchmarks.kernels.run`` starts it.

Seconds are those of the thread on a core, without waiting for one: other work on the machine lengthens them less.
"""

from functools import cache

import numpy as np
import pytest

from benchmarks.kernels.comparison import Arguments
from benchmarks.kernels.comparisons import COMPARISONS, SEED

COPY = "copy"
WAYS = ("kernel", "numpy", "pandas", COPY)


@cache
def arguments_of(name: str, citizens: int) -> Arguments:
    arguments_of.cache_clear()  # ways of one comparison follow each other, and no other one is held in memory
    return COMPARISONS[name].make(citizens, np.random.default_rng(SEED))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", COMPARISONS)
def test_seconds_of_a_call(benchmark, request, name, way):
    comparison, citizens = COMPARISONS[name], request.config.getoption("citizens")
    arguments = arguments_of(name, citizens)
    ways = comparison.ways(arguments)
    if way not in (*ways, COPY):
        pytest.skip("its users would not ask pandas")
    touched = comparison.bytes_of(arguments, ways["kernel"]())
    if way == COPY:
        source, target = np.ones(touched, np.uint8), np.zeros(touched, np.uint8)
        ways[COPY] = lambda: np.copyto(target, source)
    rows = comparison.rows_of(arguments)
    benchmark.extra_info.update(name=name, way=way, kernels=len(comparison.kernels), rows=rows, bytes=touched)
    ways[way]()
    benchmark(ways[way])
