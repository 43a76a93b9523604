"""All comparisons: what the tests hold equal and the benchmarks measure."""

from benchmarks.kernels.cases import checks, dealing, facts, joins, keys, prices, sums
from benchmarks.kernels.comparison import Comparison

CASES = (facts, sums, keys, joins, dealing, checks, prices)
SINGLE: tuple[Comparison, ...] = tuple(one for case in CASES for one in case.SINGLE)
TASKS: tuple[Comparison, ...] = tuple(one for case in CASES for one in case.TASKS)
COMPARISONS = {one.name: one for one in (*SINGLE, *TASKS)}
SEED = 1
