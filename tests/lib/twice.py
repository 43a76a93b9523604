"""An executor that does everything twice: each task runs two times at once, in random order, and gives the same."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import add
from random import Random

import numpy as np


class Twice:
    """Runs two copies of each task at the same time; ``tasks`` counts how many were compared."""

    def __init__(self, seed, width=2):
        self.width = width
        self.tasks = 0
        self._random = Random(seed)

    def map(self, function, items, name, report=None):
        results = {}
        numbers = self._random.sample(range(len(items)), len(items))
        with ThreadPoolExecutor(2, thread_name_prefix=name) as pool:
            for done, number in enumerate(numbers, 1):
                start = threading.Barrier(2)
                one, other = (pool.submit(begun_together, start, function, items[number]) for _ in range(2))
                results[number] = one.result()
                assert same(results[number], other.result()), f"{name}: {number} differs"
                self.tasks += 1
                if report:
                    report(done, len(items))
        return [results[number] for number in range(len(items))]

    def total(self, function, items, name, report=None):
        return reduce(add, self.map(function, items, name, report))

    def at_most(self, tasks):
        self.width = min(self.width, tasks)
        return self


def begun_together(start, function, item):
    start.wait(60)
    return function(item)


def same(one, other):
    """Tell whether two results are equal to the last number."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
