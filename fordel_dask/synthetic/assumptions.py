"""The invented numbers of this room, as tables beside the code."""

import csv
import functools
from importlib import resources

import numpy as np

from fordel_dask.synthetic.chance import Floats


@functools.cache
def assumed(name: str) -> tuple[dict[str, str], ...]:
    """Give the rows of a table of this room, every value as text; ``name`` is the file without ending."""
    with resources.files(__package__).joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def assumed_numbers(name: str, columns: tuple[str, ...]) -> Floats:
    """Give these columns of a table as numbers, one row for each row of the table."""
    return np.array([[float(row[column]) for column in columns] for row in assumed(name)])


def assumed_words(name: str, column: str) -> tuple[str, ...]:
    """Give one column of a table as text."""
    return tuple(row[column] for row in assumed(name))
