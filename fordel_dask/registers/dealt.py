"""The rows of one bucket from many dealt files, and what the numbers of their codes mean."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fordel_dask.registers.canonical import LocalCodes
from fordel_dask.registers.dealt_file import read_bucket
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.work import content_of, stamp_of

CODED = (("clinic", "clinic"), ("service", "service"), ("code", "diagnosis"), ("code", "medicine"))
"""Columns that hold numbers of local codes, and the code book they may belong to; a register has one of them."""


class UsedCodes:
    """Which numbers of each code book occur in the rows that were written."""

    def __init__(self) -> None:
        self._used: dict[str, npt.NDArray[np.bool_]] = {}

    def add(self, columns: Columns, books: Mapping[str, Any]) -> None:
        """Note the codes of some rows."""
        for column, book in CODED:
            if column in columns and book in books:
                seen = np.bincount(columns[column].astype(np.int64) + 1)[1:] > 0
                self._used[book] = _either(self._used.get(book, seen), seen)

    def texts(self, book: str, texts: Sequence[str]) -> list[str | None]:
        """Give the texts of a book by number, None for one that is not used."""
        used = self._used.get(book, np.zeros(0, np.bool_))
        return [text if n < used.size and used[n] else None for n, text in enumerate(texts)]


def _either(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    short, long = sorted((left, right), key=len)
    result = long.copy()
    result[: short.size] |= short
    return result


def texts_of(books: Mapping[str, LocalCodes], used: UsedCodes) -> dict[str, list[str | None]]:
    """Give the used codes of every book."""
    return {name: used.texts(name, book.texts) for name, book in books.items()}


def gather_bucket(
    sides: Iterable[str], bucket: int, types: Mapping[str, Any], books: Path, coded: Mapping[str, str]
) -> Columns:
    """Give all rows of one bucket from several dealt files.

    ``types`` are the columns wanted; those ``coded`` get the numbers of the national ``books``.
    """
    parts: list[Columns] = [{name: np.empty(0, type_) for name, type_ in types.items()}]
    for side in map(Path, sides):
        for columns in read_bucket(side, bucket):
            for name, book in coded.items():
                if name in columns:
                    columns[name] = renumbering(side, books, book)[columns[name]]
            parts.append(columns)
    return {name: np.concatenate([part[name] for part in parts]) for name in types}


def renumbering(side: Path, book_file: Path, book: str) -> npt.NDArray[np.int32]:
    """Give, for each local number, the number in a national book; the last entry is for −1, blank."""
    return _renumbering(side, book_file, book, (stamp_of(side), stamp_of(book_file)))


@functools.lru_cache(maxsize=4096)
def _renumbering(side: Path, book_file: Path, book: str, _stamps: Any) -> npt.NDArray[np.int32]:
    national = book_numbers(book_file, book)
    local = content_of(side)["codes"][book]
    return np.array([*(-1 if text is None else national[text] for text in local), -1], np.int32)


def book_numbers(book_file: Path, book: str) -> dict[str, int]:
    """Give the number of every code of a national book."""
    return _numbers(book_file, book, stamp_of(book_file))


@functools.lru_cache(maxsize=16)
def _numbers(book_file: Path, book: str, _stamp: tuple[int, int]) -> dict[str, int]:
    return {text: number for number, text in enumerate(content_of(book_file)[book])}
