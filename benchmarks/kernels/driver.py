"""Calls every way of every comparison between two calls of a C function that callgrind knows by name.

JIT code has no symbols, but ``getsid`` has: callgrind writes down what it counted, whenever it is entered. A call of
nothing comes first and shows what the driver itself takes. Prints, as JSON, name, way and rows in the order of calls.
"""

import argparse
import json
import os

import numpy as np

from benchmarks.kernels.comparisons import COMPARISONS, SEED

EMPTY = "nothing"


def nothing() -> None:
    """Be called as a way is."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, nargs="+", required=True)
    parser.add_argument("--only", nargs="+", choices=COMPARISONS, default=list(COMPARISONS), metavar="NAME")
    given = parser.parse_args()
    calls = [(EMPTY, "kernel", 0, nothing)]
    for citizens in given.citizens:
        for name in given.only:
            comparison = COMPARISONS[name]
            arguments = comparison.make(citizens, np.random.default_rng(SEED))
            ways = comparison.ways(arguments)
            calls += [(name, way, comparison.rows_of(arguments), ways[way]) for way in ("kernel", "numpy")]
    for _, _, _, call in calls:
        call()
    for _, _, _, call in calls:
        os.getsid(0)
        call()
        os.getsid(0)
    print(json.dumps([call[:3] for call in calls]))


if __name__ == "__main__":
    main()
