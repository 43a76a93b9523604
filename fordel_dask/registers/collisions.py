"""Keys that are one only when leading zeros are left out: they would make two persons one.

Where one register delivers person keys as numbers and another as text, keys are compared
without leading zeros. Text keys of one length cannot collide then; if lengths differ, one
more look at the text columns tells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import key_buffers
from fordel_dask.extracts.files import DEFAULT_PORTION, Piece, Portion, kind_of_type, read_rows
from fordel_dask.kernels.keys import count_other_lengths, trimmed_lengths
from fordel_dask.registers.people import NUMBERS, citizens
from fordel_dask.registers.tally import KEY_LENGTHS, Tally
from fordel_dask.registers.work import task

TextColumn = tuple[Piece, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Comparison:
    """The text columns of keys to compare, among this many citizens."""

    pieces: tuple[TextColumn, ...]
    lookup: Path
    citizens: int
    portion: Portion = DEFAULT_PORTION


def lengths_met(column: Any) -> Tally:
    """Count the keys of a column by their length; a column of numbers has none."""
    lengths = key_lengths(column)
    counts = np.bincount(lengths).tolist() if lengths is not None else []
    return {KEY_LENGTHS: {str(length): count for length, count in enumerate(counts) if length and count}}


def key_lengths(column: Any) -> np.ndarray | None:
    """Give the length of every key, trimmed; None for a column of numbers, whose keys have none."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind_of_type(column.type) in NUMBERS:
        return None
    offsets, data, _ = key_buffers(column)
    lengths: np.ndarray = trimmed_lengths(offsets, data)
    return lengths


def may_collide(tallies: Iterable[Tally]) -> bool:
    """Tell whether text keys of more than one length were met."""
    return len({length for tally in tallies for length in tally.get(KEY_LENGTHS, {})}) > 1


@task
def count_collisions(comparison: Comparison) -> int:
    """Count the rows whose text key is another text than that of an earlier row of the citizen."""
    noted = np.zeros(comparison.citizens, np.int8)
    return sum(count_other_lengths(who, lengths, noted) for who, lengths in _rows(comparison))


def _rows(comparison: Comparison) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for piece, columns in comparison.pieces:
        for batch in read_rows(piece, columns, frozenset(), comparison.portion):
            lengths = key_lengths(batch["PNR"])
            if lengths is not None:
                yield citizens(batch["PNR"], True, piece.register, comparison.lookup), lengths


def refuse_collisions(rows: int) -> None:
    """Refuse a delivery in which keys collide.

    Raises
    ------
    SchemaError
        There are such rows.
    """
    if rows:
        raise SchemaError(
            f"PNR is a number in one register and text in another, so leading zeros are left out; but then "
            f"{rows:,} rows have the key of another person. Deliver PNR as text everywhere."
        )
