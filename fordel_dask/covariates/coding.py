"""Codes of the population register looked up in the store's code books."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Facts = Mapping[str, NDArray[Any]]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class CodeBooks:
    """The code books that civil status and origin are read with."""

    civil_status: tuple[str, ...]
    country: tuple[str, ...]
    origin_type: tuple[str, ...]


def read_with(codes: NDArray[Any], book: tuple[str, ...], meaning: Callable[[str], int], blank: int = 0) -> Integers:
    """Give what the entry of each code means; the blank code −1 means ``blank``."""
    meanings = np.array([*map(meaning, book), blank], dtype=np.int64)
    return meanings[codes.astype(np.int64)]


def is_among(codes: NDArray[Any], book: tuple[str, ...], wanted: tuple[str, ...]) -> Integers:
    """Give 1 where a code's entry in the book is wanted; the blank code never is."""
    return read_with(codes, book, lambda entry: int(entry in wanted))
